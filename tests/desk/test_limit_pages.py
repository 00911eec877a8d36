"""The administrator's pages on SLA tables and ladders: looked at first, then changed; others don't find them."""

from datetime import timedelta

import pytest

from portal.deadlines import revising
from portal.deadlines.models import Following, LadderRung, SlaChoice, SlaRule, SlaTable
from portal.deadlines.obligations import ObligorKind
from portal.deadlines.rules import rule_under
from portal.desk.limits.words import Change
from portal.people.models import User
from portal.trail.models import Event
from portal.worktime import clock, words
from portal.worktime.calendar import calendar
from portal.worktime.limits import SHANGHAI
from requests.models import Category
from tests.requests import factories as make


@pytest.fixture
def admin(town, client):
    client.force_login(town.administrator)
    return client


def tomorrow():
    return clock.now().astimezone(SHANGHAI).date() + timedelta(days=1)


def coordination() -> SlaRule:
    return SlaRule.objects.get(reference="SLA-4")


def test_a_new_version_is_shown_with_what_it_would_move_before_it_is_made(town, admin) -> None:
    ticket = make.handling(town)
    typed = {"limit_kind": "working_days", "amount": 3, "valid_from": tomorrow(), "source": "演练文件"}
    looked = admin.post(f"/admin/limits/rules/{coordination().pk}/", typed)
    said = looked.content.decode()
    assert ticket.number in said
    assert "在走的不变" in said
    assert SlaRule.objects.filter(reference="SLA-4").count() == 1
    admin.post(f"/admin/limits/rules/{coordination().pk}/", {**dict(looked.context["sent"]), "confirmed": "1"})
    version = SlaRule.objects.get(reference="SLA-4", valid_from=tomorrow())
    assert (version.amount, version.source) == (3, "演练文件")
    assert ticket.deadlines.get(obligation="handle").limit_amount == 15
    assert f"办理，{version.table.name}，15 个工作日 → 3 个工作日" in admin.get("/admin/limits/").content.decode()
    admin.post(f"/admin/limits/rules/{version.pk}/withdraw/")
    admin.post(f"/admin/limits/rules/{version.pk}/withdraw/")  # the second click finds nothing
    assert coordination().amount == 15


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"valid_from": "2020-01-01"}, "不能早于今天"),
        ({"valid_from": "9999-12-31"}, "一年以内"),
        ({"amount": 15}, "没有要改的"),
    ],
)
def test_what_would_be_refused_is_not_shown_first_as_if_it_could_be_made(admin, wrong, complaint) -> None:
    typed = {"limit_kind": "working_days", "amount": 3, "valid_from": tomorrow(), "source": "演练文件"} | wrong
    answer = admin.post(f"/admin/limits/rules/{coordination().pk}/", typed)
    assert answer.status_code == 422
    assert complaint in answer.content.decode()


def test_a_second_version_of_the_same_day_is_refused_at_the_first_step(admin, town) -> None:
    typed = {"limit_kind": "working_days", "valid_from": tomorrow(), "source": "演练文件"}
    present = coordination()
    revising.revise_rule(present, by=town.administrator, amount=3, **typed)
    answer = admin.post(f"/admin/limits/rules/{present.pk}/", typed | {"amount": 4})
    assert answer.status_code == 422
    assert "已经有一个新版本" in answer.content.decode()


def test_a_missing_number_and_a_missing_day_are_named_together(admin) -> None:
    typed = {"limit_kind": "working_days", "amount": "", "valid_from": "", "source": "演练文件"}
    form = admin.post(f"/admin/limits/rules/{coordination().pk}/", typed).context["form"]
    assert set(form.errors) == {"amount", "valid_from"}


def test_a_rule_for_all_matters_is_headed_by_its_name_alone(admin) -> None:
    of_all = admin.get(f"/admin/limits/rules/{coordination().pk}/")
    assert of_all.context["heading"] == "办理"
    of_some = SlaRule.objects.get(table=coordination().table, obligation="handle", kind="consultation")
    assert admin.get(f"/admin/limits/rules/{of_some.pk}/").context["heading"] == "办理，咨询"


def test_where_nothing_would_move_no_list_is_announced(admin) -> None:
    typed = {"limit_kind": "working_days", "amount": 3, "valid_from": tomorrow(), "source": "演练文件"}
    said = admin.post(f"/admin/limits/rules/{coordination().pk}/", typed).content.decode()
    assert "现在没有在走的时限" in said
    assert "下面是" not in said


