"""Needs from a table: what the gate refuses is no row of it and counted once; all can be taken back (INS-2, INS-3)."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from enterprises.models import Member
from inspections.models import BlockedAttempt, Need, NeedImport, NeedImportRow
from inspections.needs import flow
from inspections.needs.imports.columns import COLUMNS, guess
from inspections.needs.imports.pages import problems
from inspections.needs.imports.work import IMPORTING
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.inspections.factories import listed, need, plan, visit

HEADINGS = ["企业", "检查事项", "检查类别", "依据", "最早日期", "最晚日期", "用时", "资质", "不事先告知"]


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    store = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": store}


def day(n=10):
    return local_day(clock.now()) + timedelta(days=n)


def row(of, firm=None, kind="自选检查", **given):
    firm = firm or of.town.firm
    said = dict(zip(HEADINGS, [firm.uscc, of.subject(of.housing).code, kind, "年度计划", day(), day(20)], strict=False))
    said |= given
    return [said.get(heading, "") for heading in HEADINGS]


def uploaded(*lines, by):
    written = io.StringIO()
    csv.writer(written).writerows([HEADINGS, *lines])
    batch = IMPORTING.upload(SimpleUploadedFile("需求.csv", written.getvalue().encode("utf-8-sig")), by=by)
    IMPORTING.choose_columns(batch, batch.columns, by=by)
    IMPORTING.carry_on()
    return NeedImport.objects.get(pk=batch.pk)


def applied(batch, by):
    IMPORTING.apply(batch, by=by)
    IMPORTING.carry_on()
    return NeedImport.objects.get(pk=batch.pk)


def said(batch):
    return {one.number: (one.outcome, problems(one.problems)) for one in batch.rows.all()}


def test_rows_become_needs_of_the_agency_and_again_nothing_changes(of):
    lines = [row(of), row(of, of.town.foreign_firm, 企业=of.town.foreign_firm.name, 用时="半天", 资质="燃气")]
    batch = uploaded(*lines, by=of.inspector)
    assert (batch.state, batch.new, batch.rejected, Need.objects.count()) == ("ready", 2, 0, 0)
    batch = applied(batch, of.inspector)
    assert batch.state == "applied"
    first, second = Need.objects.order_by("pk")
    assert (first.agency, first.came_by, first.parts, first.basis) == (of.housing, "import", 1, "年度计划")
    assert (second.enterprise, second.parts, second.skill) == (of.town.foreign_firm, 2, of.gas)
    again = uploaded(*lines, by=of.inspector)
    assert (again.new, again.unchanged) == (0, 2)


def test_what_the_gate_refuses_is_shown_and_counted_once_however_often_it_is_checked(of):
    listed(of, of.town.firm, term=(day(-100), day(300)))
    batch = uploaded(row(of), row(of, kind="法定检查"), by=of.inspector)
    assert said(batch)[2] == ("rejected", "企业在白名单内，不能作自选检查。")
    assert said(batch)[3][0] == "new"
    IMPORTING.choose_columns(batch, batch.columns, by=of.inspector)
    IMPORTING.carry_on()
    attempt = BlockedAttempt.objects.get()
    assert (attempt.way, attempt.by, attempt.agency) == ("import", of.inspector, of.housing)


def test_a_firm_that_is_listed_after_the_preview_sends_it_back(of):
    batch = uploaded(row(of), row(of, of.town.foreign_firm), by=of.inspector)
    listed(of, of.town.firm, term=(day(-100), day(300)))
    batch = applied(batch, of.inspector)
    assert not Need.objects.exists()
    IMPORTING.carry_on()
    batch.refresh_from_db()
    assert (batch.state, batch.new, batch.rejected) == ("ready", 1, 1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"企业": "无此公司"}, "名录里没有这家企业"),
        ({"企业": ""}, "没有填"),
        ({"检查事项": "炼金"}, "本部门没有这个检查事项"),
        ({"检查类别": "随缘"}, "不在可选的范围里，可以写自选检查、随机抽查、"),
        ({"最早日期": "过几天"}, "不是日期"),
        ({"最晚日期": "2020-01-02", "最早日期": "2020-01-01"}, "最晚日期已经过了"),
        ({"用时": "三天"}, "不在可选的范围里，可以写四分之一天、半天、一天"),
        ({"资质": "飞行"}, "没有这种资质"),
        ({"依据": "长" * 501}, "太长"),
    ],
)
def test_each_error_is_named_with_its_row(of, given, words):
    batch = uploaded(row(of, **given), by=of.inspector)
    assert batch.rejected == 1
    assert words in said(batch)[2][1]


def test_kind_and_duration_are_read_in_either_language(of):
    said_in = {"检查类别": "Statutory inspection", "用时": "Half a day"}
    batch = uploaded(row(of), row(of, of.town.foreign_firm, **said_in), by=of.inspector)
    assert batch.rejected == 0, said(batch)
    last = batch.rows.order_by("number").last()
    assert (last.values["kind"], last.values["parts"]) == ("statutory", 2)


def test_the_same_row_twice_in_one_file(of):
    batch = uploaded(row(of), row(of), by=of.inspector)
    assert said(batch)[3] == ("rejected", "和第 2 行重复")


def test_taken_back_what_waits_is_withdrawn_and_what_is_planned_stays(of):
    batch = applied(uploaded(row(of), row(of, of.town.foreign_firm), by=of.inspector), of.inspector)
    planned = Need.objects.get(enterprise=of.town.firm)
    visit(of, of.town.firm, [planned], day=day(), status="proposed", plan=plan(of))
    IMPORTING.undo(batch, by=of.inspector)
    IMPORTING.carry_on()
    batch.refresh_from_db()
    assert (batch.state, batch.kept) == ("undone", 1)
    assert Need.objects.get(enterprise=of.town.foreign_firm).status == "dropped"
    assert Need.objects.get(enterprise=of.town.firm).status == "open"


def test_only_agencies_import_and_see_their_own(of):
    with pytest.raises(Refused):
        uploaded(row(of), by=of.intake_clerk)
    batch = uploaded(row(of), by=of.inspector)
    assert NeedImport.objects.visible_to(of.department_head).get() == batch
    for other in (of.fire_head, of.keeper_inspector, of.supervisor, of.enterprise_member):
        assert not NeedImport.objects.visible_to(other).exists()


def test_the_template_is_read_as_it_is(of):
    chinese = [str(column.label) for column in COLUMNS]
    with translation.override("en"):
        english = [str(column.label) for column in COLUMNS]
        for headings in (chinese, english):
            assert list(guess(headings).values()) == [column.name for column in COLUMNS]
    assert list(guess(english).values()) == [column.name for column in COLUMNS]
    client = Client()
    client.force_login(of.inspector)
    assert client.get(reverse("needs:imports"), {"template": "1"}).status_code == 200


def test_the_pages_show_preview_and_result(of):
    listed(of, of.town.firm, term=(day(-100), day(300)))
    batch = uploaded(row(of), row(of, of.town.foreign_firm), by=of.inspector)
    client = Client()
    client.force_login(of.inspector)
    shown = client.get(reverse("needs:import", args=[batch.pk])).content.decode()
    assert "会导入 1 项检查需求" in shown
    assert "不能作自选检查" in shown
    assert client.get(reverse("needs:import-export", args=[batch.pk])).status_code == 200
    applied(batch, of.inspector)
    assert "已导入 1 项检查需求" in client.get(reverse("needs:import", args=[batch.pk])).content.decode()
    assert NeedImportRow.objects.get(need=Need.objects.get()).firm == of.town.foreign_firm.name


def test_an_importers_own_firm_is_no_row(of):
    Member.objects.create(enterprise=of.town.firm, user=of.inspector, since=clock.now() - timedelta(days=9))
    of.town.forget()
    batch = uploaded(row(of), by=of.inspector)
    assert "您自己所在的企业" in said(batch)[2][1]
    with pytest.raises(Refused):
        flow.withdraw(need(of, of.town.firm), by=of.inspector, reason="不查了")
