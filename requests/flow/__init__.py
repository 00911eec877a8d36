"""The verbs of the six-stage loop (handbook §2): the only code that moves a ticket.

Every verb has one shape: `verb(ticket, *, by, …, at=None) -> Ticket`, one transaction, `Refused` where the table or the
rules say no. `at=None` is the database's `now()`; only imports, the demo and tests give another instant.
"""

from requests.flow.agenda import note_agenda
from requests.flow.commitments import approve_commitment, decide_commitment, make_commitment, return_commitment
from requests.flow.conversation import give_opinion, log_contact, urge, write
from requests.flow.core import Refused
from requests.flow.dispatch import begin_handling, dispatch, name_handler, take
from requests.flow.feedback import confirm, dispute, lapse_confirmation
from requests.flow.handover import follow_steward, hand_over
from requests.flow.instructions import answer_instruction, instruct
from requests.flow.intake import (
    accept,
    ask_supplement,
    file,
    lapse_supplement,
    register,
    reject,
    relay,
    supplement,
    withdraw,
)
from requests.flow.progress import owe_progress, report_progress
from requests.flow.result import report, send_back, sign_off
from requests.flow.revisit import record_revisit
from requests.flow.undo import undo

__all__ = [
    "Refused",
    "accept",
    "answer_instruction",
    "approve_commitment",
    "ask_supplement",
    "begin_handling",
    "confirm",
    "decide_commitment",
    "dispatch",
    "dispute",
    "file",
    "follow_steward",
    "give_opinion",
    "hand_over",
    "instruct",
    "lapse_confirmation",
    "lapse_supplement",
    "log_contact",
    "make_commitment",
    "name_handler",
    "note_agenda",
    "owe_progress",
    "record_revisit",
    "register",
    "reject",
    "relay",
    "report",
    "report_progress",
    "return_commitment",
    "send_back",
    "sign_off",
    "supplement",
    "take",
    "undo",
    "urge",
    "withdraw",
    "write",
]
