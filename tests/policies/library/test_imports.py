"""Policies from a table: drafts of one's own department, whole or not at all, and back again (POL-1)."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from enterprises.models import Industry
from policies.library import flow
from policies.library.content import content_of, formula_words
from policies.library.imports.columns import columns, guess, labelled
from policies.library.imports.sums import formula_of
from policies.library.imports.work import IMPORTING
from policies.models import Policy, PolicyImport, PolicyImportRow
from tests.policies.factories import officer_of

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


AMOUNTS = {
    "20 万元": {"fixed": "200000"},
    "上年研发费用的 10%，最高 100 万元": {"rate": "0.10", "of": "rd_cost_last_year", "cap": "1000000"},
    "按上年研发费用的10%给予补助，最高100万元，保底1万元": {
        "rate": "0.10",
        "of": "rd_cost_last_year",
        "cap": "1000000",
        "floor": "10000",
    },
    "有效发明专利每件5,000元": {"each": "5000", "per": "invention_patents"},
    "职工总数每件 5 元": None,  # people are not counted by the piece
    "没有这个指标的 10%": None,
    "上年研发费用的 10%，": None,
    "0": None,
}


@pytest.mark.parametrize("cell", AMOUNTS)
def test_an_amount_is_read_as_the_library_writes_it(cell):
    made = formula_of(cell)
    assert made == AMOUNTS[cell]
    if made is not None:
        assert formula_of(formula_words(made)) == made, "what was exported can be imported"


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
    "条款：申报材料": "长" * 81,
}


@pytest.mark.parametrize("heading", WRONG)
def test_one_bad_cell_keeps_the_whole_policy_out_and_says_why(heading, town):
    line = list(FIRST)
    line[HEADINGS.index(heading)] = WRONG[heading]
    other = ["另一办法", *FIRST[1:]]
    batch = uploaded(line, SECOND, other, by=town.policy_officer)
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
