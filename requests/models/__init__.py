from requests.models.articles import Article, ArticleUse, ArticleVersion
from requests.models.catalogue import Category, ListItem
from requests.models.confidential import (
    Complaint,
    ComplaintLink,
    ComplaintSubject,
    Confirmation,
    Finding,
    NamedHandler,
    UnitQuestion,
)
from requests.models.conversation import Attachment, Comment, Draft
from requests.models.dispatch import ChiefView, Contribution, LevelRaise, Referral, ReturnRequest, TicketGroup
from requests.models.handling import Assignment, Rating, Result, Revisit, Supplement
from requests.models.intake import CallerLink, Review, WriteBack
from requests.models.likeness import Suggestion
from requests.models.limits import DeadlineCommitment, DeadlineFiring, DeadlinePause, TicketDeadline
from requests.models.links import ResultLink
from requests.models.numbers import DayNumber
from requests.models.old_cases import CaseImport, CaseImportRow
from requests.models.orders import CallDraft, SupervisionOrder, Verification
from requests.models.papers import ReplyScan, SerialNumber, SpecialReport, WrittenReply
from requests.models.problems import CommonProblem, ProblemTicket, SuggestedCluster
from requests.models.reply_templates import ReplyTemplate
from requests.models.respite import HandlingRequest, SecondLook
from requests.models.supervision import AgendaNote, Instruction, ProgressReport
from requests.models.ticket import Ticket
from requests.models.visits import (
    Visit,
    VisitAttempt,
    VisitCorrection,
    VisitDeadline,
    VisitDraft,
    VisitFiring,
    VisitPause,
    VisitPhoto,
    VisitPlan,
    VisitTicket,
)

__all__ = [
    "AgendaNote",
    "Article",
    "ArticleUse",
    "ArticleVersion",
    "Assignment",
    "Attachment",
    "CallDraft",
    "CallerLink",
    "CaseImport",
    "CaseImportRow",
    "Category",
    "ChiefView",
    "Comment",
    "CommonProblem",
    "Complaint",
    "ComplaintLink",
    "ComplaintSubject",
    "Confirmation",
    "Contribution",
    "DayNumber",
    "DeadlineCommitment",
    "DeadlineFiring",
    "DeadlinePause",
    "Draft",
    "Finding",
    "HandlingRequest",
    "Instruction",
    "LevelRaise",
    "ListItem",
    "NamedHandler",
    "ProblemTicket",
    "ProgressReport",
    "Rating",
    "Referral",
    "ReplyScan",
    "ReplyTemplate",
    "Result",
    "ResultLink",
    "ReturnRequest",
    "Review",
    "Revisit",
    "SecondLook",
    "SerialNumber",
    "SpecialReport",
    "SuggestedCluster",
    "Suggestion",
    "SupervisionOrder",
    "Supplement",
    "Ticket",
    "TicketDeadline",
    "TicketGroup",
    "UnitQuestion",
    "Verification",
    "Visit",
    "VisitAttempt",
    "VisitCorrection",
    "VisitDeadline",
    "VisitDraft",
    "VisitFiring",
    "VisitPause",
    "VisitPhoto",
    "VisitPlan",
    "VisitTicket",
    "WriteBack",
    "WrittenReply",
]
