from requests.models.catalogue import Category, ListItem
from requests.models.conversation import Attachment, Comment, Draft
from requests.models.handling import Assignment, Rating, Result, Revisit, Supplement
from requests.models.limits import DeadlineFiring, DeadlinePause, TicketDeadline
from requests.models.links import ResultLink
from requests.models.ticket import DayNumber, Ticket

__all__ = [
    "Assignment",
    "Attachment",
    "Category",
    "Comment",
    "DayNumber",
    "DeadlineFiring",
    "DeadlinePause",
    "Draft",
    "ListItem",
    "Rating",
    "Result",
    "ResultLink",
    "Revisit",
    "Supplement",
    "Ticket",
    "TicketDeadline",
]
