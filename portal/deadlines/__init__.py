"""Time limits: `from portal import deadlines`, then `deadlines.start(...)`, `meet`, `cancel`, `pause`, `resume`.

The functions live in `flow.py` and `together.py`. They are fetched on first use, because Django imports this package
before any model.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.deadlines.flow import (
        bring_forward,
        cancel,
        extend,
        meet,
        pause,
        readdress,
        resume,
        start,
        undo,
    )
    from portal.deadlines.together import follow_calendar, recompute

__all__ = [
    "bring_forward",
    "cancel",
    "extend",
    "follow_calendar",
    "meet",
    "pause",
    "readdress",
    "recompute",
    "resume",
    "start",
    "undo",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from portal.deadlines import flow, together

    return getattr(together if name in ("follow_calendar", "recompute") else flow, name)
