"""Each rule, broken on purpose, is found, and nothing else is (INS-4)."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inspections.planner import Firm, Kind, Plan, Rule, Team, Visit, broken, broken_by, start

from .towns import instances, need, town, visit

GAS = (Team(0, frozenset({"gas"})),)

PLANTED = {
    Rule.UNKNOWN: (town([need(0)]), Plan((visit(1, 0, 0),))),
    Rule.TWICE: (town([need(0)]), Plan((visit(0, 0, 0), visit(0, 2, 0)))),
    Rule.LOST: (town([need(0)]), Plan(())),
    Rule.EMPTY: (town([]), Plan((visit(0, 0),))),
    Rule.HORIZON: (town([need(0, last=9)]), Plan((visit(0, 5, 0),))),
    Rule.WINDOW: (town([need(0, first=1, last=2)]), Plan((visit(0, 3, 0),))),
    Rule.SHUT: (town([need(0)], firms=[Firm(0, shut=frozenset({3}))]), Plan((visit(0, 3, 0),))),
    Rule.SKILL: (town([need(0, skill="gas")]), Plan((visit(0, 3, 0),))),
    Rule.CAPACITY: (
        town([need(0, parts=4), need(1, firm=1)]),
        Plan((visit(0, 3, 0), visit(1, 3, 1))),
    ),
    Rule.GAP: (town([need(0), need(1)]), Plan((visit(0, 3, 0), visit(0, 4, 1)))),
    Rule.CAP: (town([need(0), need(1)], firms=[Firm(0, left=1)]), Plan((visit(0, 1, 0), visit(0, 4, 1)))),
    Rule.LOCK: (town([need(0)], locked=[visit(0, 1, 0)]), Plan((visit(0, 2, 0),))),
}
BY_ITSELF = {Rule.HORIZON: {Rule.CAPACITY}}  # nobody works on a day that is not there


def test_every_rule_is_planted():
    assert PLANTED.keys() == set(Rule)


@pytest.mark.parametrize("rule", PLANTED)
def test_what_is_planted_is_found(rule):
    instance, plan = PLANTED[rule]
    assert {one.rule for one in broken(instance, plan)} == {rule} | BY_ITSELF.get(rule, set())


@pytest.mark.parametrize("rule", sorted(PLANTED.keys() - {Rule.LOST, Rule.TWICE, Rule.EMPTY}))
def test_a_moved_visit_is_told_the_same(rule):
    instance, plan = PLANTED[rule]
    moved = plan.visits[-1]
    assert rule in {one.rule for one in broken_by(instance, plan, moved.firm, moved.day)}


def test_a_former_visit_keeps_its_distance():
    instance = town([need(0)], firms=[Firm(0, last_visit=-1)], gap=3)
    assert [one.rule for one in broken(instance, Plan((visit(0, 1, 0),)))] == [Rule.GAP]
    assert broken(instance, Plan((visit(0, 2, 0),))) == []


def test_visits_without_capped_checks_are_not_counted():
    firms = [Firm(0, left=1)]
    instance = town([need(0), need(1, capped=False)], firms=firms)
    assert broken(instance, Plan((visit(0, 1, 0), visit(0, 4, 1)))) == []


def test_two_visits_of_a_firm_on_one_day_are_one_too_many():
    instance = town([need(0), need(1)])
    assert Rule.TWICE in {one.rule for one in broken(instance, Plan((visit(0, 1, 0), visit(0, 1, 1))))}


def test_a_need_that_is_done_is_not_unserved():
    plan = Plan((visit(0, 1, 0),), frozenset({0}))
    assert [one.rule for one in broken(town([need(0)]), plan)] == [Rule.TWICE]


def test_a_team_of_another_agency_cannot_stand_in():
    plan = Plan((visit(0, 1, 0, agency=1),))
    assert [one.rule for one in broken(town([need(0)]), plan)] == [Rule.SKILL]


def test_a_qualified_team_may():
    assert broken(town([need(0, skill="gas")], teams=GAS), Plan((visit(0, 1, 0, skills=["gas"]),))) == []


@settings(max_examples=60, deadline=None)
@given(instances(), st.data())
def test_a_need_taken_out_of_any_plan_is_missed(instance, data):
    plan = start(instance)
    assume(plan.visits)
    place = data.draw(st.integers(0, len(plan.visits) - 1))
    former = plan.visits[place]
    gone = data.draw(st.sampled_from(sorted(former.by)))
    left = replace(former, by={key: kind for key, kind in former.by.items() if key != gone})
    visits = [*plan.visits[:place], left, *plan.visits[place + 1 :]]
    rules = {one.rule for one in broken(instance, replace(plan, visits=tuple(visits)))}
    assert Rule.LOST in rules
    assert (Rule.EMPTY in rules) == (not left.by)
    assert (Rule.LOCK in rules) == former.locked


@settings(max_examples=60, deadline=None)
@given(instances(locks=False), st.data())
def test_a_plan_is_right_only_where_all_of_its_days_are_possible(instance, data):
    """The control: a visit moved anywhere is called right exactly where a plain reading of the rules says so."""
    plan = start(instance)
    assume(plan.visits)
    former = data.draw(st.sampled_from(plan.visits))
    day = data.draw(st.integers(0, instance.days - 1))
    others = [one for one in plan.visits if one is not former]
    changed = replace(plan, visits=(*others, replace(former, day=day)))
    assert (broken(instance, changed) == []) == _is_right(instance, others, former, day)


def _is_right(instance, others: list[Visit], moved: Visit, day: int) -> bool:
    firm = instance.firms[moved.firm]
    own = [one.day for one in others if one.firm == moved.firm] + ([] if firm.last_visit is None else [firm.last_visit])
    if day in firm.shut or any(abs(day - one) < instance.gap for one in own):
        return False
    needs = [instance.needs[key] for key in moved.by]
    if not all(one.first <= day <= one.last for one in needs):
        return False
    return all(
        _parts(instance, [*others, replace(moved, day=day)], kind, day) <= _there(instance, kind, day)
        for kind in moved.by.values()
    )


def _parts(instance, visits: list[Visit], kind: Kind, day: int) -> int:
    return sum(
        instance.needs[key].parts for one in visits if one.day == day for key, by in one.by.items() if by == kind
    )


def _there(instance, kind: Kind, day: int) -> int:
    return sum(4 for team in instance.teams if (team.agency, team.skills) == kind and day not in team.away)
