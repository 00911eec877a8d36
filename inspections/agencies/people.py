"""The verbs on an agency's inspectors, teams and days away (INS-4): whom the planner may send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal import trail
from portal.people.models import User
from portal.people.refusal import Refused, one_line, required_line
from portal.people.roles import Role
from portal.worktime import clock
from portal.worktime.words import local_day

from ..models import Agency, Away, Inspector, Skill, Team
from .capacity import demand_head, demand_own

FEWEST = 2  # inspectors go together
LONGEST_AWAY = 366  # days


@transaction.atomic
def add_inspector(
    agency: Agency,
    user: User,
    *,
    by: User,
    certificate: str,
    valid_until: date,
    skills: Sequence[Skill] = (),
    at: datetime | None = None,
) -> Inspector:
    """A person of the department who holds the role of inspector gets his certificate entered."""
    grant, at = demand_head(agency, by, at), at or clock.now()
    _lock(agency)
    if not User.objects.holding(Role.INSPECTOR, agency.department, at).filter(pk=user.pk).exists():
        raise Refused(_("这个人还不是本部门的执法人员，请先由系统管理员给角色。"), "user")
    if agency.inspectors.filter(user=user, active=True).exists():
        raise Refused(_("这个人已在执法人员名单里。"), "user")
    made = Inspector.objects.create(
        user=user, agency=agency, certificate=_certificate(certificate), valid_until=valid_until
    )
    made.skills.set(skills)
    trail.record("inspector.added", made, by=by, at=at, data={"agency": agency.pk}, grant=grant)
    return made


@transaction.atomic
def edit_inspector(
    inspector: Inspector,
    *,
    by: User,
    certificate: str,
    valid_until: date,
    skills: Sequence[Skill],
    active: bool = True,
    at: datetime | None = None,
) -> Inspector:
    """A certificate renewed, a skill gained, somebody who inspects no more."""
    grant, at = demand_head(inspector.agency, by, at), at or clock.now()
    _lock(inspector.agency)
    certificate = _certificate(certificate, but=inspector)
    former = (inspector.certificate, inspector.valid_until, inspector.active, set(inspector.skills.all()))
    if former == (certificate, valid_until, active, set(skills)):
        return inspector
    others = inspector.agency.inspectors.filter(user=inspector.user, active=True).exclude(pk=inspector.pk)
    if active and others.exists():
        raise Refused(_("这个人已在执法人员名单里。"))
    inspector.certificate, inspector.valid_until, inspector.active = certificate, valid_until, active
    inspector.save(update_fields=["certificate", "valid_until", "active"])
    inspector.skills.set(skills)
    data = {"valid_until": valid_until, "active": active, "skills": [skill.code for skill in skills]}
    trail.record("inspector.edited", inspector, by=by, at=at, data=data, grant=grant)
    return inspector


def _certificate(typed: str, but: Inspector | None = None) -> str:
    number = required_line(typed, _("请写执法证号。"), "certificate", 30)
    others = Inspector.objects.exclude(pk=but.pk) if but else Inspector.objects.all()
    if others.filter(certificate=number).exists():
        raise Refused(_("这个执法证号已经登记过。"), "certificate")
    return number


@transaction.atomic
def form_team(agency: Agency, *, by: User, name: str, members: Sequence[Inspector], at: datetime | None = None) -> Team:
    """两人以上: all of the agency, all with a valid certificate."""
    grant, at = demand_head(agency, by, at), at or clock.now()
    _lock(agency)
    name = _name(agency, name)
    _demand_team(agency, members, local_day(at))
    made = Team.objects.create(agency=agency, name=name)
    made.members.set(members)
    data = {"members": sorted(one.pk for one in members)}
    trail.record("team.formed", made, by=by, at=at, data=data, grant=grant)
    return made


@transaction.atomic
def edit_team(
    team: Team, *, by: User, name: str, members: Sequence[Inspector], active: bool = True, at: datetime | None = None
) -> Team:
    """Who goes together from now on; what is planned keeps those whom the plan named."""
    grant, at = demand_head(team.agency, by, at), at or clock.now()
    _lock(team.agency)
    name = _name(team.agency, name, but=team)
    if active:
        _demand_team(team.agency, members, local_day(at))
    if (team.name, team.active, set(team.members.all())) == (name, active, set(members)):
        return team
    team.name, team.active = name, active
    team.save(update_fields=["name", "active"])
    team.members.set(members)
    data = {"members": sorted(one.pk for one in members), "active": active}
    trail.record("team.changed", team, by=by, at=at, data=data, grant=grant)
    return team


def _name(agency: Agency, typed: str, but: Team | None = None) -> str:
    name = required_line(typed, _("请写检查组的名称。"), "name", 40)
    others = agency.teams.exclude(pk=but.pk) if but else agency.teams.all()
    if others.filter(name=name).exists():
        raise Refused(_("本部门已有同名的检查组。"), "name")
    return name


def _demand_team(agency: Agency, members: Sequence[Inspector], day: date) -> None:
    if len({one.user_id for one in members}) < FEWEST:
        raise Refused(_("一个检查组至少两名执法人员。"), "members")
    for one in members:
        if one.agency_id != agency.pk:
            raise Refused(_("%(name)s不是本部门的执法人员。") % {"name": one}, "members")
        if not one.active or not one.user.is_active:
            raise Refused(_("%(name)s已停用。") % {"name": one}, "members")
        if one.valid_until < day:
            raise Refused(_("%(name)s的执法证已过有效期。") % {"name": one}, "members")


@transaction.atomic
def enter_away(team: Team, *, by: User, first: date, last: date, reason: str = "", at: datetime | None = None) -> Away:
    """Days on which the team does other work: it is planned for none of them."""
    grant, at = demand_own(team.agency, by, at), at or clock.now()
    team = Team.objects.select_for_update(of=("self",), no_key=True).get(pk=team.pk)
    demand_span(first, last, at)
    if team.away.filter(first__lte=last, last__gte=first).exists():
        raise Refused(_("这几天里已有记下的外出。"), "first")
    made = Away.objects.create(team=team, first=first, last=last, reason=one_line(reason)[:100])
    trail.record("team.away_entered", team, by=by, at=at, data={"first": first, "last": last}, grant=grant)
    return made


@transaction.atomic
def remove_away(away: Away, *, by: User, at: datetime | None = None) -> None:
    """Entered by mistake, or put off; the event keeps the days."""
    grant, at = demand_own(away.team.agency, by, at), at or clock.now()
    data = {"first": away.first, "last": away.last}
    if Away.objects.filter(pk=away.pk).delete()[0]:
        trail.record("team.away_removed", away.team, by=by, at=at, data=data, grant=grant)


def demand_span(first: date, last: date, at: datetime) -> None:
    """Raises Refused for days that are over, the wrong way round or too many."""
    if last < first:
        raise Refused(_("结束日期不能早于开始日期。"), "last")
    if last < local_day(at):
        raise Refused(_("这几天已经过了。"), "last")
    if (last - first).days >= LONGEST_AWAY:
        raise Refused(_("一次最多一年。"), "last")


def _lock(agency: Agency) -> None:
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=agency.pk)
