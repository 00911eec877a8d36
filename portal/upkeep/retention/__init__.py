"""How long personal data is kept, and what happens when its time is over (SEC-3, APP-19): `rules`, `flow`."""
