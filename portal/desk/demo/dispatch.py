"""What dispatch did to a handful of the demo's open matters on the last working day (APP-4, APP-7, APP-9, NET-6).

One return waits for the centre, one for a supervisor, one lies before the chiefs, one was granted; one matter is major
and has its task force, one is with the mediators, one with a village.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from portal.desk.demo.agenda import Free, Script
from portal.desk.demo.office import later
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from requests import flow, stages
from requests.models import Ticket, TicketDeadline
from requests.models.dispatch import chiefs
from requests.models.ticket import Complexity, Round

BEGINS = timedelta(hours=-7)  # counted from the close of business
STEP = 35  # working minutes
Does = Callable[[Ticket, datetime], Script]

WHY = "看过材料，这件主要是别的部门的职责，我们只能配合。"
AGAIN = "会同法制看过，主要环节不在我们这里，请另定部门。"
STAY = "按职责清单仍由你部门牵头，需要配合的部门可以请它协办。"
GO = "按职责清单由接收部门牵头，原部门配合。"


def scripts(now: datetime, free: Free) -> Iterator[Script]:
    """One after another they pick their matters; what each then needs is done in the course of the day."""
    begins = calendar().close_before(now, 1) + BEGINS
    acts: list[tuple[str, Does]] = [
        (stages.ASSIGNED, _waits_for_centre),
        (stages.HANDLING, _mediated),
        (stages.HANDLING, _waits_for_supervisor),
        (stages.HANDLING, _before_chiefs),
        (stages.HANDLING, _major),
        (stages.HANDLING, _granted),
        (stages.HANDLING, _in_the_village),
    ]
    for number, (status, act) in enumerate(acts):
        yield _picked(free, status, act, later(begins, 1 + 7 * number))


def _picked(free: Free, status: str, act: Does, at: datetime) -> Script:
    yield at
    ticket = _fitting(free, status, at).first()
    if ticket is not None:
        free.picked.add(ticket.pk)
        yield from act(ticket, at)


def _fitting(free: Free, status: str, at: datetime) -> QuerySet[Ticket]:
    """Ordinary matters of the town's own offices in their first round, the latest first; nothing that is late."""
    late = TicketDeadline.objects.late(at).values("subject")
    lead = {"lead_department__kind": Department.Kind.TOWN_OFFICE, "round": Round.FIRST}
    found = Ticket.objects.filter(pk__in=free.standing(at), status=status, urges=0, **lead).exclude(pk__in=late)
    return found.order_by("-moved_at", "pk")


def _one(role: str) -> User:
    return User.objects.get(username=role)


def _worker(ticket: Ticket, at: datetime) -> User:
    """Who acts for the lead department: its handler, else one of its people."""
    return ticket.handler or User.objects.holding(Role.HANDLER, ticket.lead_department, at).order_by("pk")[0]


def _other(ticket: Ticket) -> Department:
    """A town office that has no part in it."""
    there = ticket.assignments.values("department")
    offices = Department.objects.active().filter(kind=Department.Kind.TOWN_OFFICE).exclude(pk__in=there)
    return offices.order_by("pk")[ticket.pk % offices.count()]


def _asked(ticket: Ticket, at: datetime, reason: str = WHY, proposed: Department | None = None) -> None:
    flow.ask_return(ticket, by=_worker(ticket, at), reason=reason, proposed=proposed, at=at)


def _waits_for_centre(ticket: Ticket, at: datetime) -> Script:
    _asked(ticket, at, proposed=_other(ticket))
    yield from ()


def _waits_for_supervisor(ticket: Ticket, at: datetime) -> Script:
    _asked(ticket, at)
    yield (at := later(at, STEP))
    flow.rule_return(ticket, by=_one(Role.TRIAGER), granted=False, reason=STAY, at=at)
    yield (at := later(at, STEP))
    _asked(ticket, at, AGAIN)


def _before_chiefs(ticket: Ticket, at: datetime) -> Script:
    yield from _waits_for_supervisor(ticket, at)
    yield (at := later(at, 3 * STEP))
    supervisor = _one(Role.SUPERVISOR)
    flow.rule_return(ticket, by=supervisor, granted=False, reason=STAY, at=at)
    yield (at := later(at, STEP))
    _asked(ticket, at, "两次都没有说清由谁牵头，我们没有执法权，办不下去。")
    yield (at := later(at, STEP))
    flow.refer_to_chiefs(ticket, by=supervisor, reason="两轮下来没有部门愿意牵头，职责清单没有写明。", at=at)
    yield (at := later(at, STEP))
    second = next((chief for chief in chiefs(at).values() if not chief.is_head), None)
    if second is not None:
        flow.give_view(ticket, by=second.user, taker=_other(ticket), text="离事情最近的部门牵头，别的配合。", at=at)


def _granted(ticket: Ticket, at: datetime) -> Script:
    lead = _other(ticket)
    _asked(ticket, at, proposed=lead)
    yield (at := later(at, 2 * STEP))
    flow.rule_return(ticket, by=_one(Role.TRIAGER), granted=True, reason=GO, lead=lead, at=at)


def _major(ticket: Ticket, at: datetime) -> Script:
    """Raised to 重大, and given to a task force made for it of the heads of three departments."""
    reason = "牵涉面广，一家办不下来，影响企业投产。"
    flow.raise_level(ticket, by=_one(Role.SUPERVISOR), complexity=Complexity.MAJOR, reason=reason, at=at)
    yield (at := later(at, STEP))
    heads = list(User.objects.serving(Role.DEPARTMENT_HEAD, at=at).order_by("pk")[:4])
    convener = _one(Role.LEADER)
    words = "每周碰头，先排时间表，再逐项销号。"
    given: dict[str, Any] = {"members": heads, "convener": convener, "reason": words, "at": at}
    flow.give_to_group(ticket, by=_one(Role.TRIAGER), **given)
    yield (at := later(at, STEP))
    flow.contribute(ticket, by=heads[0], text="已会同现场看过，方案分三步，月底前先解决眼前的。", at=at)


def _mediated(ticket: Ticket, at: datetime) -> Script:
    """Given to the mediators, who have no head with an account: their liaison records for them (APP-7, ORG-1)."""
    unit = Department.objects.filter(kind=Department.Kind.THIRD_PARTY, name__contains="调解").first()
    if unit is None:
        return
    flow.reassign(ticket, by=_one(Role.SUPERVISOR), lead=unit, reason="双方都愿意调解，先交调解会。", at=at)
    yield (at := later(at, STEP))
    liaison = User.objects.holding(Role.HANDLER, unit, at).order_by("pk")[0]
    flow.take(Ticket.objects.get(pk=ticket.pk), by=liaison, at=at)
    yield (at := later(at, STEP))
    flow.log_contact(ticket, by=liaison, text="已联系双方，约定下周二在驿站当面谈。", at=at)


def _in_the_village(ticket: Ticket, at: datetime) -> Script:
    """Given to the village of the demo's grid member, who works for it."""
    grid = _one(Role.GRID_MEMBER)
    held = grid.memberships.current(at).filter(role=Role.HANDLER).select_related("department").order_by("pk").first()
    if held is None or held.department is None:
        return
    reason = "牵涉村里几户人家，由村里出面先谈。"
    flow.reassign(ticket, by=_one(Role.SUPERVISOR), lead=held.department, reason=reason, at=at)
    yield (at := later(at, STEP))
    flow.take(Ticket.objects.get(pk=ticket.pk), by=grid, at=at)
    yield (at := later(at, STEP))
    flow.log_contact(ticket, by=grid, text="到厂里看过，约了村民代表后天下午一起谈。", at=at)
