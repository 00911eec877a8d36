"""The pages about facts: what the line does next, the catalogue, both work lists, one firm's facts with SEC-11."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from enterprises.attributes import stale
from enterprises.criteria import flow as criteria
from enterprises.facts.work import FACTS
from enterprises.models import Conflict, Correction, Delivery, Fact, FactImport, Resource
from portal.people.actors import CLOCK
from portal.trail.models import Event, Read
from portal.worktime import clock
from tests.enterprises.factories import member, person, steward
from tests.facts.importing import csv_file
from tests.facts.world import SEPTEMBER, conflicts

OPERATION = "monthly_operation"


@pytest.fixture
def seen(client):
    """`seen(user, "facts", uscc)`: the answer of a page to that person."""

    def get(user, name, *args, **query):
        client.force_login(user)
        return client.get(reverse(f"enterprises:{name}", args=args), query)

    return get


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def operation(world, number=0, revenue=5, **given):
    return world.deliver(OPERATION, (number, SEPTEMBER, "", {"revenue": Decimal(revenue) * 10000}), **given).delivery


def tax(world, amount="123456.78"):
    return world.deliver("tax_paid", (0, SEPTEMBER, "", {"total": Decimal(amount)}))


# One firm ---------------------------------------------------------------------------------------------------------


def test_a_closed_value_is_a_band_to_others_and_itself_to_its_line_and_the_firm(world, seen):
    tax(world)
    firm = world.firms[0]
    owner, keeper = person("owner", "enterprise_member"), person("keeper", "steward")
    member(firm, owner)
    steward(firm, keeper)
    for user in (world.officers.tax, owner):
        assert "12.35 万元" in text(seen(user, "facts", firm.uscc))
    for user in (keeper, person("mayor", "leader"), world.officers.labour, person("triager", "triager")):
        page = text(seen(user, "facts", firm.uscc))
        assert "此项由税务掌握，您可见区间" in page
        assert "10 万元 至 20 万元" in page
        assert "12.3" not in page


def test_a_criterion_uses_the_tax_that_a_department_is_not_shown(world, seen):
    last_year = clock.now().year - 1
    for month in range(1, 13):
        world.deliver("tax_paid", (0, date(last_year, month, 1), "", {"total": Decimal("23456.78")}))
    stale.carry_on()
    made = criteria.define("tax", "年纳税二十万", {"compare": ["tax_last_year", ">=", 200000]}, by=CLOCK)
    firm, handler = world.firms[0], person("handler", "handler")
    for name in ("facts", "detail"):
        page = text(seen(handler, name, firm.uscc))
        for said in ("2.35", "23,456", "28.15", "281,481"):
            assert said not in page, (name, said)
    page = text(seen(person("mayor", "leader"), "criterion", made.code))
    assert firm.name in page
    assert "28.15" not in page


@pytest.mark.parametrize(
    "resource, period, item, values",
    [
        ("tax_arrears", SEPTEMBER, "", {"amount": Decimal(5)}),  # only who is in arrears has a row
        ("shareholders", None, "某甲", {"amount": Decimal(5)}),
    ],
)
def test_that_a_firm_is_in_a_register_is_not_said_to_who_may_not_read_it(world, seen, resource, period, item, values):
    world.deliver(resource, (0, period, item, values))
    handler, name = person("handler", "handler"), str(world.resources[resource])
    pages = [text(seen(handler, "facts", world.firms[number].uscc)) for number in (0, 1)]
    assert [name in page for page in pages] == [False, False]
    query = text(seen(handler, "facts", world.firms[0].uscc, resource=resource))
    assert "还没有这家企业的数据" in query


def test_a_supervisor_sees_no_closed_value_in_a_dispute(world, seen):
    world.resources["tax_paid"].suppliers.add(world.line("statistics"))
    operation(world)
    operation(world, revenue=7, line="tax")
    tax(world)
    world.deliver("tax_paid", (0, SEPTEMBER, "", {"total": Decimal(9)}), line="statistics")
    assert len(conflicts()) == 2
    page = text(seen(person("watcher", "supervisor"), "conflicts"))
    assert "生产经营月报" in page
    assert "入库税收" not in page


def test_a_closed_value_of_nothing_does_not_say_so(world, seen):
    tax(world, "0")
    assert "不到 1 万元" in text(seen(person("triager", "triager"), "facts", world.firms[0].uscc))


def test_what_belongs_to_a_line_is_hidden_from_others_and_reading_it_is_recorded(world, seen):
    operation(world)
    firm, keeper, stranger = world.firms[0], person("keeper", "steward"), person("stranger", "handler")
    steward(firm, keeper)
    page = text(seen(stranger, "facts", firm.uscc))
    assert "您看不到内容" in page
    assert "5 万元" not in page
    assert not Read.objects.exists()
    assert "5 万元" in text(seen(keeper, "facts", firm.uscc))
    read = Read.objects.get()
    assert (read.reader, read.subject_id, read.what) == (keeper, firm.pk, "facts:monthly_operation")


def test_a_row_tells_source_batch_and_history_and_is_404_to_who_may_not_read_it(world, seen):
    first = operation(world)
    second = operation(world, revenue=6)
    fact, firm = Fact.objects.get(), world.firms[0]
    page = text(seen(world.officers.statistics, "fact", firm.uscc, fact.pk))
    for part in ("6 万元", f"第 {second.pk} 批", "<del>5 万元</del>", f"第 {first.pk} 批"):
        assert part in page
    assert seen(person("stranger", "handler"), "fact", firm.uscc, fact.pk).status_code == 404
    assert seen(world.officers.statistics, "fact", world.firms[1].uscc, fact.pk).status_code == 404


def test_a_firms_people_see_their_own_firm_alone(world, seen):
    operation(world)
    owner = person("owner", "enterprise_member")
    member(world.firms[0], owner)
    assert "这个数不对" in text(seen(owner, "fact", world.firms[0].uscc, Fact.objects.get().pk))
    assert seen(owner, "facts", world.firms[1].uscc).status_code == 404


def test_a_firm_says_a_value_is_wrong_and_it_is_marked_until_the_line_confirms(world, seen, client):
    operation(world)
    firm, owner = world.firms[0], person("owner", "enterprise_member")
    member(firm, owner)
    column = world.resources[OPERATION].columns.get(code="revenue")
    form = reverse("enterprises:fact-correct", args=[firm.uscc, column.pk]) + "?period=2026-09-01"
    client.force_login(owner)
    assert "5 万元" in text(client.get(form))
    refused = client.post(form, {"value": "甲", "reason": "账本"})
    assert (refused.status_code, "请填写数值" in refused.content.decode()) == (422, True)
    assert client.post(form, {"value": "", "reason": "账本"}).status_code == 422
    assert client.post(form, {"value": "1,250.5", "reason": "账本"}).status_code == 302
    assert "企业更正为 1,250.5 万元，待条线确认" in text(client.get(reverse("enterprises:facts", args=[firm.uscc])))
    correction = Correction.objects.get()
    answer = reverse("enterprises:correction-answer", args=[correction.pk])
    assert client.post(answer, {"act": "confirm"}).status_code == 404
    client.force_login(world.officers.statistics)
    assert "1,250.5 万元" in text(client.get(reverse("enterprises:corrections")))
    assert client.post(answer, {"act": "reject"}).status_code == 422
    assert client.post(answer, {"act": "confirm"}).status_code == 302
    assert "已经处理过" in client.post(answer, {"act": "confirm"}, follow=True).content.decode()
    assert "已确认" in text(seen(owner, "correction", correction.pk))
    page = text(seen(owner, "facts", firm.uscc))
    assert "1,250.5 万元" in page
    assert "待条线确认" not in page


@pytest.mark.parametrize("query", ["?period=2026-09-02", "?period=x", "?period=2026-09-01&item=x"])
def test_a_correction_of_a_row_that_cannot_be_is_404(world, client, query):
    column = world.resources[OPERATION].columns.get(code="revenue")
    client.force_login(person("watcher", "supervisor"))
    url = reverse("enterprises:fact-correct", args=[world.firms[0].uscc, column.pk])
    assert client.get(url + query).status_code == 404


def test_a_row_that_is_missing_is_named_in_the_form(world, client):
    column = world.resources[OPERATION].columns.get(code="revenue")
    client.force_login(person("watcher", "supervisor"))
    url = reverse("enterprises:fact-correct", args=[world.firms[0].uscc, column.pk])
    assert client.post(url, {"value": "5", "reason": "账本"}).status_code == 422
    assert client.post(url, {"value": "5", "reason": "账本", "period": "九月"}).status_code == 422
    assert client.post(url, {"value": "5", "reason": "账本", "period": "2026年9月"}).status_code == 302
    assert Correction.objects.get().period == SEPTEMBER


@pytest.mark.parametrize("count", [1, 3])
def test_a_firms_facts_cost_the_same_for_any_number_of_rows(world, seen, client, django_assert_num_queries, count):
    for month in range(1, count + 1):
        row = (0, date(2026, month, 1), "", {"revenue": Decimal(month)})
        world.deliver(OPERATION, row)
        world.deliver("registration", (0, date(2026, month, 1), "", {"address": f"某路{month}号"}))
    seen(world.officers.statistics, "facts", world.firms[0].uscc)
    with django_assert_num_queries(20):
        assert "某路1号" in text(client.get(reverse("enterprises:facts", args=[world.firms[0].uscc])))


# Conflicts --------------------------------------------------------------------------------------------------------


def test_both_values_stand_side_by_side_and_the_owning_line_decides(world, seen, client):
    operation(world)
    operation(world, revenue=7, line="tax")
    page = text(seen(world.officers.tax, "conflicts"))
    for part in ("5 万元", "7 万元", "由统计条线决定"):
        assert part in page
    conflict = Conflict.objects.get()
    url = reverse("enterprises:conflict", args=[conflict.pk])
    client.post(url, {"act": "take", "reason": "我说的对"})
    assert conflicts() != []
    client.force_login(world.officers.statistics)
    client.post(url, {"act": "take", "reason": ""})
    assert conflicts() != []
    answered = client.post(url, {"act": "take", "reason": "税务已核", "seen": "5000000"}, follow=True)
    assert "已采用新值" in answered.content.decode()
    assert conflicts("taken") == [(1, 5_000_000, 7_000_000)]
    assert "税务已核" in text(seen(world.officers.tax, "conflicts", tab="done"))
    client.force_login(world.officers.labour)
    assert client.post(url, {"act": "keep", "reason": "旁人"}).status_code == 404


def test_a_batch_is_decided_at_once(world, seen, client):
    for number in range(3):
        operation(world, number)
    rows = [(number, SEPTEMBER, "", {"revenue": Decimal(70000)}) for number in range(3)]
    delivery = world.deliver(OPERATION, *rows, line="tax").delivery
    assert "这一批 3 项一起决定" in text(seen(world.officers.statistics, "conflicts"))
    client.post(reverse("enterprises:conflict-batch", args=[delivery.pk]), {"act": "keep", "reason": "统计口径"})
    assert conflicts() == []
    assert len(conflicts("kept")) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_conflicts_costs_the_same_for_any_number(world, seen, client, django_assert_num_queries, count):
    for number in range(count):
        operation(world, number)
        operation(world, number, revenue=7, line="tax")
    seen(world.officers.statistics, "conflicts")
    with django_assert_num_queries(11):
        assert text(client.get(reverse("enterprises:conflicts"))).count("采用新值</button>") == count


# The catalogue ----------------------------------------------------------------------------------------------------


def test_the_start_page_says_what_is_due_and_what_is_in_dispute(world, seen):
    operation(world)
    operation(world, revenue=7, line="tax")
    page = text(seen(world.officers.statistics, "data"))
    assert "过期未报" in page
    assert "生产经营月报" in page
    assert seen(person("handler", "handler"), "data").status_code == 404


def test_the_catalogue_is_open_to_officials_and_closed_to_firms(world, seen):
    owner = person("owner", "enterprise_member")
    member(world.firms[0], owner)
    for name, args in (("resources", ()), ("resource", ("tax_paid",)), ("resource-template", ("tax_paid",))):
        assert seen(person(f"p{name}", "handler"), name, *args).status_code == 200
        assert seen(owner, name, *args).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_catalogue_costs_the_same_however_much_was_delivered(world, seen, client, django_assert_num_queries, count):
    for number in range(count):
        operation(world, number)
    seen(world.officers.tax, "resources")
    with django_assert_num_queries(7):
        text(client.get(reverse("enterprises:resources")))


def test_the_empty_workbook_is_understood_when_it_comes_back(world, shelf, seen, client):
    content = seen(world.officers.statistics, "resource-template", OPERATION).content
    book = load_workbook(BytesIO(content))
    headings = [cell.value for cell in book.active[1]]
    assert headings == [
        "统一社会信用代码",
        "企业名称",
        "所属期",
        "营业收入（万元）",
        "营业成本（万元）",
        "利润总额（万元）",
    ]
    book.active.append([world.firms[0].uscc, None, "2026年9月", 5, 4, None])
    filled = BytesIO()
    book.save(filled)
    client.force_login(world.officers.statistics)
    file = SimpleUploadedFile("月报.xlsx", filled.getvalue())
    client.post(reverse("enterprises:fact-imports"), {"resource": OPERATION, "file": file})
    batch = FactImport.objects.get()
    assert list(batch.columns.values()) == ["uscc", "name", "period", "value.revenue", "value.cost", "value.profit"]


def test_the_centre_edits_a_resource_and_others_do_not(world, client):
    url = reverse("enterprises:resource-edit", args=["tax_paid"])
    given = {"name": "入库税款", "name_en": "Tax", "due_days": "20", "sensitivity": "closed"}
    client.force_login(world.officers.tax)
    assert client.post(url, given).status_code == 404
    client.force_login(person("watcher", "supervisor"))
    assert client.post(url, given | {"due_days": "0"}).status_code == 422
    suppliers = {"suppliers": [world.line("statistics").pk]}
    assert client.post(url, given | suppliers).status_code == 302
    resource = Resource.objects.get(code="tax_paid")
    assert (resource.name, resource.due_days, resource.suppliers.get().code) == ("入库税款", 20, "statistics")
    event = Event.objects.get(kind="resource.edited")
    assert event.data["before"]["name"] == "入库税收"
    assert client.post(reverse("enterprises:resource-retire", args=["tax_paid"])).status_code == 302
    assert Resource.objects.get(code="tax_paid").retired_at is not None


@pytest.mark.parametrize(
    "given, kept",
    [
        ({"name": "备注", "kind": "text"}, ("text", "")),
        ({"name": "等级", "kind": "choice", "choices": "低\n高"}, ("choice", "低:低:|高:高:")),
        ({"name": "营业收入", "kind": "text"}, None),
        ({"name": "数", "kind": "number"}, None),
        ({"name": "等级", "kind": "choice", "choices": "低"}, None),
        ({"name": "等级", "kind": "choice", "choices": "低|x\n高"}, None),
    ],
)
def test_a_further_column_comes_last_or_is_refused(world, client, given, kept):
    client.force_login(person("watcher", "supervisor"))
    fields = {f"column-{name}": value for name, value in given.items()}
    response = client.post(reverse("enterprises:resource-column", args=[OPERATION]), fields)
    column = Resource.objects.get(code=OPERATION).columns.filter(place=4).first()
    assert response.status_code == (422 if kept is None else 302)
    assert (column and (column.kind, column.choices)) == kept


# Imports ----------------------------------------------------------------------------------------------------------


def test_from_the_file_to_the_result_and_back(world, shelf, client):
    operation(world)
    operation(world, 1, line="tax")
    client.force_login(world.officers.statistics)
    uscc = [firm.uscc for firm in world.firms]
    lines = [f"{uscc[0]},,2026年9月,6,", f"{uscc[1]},,2026年9月,9,", f"{uscc[2]},,2026年9月,3,", f"{uscc[3]},,九月,3,"]
    page = client.get(reverse("enterprises:fact-imports") + f"?resource={OPERATION}").content.decode()
    assert f'value="{OPERATION}" selected' in page
    client.post(reverse("enterprises:fact-imports"), {"resource": OPERATION, "file": csv_file(*lines)})
    batch = FactImport.objects.get()

    def url(act=""):
        return reverse(f"enterprises:fact-import{'-' if act else ''}{act}", args=[batch.pk])

    shown = text(client.get(url()))
    assert 'value="value.revenue" selected' in shown
    assert 'value="万元" selected' in shown
    columns = {f"column_{number}": name for number, name in batch.columns.items()}
    units = {f"unit_{number}": unit for number, unit in batch.units.items()}
    refused = client.post(url("columns"), columns | units | {"unit_3": "人"})
    assert refused.status_code == 422
    assert client.post(url("columns"), columns | units).status_code == 302
    FACTS.carry_on()
    shown = text(client.get(url()))
    for part in ("会新增 1 行，变更 1 行，冲突 1 行", "<del>5 万元</del>", "<ins>6 万元</ins>", "所属期“九月”"):
        assert part in shown
    batch.refresh_from_db()
    client.post(url("apply"), {"seen": batch.version})
    FACTS.carry_on()
    assert "已新增 1 行，变更 1 行，冲突 1 行" in text(client.get(url()))
    assert conflicts() == [(1, 5_000_000, 9_000_000)]
    client.post(url("undo"))
    FACTS.carry_on()
    assert "已撤销，数据恢复到导入以前" in text(client.get(url()))
    assert conflicts("gone") == [(1, 5_000_000, 9_000_000)]
    assert client.get(url("export") + "?outcome=rejected").status_code == 200


def test_one_imports_for_ones_own_lines_only(world, shelf, client):
    client.force_login(world.officers.labour)
    file = csv_file(f"{world.firms[0].uscc},,2026年9月,6,")
    refused = client.post(reverse("enterprises:fact-imports"), {"resource": OPERATION, "file": file})
    assert "您的条线不报送这个资源" in refused.content.decode()
    assert not FactImport.objects.exists()


def test_what_a_system_pushed_is_taken_back_by_its_line(world, client):
    delivery = operation(world, way=Delivery.Way.API)
    url = reverse("enterprises:delivery-undo", args=[OPERATION, delivery.pk])
    client.force_login(world.officers.labour)
    assert client.post(url).status_code == 404
    client.force_login(world.officers.statistics)
    assert client.post(url).status_code == 302
    assert not Fact.objects.exists()
    assert client.post(url).status_code == 302  # the second click says so and does nothing
