"""The verbs of the six-stage loop (handbook §2): the only code that moves a ticket.

Every verb has one shape: `verb(ticket, *, by, …, at=None) -> Ticket`, one transaction, `Refused` where the table or the
rules say no. `at=None` is the database's `now()`; only imports, the demo and tests give another instant.
"""

from requests.flow.conversation import give_opinion, log_contact, urge, write
from requests.flow.core import Refused
from requests.flow.dispatch import dispatch, name_handler, take
from requests.flow.feedback import confirm, dispute, lapse_confirmation
from requests.flow.handover import follow_steward, hand_over
from requests.flow.intake import accept, ask_supplement, file, register, reject, relay, supplement, withdraw
from requests.flow.result import report, send_back, sign_off
from requests.flow.revisit import record_revisit
from requests.flow.undo import undo

__all__ = [
    "Refused",
    "accept",
    "ask_supplement",
    "confirm",
    "dispatch",
    "dispute",
    "file",
    "follow_steward",
    "give_opinion",
    "hand_over",
    "lapse_confirmation",
    "log_contact",
    "name_handler",
    "record_revisit",
    "register",
    "reject",
    "relay",
    "report",
    "send_back",
    "sign_off",
    "supplement",
    "take",
    "undo",
    "urge",
    "withdraw",
    "write",
]
