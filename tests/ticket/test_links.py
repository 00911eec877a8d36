"""The one-time link of a caller without an account (APP-12): sent with the signature, answers once as a member does."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from enterprises.models import Member
from portal.outbox import demo
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery, Message
from portal.people.actors import LinkHolder
from portal.people.models import User
from requests import flow, links
from requests.capacity import capacities, verbs_with
from requests.done import done
from requests.flow.feedback import Scores
from requests.models import ResultLink, Ticket
from requests.story import Story
from tests.requests import factories as make
from tests.requests.callers import CALLER, confirming, link_of


def address(link) -> str:
    return reverse("requests:link", args=[link.token])


def said(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


# Who gets one ------------------------------------------------------------------------------------------------------


def test_with_the_signature_the_link_goes_to_the_callers_telephone_and_is_not_kept(town):
    ticket = confirming(town)
    link = link_of(ticket)
    assert (link.phone, link.times, link.result) == ("13800000077", 1, ticket.result)
    deliver()
    (text,) = demo.kept()
    assert text["to"] == "13800000077"
    assert f"http://127.0.0.1:8000/r/{link.token}/" in text["body"]
    row = Delivery.objects.get(address="13800000077")
    stored = row.body + str(Message.objects.get(kind="ticket.link_sent").params) + link.nonce + link.digest
    assert link.token not in stored
    assert make.events(ticket).get(kind="ticket.link_sent").audience == "office"


@pytest.mark.parametrize(
    "given, gets",
    [
        ({}, True),
        ({"contact_phone": "0512-0000 2210"}, False),  # no text message reaches it
        ({"contact_phone": "+86 13800000077"}, True),
    ],
)
def test_only_a_mobile_telephone_gets_one(town, given, gets):
    assert ResultLink.objects.filter(ticket=confirming(town, **given)).exists() == gets


def test_a_firm_without_an_account_gets_one_and_one_that_reads_in_the_portal_does_not(town):
    of_firm = {"enterprise": town.firm, "business_name": "", "contact_phone": "13800000077"}
    own_number = of_firm | {"contact_phone": town.enterprise_member.mobile}
    assert not ResultLink.objects.filter(ticket=confirming(town, **own_number)).exists(), "he confirms in the portal"
    assert ResultLink.objects.filter(ticket=confirming(town, **of_firm)).exists(), "a colleague who called"
    assert not ResultLink.objects.filter(ticket=make.confirming(town)).exists(), "filed online by the firm itself"
    Member.objects.filter(enterprise=town.firm).update(until=make.LONG_AGO + timedelta(days=1))
    assert ResultLink.objects.filter(ticket=confirming(town, **own_number)).exists()


def test_a_logged_contact_is_not_said_to_be_seen_by_a_caller_without_an_account(town):
    assert done(confirming(town), "log_contact").split("\n")[0] == "已登记联系"
    assert done(make.confirming(town), "log_contact").split("\n")[0] == "已登记，企业能看到"


def test_nor_does_the_button_say_so_beforehand(town, client):
    client.force_login(town.handler)
    ticket = make.handling(town)
    form = reverse("requests:verb", args=[ticket.number, "log_contact"])
    assert "登记，企业能看到" in said(client.get(form))
    Ticket.objects.filter(pk=ticket.pk).update(**CALLER)
    assert "登记，企业能看到" not in said(client.get(form))


def test_a_confidential_matter_sends_none(town):
    ticket = make.registered(town, **CALLER)
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    assert not links.is_caller(make.fresh(ticket))


def test_without_a_gateway_none_is_sent_and_the_signer_is_told_to_have_it_telephoned(town, settings):
    settings.DEMO, settings.WEBHOOK_URL = False, ""
    ticket = confirming(town)
    assert not ResultLink.objects.exists()
    from requests.done import done

    assert "请打电话告诉他结果" in done(ticket, "sign_off")


def test_toasts_say_what_really_happened(town):
    from requests.done import done

    told = {}
    for name, given in (("caller", CALLER), ("firm", {})):
        ticket = make.registered(town, **given)
        told[name] = done(ticket, "accept"), done(ticket, "dispatch"), done(ticket, "take"), done(ticket, "reject")
    assert all("没有账号" in sentence and "企业已收到" not in sentence for sentence in told["caller"])
    assert all("企业会收到通知" in sentence or "企业已收到通知" in sentence for sentence in told["firm"])
    assert "确认链接已发到来电人手机" in done(confirming(town), "sign_off")
    assert "结果已送企业" in done(make.confirming(town), "sign_off")


# The capacity ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [status for status in make.AT if status != "confirming"])
def test_a_link_opens_nothing_where_no_result_waits(town, status):
    ticket = make.AT[status](town)
    holder = LinkHolder(link_of(confirming(town)))
    assert verbs_with(ticket, capacities(ticket, holder), holder) == []
    for verb in ("confirm", "dispute"):
        with pytest.raises(flow.Refused):
            getattr(flow, verb)(ticket, by=holder, **({"reason": "x"} if verb == "dispute" else {}))


def test_a_link_opens_its_own_ticket_for_two_verbs(town):
    ticket, other = confirming(town), confirming(town)
    holder = LinkHolder(link_of(ticket))
    assert capacities(ticket, holder) == {"link"}
    assert verbs_with(ticket, capacities(ticket, holder), holder) == ["confirm", "dispute"]
    assert capacities(other, holder) == frozenset()
    assert not Ticket.objects.visible_to(holder).exists(), "nothing else is shown to it"


def test_confirming_is_recorded_as_the_callers_own_answer(town):
    ticket = confirming(town)
    link = link_of(ticket)
    at = make.MONDAY + make.CONFIRMED
    ticket = flow.confirm(ticket, by=LinkHolder(link), scores=Scores(5), at=at)
    result = ticket.results.get()
    assert (ticket.status, result.answer, result.answered_by, result.by_telephone) == (
        "revisiting",
        "confirmed",
        None,
        False,
    )
    assert (result.rating.overall, result.rating.by) == (5, None)
    link.refresh_from_db()
    assert link.used_at == at
    event = make.events(ticket).get(kind="ticket.confirmed")
    assert (event.actor, event.role, event.principal) == (None, "link", None)
    line = Story(ticket, firm_side=False).lines[0]
    assert (line.who, line.what, line.unit) == ("来电人（一次性链接）", "确认办好", "企业")
    assert "系统" not in {line.who for line in Story(ticket, firm_side=True).lines}


def test_disputing_and_dissatisfaction_go_round_as_a_members_do(town):
    disputed, low = confirming(town), confirming(town)
    flow.dispute(disputed, by=LinkHolder(link_of(disputed)), reason="没修好", at=make.MONDAY + make.CONFIRMED)
    flow.confirm(low, by=LinkHolder(link_of(low)), scores=Scores(1), at=make.MONDAY + make.CONFIRMED)
    assert (make.fresh(disputed).status, make.fresh(disputed).round) == ("handling", "rework")
    assert (make.fresh(low).status, make.fresh(low).round) == ("handling", "second")
    deliver()
    assert Delivery.objects.inbox(town.handler).filter(body__contains="没修好").exists()


def test_each_result_has_its_own_link_and_an_answered_ones_is_dead(town):
    ticket = confirming(town)
    first = link_of(ticket)
    flow.dispute(ticket, by=LinkHolder(first), reason="没修好", at=make.MONDAY + make.CONFIRMED)
    again = make.answer_again(town, make.fresh(ticket), make.MONDAY + make.REVISITED)
    second = ResultLink.objects.exclude(pk=first.pk).get(ticket=ticket)
    assert first.token != second.token
    assert (first.opens(again), second.opens(again)) == (False, True)


@pytest.mark.parametrize("how", ["clerk", "clock"])
def test_an_answer_taken_otherwise_ends_the_link_and_the_text_message(town, how):
    ticket = confirming(town)
    link = link_of(ticket)
    if how == "clerk":
        flow.confirm(ticket, by=town.intake_clerk, at=make.MONDAY + make.CONFIRMED)
    else:
        for _time in range(2):
            due = make.fresh(ticket).deadlines.open().get(obligation="confirm").due_at
            flow.lapse_confirmation(make.fresh(ticket), at=due)
    assert not link.opens(make.fresh(ticket))
    deliver()
    assert Delivery.objects.get(address="13800000077").state == "dropped"
    assert demo.kept() == []


def test_the_link_lasts_through_the_second_limit(town):
    ticket = confirming(town)
    due = ticket.deadlines.open().get(obligation="confirm").due_at
    flow.lapse_confirmation(ticket, at=due)
    assert link_of(ticket).opens(make.fresh(ticket))


@pytest.mark.django_db(transaction=True)
def test_four_fingers_on_one_link_are_one_answer(town):
    ticket = confirming(town)
    url = address(link_of(ticket))

    def send(_n: int) -> int:
        try:
            return Client().post(url, {"verb": "confirm", "overall": "1"}).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(send, range(4)))
    assert set(statuses) <= {200, 302}
    assert make.fresh(ticket).dissatisfied == 1
    assert ticket.ratings.count() == 1


# The page ----------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_result_and_no_more_than_is_needed(town):
    ticket = confirming(town)
    response = Client().get(address(link_of(ticket)))
    page = said(response)
    for part in (ticket.number, ticket.title, "已疏通管网", town.housing.name, "办好了，确认", "没办好"):
        assert part in page
    for hidden in (ticket.description, ticket.contact_name, "0077", "路边小店", town.handler.name):
        assert hidden not in page
    assert (response["X-Robots-Tag"], response["Referrer-Policy"]) == ("noindex, nofollow", "no-referrer")
    assert "no-store" in response["Cache-Control"]
    assert link_of(ticket).used_at is None


def test_the_caller_confirms_and_rates_once(town):
    ticket = confirming(town)
    url, caller = address(link_of(ticket)), Client()
    response = caller.post(url, {"verb": "confirm", "overall": "4", "attitude": "5", "text": "谢谢"}, follow=True)
    assert "已确认办好" in said(response)
    assert make.fresh(ticket).status == "revisiting"
    assert (ticket.ratings.get().overall, ticket.ratings.get().text) == (4, "谢谢")
    again = caller.post(url, {"verb": "dispute", "reason": "又坏了"})
    assert "已确认办好" in said(again)
    assert make.fresh(ticket).disputes == 0


def test_the_caller_disputes(town):
    ticket = confirming(town)
    url = address(link_of(ticket))
    empty = Client().post(url, {"verb": "dispute", "reason": " "})
    assert empty.status_code == 422
    assert "请写下哪里没办好" in said(empty)
    assert "再办并答复您" in said(Client().post(url, {"verb": "dispute", "reason": "没修好"}, follow=True))
    assert make.fresh(ticket).status == "handling"


@pytest.mark.parametrize(
    "sent",
    [{}, {"verb": "write", "text": "x"}, {"verb": "withdraw"}, {"verb": "confirm", "overall": "9"}, {"verb": "\0"}],
)
def test_what_is_no_answer_does_nothing(town, sent):
    ticket = confirming(town)
    assert Client().post(address(link_of(ticket)), sent).status_code in (200, 422)
    assert make.fresh(ticket).status == "confirming"


def test_a_link_that_is_over_says_so_without_the_matter(town):
    ticket = confirming(town)
    url = address(link_of(ticket))
    flow.confirm(ticket, by=town.intake_clerk, at=make.MONDAY + make.CONFIRMED)
    response = Client().get(url)
    assert response.status_code == 410
    assert "这个链接已失效" in said(response)
    assert ticket.title not in said(response)


@pytest.mark.parametrize("token", ["a" * 24, "../../../../../etc/passwd"])
def test_an_invented_link_is_not_there(town, token):
    assert Client().get(f"/r/{token}/").status_code == 404


# Sending again -----------------------------------------------------------------------------------------------------


def test_a_clerk_sees_it_was_sent_and_has_it_sent_again(town):
    ticket = confirming(town)
    office = Client()
    office.force_login(town.intake_clerk)
    page = said(office.get(reverse("requests:ticket", args=[ticket.number])))
    assert "138 **** 0077" in page
    assert "再发一次" in page
    response = office.post(reverse("requests:link-again", args=[ticket.number]), follow=True)
    assert "确认链接已发到来电人手机" in said(response)
    link = link_of(ticket)
    assert link.times == 2
    deliver()
    assert [link.token in text["body"] for text in demo.kept()] == [True, True], "the same link"
    soon = office.post(reverse("requests:link-again", args=[ticket.number]), follow=True)
    assert "10 分钟后才能再发" in said(soon)


def test_it_is_sent_a_few_times_only(town):
    ticket = confirming(town)
    at = ticket.moved_at
    for _time in range(links.MOST - 1):
        at += links.AGAIN_AFTER
        links.send_again(ticket, by=town.revisitor, at=at)
    with pytest.raises(flow.Refused, match="请打电话"):
        links.send_again(ticket, by=town.revisitor, at=at + timedelta(hours=1))


def test_where_none_was_sent_the_clerk_sends_the_first(town, settings):
    settings.DEMO = False
    ticket = confirming(town)
    with pytest.raises(flow.Refused, match="短信没有接通"):
        links.send_again(ticket, by=town.intake_clerk)
    settings.DEMO = True
    assert links.send_again(ticket, by=town.intake_clerk).times == 1
    assert make.events(ticket).get(kind="ticket.link_sent").role == "intake_clerk"


@pytest.mark.parametrize("name", ["triager", "handler", "leader", "supervisor", "department_head", "nobody"])
def test_who_does_not_speak_with_the_caller_sends_nothing(town, name):
    ticket = confirming(town)
    with pytest.raises(flow.Refused):
        links.send_again(ticket, by=town.people[name])
    client = Client()
    client.force_login(User.objects.get(pk=town.people[name].pk))
    assert client.post(reverse("requests:link-again", args=[ticket.number])).status_code == 404


def test_where_nobody_waits_there_is_nothing_to_send(town):
    for ticket in (make.handling(town), make.confirming(town)):
        with pytest.raises(flow.Refused, match="没有要来电人确认"):
            links.send_again(ticket, by=town.intake_clerk)
