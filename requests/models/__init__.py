from requests.models.catalogue import Category, ListItem
from requests.models.conversation import Attachment, Comment, Draft
from requests.models.handling import Assignment, Rating, Result, Revisit, Supplement
from requests.models.limits import DeadlineCommitment, DeadlineFiring, DeadlinePause, TicketDeadline
from requests.models.links import ResultLink
from requests.models.supervision import AgendaNote, Instruction, ProgressReport
from requests.models.ticket import DayNumber, Ticket

__all__ = [
    "AgendaNote",
    "Assignment",
    "Attachment",
    "Category",
    "Comment",
    "DayNumber",
    "DeadlineCommitment",
    "DeadlineFiring",
    "DeadlinePause",
    "Draft",
    "Instruction",
    "ListItem",
    "ProgressReport",
    "Rating",
    "Result",
    "ResultLink",
    "Revisit",
    "Supplement",
    "Ticket",
    "TicketDeadline",
]
