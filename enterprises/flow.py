"""The verbs on a firm: its people, its stewards, its name. Each is one transaction and leaves an event (APP-19).

All lock the firm first. `at` is for imports, the demo and tests; None is the database's now. A person without the power
is refused; the clock, who acts for imports, is not asked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.people.actors import Actor, Clock
from portal.people.models import Membership, User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail.entries import record
from portal.trail.models import Audience
from portal.worktime import clock

from .models import Enterprise, EnterpriseName, Member, PlaceMember, Stewardship
from .models.ties import forget_firms
from .powers import HANDS_OVER, Powers, powers_over

KIND_ROLE = {Stewardship.Kind.STEWARD: Role.STEWARD, Stewardship.Kind.PROJECT_ASSISTANT: Role.PROJECT_ASSISTANT}


@transaction.atomic
def add_member(
    enterprise: Enterprise, user: User, *, by: Actor, title: str = "", primary: bool = False, at: datetime | None = None
) -> Member:
    """`user` may act for the firm from now on. A firm's first person is its primary contact; a new one takes over."""
    locked(enterprise)
    grant = _demand_power("people", enterprise, by, at, _("您不能登记这家企业的人员"))
    _demand(not _is_himself(user, by, at), _("不能把自己或您代理的人登记为企业人员，请由别的同事登记"))
    return admit(enterprise, user, by=by, at=at or clock.now(), grant=grant, title=title, primary=primary)


def admit(
    enterprise: Enterprise,
    user: User,
    *,
    by: Actor,
    at: datetime,
    grant: Grant | None = None,
    title: str = "",
    primary: bool = False,
    **data: Any,
) -> Member:
    """What every way into a firm ends in; the verb that calls it has asked who may, and locked the firm."""
    _demand(user.is_active, _("%(name)s 的账号已停用"), name=user.name)
    known = enterprise.members.unfinished(at)
    _demand(not known.filter(user=user).exists(), _("%(name)s 已经是这家企业的人员"), name=user.name)
    if primary:
        _end_primacy(enterprise, at)
    primary = primary or not known.filter(is_primary=True).exists()
    member = Member.objects.create(enterprise=enterprise, user=user, title=title, is_primary=primary, since=at)
    _follow_role(user, at)
    _record("member_added", enterprise, by, at, grant, {"member": member.pk, "user": user.pk, **data})
    return member


@transaction.atomic
def end_member(member: Member, *, by: Actor, at: datetime | None = None) -> Member:
    """Access ends at once (SEC-2); what the person filed stays with the firm."""
    enterprise = locked(member.enterprise)
    member.refresh_from_db(fields=["since", "until"])
    grant = _demand_power("people", enterprise, by, at, _("您不能登记这家企业的人员"))
    at = at or clock.now()
    _demand(member.until is None or member.until > at, _("%(name)s 早已不是这家企业的人员"), name=member.user.name)
    member.until = max(at, member.since)
    member.save(update_fields=["until"])
    _follow_role(member.user, at)
    _record("member_ended", enterprise, by, at, grant, {"member": member.pk, "user": member.user_id})
    return member


@transaction.atomic
def make_primary(member: Member, *, by: Actor, at: datetime | None = None) -> Member:
    """The person whom the centre calls first; the one before him stays a member."""
    enterprise = locked(member.enterprise)
    grant = _demand_power("people", enterprise, by, at, _("您不能登记这家企业的人员"))
    at = at or clock.now()
    still = enterprise.members.unfinished(at).filter(pk=member.pk).exists()
    _demand(still, _("%(name)s 已不是这家企业的人员"), name=member.user.name)
    _end_primacy(enterprise, at)
    member.is_primary = True
    member.save(update_fields=["is_primary"])
    _record("primary_named", enterprise, by, at, grant, {"member": member.pk, "user": member.user_id})
    return member


