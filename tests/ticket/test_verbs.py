"""Every verb through its form: the act, the words after it, the refusal that keeps what was typed."""

import json
from datetime import timedelta

import pytest
from django.utils.html import escape

from portal.worktime import clock
from requests import stages
from requests.done import DONE
from requests.done_in_confidence import IN_CONFIDENCE
from requests.forms.verbs import FORMS
from requests.models import Comment, Ticket
from tests.requests import factories
from tests.requests.factories import AT, accepted, confirming, dispatched, filed, fresh, handling, incomplete

pytestmark = pytest.mark.django_db


def text_of(response):
    return response.content.decode()


def said_on(desk, response):
    """The toast of the page one is led to."""
    assert response.status_code == 303, text_of(response)[:2000]
    return str(next(iter(desk.get(response["Location"]).context["messages"])))


def test_every_verb_of_a_person_has_its_form_and_its_words():
    people = {verb for verb, (_from, _to, who) in stages.TRANSITIONS.items() if who != (stages.CLOCK,)}
    assert set(FORMS) == people
    assert set(DONE) | set(IN_CONFIDENCE) == people


def order(town, **given):
    """A triage form filled in."""
    typed = {"kind": "coordination", "complexity": "ordinary", "category": town.category.pk, "urgency": "ordinary"}
    return typed | {"lead": town.housing.pk} | given


# verb: (who, in which status, what is typed, where it leads, the first words after it)
WALK = {
    "accept": ("intake_clerk", "received", {}, "triaging", "已受理，企业会收到通知"),
    "ask_supplement": ("intake_clerk", "received", {"items": "进水照片"}, "incomplete", "已请企业补正"),
    "supplement": ("enterprise_member", "incomplete", {"answer": "照片在这"}, "received", "已补充，接着办"),
    "reject": ("intake_clerk", "received", None, "rejected", "不予受理，企业已收到通知"),
    "withdraw": ("enterprise_member", "triaging", {"reason": "好了"}, "withdrawn", "已撤回，不再办理"),
    "dispatch": ("triager", "triaging", None, "assigned", "已转交住建局，企业会收到通知"),
    "take": ("handler", "assigned", {}, "handling", "已签收，企业会收到通知"),
    "name_handler": ("department_head", "assigned", None, "assigned", "已指定东郭顺子承办，本人会收到通知"),
    "log_contact": ("handler", "handling", {"text": "约了周三"}, "handling", "已登记，企业能看到"),
    "report": ("handler", "handling", {"kind": "solved", "text": "通了"}, "signoff", "结果已报，负责人已收到通知"),
    "sign_off": ("department_head", "signoff", {}, "confirming", "已签批，结果已送企业"),
    "send_back": ("department_head", "signoff", {"reason": "缺照片"}, "handling", "已退回承办人修改"),
    "confirm": ("enterprise_member", "confirming", {"overall": "5"}, "revisiting", "已确认办好"),
    "dispute": ("enterprise_member", "confirming", {"reason": "还堵"}, "handling", "已记下没办好，交回部门"),
    "record_revisit": (
        "revisitor",
        "revisiting",
        {"reached": "yes", "real": "yes", "overall": "4"},
        "closed",
        "已记下回访，这件办结",
    ),
    "urge": ("enterprise_member", "handling", {"text": "请抓紧"}, "handling", "已催办，经办人和负责人已收到提醒"),
    "write": ("handler", "handling", {"text": "周三来", "audience": "firm"}, "handling", "已发送"),
}


def typed_for(verb, town):
    if verb == "reject":
        return {"item": town.not_ours.pk, "go_to": "向受理法院反映"}
    if verb == "dispatch":
        return order(town)
    if verb == "name_handler":
        return {"handler": town.colleague.pk}
    return WALK[verb][2]


@pytest.mark.parametrize("verb", list(WALK))
def test_the_form_is_shown_and_does_the_verb(town, as_, verb):
    who, status, _typed, after, words = WALK[verb]
    ticket, desk = AT[status](town), as_(town.people[who])
    page = desk.see(ticket, f"{verb}/")
    assert page.status_code == 200
    assert escape(page.context["form"].act()) in text_of(page)
    assert said_on(desk, desk.do(ticket, verb, **typed_for(verb, town))).split("\n")[0] == words
    assert fresh(ticket).status == after


def test_a_co_handler_gives_his_opinion(town, as_):
    ticket, desk = handling(town, co=[town.police]), as_(town.police_handler)
    assert said_on(desk, desk.do(ticket, "give_opinion", text="已查")) == "协办意见已提交\n由住建局汇总后报结果。"
    assert ticket.assignments.get(part="co").opinion == "已查"


def test_what_is_next_comes_with_its_due_time(town, as_):
    ticket, desk = dispatched(town), as_(town.handler)
    said = said_on(desk, desk.do(ticket, "take"))
    due = {d.obligation: d for d in fresh(ticket).open_deadlines}
    assert set(due) == {"handle", "contact"}
    assert said.count("17:00 前") == 2


