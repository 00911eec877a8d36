"""The pages around visits as people see them: lists, my day, the firm's page, the notice, the acts (INS-6)."""

from datetime import timedelta
from io import BytesIO

import docx
import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inspections.models import Inspector, JointVisit, Need, Rules
from inspections.needs import stages as needs
from inspections.visits import beside, flow, papers, stages
from inspections.visits.beside import Section, Way
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.papers.paper import full_day
from tests.inspections import factories as make
from tests.inspections.visits import walks
from tests.inspections.visits.walks import DAY, NINE, fresh


@pytest.fixture
def today(db):
    return local_day(clock.now())


@pytest.fixture
def see(client, of):
    """`see("inspector", "today")`: the page as text, with its status checked."""

    def page(name, address, *args, answers=200, **query):
        client.force_login(of.town.people[name])
        answer = client.get(reverse(f"inspections:{address}", args=args), query)
        assert answer.status_code == answers
        return "" if answer.streaming else answer.content.decode()

    return page


def of_day(of, day, firm, agency=None, **fields):
    wish = make.need(of, firm, agency, first=day, last=day)
    return make.visit(of, firm, [wish], day=day, **fields)


def test_my_day_shows_mine_the_colleagues_and_what_comes(see, of, today):
    mine = of_day(of, today, of.town.firm, told_at=None, unannounced=True)
    others = of_day(of, today, of.town.foreign_firm)
    others.parts.get().inspectors.remove(Inspector.objects.get(user=of.inspector))
    elsewhere = of_day(of, today + timedelta(days=1), of.town.foreign_firm, of.fire)
    page = see("inspector", "today")
    assert "今天检查 1 家" in page
    assert "到了，亮码" in page
    assert "不事先告知" in page
    assert page.index(mine.number) < page.index("本部门今天别的检查") < page.index(others.number)
    assert elsewhere.number not in page
    assert elsewhere.number in see("fire_inspector", "today")
    assert "今天没有您的检查" in see("keeper_inspector", "today")


def test_what_was_begun_and_not_recorded_stays_on_top(see, of, today):
    visit = of_day(of, today - timedelta(days=7), of.town.firm, status=stages.UNDER_WAY, begun_at=NINE)
    page = see("inspector", "today")
    assert "还没有记录完的" in page
    assert visit.number in page


@pytest.mark.parametrize(
    ("name", "address", "status"),
    [
        ("supervisor", "visits", stages.UNDER_WAY),
        ("inspector", "today", stages.SCHEDULED),
        ("inspector", "today", stages.UNDER_WAY),
        ("supervisor", "spot", stages.UNDER_WAY),
    ],
)
def test_a_list_asks_as_often_for_one_as_for_three(client, of, today, name, address, status):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(f"inspections:{address}")).status_code == 200
        return len(queries)

    def another(n):
        firm = make.Enterprise.objects.create(uscc=f"9132058500000000{n}X", name=f"企业{n}", place=of.town.place)
        begun = {"status": status, "begun_at": clock.now(), "on_the_spot": True}
        of_day(of, today, firm, **begun if status == stages.UNDER_WAY else {})

    client.force_login(of.town.people[name])
    client.get(reverse(f"inspections:{address}"))
    another(0)
    one = asked()
    another(1)
    another(2)
    assert asked() == one


def test_the_list_is_narrowed_and_exported_as_shown(see, client, of):
    joint, single = walks.joint(of), make.visit(of, of.town.foreign_firm, [make.need(of, of.town.foreign_firm)])
    assert "2 次检查" in see("supervisor", "visits")
    for query in ({"joint": "1"}, {"agency": of.fire.pk}, {"firm": of.town.firm.uscc}, {"q": joint.number}):
        page = see("supervisor", "visits", **query)
        assert joint.number in page
        assert single.number not in page
    for query in (
        {"day_from": "2026-11-10"},
        {"status": "done"},
        {"kind": "clue"},
        {"q": "没有\0这个"},
        {"status": "x"},
    ):
        assert "没有符合" in see("supervisor", "visits", **query)
    client.force_login(of.supervisor)
    answer = client.get(reverse("inspections:visits-export"), {"joint": "1"})
    rows = list(openpyxl.load_workbook(BytesIO(answer.getvalue())).worksheets[0].values)
    assert any(joint.number in row for row in rows)
    assert not any(single.number in row for row in rows)


def test_proposals_are_the_plans(see, of):
    visit = make.visit(of, of.town.firm, status=stages.PROPOSED, told_at=None)
    assert visit.number not in see("supervisor", "visits")
    see("supervisor", "visit", visit.number, answers=404)


