"""The overdue dashboard (SUP-2): each figure opens a list of its length, and who may read which."""

from datetime import datetime, timedelta
from io import BytesIO
from random import Random

import pytest
from django.test import Client
from openpyxl import load_workbook

from portal.deadlines.sweep import sweep
from portal.desk import figures
from portal.desk.figures.lateness import Overdue
from portal.people.models import User
from portal.trail.models import Event
from portal.worktime import clock
from portal.worktime.calendar import calendar
from requests import lateness
from requests.models import Ticket
from tests.desk.overdue_town import OCTOBER, commit, late, work
from tests.requests.factories import Town, confirming, dispatched, filed, handling, moment

pytestmark = pytest.mark.django_db


def overdue(user: User, now: datetime | None = None) -> Overdue:
    reader = figures.reader_of(user)
    assert reader is not None
    return Overdue(reader.tickets, now or clock.now())


def found(one: Overdue) -> dict[str, list[figures.Figure]]:
    dimensions = {name: one.by(name) for name in ("department", "category", "area")}
    return {**dimensions, "band": one.by_band(), "rung": one.by_rung(), "promise": one.by_promise()}


def counts(figures: list[figures.Figure]) -> dict:
    return {figure.key: figure.count for figure in figures if figure.count}


def length(client: Client, url: str) -> int:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.context["page"].paginator.count


@pytest.fixture
def matters(town: Town) -> dict[str, Ticket]:
    """Late by the centre and by departments, promised and not; one is confidential, one waits for its firm only."""
    made = {
        "centre": filed(town, filed_at=OCTOBER, category=None),
        "taken": dispatched(town, filed_at=OCTOBER, lead=town.economy),
        "running": handling(town, filed_at=OCTOBER),
        "pending": handling(town, filed_at=OCTOBER, category=town.other_category),
        "broken": handling(town, filed_at=OCTOBER, lead=town.utilities),
        "returned": handling(town, filed_at=OCTOBER),
        "secret": handling(town, filed_at=OCTOBER),
    }
    for state in ("running", "pending", "broken", "returned"):
        commit(town, made[state], state)
    confirming(town, filed_at=OCTOBER)  # only the firm's own limit has passed
    Ticket.objects.filter(pk=made["secret"].pk).update(confidential=True)
    Ticket.objects.filter(pk=made["centre"].pk).update(place=None)
    sweep()
    for ticket in Ticket.objects.all():  # the timed verbs may have moved some
        made = {name: ticket if one.pk == ticket.pk else one for name, one in made.items()}
    return made


@pytest.mark.parametrize("name", ["leader", "supervisor", "congress_observer"])
def test_each_figure_opens_a_list_of_just_its_length(client: Client, town: Town, matters, name: str) -> None:
    user = getattr(town, name)
    client.force_login(user)
    one = overdue(user)
    shown = [figure for group in found(one).values() for figure in group]
    assert sum(figure.count for figure in shown) > 20
    wrong = [(f.name, f.url, f.count, n) for f in shown if (n := length(client, f.url)) != f.count]
    assert not wrong
    assert length(client, one.url) == one.total


def test_every_dimension_adds_up_to_the_whole(town: Town, matters) -> None:
    one = overdue(town.leader)
    sums = {name: sum(figure.count for figure in group) for name, group in found(one).items()}
    assert sums.pop("promise") == one.promised == one.total - 2  # neither the centre nor who has not taken it on
    assert set(sums.values()) == {one.total}


def test_what_was_promised(town: Town, matters) -> None:
    assert counts(overdue(town.leader).by_promise()) == {"missing": 1, "pending": 1, "running": 1, "broken": 1}


def test_how_far_the_ladder_has_risen(town: Town, matters) -> None:
    one = overdue(town.leader)
    assert counts(one.by_rung()) == {"department.5": 5, "centre.3": 1}
    names = [figure.name for figure in one.by_rung()]
    assert names == ["督查例会", "中心：镇领导"]


def test_the_rung_is_that_of_the_present_cycle(town: Town) -> None:
    ticket = late(town)
    work_deadline = work(ticket)
    type(work_deadline).objects.filter(pk=work_deadline.pk).update(cycle=1, next_rung=1)
    assert [figure.name for figure in overdue(town.leader).by_rung()] == ["还没有提醒"]


def test_bands_count_as_the_badges_do(town: Town) -> None:
    """Against `remaining`, which the badge shows: 400 instants with weekends and the October holiday."""
    draw, known = Random(20261003), calendar()
    for _n in range(400):
        now = moment("2026-09-20 00:00") + timedelta(minutes=draw.randrange(40 * 24 * 60))
        due = known.close((now - timedelta(days=draw.randrange(25))).date())
        if due >= now:
            continue
        days = known.remaining(now, due).days
        bounds = lateness.begins(now)
        reached = [step for step in lateness.STEPS if due < bounds[str(step)]]
        assert reached == [step for step in lateness.STEPS if days >= step], (now, due)


