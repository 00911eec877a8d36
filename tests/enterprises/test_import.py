"""Importing the list of firms: what each row becomes, all or nothing, once, and back again (ENT-1, ENT-2)."""

import datetime
from decimal import Decimal

import pytest

from enterprises import flow as firm_flow
from enterprises.imports import applying, flow, work
from enterprises.models import Enterprise, EnterpriseName, FirmImport, FirmImportRow
from enterprises.models.imports import IMPORTS_FIRMS
from portal.files import Refused as FileRefused
from portal.outbox.models import Message
from portal.people.actors import CLOCK
from portal.people.models import Membership
from portal.people.roles import Role
from portal.trail.models import Audience, Event
from portal.worktime import clock
from tests.enterprises import factories
from tests.enterprises.importing import applied, checked, done, line, listed, outcomes, problems, undone, uploaded

pytestmark = pytest.mark.django_db


def firm_facts(firm):
    return Enterprise.objects.values_list("name", "registered_capital", "established_on", "place__code").get(pk=firm.pk)


# Who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role not in IMPORTS_FIRMS])
def test_nobody_but_the_data_officer_imports(officer, role):
    batch = checked(officer, line(1, place="东片区"))
    other = factories.person("other", role)
    for act in (
        lambda: flow.upload(listed(line(2)), by=other),
        lambda: flow.choose_columns(batch, batch.columns, by=other),
        lambda: flow.apply(batch, by=other),
        lambda: flow.drop(batch, by=other),
        lambda: flow.undo(batch, by=other),
    ):
        with pytest.raises(flow.Refused, match="只有条线数据员"):
            act()
    assert not FirmImport.objects.visible_to(other).exists()
    assert Enterprise.objects.count() == 0


def test_who_lost_the_role_meanwhile_changes_nothing(officer):
    batch = flow.apply(checked(officer, line(1, place="东片区")), by=officer)
    Membership.objects.filter(user=officer).update(until=clock.now())
    batch = done(batch)
    assert (batch.state, batch.problem) == ("ready", "只有条线数据员可以导入企业名单")
    assert Enterprise.objects.count() == 0


# Columns --------------------------------------------------------------------------------------------------------


def test_columns_are_guessed_by_their_headings_and_remembered_for_the_same_ones(officer):
    batch = uploaded(officer, line(1))
    assert batch.columns == {"0": "uscc", "1": "name", "2": "registered_capital", "3": "established_on", "4": "place"}
    flow.choose_columns(batch, {"0": "uscc", "1": "name", "4": "address"}, by=officer)
    assert uploaded(officer, line(2)).columns == {"0": "uscc", "1": "name", "4": "address"}
    assert uploaded(officer, line(2), headings="代码,名称,x,y,村").columns == {"0": "uscc", "1": "name", "4": "place"}


@pytest.mark.parametrize(
    "columns, said",
    [
        ({"0": "uscc"}, "请指明哪一列是“名称”"),
        ({"1": "name"}, "请指明哪一列是“统一社会信用代码”"),
        ({"0": "uscc", "1": "name", "2": "name"}, "“名称”选了两次"),
        ({"0": "uscc", "1": "name", "2": "king"}, "没有这一项"),
        ({"0": "uscc", "77": "name"}, "没有这一项"),
    ],
)
def test_columns_that_make_no_list_are_refused(officer, columns, said):
    batch = uploaded(officer, line(1))
    with pytest.raises(flow.Refused, match=said):
        flow.choose_columns(batch, columns, by=officer)
    assert FirmImport.objects.get(pk=batch.pk).state == "mapping"


def test_a_file_without_a_list_is_refused_and_leaves_nothing(officer):
    with pytest.raises(FileRefused, match="没有名单"):
        flow.upload(listed(headings="只有一句话"), by=officer)
    assert not FirmImport.objects.exists()


# What each row becomes --------------------------------------------------------------------------------------------


def test_rows_are_new_changed_unchanged_or_rejected(officer):
    place = factories.Place.objects.get(code="A")
    same = factories.firm(1, place, registered_capital=100)
    changed = factories.firm(2, place, registered_capital=100, established_on="2020-05-01")
    batch = checked(
        officer, line(1, same.name, "100.00", "", "东片区"), line(2, changed.name, '"1,200.5"', "2020/5/1", "无何村"),
        line(3, place="东片区"), line(4, place="东村"),
    )  # fmt: skip
    assert (batch.state, batch.new, batch.changed, batch.unchanged, batch.rejected) == ("ready", 1, 1, 1, 1)
    assert outcomes(batch) == {2: "unchanged", 3: "changed", 4: "new", 5: "rejected"}
    row = batch.rows.get(number=3)
    assert row.former == {"registered_capital": "100", "place": place.pk}
    assert row.values["registered_capital"] == "1200.5"
    assert Enterprise.objects.count() == 2
    assert firm_facts(changed)[1] == 100


