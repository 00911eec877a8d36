"""What the worker does for policies."""

from .library.imports import tasks as _library  # noqa: F401
from .matching import tasks as _matching  # noqa: F401