def test_the_firm_reads_what_it_was_told_and_names_once_it_has_begun(see, of, today):
    visit = of_day(of, today, of.town.firm)
    hidden = of_day(of, today + timedelta(days=1), of.town.firm, told_at=None, unannounced=True)
    page = see("enterprise_member", "mine")
    assert visit.number in page
    assert hidden.number not in page
    assert of.inspector.name not in see("enterprise_member", "visit", visit.number)
    see("enterprise_member", "visit", hidden.number, answers=404)
    assert hidden.number not in see("steward", "of-firm", of.town.firm.uscc)
    assert hidden.number in see("supervisor", "of-firm", of.town.firm.uscc)
    assert hidden.number not in see("fire_inspector", "of-firm", of.town.firm.uscc)
    flow.begin(visit, by=of.inspector)
    assert of.inspector.name in see("enterprise_member", "visit", visit.number)


def test_the_notice_names_who_comes_once_it_has_begun_and_is_a_word_file_too(see, client, of, today):
    visit = of_day(of, today, of.town.firm)
    before = see("enterprise_member", "notice", visit.number)
    assert of.subject(of.housing).basis in before
    assert "ZF-" not in before
    flow.begin(visit, by=of.inspector)
    answer = client.get(reverse("inspections:notice-word", args=[visit.number]))
    paper = docx.Document(BytesIO(answer.getvalue() if answer.streaming else answer.content))
    text = "\n".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    for word in (of.town.firm.uscc, of.inspector.name, Inspector.objects.get(user=of.inspector).certificate):
        assert word in text
    flow.cancel(other := make.visit(of, of.town.firm), by=of.department_head, reason="并入下月", at=NINE)
    see("inspector", "notice", other.number, answers=404)


def test_the_notice_is_dated_when_what_it_says_was_settled(of):
    visit = make.visit(of, of.town.firm)
    assert papers.notice(visit).dated == full_day(visit.told_at)
    flow.put_off(visit, by=of.keeper_inspector, day=make.DAY + DAY, reason="企业停电", at=NINE)
    assert papers.notice(fresh(visit)).dated == full_day(NINE)
    make.need(of, of.town.firm, kind=needs.FOLLOW_UP, status=needs.PLANNED, visit=visit, created_at=NINE + DAY)
    assert papers.notice(fresh(visit)).dated == full_day(NINE + DAY)


def test_begun_from_the_phone_twice_it_is_one_and_the_code_is_shown(client, of, today):
    visit = of_day(of, today, of.town.firm)
    client.force_login(of.inspector)
    url = reverse("inspections:act", args=[visit.number, "begin"])
    assert "到场，开始检查" in client.get(url).content.decode()
    assert client.post(url).url == reverse("inspections:code", args=[visit.number])
    assert client.post(url).url == reverse("inspections:visit", args=[visit.number])
    assert fresh(visit).status == stages.UNDER_WAY
    assert client.get(reverse("inspections:act", args=[visit.number, "put_off"])).status_code == 404
    client.force_login(of.department_head)
    late = client.get(reverse("inspections:act", args=[visit.number, "put_off"]))
    assert late.status_code == 409
    assert "检查中" in late.content.decode()


def test_people_are_named_on_a_page_and_the_code_waits_for_them(client, of, today):
    visit = of_day(of, today, of.town.firm)
    visit.parts.get().inspectors.clear()
    client.force_login(of.inspector)
    assert "换人后再办" in client.get(reverse("inspections:code", args=[visit.number])).content.decode()
    url = reverse("inspections:act", args=[visit.number, "name_people"])
    both = list(Inspector.objects.filter(agency=of.housing).values_list("pk", flat=True))
    assert client.post(url, {"people": both[:1]}).status_code == 422
    assert client.post(url, {"people": [*both, 10**18]}).status_code == 422
    assert client.post(url, {"people": both}).status_code == 302
    assert client.post(reverse("inspections:code", args=[visit.number])).status_code == 302
    assert "<svg" in client.get(reverse("inspections:code", args=[visit.number])).content.decode()


def test_what_a_cancelled_visit_was_to_check_stays_readable(see, of):
    visit = flow.cancel(make.visit(of, of.town.firm), by=of.department_head, reason="并入下月", at=NINE)
    assert Need.objects.get().visit is None
    page = see("enterprise_member", "visit", visit.number)
    assert of.subject(of.housing).name in page
    assert "并入下月" in page


def test_other_parts_add_tiles_and_ways(see, of, monkeypatch):
    visit = make.visit(of, of.town.firm)
    link = reverse("inspections:notice", args=[visit.number])
    monkeypatch.setattr(beside, "WAYS", [lambda seen, user: [(visit.pk, Way("填记录", link, first=True))]])
    monkeypatch.setattr(beside, "VISIT", [(1, lambda visit, user: Section("parts/brand.html", {}))])
    monkeypatch.setattr(beside, "RECTIFIED", [lambda visits: dict.fromkeys(visits, False)])
    assert "填记录" in see("inspector", "visit", visit.number)
    JointVisit.objects.filter(pk=visit.pk).update(status=stages.DONE, done_at=NINE)
    assert "问题整改中" in see("inspector", "visit", visit.number)


def test_the_codes_hours_are_the_rules(of):
    Rules.objects.create(code_hours=2)
    code = flow.issue_code(make.visit(of, of.town.firm), by=of.inspector, at=NINE)
    assert code.expires_at == NINE + timedelta(hours=2)
