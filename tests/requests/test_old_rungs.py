"""A ladder that is edited changes neither what was told before nor what was reached by it (DL-4, APP-19)."""

from datetime import timedelta

import pytest

from portal.deadlines import following, revising
from portal.deadlines.held import tables
from portal.deadlines.models import LadderRung
from portal.deadlines.revising import Step
from portal.deadlines.sweep import sweep
from portal.desk import figures
from portal.desk.board import reached
from portal.desk.figures.lateness import Overdue
from portal.outbox.models import Message
from portal.worktime import clock
from requests.flow import agenda
from requests.models import Ticket, TicketDeadline
from requests.notices import alerts
from tests.requests.factories import handling, moment, town

__all__ = ["town"]
pytestmark = pytest.mark.django_db
BOARD = moment("2026-11-06 18:00")  # work that was given in October has been late for three working days


def edited(town, *more: Step, without: int = 0, at=BOARD) -> None:
    """The departments' ladder with steps put in, and one taken out."""
    rungs = LadderRung.objects.filter(obligor_kind="department").order_by("number")
    steps = [Step(r.anchor, r.working_days, tuple(r.tells), r.pk) for r in rungs if r.number != without]
    revising.revise_ladder("department", [*steps, *more], by=town.administrator, at=at)
    assert following.carry_on()


@pytest.fixture
def late(town) -> TicketDeadline:
    ticket = handling(town, filed_at=moment("2026-10-12 09:00"))
    sweep(BOARD)
    return ticket.deadlines.get(obligation="handle")


def on_board(now=BOARD) -> list[int]:
    return [deadline.pk for deadline in reached(Ticket.objects.all(), now + timedelta(minutes=1))]


def test_what_reached_the_board_stays_on_it_when_steps_are_put_in_or_taken_out(town, late) -> None:
    assert on_board() == [late.pk]
    edited(town, Step("after", 2, ("leader",)))
    assert on_board() == [late.pk]
    levels = [f.name for f in Overdue(figures.reader_of(town.leader).tickets, BOARD).by_rung()]
    assert levels == ["分管镇领导、督效屏"]
    edited(town, without=1)  # numbers move down, and the cycle rises
    assert on_board() == [late.pk]
    agenda_day = moment("2026-11-10 18:00")
    assert not agenda.on_agenda().exists()
    sweep(agenda_day)
    found = agenda.on_agenda().get()
    assert (found.pk, found.reached_at) == (late.pk, moment("2026-11-10 17:00"))


def test_a_rung_that_fired_keeps_its_words_and_its_people(town, late) -> None:
    """Put in below, the same number would be the town leader's; the letter still waits for the morning."""
    before = alerts.told(late, 4, BOARD)
    assert before == "已告知分管镇领导，上督效屏"
    waiting = Message.objects.filter(kind="deadline.rung", params__rung=3, params__deadline=late.pk).get()
    later = moment("2026-11-07 09:00")
    edited(town, Step("after", 2, ("agenda",)), at=later)
    assert [rung.tells for rung in tables().ladder("department") if rung.number == 4] == [["agenda"]]
    assert alerts.told(late, 4, BOARD) == before
    assert alerts.told(late, 4, later) == "列入督查例会议程"
    assert alerts.step_of(late, waiting.params["rung"]).tells == ["supervisor"]
    assert alerts.step_of(late, 4).tells == ["leader_in_charge", "board"]


def test_each_edit_is_looked_through_to_the_time_of_the_firing(town, late) -> None:
    edited(town, Step("after", 2, ("agenda",)), at=moment("2026-11-07 09:00"))
    edited(town, without=1, at=moment("2026-11-08 09:00"))
    told = [alerts.told(late, 4, moment(at)) for at in ("2026-11-06 18:00", "2026-11-07 12:00", "2026-11-08 12:00")]
    assert told == ["已告知分管镇领导，上督效屏", "列入督查例会议程", "已告知分管镇领导，上督效屏"]
    assert tables().rung("department", 9, clock.now()) is None
