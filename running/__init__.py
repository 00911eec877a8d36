"""The launcher: `make run`, `make test` and `make check` (README, Run). No part of the portal imports it."""
