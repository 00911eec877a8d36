"""Departments (ORG-1) and task groups (ORG-2)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.desk.accounts.flow.core import Refused, as_administrator, changed, demand, lock_user, note
from portal.people.actors import Actor
from portal.people.models import Department, Membership, TaskGroup, TaskGroupMember, User
from portal.people.roles import Role
from portal.worktime import clock
from requests.models import Ticket


@transaction.atomic
def create_department(*, by: Actor, at: datetime | None = None, **fields: Any) -> Department:
    using = as_administrator(by, at)
    at = at or clock.now()
    _demand_leader(fields.get("leader_in_charge"), at)
    department = Department.objects.create(**fields)
    note("department.created", department, by=by, at=at, grant=using)
    return department


@transaction.atomic
def edit_department(department: Department, *, by: Actor, at: datetime | None = None, **fields: Any) -> Department:
    """Refused where the department would come to stand below itself, or is closed with people or matters in it."""
    using = as_administrator(by, at)
    at = at or clock.now()
    # All rows, in one order: two edits at the same moment could otherwise close a circle together.
    rows = {row.pk: row for row in Department.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")}
    department = rows[department.pk]
    names = changed(department, fields)
    if "parent" in names:
        _demand_no_circle(department, rows)
    if "leader_in_charge" in names:
        _demand_leader(department.leader_in_charge, at)
    if "active" in names and not department.active:
        _demand_empty(department, at)
    if names:
        department.save(update_fields=names)
        note("department.edited", department, by=by, at=at, grant=using, fields=sorted(names))
    return department


@transaction.atomic
def create_group(*, by: Actor, at: datetime | None = None, **fields: Any) -> TaskGroup:
    using = as_administrator(by, at)
    group = TaskGroup.objects.create(**fields)
    note("task_group.created", group, by=by, at=at or clock.now(), grant=using)
    return group


@transaction.atomic
def edit_group(group: TaskGroup, *, by: Actor, at: datetime | None = None, **fields: Any) -> TaskGroup:
    using = as_administrator(by, at)
    group = TaskGroup.objects.select_for_update(no_key=True).get(pk=group.pk)
    names = changed(group, fields)
    if names:
        group.save(update_fields=names)
        note("task_group.edited", group, by=by, at=at or clock.now(), grant=using, fields=sorted(names))
    return group


@transaction.atomic
def join(
    group: TaskGroup, user: User, *, by: Actor, is_head: bool = False, at: datetime | None = None
) -> TaskGroupMember:
    """`user` works in the group from now on; membership of a group gives no rights of its own."""
    using = as_administrator(by, at)
    user = lock_user(user)
    at = at or clock.now()
    demand(group.active, _("%(name)s 已停用。"), name=group.name)
    demand(user.is_active, _("%(name)s 的账号已停用。"), name=user.name)
    try:
        with transaction.atomic():
            member = TaskGroupMember.objects.create(group=group, user=user, is_head=is_head, since=at)
    except IntegrityError:
        raise Refused(_("%(name)s 已经在组里。") % {"name": user.name}) from None
    note("task_group.joined", group, by=by, at=at, grant=using, user=user.pk, is_head=is_head)
    return member


@transaction.atomic
def leave(member: TaskGroupMember, *, by: Actor, at: datetime | None = None) -> TaskGroupMember:
    using = as_administrator(by, at)
    lock_user(member.user)
    member.refresh_from_db(fields=["since", "until"])
    at = at or clock.now()
    demand(member.until is None or member.until > at, _("%(name)s 早已不在组里。"), name=member.user.name)
    member.end_at(at)
    member.save(update_fields=["until"])
    note("task_group.left", member.group, by=by, at=at, grant=using, user=member.user_id)
    return member


def _demand_leader(leader: User | None, at: datetime) -> None:
    if leader:
        holds = Membership.objects.current(at).filter(user=leader, role=Role.LEADER, user__is_active=True).exists()
        demand(holds, _("%(name)s 不是镇领导，不能分管部门。"), name=leader.name)


def _demand_no_circle(department: Department, rows: dict[int, Department]) -> None:
    above, seen = department.parent_id, set()
    while above is not None and above not in seen:
        demand(above != department.pk, _("%(name)s 不能归到自己或下级部门之下。"), name=department.name)
        seen.add(above)
        above = rows[above].parent_id


def _demand_empty(department: Department, at: datetime) -> None:
    people = Membership.objects.unfinished(at).filter(department=department).count()
    below = department.children.active().count()
    tickets = Ticket.objects.open().filter(lead_department=department, confidential=False).count()
    demand(
        not (people or below or tickets),
        _("%(name)s 还有 %(people)s 人任职、%(below)s 个下级部门、%(tickets)s 件在办诉求，不能停用。"),
        name=department.name,
        people=people,
        below=below,
        tickets=tickets,
    )
