"""The verbs on rounds and claims (POL-5): the only code that moves a claim.

Every verb has one shape: `verb(subject, *, by, …, at=None)`, one transaction, `Refused` where the table or the rules
say no. `at=None` is the database's `now()`; only the demo and tests give another instant.
"""

from .checking import Checked, accept, accept_checked, accept_many, ask_supplement, check
from .core import Batch
from .deciding import approve, approve_many, reject, send_back
from .filing import Account, Foreseen, foreseen, submit, supplement, withdraw
from .freely import Listed, confirm, decline, fitting, lapse, list_firms
from .paying import Line, confirm_receipt, pay, pay_many, rate
from .places import move_up
from .publishing import decide_objection, end_publicity, object_to, publish
from .reviewing import give_review, proposed
from .rounds import close_round, open_round

__all__ = [
    "Account",
    "Batch",
    "Checked",
    "Foreseen",
    "Line",
    "Listed",
    "accept",
    "accept_checked",
    "accept_many",
    "approve",
    "approve_many",
    "ask_supplement",
    "check",
    "close_round",
    "confirm",
    "confirm_receipt",
    "decide_objection",
    "decline",
    "end_publicity",
    "fitting",
    "foreseen",
    "give_review",
    "lapse",
    "list_firms",
    "move_up",
    "object_to",
    "open_round",
    "pay",
    "pay_many",
    "proposed",
    "publish",
    "rate",
    "reject",
    "send_back",
    "submit",
    "supplement",
    "withdraw",
]
