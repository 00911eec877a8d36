"""Every figure against a count by hand, and against the list that it opens (SUP-2): one number, wherever it stands."""

import re
from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.desk import figures
from portal.people.models import User
from requests import facts, flow, stages
from requests.flow.feedback import Scores
from requests.models import Ticket, TicketDeadline
from tests.requests.factories import (
    Town,
    closed,
    confirming,
    dispatched,
    filed,
    handling,
    moment,
    rejected,
    revisiting,
    signoff,
)

pytestmark = pytest.mark.django_db

NOW = moment("2026-11-23 15:20")
NOVEMBER = figures.Period(date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
def matters(town: Town) -> list[Ticket]:
    """One at every station, some late, some of last month, one of another department."""
    return [
        filed(town, filed_at=moment("2026-11-23 15:10")),
        dispatched(town, filed_at=moment("2026-11-23 09:30")),
        handling(town, filed_at=moment("2026-10-12 09:00")),  # long overdue
        handling(town, filed_at=moment("2026-11-16 09:00"), lead=town.economy, category=town.other_category),
        signoff(town, filed_at=moment("2026-11-09 09:00")),
        confirming(town, filed_at=moment("2026-11-09 10:00")),  # the firm's own limit has passed: not late
        revisiting(town, filed_at=moment("2026-11-18 10:00")),
        closed(town, filed_at=moment("2026-11-02 10:00")),
        closed(town, filed_at=moment("2026-11-03 10:00"), stars=3, overall=4),
        closed(town, filed_at=moment("2026-10-12 10:00")),
        rejected(town, filed_at=moment("2026-11-12 10:00")),
    ]


def visible(user: User) -> list[Ticket]:
    return list(Ticket.objects.visible_to(user).select_related("lead_department", "category"))


def is_late(ticket: Ticket, now: datetime = NOW) -> bool:
    running = TicketDeadline.objects.filter(subject=ticket, met_at=None, cancelled_at=None, paused_at=None)
    return any(d.due_at < now for d in running if d.obligor_kind != "enterprise")


def listed(client: Client, user: User, url: str) -> set[str]:
    """The numbers of the tickets on the list that a figure opens."""
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200, url
    return {ticket.number for ticket in response.context["page"].object_list}


def test_flow_counts_open_matters_at_each_station(town: Town, matters: list[Ticket]) -> None:
    tickets = visible(town.leader)
    line = figures.Picture(Ticket.objects.visible_to(town.leader), NOW).flow()
    for station in line.stations:
        here = [t for t in tickets if not t.ended and t.stage == station.key]
        assert station.count == len(here)
        assert station.late_count == sum(map(is_late, here))
    assert [station.count for station in line.stations] == [1, 0, 1, 3, 1, 1]
    assert [station.late_count for station in line.stations] == [0, 0, 0, 1, 0, 0]


def test_a_round_again_is_a_branch(town: Town) -> None:
    ticket = confirming(town, filed_at=moment("2026-11-16 10:00"))
    flow.dispute(ticket, by=town.enterprise_member, reason="还在倒灌", at=moment("2026-11-19 10:00"))
    rated = confirming(town, filed_at=moment("2026-11-16 11:00"))
    flow.confirm(rated, by=town.enterprise_member, scores=Scores(1), at=moment("2026-11-19 11:00"))
    line = figures.Picture(Ticket.objects.visible_to(town.leader), NOW).flow()
    assert [(branch.cls, branch.count) for branch in line.branches] == [("b-54", 1), ("b-64", 1)]


def test_departments_with_most_late_first(town: Town, matters: list[Ticket]) -> None:
    found = figures.Picture(Ticket.objects.visible_to(town.leader), NOW).by_department()
    expected = {
        name: (
            sum(
                1
                for t in visible(town.leader)
                if t.status in stages.IN_DEPARTMENT and t.lead_department.short_name == name
            ),
            sum(
                is_late(t)
                for t in visible(town.leader)
                if t.status in stages.IN_DEPARTMENT and t.lead_department.short_name == name
            ),
        )
        for name in ("住建局", "经发局")
    }
    assert {f.name: (f.count, f.late) for f in found} == expected
    assert found[0].name == "住建局"


def test_ageing_puts_every_open_matter_into_one_bucket(town: Town, matters: list[Ticket]) -> None:
    buckets = figures.Picture(Ticket.objects.visible_to(town.leader), NOW).ageing()
    assert sum(bucket.count for bucket in buckets) == sum(not t.ended for t in visible(town.leader))
    # 10-12 is 28 working days back; 11-09 ten; 11-16 five; 11-18 three; 11-23 today
    assert [bucket.count for bucket in buckets] == [4, 2, 0, 1]


def november(town: Town) -> figures.Tally:
    return figures.Report(Ticket.objects.visible_to(town.leader), [NOVEMBER], figures.Areas()).whole()


def overrun(ticket: Ticket, by: timedelta) -> None:
    """As if the handling clock had been met so long after its due time, before the ticket closed."""
    clock = TicketDeadline.objects.get(subject=ticket, obligation="handle")
    TicketDeadline.objects.filter(pk=clock.pk).update(met_at=clock.due_at + by)
    ticket.refresh_from_db()
    facts.settle(ticket)
    ticket.save()


def test_categories_of_what_the_month_brought(town: Town, matters: list[Ticket]) -> None:
    picture = figures.Picture(Ticket.objects.visible_to(town.leader), NOW)
    report = figures.Report(picture.tickets, [NOVEMBER], picture.areas)
    found = figures.by_category(report, picture.names["category"], NOVEMBER)
    mine = [t for t in visible(town.leader) if timezone.localtime(t.filed_at).month == 11]
    assert {f.name: f.count for f in found} == {
        str(c): sum(t.category == c for t in mine) for c in (town.category, town.other_category)
    }


def test_on_time_counts_only_what_was_closed_in_the_month(town: Town, matters: list[Ticket]) -> None:
    overrun(closed(town, filed_at=moment("2026-11-05 10:00")), timedelta(minutes=1))
    tally = november(town)
    assert (tally.on_time, tally.closed) == (2, 3)
    assert figures.MEASURE["on_time"].value(tally) == 66.7


def test_nothing_to_divide_by_is_no_rate(town: Town) -> None:
    for key in ("on_time", "quick", "satisfied", "resolved"):
        assert figures.MEASURE[key].value(november(town)) is None, key
    assert (november(town).minutes, november(town).days) == (None, None)


def test_met_at_the_very_due_time_is_on_time(town: Town) -> None:
    overrun(closed(town, filed_at=moment("2026-11-05 10:00")), timedelta())
    assert (november(town).on_time, november(town).closed) == (1, 1)


def test_months_end_with_the_one_asked_for(town: Town, matters: list[Ticket]) -> None:
    months = figures.Months(Ticket.objects.visible_to(town.leader), figures.months_up_to(date(2026, 11, 30), 3))
    assert [month.first.month for month in months.months] == [9, 10, 11]
    assert [(t.closed, t.on_time) for t in months.tallies] == [(0, 0), (1, 1), (2, 2)]
    filed_in = [timezone.localtime(t.filed_at).month for t in visible(town.leader)]
    assert [t.filed for t in months.tallies] == [filed_in.count(month) for month in (9, 10, 11)]


def test_long_ended_months_are_kept_for_whoever_asked_and_the_last_is_counted(town: Town, monkeypatch):
    monkeypatch.setattr(figures.Months, "LONG", 0)

    def trend(user) -> list[int]:
        months = figures.months_up_to(date(2026, 11, 30), 2)
        return [tally.filed for tally in figures.Months(Ticket.objects.visible_to(user), months).tallies]

    for day in ("2026-10-12", "2026-11-05"):
        filed(town, filed_at=moment(f"{day} 10:00"))
    assert trend(town.leader) == [1, 1]
    for day in ("2026-10-13", "2026-11-06"):
        filed(town, filed_at=moment(f"{day} 10:00"))
    assert trend(town.leader) == [1, 2]
    assert trend(town.supervisor) == [2, 2]  # who asks otherwise is not told the leader's number
    cache.clear()
    assert trend(town.leader) == [2, 2]


def test_first_response_is_the_median_of_working_minutes(town: Town) -> None:
    for start, answer in (("09:00", "09:10"), ("10:00", "10:20"), ("11:20", "13:30")):  # 10, 20 and 40 over lunch
        ticket = filed(town, filed_at=moment(f"2026-11-23 {start}"))
        flow.accept(ticket, by=town.intake_clerk, at=moment(f"2026-11-23 {answer}"))
    tally = november(town)
    assert tally.minutes == 20
    assert (tally.quick, tally.responded) == (2, 3)


def test_handling_days_are_working_days(town: Town) -> None:
    closed(town, filed_at=moment("2026-11-05 10:00"))  # a Thursday, closed on Monday
    assert november(town).days == 2


def test_satisfaction_never_counts_who_was_not_reached(town: Town, matters: list[Ticket]) -> None:
    silent = revisiting(town, filed_at=moment("2026-11-04 10:00"))
    for day in ("2026-11-10", "2026-11-11", "2026-11-12"):
        silent = flow.record_revisit(silent, by=town.revisitor, reached=False, at=moment(f"{day} 10:00"))
    assert silent.status == stages.CLOSED
    assert (november(town).satisfied, november(town).scored, november(town).closed) == (2, 2, 3)


def test_solved_and_partly_solved_are_resolved(town: Town) -> None:
    for day, result in ((2, "solved"), (3, "partly"), (4, "explained")):
        closed(town, filed_at=moment(f"2026-11-0{day} 10:00"), result=result)
    assert (november(town).resolved, november(town).answered) == (2, 3)


def test_the_worst_is_the_longest_overdue(town: Town, matters: list[Ticket]) -> None:
    earlier = handling(town, filed_at=moment("2026-09-14 09:00"))
    worst = figures.worst(Ticket.objects.visible_to(town.leader), NOW)
    assert [t.number for t in worst] == [earlier.number, matters[2].number]


def test_confidential_matters_are_in_no_figure(town: Town, matters: list[Ticket]) -> None:
    secret = handling(town, filed_at=moment("2026-09-14 09:00"))
    before = figures.public(NOW)
    count = figures.Picture(Ticket.objects.visible_to(town.leader), NOW).open.total[0]
    Ticket.objects.filter(pk=secret.pk).update(confidential=True)
    assert figures.Picture(Ticket.objects.visible_to(town.leader), NOW).open.total[0] == count - 1
    assert figures.public(NOW)["overdue"] == before["overdue"] - 1
    assert secret.number not in {t.number for t in figures.worst(Ticket.objects.visible_to(town.leader), NOW)}
    for user in (town.leader, town.congress_observer, town.evaluator, town.supervisor):
        reader = figures.reader_of(user)
        assert reader.tickets.filter(pk=secret.pk).exists() == (user == town.supervisor)


def test_each_figure_opens_the_list_it_counts(client: Client, town: Town, matters: list[Ticket]) -> None:
    tickets = Ticket.objects.visible_to(town.leader)
    picture = figures.Picture(tickets, timezone.now())
    line = picture.flow()
    report = figures.Report(tickets, [NOVEMBER], picture.areas)
    numbers = [(s.url, s.count) for s in line.stations] + [(s.late_url, s.late_count) for s in line.stations]
    numbers += [(f.url, f.count) for f in picture.by_department()]
    numbers += [(f.late_url, f.late) for f in picture.by_department()]
    numbers += [(f.url, f.count) for f in picture.ageing()]
    numbers += [(f.url, f.count) for f in picture.by_area()]
    numbers += [(f.url, f.count) for f in figures.by_category(report, picture.names["category"], NOVEMBER)]
    assert sum(count for _url, count in numbers) > 20
    for url, count in numbers:
        assert len(listed(client, town.leader, url)) == count, dict(parse_qsl(urlsplit(url).query))


def test_late_handled_opens_what_was_not_on_time(client: Client, town: Town, matters: list[Ticket]) -> None:
    late = closed(town, filed_at=moment("2026-11-05 10:00"))
    overrun(late, timedelta(days=1))
    assert listed(client, town.leader, figures.late_handled(NOVEMBER)) == {late.number}


def test_what_an_ended_period_came_to_is_kept_a_while_for_who_asked(town: Town, monkeypatch: pytest.MonkeyPatch):
    october = figures.Period(date(2025, 10, 1), date(2025, 10, 31))

    def counted(user: User) -> tuple[int, int]:
        report = figures.Report(Ticket.objects.visible_to(user), [NOVEMBER, october], figures.Areas())
        return report.whole().filed, report.whole(1).filed

    closed(town, filed_at=moment("2025-10-12 10:00"))
    assert counted(town.leader) == (0, 1)
    rejected(town, filed_at=moment("2025-10-13 10:00"))
    assert counted(town.leader) == (0, 2)  # few are counted every time
    monkeypatch.setattr(figures.Report, "LONG", 1)
    assert counted(town.leader) == (0, 2)
    for day in ("2025-10-14", "2026-11-12"):
        rejected(town, filed_at=moment(f"{day} 10:00"))
    assert counted(town.leader) == (1, 2)  # what runs is counted anew
    assert counted(town.congress_observer) == (0, 1)  # who reads less is not told another's
    cache.clear()
    assert counted(town.leader) == (1, 3)


def test_a_period_that_still_runs_is_never_kept(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(figures.Report, "LONG", 0)
    now = timezone.now()
    running = figures.Period(timezone.localdate(now) - timedelta(days=9), timezone.localdate(now))
    for n in (1, 2):
        filed(town, filed_at=now)
        report = figures.Report(Ticket.objects.visible_to(town.leader), [NOVEMBER, running], figures.Areas())
        assert report.whole(1).filed == n


@pytest.mark.parametrize("role", ["leader", "supervisor", "triager"])
def test_what_the_whole_towns_figures_read_stands_in_their_index(town: Town, role: str):
    """Else each month is read from the tickets themselves: three to five times as long at 100,000 tickets."""
    indexes = {index.name: index for index in Ticket._meta.indexes}
    tickets, periods = Ticket.objects.visible_to(getattr(town, role)), figures.months_up_to(NOW.date())
    with CaptureQueriesContext(connection) as asked:
        figures.Months(tickets, periods)
        figures.Report(tickets, periods[-1:], figures.Areas())
    counted = [query["sql"] for query in asked if query["sql"].startswith("WITH")]
    assert len(counted) == 4
    for sql in counted:
        index = indexes["ticket_closed" if '"closed_at" >=' in sql or "worked_late" in sql else "ticket_filed"]
        held = {Ticket._meta.get_field(name).column for name in (*index.fields, *index.include)}
        assert set(re.findall(r'"requests_ticket"\."(\w+)"', sql)) <= held
