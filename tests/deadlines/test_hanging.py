"""Co-handlers' parts are due before their lead (SLA-16): they follow it by calendar and by rule."""

from datetime import timedelta

import pytest

from portal import deadlines
from portal.deadlines import adjusting, following, revising
from portal.deadlines.models import Move, SlaRule
from portal.deadlines.together import follow_calendar
from portal.trail.models import Event
from portal.worktime import calendar as current
from portal.worktime.models import CalendarDay
from requests.models import TicketDeadline
from tests.deadlines.factories import fresh
from tests.requests import factories as make
from tests.requests.factories import moment, town
from tests.worktime.factories import day, instant

__all__ = ["town"]
pytestmark = pytest.mark.django_db
AT = instant("2026-11-16 10:00")


@pytest.fixture
def both(town):
    """Work of fifteen working days from 12 October, due on 3 November, and a part, due two working days before."""
    ticket = make.handling(town, filed_at=moment("2026-10-12 09:00"), co=[town.police])
    lead, part = ticket.deadlines.get(obligation="handle"), ticket.deadlines.get(obligation="co_handle")
    assert (lead.due_at, part.due_at) == (instant("2026-11-03 17:00"), instant("2026-10-30 17:00"))
    return lead, part


def typhoon(town, on: str):
    return adjusting.override(
        day(on),
        day(on),
        by=town.administrator,
        working=False,
        name="台风停工",
        reason="防汛",
        at=moment("2026-10-20 09:00"),
    )


def due(*clocks) -> list[str]:
    return [f"{fresh(clock).due_at + timedelta(hours=8):%m-%d}" for clock in clocks]


@pytest.mark.parametrize("on", ["2026-10-26", "2026-11-02"])
def test_a_calendar_day_moves_the_part_with_its_lead(town, both, on) -> None:
    """Also a day that lies between the two, which the part alone would never see."""
    seen = adjusting.preview(lambda: typhoon(town, on))
    assert {(moved.deadline.obligation, moved.deadline.due_at) for moved in seen.shown} >= {
        ("handle", instant("2026-11-04 17:00")),
        ("co_handle", instant("2026-10-30 17:00" if on > "2026-10-30" else "2026-11-02 17:00")),
    } - ({("co_handle", instant("2026-10-30 17:00"))} if on > "2026-10-30" else set())
    asked = typhoon(town, on)
    assert following.carry_on()
    assert due(*both) == ["11-04", "10-30" if on > "2026-10-30" else "11-02"]
    moved = set(asked.moves.values_list("obligation", flat=True)) & {"handle", "co_handle"}
    assert moved == ({"handle"} if on > "2026-10-30" else {"handle", "co_handle"})
    assert [fresh(clock).cycle for clock in both] == [0, 0]


def test_a_lead_that_gets_another_rule_takes_its_part_along(town, both) -> None:
    rule = SlaRule.objects.get(reference="SLA-4", kind=both[0].rule.kind)
    said = {"limit_kind": "working_days", "by": town.administrator, "valid_from": day("2026-10-20")}
    revising.revise_rule(rule, amount=10, at=moment("2026-10-20 09:00"), **said)
    seen = following.preview("handle", at=moment("2026-10-20 09:00"))
    assert {moved.deadline.pk for moved in seen.shown} == {clock.pk for clock in both}
    revising.apply_rules("handle", by=town.administrator, at=moment("2026-10-20 09:00"))
    assert following.carry_on()
    assert due(*both) == ["10-27", "10-23"]
    assert [fresh(clock).cycle for clock in both] == [1, 1]
    events = Event.objects.about(both[0].subject).filter(kind="deadline.moved")
    assert {event.data["obligation"] for event in events} == {"handle", "co_handle"}
    assert Move.objects.count() == 2


def test_what_was_extended_or_has_a_time_of_its_own_stays(town, both) -> None:
    lead, part = both
    to = instant("2026-11-20 17:00")
    deadlines.extend(TicketDeadline, part.subject, "co_handle", at=moment("2026-10-20 09:00"), to=to)
    typhoon(town, "2026-10-26")
    assert following.carry_on()
    assert due(lead, part) == ["11-04", "11-20"]


def test_the_night_run_puts_right_a_part_that_was_left_behind(town, both) -> None:
    lead, part = both
    CalendarDay.objects.create(date=day("2026-10-26"), working=False, name="停工", origin="local", reason="演练")
    current.changed()
    assert {moved.deadline.pk for moved in follow_calendar()} >= {lead.pk, part.pk}
    assert due(lead, part) == ["11-04", "11-02"]
    assert follow_calendar() == []
