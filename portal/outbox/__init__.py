"""The outbox: messages queued with the change itself, rendered and delivered after commit.

`from portal.outbox import Letter, notice, queue, unread_count`; every room's `notices.py` is imported at start.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .hooks import pushes
    from .inbox import unread_count
    from .letters import SECRET, Letter, Outsider, notice
    from .queueing import OutsideTransaction, queue, queueing_each, waiting, wake_after_commit, withdraw
    from .rendering import reaches_telephones
    from .telling import tell, tell_each

HOME = {
    "SECRET": ".letters",
    "Letter": ".letters",
    "Outsider": ".letters",
    "OutsideTransaction": ".queueing",
    "notice": ".letters",
    "reaches_telephones": ".rendering",
    "pushes": ".hooks",
    "queue": ".queueing",
    "queueing_each": ".queueing",
    "tell": ".telling",
    "tell_each": ".telling",
    "unread_count": ".inbox",
    "waiting": ".queueing",
    "wake_after_commit": ".queueing",
    "withdraw": ".queueing",
}
__all__ = [
    "SECRET",
    "Letter",
    "OutsideTransaction",
    "Outsider",
    "notice",
    "pushes",
    "queue",
    "queueing_each",
    "reaches_telephones",
    "tell",
    "tell_each",
    "unread_count",
    "waiting",
    "wake_after_commit",
    "withdraw",
]


def __getattr__(name: str) -> Any:
    # Late, because models may be imported only after Django has loaded the apps.
    if name in HOME:
        return getattr(import_module(HOME[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