def test_a_band_holds_what_was_due_on_its_first_day(town: Town) -> None:
    handling(town, filed_at=OCTOBER)  # due on Tuesday 3 November, 17:00
    for when, band in [
        ("2026-11-03 17:01", "0"),
        ("2026-11-04 16:59", "0"),
        ("2026-11-04 17:00", "1"),
        ("2026-11-06 17:00", "3"),
        ("2026-11-10 17:00", "5"),
        ("2026-11-17 16:59", "5"),
        ("2026-11-17 17:00", "10"),
    ]:
        assert counts(overdue(town.leader, moment(when)).by_band()) == {band: 1}, when


def test_the_supervisor_alone_sees_what_is_confidential(client: Client, town: Town, matters) -> None:
    assert overdue(town.supervisor).total == overdue(town.leader).total + 1
    for name in ("leader", "congress_observer"):
        client.force_login(getattr(town, name))
        assert matters["secret"].number not in client.get("/figures/overdue/").content.decode()


def test_a_head_sees_his_department_and_those_below(client: Client, town: Town, matters) -> None:
    client.force_login(town.department_head)
    page = client.get("/figures/overdue/").context
    assert page["department"] == town.housing
    assert page["overdue"].total == 4
    wrong = [f.url for g in found(page["overdue"]).values() for f in g if length(client, f.url) != f.count]
    assert not wrong
    assert client.get(f"/figures/overdue/?under={town.economy.pk}").status_code == 404


@pytest.mark.parametrize("name", ["evaluator", "handler", "enterprise_member", "administrator", "auditor"])
def test_who_may_not_list_what_is_late_finds_nothing(client: Client, town: Town, name: str) -> None:
    client.force_login(getattr(town, name))
    assert client.get("/figures/overdue/").status_code == 404
    assert client.get("/figures/overdue/export/").status_code == 404


def test_the_ten_worst_are_the_longest_overdue(client: Client, town: Town) -> None:
    made = [handling(town, filed_at=OCTOBER + timedelta(days=n)) for n in (*range(7, 12), *range(5), 14, 15)]
    sweep()
    client.force_login(town.leader)
    page = client.get("/figures/overdue/")
    worst = page.context["overdue"].worst
    assert [one.ticket.pk for one in worst] == [ticket.pk for ticket in (*made[5:10], *made[:5])]


def test_nothing_late_is_said(client: Client, town: Town) -> None:
    client.force_login(town.leader)
    page = client.get("/figures/overdue/").content.decode()
    assert "没有超期的诉求" in page
    assert "export" not in page


def test_the_file_holds_every_late_item(client: Client, town: Town, matters) -> None:
    client.force_login(town.leader)
    response = client.get("/figures/overdue/export/")
    rows = list(load_workbook(BytesIO(response.content)).worksheets[0].values)
    by_number = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert set(by_number) == {ticket.number for name, ticket in matters.items() if name != "secret"}
    broken = by_number[matters["broken"].number]
    assert (broken["公开承诺"], broken["提醒到"], broken["主办部门"]) == ("承诺未兑现", "督查例会", "市政管理站")
    assert Event.objects.get(kind="ticket.exported").data["filters"] == {"overdue": "1"}


@pytest.mark.parametrize("query", ["late=7", "rung=department.99", "rung=x", "promise=x", "late=%00"])
def test_an_odd_filter_finds_nothing(client: Client, town: Town, matters, query: str) -> None:
    client.force_login(town.leader)
    assert length(client, f"/tickets/?{query}") == 0


def test_a_filter_says_itself_on_its_chip(client: Client, town: Town, matters) -> None:
    client.force_login(town.leader)
    page = client.get("/tickets/?overdue=1&rung=department.4&late=5&promise=missing").content.decode()
    for chip in ("提醒到：分管镇领导、督效屏", "超期多久：5–9 个工作日", "公开承诺：还没有承诺"):
        assert chip in page


def test_the_page_costs_the_same_however_much_is_late(
    client: Client, town: Town, django_assert_max_num_queries
) -> None:
    client.force_login(town.leader)
    costs = []
    for more in (1, 2):
        for n in range(more):
            commit(town, handling(town, filed_at=OCTOBER - timedelta(days=n), co=[town.police]))
        sweep()
        client.get("/figures/overdue/")
        with django_assert_max_num_queries(20) as counted:
            client.get("/figures/overdue/")
        costs.append(len(counted.captured_queries))
    assert costs[0] == costs[1]
