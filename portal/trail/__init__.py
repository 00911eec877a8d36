"""The trail: what happened, who did it, when it was seen (APP-19, SEC-5). `from portal.trail import record, read`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .entries import Audience, read, record, recording_each

__all__ = ["Audience", "read", "record", "recording_each"]


def __getattr__(name: str) -> Any:
    # Late, because models may be imported only after Django has loaded the apps.
    if name in __all__:
        return getattr(import_module(".entries", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
