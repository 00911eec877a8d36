"""The letters of the room; each part writes its own (found by the outbox when the site starts)."""

from .claims import notices as _claims  # noqa: F401
from .library import notices as _library  # noqa: F401
from .matching import notices as _matching  # noqa: F401
from .services import notices as _services  # noqa: F401
