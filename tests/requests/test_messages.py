"""Each person is told: who hears of what, in which words, and who no longer does (SEC-1, SEC-2)."""

from datetime import timedelta

import pytest

from enterprises.models import Member
from portal.outbox.delivery import deliver
from portal.outbox.models import Channel, Delivery, Message, State
from portal.people.models import Membership
from requests import flow
from requests.flow.feedback import Scores
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.factories import LONG_AGO, MONDAY
from tests.requests.loop_acts import CLERKS, HEADS
from tests.requests.loop_acts import MEMBERS as FIRM


@pytest.fixture(autouse=True)
def _in_that_week(time_machine):
    """Dates of another year are written with it."""
    time_machine.move_to(MONDAY + make.REVISITED)


def inbox(*keys):
    """Title's beginning → who got it, of the messages with these keys (of all, without any)."""
    deliver()
    assert set(Message.objects.values_list("state", flat=True)) <= {State.RENDERED}
    rows = Delivery.objects.filter(channel=Channel.INBOX).select_related("recipient")
    told = {}
    for row in rows.filter(message__key__in=keys) if keys else rows:
        told.setdefault(row.title.split("：")[0], set()).add(row.recipient.username)
    return told


def test_co_handlers_are_told_of_their_part(town):
    make.dispatched(town, co=[town.police])
    assert inbox()["新协办工单"] == {"police_handler"}


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ("received", CLERKS),
        ("triaging", {"triager"}),  # not `member_official`: his own case
        ("assigned", {"handler", "colleague"} | HEADS),
        ("signoff", {"deputy_head"} | HEADS),
        ("revisiting", {"revisitor"}),
    ],
)
def test_app_20_whoever_holds_it_and_his_head_hear_of_the_urging(town, start, told):
    ticket = make.AT[start](town)
    Message.objects.all().delete()
    flow.urge(ticket, by=town.enterprise_member, at=ticket.moved_at)
    assert inbox() == {"企业催办": told | {"steward"}}


@pytest.mark.parametrize(("reached", "says"), [(True, "已回访并办结"), (False, "三次打电话都没有联系上")])
def test_app_13_whoever_was_never_reached_is_not_told_of_a_call(town, reached, says):
    ticket = make.revisiting(town)
    called = {"reached": True, "real": True, "scores": Scores(5)} if reached else {"reached": False}
    for days in (3,) if reached else (3, 4, 5):
        flow.record_revisit(ticket, by=town.revisitor, at=MONDAY + make.REVISITED + timedelta(days), **called)
    deliver()
    said = Delivery.objects.get(channel=Channel.INBOX, recipient=town.enterprise_member, title__startswith="诉求已办结")
    assert said.body.startswith(says)


@pytest.mark.parametrize(("result", "says"), [("solved", "企业说没办好：还堵"), ("explained", "企业不同意答复：还堵")])
def test_app_11_who_objects_to_an_answer_has_not_said_that_it_is_undone(town, result, says):
    ticket = make.confirming(town, result=result)
    flow.dispute(ticket, by=town.enterprise_member, reason="还堵", at=MONDAY + make.CONFIRMED)
    deliver()
    told = Delivery.objects.get(channel=Channel.INBOX, recipient=town.handler, title__startswith="企业有异议")
    assert told.body.startswith(says)


@pytest.mark.parametrize(
    ("result", "title", "asks"),
    [("solved", "结果请您确认", "确认办好没有。"), ("explained", "诉求已有答复", "提出。")],
)
def test_app_11_only_a_result_that_is_done_is_asked_to_be_called_so(town, result, title, asks):
    make.confirming(town, result=result)
    deliver()
    told = Delivery.objects.inbox(town.enterprise_member).latest("id")
    assert told.title.startswith(title)
    assert told.body.endswith(asks)


def test_what_cannot_be_met_is_for_the_head_to_sign(town):
    ticket = make.handling(town)
    Message.objects.all().delete()
    make.report(ticket, MONDAY + make.REPORTED, result="cannot")
    assert inbox() == {"结果待签批": HEADS}


def test_what_happened_what_is_next_by_when(town):
    """look.md, Words: the firm reads who has it, until when, and whom to call; also when the messages come late."""
    make.confirming(town)
    deliver()
    mine = {d.title: d.body for d in Delivery.objects.inbox(town.enterprise_member)}
    matter = "雨污管网倒灌，3 号车间停产"
    assert mine == {
        f"诉求已收到：{matter}": "已收到，编号 SX-20261109-0001。11月9日(周一)09:30 前有人联系您。",
        f"诉求已受理：{matter}": "已受理。11月10日(周二)17:00 前定下由谁办，到时告诉您。",
        f"诉求已转交：{matter}": "已交住建局主办，11月10日(周二)17:00 前签收。",
        f"诉求开始办理：{matter}": "住建局 公输班在办，12月1日(周二)17:00 前办结。电话 0512-0000 4003",
        f"结果请您确认：{matter}": "住建局答复：已疏通管网 请在 11月16日(周一)17:00 前确认办好没有。",
    }


def test_a_letter_leads_to_the_ticket(town):
    ticket = make.filed(town)
    deliver()
    assert set(Delivery.objects.values_list("url", flat=True)) == {f"/tickets/{ticket.number}/"}


