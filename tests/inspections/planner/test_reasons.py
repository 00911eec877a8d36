"""Why a need found no place, day by day; and what a person's move makes of a plan (INS-4)."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inspections.planner import Firm, Plan, Rule, Team, Why, broken, broken_by, moved, reasons, start

from .towns import instances, need, town, visit

HERE = Plan((visit(0, 1, 1),), frozenset({0}))  # need 1 on day 1; need 0 without a place


def why(instance, plan=HERE):
    return {reason.why: reason for reason in reasons(instance, plan)[0]}


def test_nobody_there():
    found = why(town([need(0, agency=7)]), Plan((), frozenset({0})))
    assert {code: reason.days for code, reason in found.items()} == {Why.NO_TEAM: (0, 1, 2, 3, 4)}


def test_nobody_qualified():
    found = why(town([need(0, skill="gas")]), Plan((), frozenset({0})))
    assert found[Why.NO_SKILL].skill == "gas"


def test_window_closed_by_shut_days_and_a_former_visit():
    firms = [Firm(0, shut=frozenset({2, 3, 4}), last_visit=-1)]
    found = why(town([need(0)], firms=firms, gap=3), Plan((), frozenset({0})))
    assert found[Why.SHUT].days == (2, 3, 4)
    assert (found[Why.FORMER].days, found[Why.FORMER].limit) == ((0, 1), 3)


def test_gap_and_full_days():
    needs = [need(0, parts=4), need(1, agency=1), need(2, firm=1, parts=2)]
    plan = Plan((visit(0, 1, 1, agency=1), visit(1, 1, 2)), frozenset({0}))
    found = why(town(needs, gap=4), plan)
    assert (found[Why.GAP].days, found[Why.GAP].visits) == ((0, 2, 3, 4), (1,))
    assert (found[Why.FULL].days, found[Why.FULL].limit) == ((1,), 4)


def test_cap_used_up():
    found = why(town([need(0, first=4), need(1)], firms=[Firm(0, left=1)]))
    assert (found[Why.CAP].visits, found[Why.CAP].limit) == ((1,), 1)


def test_outside_the_horizon():
    assert why(town([need(0, first=9, last=9)]), Plan((), frozenset({0})))[Why.HORIZON].days == ()


def test_room_that_was_made_by_hand_is_said():
    assert why(town([need(0)]), Plan((), frozenset({0})))[Why.FREE].days == (0, 1, 2, 3, 4)


def test_a_plan_that_breaks_rules_has_reasons_too():
    needs = [need(0, last=0), *(need(n, firm=1, last=0, parts=4) for n in (1, 2))]
    found = why(town(needs), Plan((visit(1, 0, 1, 2),), frozenset({0})))
    assert found[Why.FULL].days == (0,)


@settings(max_examples=60, deadline=None)
@given(instances(most_needs=24))
def test_every_day_of_the_window_has_one_reason_and_none_is_free(instance):
    plan = start(instance)
    found = reasons(instance, plan)
    assert found.keys() == plan.unserved
    for key, given_ in found.items():
        one = instance.needs[key]
        window = range(max(one.first, 0), min(one.last, instance.days - 1) + 1)
        assert sorted(day for reason in given_ for day in reason.days) == list(window)
        assert Why.FREE not in {reason.why for reason in given_}


# Moves by hand ----------------------------------------------------------------------------------------------------


def test_a_moved_visit_joins_the_one_there():
    instance = town([need(0), need(1, agency=1)])
    plan = Plan((visit(0, 0, 0), visit(0, 4, 1, agency=1)))
    after = moved(instance, plan, [0], 4)
    assert [(one.day, set(one.by)) for one in after.visits] == [(4, {0, 1})]
    assert broken(instance, after) == []


def test_what_was_unserved_is_put_by_hand_and_taken_out_again():
    instance = town([need(0)])
    placed = moved(instance, Plan((), frozenset({0})), [0], 2)
    assert broken(instance, placed) == []
    assert moved(instance, placed, [0], None) == Plan((), frozenset({0}))


def test_teams_are_sent_anew_where_that_makes_room():
    teams = [Team(0, frozenset({"gas"})), Team(0)]
    instance = town([need(0, parts=4), need(1, firm=1, skill="gas")], teams=teams)
    plan = Plan((visit(0, 0, 0, skills=["gas"]), visit(1, 2, 1, skills=["gas"])))
    assert broken(instance, moved(instance, plan, [1], 0)) == []


def test_a_move_that_does_not_fit_is_made_and_said():
    instance = town([need(0, parts=4), need(1, firm=1, parts=2)])
    after = moved(instance, Plan((visit(0, 0, 0), visit(1, 2, 1))), [1], 0)
    assert [one.rule for one in broken_by(instance, after, 1, 0)] == [Rule.CAPACITY]


def test_needs_of_two_firms_do_not_move_together():
    with pytest.raises(ValueError):
        moved(town([need(0), need(1, firm=1)]), Plan((), frozenset({0, 1})), [0, 1], 0)


@settings(max_examples=60, deadline=None)
@given(instances(), st.data())
def test_a_move_changes_what_is_moved_and_nothing_else(instance, data):
    plan = start(instance)
    assume(plan.visits)
    former = data.draw(st.sampled_from(plan.visits))
    day = data.draw(st.integers(0, instance.days - 1))
    after = moved(instance, plan, former.needs, day)
    where = {key: (one.firm, one.day) for one in plan.visits for key in one.by}
    now = {key: (one.firm, one.day) for one in after.visits for key in one.by}
    assert now == where | dict.fromkeys(former.needs, (former.firm, day))
    assert {one.rule for one in broken(instance, after)} <= set(Rule) - {
        Rule.LOST,
        Rule.TWICE,
        Rule.EMPTY,
        Rule.UNKNOWN,
    }
