"""Agencies, subjects, needs, visits and the whitelist for tests, written as rows; verbs have tests of their own.

from tests.inspections.factories import Agencies, agencies, listed, need, visit
of = agencies(town)            # police keeps the plans; housing and fire inspect as well
wish = need(of, town.firm)     # housing's, self-chosen, in the week of MONDAY
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from enterprises.criteria.flow import define
from enterprises.models import Criterion, Enterprise
from inspections.models import (
    Agency,
    ChecklistItem,
    Entry,
    Inspector,
    JointVisit,
    Need,
    Plan,
    Skill,
    Subject,
    Team,
    VisitPart,
    WhitelistRound,
)
from inspections.needs import stages as needs
from inspections.planning import stages as plans
from inspections.visits import stages as visits
from inspections.whitelist import stages as whitelist
from portal.people.actors import CLOCK
from portal.people.models import User
from portal.people.roles import Role
from tests.requests.factories import LONG_AGO, MONDAY, Town, department, persons

_serial = count(1)
DAY = MONDAY.date()  # Monday 2026-11-09


@dataclass
class Agencies:
    """`keeper` (police) approves the plans; `housing` has `town.inspector` and `town.department_head`; `fire` others.

    People: `keeper_inspector`, `keeper_second` and `town.police_head` of the keeper; `housing_second` with
    `town.inspector` of housing; `fire_inspector`, `fire_second`, `fire_head` of the fire station. Each agency has one
    team of its two inspectors and one subject.
    """

    town: Town
    keeper: Agency
    housing: Agency
    fire: Agency
    gas: Skill

    def __getattr__(self, name: str) -> User:  # the town’s people
        return getattr(self.town, name)

    def team(self, agency: Agency) -> Team:
        return agency.teams.get(draw=None)

    def subject(self, agency: Agency) -> Subject:
        return agency.subjects.order_by("pk").first()


def agencies(town: Town) -> Agencies:
    fire = department("消防救援站", "town_office", short="消防站")
    held = {
        "keeper_inspector": ("庚桑楚", [(Role.INSPECTOR, town.police)]),
        "keeper_second": ("南荣趎", [(Role.INSPECTOR, town.police)]),
        "housing_second": ("啮缺", [(Role.INSPECTOR, town.housing)]),
        "fire_inspector": ("王倪", [(Role.INSPECTOR, fire)]),
        "fire_second": ("蒲衣子", [(Role.INSPECTOR, fire)]),
        "fire_head": ("肩吾", [(Role.DEPARTMENT_HEAD, fire)]),
    }
    people = town.people
    people |= persons(held, first=User.objects.count())
    made = [
        Agency.objects.create(department=where, approves_plans=where is town.police)
        for where in (town.police, town.housing, fire)
    ]
    crews = [("keeper_inspector", "keeper_second"), ("inspector", "housing_second"), ("fire_inspector", "fire_second")]
    for one, crew in zip(made, crews, strict=True):
        team = Team.objects.create(agency=one, name="一组")
        team.members.set([inspector(people[name], one) for name in crew])
        subject(one)
    keeper, housing, fire_agency = made
    return Agencies(town, keeper, housing, fire_agency, Skill.objects.create(code="gas-test", name="燃气"))


def inspector(user: User, agency: Agency, *skills: Skill, valid_until: date = date(2030, 12, 31)) -> Inspector:
    made = Inspector.objects.create(
        user=user, agency=agency, certificate=f"ZF-{next(_serial):06d}", valid_until=valid_until
    )
    if skills:
        made.skills.set(skills)
    return made


def subject(agency: Agency, *items: str, **fields: Any) -> Subject:
    """A subject with a checklist of two points, the second of which may be warned at first."""
    n = next(_serial)
    known = {"code": f"subject-{n}", "name": f"检查事项之{n}", "basis": f"某某条例第 {n} 条"}
    made = Subject.objects.create(agency=agency, **known | fields)
    numbered = enumerate(items or ("证照齐全", "台账记录完整"), 1)
    ChecklistItem.objects.bulk_create(
        ChecklistItem(subject=made, number=number, text=text, minor=number == 2, points=number)
        for number, text in numbered
    )
    return made


def need(of: Agencies, firm: Enterprise, agency: Agency | None = None, **fields: Any) -> Need:
    """A need as a row, housing's and self-chosen unless said otherwise, its window the week of MONDAY."""
    agency = agency or of.housing
    known = {
        "number": f"JX-{next(_serial):06d}",
        "subject": of.subject(agency),
        "kind": needs.SELF_CHOSEN,
        "basis": "年度检查计划",
        "first": DAY,
        "last": DAY + timedelta(days=4),
        "status": needs.OPEN,
        "created_at": LONG_AGO,
    }
    return Need.objects.create(agency=agency, enterprise=firm, **known | fields)


