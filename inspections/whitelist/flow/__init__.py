"""The verbs of the whitelist (INS-1): the only code that moves an entry.

Every verb has one shape: `verb(entry, *, by, …, at=None)`, one transaction, `Refused` where the table or the rules say
no. Those that end in `_many` do the same to each of many and name what was refused.
"""

from .core import Batch
from .deciding import approve, approve_many, refuse, refuse_many
from .leaving import appeal, dismiss, expire, remove, remove_by_incident, restore
from .proposing import Proposed, propose, renew, usual_end
from .reviewing import drop, drop_many, review, review_many, uphold, uphold_many

__all__ = [
    "Batch",
    "Proposed",
    "appeal",
    "approve",
    "approve_many",
    "dismiss",
    "drop",
    "drop_many",
    "expire",
    "propose",
    "refuse",
    "refuse_many",
    "remove",
    "remove_by_incident",
    "renew",
    "restore",
    "review",
    "review_many",
    "uphold",
    "uphold_many",
    "usual_end",
]
