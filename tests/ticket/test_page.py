"""The record: what either side reads on it, who reaches it, and what it costs."""

from datetime import timedelta

import pytest

from enterprises.models import Member
from portal.people.models import Membership
from requests import flow
from requests.models import Ticket, TicketDeadline
from requests.notices import alerts
from requests.story import Line
from requests.story.folding import Folded, folded
from tests.requests.factories import (
    AT,
    MONDAY,
    closed,
    confirming,
    dispatched,
    filed,
    fresh,
    handling,
    moment,
    rejected,
    revisiting,
    signoff,
)

pytestmark = pytest.mark.django_db

NOTE = "内部：先别答应工期"
REPLY = "周三上午到现场"
LATER = moment("2026-11-11 10:00")


def text_of(response):
    return response.content.decode()


@pytest.fixture
def talked(town):
    """In handling, with a word to the firm, a note among officials, and a co-handler's opinion."""
    ticket = handling(town, co=[town.police], opinions=True)
    flow.write(ticket, by=town.handler, text=REPLY, at=LATER)
    flow.write(ticket, by=town.handler, text=NOTE, audience="office", at=LATER + timedelta(minutes=1))
    return fresh(ticket)


def test_reminders_in_a_row_are_one_line_that_opens_and_nothing_else_is_folded():
    def line(kind, minute):
        return Line(at=MONDAY + timedelta(minutes=minute), who="", what="", kind=kind)

    rungs = [line(alerts.RUNG, n) for n in (9, 8, 7)]
    story = [line("ticket.urged", 10), *rungs, line("ticket.written", 6), line(alerts.RUNG, 5), line(alerts.RUNG, 4)]
    urged, fold, *others = folded(story)
    assert fold == Folded(rungs)
    assert (fold.first, fold.last) == (rungs[2], rungs[0])
    assert [urged, *others] == [story[0], *story[4:]]


# Either side -----------------------------------------------------------------------------------------------------


def test_nothing_internal_reaches_the_firm_under_any_tab(town, as_, talked):
    desk = as_(town.enterprise_member)
    for tab in ("all", "firm", "internal", "files", "trail", "nonsense"):
        shown = text_of(desk.see(talked, tab=tab))
        assert NOTE not in shown
        assert "已查排口" not in shown  # the co-handler's opinion
        assert "企业看不到" not in shown
        assert "office" not in shown


def test_the_official_reads_both(town, as_, talked):
    shown = text_of(as_(town.handler).see(talked))
    assert NOTE in shown
    assert REPLY in shown
    assert "已查排口" in shown


def test_a_result_that_is_not_signed_yet_is_internal(town, as_):
    ticket = signoff(town)
    assert "已疏通管网" not in text_of(as_(town.enterprise_member).see(ticket))
    assert "已疏通管网" in text_of(as_(town.department_head).see(ticket))


def test_the_dispatch_instruction_is_not_the_firms(town, as_):
    ticket = AT["triaging"](town)
    ticket = flow.dispatch(
        ticket,
        by=town.triager,
        kind="coordination",
        complexity="ordinary",
        category=town.category,
        lead=town.housing,
        instruction="注意上次的承诺",
        at=ticket.filed_at + timedelta(hours=1),
    )
    assert "注意上次的承诺" not in text_of(as_(town.enterprise_member).see(ticket))
    assert "注意上次的承诺" in text_of(as_(town.handler).see(ticket))


def test_an_official_is_the_firms_side_of_his_own_case(town, as_, talked):
    shown = text_of(as_(town.member_official).see(talked))
    assert NOTE not in shown
    assert 'name="audience"' not in shown


def test_the_tabs_narrow_the_story(town, as_, talked):
    desk = as_(town.handler)
    firm, internal = text_of(desk.see(talked, tab="firm")), text_of(desk.see(talked, tab="internal"))
    assert (REPLY in firm, NOTE in firm) == (True, False)
    assert (REPLY in internal, NOTE in internal) == (False, True)


def test_the_trail_has_every_step_with_its_right(town, as_, talked):
    table = text_of(as_(town.handler).see(talked, tab="trail")).split("<tbody>")[1].split("</tbody>")[0]
    assert table.count("<tr>") == 8
    assert "住建局 承办人" in table
    assert NOTE not in table  # what was done, not what was said