def test_running_ones_are_given_the_new_rule_on_a_page_of_its_own(town, admin) -> None:
    ticket = make.handling(town)
    SlaRule.objects.filter(pk=coordination().pk).update(amount=9)  # as if the version had come into force
    version = coordination()
    SlaRule.objects.create(
        table=version.table,
        reference="SLA-4",
        obligation="handle",
        limit_kind="working_days",
        amount=4,
        valid_from=tomorrow() - timedelta(days=1),
    )
    assert "会变" in admin.get("/admin/limits/apply/handle/").content.decode()
    assert ticket.deadlines.get(obligation="handle").limit_amount == 15
    page = admin.post("/admin/limits/apply/handle/", follow=True)
    assert ticket.number in page.content.decode()
    assert ticket.title not in page.content.decode()  # no business content (SEC-1)
    assert ticket.deadlines.get(obligation="handle").limit_amount == 4
    assert "回时限表" in admin.post("/admin/limits/apply/handle/", follow=True).content.decode()  # nothing left to move
    assert admin.get("/admin/limits/apply/gardening/").status_code == 404


def exception(**given: object) -> dict[str, object]:
    typed = {"obligation": "handle", "kind": "coordination", "complexity": "", "limit_kind": "working_days"}
    return {**typed, "amount": 7, "valid_from": tomorrow(), "source": "演练文件", **given}


def test_an_exception_is_shown_with_what_it_would_move_before_it_is_made(town, admin) -> None:
    """Of two running ones it moves only the one it is for."""
    meant, other = make.handling(town), make.handling(town, kind="consultation")
    table = SlaTable.objects.get(is_default=True)
    address = f"/admin/limits/tables/{table.code}/new/"
    assert "先看会变什么" in admin.get(address).content.decode()
    looked = admin.post(address, exception())
    said = looked.content.decode()
    assert meant.number in said
    assert other.number not in said
    assert "1 件会变" in said
    assert f"办理，协调（{table.name}）：7 个工作日" in said
    assert not SlaRule.objects.filter(kind="coordination").exists()
    made = admin.post(address, {**dict(looked.context["sent"]), "confirmed": "1"}, follow=True)
    assert "起用" in made.content.decode()
    assert SlaRule.objects.get(kind="coordination").amount == 7
    assert meant.deadlines.get(obligation="handle").limit_amount == 15  # running ones stay as they are
    again = admin.post(address, {**dict(looked.context["sent"]), "confirmed": "1"})  # the second click
    assert (again.status_code, "已经有这一条" in again.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"valid_from": "2020-01-01"}, "不能早于今天"),
        ({"amount": 99999}, "请写 1 到 10000 的整数"),
        ({"amount": 501}, "数值填 1 到 500"),
        ({"amount": ""}, "请写 1 到 10000 的整数"),
        ({"kind": "", "complexity": "ordinary"}, "已经有这一条"),
    ],
)
def test_an_exception_that_would_be_refused_is_not_shown_first(admin, wrong, complaint) -> None:
    answer = admin.post("/admin/limits/tables/1-3-5/new/", exception(**wrong))
    assert (answer.status_code, complaint in answer.content.decode()) == (422, True)


def test_whoever_goes_back_from_the_second_step_finds_what_he_typed(town, admin) -> None:
    choice = {"table": SlaTable.objects.get(code="2-10").pk, "category": "talent", "complexity": ""}
    day = {"first": tomorrow(), "last": tomorrow(), "working": "0", "name": "停电", "reason": "线路检修"}
    for address, typed, name in (
        ("/admin/limits/tables/1-3-5/new/", exception(), "amount"),
        ("/admin/limits/choices/new/", {**choice, "valid_from": tomorrow()}, "category"),
        (f"/admin/limits/rules/{coordination().pk}/", exception(), "amount"),
        ("/admin/calendar/days/", day, "reason"),
    ):
        looked = admin.post(address, typed)
        assert 'name="again"' in looked.content.decode(), address
        back = admin.post(address, {**dict(looked.context["sent"]), "again": "1"})
        assert back.status_code == 200, address
        assert str(back.context["form"][name].value()) == str(typed[name]), address
        assert not back.context["form"].errors


