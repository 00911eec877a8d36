"""Moving by hand: what a day holds, what is refused with which sentence, and what is left behind (INS-4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from inspections.models import Away, Closure, Crew, JointVisit, Need, Rules, VisitPart
from inspections.needs import stages as needs
from inspections.planning import flow, moving
from inspections.visits import stages as visits
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.inspections.factories import DAY, need, visit
from tests.inspections.planning.world import AT, computed, drafted, firms, second_team, three_agencies_at, visits_of

pytestmark = pytest.mark.django_db
TUESDAY, WEDNESDAY, FRIDAY = (DAY + timedelta(days=n) for n in (1, 2, 4))
LATER = DAY + timedelta(days=14)


def move(plan, of, chosen, day, **kwargs):
    return flow.move(plan, [one.pk for one in chosen], day, by=of.keeper_inspector, at=AT, **kwargs)


@pytest.fixture
def planned(of):
    """One visit of three agencies, on Monday, of a plan that has been computed."""
    chosen = three_agencies_at(of, of.town.firm)
    made = computed(drafted(of), of)
    [there] = visits_of(made)
    if there.day != DAY:
        move(made, of, chosen, DAY, lock=False)
    return made, chosen


def test_a_visit_moves_as_a_whole_and_is_fixed(of, planned):
    plan, chosen = planned
    outcome = move(plan, of, chosen, FRIDAY)
    [one] = visits_of(plan)
    assert (one.day, one.locked, outcome.joins) == (FRIDAY, True, None)
    assert set(one.needs.all()) == set(chosen)
    assert Crew.objects.count() == VisitPart.objects.count() == 3
    told = Event.objects.about(plan).get(kind="inspection_plan.adjusted", data__to=str(FRIDAY))
    assert told.data["from"] == [str(DAY)]
    assert told.actor == of.keeper_inspector


def test_one_need_alone_would_come_too_near_the_others(of, planned):
    plan, chosen = planned
    with pytest.raises(Refused, match="另一次检查隔得太近，两次之间至少 10 个工作日"):
        move(plan, of, chosen[:1], WEDNESDAY)
    assert len(visits_of(plan)) == 1


def test_needs_join_the_visit_that_is_there(of):
    Rules.objects.create(pk=1, gap=3)
    early, late = need(of, of.town.firm, last=LATER), need(of, of.town.firm, of.fire, first=FRIDAY, last=LATER)
    plan = computed(drafted(of), of)
    [together] = visits_of(plan)
    move(plan, of, [early], DAY)
    assert {one.day for one in visits_of(plan)} == {DAY, together.day}
    joined = move(plan, of, [early], together.day)
    assert joined.joins == together
    [again] = visits_of(plan)
    assert set(again.needs.all()) == {early, late}
    assert {str(part.agency) for part in again.parts.all()} == {"住建局", "消防站"}


@pytest.mark.parametrize(
    ("breaks", "sentence"),
    [
        ("window", "住建局的这项检查要在 11月9日到 11月13日之间"),
        ("shut", "企业这天停产放假：设备检修"),
        ("away", "消防站这天没有检查组可派"),
        ("full", "消防站的检查组这天都排满了"),
        ("near", "企业 11月20日有一次检查，两次之间至少 10 个工作日"),
        ("holiday", "这天不是计划里的工作日"),
        ("beyond", "这天不是计划里的工作日"),
    ],
)
def test_each_rule_is_refused_with_its_sentence(of, planned, breaks, sentence):
    plan, chosen = planned
    day = {"window": LATER, "holiday": DAY + timedelta(days=5), "beyond": plan.last + timedelta(days=3)}.get(
        breaks, FRIDAY
    )
    if breaks == "shut":
        Closure.objects.create(enterprise=of.town.firm, first=FRIDAY, last=FRIDAY, reason="设备检修", at=AT)
    elif breaks == "away":
        Away.objects.create(team=of.team(of.fire), first=FRIDAY, last=FRIDAY)
    elif breaks == "full":
        other = need(of, of.town.foreign_firm, of.fire, parts=4, kind=needs.STATUTORY)
        visit(of, of.town.foreign_firm, [other], day=FRIDAY)
    elif breaks == "near":
        visit(of, of.town.firm, [need(of, of.town.firm, kind=needs.STATUTORY)], day=DAY + timedelta(days=11))
    with pytest.raises(Refused, match=sentence):
        move(plan, of, chosen, day)
    assert [one.day for one in visits_of(plan)] == [DAY]
    assert set(Need.objects.filter(plan=plan, visit__day=DAY)) == set(chosen)


def test_the_cap_is_one_of_visits_not_of_checks(of):
    Rules.objects.create(pk=1, gap=1, yearly_cap=1)
    first, second = need(of, of.town.firm), need(of, of.town.firm, of.fire)
    plan = computed(drafted(of), of)
    [one] = visits_of(plan)
    move(plan, of, [first, second], FRIDAY)
    with pytest.raises(Refused, match="企业今年只还能有 1 次自选或随机检查"):
        move(plan, of, [first], DAY)
    assert len(visits_of(plan)) == len([one])


def test_a_qualified_team_goes_where_one_is_needed(of):
    ordinary, skilled = of.team(of.housing), second_team(of, of.housing, of.gas)
    plain, demanding = need(of, of.town.firm), need(of, of.town.foreign_firm, skill=of.gas)
    plan = computed(drafted(of), of)
    move(plan, of, [demanding], FRIDAY)
    there = Need.objects.get(pk=demanding.pk).visit
    assert [crew.team for crew in there.parts.get().crews.all()] == [skilled]
    assert set(there.parts.get().inspectors.all()) == set(skilled.members.all())
    move(plan, of, [plain], FRIDAY)
    other = Need.objects.get(pk=plain.pk).visit
    assert [crew.team for crew in other.parts.get().crews.all()] == [ordinary]  # who can do less goes first


def test_out_of_its_visit_and_back(of, planned):
    plan, chosen = planned
    move(plan, of, chosen[:1], None)
    [one] = visits_of(plan)
    assert set(one.needs.all()) == set(chosen[1:])
    assert not one.parts.filter(agency=chosen[0].agency).exists()
    move(plan, of, chosen[:1], DAY)
    assert set(one.needs.all()) == set(chosen)
    move(plan, of, chosen, None)
    assert visits_of(plan) == []
    assert not VisitPart.objects.exists()


def test_others_checks_are_not_moved(of, planned):
    plan, chosen = planned
    foreign = need(of, of.town.foreign_firm)
    with pytest.raises(Refused, match="不在这份计划里"):
        move(plan, of, [*chosen, foreign], FRIDAY)
    Need.objects.filter(pk=foreign.pk).update(plan=plan)
    with pytest.raises(Refused, match="一次只能调整一家企业"):
        move(plan, of, [*chosen, foreign], FRIDAY)


def test_taking_out_leaves_the_rest_and_no_empty_visit(of, planned):
    plan, chosen = planned
    assert flow.take_out(plan, chosen[:1], by=of.keeper_inspector, at=AT) == 1
    assert set(visits_of(plan)[0].needs.all()) == set(chosen[1:])
    flow.take_out(plan, chosen[1:], by=of.keeper_inspector, at=AT)
    assert visits_of(plan) == []
    assert set(Need.objects.filter(plan=None, visit=None)) == set(chosen)


# Visits of an approved plan, which are put off ---------------------------------------------------------------------


def test_why_a_scheduled_visit_cannot_be_put_off(of):
    own = need(of, of.town.firm, last=LATER)
    there = visit(of, of.town.firm, [own], day=DAY)
    assert moving.why_not(there, FRIDAY, at=AT) == []
    assert moving.why_not(there, DAY, at=AT) == []  # it does not stand in its own way
    assert "11月23日" in moving.why_not(there, LATER + timedelta(days=1), at=AT)[0]
    assert "工作日" in moving.why_not(there, DAY + timedelta(days=5), at=AT)[0]
    second = visit(of, of.town.firm, [need(of, of.town.firm, of.fire, kind=needs.STATUTORY)], day=LATER)
    assert "11月23日有一次检查" in moving.why_not(there, FRIDAY, at=AT)[0]
    second.status = visits.CANCELLED
    second.save()
    assert moving.why_not(there, FRIDAY, at=AT) == []


def test_carrying_a_visit_sends_who_can_go(of):
    there = visit(of, of.town.firm, [need(of, of.town.firm)], day=DAY)
    part = there.parts.get()
    Away.objects.create(team=of.team(of.housing), first=FRIDAY, last=FRIDAY)
    with pytest.raises(Refused, match="没有检查组可派"):
        moving.carry(there, FRIDAY, at=AT)
    other = second_team(of, of.housing)
    moving.carry(there, FRIDAY, at=AT)
    again = JointVisit.objects.get(pk=there.pk)
    assert again.day == FRIDAY
    assert again.parts.get() == part  # records and codes point to it
    assert [crew.team for crew in part.crews.all()] == [other]
    assert set(part.inspectors.all()) == set(other.members.all())


def test_a_plan_of_many_firms_is_asked_about_one(of, django_assert_max_num_queries):
    three_agencies_at(of, *firms(of, 6))
    plan = computed(drafted(of), of)
    chosen = list(Need.objects.filter(enterprise__short_name="虚舟3号"))
    with django_assert_max_num_queries(60):
        move(plan, of, chosen, FRIDAY)
