"""Facts from files (ENT-2): what offices really send, what would happen, doing it, taking it back."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from enterprises.demo import valid_uscc
from enterprises.facts.columns import Columns
from enterprises.facts.faults import FAULTS
from enterprises.facts.faults import faults as worded
from enterprises.models import (
    Conflict,
    Delivery,
    EnterpriseName,
    Fact,
    FactImport,
    FactImportRow,
    FormerFact,
    StaleFirm,
)
from portal.files.importing import Import
from portal.people.refusal import Refused
from portal.trail.models import Event
from portal.upkeep.retention import flow as retention
from portal.upkeep.retention.rules import BY_CODE
from tests.enterprises.factories import firm, person
from tests.facts.importing import applied, checked, csv_file, done, faults, outcomes, uploaded, verb, workbook
from tests.facts.world import OCTOBER, SEPTEMBER, conflicts, said

pytestmark = pytest.mark.usefixtures("shelf")
A, B, C = (valid_uscc(number) for number in (1, 2, 3))


def revenue(world, number=0, period=SEPTEMBER):
    return said(world.resources["monthly_operation"], world.firms[number], period)


def test_a_file_is_read_shown_and_applied(world):
    batch = checked(world, csv_file(f"{A},,2026年9月,12.5,3", f"{B},,202609,7,", f"{C},,2026-09,五,1"))
    assert (batch.state, batch.new, batch.rejected) == ("ready", 2, 1)
    assert faults(batch) == {4: {"value.revenue": "no_number"}}
    assert not Fact.objects.exists()
    batch = done(verb(batch, "apply"))
    assert batch.state == "applied"
    assert revenue(world) == {"revenue": 12_500_000, "cost": 3_000_000}
    assert revenue(world, 1) == {"revenue": 7_000_000}
    assert (batch.delivery.way, batch.delivery.line.code, batch.delivery.new) == ("file", "statistics", 2)
    assert StaleFirm.objects.count() == 2
    assert Event.objects.filter(kind__in=["fact_import.applied", "facts.delivered"]).count() == 2


def test_again_is_without_effect(world):
    lines = [f"{A},,202609,12.5,3", f"{B},,202609,7,"]
    applied(world, csv_file(*lines))
    kept = list(Fact.objects.order_by("pk").values())
    StaleFirm.objects.all().delete()
    again = checked(world, csv_file(*lines))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    done(verb(again, "apply"))  # confirms what is known
    assert list(Fact.objects.order_by("pk").values()) == kept
    assert not FormerFact.objects.exists()
    assert not StaleFirm.objects.exists()
    assert Delivery.objects.first().unchanged == 2


def test_outcomes_of_every_kind_in_one_preview(world):
    applied(world, csv_file(f"{A},,202609,1,1", f"{B},,202609,2,2"))
    tax = world.officers.tax
    applied(world, csv_file(f"{C},,202609,3,3"), by=tax)
    batch = checked(
        world,
        csv_file(f"{A},,202609,1,1", f"{B},,202609,5,2", f"{C},,202609,4,3", f"{A},,202610,1,", f"{A},,202610,2,"),
    )
    assert outcomes(batch) == {2: "unchanged", 3: "changed", 4: "conflicting", 5: "new", 6: "rejected"}
    assert faults(batch) == {6: {"uscc": "duplicate"}}
    assert (
        worded(batch.rows.get(number=6).problems, Columns(batch.resource).labels) == "统一社会信用代码：和第 5 行重复"
    )
    done(verb(batch, "apply"))
    assert revenue(world, 1)["revenue"] == 5_000_000
    assert revenue(world, 2)["revenue"] == 3_000_000
    assert conflicts() == [(1, 3_000_000, 4_000_000)]


def test_firms_are_found_by_code_or_by_name_now_or_once(world):
    EnterpriseName.objects.create(enterprise=world.firms[1], name="太仓旧名厂（普通合伙）", until=date(2020, 1, 1))
    firm(8, name="太仓乌有3号有限公司")
    batch = checked(
        world,
        csv_file(
            f"{A.lower()[:4]} {A[4:]},,202609,1,",
            ",太仓旧名厂(普通合伙),202609,1,",
            ",太仓乌有3号有限公司,202609,1,",
            ",没有的厂,202609,1,",
            f"{B},太仓乌有1号有限公司,202609,1,",
            f"{valid_uscc(77)},,202609,1,",
            ",,202609,1,",
            f"{valid_uscc(4)},刚改的名称,202609,1,",
        ),
    )
    assert faults(batch) == {
        4: {"name": "ambiguous_name"},
        5: {"name": "unknown_name"},
        6: {"name": "other_firm"},
        7: {"uscc": "unknown_uscc"},
        8: {"uscc": "no_firm"},
    }
    found = dict(batch.rows.exclude(enterprise=None).values_list("number", "enterprise"))
    assert found == {2: world.firms[0].pk, 3: world.firms[1].pk, 9: world.firms[3].pk}
    assert batch.rows.get(number=5).said == "没有的厂"


def test_a_workbook_as_an_office_makes_it(world):
    """A title with the unit, headings in two merged rows, typed dates and numbers, a percentage, full-width digits."""
    file = workbook(
        ["2026年9月规上企业经营情况（单位：千元）"],
        ["统一社会信用代码", "企业名称", "所属期", "主要指标", None],
        [None, None, None, "营业收入", "营业成本（元）"],
        [A, "x", datetime(2026, 9, 1), 1234.5, 1_000_000],
        [B, "y", 46266, "１，２３４．５", "¥ 8,000.00"],
        [C, "z", "2026年9月份", "-", "——"],
        merged=("A2:A3", "B2:B3", "C2:C3", "D2:E2", "A1:E1"),
    )
    batch = uploaded(world, file)
    assert (batch.heading_row, batch.columns) == (
        3,
        {"0": "uscc", "1": "name", "2": "period", "3": "value.revenue", "4": "value.cost"},
    )
    assert batch.units == {"3": "千元", "4": "元"}
    batch = done(verb(batch, "choose_columns", columns=batch.columns, units=batch.units))
    assert faults(batch) == {6: {"value.revenue": "required"}}
    done(verb(batch, "apply"))
    assert revenue(world) == {"revenue": 123_450_000, "cost": 100_000_000}
    assert revenue(world, 1) == {"revenue": 123_450_000, "cost": 800_000}


def test_a_percentage_is_one_however_it_is_written(world):
    rows = [["统一社会信用代码", "季度", "产能利用率"], [A, "2026年三季度", 0.815], [B, "2026Q3", 80]]
    world.resources["survey"].suppliers.add(world.line("statistics"))
    applied(world, workbook(*rows, [C, "2026-09", "82.5%"], per_cent=("C2",)), "survey")
    kept = Fact.objects.order_by("enterprise").values_list("values", flat=True)
    assert [values[1] for values in kept] == [815_000, 800_000, 825_000]


def test_the_content_decides_what_a_file_is(world):
    """GBK text that calls itself a workbook is read for what it is."""
    batch = applied(world, csv_file(f"{A},,202609,1,2", name="月报.xlsx"))
    assert (batch.state, batch.new) == ("applied", 1)
    for content, reason in ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "旧版"), (b"<html><table>", "网页")):
        with pytest.raises(Refused, match=reason):
            uploaded(world, SimpleUploadedFile("月报.xlsx", content))


def test_the_period_of_the_whole_file_is_chosen_once(world):
    file = csv_file(f"{A},1", headings="代码,营业收入")
    with pytest.raises(Refused, match="所属期"):
        checked(world, file)
    for wrong in (date(2026, 9, 2), date(2030, 1, 1)):
        with pytest.raises(Refused, match="所属期"):
            checked(world, file, period=wrong)
    batch = applied(world, file, period=SEPTEMBER)
    assert revenue(world) == {"revenue": 1_000_000}
    assert batch.period == SEPTEMBER


def test_units_are_chosen_by_hand_and_remembered_with_the_columns(world):
    headings = "代码,月份,金额甲,金额乙"
    batch = uploaded(world, csv_file(f"{A},202609,5,6", headings=headings))
    assert batch.columns == {"0": "uscc", "1": "period"}
    columns = batch.columns | {"2": "value.revenue", "3": "value.cost"}
    with pytest.raises(Refused, match="单位"):
        verb(batch, "choose_columns", columns=columns, units={"2": "亩"})
    done(verb(batch, "choose_columns", columns=columns, units={"2": "元", "3": "亿元"}))
    again = uploaded(world, csv_file(f"{B},202610,5,6", headings=headings))
    assert (again.columns, again.units) == (columns, {"2": "元", "3": "亿元"})
    done(verb(again, "choose_columns", columns=again.columns, units=again.units))
    assert FactImportRow.objects.get(batch=again).values[:2] == [500, 60_000_000_000]
    other = uploaded(world, csv_file(f"{B},202610,5,6", headings=headings), "annual_finance")
    assert other.columns == {"0": "uscc", "1": "period"}  # remembered for each resource of its own


def test_each_heading_is_remembered_in_a_file_of_another_shape(world):
    first = uploaded(world, csv_file(f"{A},202609,5,6", headings="代码,月份,金额甲,金额乙(元)"))
    said = {"0": "uscc", "1": "period", "2": "value.revenue", "3": "value.cost"}
    done(verb(first, "choose_columns", columns=said, units={"2": "亿元", "3": "元"}))
    moved = uploaded(world, csv_file(f"x,6,{B},202610,5", headings="备注,金额 乙（万元）,代码,月份, 金额甲 ,"))
    assert moved.columns == {"1": "value.cost", "2": "uscc", "3": "period", "4": "value.revenue"}
    assert moved.units == {"1": "万元", "4": "亿元"}  # said by this file; remembered
    shy = uploaded(world, csv_file(f"{B},202610,5,6", headings="代码,月份,金额乙,金额丙"))
    assert (shy.columns["2"], shy.units) == ("value.cost", {})  # “元” stood in the former heading alone
    twice = uploaded(world, csv_file(f"{B},202610,5,6", headings="代码,月份,金额甲,金额甲"))
    assert "value.revenue" not in twice.columns.values()
    named = uploaded(world, csv_file(f"{B},202610,5,6", headings="代码,月份,金额甲,营业收入"))
    assert named.columns == {"0": "uscc", "1": "period", "3": "value.revenue"}  # called so by its very name


@pytest.mark.parametrize(
    "columns, reason",
    [
        ({"1": "period", "2": "value.revenue"}, "统一社会信用代码或企业名称"),
        ({"0": "uscc", "1": "period"}, "至少指明一列数据"),
        ({"0": "uscc", "1": "period", "2": "value.gold"}, "没有这一项"),
        ({"0": "uscc", "1": "period", "2": "value.cost", "3": "value.cost"}, "选了两次"),
        ({"0": "uscc", "1": "period", "99": "value.cost"}, "没有这一项"),
    ],
)
def test_columns_that_cannot_be(world, columns, reason):
    batch = uploaded(world, csv_file(f"{A},202609,1,2", headings="代码,月份,甲,乙"))
    with pytest.raises(Refused, match=reason):
        verb(batch, "choose_columns", columns=columns)


def test_a_register_by_its_items(world):
    file = csv_file(
        f"{A},ZL1,发明,2020-05-01", f"{A},ZL2,外观设计,43952", f"{A},,发明,", headings="代码,专利号,专利类型,授权日期"
    )
    world.resources["patents"].suppliers.add(world.line("statistics"))
    batch = applied(world, file, "patents")
    assert faults(batch) == {4: {"item": "empty"}}
    patents = {fact.item: fact for fact in Fact.objects.all()}
    day = date(2020, 5, 1).toordinal()
    assert [patents[item].values[1] for item in ("ZL1", "ZL2")] == [day, day]
    assert all(fact.period is None for fact in patents.values())


def test_undoing_brings_back_what_was_and_leaves_what_came_later(world):
    applied(world, csv_file(f"{A},,202609,1,1", f"{B},,202609,2,2"))
    second = applied(world, csv_file(f"{A},,202609,5,5", f"{B},,202609,6,6", f"{C},,202609,7,7", f"{A},,202610,8,8"))
    third = applied(world, csv_file(f"{B},,202609,9,", f"{C},,202609,10,"))
    second = done(verb(second, "undo"))
    assert (second.state, second.kept) == ("undone", 2)
    assert revenue(world) == {"revenue": 1_000_000, "cost": 1_000_000}
    assert revenue(world, 1) == {"revenue": 9_000_000, "cost": 2_000_000}
    assert revenue(world, 2) == {"revenue": 10_000_000}
    assert not Fact.objects.filter(period=OCTOBER).exists()
    assert dict(second.rows.exclude(kept=[]).values_list("number", "kept")) == {3: ["revenue"], 4: ["revenue"]}
    done(verb(third, "undo"))  # does not bring back what was undone before
    assert revenue(world, 1) == {"revenue": 2_000_000, "cost": 2_000_000}
    assert Fact.objects.filter(enterprise=world.firms[2]).count() == 0


def test_undoing_settles_conflicts_and_lets_stand_what_others_offered(world):
    ours = applied(world, csv_file(f"{A},,202609,1,1", f"{B},,202609,2,2"))
    theirs = applied(world, csv_file(f"{A},,202609,3,1", f"{B},,202609,4,2"), by=world.officers.tax)
    assert len(conflicts()) == 2
    done(verb(ours, "undo"))
    assert revenue(world) == {"revenue": 3_000_000}
    assert (len(conflicts()), len(conflicts("gone"))) == (0, 2)
    done(verb(theirs, "undo"))
    assert not Fact.objects.exists()
    assert not Conflict.objects.exists()


def test_a_firm_to_which_facts_have_gone_stale_meanwhile_is_shown_again(world):
    batch = checked(world, csv_file(f"{A},,202609,1,", f"{B},,202609,1,"))
    applied(world, csv_file(f"{C},,202609,1,"))  # another firm: nothing that was shown is wrong
    assert done(verb(batch, "apply")).state == "applied"
    batch = checked(world, csv_file(f"{A},,202609,2,"))
    applied(world, csv_file(f"{A},,202609,2,"))
    batch = done(verb(batch, "apply"))
    assert (batch.state, batch.changed, batch.unchanged) == ("ready", 0, 1)
    assert "重新核对" in batch.problem


def test_who_may(world):
    batch = checked(world, csv_file(f"{A},,202609,1,"))
    labour, tax = world.officers.labour, world.officers.tax
    with pytest.raises(Refused, match="只有"):
        uploaded(world, csv_file(f"{A},,202609,1,"), by=labour)  # no line of his delivers this
    for stranger in (labour, tax, person("boss", "leader"), person("admin", "administrator")):
        with pytest.raises(Refused, match="只有"):
            verb(batch, "apply", by=stranger)
    visible = {
        user.username: FactImport.objects.visible_to(user).count()
        for user in (world.officers.statistics, tax, labour, person("other", "data_officer"))
    }
    assert visible == {"officer_statistics": 1, "officer_tax": 0, "officer_labour": 0, "other": 0}
    applied(world, csv_file(f"{B},,202609,1,"), by=tax)
    assert FactImport.objects.visible_to(world.officers.statistics).count() == 2


def test_two_clicks_apply_once(world):
    batch = checked(world, csv_file(f"{A},,202609,1,"))
    verb(batch, "apply", seen=batch.version)
    with pytest.raises(Refused, match="现在不能导入"):
        verb(batch, "apply", seen=batch.version)
    done(batch)
    assert Delivery.objects.count() == 1
    with pytest.raises(Refused, match="现在不能导入"):
        verb(batch, "apply")


def test_a_file_of_which_nothing_can_be_taken_says_so_early(world):
    batch = checked(world, csv_file(*(f"{A},,nonsense{n},1," for n in range(6000))))
    assert (batch.state, batch.rows.count()) == (Import.State.FAILED, 0)
    assert "列" in batch.problem


def test_every_fault_has_its_sentence():
    folder = Path(__file__).parents[2] / "enterprises/facts"
    text = "".join((folder / name).read_text() for name in ("checking.py", "cells.py"))
    assert set(re.findall(r'Fault\(\s*"(\w+)"', text)) | {"too_small", "too_large"} <= set(FAULTS)


def test_an_applied_import_still_says_what_was_changed(world, client):
    client.force_login(world.officers.statistics)
    applied(world, csv_file(f"{A},,202609,1,1"))
    batch = applied(world, csv_file(f"{A},,202609,2,1", f"{B},,202609,7,"))
    applied(world, csv_file(f"{A},,202609,3,1"))  # what came later is not this import's
    page = client.get(reverse("enterprises:fact-import", args=[batch.pk])).content.decode()
    assert re.search(r"<del>1 万元</del> → <ins>2 万元</ins>", page)
    assert "7 万元" in page
    assert "3 万元" not in page


def test_a_file_that_changes_nothing_may_be_confirmed(world, client):
    client.force_login(world.officers.statistics)
    applied(world, csv_file(f"{A},,202609,1,1"))
    again = checked(world, csv_file(f"{A},,202609,1,1"))
    page = client.get(reverse("enterprises:fact-import", args=[again.pk])).content.decode()
    assert "没有要改的数据" in page
    assert "确认 1 行没有变化" in page
    assert "导入 1 行" not in page


def test_the_rows_of_a_file_go_when_their_time_is_over_and_what_came_in_stays(world):
    """SEC-3: a file's rows may name people; the import is known all the same, and can no more be taken back."""
    waiting = checked(world, csv_file(f"{B},,202609,7,"))
    batch = applied(world, csv_file(f"{A},,202609,12.5,3", f"{C},,202609,五,1"))
    over = batch.moved_at + timedelta(days=BY_CODE["fact-imports"].days)
    assert "fact-imports" not in retention.forget(over)
    assert retention.forget(over + timedelta(days=1))["fact-imports"] == 1
    batch.refresh_from_db()
    assert (batch.rows.count(), batch.samples, batch.new, batch.rejected) == (0, [], 1, 1)
    assert default_storage.open(batch.file.path).read() == b""  # what was uploaded says it all as well
    assert waiting.rows.count() == 1  # somebody may still decide on it
    assert revenue(world) == {"revenue": 12_500_000, "cost": 3_000_000}
    with pytest.raises(Refused, match="过保存期限"):
        verb(batch, "undo")
    assert retention.forget(over + timedelta(days=1)).get("fact-imports") is None
