"""升级、专项小组、专班: what one department cannot do alone is raised and given to a group (APP-4, ORG-2)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import Department, TaskGroup, TaskGroupMember, User
from portal.people.refusal import required
from portal.people.rights import rights_of
from requests import limits
from requests.asked import group_at_work, higher
from requests.capacity import own_case
from requests.flow.core import Refused, begin, note
from requests.flow.parts import raise_to
from requests.flow.passing import demand_able, give
from requests.models import Assignment, Contribution, LevelRaise, Ticket, TicketGroup
from requests.models.ticket import Complexity


@transaction.atomic
def raise_level(
    ticket: Ticket,
    *,
    by: User,
    complexity: str,
    reason: str,
    co: Iterable[Department] = (),
    at: datetime | None = None,
) -> LevelRaise:
    """升级: 一般 → 多跨 → 疑难 → 重大, never down; to 多跨 with the departments that join in (APP-4)."""
    ticket, at = begin(ticket, "raise_level", by, at)
    if complexity not in higher(ticket):
        raise Refused(_("只能升到更高一级。"), "complexity")
    reason = required(reason, _("请写为什么升级。"), "reason")
    there = set(ticket.assignments.filter(ended_at=None).values_list("department", flat=True))
    joining = [department for department in co if department.pk not in there]
    demand_able(*joining, field="co")
    if complexity == Complexity.CROSS and len(there) + len(joining) < 2:
        raise Refused(_("多跨事项至少要有一个协办部门。"), "co")
    for department in joining:
        part = give(ticket, department, Assignment.Part.CO, by=by, at=at, instruction=reason)
        limits.part_assigned(ticket, department, at)
        note("ticket.part_added", ticket, by=by, at=at, firm_sees=False, department=department.pk, part=part.pk)
    return raise_to(ticket, complexity, reason, by, at, tell=True)


@transaction.atomic
def give_to_group(
    ticket: Ticket,
    *,
    by: User,
    reason: str,
    group: TaskGroup | None = None,
    members: Collection[User] = (),
    convener: User | None = None,
    at: datetime | None = None,
) -> TicketGroup:
    """交工作组: to a standing group or task force, or to a task force made for this item of `members` (ORG-2).

    While it lasts its members read the ticket. 重大 needs a task force, not a standing group (APP-4).
    """
    ticket, at = begin(ticket, "give_to_group", by, at)
    if group_at_work(ticket):
        raise Refused(_("已经交给工作组，先结束再另交。"))
    if ticket.complexity == Complexity.ORDINARY:
        raise Refused(_("一般事项由一个部门办，先升级再交工作组。"))
    reason = required(reason, _("请写要工作组办什么。"), "reason")
    made = group is None
    if group is None:
        group = _make_force(ticket, members, convener, at)
    _check_group(ticket, group)
    work = TicketGroup.objects.create(
        ticket=ticket, group=group, made_for_it=made, reason=reason, given_by=by, given_at=at
    )
    note("ticket.group_given", ticket, by=by, at=at, firm_sees=False, work=work.pk)
    return work


def _check_group(ticket: Ticket, group: TaskGroup) -> None:
    if not group.active or group.kind == TaskGroup.Kind.CHIEFS:
        raise Refused(_("%(name)s不能办理，请另选。") % {"name": group.name}, "group")
    if ticket.complexity == Complexity.MAJOR and group.kind != TaskGroup.Kind.TASK_FORCE:
        raise Refused(_("重大事项要由专班办。"), "group")


def _make_force(ticket: Ticket, members: Collection[User], convener: User | None, at: datetime) -> TaskGroup:
    """A task force for this item, of people who hold an office and are not of the firm (§1: own case)."""
    people = {user.pk: user for user in ([convener] if convener else []) + list(members)}
    if convener is None or len(people) < 2:
        raise Refused(_("请选工作组，或者选组长和至少一名成员，新设专班。"), "convener" if members else "group")
    for user in people.values():
        if own_case(ticket, user, at) or not rights_of(user, at).is_official or rights_of(user, at).is_outside:
            raise Refused(_("%(name)s不能进专班。") % {"name": user.name}, "members")
    name = _name(ticket)
    group = TaskGroup.objects.create(name=name, kind=TaskGroup.Kind.TASK_FORCE, purpose=ticket.number)
    TaskGroupMember.objects.bulk_create(
        TaskGroupMember(group=group, user=user, is_head=user == convener, since=at) for user in people.values()
    )
    return group


def _name(ticket: Ticket) -> str:
    """“SX-20261121-0007 专班”, numbered from the second on."""
    times = TicketGroup.objects.filter(ticket=ticket, made_for_it=True).count()
    return f"{ticket.number} 专班{times + 1 if times else ''}"


@transaction.atomic
def contribute(ticket: Ticket, *, by: User, text: str, at: datetime | None = None) -> Contribution:
    """专班意见: what a member of the group gave; officials only."""
    ticket, at = begin(ticket, "contribute", by, at)
    work = _at_work(ticket)
    text = required(text, _("请写办了什么、有什么意见。"), "text")
    given = Contribution.objects.create(work=work, text=text, by=by, at=at)
    note("ticket.contributed", ticket, by=by, at=at, firm_sees=False, contribution=given.pk)
    return given


@transaction.atomic
def end_group(ticket: Ticket, *, by: User, reason: str, at: datetime | None = None) -> TicketGroup:
    """工作组结束: its members' sight ends, what they gave stays; a task force made for this item is dissolved."""
    ticket, at = begin(ticket, "end_group", by, at)
    work = _at_work(ticket)
    TicketGroup.objects.end(ticket, by=by, at=at, reason=required(reason, _("请写为什么结束。"), "reason"))
    note("ticket.group_ended", ticket, by=by, at=at, firm_sees=False, tell=False, work=work.pk)
    return work


def _at_work(ticket: Ticket) -> TicketGroup:
    work = group_at_work(ticket)
    if work is None:
        raise Refused(_("现在没有工作组在办这件。"))
    return work
