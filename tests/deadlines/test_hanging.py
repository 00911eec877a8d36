"""Co-handlers' parts are due before their lead (SLA-16): they follow it by calendar and by rule."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection

from portal.deadlines import adjusting, following, revising
from portal.deadlines.flow import replay
from portal.deadlines.models import Move, SlaRule
from portal.deadlines.together import follow_calendar
from portal.trail.models import Event
from portal.worktime import calendar as current
from portal.worktime.models import CalendarDay
from requests import limits_respite
from requests.models import TicketDeadline
from tests.deadlines.factories import fresh
from tests.requests import factories as make
from tests.requests.factories import moment, town
from tests.worktime.factories import day, instant

__all__ = ["town"]
pytestmark = pytest.mark.django_db
AT = instant("2026-11-16 10:00")
counted_back = import_module("requests.migrations.0016_counted_back")


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


def test_what_was_extended_keeps_its_days_before_the_day_that_was_granted(town, both) -> None:
    """The lead's day stands, because a person named it; what is counted back from it follows the calendar (DL-2)."""
    lead, part = both
    limits_respite.extended(part.subject, lead, instant("2026-11-20 17:00"), moment("2026-10-20 09:00"))
    assert due(lead, part) == ["11-20", "11-18"]
    typhoon(town, "2026-11-19")
    assert following.carry_on()
    assert due(lead, part) == ["11-20", "11-17"]


@pytest.mark.parametrize(
    ("to", "when", "provisional"),
    [
        ("2027-01-08 17:00", "01-06", True),  # the day is a person's, the two before it are counted
        ("2027-01-05 17:00", "12-31", True),  # whether the 4th and 1st are worked a notice may change
        ("2026-12-31 17:00", "12-29", False),
    ],
)
def test_dl_2_a_part_counted_through_a_year_without_notice_is_provisional(town, both, to, when, provisional) -> None:
    lead, part = both
    limits_respite.extended(part.subject, lead, instant(to), moment("2026-10-20 09:00"))
    assert due(lead, part) == [to[5:10], when]
    assert (fresh(lead).provisional, fresh(part).provisional) == (False, provisional)


def test_dl_2_a_part_is_provisional_with_its_lead_and_certain_with_the_notice(town) -> None:
    ticket = make.handling(town, filed_at=moment("2026-12-11 09:00"), co=[town.police])
    lead, part = ticket.deadlines.get(obligation="handle"), ticket.deadlines.get(obligation="co_handle")
    assert due(lead, part) == ["01-04", "12-30"]
    assert (lead.provisional, part.provisional) == (True, True)
    assert [
        (step.kind.value, f"{step.day:%m-%d}", step.counted) for step in replay(part, current.calendar(), ()).steps
    ] == [
        ("event", "12-12", 0),
        ("other", "01-04", 0),
        ("weekend", "01-03", 0),
        ("weekend", "01-02", 0),
        ("holiday", "01-01", 0),
        ("back", "12-31", 1),
        ("back", "12-30", 2),
    ]
    CalendarDay.objects.create(date=day("2027-02-08"), working=False, name="春节", origin="notice", year=2027)
    current.changed()
    assert {moved.deadline.pk for moved in follow_calendar()} == {lead.pk}
    assert due(lead, part) == ["01-01", "12-30"]  # no word of the first of January in this notice
    assert (fresh(lead).provisional, fresh(part).provisional) == (False, False)


def test_an_upgrade_turns_fixed_parts_into_counted_back_ones(town, both) -> None:
    lead, part = both
    rows = TicketDeadline.objects.filter(pk=part.pk)
    counted = rows.values("limit_kind", "limit_amount", "limit_until", "due_at").get()
    with connection.cursor() as cursor:
        cursor.execute(counted_back.FIXED)
        assert rows.values_list("limit_kind", "limit_amount", "limit_until").get() == ("until", None, part.due_at)
        cursor.execute(counted_back.COUNTED_BACK)
    assert rows.values("limit_kind", "limit_amount", "limit_until", "due_at").get() == counted
    assert counted["limit_until"] == lead.due_at


def test_the_night_run_puts_right_a_part_that_was_left_behind(town, both) -> None:
    lead, part = both
    CalendarDay.objects.create(date=day("2026-10-26"), working=False, name="停工", origin="local", reason="演练")
    current.changed()
    assert {moved.deadline.pk for moved in follow_calendar()} >= {lead.pk, part.pk}
    assert due(lead, part) == ["11-04", "11-02"]
    assert follow_calendar() == []
