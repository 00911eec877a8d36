"""The service package: each part as far as the reader may see it, confidential matters for nobody (POL-7, SEC-1)."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from docx.oxml.ns import qn

from enterprises.attributes.values import Put, put_many
from enterprises.criteria import store
from enterprises.models import Criterion
from policies.models import Exclusion
from policies.services import package
from portal.trail.models import Event, Read
from portal.worktime import clock
from tests.confidential import factories as confidential
from tests.policies.factories import claim_row, clause, policy, round_
from tests.policies.services.conftest import ordered, provider
from tests.requests import factories as make

BIG = {"compare": ["headcount", ">=", 100]}
CANARY = "金丝雀"


@pytest.fixture
def full(town, firm_of_law):
    """Policies that fit `town.firm`, a round open now, a foreign claim, orders, matters of both firms."""
    day = date(2026, 6, 30)
    put_many(
        [
            Put(town.firm.pk, "headcount", Decimal(120), "人社", day),
            Put(town.foreign_firm.pk, "headcount", Decimal(90), "人社", day),
        ]
    )
    known = policy(town, title="支持技术改造若干措施")
    fits = clause(town, known, tree=BIG, formula={"fixed": "200000"}, title="设备补助", benefit="补助 20 万元")
    other = clause(town, known, tree=BIG, formula={"fixed": "50000"}, title="贴息补助", support="finance")
    clause(town, known, tree={"compare": ["headcount", ">=", 110]}, title="扩大用工奖励")
    clause(town, known, tree={"holds": "high_tech"}, title="高企奖励")
    store.refresh(Criterion.objects.all())
    batch = round_(fits, opens_at=clock.now(), days=5)
    rule = Exclusion.objects.create(name="不重复", rule="highest", department=town.housing)
    rule.clauses.set([fits, other])
    ordered(firm_of_law, town, at=clock.now())
    provider(town, "子虚融资服务中心", ("finance",))
    make.filed(town, filed_at=clock.now(), title="雨污管网倒灌")
    make.filed(town, filed_at=clock.now(), title=f"别家的{CANARY}", enterprise=town.foreign_firm, by=town.other_member)
    claim_row(round_(other, opens_at=clock.now()), town.foreign_firm, contact_name=CANARY)
    return batch


def page(client, town, name, firm, status=200):
    client.force_login(town.people[name])
    answer = client.get(reverse("services:package-of", args=[firm.uscc]))
    assert answer.status_code == status, name
    return answer.content.decode()


def test_the_firm_reads_what_there_is_for_it(client, town, full):
    text = page(client, town, "enterprise_member", town.firm)
    for said in ("设备补助", "贴息补助", "符合 3 条政策条款", "合计最多 20 万元", "2 个批次正在受理"):
        assert said in text, said
    assert "高企奖励" not in text  # nothing known decides it
    assert "补充数据后还能判断 1 条" in text
    assert reverse("claims:new", args=[full.pk]) in text
    assert "无何有律师事务所" in text  # the running order
    assert "符合 1 条“融资支持”政策" in text
    assert "子虚融资服务中心" in text
    assert "雨污管网倒灌" in text
    assert town.steward.name in text
    assert CANARY not in text
    assert not Read.objects.filter(what="package").exists()


def test_almost_says_what_is_missing(client, town, full):
    text = page(client, town, "other_member", town.foreign_firm)
    assert "差一点的" in text
    assert "目前没有符合的政策条款" in text
    assert "扩大用工奖励" in text


def test_others_read_only_what_they_may_see(client, town, full):
    text = page(client, town, "data_officer", town.firm)
    assert "设备补助" in text
    assert "雨污管网倒灌" not in text
    assert "没有您能看到的未办结诉求" in text
    assert "FW-" not in text
    assert reverse("claims:new", args=[full.pk]) not in text
    assert Read.objects.filter(what="package", reader=town.data_officer).exists()
    assert "雨污管网倒灌" in page(client, town, "steward", town.firm)


def test_who_may_not_read_the_firm_finds_nothing(client, town, full):
    for name in ("other_member", "former_member", "nobody", "administrator", "auditor", "evaluator", "lawyer"):
        page(client, town, name, town.firm, status=404)
    page(client, town, "enterprise_member", town.foreign_firm, status=404)
    client.force_login(town.intake_clerk)
    assert client.get(reverse("services:package")).status_code == 404
    client.force_login(town.enterprise_member)
    assert client.get(reverse("services:package")).url == reverse("services:package-of", args=[town.firm.uscc])
    client.logout()
    assert client.get(reverse("services:booklet", args=[town.firm.uscc])).status_code == 302


def test_confidential_matters_are_in_it_for_nobody(client, town, full):
    confidential.filed(town, description=f"{CANARY}被刁难", at=clock.now())
    for name in ("enterprise_member", "supervisor", "leader", "steward"):
        text = page(client, town, name, town.firm)
        assert CANARY not in text, name
        assert "TS-" not in text, name
        booklet = client.get(reverse("services:booklet", args=[town.firm.uscc]))
        assert CANARY not in words_of(booklet), name
        assert "TS-" not in words_of(booklet), name


def words_of(response):
    document = Document(BytesIO(response.content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + list(cells))


def test_the_booklet_holds_the_parts_and_is_recorded(client, town, full):
    client.force_login(town.enterprise_member)
    answer = client.get(reverse("services:booklet", args=[town.firm.uscc]), headers={"accept-language": "en"})
    assert answer.status_code == 200
    assert "wordprocessingml" in answer["Content-Type"]
    text = words_of(answer)
    for said in (
        "企业服务包",
        "一、符合条件的政策",
        "《支持技术改造若干措施》设备补助",
        "20 万元",
        "数据核校",
        "三、正在开放的申报",
        "五、建议的专业服务",
        "六、在办的服务单",
        "七、未办结的诉求",
        "雨污管网倒灌",
        "目前没有在办的申报。",
        "八、有事找谁",
        town.steward.name,
    ):
        assert said in text, said
    assert CANARY not in text
    policies = Document(BytesIO(answer.content)).tables[1]
    assert policies.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None, "the headings stand on every page"
    assert [column.width for column in policies.columns] == [cell.width for cell in policies.rows[1].cells]
    assert policies.columns[3].width < policies.columns[0].width, "short words take no more room than they need"
    event = Event.objects.get(kind="package.downloaded")
    assert event.data == {"firm": town.firm.pk}
    assert event.actor == town.enterprise_member


def test_what_does_not_go_into_the_booklet_is_counted(client, town, full, monkeypatch):
    monkeypatch.setattr(package, "SHOWN", 1)
    client.force_login(town.enterprise_member)
    text = words_of(client.get(reverse("services:booklet", args=[town.firm.uscc])))
    assert "另有 2 条没有列出" in text


def test_an_empty_package_says_so(client, town):
    text = page(client, town, "other_member", town.foreign_firm)
    for said in (
        "目前没有符合的政策条款",
        "目前没有可以申报的批次",
        "没有在办的申报",
        "没有未办结的诉求",
        "没有从标签、诉求和政策看出特别需要的服务",
    ):
        assert said in text, said
    client.force_login(town.other_member)
    assert "目前没有符合条件的政策条款。" in words_of(
        client.get(reverse("services:booklet", args=[town.foreign_firm.uscc]))
    )


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number(client, town, office, count):
    put_many([Put(town.firm.pk, "headcount", Decimal(120), "人社", date(2026, 6, 30))])
    for n in range(count):
        made = clause(town, tree=BIG, formula={"fixed": "200000"}, support="finance")
        round_(made, opens_at=clock.now())
        ordered(provider(town, f"机构{n}", ("finance",), office), town, at=clock.now())
        make.filed(town, filed_at=clock.now())
    store.refresh(Criterion.objects.all())
    page(client, town, "enterprise_member", town.firm)
    with CaptureQueriesContext(connection) as asked:
        page(client, town, "enterprise_member", town.firm)
    assert len(asked) == 33
