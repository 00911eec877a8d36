"""The dashboard (SUP-2): one number wherever it stands, the list behind each, and who may read which."""

from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from openpyxl import load_workbook

from portal.desk import figures
from portal.desk.figures.board import Board
from portal.people.models import User
from portal.trail.models import Event
from portal.worktime import clock
from requests import flow
from requests.flow.feedback import Scores
from requests.models import Ticket
from tests.requests.factories import Town, closed, confirming, dispatched, filed, handling, moment, revisiting

pytestmark = pytest.mark.django_db

NOVEMBER = "/figures/?period=custom&first=2026-11-01&last=2026-11-30"


@pytest.fixture
def matters(town: Town) -> None:
    """Open and closed ones of two departments, three channels, with and without category and area; one confidential."""
    filed(town, filed_at=moment("2026-11-19 15:10"))
    late = filed(town, filed_at=moment("2026-11-18 08:40"))
    flow.accept(late, by=town.intake_clerk, at=moment("2026-11-18 15:00"))
    dispatched(town, filed_at=moment("2026-11-18 09:30"))
    handling(town, filed_at=moment("2026-10-12 09:00"))
    handling(town, filed_at=moment("2026-11-16 09:00"), lead=town.economy, category=town.other_category)
    handling(town, filed_at=moment("2026-11-16 09:20"), lead=town.utilities)
    revisiting(town, filed_at=moment("2026-11-11 10:00"))
    closed(town, filed_at=moment("2026-11-02 10:00"))
    of_economy(town, closed(town, filed_at=moment("2026-11-03 10:00"), result="explained"))
    closed(town, filed_at=moment("2025-11-03 10:00"))
    again = confirming(town, filed_at=moment("2026-11-04 10:00"))
    flow.confirm(again, by=town.enterprise_member, scores=Scores(1), at=moment("2026-11-09 11:00"))
    secret = handling(town, filed_at=moment("2026-09-14 09:00"))
    elsewhere = Ticket.objects.filter(status="received")
    elsewhere.update(place=None, category=None)
    Ticket.objects.filter(pk=secret.pk).update(confidential=True)
    Ticket.objects.filter(pk__in=[late.pk]).update(place=town.place.parent.parent)


def of_economy(town: Town, ticket: Ticket) -> None:
    """As if another department had led it; only one has a head to sign here."""
    Ticket.objects.filter(pk=ticket.pk).update(lead_department=town.economy)


def board(user: User, department=None) -> Board:
    reader = figures.reader_of(user)
    assert reader is not None
    period = figures.period_of("custom", moment("2026-11-23 15:20"), moment("2026-11-01 00:00").date())
    period = figures.Period(period.first, moment("2026-11-30 00:00").date())
    return Board(reader, department, period, clock.now())


def numbers(one: Board) -> list[tuple[str, str, int | None]]:
    """(what, its list, how many) of every figure of the dashboard."""
    found = []
    for shown in one.headline:
        wanted = shown.part if shown.part is not None else shown.whole
        found.append((shown.measure.key, shown.url, wanted))
        if shown.whole is not None:
            found.append((f"{shown.measure.key} of", shown.whole_url, shown.whole))
    for breakdown in one.breakdowns:
        for row in breakdown.rows:
            for shown in row.cells:
                wanted = shown.part if shown.part is not None else shown.whole
                found.append((f"{breakdown.key} {row.name} {shown.measure.key}", shown.url, wanted))
    return found


def length(client: Client, url: str) -> int:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.context["page"].paginator.count


@pytest.mark.parametrize("name", ["leader", "supervisor"])
def test_each_figure_opens_a_list_of_just_its_length(client: Client, town: Town, matters: None, name: str) -> None:
    user = getattr(town, name)
    client.force_login(user)
    found = numbers(board(user))
    assert sum(count or 0 for _what, _url, count in found) > 60
    wrong = [(what, url, count, n) for what, url, count in found if (n := length(client, url)) != count]
    assert not wrong


def test_a_heads_figures_are_of_the_department_and_below(client: Client, town: Town, matters: None) -> None:
    client.force_login(town.department_head)
    one = board(town.department_head, town.housing)
    led = {t.lead_department for t in one.tickets}
    assert led == {town.housing, town.utilities}
    wrong = [(what, url, count, n) for what, url, count in numbers(one) if (n := length(client, url)) != count]
    assert not wrong
    page = client.get("/figures/")
    assert page.context["department"] == town.housing
    assert client.get(f"/figures/?under={town.utilities.pk}").context["department"] == town.utilities


@pytest.mark.parametrize("under", ["economy", "police"])
def test_another_departments_figures_are_not_there(client: Client, town: Town, under: str) -> None:
    client.force_login(town.department_head)
    assert client.get(f"/figures/?under={getattr(town, under).pk}").status_code == 404
    assert client.get(f"/figures/export/?under={getattr(town, under).pk}").status_code == 404
    assert client.get("/figures/?under=x").status_code == 404


