"""Plans break no rule, are never worse than their start, and the best where that can be found by trying (INS-4)."""

import subprocess
import sys
from itertools import pairwise, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.instances import instance as seeded
from inspections.planner import Firm, LocksBreak, Plan, Team, broken, plan, start
from inspections.planner.bounds import fewest_days, fewest_visits, hopeless
from inspections.planner.clock import Clock
from inspections.planner.fitting import Fitting
from inspections.planner.improving import plan_of
from inspections.planner.laying import laid_out
from inspections.planner.relaxed import fewest_visits as fewest_by_halves
from inspections.planner.units import units_of

from .towns import best_by_trying, instances, need, town, visit

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
@given(instances(most_needs=24, most_days=14, most_firms=8))
def test_no_start_breaks_a_rule(instance):
    assert broken(instance, start(instance)) == []


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(instances(most_needs=20, most_days=14, most_firms=6), st.integers(0, 9))
def test_no_plan_breaks_a_rule_or_is_worse_than_its_start(instance, seed):
    planned = plan(instance, 0.3, seed=seed)
    assert broken(instance, planned.best) == []
    assert planned.after <= planned.first == planned.start.figures(instance)
    assert (planned.least_unserved, planned.bound) <= (planned.after.unserved, planned.after.visits)
    assert planned.bound <= planned.after.visits


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(instances(most_needs=4, most_days=4, most_firms=3, agencies=2))
def test_a_tiny_plan_is_the_best_there_is(instance):
    planned, best = plan(instance, 5), best_by_trying(instance)
    assert planned.after[:3] == best[:3]
    assert planned.least_unserved <= best.unserved
    assert planned.bound <= best.visits
    assert hopeless(instance) <= best.unserved
    assert fewest_visits(instance) - (best.unserved - hopeless(instance)) <= best.visits
    assert fewest_by_halves(instance, best.unserved, 5) <= best.visits


@pytest.mark.parametrize(
    ("days", "fewest"),
    [
        ([], 0),
        ([()], 0),  # what cannot be done at all needs no day
        ([(0, 1, 2), (2, 3)], 1),
        ([(0, 9), (1, 8)], 2),  # their spans meet, their days do not
        ([(0, 4), (4, 7), (0, 7)], 2),
        ([(n, 20) for n in range(12)], 1),
        ([(n, 20 + n) for n in range(13)], 1),  # too many to go through: their spans are asked, which is a bound, too
    ],
)
def test_the_fewest_days_that_serve_a_firm(days, fewest):
    assert fewest_days(days) == fewest