def test_a_case_without_a_rule_gets_one_and_a_table_is_chosen(town, admin) -> None:
    typed = exception(kind="complaint", confirmed="1")
    admin.post("/admin/limits/tables/2-10/new/", typed)
    table = SlaRule.objects.get(kind="complaint").table
    assert table.code == "2-10"
    choice = {"table": table.pk, "category": town.category.code, "complexity": "", "valid_from": tomorrow()}
    admin.post("/admin/limits/choices/new/", choice | {"confirmed": "1"})
    made = SlaChoice.objects.get()
    assert (made.table, made.category) == (table, town.category.code)
    assert f"{town.category.name}，{table.name}，{tomorrow()} 起" in admin.get("/admin/limits/").content.decode()
    admin.post(f"/admin/limits/choices/{made.pk}/withdraw/")
    assert not SlaChoice.objects.exists()


def test_what_was_withdrawn_is_named_with_its_case(admin) -> None:
    admin.post("/admin/limits/tables/malu/new/", exception(confirmed="1"))
    admin.post(f"/admin/limits/rules/{SlaRule.objects.latest('pk').pk}/withdraw/")
    page = admin.get("/admin/limits/").content.decode()
    assert page.count(f"办理，协调，马陆流程，7 个工作日，{tomorrow()} 起") == 2  # added, withdrawn


def test_what_was_noted_before_names_were_kept_is_still_told() -> None:
    old = {"category": "", "complexity": "", "valid_from": "2026-11-25"}
    assert Change(Event(kind="table.chosen", data=old), {}).detail == "所有，2026-11-25 起"


def ladder_form(kind: str) -> dict[str, object]:
    rungs = list(LadderRung.objects.filter(obligor_kind=kind).order_by("number"))
    form: dict[str, object] = {"step-TOTAL_FORMS": len(rungs) + 1, "step-INITIAL_FORMS": len(rungs)}
    for n, rung in enumerate(rungs):
        form |= {f"step-{n}-key": rung.pk, f"step-{n}-anchor": rung.anchor, f"step-{n}-tells": rung.tells}
        form[f"step-{n}-working_days"] = rung.working_days or ""
    return form


def test_a_ladder_is_edited_as_a_whole_and_open_deadlines_follow(town, admin) -> None:
    ticket = make.handling(town)
    keys = set(LadderRung.objects.values_list("pk", flat=True))
    form = ladder_form("department") | {"step-2-working_days": 2}
    form |= {"step-5-anchor": "after", "step-5-working_days": 8, "step-5-tells": ["leader"]}
    admin.post("/admin/ladders/department/", form)
    rungs = list(LadderRung.objects.filter(obligor_kind="department").order_by("number"))
    assert [rung.working_days for rung in rungs] == [0, 0, 2, 3, 5, 8]
    assert len({rung.pk for rung in rungs} - keys) == 1  # who was edited is still himself
    assert len(ticket.deadlines.get(obligation="handle").rung_times) == 6
    assert Following.objects.get().finished_at is not None
    later = "超期 1 个工作日告诉中心督查员 改为 超期 2 个工作日告诉中心督查员"
    assert f"责任单位：{later}；加上 超期 8 个工作日告诉镇领导" in admin.get("/admin/ladders/").content.decode()
    admin.post("/admin/ladders/department/", ladder_form("department") | {"step-5-anchor": ""})
    assert LadderRung.objects.filter(obligor_kind="department").count() == 5
    assert "责任单位：去掉 超期 8 个工作日告诉镇领导" in admin.get("/admin/ladders/").content.decode()


@pytest.mark.parametrize("kind", ObligorKind.values)
def test_a_ladder_sent_off_as_it_was_changes_nothing(admin, kind) -> None:
    page = admin.post(f"/admin/ladders/{kind}/", ladder_form(kind), follow=True).content.decode()
    assert "和现行的一样，没有改动" in page
    assert not Following.objects.exists()


@pytest.mark.parametrize("amount", ["-5", "0", "2.5", "10001"])
def test_a_number_that_is_no_limit_is_refused_by_the_portals_own_sentence(admin, amount) -> None:
    address = f"/admin/limits/rules/{coordination().pk}/"
    assert '<form method="post" novalidate>' in admin.get(address).content.decode()
    typed = {"limit_kind": "working_days", "amount": amount, "valid_from": tomorrow(), "source": "演练文件"}
    refused = admin.post(address, typed)
    assert refused.status_code == 422
    assert "请写 1 到 10000 的整数。" in refused.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"step-0-tells": ["everybody"]},
        {"step-0-anchor": "never"},
        {"step-0-anchor": "after", "step-0-working_days": ""},
        {"step-0-anchor": "after", "step-0-working_days": "-4"},
        {"step-0-tells": []},
        {"step-0-key": "999999"},
        {"step-TOTAL_FORMS": "5000"},
        {"step-TOTAL_FORMS": "x"},
    ],
)
def test_a_ladder_typed_wrongly_changes_nothing(admin, wrong) -> None:
    before = list(LadderRung.objects.order_by("pk").values())
    assert admin.post("/admin/ladders/department/", ladder_form("department") | wrong).status_code == 422
    assert list(LadderRung.objects.order_by("pk").values()) == before
    assert admin.get("/admin/ladders/nobody/").status_code == 404