def test_observers_count_everything_ordinary_and_list_what_they_may(client: Client, town: Town, matters: None) -> None:
    ordinary = Ticket.objects.filter(confidential=False)
    one = board(town.congress_observer)
    assert one.whole.open == ordinary.open().count()
    client.force_login(town.congress_observer)
    linked = {what: (url, count) for what, url, count in numbers(one) if url}
    assert "late" in linked
    assert "open" not in linked
    assert "filed" not in linked
    assert all(length(client, url) == count for url, count in linked.values())


def test_an_evaluator_reads_aggregates_without_a_way_to_the_tickets(client: Client, town: Town, matters: None) -> None:
    client.force_login(town.evaluator)
    response = client.get(NOVEMBER)
    assert response.context["board"].whole.open == Ticket.objects.filter(confidential=False).open().count()
    assert "/tickets/" not in response.content.decode()


def test_the_supervisor_alone_counts_confidential_matters(town: Town, matters: None) -> None:
    assert board(town.supervisor).whole.open == board(town.leader).whole.open + 1


def test_every_dimension_adds_up_to_the_whole(town: Town, matters: None) -> None:
    one = board(town.leader)
    for breakdown in one.breakdowns:
        for key in ("open", "late", "filed", "closed", "on_time", "scored", "resolved", "responded", "quick"):
            assert sum(getattr(row.tally, key) for row in breakdown.rows) == getattr(one.whole, key), (
                breakdown.key,
                key,
            )
    assert one.whole.open > one.whole.late > 0


def test_the_leaders_home_and_the_dashboard_say_the_same(client: Client, town: Town) -> None:
    now = clock.now()
    handling(town, filed_at=moment("2026-10-12 09:00"))
    closed(town, filed_at=moment("2026-11-02 10:00"))
    client.force_login(town.leader)
    home, page = client.get("/leader/").context, client.get("/figures/").context["board"]
    shown = {one.measure.key: one for one in page.headline}
    assert (home["open_count"], home["late_count"]) == (shown["open"].value, shown["late"].value)
    assert (home["on_time"].part, home["on_time"].whole) == (shown["on_time"].part, shown["on_time"].whole)
    assert (home["minutes"], home["days"]) == (shown["minutes"].value, shown["days"].value)
    assert figures.public(now)["closed"] == shown["closed"].value


def test_a_rate_of_nothing_is_a_dash(client: Client, town: Town) -> None:
    client.force_login(town.leader)
    content = client.get(NOVEMBER).content.decode()
    assert "0%" not in content.replace("100%", "")
    assert "还没有办结的诉求" in content


def test_the_year_before_stands_beside_it(town: Town, matters: None) -> None:
    shown = {one.measure.key: one for one in board(town.leader).headline}
    assert (shown["closed"].value, shown["closed"].before) == (2, 1)
    assert shown["open"].before is None


def test_the_file_says_what_the_page_says(client: Client, town: Town, matters: None) -> None:
    client.force_login(town.leader)
    response = client.get(NOVEMBER.replace("/figures/", "/figures/export/"))
    rows = list(load_workbook(BytesIO(response.content)).worksheets[0].values)
    heads, whole = rows[0], dict(zip(rows[0], rows[1], strict=True))
    one = board(town.leader)
    assert whole["在办（件）"] == one.whole.open
    assert whole["按时办结率：分子"] == one.whole.on_time
    assert len(rows) == 3 + sum(len(breakdown.rows) for breakdown in one.breakdowns)
    assert len(set(heads)) == len(heads)
    event = Event.objects.get(kind="ticket.exported")
    assert event.data["filters"] == {"figures": "custom", "first": "2026-11-01", "last": "2026-11-30"}


@pytest.mark.parametrize(
    "query",
    ["period=x", "first=nonsense&period=custom", "period=custom&first=0001-01-01", "period=custom&last=9999-12-31"],
)
def test_odd_periods_are_answered_with_this_month(client: Client, town: Town, query: str) -> None:
    client.force_login(town.leader)
    response = client.get(f"/figures/?{query}")
    assert response.status_code == 200
    assert response.context["board"].period.key == "month"


def test_links_keep_the_department(town: Town, matters: None) -> None:
    for _what, url, _count in numbers(board(town.leader, town.housing)):
        assert parse_qs(urlsplit(url).query)["under"] == [str(town.housing.pk)]


def test_the_page_costs_the_same_however_much_there_is(
    client: Client, town: Town, django_assert_max_num_queries
) -> None:
    client.force_login(town.leader)
    costs = []
    for day in (2, 3):
        of_economy(town, closed(town, filed_at=moment(f"2026-11-0{day} 10:00")))
        handling(town, filed_at=moment(f"2026-11-0{day} 11:00"))
        client.get(NOVEMBER)
        with django_assert_max_num_queries(16) as counted:
            client.get(NOVEMBER)
        costs.append(len(counted.captured_queries))
    assert costs[0] == costs[1]
