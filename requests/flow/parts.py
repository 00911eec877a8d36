"""协办: each department takes its part on, has its limit and gives its own result (APP-4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.files.models import StoredFile
from portal.people.models import Department, User
from portal.people.refusal import required
from requests import limits
from requests.capacity import own_parts, part_grant
from requests.flow.core import Refused, begin, note
from requests.flow.intake import attach
from requests.flow.passing import demand_able, end, give, move_instructions, open_parts
from requests.models import Assignment, LevelRaise, Ticket
from requests.models.conversation import Audience
from requests.models.ticket import Complexity


@transaction.atomic
def take_part(ticket: Ticket, *, by: User, at: datetime | None = None) -> Assignment:
    """签收协办: the co-handling department takes its part on (SLA-2); its limit is counted from the lead's (SLA-16)."""
    ticket, at = begin(ticket, "take_part", by, at)
    part = _own(ticket, by, at, taken_at=None, opinion_at=None)
    if part is None:
        raise Refused(_("您部门的协办部分已经签收过。"))
    part.taken_by, part.taken_at = by, at
    part.save()
    limits.part_taken(ticket, part.department, at)
    note("ticket.part_taken", ticket, by=by, at=at, firm_sees=False, **_of(part))
    return part


@transaction.atomic
def give_opinion(
    ticket: Ticket,
    *,
    by: User,
    text: str,
    outcome: str = Assignment.Outcome.ADVICE,
    files: Iterable[StoredFile] = (),
    at: datetime | None = None,
) -> Assignment:
    """协办意见: a co-handling department's own result (APP-4); officials only, the lead answers the firm."""
    ticket, at = begin(ticket, "give_opinion", by, at)
    part = _own(ticket, by, at, opinion_at=None)
    if part is None:
        raise Refused(_("您部门的协办意见已经提交过。"))
    if outcome not in Assignment.Outcome.values:
        raise Refused(_("请选协办结果。"), "outcome")
    ticket.acting = part_grant(part, by, at)
    part.opinion, part.outcome = required(text, _("请写协办意见。"), "text"), outcome
    part.opinion_by, part.opinion_at = by, at
    part.save()
    attach(ticket, files, Audience.OFFICE, assignment=part)
    limits.part_given(ticket, part.department, at)
    note("ticket.opinion_given", ticket, by=by, at=at, firm_sees=False, **_of(part))
    return part


def _own(ticket: Ticket, by: User, at: datetime, **still: None) -> Assignment | None:
    """His department's part of which that is still to come, locked; where he has several, the one given first."""
    mine = [part.pk for part in own_parts(ticket, by, at)]
    parts = ticket.assignments.filter(pk__in=mine, ended_at=None, **still).select_related("department").order_by("pk")
    return parts.select_for_update(of=("self",), no_key=True).first()


@transaction.atomic
def add_part(
    ticket: Ticket, *, by: User, department: Department, instruction: str, at: datetime | None = None
) -> Assignment:
    """增加协办: the lead or the centre asks one more department, and says for what; what was ordinary becomes 多跨."""
    ticket, at = begin(ticket, "add_part", by, at)
    demand_able(department, field="department")
    if ticket.assignments.filter(department=department, ended_at=None).exists():
        raise Refused(_("%(name)s已经在办这件。") % {"name": department.short_name}, "department")
    instruction = required(instruction, _("请写要这个部门办什么。"), "instruction")
    part = give(ticket, department, Assignment.Part.CO, by=by, at=at, instruction=instruction)
    limits.part_assigned(ticket, department, at)
    note("ticket.part_added", ticket, by=by, at=at, firm_sees=False, **_of(part))
    if ticket.complexity == Complexity.ORDINARY:
        raise_to(ticket, Complexity.CROSS, "", by, at)
    return part


@transaction.atomic
def end_part(
    ticket: Ticket, *, by: User, department: Department, reason: str, at: datetime | None = None
) -> Assignment:
    """结束协办: before the matter is done, with a reason; access ends, its own opinion stays readable (SEC-2)."""
    ticket, at = begin(ticket, "end_part", by, at)
    part = next((one for one in open_parts(ticket) if one.department_id == department.pk), None)
    if part is None:
        raise Refused(_("%(name)s没有在协办这件。") % {"name": department.short_name}, "department")
    end(part, by=by, at=at, reason=required(reason, _("请写为什么不用它协办了。"), "reason"))
    move_instructions(ticket, part.department, by=by, at=at)
    note("ticket.part_ended", ticket, by=by, at=at, firm_sees=False, tell=False, **_of(part))
    return part


def raise_to(ticket: Ticket, complexity: str, reason: str, by: User, at: datetime, *, tell: bool = False) -> LevelRaise:
    """Writes the higher level; clocks that run keep their limit."""
    raised = LevelRaise.objects.create(
        ticket=ticket, before=ticket.complexity, after=complexity, reason=reason, by=by, at=at
    )
    ticket.complexity = complexity
    ticket.save()
    note("ticket.level_raised", ticket, by=by, at=at, firm_sees=False, tell=tell, level=raised.pk)
    return raised


def _of(part: Assignment) -> dict[str, Any]:
    return {"department": part.department_id, "part": part.pk}