def test_an_empty_cell_changes_nothing(officer):
    firm = factories.firm(1, registered_capital=100, established_on="2020-05-01")
    batch = checked(officer, f"{firm.uscc},,,,")
    assert outcomes(batch) == {2: "unchanged"}


@pytest.mark.parametrize(
    "row, expected",
    [
        ("91320585MA0000000X,甲,,,东片区", {"uscc": "uscc_checksum"}),
        ("91320585MA,甲,,,东片区", {"uscc": "uscc_length"}),
        ("91320585MA000000I1,甲,,,东片区", {"uscc": "uscc_shape"}),
        ("9.13E+17,甲,,,东片区", {"uscc": "uscc_number"}),
        (",甲,,,东片区", {"uscc": "empty"}),
        (line(9, place="东村"), {"place": "unknown_place"}),
        (line(9, place="同名"), {"place": "ambiguous_place"}),
        (line(9), {"place": "no_place"}),
        (line(9, "长" * 121, place="东片区"), {"name": "too_long"}),
        (line(9, capital="一百", place="东片区"), {"registered_capital": "no_capital"}),
        (line(9, capital="-1", place="东片区"), {"registered_capital": "no_capital"}),
        (line(9, capital="100万美元", place="东片区"), {"registered_capital": "no_capital"}),
        (line(9, established="昨天", place="东片区"), {"established_on": "no_day"}),
        (line(9, established="2999-01-01", place="东片区"), {"established_on": "day_out_of_range"}),
        (line(9, capital="x", established="y", place="z"),
         {"registered_capital": "no_capital", "established_on": "no_day", "place": "unknown_place"}),
    ],
)  # fmt: skip
def test_a_row_is_rejected_with_every_reason(officer, row, expected):
    top = factories.Place.objects.get(code="T")
    for code in ("S1", "S2"):
        factories.place(code, top, "同名")
    assert problems(checked(officer, row)) == {2: expected}


def test_a_new_firm_without_a_name_is_rejected(officer):
    assert problems(checked(officer, line(9, place="东片区").replace("太仓乌有9号有限公司", ""))) == {
        2: {"name": "empty"}
    }


def test_a_code_that_comes_twice_counts_once(officer):
    batch = checked(officer, line(1, place="东片区"), line(2, place="东片区"), line(1, "别名", place="东片区"))
    assert outcomes(batch) == {2: "new", 3: "new", 4: "rejected"}
    assert batch.rows.get(number=4).problems == [{"column": "uscc", "code": "duplicate", "said": "2"}]


def test_new_firms_without_a_place_go_where_the_importer_says(officer):
    place = factories.Place.objects.get(code="A1Z")
    batch = applied(officer, line(9), line(8, place="西片区"), fallback=place)
    assert batch.state == "applied"
    assert list(Enterprise.objects.order_by("uscc").values_list("place__code", flat=True)) == ["B", "A1Z"]


def test_kinds_status_and_industry_are_read_as_the_register_writes_them(officer):
    parent = factories.industry("348", parent=factories.industry("34", parent=factories.industry("C")))
    cls = factories.industry("3484", parent=parent)
    cls.name = parent.name = "同一个名字"
    cls.save(), parent.save()
    headings = "代码,名称,类型,状态,行业,网格"
    kinds = [
        "有限责任公司(自然人投资或控股)",
        "个体工商户",
        "有限责任公司分公司(外商投资企业法人独资)",
        "股份有限公司（上市）",
        "",
    ]
    states = ["存续（在营、开业、在册）", "吊销，未注销", "注销", "迁出", ""]
    industries = ["C3484", "3484", "同一个名字", "C3484 同一个名字", ""]
    rows = [
        f"{line(n).split(',')[0]},甲{n},{kind},{state},{industry},东片区"
        for n, (kind, state, industry) in enumerate(zip(kinds, states, industries, strict=True), 1)
    ]
    batch = applied(officer, *rows, headings=headings)
    assert problems(batch) == {}
    found = Enterprise.objects.order_by("name").values_list("kind", "status", "industry__code")
    assert list(found) == [
        ("limited", "active", "3484"), ("individual", "revoked", "3484"), ("branch", "cancelled", "3484"),
        ("joint_stock", "moved", "3484"), ("limited", "active", None),
    ]  # fmt: skip


