"""The verbs of the six-stage loop (handbook §2): the only code that moves a ticket.

Every verb has one shape: `verb(ticket, *, by, …, at=None) -> Ticket`, one transaction, `Refused` where the table or the
rules say no. `at=None` is the database's `now()`; only imports, the demo and tests give another instant.
"""

from requests.flow.agenda import note_agenda
from requests.flow.articles import (
    draft_article,
    edit_article,
    keep_article,
    publish_article,
    remind_review,
    return_article,
    submit_article,
    use_article,
    withdraw_article,
)
from requests.flow.commitments import approve_commitment, decide_commitment, make_commitment, return_commitment
from requests.flow.confidential import complain, entrust, identify, take_down
from requests.flow.conversation import log_contact, urge, write
from requests.flow.core import Refused
from requests.flow.dispatch import begin_handling, dispatch, name_handler, take
from requests.flow.feedback import confirm, dispute, lapse_confirmation
from requests.flow.finding import answer_unit_question, ask_unit, find, record_confirmation
from requests.flow.groups import contribute, end_group, give_to_group, raise_level
from requests.flow.handover import follow_steward, hand_over
from requests.flow.hotline import write_back
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
from requests.flow.merging import merge, split
from requests.flow.orders import amend_order, answer_order, issue_order, judge_order
from requests.flow.papers import deliver_scan, report_up
from requests.flow.parts import add_part, end_part, give_opinion, take_part
from requests.flow.problems import (
    close_problem,
    decide_measure,
    dismiss_cluster,
    drop_problem,
    edit_problem,
    link_tickets,
    name_owner,
    open_problem,
    remind_owner,
    unlink_ticket,
)
from requests.flow.progress import owe_progress, report_progress
from requests.flow.respite import (
    approve_request,
    ask_extension,
    ask_suspension,
    end_suspension,
    refuse_request,
    withdraw_request,
)
from requests.flow.result import report, send_back, sign_off
from requests.flow.returns import ask_return, decide_raised, give_view, reassign, refer_to_chiefs, rule_return
from requests.flow.review import ask_review, rule_review
from requests.flow.revisit import record_revisit
from requests.flow.second_look import bring_back, look_again
from requests.flow.undo import undo
from requests.flow.verification import verify

__all__ = [
    "Refused",
    "accept",
    "add_part",
    "amend_order",
    "answer_instruction",
    "answer_order",
    "answer_unit_question",
    "approve_commitment",
    "approve_request",
    "ask_extension",
    "ask_return",
    "ask_review",
    "ask_supplement",
    "ask_suspension",
    "ask_unit",
    "begin_handling",
    "bring_back",
    "close_problem",
    "complain",
    "confirm",
    "contribute",
    "decide_commitment",
    "decide_measure",
    "decide_raised",
    "deliver_scan",
    "dismiss_cluster",
    "dispatch",
    "dispute",
    "draft_article",
    "drop_problem",
    "edit_article",
    "edit_problem",
    "end_group",
    "end_part",
    "end_suspension",
    "entrust",
    "file",
    "find",
    "follow_steward",
    "give_opinion",
    "give_to_group",
    "give_view",
    "hand_over",
    "identify",
    "instruct",
    "issue_order",
    "judge_order",
    "keep_article",
    "lapse_confirmation",
    "lapse_supplement",
    "link_tickets",
    "log_contact",
    "look_again",
    "make_commitment",
    "merge",
    "name_handler",
    "name_owner",
    "note_agenda",
    "open_problem",
    "owe_progress",
    "publish_article",
    "raise_level",
    "reassign",
    "record_confirmation",
    "record_revisit",
    "refer_to_chiefs",
    "refuse_request",
    "register",
    "reject",
    "relay",
    "remind_owner",
    "remind_review",
    "report",
    "report_progress",
    "report_up",
    "return_article",
    "return_commitment",
    "rule_return",
    "rule_review",
    "send_back",
    "sign_off",
    "split",
    "submit_article",
    "supplement",
    "take",
    "take_down",
    "take_part",
    "undo",
    "unlink_ticket",
    "urge",
    "use_article",
    "verify",
    "withdraw",
    "withdraw_article",
    "withdraw_request",
    "write",
    "write_back",
]