def test_what_is_wrong_in_a_ladder_is_said_once_at_its_field_and_summed_up_on_top(admin) -> None:
    wrong = {f"step-{n}-{name}": value for n in (0, 1) for name, value in (("anchor", "after"), ("working_days", "-4"))}
    page = admin.post("/admin/ladders/department/", ladder_form("department") | wrong).content.decode()
    assert "写超期几个工作日" not in page
    for n in (0, 1):  # each names its rung: two equal lines would be one too many
        assert f'<a href="#id_step-{n}-working_days">第 {n + 1} 级 超期工作日：请写整数' in page


def test_the_tables_page_costs_the_same_however_many_rules_and_choices(admin, django_assert_max_num_queries) -> None:
    admin.get("/admin/limits/")
    rule = coordination()
    for n in range(3):
        SlaChoice.objects.create(table=rule.table, category=f"c{n}", complexity="", valid_from=tomorrow())
    with django_assert_max_num_queries(12):
        assert admin.get("/admin/limits/").status_code == 200


def test_the_part_of_a_co_handler_hangs_on_the_tables_number(town, admin) -> None:
    """SLA-16 is the administrator's as well: three working days before the lead's due time."""
    SlaRule.objects.filter(reference="SLA-16").update(amount=3)
    ticket = make.handling(town, co=[town.police])
    lead, part = (ticket.deadlines.get(obligation=code) for code in ("handle", "co_handle"))
    assert calendar().working_days_between(words.local_day(part.due_at), words.local_day(lead.due_at)) == 3


def test_a_limit_that_moved_is_told_in_the_tickets_story_to_officials_alone(town, admin) -> None:
    ticket = make.handling(town)
    SlaRule.objects.create(
        table=coordination().table,
        reference="SLA-4",
        obligation="handle",
        limit_kind="working_days",
        amount=4,
        valid_from=tomorrow() - timedelta(days=1),
    )
    admin.post("/admin/limits/apply/handle/")
    for user, told in ((town.handler, True), (town.enterprise_member, False)):
        admin.force_login(user)
        assert ("办理的时限重算" in admin.get(f"/tickets/{ticket.number}/").content.decode()) is told


def test_the_usual_table_is_changed_like_any_other_and_says_first_what_would_move(town, admin) -> None:
    """Everything left at “all”: what holds where nothing else was chosen; the complete table still fills its gaps."""
    ticket = make.handling(town)
    table = SlaTable.objects.get(code="2-10")
    said = {"table": table.pk, "category": "", "complexity": "", "valid_from": tomorrow()}
    page = admin.post("/admin/limits/choices/new/", said).content.decode()
    assert ticket.number in page
    assert ticket.title not in page  # no business content (SEC-1)
    assert not SlaChoice.objects.exists()
    admin.post("/admin/limits/choices/new/", said | {"confirmed": "1"})
    SlaChoice.objects.update(valid_from=words.local_day(clock.now()))
    rule = rule_under("handle", {"kind": "coordination"}, at=clock.now())
    assert (rule.table, rule.amount) == (table, 10)
    assert rule_under("revisit", {}, at=clock.now()).table.is_default
    tables = admin.get("/admin/limits/")
    assert tables.context["usual"] == table
    assert tables.content.decode().count(">默认<") == 1


def test_a_table_of_a_category_is_told_in_the_readers_language(town, admin) -> None:
    User.objects.filter(pk=town.administrator.pk).update(language="en")
    choice = {"table": SlaTable.objects.get(code="2-10").pk, "category": "talent", "complexity": ""}
    typed = {**choice, "valid_from": tomorrow()}
    said = admin.post("/admin/limits/choices/new/", typed).content.decode()
    category = Category.objects.get(code="talent")
    assert category.name_en in said
    assert category.name not in said