@pytest.mark.parametrize(("stars", "until"), [(None, "12月1日(周二)17:00 前"), (1, "12月3日(周四)17:00 前")])
def test_the_head_reads_until_when_this_round_lasts(town, stars, until):
    ticket = make.handling(town) if stars is None else make.revisiting(town, stars=stars)
    Message.objects.all().delete()
    make.report(ticket, MONDAY + make.CONFIRMED)
    deliver()
    (letter,) = Delivery.objects.inbox(town.department_head)
    assert until in letter.body


# Who is told no longer ------------------------------------------------------------------------------------------


def test_sec_2_whose_membership_ended_before_the_delivery_is_not_told(town):
    make.filed(town)
    Member.objects.filter(user=town.enterprise_member).update(until=LONG_AGO)
    assert inbox()["诉求已收到"] == {"member_official"}


def test_sec_2_who_left_the_department_is_not_told(town):
    ticket = make.handling(town)
    Message.objects.all().delete()
    flow.urge(ticket, by=town.enterprise_member, at=ticket.moved_at)
    Membership.objects.filter(user=town.handler).update(until=LONG_AGO)
    town.forget()
    assert "handler" not in inbox()["企业催办"]


def test_a_business_not_on_file_has_nobody_to_write_to(town):
    make.registered(town, enterprise=None, business_name="东门小吃店")
    assert inbox() == {"新诉求待研判": {"triager", "member_official"}}


def test_c_5_what_the_absent_handler_should_have_read_reaches_his_colleagues(town):
    """He has left the department, the ticket still names him: without his colleagues nobody would be told."""
    ticket = make.signoff(town)
    Message.objects.all().delete()
    flow.send_back(ticket, by=town.deputy_head, reason="缺照片", at=ticket.moved_at)
    Membership.objects.filter(user=town.handler).update(until=LONG_AGO)
    assert inbox() == {"结果退回修改": {"colleague"}}


@pytest.mark.parametrize("named", ["handler", "first_responder"])
def test_own_case_internal_words_do_not_reach_an_official_of_the_firm(town, named):
    """§1: he reads what the firm reads, on the page and by message, though an earlier day named him."""
    ticket = make.handling(town)
    Ticket.objects.filter(pk=ticket.pk).update(**{named: town.colleague})
    Member.objects.create(enterprise=town.firm, user=town.colleague, since=LONG_AGO)
    town.forget()
    Message.objects.all().delete()
    flow.write(ticket, by=town.supervisor, text="企业自己也有责任", audience="office", at=ticket.moved_at)
    assert "colleague" not in inbox().get("内部意见", set())


# Late and twice -------------------------------------------------------------------------------------------------


def test_who_could_do_nothing_any_more_is_not_asked_to(town):
    """The worker was down for an hour: the step is done, and the department does not read the triagers' message."""
    make.handling(town, co=[town.police], opinions=True)
    asked = {"新诉求待受理", "新诉求待研判", "新工单待签收", "新协办工单", "结果待签批"}
    assert asked & set(inbox()) == set()


@pytest.mark.parametrize(("asked_from", "told"), [("received", CLERKS), ("triaging", {"triager"})])
def test_what_was_supplied_goes_to_who_asked(town, asked_from, told):
    ticket = make.AT[asked_from](town)
    ticket = flow.ask_supplement(ticket, by=town.intake_clerk, items="照片", at=ticket.moved_at)
    Message.objects.all().delete()
    ticket = flow.supplement(ticket, by=town.enterprise_member, answer="附后", at=ticket.moved_at)
    assert inbox() == {"补正回件": told}


def test_the_clerk_who_follows_it_reads_that_he_does(town):
    """A firm without a steward: the clerk on duty gets one letter, and that the most personal one."""
    make.filed(town, enterprise=town.foreign_firm, by=town.other_member)
    told = inbox()
    assert told["您是首问负责人"] == {"intake_clerk"}
    assert told["新诉求待受理"] == {"second_clerk"}


# Whoever works on it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("received", CLERKS),
        ("incomplete", CLERKS),
        ("triaging", {"triager"}),
        ("assigned", {"handler", "colleague"}),
        ("handling", {"handler"}),
        ("signoff", {"handler", "deputy_head"} | HEADS),
    ],
)
def test_whoever_works_on_it_hears_that_it_was_withdrawn(town, status, told):
    ticket = make.AT[status](town, **({"co": [town.police]} if told - CLERKS - {"triager"} else {}))
    Message.objects.all().delete()
    flow.withdraw(ticket, by=town.enterprise_member, at=ticket.moved_at)
    co = {"police_handler"} if ticket.lead_department_id else set()
    assert inbox() == {"企业已撤回": told | {"steward"} | co}


def test_the_handler_hears_what_others_tell_the_firm(town):
    ticket = make.handling(town)
    Message.objects.all().delete()
    flow.write(ticket, by=town.steward, text="明天到", at=ticket.moved_at)
    name = town.steward.name
    assert inbox() == {f"{name}回复您": FIRM, f"{name}回复了企业": {"handler"}}
