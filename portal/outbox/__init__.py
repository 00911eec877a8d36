"""The outbox: messages queued with the change itself, rendered and delivered after commit.

`from portal.outbox import Letter, notice, queue, unread_count`; every room's `notices.py` is imported at start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .inbox import unread_count
    from .letters import Letter, notice
    from .queueing import OutsideTransaction, queue

HOME = {
    "Letter": ".letters",
    "OutsideTransaction": ".queueing",
    "notice": ".letters",
    "queue": ".queueing",
    "unread_count": ".inbox",
}
__all__ = ["Letter", "OutsideTransaction", "notice", "queue", "unread_count"]


def __getattr__(name: str) -> Any:
    # Late, because models may be imported only after Django has loaded the apps.
    if name in HOME:
        return getattr(import_module(HOME[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
