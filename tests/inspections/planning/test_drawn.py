"""Whom a random draw put together goes to what he was drawn for, and is nowhere else meanwhile (INS-3, INS-5)."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

import pytest

from inspections.draws.confirming import confirm
from inspections.models import Away, Inspector, JointVisit, Need, Plan, Team, VisitPart
from inspections.needs import stages as needs
from inspections.planning import approving, flow, moving, working
from inspections.planning.reading import horizon, load
from tests.inspections.draws.conftest import FIRST, LAST, LATER, drawn, pool
from tests.inspections.factories import need, plan
from tests.inspections.planning.world import second_team

__all__ = ["pool"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def draw(of, pool):
    """Four firms drawn, and four inspectors of two teams put together anew."""
    second_team(of, of.housing)
    return confirm(drawn(of, pool), by=of.inspector, at=LATER)


def planned(of, draw) -> Plan:
    """Everything that waits, in the draw's window, as the planner's start has it."""
    made = flow.create(by=of.keeper_inspector, title="随机抽查", first=FIRST, last=LAST, gap=None, at=LATER)
    Plan.objects.filter(pk=made.pk).update(seconds=0)
    flow.compute(made, by=of.keeper_inspector, at=LATER)
    assert working.carry_on(LATER) == 1
    made.refresh_from_db()
    return made


def drawn_people(draw) -> dict[int, set[int]]:
    """Need: the inspectors that its firm was drawn for, asked of the draw alone."""
    of_team = defaultdict(set)
    for one in draw.inspectors.all():
        of_team[one.team].add(one.inspector_id)
    return {
        one: of_team[row.team]
        for row in draw.rows.filter(rank__lte=4)
        for one in row.needs.values_list("pk", flat=True)
    }


def going(visit_need: int, agency) -> set[int]:
    part = VisitPart.objects.get(visit__needs=visit_need, agency=agency)
    return set(part.inspectors.values_list("pk", flat=True))


def test_each_drawn_check_is_done_by_those_drawn_for_it(of, draw):
    wanted = drawn_people(draw)
    assert len(wanted) == 4
    assert len({frozenset(people) for people in wanted.values()}) == 2
    made = planned(of, draw)
    assert {one: going(one, of.housing) for one in wanted} == wanted
    assert approving.faults(made, LATER) == []


def test_nobody_is_in_two_teams_of_one_day(of, draw, pool):
    """The agency's other checks are done by the same people, put together as they were drawn."""
    for firm in pool.firms[:8]:
        need(of, firm, of.housing, first=FIRST, last=LAST, parts=2)
    made = planned(of, draw)
    assert not Need.objects.filter(plan=made, visit=None).exists()
    teams = defaultdict(set)
    for part in VisitPart.objects.filter(visit__plan=made).prefetch_related("crews__team__members"):
        for crew in part.crews.all():
            for person in crew.team.members.all():
                teams[part.visit.day, person.pk].add(crew.team_id)
    assert {len(of_day) for of_day in teams.values()} == {1}


def test_a_visit_that_stands_takes_the_people_of_every_team_they_are_in(of, draw):
    """A whole day of the kept team was given away before."""
    kept = of.housing.teams.filter(draw=None).first()
    stands = {"plan": plan(of, status="approved"), "status": "scheduled", "created_at": LATER}
    made = JointVisit.objects.create(number="JC-1", enterprise=of.town.firm, day=FIRST, **stands)
    part = VisitPart.objects.create(visit=made, agency=of.housing, team=kept, leads=True)
    part.crews.create(team=kept, parts=4)
    world = load(Need.objects.filter(status=needs.OPEN), horizon(FIRST, FIRST, after=LATER.date()), 1)
    mates = Team.objects.filter(draw=draw, members__in=kept.members.all()).distinct()
    assert {world.taken.get((team.pk, 0), 0) for team in mates} == {4}


def test_the_drawn_team_is_away_while_one_of_them_is_and_no_other_goes_in_its_place(of, draw):
    kept = of.housing.teams.filter(draw=None).first()
    Away.objects.create(team=kept, first=FIRST, last=LAST)
    absent = set(kept.members.values_list("pk", flat=True))
    wanted = drawn_people(draw)
    made = planned(of, draw)
    for one, people in wanted.items():
        row = Need.objects.get(pk=one)
        if people & absent:
            assert (row.visit, row.unplaced["reasons"][0]["why"]) == (None, "drawn")
        else:
            assert going(one, of.housing) == people
    assert any(people & absent for people in wanted.values())
    assert approving.faults(made, LATER) == []


def test_moved_by_hand_the_same_people_go(of, draw):
    made = planned(of, draw)
    one, people = next(iter(drawn_people(draw).items()))
    visit = Need.objects.get(pk=one).visit
    day = next(
        day
        for day in (FIRST + timedelta(days=n) for n in range(25))
        if day != visit.day and moving.trial_of(made, visit.enterprise_id, LATER).at([one], day).fits
    )
    flow.move(made, [one], day, by=of.keeper_inspector, at=LATER)
    assert Need.objects.get(pk=one).visit.day == day
    assert going(one, of.housing) == people


def test_another_team_sent_behind_the_planners_back_is_a_fault(of, draw):
    made = planned(of, draw)
    one, people = next(iter(drawn_people(draw).items()))
    other = next(team for team in draw.teams.all() if set(team.members.values_list("pk", flat=True)) != people)
    VisitPart.objects.get(visit__needs=one, agency=of.housing).crews.update(team=other)
    assert "随机抽取的检查组这天派不出两个人。" in [
        fault.sentence.split("：")[-1] for fault in approving.faults(made, LATER)
    ]


def test_when_the_last_of_them_is_over_the_kept_teams_go_again(of, draw):
    def sent():
        world = load(Need.objects.filter(pk=other.pk), horizon(FIRST, FIRST, after=LATER.date()), 1)
        return {squad.team.draw_id for squad in world.squads if not squad.away}

    other = need(of, of.town.firm, of.housing, first=FIRST, last=LAST)
    assert sent() == {draw.pk}
    Need.objects.filter(drawn_in__draw=draw).update(status=needs.SETTLED, ended_at=LATER)
    assert sent() == {None}


def test_the_needs_page_names_them_and_the_agencys_page_keeps_its_own_teams(client, of, draw):
    row = draw.rows.filter(rank=1).get()
    people = drawn_people(draw)[row.needs.get().pk]
    client.force_login(of.department_head)
    page = client.get(f"/inspections/needs/{row.needs.get().number}/").content.decode()
    assert f"随机第 {row.team} 组" in page
    assert all(one.user.name in page for one in Inspector.objects.filter(pk__in=people))
    assert draw.number not in client.get(f"/inspections/agencies/{of.housing.pk}/").content.decode()
    for team in draw.teams.all():
        assert client.get(f"/inspections/agencies/teams/{team.pk}/").status_code == 404
