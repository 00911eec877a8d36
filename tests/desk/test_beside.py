"""What is overdue beside tickets: each figure opens a list of its length, and nobody sees more than he may (SUP-2)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from inspections.models import CodelessDeadline, RectificationDeadline
from inspections.rectification import flow
from policies.models import ClaimDeadline
from policies.models.services import ServiceDeadline
from portal import deadlines
from portal.desk.board import Screen
from portal.desk.mine.owed import services_owed_by, visits_owed_by
from portal.desk.sorts import OF, SORTS
from portal.worktime import clock
from requests.models import VisitDeadline
from requests.visits.flow import planning
from tests.inspections.factories import agencies
from tests.inspections.rectification.world import AT, check, finding, ordered
from tests.inspections.visits.walks import reported
from tests.policies.claims import walks
from tests.policies.services.conftest import ordered as ordered_service
from tests.policies.services.conftest import provider
from tests.requests.factories import MONDAY, department, moment, person
from tests.visits.conftest import wanted

pytestmark = pytest.mark.django_db
PAGE, LIST = "/figures/overdue/others/", "/figures/overdue/others/list/"


def lately(Model, days: int, rung: int = 1) -> None:
    """Its clocks fell due so many days ago, with so many rungs fired, whatever today is."""
    due = clock.now() - timedelta(days=days)
    Model.objects.open().update(due_at=due, near_at=due, next_rung=rung + 1)


@pytest.fixture
def late(town):
    """One late clock of each: a claim's, a service's, a visit's, a rectification's by the firm and by the agency."""
    of = agencies(town)
    town.round = walks.batch(town)
    walks.send(town.round, town)
    town.law = department("无何有律师事务所", "third_party")
    town.people["lawyer"] = person("lawyer", "惠子", ("handler", town.law))
    ordered_service(provider(town, department=town.law), town, at=MONDAY)
    planning.plan_visits(wanted(firms=[town.firm]), by=town.supervisor, at=moment("2026-11-02 09:00"))
    ordered(of)
    record = check(of, firm=town.foreign_firm)
    looked = flow.order(finding(record), by=of.inspector, days=None, at=AT)
    given = {"obligor_kind": "department", "department": of.housing.department}
    deadlines.meet(RectificationDeadline, looked, "rectify", at=AT)
    deadlines.start(RectificationDeadline, looked, "recheck", at=AT, **given)
    for Model, days in ((ClaimDeadline, 40), (ServiceDeadline, 9), (VisitDeadline, 4), (RectificationDeadline, 20)):
        lately(Model, days)
    return of


def rows(client: Client, url: str) -> int:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.context["page"].paginator.count


def figures_of(client: Client):
    beside = client.get(PAGE).context["beside"]
    return {"what": beside.by_what(), "who": beside.by_who(), "late": beside.by_band(), "rung": beside.by_rung()}


def test_each_figure_opens_a_list_of_just_its_length(client, town, late) -> None:
    for user in (town.leader, town.supervisor, town.department_head):
        client.force_login(user)
        beside = client.get(PAGE).context["beside"]
        found, total = figures_of(client), beside.total
        assert beside.count == total
        assert {sum(figure.count for figure in some) for some in found.values()} == {total}
        shown = [figure for some in found.values() for figure in some]
        assert [f.url for f in shown if rows(client, f.url) != f.count] == []


def test_a_leader_sees_all_and_a_head_what_his_department_answers_for(client, town, late) -> None:
    client.force_login(town.leader)
    assert {f.key for f in figures_of(client)["what"]} == {
        *("claim_accept", "service_take", "visit", "rectify", "recheck")
    }
    assert {f.name for f in figures_of(client)["who"]} >= {"受检企业", "走访人", town.law.short_name}
    client.force_login(town.department_head)  # of housing: its claim, its re-check, and the firm it is to oversee
    assert {f.key for f in figures_of(client)["what"]} == {"claim_accept", "rectify", "recheck"}
    assert client.get(PAGE, {"under": town.economy.pk}).status_code == 404
    client.force_login(town.leader)
    assert {f.key for f in client.get(PAGE, {"under": town.law.pk}).context["beside"].by_what()} == {"service_take"}


def test_what_may_not_be_read_is_in_no_figure(client, town, late) -> None:
    """A report of an inspection without a code is the supervisors' alone, like a confidential complaint."""
    reported(late)
    lately(CodelessDeadline, 3)
    for user, seen in ((town.supervisor, True), (town.leader, False)):
        client.force_login(user)
        assert ("codeless" in {f.key for f in figures_of(client)["what"]}) is seen
        assert rows(client, f"{LIST}?what=codeless") == seen
        url = f"/deadlines/codeless/{CodelessDeadline.objects.get().pk}/"
        assert client.get(url).status_code == (200 if seen else 404)


@pytest.mark.parametrize("name", ["congress_observer", "evaluator", "handler", "policy_officer", "enterprise_member"])
def test_whoever_oversees_nothing_finds_nothing(client, town, name) -> None:
    client.force_login(getattr(town, name))
    for url in (PAGE, LIST, "/figures/overdue/others/export/"):
        assert client.get(url).status_code == 404