@transaction.atomic
def assign_steward(
    enterprise: Enterprise,
    user: User,
    *,
    by: Actor,
    kind: str = Stewardship.Kind.STEWARD,
    project: str = "",
    at: datetime | None = None,
) -> Stewardship:
    """Name the firm's steward, or the assistant of one of its projects; whoever it was until now hands over."""
    locked(enterprise)
    grant = _demand_power("stewards", enterprise, by, at, _("您不能指定服务管家"))
    at = at or clock.now()
    _demand_roles(user, {KIND_ROLE[Stewardship.Kind(kind)]}, at)
    before = enterprise.stewardships.unfinished(at).filter(kind=kind, project=project).order_by("since").last()
    _demand(before is None or before.user_id != user.pk, _("%(name)s 本来就是"), name=user.name)
    if before:
        at = max(at, before.since)  # who waited for the lock may have begun before the one who had it
        _end_stewardship(before, at)
    tie = Stewardship.objects.create(enterprise=enterprise, user=user, kind=kind, project=project, since=at)
    data = {"stewardship": tie.pk, "user": user.pk, "kind": kind, "before": before.user_id if before else None}
    _record("steward_assigned", enterprise, by, at, grant, data)
    return tie


@transaction.atomic
def end_steward(tie: Stewardship, *, by: Actor, at: datetime | None = None) -> Stewardship:
    """The firm, or the project, has nobody named from now on."""
    enterprise = locked(tie.enterprise)
    tie.refresh_from_db(fields=["since", "until"])
    grant = _demand_power("stewards", enterprise, by, at, _("您不能指定服务管家"))
    at = at or clock.now()
    _demand(tie.until is None or tie.until > at, _("%(name)s 早已不再服务这家企业"), name=tie.user.name)
    _end_stewardship(tie, at)
    _record("steward_ended", enterprise, by, at, grant, {"stewardship": tie.pk, "user": tie.user_id, "kind": tie.kind})
    return tie


def roles_to_look_after(user: User, at: datetime | None = None) -> set[Role]:
    """The roles that whoever takes over the firms and places of `user` must hold himself."""
    kinds = Stewardship.objects.unfinished(at).filter(user=user).values_list("kind", flat=True).distinct()
    places = PlaceMember.objects.unfinished(at).filter(user=user)
    roles = {KIND_ROLE[Stewardship.Kind(kind)] for kind in kinds}
    return roles | {Role.GRID_MEMBER} if places.exists() else roles


@transaction.atomic
def hand_over_stewardships(user: User, to: User, *, by: Actor, at: datetime | None = None) -> int:
    """All firms and places that `user` looks after go to `to` in one act (handbook §1); returns how many.

    Refused where `to` does not hold the roles that this needs.
    """
    at = at or clock.now()
    grant = None if isinstance(by, Clock) else next(filter(None, map(rights_of(by, at).grant, HANDS_OVER)), None)
    _demand(isinstance(by, Clock) or grant is not None, _("您不能移交服务管家的企业"))
    _demand(user.pk != to.pk, _("不能移交给本人"))
    _demand_roles(to, roles_to_look_after(user, at), at)
    ties = list(Stewardship.objects.unfinished(at).filter(user=user).order_by("enterprise_id", "pk"))
    firms = Enterprise.objects.filter(pk__in={tie.enterprise_id for tie in ties}).order_by("pk")
    known = {firm.pk: firm for firm in firms.select_for_update(of=("self",), no_key=True)}
    for tie in ties:
        new = Stewardship(user=to, kind=tie.kind, project=tie.project, since=max(at, tie.since), until=tie.until)
        new.enterprise = known[tie.enterprise_id]
        _end_stewardship(tie, at)
        new.save()
        data = {"stewardship": new.pk, "user": to.pk, "kind": tie.kind, "before": user.pk}
        _record("steward_assigned", known[tie.enterprise_id], by, at, grant, data)
    return len(ties) + _hand_over_places(user, to, by, at, grant)


