"""Small towns for the planner: any that may be asked for, and the best plan of a tiny one by trying everything."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

from inspections.planner import Figures, Firm, Instance, Kind, Need, Plan, Team, Visit, broken

SKILLS = ("gas", "water")
TEAMS = (Team(0), Team(1))


def need(key=0, firm=0, agency=0, first=0, last=4, **more):
    return Need(key, firm, agency, first, last, **more)


def town(needs, *, days=5, teams=TEAMS, firms=None, gap=2, locked=()):
    """Firms 0 to 2 and one team for each of two agencies, unless told otherwise."""
    firms = firms or [Firm(key) for key in range(3)]
    known = {firm.key: firm for firm in firms}
    return Instance(days, known, {one.key: one for one in needs}, tuple(teams), gap, tuple(locked))


def visit(firm, day, *keys, agency=0, skills=(), locked=False):
    return Visit(firm, day, dict.fromkeys(keys, Kind(agency, frozenset(skills))), locked)


@st.composite
def instances(draw, most_needs=14, most_days=10, most_firms=5, agencies=3, locks=True):
    days = draw(st.integers(1, most_days))
    some_days = st.frozensets(st.integers(0, days - 1), max_size=days // 2)
    firms = [
        Firm(
            key,
            carrier=draw(st.sampled_from((None, 0, 1))),
            shut=draw(some_days),
            last_visit=draw(st.sampled_from((None, None, -1, -3))),
            left=draw(st.sampled_from((None, None, 0, 1, 2))),
        )
        for key in range(draw(st.integers(1, most_firms)))
    ]
    teams = draw(
        st.lists(
            st.builds(Team, st.integers(0, agencies - 1), st.frozensets(st.sampled_from(SKILLS)), some_days), max_size=5
        )
    )
    needs = [_drawn_need(draw, key, firms, days, agencies) for key in range(draw(st.integers(0, most_needs)))]
    instance = town(needs, days=days, teams=teams, firms=firms, gap=draw(st.integers(1, 4)))
    return _with_locks(draw, instance) if locks else instance


def _drawn_need(draw, key, firms, days, agencies):
    first = draw(st.integers(-1, days - 1))
    return Need(
        key,
        draw(st.sampled_from(firms)).key,
        draw(st.integers(0, agencies - 1)),
        first,
        draw(st.integers(first, days)),
        parts=draw(st.sampled_from((1, 1, 2, 4))),
        skill=draw(st.sampled_from((None, None, *SKILLS))),
        capped=draw(st.booleans()),
    )


def _with_locks(draw, instance):
    """Visits of a plan by another order of things are fixed, so that they break no rule by themselves."""
    from dataclasses import replace

    from inspections.planner import start

    visits = start(instance).visits
    locked = tuple(one for one in visits if draw(st.integers(0, 3)) == 0)
    return replace(instance, locked=tuple(replace(one, locked=True) for one in locked))


def best_by_trying(instance: Instance) -> Figures:
    """Every need on every day by every kind of team, or left out; only `rules` decides what may be."""
    kinds = sorted(
        {Kind(team.agency, team.skills) for team in instance.teams}, key=lambda k: (k.agency, sorted(k.skills))
    )
    needs = list(instance.needs.values())
    choices = [
        [None, *((day, kind) for day in range(instance.days) for kind in kinds if kind.agency == one.agency)]
        for one in needs
    ]
    found = (_plan(needs, chosen) for chosen in product(*choices))
    return min((plan.figures(instance) for plan in found if not broken(instance, plan)), key=lambda f: f[:3])


def _plan(needs, chosen) -> Plan:
    visits: dict[tuple[int, int], dict[int, Kind]] = {}
    for one, where in zip(needs, chosen, strict=True):
        if where:
            visits.setdefault((one.firm, where[0]), {})[one.key] = where[1]
    lost = frozenset(one.key for one, where in zip(needs, chosen, strict=True) if where is None)
    return Plan(tuple(Visit(firm, day, by) for (firm, day), by in visits.items()), lost)
