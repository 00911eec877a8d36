"""Plans of visits: which firms, who goes, and when each falls due (ENT-10, DL-1)."""

from datetime import date, timedelta

import pytest

from enterprises.criteria import flow as criteria
from enterprises.models import Member, PlaceMember
from portal.outbox.models import Message
from portal.people.actors import CLOCK
from portal.people.refusal import Refused
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day
from requests.models import Visit, VisitDeadline, VisitPlan
from requests.visits.flow import planning
from tests.requests import factories as make
from tests.visits.conftest import MONDAY, wanted

Goes, Source = VisitPlan.Goes, VisitPlan.Source


def test_a_plan_over_the_key_list_by_its_leaders(town, key_list):
    made = planning.plan_visits(
        wanted(source=Source.KEY_LIST, level="town", goes=Goes.LEADER, times=2), by=town.supervisor, at=MONDAY
    )
    assert made.visits == 4
    assert set(Visit.objects.values_list("visitor", flat=True)) == {town.leader.pk}
    assert Message.objects.filter(kind="visit_plan.made").count() == 1  # one letter, however many visits


def test_a_plan_over_the_firms_of_a_criterion(town):
    one = criteria.define("active", "在营", {"compare": ["headcount", ">=", 1]}, by=CLOCK)
    with pytest.raises(Refused):
        planning.plan_visits(wanted(source=Source.CRITERION, criterion=one), by=town.supervisor, at=MONDAY)


def test_firms_that_nobody_can_visit_are_left_out_and_named(town):
    made = planning.plan_visits(wanted(firms=[town.firm, town.foreign_firm]), by=town.supervisor, at=MONDAY)
    assert [firm.pk for firm in made.without] == [town.foreign_firm.pk]
    with pytest.raises(Refused) as info:
        planning.plan_visits(wanted(firms=[town.foreign_firm]), by=town.supervisor, at=MONDAY)
    assert info.value.field == "goes"


def test_the_nearest_grid_member_goes(town):
    nearer = make.person("village_grid", "村网格员", ("grid_member", None))
    PlaceMember.objects.create(place=town.place, user=nearer, since=make.LONG_AGO)
    planning.plan_visits(wanted(firms=[town.firm, town.foreign_firm], goes=Goes.GRID), by=town.supervisor, at=MONDAY)
    went = dict(Visit.objects.values_list("enterprise", "visitor"))
    assert went == {town.firm.pk: nearer.pk, town.foreign_firm.pk: town.grid_member.pk}


def test_nobody_is_sent_to_the_firm_he_belongs_to(town):
    Member.objects.create(enterprise=town.firm, user=town.steward, since=make.LONG_AGO)
    with pytest.raises(Refused):
        planning.plan_visits(wanted(firms=[town.firm]), by=town.supervisor, at=MONDAY)


def test_only_visitors_can_be_named(town):
    with pytest.raises(Refused) as info:
        planning.plan_visits(
            wanted(firms=[town.firm], goes=Goes.PERSON, person=town.handler), by=town.supervisor, at=MONDAY
        )
    assert info.value.field == "person"


def test_each_is_due_at_the_close_of_a_working_day_within_the_plan(town, planned):
    clock = VisitDeadline.objects.get(subject=planned)
    until = date(2026, 11, 16)
    assert (clock.due_at, clock.limit_kind, clock.obligor_kind) == (
        calendar().close(until),
        "working_days",
        "visitor",
    )
    assert clock.user == town.steward


def test_one_visitors_firms_fall_due_one_after_the_other_and_rounds_share_the_time(town):
    known, since, until = calendar(), date(2026, 11, 2), date(2026, 11, 30)
    rounds = list(planning.slots(known, since, until, 2, 5, MONDAY))
    assert [slot.days for slot in rounds[0]] == [2, 4, 6, 8, 10]
    assert [slot.days for slot in rounds[1]] == [2, 4, 6, 8, 10]
    first, second = rounds[0][0].opens_at, rounds[1][0].opens_at
    assert first == MONDAY
    assert local_day(second) == known.add_working_days(since, 10)
    assert known.add_working_days(local_day(second), 10) == until


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"since": date(2026, 11, 1)}, "since"),
        ({"until": date(2026, 11, 2)}, "until"),
        ({"until": date(2028, 11, 2)}, "until"),
        ({"times": 13}, "times"),
        ({"until": date(2026, 11, 4), "times": 3}, "until"),
        ({"title": "  "}, "title"),
        ({"firms": []}, "firms"),
        ({"source": Source.KEY_LIST}, "source"),
    ],
)
def test_what_makes_no_plan_is_refused_beside_its_field(town, given, field):
    with pytest.raises(Refused) as info:
        planning.plan_visits(wanted(**{"firms": [town.firm], **given}), by=town.supervisor, at=MONDAY)
    assert info.value.field == field
    assert not VisitPlan.objects.exists()


def test_called_off_what_is_done_stays(town, planned, done):
    other = planning.plan_visits(wanted(firms=[town.firm]), by=town.supervisor, at=MONDAY).plan
    planning.call_off(planned.plan, by=town.supervisor, reason="改用新计划", at=MONDAY + timedelta(days=2))
    planning.call_off(other, by=town.leader, reason="不需要", at=MONDAY + timedelta(days=2))
    assert sorted(Visit.objects.values_list("status", flat=True)) == ["cancelled", "done"]
    assert not VisitDeadline.objects.open().exists()
    with pytest.raises(Refused):
        planning.call_off(other, by=town.leader, reason="再来", at=MONDAY + timedelta(days=2))