# Applying --------------------------------------------------------------------------------------------------------


def test_applying_writes_what_was_shown_and_tells_it(officer):
    firm = factories.firm(1, registered_capital=100, established_on="2020-05-01", short_name="旧")
    batch = applied(officer, line(1, "太仓新名有限公司", "250.5", "", "无何村"), line(2, place="东片区"))
    assert (batch.state, batch.problem, batch.applied_at is not None) == ("applied", "", True)
    assert firm_facts(firm) == ("太仓新名有限公司", Decimal("250.5"), datetime.date(2020, 5, 1), "B1")
    former = firm.former_names.get()
    assert (former.name, former.since) == ("太仓乌有1号有限公司", datetime.date(2020, 5, 1))
    assert Enterprise.objects.search("乌有1号").get() == firm
    new = Enterprise.objects.exclude(pk=firm.pk).get()
    assert (new.name, new.status, new.kind) == ("太仓乌有2号有限公司", "active", "limited")
    events = Event.objects.filter(subject_type="enterprises.enterprise").order_by("kind")
    assert [(e.kind, e.subject_id, e.actor, e.role, e.audience) for e in events] == [
        ("enterprise.registered", new.pk, officer, "data_officer", Audience.FIRM),
        ("enterprise.updated", firm.pk, officer, "data_officer", Audience.FIRM),
    ]
    assert events[1].data == {"import": batch.pk, "fields": ["name", "place", "registered_capital"]}
    kinds = Event.objects.about(batch).values_list("kind", flat=True)
    assert list(kinds) == [f"firm_import.{verb}" for verb in ("uploaded", "checked", "asked", "applied")]
    assert Message.objects.get(kind="firm_import.applied").subject_id == batch.pk


def test_events_hold_no_names(officer):
    batch = applied(officer, line(1, "太仓密名有限公司", place="东片区"))
    assert "密名" not in str(list(Event.objects.values_list("data", flat=True)))
    assert batch.state == "applied"


def test_the_same_file_again_has_no_effect(officer):
    rows = [line(1, capital="12.30", established="2020-05-01", place="东片区"), line(2, place="无何村")]
    applied(officer, *rows)
    before, events = list(Enterprise.objects.order_by("pk").values()), Event.objects.count()
    again = checked(officer, *rows)
    assert (again.new, again.changed, again.unchanged, again.rejected) == (0, 0, 2, 0)
    with pytest.raises(flow.Refused, match="没有要新增或变更"):
        flow.apply(again, by=officer)
    assert list(Enterprise.objects.order_by("pk").values()) == before
    assert Event.objects.count() == events + 2  # uploaded, checked


def test_the_second_of_two_clicks_is_refused(officer):
    batch = flow.apply(checked(officer, line(1, place="东片区")), by=officer)
    for _click in range(2):
        with pytest.raises(flow.Refused, match="现在不能导入"):
            flow.apply(batch, by=officer)
        batch = done(batch)
    assert Enterprise.objects.count() == 1


@pytest.mark.parametrize("meanwhile", ["changed", "came"])
def test_what_changed_after_the_preview_is_shown_again_first(officer, meanwhile):
    firm = factories.firm(1, name="旧名")
    batch = checked(officer, line(1, "新名"), line(2, place="东片区"))
    if meanwhile == "changed":
        Enterprise.objects.filter(pk=firm.pk).update(name="别人改的名")
    else:
        factories.firm(2, factories.Place.objects.get(code="B"), name="别人登记的")
    batch = done(flow.apply(batch, by=officer))
    assert batch.state == "ready"
    assert "预览以后名单有了变动" in batch.problem
    assert batch.new == (1 if meanwhile == "changed" else 0)
    assert not EnterpriseName.objects.exists()
    batch = done(flow.apply(batch, by=officer))
    assert (batch.state, batch.problem) == ("applied", "")
    assert set(Enterprise.objects.values_list("name", flat=True)) == {"新名", "太仓乌有2号有限公司"}


def test_a_step_that_fails_changes_nothing_is_tried_again_and_given_up(officer, monkeypatch):
    factories.firm(1, name="旧名")
    batch = flow.apply(checked(officer, line(1, "新名"), line(2, place="东片区")), by=officer)
    monkeypatch.setattr(applying, "trail", lambda *args: 1 / 0)
    for tries in (1, 2, 3):
        batch = done(batch)
        assert (batch.state, batch.tries) == ("applying", tries)
        assert list(Enterprise.objects.values_list("name", flat=True)) == ["旧名"]
    batch = done(batch)
    assert (batch.state, batch.problem) == ("ready", "试了几次都没有做成，请联系管理员")
    monkeypatch.undo()
    assert done(flow.apply(batch, by=officer)).state == "applied"


