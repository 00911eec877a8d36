"""What supervision asks of a department for one ticket now: a public commitment, an answer, a progress report.

Pages and verbs ask the same functions, so that what is offered and what is refused cannot differ.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.people.models import User
from portal.people.rights import Rights, rights_of, standing_in
from portal.people.roles import Role
from portal.worktime import clock
from requests import overseen, owed_intake
from requests.models import DeadlineCommitment, Ticket, TicketDeadline
from requests.models.ticket import WORKS

HEADS = (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
PROMISED = WORKS  # the lead's own work in each round: what a commitment and monthly reports are about
OVERSEEN = {"make_commitment", "approve_commitment", "return_commitment", "report_progress"}
TIMED = {"decide_commitment", "owe_progress"}  # about rows of their own: for nobody's hand


def overdue_work(at: datetime) -> QuerySet[TicketDeadline]:
    """The lead departments' work that is past due: what must be promised anew and reported on (DL-5, SLA-9)."""
    return TicketDeadline.objects.overdue(at).filter(obligation__in=PROMISED)


def uncommitted(at: datetime) -> QuerySet[TicketDeadline]:
    """Overdue work without a commitment that waits for approval or runs; confidential matters make none (DL-5)."""
    going = DeadlineCommitment.objects.filter(deadline=OuterRef("pk"), returned_at=None, kept=None)
    return overdue_work(at).filter(~Exists(going), subject__confidential=False)


def commitment_due(ticket: Ticket, at: datetime) -> TicketDeadline | None:
    """The overdue work of this ticket for which the department owes a commitment."""
    return uncommitted(at).filter(subject=ticket).first()


def commitment_asked(ticket: Ticket) -> DeadlineCommitment | None:
    """The commitment that waits for the supervisor's approval."""
    return DeadlineCommitment.objects.to_approve().filter(deadline__subject=ticket).select_related("deadline").first()


def progress_due(ticket: Ticket, at: datetime) -> TicketDeadline | None:
    """The monthly report that is owed now (SLA-9); none on the day of a report, nor before the next one's month."""
    return next((d for d in ticket.open_deadlines if d.obligation == "progress" and d.started_at <= at), None)


def addressed(user: User, rights: Rights) -> Q:
    """Instructions that he must answer: his own, his department's, and those to one of a department he heads."""
    by_name = Q(user__in=standing_in(user))
    department = Q(user=None, department__in=rights.workplaces)
    headed = Q(department__in=rights.subtree(*HEADS))
    return Q(obligation="instruction") & (by_name | department | headed)


def instructions_to(ticket: Ticket, user: User, at: datetime | None = None) -> list[TicketDeadline]:
    """The open instructions on this ticket that he may answer, the earliest due first; of none no query."""
    asked = [d for d in ticket.open_deadlines if d.obligation == "instruction"]
    if not asked:
        return []
    rights = rights_of(user, at)
    names, headed = {person.pk for person in standing_in(user, at)}, rights.subtree(*HEADS)
    return [
        d
        for d in asked
        if d.user_id in names or d.department_id in headed or (not d.user_id and d.department_id in rights.workplaces)
    ]


def answerable(ticket: Ticket, verbs: list[str], by: Any, at: datetime | None = None) -> list[str]:
    """Of the verbs that `by` may do by his office, those for which there is something to do now.

    What is in time costs no query beyond the instant, which a page that has one gives.
    """
    verbs = [verb for verb in verbs if verb not in TIMED]
    if "answer_instruction" in verbs and not instructions_to(ticket, by, at):
        verbs.remove("answer_instruction")
    verbs = overseen.offered(ticket, verbs, at)
    verbs = owed_intake.answerable(ticket, verbs, by, at)
    if not OVERSEEN & set(verbs):
        return verbs
    at = at or clock.now()
    late = any(d.obligation in PROMISED and d.is_overdue(at) for d in ticket.open_deadlines)
    asked = commitment_asked(ticket) if late else None
    there_is = {
        "make_commitment": late and asked is None and commitment_due(ticket, at),
        "approve_commitment": asked,
        "return_commitment": asked,
        "report_progress": progress_due(ticket, at),
    }
    return [verb for verb in verbs if there_is.get(verb, True)]
