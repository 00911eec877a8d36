"""The pages of an import: from the file to the result, without a worker in between being assumed."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from enterprises.imports import flow, work
from enterprises.models import Enterprise, FirmImport
from portal.trail.models import Event
from tests.enterprises import factories
from tests.enterprises.importing import applied, checked, done, line, listed, undone, uploaded

pytestmark = pytest.mark.django_db

IMPORTS = "/enterprises/imports/"


@pytest.fixture
def signed_in(client, officer):
    client.force_login(officer)
    return client


def url(batch, act=""):
    return reverse(f"enterprises:import{'-' if act else ''}{act}", args=[batch.pk])


def seen(shown):
    return {"seen": re.search(r'name="seen" value="([^"]+)"', shown).group(1)}


def text_of(response):
    return response.content.decode()


def sheet_of(response):
    return [list(row) for row in load_workbook(BytesIO(response.content)).worksheets[0].iter_rows(values_only=True)]


def test_from_the_file_to_the_result_and_back(signed_in):
    firm = factories.firm(1, registered_capital=100)
    response = signed_in.post(IMPORTS, {"file": listed(line(1, capital="250"), line(2, place="东片区"), line(3))})
    batch = FirmImport.objects.get()
    assert response.url == url(batch)
    shown = text_of(signed_in.get(url(batch)))
    assert "太仓乌有2号有限公司" in shown
    assert 'value="registered_capital" selected' in shown
    columns = {f"column_{number}": name for number, name in batch.columns.items()}
    assert signed_in.post(url(batch, "columns"), columns).url == url(batch)
    assert "正在核对" in text_of(signed_in.get(url(batch)))
    assert "排队中" in text_of(signed_in.get(url(batch, "progress")))
    work.carry_on()
    assert signed_in.get(url(batch, "progress"))["HX-Refresh"] == "true"
    shown = text_of(signed_in.get(url(batch)))
    for part in ("会新增 1 家，变更 1 家", "导入 2 家", "<del>100</del>", "<ins>250</ins>", "网格：新企业要有网格"):
        assert part in shown
    signed_in.post(url(batch, "apply"), seen(shown))
    work.carry_on()
    shown = text_of(signed_in.get(url(batch)))
    assert "已新增 1 家，变更 1 家" in shown
    assert "导入 2 家" not in shown
    signed_in.post(url(batch, "undo"))
    work.carry_on()
    assert "已撤销，名单恢复到导入以前" in text_of(signed_in.get(url(batch)))
    assert list(Enterprise.objects.values_list("pk", "registered_capital")) == [(firm.pk, 100)]


@pytest.mark.parametrize(
    "file, said",
    [
        (lambda: listed(headings=""), "是空的"),
        (lambda: listed(headings="<html><body>"), "其实是网页"),
        (lambda: None, "请选择文件。"),
    ],
)
def test_a_file_that_is_no_list_is_refused_beside_the_field(signed_in, file, said):
    given = {"file": file()} if file() else {}
    response = signed_in.post(IMPORTS, given)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert said in text_of(response)
    assert not FirmImport.objects.exists()


def test_columns_chosen_twice_are_an_error_on_top(signed_in, officer):
    batch = uploaded(officer, line(1))
    response = signed_in.post(url(batch, "columns"), {"column_0": "uscc", "column_1": "name", "column_2": "name"})
    assert response.status_code == 422
    assert "“名称”选了两次" in text_of(response)


def test_a_click_too_late_says_so(signed_in, officer):
    batch = applied(officer, line(1, place="东片区"))
    for act, said in (("apply", "现在不能导入"), ("drop", "现在不能放弃")):
        assert said in text_of(signed_in.post(url(batch, act), follow=True))
    assert FirmImport.objects.get().state == "applied"


def test_rows_can_be_narrowed_and_searched(signed_in, officer):
    factories.firm(1)
    batch = checked(officer, line(1, "改名"), line(2, place="东片区"), line(3, place="西片区"), line(4))

    def numbers(**query):
        return [row.number for row in signed_in.get(url(batch), query).context["page"]]

    assert numbers() == [2, 3, 4, 5]
    assert numbers(outcome="new") == [3, 4]
    assert numbers(outcome="rejected") == [5]
    assert numbers(q="乌有3号") == [4]
    assert numbers(q="91320585", outcome="changed") == [2]
    assert numbers(outcome="king") == []


def test_the_errors_come_back_as_a_file_that_can_be_mended_and_sent_again(signed_in, officer):
    batch = checked(officer, line(1, place="东片区"), line(2, place="=东村"), line(3, capital="x", place="东片区"))
    sheet = sheet_of(signed_in.get(url(batch, "export"), {"outcome": "rejected"}))
    assert sheet[0] == [*batch.headings, "行号", "差错"]
    assert [row[-2:] for row in sheet[1:]] == [
        [3, "网格“=东村”：没有这个网格"],
        [4, "注册资本(万元)“x”：不是以万元计的金额"],
    ]
    assert sheet[1][4] == "=东村"
    event = Event.objects.get(kind="firmimportrow.exported")
    assert event.data == {"rows": 2, "filters": {"import": batch.pk, "outcome": "rejected"}}


def test_the_preview_is_exported_as_filtered(signed_in, officer):
    factories.firm(1, registered_capital=100)
    batch = checked(officer, line(1, capital="250", place="西片区"), line(2, place="东片区"), line(3))
    sheet = sheet_of(signed_in.get(url(batch, "export")))
    assert [row[1] for row in sheet[1:]] == ["变更", "新增", "不收"]
    place = Enterprise.objects.get().place.name
    assert sheet[1][4] == f"注册资本(万元)：100 → 250；网格：{place} → 西片区"
    assert len(sheet_of(signed_in.get(url(batch, "export"), {"outcome": "new"}))) == 2


def test_what_was_kept_is_named(signed_in, officer):
    batch = applied(officer, line(1, place="东片区"), line(2, place="东片区"))
    Enterprise.objects.filter(uscc__endswith=line(1).split(",")[0][-8:]).update(name="改过的名")
    batch = undone(batch, officer)
    shown = text_of(signed_in.get(url(batch), {"kept": "1"}))
    assert "已撤销，1 家保留" in shown
    assert "导入后又改过，保留：名称" in shown


def test_our_own_export_imported_has_no_effect(signed_in, officer):
    cls = factories.industry("3484", parent=factories.industry("C"))
    for number, code in enumerate(("A", "B1", "A1Z"), 1):
        place = factories.Place.objects.get(code=code)
        factories.firm(number, place, industry=cls, registered_capital="12.5", established_on="2020-05-01")
    content = signed_in.get("/enterprises/export/", {"columns": "all"}).content
    batch = flow.upload(SimpleUploadedFile("企业名单.xlsx", content), by=officer)
    batch = done(flow.choose_columns(batch, batch.columns, by=officer))
    assert (batch.state, batch.unchanged, batch.new, batch.changed, batch.rejected) == ("ready", 3, 0, 0, 0)
    assert {"uscc", "name", "place", "industry", "registered_capital"} <= set(batch.columns.values())


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_any_number_of_rows(signed_in, officer, django_assert_num_queries, count):
    for _each in range(count):
        batch = checked(officer, *(line(n, place="东片区") for n in range(1, count + 1)))
    signed_in.get(IMPORTS)
    with django_assert_num_queries(5):
        assert len(signed_in.get(IMPORTS).context["page"]) == count
    with django_assert_num_queries(7):
        assert len(signed_in.get(url(batch)).context["page"]) == count


@pytest.mark.parametrize("role", ["intake_clerk", "administrator", "supervisor", "leader", "enterprise_member"])
def test_to_others_an_import_does_not_exist(client, officer, role):
    batch = checked(officer, line(1, place="东片区"))
    client.force_login(factories.person("other", role))
    for path in (IMPORTS, url(batch), url(batch, "progress"), url(batch, "export")):
        assert (path, client.get(path).status_code) == (path, 404)
    for act in ("columns", "apply", "undo", "drop"):
        assert (act, client.post(url(batch, act)).status_code) == (act, 404)
    assert client.post(IMPORTS, {"file": listed(line(2))}).status_code == 404
    assert FirmImport.objects.count() == 1


def test_the_way_to_imports_is_shown_to_who_may(client, signed_in, officer):
    factories.firm(1)
    assert IMPORTS in text_of(signed_in.get("/enterprises/"))
    client.force_login(factories.person("clerk", "intake_clerk"))
    assert IMPORTS not in text_of(client.get("/enterprises/"))
