"""Deadlines start, are met, cancelled, paused, resumed and extended."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError

from portal import deadlines
from portal.deadlines.flow import NeedsLimit, NotPausable
from portal.worktime import calendar as current
from portal.worktime.calendar import Limit
from requests.models import DeadlineFiring, DeadlinePause, TicketDeadline
from tests.deadlines.factories import department, fresh, running, ticket
from tests.worktime.factories import instant

pytestmark = pytest.mark.django_db


def meet(subject: Any, obligation: str, at: str, **given: Any) -> list[TicketDeadline]:
    return deadlines.meet(TicketDeadline, subject, obligation, at=instant(at), **given)


def pause(subject: Any, at: str) -> list[TicketDeadline]:
    return deadlines.pause(TicketDeadline, subject, "handle", at=instant(at))


def resume(subject: Any, at: str) -> list[TicketDeadline]:
    return deadlines.resume(TicketDeadline, subject, "handle", at=instant(at))


def local(times: list[datetime]) -> list[str]:
    return [f"{at.astimezone(current.SHANGHAI):%m-%d %H:%M}" for at in times]


# Start -------------------------------------------------------------------------------------------------------


def test_a_started_clock_knows_its_rule_due_time_and_ladder() -> None:
    deadline = fresh(running(ticket(), conditions={"kind": "consultation", "complexity": "ordinary"}))
    assert deadline.rule is not None
    assert deadline.rule.reference == "SLA-3"
    assert deadline.due_at == instant("2026-11-23 17:00")
    assert not deadline.provisional
    assert local(deadline.rung_times) == [
        "11-20 15:42",  # 80 % of 41.5 h of office time
        "11-23 17:00",
        "11-24 17:00",
        "11-26 17:00",
        "11-30 17:00",
    ]
    assert (deadline.next_rung, deadline.next_rung_at, deadline.cycle) == (1, deadline.near_at, 0)


@pytest.mark.parametrize(
    ("kind", "times"),
    [
        ("centre", ["11-17 14:18", "11-17 17:00", "11-18 17:00"]),
        ("enterprise", ["11-17 14:18", "11-17 17:00"]),
    ],
)
def test_the_centres_and_the_firms_ladders(kind: str, times: list[str]) -> None:
    assert local(running(ticket(), "dispatch", obligor_kind=kind).rung_times) == times


def test_urgency_hastens_working_time_and_is_kept() -> None:
    deadline = running(ticket(), conditions={"kind": "coordination"}, divisor=4)
    assert (deadline.limit, deadline.hastened) == (Limit.working_days(4), 4)
    assert deadline.due_at == instant("2026-11-20 17:00")
    assert running(ticket(), "mediation", divisor=4).limit == Limit.calendar_days(22)


def test_a_limit_of_its_own_needs_no_rule() -> None:
    until = instant("2026-12-01 12:00")
    deadline = fresh(running(ticket(), "instruction", limit=Limit.until(until)))
    assert (deadline.rule, deadline.due_at, deadline.limit) == (None, until, Limit.until(until))


def test_rules_without_an_amount_ask_for_a_limit() -> None:
    with pytest.raises(NeedsLimit, match="SLA-16"):
        running(ticket(), "co_handle")
    assert not TicketDeadline.objects.exists()


def test_an_unpublished_year_makes_it_provisional() -> None:
    assert running(ticket(), "handle", at="2026-12-11 09:00").provisional


def test_the_same_obligation_runs_once_per_department() -> None:
    subject = ticket()
    running(subject)
    running(subject, department=department("执法局"))
    running(subject, "revisit", obligor_kind="centre")
    for again in ({}, {"obligation": "revisit", "obligor_kind": "centre"}):
        with pytest.raises(IntegrityError, match="one_open"), transaction.atomic():
            running(subject, **again)
    meet(subject, "handle", "2026-11-17 09:00", department=department())
    running(subject)  # a fresh clock, once the former is met


def test_a_department_is_named_where_one_owes() -> None:
    with pytest.raises(IntegrityError, match="department_known"):
        running(ticket(), department=None)


# Meet and cancel ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "light"),
    [("2026-12-07 16:59", "met"), ("2026-12-07 17:00", "met"), ("2026-12-07 17:00:01", "met_late")],
)
def test_on_time_is_up_to_the_due_time(at: str, light: str) -> None:
    subject = ticket()
    running(subject)
    (met,) = meet(subject, "handle", at)
    assert fresh(met).light(instant("2027-01-04 09:00")) == light
    assert fresh(met).next_rung_at is None
    assert TicketDeadline.objects.met_on_time().exists() == (light == "met")
    assert TicketDeadline.objects.met_late().exists() == (light == "met_late")


def test_meeting_one_department_leaves_the_others() -> None:
    subject, other = ticket(), department("执法局")
    mine, theirs = running(subject), running(subject, department=other)
    elsewhere = running(ticket())
    assert meet(subject, "handle", "2026-11-17 09:00", department=other) == [theirs]
    assert set(TicketDeadline.objects.open()) == {mine, elsewhere}
    assert list(TicketDeadline.objects.open().owed_by(other)) == []


def test_meeting_what_is_not_open_does_nothing() -> None:
    subject = ticket()
    deadline = running(subject)
    meet(subject, "handle", "2026-11-17 09:00")
    assert meet(subject, "handle", "2026-11-18 09:00") == []
    assert fresh(deadline).met_at == instant("2026-11-17 09:00")


def test_cancel_one_or_all() -> None:
    subject = ticket()
    running(subject)
    running(subject, "contact")
    assert len(deadlines.cancel(TicketDeadline, subject, "contact", at=instant("2026-11-17 09:00"))) == 1
    (deadline,) = deadlines.cancel(TicketDeadline, subject, at=instant("2026-11-18 09:00"))
    assert deadline.obligation == "handle"
    assert fresh(deadline).light(instant("2027-01-04 09:00")) == "cancelled"
    assert not TicketDeadline.objects.open().exists()


@pytest.mark.django_db(transaction=True)
def test_verbs_need_a_transaction() -> None:
    subject = ticket()
    running(subject)
    with pytest.raises(TransactionManagementError):
        meet(subject, "handle", "2026-11-17 09:00")


# Light -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "light"),
    [
        ("2026-11-16 09:00", "green"),
        ("2026-11-20 15:41", "green"),
        ("2026-11-20 15:42", "yellow"),
        ("2026-11-23 17:00", "yellow"),
        ("2026-11-23 17:00:01", "red"),
    ],
)
def test_the_light_and_the_querysets_agree(at: str, light: str) -> None:
    deadline = running(ticket(), conditions={"kind": "consultation"})
    now = instant(at)
    assert deadline.light(now) == light
    assert deadline.is_overdue(now) == (light == "red")
    assert TicketDeadline.objects.overdue(now).exists() == (light == "red")
    assert TicketDeadline.objects.near(now).exists() == (light == "yellow")


# Pause, resume, extend ---------------------------------------------------------------------------------------


def test_a_pause_stops_the_clock_and_the_ladder() -> None:
    subject = ticket()
    deadline = running(subject, conditions={"kind": "consultation"})
    pause(subject, "2026-11-18 10:00")
    paused = fresh(deadline)
    long_after = instant("2027-01-04 09:00")
    assert (paused.light(long_after), paused.next_rung_at) == ("paused", None)
    assert not paused.is_overdue(long_after)
    assert not TicketDeadline.objects.overdue(long_after).exists()
    assert TicketDeadline.objects.open().exists()

    resume(subject, "2026-11-25 09:00")
    deadline = fresh(deadline)
    assert deadline.due_at == instant("2026-11-30 17:00")  # k = 3
    assert (deadline.cycle, deadline.next_rung, deadline.next_rung_at) == (1, 1, deadline.near_at)
    assert local(deadline.rung_times)[1:] == ["11-30 17:00", "12-01 17:00", "12-03 17:00", "12-07 17:00"]
    assert DeadlinePause.objects.get().resumed_at == instant("2026-11-25 09:00")


def test_minute_clocks_keep_what_was_left() -> None:
    subject = ticket()
    running(subject, "first_response", obligor_kind="centre")
    deadlines.pause(TicketDeadline, subject, "first_response", at=instant("2026-11-16 09:10"))
    (deadline,) = deadlines.resume(TicketDeadline, subject, "first_response", at=instant("2026-11-16 11:20"))
    assert deadline.due_at == instant("2026-11-16 13:10")


def test_several_pauses_add_up() -> None:
    subject = ticket()
    deadline = running(subject, conditions={"kind": "consultation"})
    pause(subject, "2026-11-18 10:00")
    resume(subject, "2026-11-25 09:00")
    pause(subject, "2026-11-30 10:00")
    resume(subject, "2026-12-05 10:00")  # a Saturday; k = 0
    assert fresh(deadline).due_at == instant("2026-12-07 17:00")
    assert fresh(deadline).cycle == 2


def test_overdue_and_paused_clocks_cannot_be_paused() -> None:
    subject = ticket()
    running(subject, conditions={"kind": "consultation"})
    with pytest.raises(NotPausable, match="overdue"), transaction.atomic():
        pause(subject, "2026-11-23 17:00:01")
    pause(subject, "2026-11-23 17:00")
    with pytest.raises(NotPausable, match="already"), transaction.atomic():
        pause(subject, "2026-11-24 09:00")


def test_resuming_a_running_clock_changes_nothing() -> None:
    subject = ticket()
    deadline = running(subject)
    resume(subject, "2026-11-18 09:00")
    assert fresh(deadline).cycle == 0


def test_what_is_met_while_paused_is_on_time() -> None:
    subject = ticket()
    deadline = running(subject, conditions={"kind": "consultation"})
    pause(subject, "2026-11-18 10:00")
    meet(subject, "handle", "2026-12-18 10:00")
    assert fresh(deadline).light(instant("2027-01-04 09:00")) == "met"
    assert DeadlinePause.objects.get().resumed_at == instant("2026-12-18 10:00")


def test_an_extension_moves_the_due_time_and_begins_the_ladder_anew() -> None:
    subject = ticket()
    deadline = running(subject, conditions={"kind": "consultation"})
    new_date = instant("2026-12-04 17:00")
    deadlines.extend(TicketDeadline, subject, "handle", at=instant("2026-11-20 10:00"), to=new_date)
    extended = fresh(deadline)
    assert (extended.due_at, extended.cycle, extended.next_rung) == (new_date, 1, 1)
    assert extended.limit == Limit.working_days(5)  # the rule's limit stays to be seen
    with pytest.raises(ValueError, match="later"):
        deadlines.extend(TicketDeadline, subject, "handle", at=instant("2026-11-20 10:00"), to=new_date)


def test_pauses_before_an_extension_are_past_those_after_it_count() -> None:
    subject = ticket()
    deadline = running(subject, conditions={"kind": "consultation"})
    pause(subject, "2026-11-17 10:00")
    resume(subject, "2026-11-19 10:00")
    to = instant("2026-12-04 17:00")
    deadlines.extend(TicketDeadline, subject, "handle", at=instant("2026-11-20 10:00"), to=to)
    assert fresh(deadline).due_at == to
    pause(subject, "2026-12-02 10:00")
    resume(subject, "2026-12-09 10:00")
    assert fresh(deadline).due_at == instant("2026-12-11 17:00")  # k = 2


def test_extended_while_paused_the_days_count_from_the_extension() -> None:
    subject = ticket()
    deadline = running(subject, conditions={"kind": "consultation"})
    pause(subject, "2026-11-17 10:00")
    to = instant("2026-11-27 17:00")
    deadlines.extend(TicketDeadline, subject, "handle", at=instant("2026-11-25 10:00"), to=to)
    assert fresh(deadline).next_rung_at is None
    resume(subject, "2026-11-30 10:00")
    assert fresh(deadline).due_at == instant("2026-12-02 17:00")  # k = 2, from the 25th


# What the tables themselves refuse ---------------------------------------------------------------------------


def test_a_rung_fires_once_in_a_cycle() -> None:
    deadline = running(ticket())
    fired = {"deadline": deadline, "rung": 1, "rung_at": deadline.near_at, "fired_at": deadline.near_at}
    DeadlineFiring.objects.create(cycle=0, **fired)
    DeadlineFiring.objects.create(cycle=1, **fired)
    with pytest.raises(IntegrityError, match="once"):
        DeadlineFiring.objects.create(cycle=1, **fired)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"met_at": instant("2026-11-17 09:00")}, "climbs_while_running"),
        ({"paused_at": instant("2026-11-17 09:00")}, "climbs_while_running"),
        ({"limit_amount": None}, "limit"),
        ({"limit_until": instant("2026-11-17 09:00")}, "limit"),
        ({"extended_at": instant("2026-11-17 09:00")}, "extension"),
        (
            {
                "met_at": instant("2026-11-17 09:00"),
                "cancelled_at": instant("2026-11-17 09:00"),
                "next_rung_at": None,
            },
            "met_or_cancelled",
        ),
        (
            {"met_at": instant("2026-11-17 09:00"), "paused_at": instant("2026-11-17 09:00"), "next_rung_at": None},
            "paused_while_open",
        ),
    ],
)
def test_rows_without_sense_are_refused(change: dict[str, Any], constraint: str) -> None:
    deadline = running(ticket())
    with pytest.raises(IntegrityError, match=constraint):
        TicketDeadline.objects.filter(pk=deadline.pk).update(**change)


def test_a_deadline_has_one_open_pause() -> None:
    deadline = running(ticket())
    DeadlinePause.objects.create(deadline=deadline, paused_at=instant("2026-11-17 09:00"))
    with pytest.raises(IntegrityError, match="one_open"):
        DeadlinePause.objects.create(deadline=deadline, paused_at=instant("2026-11-18 09:00"))


def test_what_a_clock_stood_still_is_not_counted_for_its_yellow() -> None:
    """80 % of the 2,490 minutes that it runs, 420 before the pause and 2,070 after it (DL-3)."""
    subject = ticket()
    deadline = running(subject, conditions={"kind": "consultation"})
    deadlines.pause(TicketDeadline, subject, "handle", at=instant("2026-11-17 09:00"))
    deadlines.resume(TicketDeadline, subject, "handle", at=instant("2026-11-24 09:00"))
    assert (fresh(deadline).near_at, fresh(deadline).due_at) == (
        instant("2026-11-27 15:42"),
        instant("2026-11-30 17:00"),
    )