def test_a_file_that_is_gone_ends_the_check(officer, monkeypatch):
    batch = uploaded(officer, line(1))
    monkeypatch.setattr(
        "enterprises.imports.checking.open_list", lambda *args: (_ for _ in ()).throw(FileRefused("坏了"))
    )
    batch = done(flow.choose_columns(batch, batch.columns, by=officer))
    assert (batch.state, batch.problem) == ("failed", "坏了")
    flow.drop(batch, by=officer)


# Undoing ---------------------------------------------------------------------------------------------------------


def test_undoing_restores_former_values_and_removes_the_new_firms(officer):
    firm = factories.firm(1, registered_capital=None, established_on="2020-05-01", address="北门路")
    before = firm_facts(firm)
    batch = undone(applied(officer, line(1, "新名", "5", "2021-01-01", "无何村"), line(2, place="东片区")), officer)
    assert (batch.state, batch.kept, batch.undone_at is not None) == ("undone", 0, True)
    assert firm_facts(firm) == before
    assert list(Enterprise.objects.all()) == [firm]
    assert not EnterpriseName.objects.exists()
    events = Event.objects.filter(kind__in=["enterprise.restored", "enterprise.removed"])
    assert {event.kind: event.data["import"] for event in events} == {
        "enterprise.restored": batch.pk,
        "enterprise.removed": batch.pk,
    }
    with pytest.raises(flow.Refused, match="现在不能撤销"):
        flow.undo(batch, by=officer)
    assert applied(officer, line(2, place="东片区")).new == 1


def test_firms_used_since_are_kept_and_named(officer):
    clerk = factories.person("clerk", "intake_clerk")
    batch = applied(officer, *(line(n, place="东片区") for n in (1, 2, 3, 4)))
    one, two, three, _four = Enterprise.objects.order_by("uscc")
    firm_flow.add_member(one, factories.person("zhou"), by=clerk)
    factories.steward(two, factories.person("lu"))
    firm_flow.change_name(three, "改过的名", by=CLOCK)
    batch = undone(batch, officer)
    assert batch.kept == 3
    assert set(Enterprise.objects.all()) == {one, two, three}
    assert {row.name: row.kept for row in batch.rows.exclude(kept=[])} == {
        one.name: ["used"], two.name: ["used"], "太仓乌有3号有限公司": ["used"]
    }  # fmt: skip


def test_a_new_firm_changed_since_is_kept(officer):
    batch = applied(officer, line(1, place="东片区"))
    Enterprise.objects.update(name="改过的名")
    batch = undone(batch, officer)
    assert [row.kept for row in batch.rows.all()] == [["name"]]
    assert Enterprise.objects.get().name == "改过的名"


def test_columns_changed_since_stay_and_the_others_come_back(officer):
    firm = factories.firm(1, name="旧名", registered_capital=100)
    batch = applied(officer, line(1, "新名", "200"))
    Enterprise.objects.filter(pk=firm.pk).update(registered_capital=300)
    batch = undone(batch, officer)
    assert firm_facts(firm)[:2] == ("旧名", 300)
    assert [row.kept for row in batch.rows.all()] == [["registered_capital"]]
    assert Event.objects.get(kind="enterprise.restored").data["fields"] == ["name"]


def test_an_earlier_import_can_be_undone_after_the_same_file_came_again(officer):
    batch = applied(officer, line(1, place="东片区"))
    checked(officer, line(1, place="东片区"))
    assert undone(batch, officer).kept == 0
    assert not Enterprise.objects.exists()
    assert FirmImportRow.objects.filter(enterprise=None).count() == 2


def test_a_dropped_import_leaves_no_rows(officer):
    batch = checked(officer, line(1, place="东片区"))
    batch = flow.drop(batch, by=officer)
    assert (batch.state, batch.samples, batch.rows.count()) == ("dropped", [], 0)
    for verb in (flow.apply, flow.undo, flow.drop):
        with pytest.raises(flow.Refused):
            verb(batch, by=officer)


def test_the_worker_has_nothing_to_do_in_one_query(officer, django_assert_num_queries):
    checked(officer, line(1, place="东片区"))
    with django_assert_num_queries(3):  # begin, look, end
        assert work.carry_on() == 0