def test_what_is_next_of_an_overdue_matter_names_no_day_that_is_past(town, as_, monkeypatch):
    ticket, desk = handling(town), as_(town.handler)
    late = fresh(ticket).deadlines.get(obligation="handle").due_at + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: late)
    said = said_on(desk, desk.do(ticket, "report", kind="solved", text="通了"))
    assert said.split("\n")[1] == "已超期，请马上签批送企业。"


# Refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "who", "verb", "typed", "sentence", "kept"),
    [
        ("received", "intake_clerk", "reject", {"go_to": "向法院"}, "请选不予受理清单里的一项。", "向法院"),
        ("received", "intake_clerk", "ask_supplement", {"items": " "}, "请一次写全要补的材料。", ""),
        ("incomplete", "enterprise_member", "supplement", {"answer": ""}, "请写下补充的内容，或上传材料。", ""),
        ("handling", "handler", "report", {"kind": "cannot", "text": "办不了"}, "请写书面答复。", "办不了"),
        ("handling", "handler", "report", {"text": "通了，没选"}, "请选办理结果。", "通了，没选"),
        ("confirming", "enterprise_member", "dispute", {"reason": ""}, "请写下哪里没办好，部门照着接着办。", ""),
        ("confirming", "enterprise_member", "confirm", {"text": "谢谢"}, "请先选总体满意吗，再评其他。", "谢谢"),
        ("revisiting", "revisitor", "record_revisit", {"reached": "yes", "text": "说还行"}, "总体评价", "说还行"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    town, as_, status, who, verb, typed, sentence, kept
):
    ticket = AT[status](town)
    response = as_(town.people[who]).do(ticket, verb, **typed)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert kept in text_of(response)
    assert fresh(ticket).status == status


def test_the_departments_of_a_cross_matter_are_asked_for(town, as_):
    ticket = accepted(town)
    response = as_(town.triager).do(ticket, "dispatch", **order(town, complexity="cross", instruction="一起去"))
    assert response.status_code == 422
    assert response.context["form"].errors["co"] == ["多跨事项至少要有一个协办部门。"]
    assert "一起去" in text_of(response)


def test_where_to_go_is_the_lists_own_word_unless_another_is_given(town, as_):
    ticket = filed(town)
    as_(town.intake_clerk).do(ticket, "reject", item=town.not_ours.pk, go_to="")
    assert fresh(ticket).end_reason == town.not_ours.go_to != ""


def test_a_missing_opinion_is_said_before_and_after(town, as_):
    ticket, desk = handling(town, co=[town.police]), as_(town.handler)
    assert "还缺执法局的协办意见，意见到了才能报结果。" in text_of(desk.see(ticket, "report/"))
    assert desk.do(ticket, "report", kind="solved", text="通了").status_code == 422


# Where it leads --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("", "/tickets/{number}/"),
        ("queue", "/queues/"),
        ("/queues/intake/#row-1", "/queues/intake/#row-1"),
        ("https://evil.example/", "/tickets/{number}/"),
        ("//evil.example/", "/tickets/{number}/"),
    ],
)
def test_back_to_where_the_person_came_from(town, as_, wanted, led):
    ticket = filed(town)
    response = as_(town.intake_clerk).do(ticket, "accept", next=wanted)
    assert response["Location"] == led.format(number=ticket.number)


def test_a_post_without_its_token_is_refused(town, as_):
    from django.test import Client

    ticket, desk = filed(town), Client(enforce_csrf_checks=True)
    desk.force_login(town.intake_clerk)
    assert desk.post(f"/tickets/{ticket.number}/accept/").status_code == 403
    assert fresh(ticket).status == stages.RECEIVED


# What the forms say ----------------------------------------------------------------------------------------------


def test_the_choices_are_reckoned_while_they_are_made(town, as_):
    ticket, desk = accepted(town), as_(town.triager)
    chosen = order(town, urgency="urgent", preview="1")
    shown = desk.do(ticket, "dispatch", **chosen)
    assert shown.status_code == 200
    assert "转交住建局，8 个工作日内办结" in text_of(shown)
    assert "，住建局签收" in text_of(shown)
    assert "，住建局办结" in text_of(shown)
    assert fresh(ticket).status == stages.TRIAGING


def test_nothing_is_promised_before_the_choice(town, as_):
    shown = text_of(as_(town.triager).see(accepted(town), "dispatch/"))
    assert "转交主办部门" in shown
    assert "签收<br>" not in shown


def test_who_closed_the_like_is_shown(town, as_):
    AT["closed"](town)
    ticket = accepted(town)
    assert "近 12 个月同类办结 1 件，1 件由住建局办。" in text_of(as_(town.triager).see(ticket, "dispatch/"))


def test_a_head_names_the_handler_while_taking(town, as_):
    ticket = dispatched(town)
    as_(town.department_head).do(ticket, "take", handler=town.colleague.pk)
    assert fresh(ticket).handler == town.colleague