def test_the_firm_sees_holder_due_time_and_one_named_person_with_phone(town, as_):
    shown = text_of(as_(town.enterprise_member).see(handling(town)))
    assert "住建局 " + town.handler.name + "在办" in shown
    assert "12月1日(周二)17:00 前" in shown
    assert town.steward.name in shown
    assert f"tel:{town.steward.phone}" in shown


def test_the_line_tells_who_was_there_when_and_how_long(town, as_):
    line = as_(town.handler).see(handling(town)).context["line"]
    intake, triage = line.stations[0], line.stations[1]
    assert (intake.who, intake.lines) == (town.intake_clerk.name, ["11月9日 09:10", "10 分钟首次响应"])
    assert (triage.who, triage.lines) == (town.triager.name, ["11月9日 10:00", "用时 50 分钟"])
    assert line.stations[4].lines == ["企业确认", "送达后 3 个工作日内"]
    assert line.stations[5].lines == ["中心回访", "确认后 5 个工作日内"]


def test_a_rejected_matter_says_why_and_where_to_go(town, as_):
    shown = text_of(as_(town.enterprise_member).see(rejected(town)))
    assert str(town.not_ours) in shown
    assert "向受理法院反映" in shown
    assert "送达后" not in shown  # no stations ahead are promised


@pytest.mark.parametrize("status", list(AT))
def test_the_page_stands_in_every_status_for_everybody(town, as_, status):
    ticket = AT[status](town)
    for who in (town.enterprise_member, town.leader, town.supervisor, town.steward):
        shown = as_(who).see(ticket)
        assert ticket.title in text_of(shown)
        assert shown.context["next"].sentence


# Telephone numbers (SEC-3) ---------------------------------------------------------------------------------------

FULL, MASKED = "138 0000 0001", "138 **** 0001"


def test_the_number_is_whole_for_whoever_has_the_task(town, as_):
    ticket = handling(town, co=[town.police])
    for who in (town.handler, town.department_head, town.intake_clerk, town.steward, town.enterprise_member):
        shown = text_of(as_(who).see(ticket))
        assert (FULL in shown, MASKED in shown) == (True, False), who
    for who in (town.triager, town.leader, town.police_handler):
        shown = text_of(as_(who).see(ticket))
        assert (FULL in shown, MASKED in shown) == (False, True), who


# Buttons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "who", "says"),
    [
        ("received", "intake_clerk", "受理，"),
        ("triaging", "triager", "研判，转交主办部门"),
        ("assigned", "handler", "签收，15 个工作日内办结"),
        ("assigned", "department_head", "签收，指定承办人"),
        ("handling", "handler", "填写办理结果，送签批"),
        ("signoff", "department_head", "同意，送企业"),
        ("revisiting", "revisitor", "打电话回访，记下结果"),
        ("incomplete", "enterprise_member", "补充材料，继续办理"),
        ("confirming", "enterprise_member", "确认办好了"),
    ],
)
def test_one_filled_button_names_act_and_effect(town, as_, status, who, says):
    head = text_of(as_(town.people[who]).see(AT[status](town))).split('class="sx-next"')[1].split('class="sx-body"')[0]
    filled = head.split('class="sx-do"')[1:]
    assert len(filled) == 1
    assert says in filled[0].split("</a>" if "</a>" in filled[0][:400] else "</button>")[0]


def test_a_result_that_would_be_refused_is_not_put_forward(town, as_):
    desk = as_(town.handler)
    waiting = text_of(desk.see(handling(town, co=[town.police])))
    assert "还缺执法局的协办意见，意见到了就能报结果" in waiting
    assert 'class="sx-do" href' not in waiting


def test_nobody_without_a_part_gets_a_button(town, as_):
    shown = as_(town.grid_member).see(handling(town))
    assert not shown.context["next"].any
    assert "tk-compose" not in text_of(shown)


# Parts and limits ------------------------------------------------------------------------------------------------


def test_each_part_has_its_clock_and_how_it_was_reckoned(town, as_):
    ticket = handling(town, co=[town.police], given_urgency="urgent")
    rows = as_(town.handler).see(ticket).context["parts"]
    assert [(row["part"].department, row["lead"]) for row in rows] == [(town.housing, True), (town.police, False)]
    assert rows[0]["basis"] == "协调 15 个工作日，紧急减半为 8 个工作日"
    assert rows[0]["steps"][0] == "11月10日(周二)：开始，当天不计"
    assert rows[0]["steps"][-1] == "11月20日(周五)：第 8 个工作日"


