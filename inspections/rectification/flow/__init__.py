"""The verbs of what follows a finding (INS-7, INS-8): the only code that moves a rectification, or a finding's status.

Locking order: the visit where one is touched, the rectification, needs, the firm, then deadlines.
"""

from .cases import conclude, correct
from .deciding import accept, call_recheck, send_back
from .ordering import order, recorded, warn
from .rating import rate
from .rechecking import fail_recheck, pass_recheck
from .submitting import ask_time, give_time, refuse_time, submit
from .withdrawing import withdraw

__all__ = [
    "accept",
    "ask_time",
    "call_recheck",
    "conclude",
    "correct",
    "fail_recheck",
    "give_time",
    "order",
    "pass_recheck",
    "rate",
    "recorded",
    "refuse_time",
    "send_back",
    "submit",
    "warn",
    "withdraw",
]
