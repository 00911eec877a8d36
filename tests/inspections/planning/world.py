"""Firms, needs and plans for the tests of planning; all of it lies after AT, Friday 2026-11-06."""

from __future__ import annotations

from datetime import date, timedelta

from enterprises.models import Enterprise, Place
from inspections.models import JointVisit, Need, Plan, Team
from inspections.planning import flow, working
from portal.people.models import User
from portal.people.roles import Role
from tests.inspections.factories import DAY, Agencies, inspector, need
from tests.requests.factories import enterprise, moment, person

AT = moment("2026-11-06 10:00")
WEEKS = DAY + timedelta(days=25)  # four weeks from Monday 2026-11-09


def firms(of: Agencies, n: int, place: Place | None = None) -> list[Enterprise]:
    return [enterprise(f"虚舟{k}号制造有限公司", f"虚舟{k}号", place or of.town.place) for k in range(1, n + 1)]


def carrier(of: Agencies) -> Place:
    return Place.objects.create(code="T111", name="濠梁产业园", level=4, parent=of.town.place)


def drafted(of: Agencies, *, by: User | None = None, first: date = DAY, last: date = WEEKS, **fields: object) -> Plan:
    """A plan of all that waits; it takes the planner's start, which is the best there is of a handful of needs."""
    known: dict[str, object] = {"title": "十一月联合检查", "gap": None}
    made = flow.create(by=by or of.keeper_inspector, first=first, last=last, at=AT, **known | fields)
    if "seconds" not in fields:
        Plan.objects.filter(pk=made.pk).update(seconds=0)
    return made


def computed(plan: Plan, of: Agencies) -> Plan:
    flow.compute(plan, by=of.keeper_inspector, at=AT)
    assert working.carry_on(AT) == 1
    plan.refresh_from_db()
    return plan


def three_agencies_at(of: Agencies, *firms_there: Enterprise) -> list[Need]:
    return [need(of, firm, agency) for firm in firms_there for agency in (of.housing, of.fire, of.keeper)]


def second_team(of: Agencies, agency, *skills, name: str = "二组") -> Team:
    team = Team.objects.create(agency=agency, name=name)
    people = [person(f"{name}-{agency.pk}-{k}", f"从众{k}", (Role.INSPECTOR, agency.department)) for k in (1, 2)]
    team.members.set([inspector(one, agency, *skills) for one in people])
    return team


def visits_of(plan: Plan) -> list[JointVisit]:
    return list(JointVisit.objects.filter(plan=plan).order_by("day", "pk"))
