"""The auditor's list of who opened what of a firm that not all officials may see (SEC-3, SEC-10)."""

from datetime import UTC, datetime
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse

from enterprises.facts.describing import load
from enterprises.facts.reading import facts_of
from enterprises.models import JoinRequest
from inspections.models import CodelessReport
from portal.people.rights import Grant
from portal.trail.entries import read
from portal.trail.models import Event, Read
from portal.worktime import clock
from tests.enterprises import factories
from tests.facts import factories as facts

PAGE = "/readings/"


@pytest.fixture
def auditor(db, client):
    client.force_login(factories.person("auditor", "auditor"))
    return client


@pytest.fixture
def read_by(auditor):
    """Two firms, opened by a leader, a tax officer and, for him, his deputy; the phone of one's contact by a clerk."""
    load()
    one, two = factories.firm(1), factories.firm(2)
    boss, officer, deputy = (factories.person(name) for name in ("leader", "officer", "deputy"))
    read(one, boss, what="portrait")
    read(one, officer, what="facts:tax_paid,monthly_operation,monthly_ener…")
    read(two, deputy, what="facts:visit", grant=Grant("data_officer", None, officer, None, None))
    read(factories.member(two, factories.person("zhou")), boss, what="phone")
    new = {"uscc": "91320585MA0000099X", "name": "某新店", "asked_at": clock.now()}  # no firm of the town yet
    asked = JoinRequest.objects.create(user=factories.person("wu"), **new)
    read(asked, boss, what="phone")
    return [one, two]


def told(client, **asked):
    return [(one["firm"], one["place"], one["what"]) for one in client.get(PAGE, asked).context["readings"]]


def test_who_when_which_firm_where_and_which_resources_of_which_line(auditor, read_by):
    one, two = read_by
    assert told(auditor) == [
        ("", "手机号码", ""),
        (two.name, "手机号码", ""),
        (two.name, "走访记录", ""),
        (one.name, "企业数据", "税务：入库税收；统计：生产经营月报等"),
        (one.name, "企业画像", ""),
    ]
    shown = auditor.get(PAGE).content.decode()
    assert "某deputy（代某officer）" in shown
    assert one.uscc in shown


def test_it_is_narrowed_by_person_firm_place_and_days(auditor, read_by, at):
    one, two = read_by
    assert {firm for firm, *_rest in told(auditor, who="officer")} == {one.name, two.name}  # himself, and his deputy
    assert len(told(auditor, firm=two.uscc)) == 2
    assert len(told(auditor, firm=one.name)) == 2
    assert told(auditor, place="facts") == [(one.name, "企业数据", "税务：入库税收；统计：生产经营月报等")]
    assert len(told(auditor, place="phone")) == 2
    Read.objects.create(
        reader=factories.person("early"),
        subject_type="enterprises.enterprise",
        subject_id=one.pk,
        what="claim",
        at=datetime(2026, 3, 1, 15, 59, tzinfo=UTC),  # one minute before midnight in the town
    )
    early = [(one.name, "政策申报", "")]
    assert told(auditor, since="2026-03-01", until="2026-03-01") == early
    assert told(auditor, until="2026-02-28") == told(auditor, since="2026-03-02", until="2026-03-02") == []


@pytest.mark.parametrize("asked", [{"since": "31.2.2026"}, {"place": "no such"}, {"who": "x" * 61}])
def test_what_makes_no_sense_finds_nothing_and_is_said(auditor, read_by, asked):
    shown = auditor.get(PAGE, asked)
    assert shown.context["readings"] == []
    assert 'class="sx-sum"' in shown.content.decode()


def test_nothing_read_nothing_listed(auditor):
    assert "还没有人看过" in auditor.get(PAGE).content.decode()
    assert "没有符合这些条件的" in auditor.get(PAGE, {"firm": "无此企业"}).content.decode()


def test_a_look_at_facts_is_there_at_once_and_without_a_value(auditor, told_tax):
    firm, officer = told_tax
    facts_of(firm, reader=officer)
    assert told(auditor) == [(firm.name, "企业数据", "税务：入库税收")]
    assert "4321" not in auditor.get(PAGE).content.decode()


@pytest.fixture
def told_tax(auditor):
    officer = factories.person("officer", "data_officer")
    firm, resource = factories.firm(1), facts.resources()["tax_paid"]
    resource.line.department = officer.memberships.get().department
    resource.line.save()
    facts.fact(firm, resource, by=officer, period=datetime(2026, 9, 1).date(), total=4321)
    return firm, officer


def test_a_look_at_a_report_of_a_check_without_a_code_names_its_number_and_no_firm(auditor, db):
    """Whoever finds the readings of a firm would else learn that it had complained (APP-18)."""
    firm, boss = factories.firm(1), factories.person("boss", "supervisor")
    report = CodelessReport.objects.create(
        number="WM-20261123-0001",
        enterprise=firm,
        came_at=clock.now(),
        who="两个穿制服的人",
        said="要看消防记录",
        status="open",
        reported_by=factories.person("wang"),
        reported_at=clock.now(),
    )
    read(report, boss, what="codeless")
    assert told(auditor) == told(auditor, place="codeless") == [("", "无码检查反映", report.number)]
    assert told(auditor, firm=firm.name) == told(auditor, firm=firm.uscc) == []
    shown = auditor.get(PAGE).content.decode()
    assert firm.name not in shown
    assert firm.uscc not in shown
    assert "消防" not in shown


def test_the_file_holds_what_the_list_shows_and_is_recorded(auditor, read_by):
    one, _two = read_by
    answer = auditor.get(reverse("desk:readings-export"), {"firm": one.name, "place": "facts"})
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0].values)
    assert [row[1:] for row in rows[1:]] == [
        ("某officer", None, one.name, one.uscc, "企业数据", "税务：入库税收；统计：生产经营月报等")
    ]
    event = Event.objects.get(kind="read.exported")
    assert event.data == {"rows": 1, "filters": {"firm": "…", "place": "facts"}}


@pytest.mark.parametrize("role", ["administrator", "supervisor", "leader", "data_officer", "enterprise_member"])
def test_it_is_the_auditors_alone(client, db, role):
    client.force_login(factories.person("somebody", role))
    assert [client.get(reverse(name)).status_code for name in ("desk:readings", "desk:readings-export")] == [404, 404]


def test_the_number_of_queries_does_not_grow(auditor, read_by, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        auditor.get(PAGE)
    boss = factories.person("boss")
    for number in range(3, 20):
        read(factories.firm(number), boss, what="facts:tax_paid")
    with django_assert_max_num_queries(14):
        assert len(told(auditor)) == 22
