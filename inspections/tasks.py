"""What the worker does for inspections."""

from .needs.imports import tasks as _needs  # noqa: F401
from .planning import tasks as _planning  # noqa: F401
