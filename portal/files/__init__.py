"""Uploads: checked by content, stored privately (SEC-7). `from portal.files import Refused, serve, store`."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .contents import Refused
    from .storing import check_count, empty, serve, store
    from .taking import sent_ahead, take_upload

HOME = {
    "Refused": ".contents",
    "check_count": ".storing",
    "empty": ".storing",
    "sent_ahead": ".taking",
    "serve": ".storing",
    "store": ".storing",
    "take_upload": ".taking",
}
__all__ = ["Refused", "check_count", "empty", "sent_ahead", "serve", "store", "take_upload"]


def __getattr__(name: str) -> Any:
    # Late, because models may be imported only after Django has loaded the apps.
    if name in HOME:
        return getattr(import_module(HOME[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