def test_a_day_reckoned_without_its_years_notice_is_marked(town, as_):
    ticket = handling(town)
    assert "暂定" not in text_of(as_(town.enterprise_member).see(ticket))
    TicketDeadline.objects.filter(subject=ticket, obligation="handle").update(provisional=True)
    for user in (town.handler, town.enterprise_member):
        assert text_of(as_(user).see(ticket)).count("暂定") >= 2  # beside what is next, and among the limits


def test_the_firm_is_not_told_the_reckoning_nor_the_checklist(town, as_):
    shown = as_(town.enterprise_member).see(handling(town))
    assert shown.context["parts"][0]["steps"] == []
    assert shown.context["checklist"] == []


def test_the_checklist_counts_what_is_missing(town, as_):
    context = as_(town.handler).see(handling(town)).context
    assert context["lacking"] == len([item for item in context["checklist"] if not item.there]) == 4


# Who reaches it, and until when -----------------------------------------------------------------------------------


def test_for_strangers_it_is_not_there(town, as_):
    ticket = handling(town)
    for who in (town.other_member, town.former_member, town.economy_handler, town.former_handler, town.nobody):
        desk = as_(who)
        shown = {what: desk.see(ticket, what).status_code for what in ("", "panel/", "receipt/", "write/")}
        assert set(shown.values()) == {404}, (who, shown)


def test_the_visitor_signs_in_first(client, town):
    response = client.get(f"/tickets/{filed(town).number}/")
    assert response.status_code == 302
    assert "next=/tickets/" in response["Location"]


def test_the_co_handler_sees_it_until_his_part_ends(town, as_):
    ticket = signoff(town, co=[town.police])
    desk = as_(town.police_handler)
    assert desk.see(ticket).status_code == 200
    flow.sign_off(ticket, by=town.department_head, at=ticket.filed_at + timedelta(days=2, hours=1))
    assert desk.see(ticket, "panel/").status_code == 404
    assert ticket.title not in text_of(desk.see(ticket))  # his own part is all that is left (test_after)


def test_an_ended_membership_ends_access_with_the_next_click(town, as_):
    ticket, desk = filed(town), as_(town.enterprise_member)
    assert desk.see(ticket).status_code == 200
    Member.objects.filter(user=town.enterprise_member).update(until=MONDAY)
    assert desk.see(ticket).status_code == 404


def test_an_ended_office_ends_access_with_the_next_click(town, as_):
    ticket, desk = dispatched(town), as_(town.colleague)
    assert desk.see(ticket).status_code == 200
    Membership.objects.filter(user=town.colleague).update(until=MONDAY)
    assert desk.see(ticket).status_code in (302, 404)  # signed out with the loss of the role, or not there


def test_other_tickets_are_only_those_he_may_read(town, as_):
    shown, hidden = handling(town, title="这件能看"), filed(town, title="这件还在中心")
    others = as_(town.handler).see(dispatched(town)).context["others"]
    assert [other["ticket"].pk for other in others] == [shown.pk]
    assert Ticket.objects.filter(pk=hidden.pk).exists()


# Cost -------------------------------------------------------------------------------------------------------------

# Session, person, rights, the ticket with its clocks and parts, the story, the checklist, the limits.


def chatty(town, count):
    ticket = handling(town, co=[town.police, town.economy][: max(count - 1, 1)])
    for n in range(count):
        at = LATER + timedelta(minutes=n)
        flow.write(ticket, by=town.handler, text=f"第 {n} 句", at=at)
        flow.write(ticket, by=town.handler, text=f"内部 {n}", audience="office", at=at)
        flow.urge(ticket, by=town.enterprise_member, text="快", at=at + timedelta(days=n))
        filed(town)
    return ticket


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_words(town, as_, django_assert_num_queries, count):
    ticket, desk = chatty(town, count), as_(town.handler)
    desk.see(ticket)  # warms what is read once per process
    with django_assert_num_queries(40):
        desk.see(ticket)


@pytest.mark.parametrize("count", [1, 3])
def test_so_does_the_panel(town, as_, django_assert_num_queries, count):
    ticket, desk = chatty(town, count), as_(town.handler)
    desk.see(ticket, "panel/")
    with django_assert_num_queries(24):
        desk.see(ticket, "panel/")


def test_closed_and_revisited_show_what_was_said(town, as_):
    for ticket in (confirming(town), revisiting(town), closed(town)):
        assert "已疏通管网" in text_of(as_(town.enterprise_member).see(ticket))