def test_where_an_agency_is_seldom_there_the_bound_says_so():
    """Two firms want a whole day of the one team of either agency; one day has both teams, and one firm."""
    needs = [need(n, firm=n // 2, agency=n % 2, first=0, last=1, parts=4) for n in range(4)]
    there = [Team(0, away=frozenset({2, 3, 4})), Team(1, away=frozenset({0, 3, 4}))]
    instance = town([*needs[:3], need(3, firm=1, agency=1, first=0, last=2, parts=4)], teams=there, gap=1)
    assert fewest_visits(instance) == 2
    assert fewest_by_halves(instance, 0, 5) == plan(instance, 5).after.visits == 3


def test_a_check_that_counts_goes_with_another_that_counts_where_the_cap_leaves_no_visit_for_it():
    """Two visits that count are left: the long one that counts must not spoil the first, which does not count."""
    needs = (
        need(0, first=0, last=1, capped=False),
        need(1, agency=1, first=0, last=9),
        need(2, first=4, last=5),
        need(3, agency=1, first=8, last=9),
    )
    instance = town(needs, days=10, firms=[Firm(0, left=2)])
    days = laid_out(needs, instance.possible_sets, instance.gap, 2)
    assert sorted(len(group) for group, _day in days) == [1, 1, 2]
    assert start(instance).unserved == frozenset()
    assert laid_out(needs, instance.possible_sets, instance.gap, 1) is None
    assert laid_out(needs, instance.possible_sets, 5, 2) is None


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(instances(most_needs=5, most_days=6, most_firms=1, agencies=5, locks=False))
def test_one_firms_checks_are_laid_out_on_the_fewest_days_there_are(instance):
    """Held against trying every set of days, with as many of them counting as are left."""
    firm = instance.firms[0]
    needs = tuple(one for one in instance.of_firm.get(0, ()) if instance.possible[one.key])
    found = laid_out(needs, instance.possible_sets, instance.gap, firm.left)
    fewest = _fewest_days_by_trying(instance, needs, firm.left)
    assert (len(found) if found else None) == (fewest or None)
    for group, day in found or []:
        assert all(day in instance.possible_sets[one.key] for one in group)


def _fewest_days_by_trying(instance, needs, left):
    fewest = None
    for days in product(*(instance.possible[one.key] for one in needs)):
        used = sorted(set(days))
        counts = len({day for one, day in zip(needs, days, strict=True) if one.capped})
        keeps = all(later - former >= instance.gap for former, later in pairwise(used))
        if keeps and (left is None or counts <= left) and (fewest is None or len(used) < fewest):
            fewest = len(used)
    return fewest


@pytest.mark.parametrize("fill", [0.88, 0.97])
def test_shifting_and_cp_sat_better_the_start_of_a_town(fill):
    instance = seeded(372, fill)
    planned = plan(instance, 3)
    if planned.after == planned.first:  # on a machine that is busy with other things
        planned = plan(instance, 20)
    assert broken(instance, planned.best) == []
    assert planned.after < planned.first
    assert planned.before.visits == len(instance.needs) - planned.after.unserved


def fitted(instance):
    """Units with their days; `run` ends by itself where nothing is left to save."""
    fitting = Fitting(instance, units_of(instance, start(instance), regroup=True), 1)
    return fitting.run(Clock(60).within(60), Clock(60).within(60))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_visits_are_shifted_until_the_fewest_fit_into_97_percent(seed):
    instance = seeded(372, 0.97, seed)
    found = plan_of(instance, fitted(instance))
    assert broken(instance, found) == []
    assert found.figures(instance)[:2] == (0, fewest_visits(instance)) < start(instance).figures(instance)[:2]


def test_where_the_fewest_do_not_fit_one_visit_is_split():
    """Agency 1 has one team and wants a whole day at each firm; agency 0 is there on the first day only."""
    teams = [Team(0, away=frozenset({1, 2, 3, 4})), Team(1)]
    needs = [need(n, firm=n // 2, agency=n % 2, parts=4 if n % 2 else 2) for n in range(4)]
    instance = town(needs, teams=teams)
    found = plan_of(instance, fitted(instance))
    assert broken(instance, found) == []
    assert (fewest_visits(instance), found.figures(instance)[:2]) == (2, (0, 3))


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(instances(most_needs=24, most_days=14, most_firms=8))
def test_shifting_splitting_and_joining_keep_every_rule_of_a_firm(instance):
    """Teams may be overloaded on the way, a firm's gap, cap, windows and locks never."""
    found = fitted(instance)
    for firm in instance.of_firm:
        own = sorted(((day, unit) for unit, day in found if unit.firm == firm), key=lambda one: one[0])
        assert all(day in unit.days for day, unit in own)
        assert all(later[0] - former[0] >= instance.gap for former, later in pairwise(own))
        left = instance.firms[firm].left
        assert left is None or sum(any(one.capped for one in unit.needs) for _day, unit in own) <= left
    keys = [one.key for unit, _day in found for one in unit.needs]
    assert len(keys) == len(set(keys))
    assert broken(instance, plan_of(instance, found)) == []


def test_cp_sat_around_a_firm_keeps_every_rule():
    import random

    from inspections.planner.around import Around

    instance = seeded(60, 0.97)
    around = Around(instance, start(instance), Clock(1.5), random.Random(1))
    around.run(Clock(1.5).within(1.5))
    assert broken(instance, around.plan) == []
    assert around.plan.figures(instance) <= start(instance).figures(instance)


def test_without_time_the_start_is_the_plan():
    instance = seeded(60, 0.97)
    planned = plan(instance, 0)
    assert planned.best == planned.start == start(instance)


def test_to_plan_anew_never_makes_worse_what_stands():
    """Not even without time: the days that the needs have already are where it begins."""
    instance = seeded(60, 0.97)
    stands = plan(instance, 3)
    standing = {key: one.day for one in stands.best.visits for key in one.by}
    anew = plan(instance, 0, standing=standing)
    assert stands.after < stands.first
    assert anew.after <= stands.after
    assert broken(instance, anew.best) == []


@settings(max_examples=25, deadline=None, suppress_health_check=SLOW)
@given(instances(most_needs=20, most_days=14, most_firms=6), st.randoms())
def test_what_stands_may_break_rules_and_the_plan_made_of_it_none(instance, dice):
    standing = {key: dice.randrange(instance.days) for key in instance.needs if dice.random() < 0.7}
    anew = plan(instance, 0, standing=standing)
    assert broken(instance, anew.best) == []
    assert anew.after <= anew.first


def test_whoever_waits_is_told_and_may_stop():
    told = []
    planned = plan(seeded(60, 0.97), 60, tell=told.append, stop=lambda: len(told) > 1)
    assert planned.seconds < 10
    assert [one.step for one in told][:: len(told) - 1] == ["start", "done"]
    assert all(0 <= one.share <= 1 for one in told)


def test_before_every_check_was_a_visit_of_its_own():
    """Two agencies at two firms of one carrier on one day: four visits and two ways before, two and one now."""
    firms = [Firm(0, carrier=1), Firm(1, carrier=1)]
    instance = town([need(n, firm=n // 2, agency=n % 2, first=2, last=2) for n in range(4)], firms=firms)
    planned = plan(instance, 1)
    assert (planned.before.visits, planned.before.journeys) == (4, 2)
    assert (planned.after.visits, planned.after.journeys) == (2, 1)
    assert (planned.bound, planned.gap) == (2, 0.0)


def test_a_whole_day_and_quarters_fill_two_teams():
    """Placed in the order of their keys, the quarters would leave no whole day."""
    needs = [need(n, firm=n, last=0) for n in range(4)] + [need(4, firm=4, last=0, parts=4)]
    instance = town(needs, days=1, teams=(Team(0), Team(0)), firms=[Firm(n) for n in range(5)])
    assert start(instance).unserved == frozenset()


def test_the_qualified_team_is_kept_for_whoever_needs_it():
    needs = [
        need(0, firm=0, last=0, parts=4),
        need(1, firm=1, last=0, parts=2, skill="gas"),
        need(2, firm=2, last=0, parts=2),
    ]
    instance = town(needs, days=1, teams=(Team(0, frozenset({"gas"})), Team(0)))
    assert start(instance).unserved == frozenset()


def test_locks_that_break_rules_are_refused():
    instance = town([need(0)], firms=[Firm(0, shut=frozenset({1}))], locked=[visit(0, 1, 0)])
    with pytest.raises(LocksBreak) as refused:
        plan(instance, 1)
    assert [one.firm for one in refused.value.broken] == [0]


def test_nothing_to_plan():
    planned = plan(town([]), 1)
    assert planned.best == Plan((), frozenset())
    assert (planned.bound, planned.gap) == (0, 0.0)


def test_where_nothing_can_be_placed_the_plan_ends_at_once():
    """The firm is always shut, or two checks at one firm want the same team; or nobody is there at all."""
    shut = [Firm(0, shut=frozenset(range(5)))]
    for instance in (town([need(0)], firms=shut), town([need(0)], teams=[]), _busy()):
        planned = plan(instance, 5)
        assert planned.after.unserved == planned.least_unserved == len(planned.best.unserved)
        assert broken(instance, planned.best) == []


def _busy():
    return town([need(0, last=0, parts=4), need(1, last=0, parts=4)])


def test_or_tools_are_loaded_only_where_a_plan_is_improved():
    code = "import sys, inspections.planner; sys.exit('ortools' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        (lambda: town([need(0, parts=3)]), "parts"),
        (lambda: town([need(0, firm=9)]), "no firm"),
        (lambda: town([need(0, first=3, last=2)]), "window"),
        (lambda: town([], gap=0), "gap"),
        (lambda: town([], days=0), "horizon"),
        (lambda: town([], teams=[Team(0, inspectors=1)]), "two inspectors"),
        (lambda: town([], firms=[Firm(0, last_visit=0)]), "last visit"),
        (lambda: town([], firms=[Firm(0, left=-1)]), "left"),
        (lambda: town([need(0)], locked=[visit(1, 0, 0)]), "not one of the firm's"),
        (lambda: town([need(0)], locked=[visit(0, 0, 0), visit(0, 2, 0)]), "locked twice"),
        (lambda: town([need(0)], locked=[visit(0, 5, 0)]), "no such firm or day"),
        (lambda: town([], locked=[visit(0, 1)]), "no need"),
    ],
)
def test_what_does_not_fit_together_is_said(wrong, sentence):
    with pytest.raises(ValueError, match=sentence):
        wrong()