def plan(of: Agencies, **fields: Any) -> Plan:
    """A plan under way over the four weeks from MONDAY."""
    known = {
        "number": f"JH-{next(_serial):06d}",
        "title": f"检查计划之{next(_serial)}",
        "first": DAY,
        "last": DAY + timedelta(days=25),
        "status": plans.PROPOSED,
        "gap": 5,
        "created_by": of.keeper_inspector,
        "created_at": LONG_AGO,
        "moved_at": LONG_AGO,
    }
    if fields.get("status") == plans.APPROVED:
        known |= {
            "submitted_by": of.keeper_inspector,
            "approved_by": of.police_head,
            "approved_at": LONG_AGO,
        }
    return Plan.objects.create(**known | fields)


def visit(
    of: Agencies,
    firm: Enterprise,
    needs_of: Sequence[Need] = (),
    *,
    day: date = DAY,
    status: str = visits.SCHEDULED,
    told_at: datetime | None = LONG_AGO,
    **fields: Any,
) -> JointVisit:
    """A visit with its needs (housing's one unless given), a part for each agency with its team's two inspectors."""
    own = list(needs_of) or [need(of, firm)]
    fields.setdefault("plan", None if fields.get("on_the_spot") else plan(of, status=plans.APPROVED))
    number, made_at = f"JC-{next(_serial):06d}", {"created_at": LONG_AGO}
    made = JointVisit.objects.create(
        number=number, enterprise=firm, day=day, status=status, told_at=told_at, **made_at | fields
    )
    standing = needs.OPEN if status == visits.PROPOSED else needs.PLANNED
    Need.objects.filter(pk__in=[one.pk for one in own]).update(visit=made, plan=made.plan, status=standing)
    for n, agency in enumerate(dict.fromkeys(one.agency for one in own)):
        part = VisitPart.objects.create(visit=made, agency=agency, team=of.team(agency), leads=n == 0)
        part.inspectors.set(of.team(agency).members.all())
    return made


def whitelist_criterion(tree: Any = None) -> Criterion:
    return define(f"whitelist-{next(_serial)}", "白名单条件", tree or {"holds": "high_tech"}, by=CLOCK)


def listed(
    of: Agencies,
    firm: Enterprise,
    *,
    status: str = whitelist.LISTED,
    term: tuple[date, date] = (date(2026, 1, 1), date(2026, 12, 31)),
    **fields: Any,
) -> Entry:
    """An entry of the whitelist, standing for the year 2026 unless said otherwise."""
    criterion = whitelist_criterion()
    round_ = WhitelistRound.objects.create(
        title=f"第 {next(_serial)} 批", criterion=criterion.current, term_from=term[0], term_until=term[1], at=LONG_AGO
    )
    known: dict[str, Any] = {"proposed_by": of.keeper_inspector, "proposed_at": LONG_AGO}
    if status not in (whitelist.REVIEW, whitelist.OBJECTED, whitelist.APPROVE, whitelist.DROPPED):
        known |= {"approved_by": of.leader, "approved_at": LONG_AGO}
    if status in whitelist.ENDED:
        known |= {"ended_at": LONG_AGO}
    return Entry.objects.create(
        number=f"BM-{next(_serial):06d}",
        round=round_,
        enterprise=firm,
        status=status,
        term_from=term[0],
        term_until=term[1],
        **known | fields,
    )
