"""Policies from a table: drafts of one's own department, whole or not at all, and back again (POL-1)."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from enterprises.attributes.catalogue import TOWN
from enterprises.criteria.from_words import condition_of
from enterprises.criteria.reading import unparse
from enterprises.models import Industry
from policies.amounts.from_words import formula_of, typed
from policies.library import flow
from policies.library.content import content_of, tree_words
from policies.library.imports.columns import columns, guess, labelled
from policies.library.imports.template import AMOUNTS, CONDITIONS
from policies.library.imports.work import IMPORTING
from policies.models import Policy, PolicyImport, PolicyImportRow
from tests.policies.factories import clause, officer_of

HEADINGS = ["政策名称", "发文机关", "级别", "有效期自", "支持对象", "一句话说明", "适用行业", "条款：条款名称"]
HEADINGS += [
    "条款：支持方式",
    "条款：条件原文",
    "条款：支持内容",
    "条款：兑现方式",
    "条款：金额(元)",
    "条款：申报材料",
]
FIRST = ["稳岗办法", "镇人民政府", "镇级", "2026-01-01", "本镇企业", "给补助。", "制造业", "稳岗补助", "资金补助"]
FIRST += ["用工 20 人", "2 万元", "审查遴选", "20000", "1. 申请表；2. 名册"]
SECOND = ["", "", "", "", "", "", "", "扩岗补助", "奖励", "多用 5 人", "1 万元", "审查遴选", "", ""]


@pytest.fixture(autouse=True)
def manufacturing(db):
    Industry.objects.create(code="C", level=1, name="制造业", section="C")


def uploaded(*lines, by, headings=HEADINGS):
    written = io.StringIO()
    csv.writer(written).writerows([headings, *lines])
    file = SimpleUploadedFile("政策.csv", written.getvalue().encode("utf-8-sig"), content_type="text/csv")
    batch = IMPORTING.upload(file, by=by)
    IMPORTING.choose_columns(batch, batch.columns, by=by)
    IMPORTING.carry_on()
    return PolicyImport.objects.get(pk=batch.pk)


def applied(batch, by):
    IMPORTING.apply(batch, by=by)
    IMPORTING.carry_on()
    return PolicyImport.objects.get(pk=batch.pk)


def test_the_rows_of_one_policy_become_one_draft_of_the_department(town):
    batch = uploaded(FIRST, SECOND, by=town.policy_officer)
    assert (batch.state, batch.new, batch.rejected, Policy.objects.count()) == ("ready", 2, 0, 0)
    batch = applied(batch, town.policy_officer)
    policy = Policy.objects.get()
    version = policy.versions.get()
    assert (policy.department, policy.current, version.status) == (town.housing, None, "draft")
    first, second = version.clauses_in_order
    assert (first.title, first.way, first.formula) == ("稳岗补助", "by_review", {"fixed": "20000"})
    assert [one["name"] for one in first.materials] == ["申请表", "名册"]
    assert (second.support, second.formula, version.industries) == ("award", None, ["C"])


def test_conditions_and_tiers_come_in_as_the_form_would_make_them(town):
    headings = [*HEADINGS, "条款：自动判断的条件"]
    amount = headings.index("条款：金额(元)")
    first, second = [*FIRST, "规上企业\n上年营业收入不低于 2,000 万元"], [*SECOND, "不属于“经营异常”"]
    first[amount] = "按上年营业收入分档：不超过 5,000 万元的 3 万元，其余 6 万元"
    batch = uploaded(first, second, by=town.policy_officer, headings=headings)
    assert (batch.state, batch.new, batch.rejected) == ("ready", 2, 0)
    client = Client()
    client.force_login(town.policy_officer)
    page = client.get(f"/policies/desk/imports/{batch.pk}/").content.decode()
    assert "条件：规上企业；并且上年营业收入不低于 2,000 万元" in page, "the preview says how it was understood"
    assert "金额：按上年营业收入分档：不超过 5,000 万元的 3 万元，其余 6 万元" in page
    applied(batch, town.policy_officer)
    one, other = Policy.objects.get().versions.get().clauses_in_order
    assert one.tree == {"all": [{"holds": "above_scale"}, {"compare": ["revenue_last_year", ">=", 20000000]}]}
    assert other.tree == {"not": {"holds": "abnormal"}}
    assert one.formula == {"tiers": "revenue_last_year", "bands": [["50000000", "<=", "30000"], [None, None, "60000"]]}


def test_what_the_desk_exports_can_be_imported(town):
    """Condition and amount among it, tiers and what the firm fills in too."""
    formula = {
        "when": {"in": ["specialised", ["national"]]},
        "then": {"marginal": "revenue_last_year", "bands": [["1000000", "0.05"], [None, "0.03"]], "cap": "200000"},
        "else": {"rate": "0.15", "of": {"ask": "asked_1"}, "cap": "100000"},
        "asks": {"asked_1": {"label": "上年利息（含贴息前）", "unit": "元"}},
    }
    tree = {"any": [{"holds": "high_tech"}, {"date": ["established_on", ">", "today"], "after": {"years": 3}}]}
    materials = [
        {"name": "合同", "attribute": "", "required": True, "note": "加盖公章"},
        {"name": "获奖证书", "attribute": "", "required": False, "note": ""},
    ]
    made = clause(town, tree=tree, formula=formula, title="贴息", materials=materials, conditions="甲。\n乙。")
    client = Client()
    client.force_login(town.policy_officer)
    file = SimpleUploadedFile("导出.xlsx", client.get("/policies/desk/export/").content)
    made.policy.versions.update(title="另一个名称")
    batch = IMPORTING.upload(file, by=town.policy_officer)
    IMPORTING.choose_columns(batch, batch.columns, by=town.policy_officer)
    IMPORTING.carry_on()
    assert not batch.rows.filter(outcome="rejected"), list(batch.rows.values_list("problems", flat=True))
    applied(batch, town.policy_officer)
    again = Policy.objects.exclude(pk=made.policy_id).get().versions.get().clauses.get()
    assert (again.tree, again.formula, again.materials) == (tree, formula, materials)
    assert (again.conditions, again.benefit) == ("甲。\n乙。", made.current.benefit)


def test_the_same_file_again_changes_nothing(town):
    applied(uploaded(FIRST, SECOND, by=town.policy_officer), town.policy_officer)
    again = uploaded(FIRST, SECOND, by=town.policy_officer)
    assert (again.new, again.unchanged) == (0, 2)


WRONG = {
    "级别": "月球级",
    "有效期自": "去年",
    "支持对象": "",
    "一句话说明": "长" * 201,
    "适用行业": "炼金业",
    "条款：支持方式": "口头表扬",
    "条款：支持内容": "",
    "条款：金额(元)": "很多",
    "条款：自动判断的条件": "研发占比不低于 3%",
    "条款：申报材料": "长" * 81,
}


@pytest.mark.parametrize("heading", WRONG)
def test_one_bad_cell_keeps_the_whole_policy_out_and_says_why(heading, town):
    headings = [*HEADINGS, "条款：自动判断的条件"]
    line = [*FIRST, ""]
    line[headings.index(heading)] = WRONG[heading]
    other = ["另一办法", *FIRST[1:]]
    batch = uploaded(line, SECOND, other, by=town.policy_officer, headings=headings)
    assert (batch.new, batch.rejected) == (1, 2)
    bad, beside = PolicyImportRow.objects.filter(outcome="rejected")
    assert bad.problems[0]["code"] != "with"
    assert beside.problems == [{"column": "title", "code": "with", "said": str(bad.number)}]
    client = Client()
    client.force_login(town.policy_officer)
    page = client.get(f"/policies/desk/imports/{batch.pk}/?outcome=rejected").content.decode()
    assert "整件不收" in page


def test_undoing_takes_the_drafts_that_nobody_has_touched(town):
    batch = applied(uploaded(FIRST, ["另一办法", *FIRST[1:]], by=town.policy_officer), town.policy_officer)
    touched = Policy.objects.get(versions__title="另一办法").versions.get()
    flow.edit(touched, content_of(touched), by=town.policy_officer)
    IMPORTING.undo(batch, by=town.policy_officer)
    IMPORTING.carry_on()
    batch.refresh_from_db()
    assert (batch.state, batch.kept) == ("undone", 1)
    assert [policy.versions.get().title for policy in Policy.objects.all()] == ["另一办法"]


def test_another_departments_import_is_not_there(town):
    batch = uploaded(FIRST, by=town.policy_officer)
    client = Client()
    client.force_login(officer_of(town.police, "police_officer"))
    for tail in ("", "export/", "progress/"):
        assert client.get(f"/policies/desk/imports/{batch.pk}/{tail}").status_code == 404
    assert client.post(f"/policies/desk/imports/{batch.pk}/apply/").status_code == 404


def test_formulas_and_markup_in_cells_stay_words(town):
    evil = '=HYPERLINK("http://x")<b>'
    line = [evil, *FIRST[1:]]
    applied(uploaded(line, by=town.policy_officer), town.policy_officer)
    assert Policy.objects.get().versions.get().title == evil


def test_the_template_is_a_table_that_can_be_read_back(town):
    client = Client()
    client.force_login(town.policy_officer)
    answer = client.get("/policies/desk/imports/?template=1")
    assert answer["Content-Type"].endswith("sheet")
    headings = [labelled(column) for column in columns().values()]
    assert list(guess(headings).values()) == list(columns())
    book = load_workbook(io.BytesIO(answer.content), read_only=True)
    _table, how_to, measures, _made = book.worksheets
    told = [cell for row in how_to.iter_rows(values_only=True) for cell in row if cell]
    assert set(headings) <= set(told)
    assert {*CONDITIONS, *AMOUNTS} <= set(told)
    assert len(list(measures.iter_rows())) == 1 + len(list(TOWN))


@pytest.mark.parametrize("said", CONDITIONS)
def test_the_conditions_of_the_template_can_be_read(said):
    assert tree_words(unparse(condition_of(said))) == said


@pytest.mark.parametrize("said", AMOUNTS)
def test_the_amounts_of_the_template_can_be_read(said):
    assert typed(formula_of(said)) == said
