"""报告进展 (SLA-9): month by month while the work is overdue, from the first working day of the following month."""

import pytest

from portal.deadlines import adjusting
from portal.deadlines.sweep import sweep
from portal.deadlines.together import follow_calendar
from requests import flow, limits
from requests.models import TicketDeadline
from requests.reckoning import basis_of, reckoning
from requests.story import Story
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.factories import fresh, moment
from tests.requests.overdue import NOW
from tests.requests.walks import verbs_for

DECEMBER = moment("2026-12-01 17:00")  # a Tuesday


def owed(ticket):
    return list(ticket.deadlines.open().filter(obligation="progress"))


def report(ticket, by, at, **given):
    return flow.report_progress(ticket, by=by, text="材料已到，等进场", at=at, **given)


@pytest.mark.parametrize(
    ("since", "due"),
    [
        ("2026-11-17 17:00", "2026-12-01 17:00"),
        ("2026-12-31 23:59", "2027-01-04 17:00"),  # the first to the third are New Year's days, provisionally
        ("2026-09-30 08:00", "2026-10-08 17:00"),  # after the National Day's week
        ("2026-01-31 08:00", "2026-02-02 17:00"),
    ],
)
def test_the_first_working_day_of_the_following_month(town, since, due):
    assert limits.progress_owed(make.handling(town), moment(since)).due_at == moment(due)


def test_its_day_follows_the_calendar(town):
    ticket = overdue.handling(town)
    report(overdue.handling(town), town.handler, NOW)
    kept = list(TicketDeadline.objects.open().filter(obligation="progress").order_by("due_at"))
    assert [(one.due_at, one.provisional) for one in kept] == [(DECEMBER, False), (moment("2027-01-04 17:00"), True)]
    rest = {"working": False, "name": "台风停工", "reason": "防汛", "by": town.administrator}
    adjusting.override(DECEMBER.date(), DECEMBER.date(), at=NOW, **rest)
    assert {moved.deadline.obligation for moved in follow_calendar()} >= {"progress"}
    (first,) = owed(ticket)
    assert first.due_at == moment("2026-12-02 17:00")
    assert reckoning(first)[-2:] == ["12月1日(周二)：台风停工，不计", "12月2日(周三)：第 1 个工作日"]
    assert follow_calendar() == []
    assert basis_of(first, ticket) == "超期期间每月第一个工作日"


def test_it_is_owed_from_the_due_time_also_after_an_outage(town):
    in_time = make.handling(town)
    ticket = overdue.handling(town, at=moment("2027-02-15 09:00"))
    (first,) = owed(ticket)
    assert (first.started_at, first.due_at, first.department) == (overdue.DUE, DECEMBER, town.housing)
    assert make.events(ticket).filter(kind="ticket.progress_owed").get().at == overdue.DUE
    assert in_time.deadlines.filter(obligation="progress").count() == 1  # 15 working days have passed by February


def test_it_is_asked_for_once(town):
    ticket = overdue.handling(town)
    sweep(NOW)
    flow.owe_progress(ticket, at=NOW)
    assert len(owed(ticket)) == 1


def test_month_by_month(town, refusal):
    ticket = overdue.handling(town)
    early = report(ticket, town.handler, moment("2026-11-26 09:00"))
    assert ticket.deadlines.get(pk=early.deadline_id).light(NOW) == "met"
    (second,) = owed(ticket)
    assert second.due_at == moment("2027-01-04 17:00")  # December's has been given
    # January's cannot be given with it.
    again = refusal(report, fresh(ticket), town.handler, moment("2026-11-26 10:00"))
    assert "这个月的已经报了" in again.sentence
    assert "report_progress" not in verbs_for(fresh(ticket), town.handler, moment("2026-11-26 10:00"))
    report(fresh(ticket), town.department_head, moment("2027-03-10 09:00"))  # two months late
    (third,) = owed(ticket)
    assert third.due_at == moment("2027-04-01 17:00")
    # Sent twice, from two tabs, it is given once.
    assert refusal(report, fresh(ticket), town.handler, moment("2027-03-10 09:01"))
    report(fresh(ticket), town.handler, moment("2027-03-31 16:00"))
    (fourth,) = owed(ticket)
    # The first and second of May fall on a weekend: the third and fourth are off instead.
    assert (fourth.started_at, fourth.due_at) == (third.due_at, moment("2027-05-05 17:00"))


def test_a_late_report_on_the_last_day_of_a_month_leaves_the_next_one_its_day(town):
    ticket = overdue.handling(town)
    report(ticket, town.handler, moment("2026-12-31 16:00"))  # December's, late
    (second,) = owed(ticket)
    assert (second.started_at, second.due_at) == (moment("2027-01-01 00:00"), moment("2027-01-04 17:00"))


def test_it_ends_with_the_signature(town, refusal):
    ticket = overdue.signoff(town)
    assert owed(ticket)
    flow.sign_off(ticket, by=town.department_head, at=NOW)
    assert not owed(ticket)
    assert refusal(report, fresh(ticket), town.handler, NOW)


def test_nothing_is_reported_that_is_not_owed(town, refusal):
    assert "不用报进展" in refusal(report, make.handling(town), town.handler, make.MONDAY + make.OPINION).sentence


def test_the_firm_reads_it_where_the_department_says_so(town):
    ticket = overdue.handling(town)
    report(ticket, town.handler, NOW)
    assert "ticket.progress_reported" not in {line.kind for line in Story(fresh(ticket), firm_side=True).lines}
    report(fresh(ticket), town.handler, moment("2026-12-02 09:00"), audience="firm")
    told = [line.text for line in Story(fresh(ticket), firm_side=True).lines if line.kind == "ticket.progress_reported"]
    assert told == ["材料已到，等进场"]
