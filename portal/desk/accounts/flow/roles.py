"""Roles held for a time: granting, ending, and what goes with them."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.desk.accounts.flow.core import Refused, as_administrator, demand, demand_one_duty, lock_user, note
from portal.people.actors import Actor, Clock
from portal.people.models import Department, Membership, User
from portal.people.rights import rights_of
from portal.people.roles import DEPARTMENT_ROLES, Role
from portal.worktime import clock


@transaction.atomic
def grant(
    user: User,
    role: str,
    *,
    by: Actor,
    department: Department | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    is_liaison: bool = False,
    on_duty: bool = False,
    at: datetime | None = None,
) -> Membership:
    """`user` holds `role` from `since` (None: now) to just before `until`. Nobody grants himself a role (SEC-1)."""
    using = as_administrator(by, at)
    user = lock_user(user)
    at = at or clock.now()
    since = since or at
    _demand_not_himself(user, by, at)
    demand(user.is_active, _("%(name)s 的账号已停用，先启用再任职。"), name=user.name)
    _demand_department(role, department, is_liaison)
    demand(since >= at, _("任职不能从过去开始。"))
    demand(until is None or until > since, _("结束日期要晚于开始日期。"))
    demand_one_duty(user, {role}, at)
    already = _("%(name)s 在这段时间里已经有“%(role)s”角色。")
    named = {"name": user.name, "role": Role(role).label}
    same = Membership.objects.unfinished(since).filter(user=user, role=role, department=department)
    demand(not (same.filter(since__lt=until) if until else same).exists(), already, **named)
    membership = Membership(user=user, role=role, department=department, since=since, until=until)
    membership.is_liaison, membership.on_duty = is_liaison, on_duty
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError:  # the constraint has the last word, whoever else writes memberships
        raise Refused(already % named) from None
    note("membership.granted", user, by=by, at=at, grant=using, **_described(membership))
    return membership


@transaction.atomic
def end(membership: Membership, *, by: Actor, until: datetime | None = None, at: datetime | None = None) -> Membership:
    """The role ends at `until` (None: now); what it opened is shut with the next click (SEC-2)."""
    using = as_administrator(by, at)
    lock_user(membership.user)
    membership.refresh_from_db(fields=["since", "until"])
    at = at or clock.now()
    until = until or at
    demand(membership.until is None or membership.until > at, _("这个任职早已结束。"))
    demand(until >= at, _("任职不能在过去结束。"))
    demand(membership.until is None or until <= membership.until, _("要延长任职，请另行授予。"))
    demand_an_administrator_left(membership.user, at, role=membership.role)
    membership.end_at(until)
    membership.save(update_fields=["until"])
    note("membership.ended", membership.user, by=by, at=at, grant=using, **_described(membership))
    return membership


@transaction.atomic
def assign_duty(
    membership: Membership,
    *,
    by: Actor,
    on_duty: bool | None = None,
    is_liaison: bool | None = None,
    at: datetime | None = None,
) -> Membership:
    """Who is on duty (APP-8), and who is the department's liaison officer (ORG-1); None leaves it as it is."""
    using = as_administrator(by, at)
    lock_user(membership.user)
    membership.refresh_from_db()
    demand(not is_liaison or membership.department_id, _("联络人要属于一个部门。"))
    membership.on_duty = membership.on_duty if on_duty is None else on_duty
    membership.is_liaison = membership.is_liaison if is_liaison is None else is_liaison
    membership.save(update_fields=["on_duty", "is_liaison"])
    data = {"on_duty": membership.on_duty, "is_liaison": membership.is_liaison}
    at = at or clock.now()
    note("membership.duty_assigned", membership.user, by=by, at=at, grant=using, membership=membership.pk, **data)
    return membership


def demand_an_administrator_left(user: User, at: datetime, role: str = Role.ADMINISTRATOR) -> None:
    """Refused where nobody else could administer the site after `user` no longer does."""
    if role == Role.ADMINISTRATOR:
        others = Membership.objects.current(at).filter(role=role, user__is_active=True).exclude(user=user)
        # Their rows are locked, so that two administrators cannot end each other at the same moment.
        left = list(others.select_for_update(no_key=True, of=("self",)).order_by("pk"))
        demand(left, _("%(name)s 是唯一的系统管理员，先任命另一位。"), name=user.name)


def _demand_not_himself(user: User, by: Actor, at: datetime) -> None:
    """What a principal gets, his deputy can use at once: granting to him is granting to oneself."""
    if isinstance(by, Clock):
        return
    mine = {by.pk, *(principal.pk for principal in rights_of(by, at).principals)}
    demand(user.pk not in mine, _("不能给自己授予角色，请另一位系统管理员来办。"))


def _demand_department(role: str, department: Department | None, is_liaison: bool) -> None:
    needed = role in DEPARTMENT_ROLES or is_liaison
    demand(department or not needed, _("“%(role)s”要属于一个部门，请选部门。"), role=Role(role).label)
    demand(department is None or department.active, _("%(name)s 已停用。"), name=department and department.name)


def _described(membership: Membership) -> dict[str, object]:
    return {
        "membership": membership.pk,
        "role": membership.role,
        "department": membership.department_id,
        "since": membership.since,
        "until": membership.until,
    }