def test_a_firms_own_reminder_is_nobodys_delay(client, town, late) -> None:
    ClaimDeadline.objects.update(obligor_kind="enterprise", department=None)
    client.force_login(town.leader)
    assert "claim_accept" not in {f.key for f in figures_of(client)["what"]}


def test_the_words_of_the_rungs_are_those_of_each_ladder(client, town, late) -> None:
    client.force_login(town.leader)
    lately(ClaimDeadline, 40, rung=5)
    lately(ServiceDeadline, 9, rung=0)
    lately(VisitDeadline, 9, rung=2)
    names = [figure.name for figure in figures_of(client)["rung"]]
    assert len(set(names)) == len(names)
    assert set(names) == {"督查例会议程", "还没有提醒", "承办人", "受检企业：企业", "走访人"}


def test_what_departments_owe_comes_before_the_meeting_by_the_same_ladder(client, town, late) -> None:
    """DL-4, DL-6: whoever leads or supervises reads it; an observer, who verifies tickets, and the lobby never do."""
    lately(ClaimDeadline, 40, rung=4)
    client.force_login(town.leader)
    assert not client.get("/agenda/").context["others"]
    lately(ClaimDeadline, 40, rung=5)
    lately(VisitDeadline, 40, rung=3)  # a visitor's ladder ends with the supervisor
    claim = ClaimDeadline.objects.get()
    for name in ("leader", "supervisor"):
        client.force_login(town.people[name])
        page = client.get("/agenda/")
        assert [other.deadline for other in page.context["others"]] == [claim], name
        assert "1 件上会" in page.content.decode()
        assert claim.subject.number in str(exported(client, "/agenda/export/")[1])
    client.force_login(town.congress_observer)
    assert "没有要上会的事项" in client.get("/agenda/").content.decode()
    assert len(exported(client, "/agenda/export/")) == 1
    assert not Screen(clock.now()).items


def exported(client, url):
    return list(load_workbook(BytesIO(client.get(url).content)).worksheets[0].values)


def test_an_odd_filter_finds_nothing(client, town, late) -> None:
    client.force_login(town.leader)
    odd = ("what=x", "who=0", "late=7", "rung=%00", "rung=department.9")
    assert [rows(client, f"{LIST}?{query}") for query in odd] == [0] * len(odd)


def test_the_file_holds_the_rows_of_the_list(client, town, late) -> None:
    client.force_login(town.leader)
    sheet = exported(client, "/figures/overdue/others/export/?what=claim_accept")
    assert [row[0] for row in sheet[1:]] == ["受理申报"]
    assert sheet[1][6] > 20  # working days


def test_the_pages_cost_the_same_however_much_is_late(client, town, late) -> None:
    client.force_login(town.leader)
    counts = []
    for more in (None, town.foreign_firm):
        if more is not None:
            walks.send(town.round, town, firm=more)
            lately(ClaimDeadline, 40)
        for url in (PAGE, LIST, "/figures/overdue/"):
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counts.append(len(asked))
    assert counts[:3] == counts[3:]


def test_how_a_limit_was_computed_is_told_to_who_sees_the_work(client, town, late) -> None:
    """The claim's own rule, and day by day; of a rectification the firm is told its own clock alone."""
    claim = ClaimDeadline.objects.get()
    own, agencys = RectificationDeadline.objects.open().order_by("-obligor_kind")
    url = f"/deadlines/claim/{claim.pk}/"
    for user, status in ((town.leader, 200), (town.enterprise_member, 200), (town.other_member, 404)):
        client.force_login(user)
        assert client.get(url).status_code == status
    client.force_login(town.leader)
    said = client.get(url).content.decode()
    assert "开始，当天不计" in said
    assert "POL-5" in said
    assert (own.obligation, agencys.obligation) == ("rectify", "recheck")
    client.force_login(town.enterprise_member)
    assert client.get(f"/deadlines/rectification/{own.pk}/").status_code == 200
    type(agencys).objects.filter(pk=agencys.pk).update(subject=own.subject_id)
    assert client.get(f"/deadlines/rectification/{agencys.pk}/").status_code == 404
    assert client.get(f"/deadlines/nonsense/{own.pk}/").status_code == 404


def test_every_room_has_its_place_here() -> None:
    """A new sort of clock must be put where leaders see it."""
    from portal.deadlines.flow import concrete
    from requests.models import TicketDeadline

    assert set(concrete()) == {TicketDeadline, *OF}
    assert len({sort.code for sort in SORTS}) == len(SORTS)


def test_services_and_visits_are_somebodys_own_deadlines(client, town, late) -> None:
    assert services_owed_by(town.lawyer).get().obligation == "service_take"
    assert not services_owed_by(town.handler).exists()
    assert visits_owed_by(town.steward).get().obligation == "visit"
    assert not visits_owed_by(town.supervisor).exists()
    client.force_login(town.steward)
    page = client.get("/deadlines/").content.decode()
    assert f"/deadlines/visit/{VisitDeadline.objects.get().pk}/" in page