@transaction.atomic
def change_name(enterprise: Enterprise, name: str, *, by: Actor, at: datetime | None = None) -> EnterpriseName:
    """The firm bears `name` from today; the old one joins its former names and still finds it (ENT-1)."""
    locked(enterprise)
    enterprise.refresh_from_db(fields=["name", "established_on"])
    grant = _demand_power("rename", enterprise, by, at, _("您不能更改企业名称"))
    _demand(name.strip() not in {"", enterprise.name}, _("请填写与现用名称不同的新名称"))
    at = at or clock.now()
    last = enterprise.former_names.first()
    today = timezone.localdate(at)
    since = last.until if last else enterprise.established_on
    former = EnterpriseName.objects.create(
        enterprise=enterprise, name=enterprise.name, since=min(since, today) if since else None, until=today
    )
    enterprise.name = name.strip()
    enterprise.save(update_fields=["name"])
    _record("renamed", enterprise, by, at, grant, {"former_name": former.pk})
    return former


def locked(enterprise: Enterprise) -> Enterprise:
    return Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=enterprise.pk)


def _demand_power(power: str, enterprise: Enterprise, by: Actor, at: datetime | None, sentence: str) -> Grant | None:
    """The right by which he has the power; None for the clock."""
    powers = _powers(enterprise, by, at)
    _demand(getattr(powers, power), sentence)
    return powers.grant


def _is_himself(user: User, by: Actor, at: datetime | None) -> bool:
    """Nobody gives a right to himself (SEC-1): it would let an official confirm in the firm's name what he handles."""
    return isinstance(by, User) and user.pk in {by.pk, *(one.pk for one in rights_of(by, at).principals)}


def _powers(enterprise: Enterprise, by: Actor, at: datetime | None) -> Powers:
    if isinstance(by, Clock):
        return Powers(people=True, stewards=True, rename=True, phones=True)
    return powers_over(enterprise, by, at) if isinstance(by, User) else Powers()


def _demand(holds: bool, sentence: str, **named: str) -> None:
    if not holds:
        raise Refused(sentence % named)


def _demand_roles(user: User, roles: Iterable[Role], at: datetime) -> None:
    """A deputy's borrowed roles do not count: the firm gets one named person for good."""
    own = {grant.role for grant in rights_of(user, at).grants if grant.principal is None}
    for role in roles:
        _demand(role in own, _("%(name)s 没有“%(role)s”角色，请先由管理员授予"), name=user.name, role=str(role.label))


def _follow_role(user: User, at: datetime) -> None:
    """The role 企业用户 is held as long as there is a firm; two firms adding one person at once wait for each other."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    held = Membership.objects.unfinished(at).filter(user=user, role=Role.ENTERPRISE_MEMBER)
    if not Member.objects.unfinished(at).filter(user=user).exists():
        held.update(until=Greatest("since", Value(at)))
    elif not held.exists():
        Membership.objects.create(user=user, role=Role.ENTERPRISE_MEMBER, since=at)
    user.forget_rights()
    forget_firms(user)


def _end_primacy(enterprise: Enterprise, at: datetime) -> None:
    enterprise.members.unfinished(at).filter(is_primary=True).update(is_primary=False)


def _end_stewardship(tie: Stewardship, at: datetime) -> None:
    tie.until = max(at, tie.since)
    tie.save(update_fields=["until"])


def _hand_over_places(user: User, to: User, by: Actor, at: datetime, grant: Grant | None) -> int:
    ties = list(PlaceMember.objects.unfinished(at).filter(user=user).select_related("place"))
    for tie in ties:
        tie.until = max(at, tie.since)
        tie.save(update_fields=["until"])
        if not PlaceMember.objects.unfinished(at).filter(place=tie.place, user=to).exists():
            PlaceMember.objects.create(place=tie.place, user=to, since=tie.until)
        data = {"user": to.pk, "before": user.pk}
        record("place.grid_member_changed", tie.place, by=by, at=at, data=data, grant=grant)
    return len(ties)


def _record(
    verb: str, enterprise: Enterprise, by: Actor, at: datetime, grant: Grant | None, data: dict[str, Any]
) -> None:
    record(f"enterprise.{verb}", enterprise, by=by, at=at, data=data, audience=Audience.FIRM, grant=grant)
