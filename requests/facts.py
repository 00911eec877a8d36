"""What figures say of a ticket (SUP-2): facts that are settled once and written to its row, and the conditions on them.

A figure reads tens of thousands of rows; so the verb that settles a fact writes it down, and nothing changes it after.
The list's filters and the figures use the same conditions, so that a number and its list agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from portal.people.models import Department
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests.models import Ticket, TicketDeadline
from requests.models.handling import DISSATISFIED, Result
from requests.models.ticket import WORKS

FIRST_RESPONSE_GOAL = 30  # working minutes (SLA-10)

# Who was spoken to when he came has no response time: that is no question of SLA-10.
RESPONDED = Q(response_minutes__isnull=False)
QUICK = Q(response_minutes__lte=FIRST_RESPONSE_GOAL)
SCORED = Q(score__isnull=False)
SATISFIED = Q(score__gt=DISSATISFIED)
ANSWERED = ~Q(outcome="")
RESOLVED = Q(outcome__in=(Result.Kind.SOLVED, Result.Kind.PARTLY))  # SUP-4: solved or partly solved of all answered
ON_TIME = Q(worked_late=False)


def settle(ticket: Ticket) -> None:
    """Writes what is known for good when a ticket closes; the caller saves it. `closed_at` is set."""
    days = calendar().working_days_between(words.local_day(ticket.filed_at), words.local_day(ticket.closed_at))
    ticket.worked_days = max(days, 0)
    late = ticket.deadlines.filter(obligation__in=WORKS, met_at__gt=F("due_at"))
    ticket.worked_late = late.exists()
    called = ticket.revisits.filter(reached=True).order_by("-id").first()
    rated = called or ticket.ratings.order_by("-id").first()
    ticket.score = rated.overall if rated else None  # 未联系上 and 未回应 never count (APP-13)
    answer = ticket.results.filter(signed_at__isnull=False).order_by("-id").first()
    ticket.outcome = answer.kind if answer else ""


def is_late(now: datetime, department: Department | None = None) -> Exists:
    """Whether an official's obligation is past its due time, or one of the department; a firm's never are (DL-4)."""
    due = TicketDeadline.objects.late(now)
    due = due.filter(department=department) if department else due
    return Exists(due.filter(subject=OuterRef("pk")))


def departments_below(department: Department | int) -> set[int]:
    """A department and all below it; one query."""
    first = department.pk if isinstance(department, Department) else department
    parents = dict(Department.objects.order_by().values_list("pk", "parent"))
    return {pk for pk in parents if first in _line_of(pk, parents)}


def _line_of(pk: int, parents: dict[int, int | None]) -> Iterable[int]:
    seen: set[int] = set()
    here: int | None = pk
    while here is not None and here not in seen:
        seen.add(here)
        here = parents.get(here)
    return seen