def test_only_people_of_the_department_can_be_named(town, as_):
    ticket = dispatched(town)
    response = as_(town.department_head).do(ticket, "name_handler", handler=town.economy_handler.pk)
    assert response.status_code == 422
    assert fresh(ticket).handler is None


def test_what_is_confirmed_stands_above_the_form(town, as_):
    shown = text_of(as_(town.enterprise_member).see(confirming(town), "confirm/"))
    assert "已疏通管网" in shown
    assert "1、2 分按不满意处理" in shown


def test_whoever_calls_has_the_number_the_result_and_the_calls_before(town, as_, monkeypatch):
    ticket, desk = factories.revisiting(town), as_(town.revisitor)
    monkeypatch.setattr(clock, "now", lambda: factories.moment("2026-11-16 10:00"))  # when one calls
    desk.do(ticket, "record_revisit", reached="no", text="占线")
    shown = text_of(desk.see(ticket, "record_revisit/"))
    assert "tel:13800000001" in shown
    assert "已疏通管网" in shown
    assert "占线" in shown


def test_the_firm_sees_what_to_supply(town, as_):
    assert "进水照片" in text_of(as_(town.enterprise_member).see(incomplete(town), "supplement/"))


def test_a_firm_cannot_write_an_internal_note(town, as_):
    ticket = handling(town)
    as_(town.enterprise_member).do(ticket, "write", text="看看", audience="office")
    assert Comment.objects.get(text="看看").audience == "firm"


def test_a_dissatisfied_rating_says_what_happens(town, as_):
    ticket, desk = confirming(town), as_(town.enterprise_member)
    head, _line, rest = said_on(desk, desk.do(ticket, "confirm", overall="1")).partition("\n")
    assert head == "已记下企业不满意，重新办理"
    assert rest.startswith("住建局")
    assert rest.endswith("再办并答复。")


def test_a_result_of_a_second_assignment_always_needs_its_written_reply(town, as_):
    ticket = confirming(town)
    as_(town.enterprise_member).do(ticket, "confirm", overall="1")
    shown = as_(town.handler).see(ticket, "report/")
    assert shown.context["form"].always_written
    assert as_(town.handler).do(ticket, "report", kind="solved", text="通了").status_code == 422


# In the side panel -----------------------------------------------------------------------------------------------


def test_the_panel_has_the_form_of_the_next_act(town, as_):
    ticket = accepted(town)
    shown = text_of(as_(town.triager).see(ticket, "panel/", next="/queues/triage/"))
    assert f'hx-post="/tickets/{ticket.number}/dispatch/"' in shown
    assert ticket.description in shown
    assert shown.count('class="sx-do"') == 1
    assert "<html" not in shown


def test_done_in_the_panel_the_row_leaves_and_it_says_so(town, as_):
    ticket = accepted(town)
    response = as_(town.triager).panel(ticket, "dispatch", **order(town))
    assert response.status_code == 200
    assert json.loads(response["HX-Trigger"]) == {"sx:done": {"row": f"row-{ticket.number}"}}
    assert response["HX-Reswap"] == "none"
    assert "已转交住建局" in text_of(response)
    assert 'hx-swap-oob="beforeend:#toasts"' in text_of(response)


def test_refused_in_the_panel_the_panel_comes_back_with_the_form_as_typed(town, as_):
    ticket = accepted(town)
    response = as_(town.triager).panel(ticket, "dispatch", **order(town, lead="", instruction="一起去"))
    assert response.status_code == 422
    shown = text_of(response)
    assert "sx-panel__head" in shown
    assert "<html" not in shown
    assert "请选主办部门。" in shown
    assert "一起去" in shown


def test_another_act_opens_in_the_panel(town, as_):
    ticket = filed(town)
    url = f"/tickets/{ticket.number}/reject/"
    shown = text_of(as_(town.intake_clerk).get(url, {"panel": "1"}, headers={"HX-Request": "true"}))
    assert "sx-panel__head" in shown
    assert "<html" not in shown
    assert str(town.not_ours) in shown
    assert "先不办" in shown


def test_too_late_in_the_panel(town, as_):
    ticket, desk = accepted(town), as_(town.triager)
    desk.panel(ticket, "dispatch", **order(town))
    assert desk.panel(ticket, "dispatch", **order(town)).status_code == 409


def test_a_panel_without_an_act_still_shows_the_matter(town, as_):
    shown = text_of(as_(town.grid_member).see(factories.signoff(town), "panel/"))
    assert "看全部经过" in shown
    assert "<form" not in shown


def test_the_firms_panel_has_nothing_internal(town, as_):
    ticket = handling(town)
    as_(town.handler).do(ticket, "write", text="内部的话", audience="office")
    assert "内部的话" not in text_of(as_(town.enterprise_member).see(ticket, "panel/"))


def test_time_given_from_outside_is_ignored(town, as_):
    ticket = filed(town)
    as_(town.intake_clerk).do(ticket, "accept", at="2030-01-01T00:00:00")
    assert Ticket.objects.get(pk=ticket.pk).moved_at < ticket.filed_at + timedelta(days=365)
