"""From waiting needs to proposals: what is written, once, by whichever worker still has the plan (INS-4)."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from inspections import planner
from inspections.models import Away, Closure, JointVisit, Need, VisitPart
from inspections.needs import stages as needs
from inspections.planning import flow, results, stages, working
from inspections.visits import stages as visits
from portal.people.refusal import Refused
from portal.worktime import clock
from tests.inspections.factories import DAY, need, plan, visit
from tests.inspections.planning.world import (
    AT,
    carrier,
    computed,
    drafted,
    firms,
    second_team,
    three_agencies_at,
    visits_of,
)

pytestmark = pytest.mark.django_db


def test_three_agencies_at_one_firm_become_one_visit(of):
    three_agencies_at(of, of.town.firm)
    made = computed(drafted(of), of)
    [one] = visits_of(made)
    assert made.status == stages.PROPOSED
    assert (one.status, one.told_at, one.unannounced) == (visits.PROPOSED, None, False)
    assert {str(part.agency) for part in one.parts.all()} == {"执法局", "住建局", "消防站"}
    assert [str(part.agency) for part in one.parts.filter(leads=True)] == ["执法局"]
    for part in one.parts.all():
        assert [(crew.team, crew.parts) for crew in part.crews.all()] == [(of.team(part.agency), 1)]
        assert set(part.inspectors.all()) == set(of.team(part.agency).members.all())
    assert set(Need.objects.values_list("visit", "status")) == {(one.pk, needs.OPEN)}
    assert [made.figures[key] for key in ("needs", "visits", "unserved")] == [3, 1, 0]


def test_counts_are_of_what_stands(of):
    park = carrier(of)
    for firm in firms(of, 2, park):
        for agency in (of.housing, of.fire, of.keeper):
            need(of, firm, agency, first=DAY, last=DAY)
    made = computed(drafted(of), of)
    counted = results.counts(made)
    assert (counted.needs, counted.visits, counted.spared, counted.joint) == (6, 2, 4, 2)
    assert counted.journeys == 1  # both lie in one park, and all six checks fit into one day
    assert counted.journeys_singly == 3
    assert counted.share_joint == 100


def test_what_finds_no_place_says_why(of):
    shut = need(of, of.town.firm)
    Closure.objects.create(enterprise=of.town.firm, first=DAY, last=DAY + timedelta(days=4), reason="设备检修", at=AT)
    nobody = need(of, of.town.foreign_firm, of.fire)
    Away.objects.create(team=of.team(of.fire), first=DAY, last=DAY + timedelta(days=11))
    unskilled = need(of, of.town.foreign_firm, skill=of.gas)
    made = computed(drafted(of), of)
    assert (visits_of(made), made.figures["unserved"]) == ([], 3)
    why = {one.pk: one.unplaced["reasons"][0]["why"] for one in Need.objects.all()}
    assert why == {shut.pk: "shut", nobody.pk: "no_team", unskilled.pk: "no_skill"}


def test_standing_visits_keep_their_distance_and_their_teams(of):
    firm, other = firms(of, 2)
    visit(of, firm, [need(of, firm, kind=needs.STATUTORY)], day=DAY + timedelta(days=3))
    visit(of, other, [need(of, other, parts=4, kind=needs.STATUTORY)], day=DAY)
    near = need(of, firm, of.fire)
    busy = need(of, of.town.firm, first=DAY, last=DAY)
    made = computed(drafted(of), of)
    assert visits_of(made) == []
    why = {one.pk: one.unplaced["reasons"][0]["why"] for one in Need.objects.filter(plan=made)}
    assert why == {near.pk: "near", busy.pk: "no_team"}  # the only team is away all day


def test_a_team_that_is_partly_taken_has_the_rest_of_its_day(of):
    elsewhere, here = firms(of, 2)
    visit(of, elsewhere, [need(of, elsewhere, parts=1, kind=needs.STATUTORY)], day=DAY)
    fits = need(of, here, parts=2, first=DAY, last=DAY)
    too_long = need(of, of.town.firm, parts=4, first=DAY, last=DAY)
    made = computed(drafted(of), of)
    assert [one.enterprise for one in visits_of(made)] == [here]
    assert Need.objects.get(pk=fits.pk).visit in visits_of(made)
    assert Need.objects.get(pk=too_long.pk).unplaced["reasons"][0]["why"] == "full"
    assert made.figures["bound"] <= made.figures["visits"] == 1  # what is taken elsewhere is no visit of the plan


def test_the_cap_counts_what_stands_this_year(of):
    from inspections.models import Rules

    Rules.objects.create(pk=1, yearly_cap=1)
    former = need(of, of.town.firm, first=DAY - timedelta(days=60), last=DAY - timedelta(days=60))
    visit(of, of.town.firm, [former], day=DAY - timedelta(days=60))
    capped, statutory = need(of, of.town.firm), need(of, of.town.firm, of.fire, kind=needs.STATUTORY)
    made = computed(drafted(of), of)
    assert Need.objects.get(pk=capped.pk).unplaced["reasons"][0]["why"] == "cap"
    assert Need.objects.get(pk=statutory.pk).visit in visits_of(made)


def test_two_teams_go_where_one_is_too_few(of):
    second_team(of, of.housing)
    one = need(of, of.town.firm, parts=4, first=DAY, last=DAY)
    two = need(of, of.town.firm, parts=4, first=DAY, last=DAY, kind=needs.STATUTORY)
    made = computed(drafted(of), of)
    [there] = visits_of(made)
    assert {one.pk, two.pk} == set(there.needs.values_list("pk", flat=True))
    part = there.parts.get()
    assert sorted(part.crews.values_list("parts", flat=True)) == [4, 4]
    assert part.inspectors.count() == 4


def test_expired_certificates_leave_no_team(of):
    member = of.team(of.housing).members.first()
    member.valid_until = DAY + timedelta(days=1)
    member.save()
    late = need(of, of.town.firm, first=DAY + timedelta(days=2), last=DAY + timedelta(days=4))
    early = need(of, of.town.foreign_firm, first=DAY, last=DAY + timedelta(days=4))
    made = computed(drafted(of), of)
    assert Need.objects.get(pk=late.pk).unplaced["reasons"][0]["why"] == "no_team"
    assert Need.objects.get(pk=early.pk).visit.day <= DAY + timedelta(days=1)
    assert made.figures["unserved"] == 1


def test_an_inspector_of_two_teams_is_at_one_firm(of):
    members = list(of.team(of.housing).members.all())
    second_team(of, of.housing).members.set(members)
    need(of, of.town.firm, parts=4, first=DAY, last=DAY)
    need(of, of.town.foreign_firm, parts=4, first=DAY, last=DAY)
    assert len(visits_of(computed(drafted(of), of))) == 1


def test_locked_visits_stay_and_the_rest_is_made_anew(of):
    three_agencies_at(of, of.town.firm, of.town.foreign_firm)
    made = computed(drafted(of), of)
    fixed = visits_of(made)[0]
    target = DAY + timedelta(days=4) if fixed.day != DAY + timedelta(days=4) else DAY
    flow.move(made, fixed.needs.values_list("pk", flat=True), target, by=of.keeper_inspector, at=AT)
    again = computed(made, of)
    kept = JointVisit.objects.get(plan=again, enterprise=fixed.enterprise)
    assert (kept.day, kept.locked) == (target, True)
    assert len(visits_of(again)) == 2
    assert again.figures["former"]["visits"] == 2


def test_fixed_visits_that_cannot_stand_are_named(of):
    three_agencies_at(of, of.town.firm)
    made = computed(drafted(of), of)
    [fixed] = visits_of(made)
    flow.lock(made, fixed, by=of.keeper_inspector, at=AT)
    Closure.objects.create(enterprise=of.town.firm, first=fixed.day, last=fixed.day, reason="设备检修", at=AT)
    again = computed(made, of)
    assert (again.status, visits_of(again)) == (stages.PROPOSED, [fixed])
    assert "停产放假：设备检修" in again.progress["problem"]


def test_a_plan_made_anew_begins_with_the_days_it_proposed(of, monkeypatch):
    """So that it is never worse (tests/inspections/planner); what a person moved meanwhile counts as he left it."""
    needs = three_agencies_at(of, of.town.firm)
    made, begun = drafted(of), []
    plan = planner.plan
    monkeypatch.setattr(planner, "plan", lambda *args, **named: begun.append(named["standing"]) or plan(*args, **named))
    computed(made, of)
    [visit] = visits_of(made)
    days = working.world_of(made, AT).days
    other = days[-1] if visit.day != days[-1] else days[0]
    type(visit).objects.filter(pk=visit.pk).update(day=other)
    computed(made, of)
    assert begun == [{}, {one.pk: days.index(other) for one in needs}]


def test_a_former_run_writes_nothing(of):
    three_agencies_at(of, of.town.firm)
    made = drafted(of)
    flow.compute(made, by=of.keeper_inspector, at=AT)
    mine = working.claim()
    world = working.world_of(mine, AT)
    planned = planner.plan(world.instance, 0)
    type(mine).objects.filter(pk=mine.pk).update(run=uuid.uuid4())  # another worker took over
    assert working.finish(mine, world, planned, at=AT) is False
    assert visits_of(made) == []
    mine.refresh_from_db()
    assert working.finish(mine, world, planned, at=AT) is True  # the control: with the key it is written
    assert len(visits_of(made)) == 1
    assert working.finish(mine, world, planned, at=AT) is False  # and once only
    assert len(visits_of(made)) == 1


def test_a_silent_worker_is_replaced_and_a_busy_one_is_not(of):
    three_agencies_at(of, of.town.firm)
    made = drafted(of)
    flow.compute(made, by=of.keeper_inspector, at=AT)
    assert working.claim() is not None
    assert working.claim() is None
    type(made).objects.filter(pk=made.pk).update(beat_at=clock.now() - working.SILENCE - timedelta(seconds=1))
    assert working.claim().tries == 2


def test_what_fails_three_times_is_given_back_with_a_sentence(of, monkeypatch):
    three_agencies_at(of, of.town.firm)
    made = drafted(of)
    flow.compute(made, by=of.keeper_inspector, at=AT)
    monkeypatch.setattr(planner, "plan", _breaks)
    for _ in range(working.TRIES):
        with pytest.raises(ZeroDivisionError):
            working.carry_on(AT)
    working.carry_on(AT)
    made.refresh_from_db()
    assert (made.status, made.run) == (stages.DRAFT, None)
    assert "管理员" in made.progress["problem"]


def _breaks(*_args, **_kwargs):
    raise ZeroDivisionError


def test_stopping_keeps_what_was_found_before(of):
    three_agencies_at(of, of.town.firm)
    made = computed(drafted(of), of)
    flow.compute(made, by=of.keeper_inspector, at=AT)
    mine = working.claim()
    flow.stop(made, by=of.keeper_inspector, at=AT)
    made.refresh_from_db()
    assert (made.status, len(visits_of(made))) == (stages.PROPOSED, 1)
    pulse = working.Pulse(mine)
    pulse.once()
    assert (pulse.lost, pulse.stop()) == (True, True)


def test_good_enough_ends_the_search_without_losing_it(of):
    three_agencies_at(of, of.town.firm)
    made = drafted(of)
    flow.compute(made, by=of.keeper_inspector, at=AT)
    pulse = working.Pulse(working.claim())
    pulse.once()
    assert not pulse.stop()
    flow.settle_for(made, by=of.keeper_inspector, at=AT)
    pulse.once()
    assert (pulse.lost, pulse.stop()) == (False, True)
    made.refresh_from_db()
    assert made.progress == {"share": 0.0, "step": "start", "enough": True}


def test_needs_withdrawn_meanwhile_are_not_placed(of):
    three_agencies_at(of, of.town.firm)
    made = drafted(of)
    flow.compute(made, by=of.keeper_inspector, at=AT)
    mine = working.claim()
    world = working.world_of(mine, AT)
    planned = planner.plan(world.instance, 0)
    gone = Need.objects.filter(agency=of.fire).get()
    Need.objects.filter(pk=gone.pk).update(status=needs.DROPPED, ended_at=AT, plan=None)
    assert working.finish(mine, world, planned, at=AT)
    [one] = visits_of(made)
    assert set(one.needs.values_list("agency", flat=True)) == {of.housing.pk, of.keeper.pk}
    assert not VisitPart.objects.filter(agency=of.fire).exists()


def test_whose_days_are_over_is_told(of):
    three_agencies_at(of, of.town.firm)
    made = drafted(of)
    flow.compute(made, by=of.keeper_inspector, at=AT)
    working.carry_on(AT + timedelta(days=60))
    made.refresh_from_db()
    assert "过去" in made.progress["problem"]


def test_each_need_is_in_one_plan(of):
    three_agencies_at(of, of.town.firm)
    drafted(of)
    with pytest.raises(Refused, match="没有待安排"):
        drafted(of)


def test_a_query_count_that_does_not_grow(of, django_assert_num_queries):
    from inspections.planning.reading import horizon, load

    def read(n):
        chosen = Need.objects.filter(plan=None).order_by("pk")[:n]
        days = horizon(DAY, DAY + timedelta(days=25), after=AT.date())
        return load(Need.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))), days, 5).instance

    three_agencies_at(of, *firms(of, 4))
    visit(of, of.town.firm, plan=plan(of))
    with django_assert_num_queries(16):
        assert len([key for key in read(3).needs if key > 0]) == 3
    with django_assert_num_queries(16):
        assert len([key for key in read(12).needs if key > 0]) == 12
