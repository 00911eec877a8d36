"""Personal data is kept as long as needed and not a day longer; what the trail refers to stays (SEC-3, APP-19)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enterprises.joining import flow as joining
from enterprises.models import JoinProof, Member, NumberProof
from portal.outbox.models import Delivery, Message
from portal.people.models import Membership, User
from portal.people.refusal import Refused
from portal.trail.models import Event
from portal.upkeep.models import RetentionPeriod
from portal.upkeep.retention import flow
from portal.upkeep.retention.rules import BY_CODE, GONE, RULES
from requests.models import ComplaintLink, Draft, Ticket
from tests.requests import factories as make
from tests.requests.conftest import stored_file
from tests.requests.factories import fresh, town

__all__ = ["stored_file", "town"]

DAY = timedelta(days=1)


def waiting(code, at):
    return next(kept.waiting for kept in flow.in_force(at) if kept.rule.code == code)


def test_the_contact_of_a_closed_matter_goes_on_the_day_after_its_time_and_the_matter_stays(town):
    ticket, open_one = make.closed(town), make.handling(town)
    over = fresh(ticket).closed_at + BY_CODE["contacts"].days * DAY
    assert "contacts" not in flow.forget(over)  # its last day
    assert waiting("contacts", over + DAY) == 1
    assert flow.forget(over + DAY)["contacts"] == 1
    ticket = fresh(ticket)
    assert (ticket.contact_name, ticket.contact_phone) == (GONE, GONE)
    assert ticket.description
    assert fresh(open_one).contact_name != GONE
    assert flow.forget(over + DAY) == {}  # twice is once


def test_more_than_one_chunk_is_forgotten(town, monkeypatch):
    monkeypatch.setattr(flow, "CHUNK", 2)
    NumberProof.objects.bulk_create(
        NumberProof(mobile=f"1380000900{n}", digest=str(n), at=make.MONDAY) for n in range(5)
    )
    assert flow.forget(make.MONDAY + 8 * DAY)["codes"] == 5
    assert not NumberProof.objects.exists()


def test_the_papers_of_a_refused_registration_go_and_the_refusal_stays(town, stored_file):
    asked = joining.ask(
        town.nobody,
        by=town.nobody,
        uscc=town.firm.uscc,
        notice="1",
        papers=[stored_file("授权书.jpg")],
        title="会计",
        at=make.MONDAY,
    )
    joining.refuse(asked, by=town.intake_clerk, reason="授权书过期", at=make.MONDAY)
    flow.forget(make.MONDAY + 30 * DAY)
    assert JoinProof.objects.filter(request=asked).exists()
    flow.forget(make.MONDAY + 31 * DAY)
    assert not JoinProof.objects.filter(request=asked).exists()
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == ("refused", "授权书过期")


def test_who_left_every_firm_long_ago_is_a_number_and_cannot_sign_in(town):
    user = town.former_member
    at = timezone.now() + 800 * DAY
    Member.objects.filter(user=user).update(until=make.MONDAY)
    assert flow.forget(at)["accounts"] >= 1
    user = User.objects.get(pk=user.pk)
    assert (user.name, user.username, user.mobile, user.is_active) == (GONE, f"left-{user.pk}", None, False)
    assert not user.has_usable_password()


@pytest.mark.parametrize("name", ["enterprise_member", "member_official", "handler", "nobody"])
def test_who_acts_for_a_firm_or_holds_an_office_or_never_had_to_do_with_one_stays(town, name):
    flow.forget(timezone.now() + 800 * DAY)
    assert User.objects.get(pk=town.people[name].pk).name == town.people[name].name


def test_who_left_but_has_a_matter_open_stays(town):
    ticket = make.handling(town)
    Ticket.objects.filter(pk=ticket.pk).update(filed_by=town.former_member)
    flow.forget(timezone.now() + 800 * DAY)
    assert User.objects.get(pk=town.former_member.pk).name != GONE


def test_an_official_who_left_keeps_the_name_that_papers_bear_and_loses_the_numbers(town):
    gone, at = town.handler, make.MONDAY + 800 * DAY
    Membership.objects.filter(user=gone).update(until=make.MONDAY)
    User.objects.filter(pk__in=[gone.pk, town.triager.pk]).update(mobile=None, email="a@example.org", is_active=False)
    assert flow.forget(at)["officials"] == 1  # the other one still holds an office
    left = User.objects.get(pk=gone.pk)
    assert (left.name, left.email, left.phone) == (gone.name, "", "")
    assert User.objects.get(pk=town.triager.pk).email
    assert "officials" not in flow.forget(at)


def test_the_number_of_who_complained_by_telephone_goes_like_any_other(town):
    ticket = make.closed(town)
    link = ComplaintLink.objects.create(ticket=ticket, phone="13800009001", sent_at=make.MONDAY)
    over = fresh(ticket).closed_at + BY_CODE["complaint-links"].days * DAY
    assert "complaint-links" not in flow.forget(over)
    assert flow.forget(over + DAY)["complaint-links"] == 1
    link.refresh_from_db()
    assert link.phone == GONE


def test_an_old_message_keeps_its_title_and_its_place_in_the_inbox(town):
    about = {"kind": "ticket.dispatched", "subject_type": "requests.ticket", "subject_id": 1}
    message = Message.objects.create(key="one", at=make.MONDAY, state="rendered", **about)
    given = {"channel": "inbox", "state": "sent", "sent_at": make.MONDAY, "title": "工单已转交", "body": "联系人王某某"}
    item = Delivery.objects.create(message=message, recipient=town.handler, key="one-1", **given)
    over = make.MONDAY + BY_CODE["messages"].days * DAY
    assert "messages" not in flow.forget(over)
    assert flow.forget(over + DAY)["messages"] == 1
    item.refresh_from_db()
    assert (item.title, item.body) == ("工单已转交", "")


def test_a_draft_that_is_still_written_stays(town):
    Draft.objects.create(user=town.enterprise_member, data={"description": "写到一半"})
    flow.forget(timezone.now() + 89 * DAY)
    assert Draft.objects.exists()
    flow.forget(timezone.now() + 91 * DAY)
    assert not Draft.objects.exists()


def test_the_night_is_in_the_trail_with_its_counts_and_without_names(town):
    ticket = make.closed(town)
    flow.forget(fresh(ticket).closed_at + 1096 * DAY)
    event = Event.objects.get(kind=flow.DONE)
    assert event.actor is None
    assert event.data["contacts"] == 1


def test_only_the_administrator_changes_it_and_not_below_what_the_law_asks(town):
    with pytest.raises(Refused, match="只有管理员"):
        flow.set_period("contacts", 400, by=town.auditor)
    with pytest.raises(Refused, match="至少保留 184 天"):
        flow.set_period("sign-ins", 183, by=town.administrator)
    flow.set_period("contacts", 365, by=town.administrator)
    assert Event.objects.get(kind=flow.SET).data == {"code": "contacts", "former": 1095, "days": 365}
    ticket = make.closed(town)
    assert flow.forget(fresh(ticket).closed_at + 366 * DAY)["contacts"] == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_keeps_at_least_what_is_needed_and_finds_nothing_in_an_empty_town(db, rule):
    assert rule.days >= rule.least
    assert not rule.over(make.MONDAY).exists()


# The page ------------------------------------------------------------------------------------------------------


@pytest.fixture
def as_(town):
    def client(name):
        signed_in = Client()
        signed_in.force_login(town.people[name])
        return signed_in

    return client


def test_the_administrator_sees_what_goes_tonight_and_changes_a_period(town, as_):
    ticket = make.closed(town)
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=timezone.now() - 1100 * DAY)
    client = as_("administrator")
    assert "今晚清除 1 条" in client.get(reverse("upkeep:retention")).content.decode()
    answer = client.post(reverse("upkeep:retention-change", args=["contacts"]), {"days": "730"}, follow=True)
    assert "从今晚起保留 730 天" in answer.content.decode()
    assert RetentionPeriod.objects.get().days == 730


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "请写保留多少天。"), ("一年", "请写整数天，如 365。"), ("7", "至少保留 365 天"), ("9" * 9, "最多 36500 天")],
)
def test_a_wrong_period_is_said_and_kept_on_the_page(town, as_, typed, said):
    answer = as_("administrator").post(reverse("upkeep:retention-change", args=["contacts"]), {"days": typed})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert f'value="{typed}"' in page or not typed


def test_the_auditor_reads_it_without_buttons(town, as_):
    page = as_("auditor").get(reverse("upkeep:retention")).content.decode()
    assert "诉求的联系人" in page
    assert "今晚起执行" not in page


# What people are told ---------------------------------------------------------------------------------------------


def told(client: Client, url: str) -> str:
    return client.get(url, follow=True).content.decode()


def test_the_notice_names_every_period_as_it_is_in_force(town):
    page = told(Client(), reverse("upkeep:notice"))
    for rule in RULES:
        assert f'<li id="{rule.code}"><b>{rule.name}</b>' in page
    assert '<b>诉求的联系人</b><span class="r">3 年</span>' in page
    flow.set_period("contacts", 400, by=town.administrator)
    assert '<b>诉求的联系人</b><span class="r">400 天</span>' in told(Client(), reverse("upkeep:notice"))


def test_filing_and_registering_say_how_long_it_is_kept(town, as_):
    flow.set_period("contacts", 730, by=town.administrator)
    flow.set_period("refused-papers", 45, by=town.administrator)
    client = as_("enterprise_member")
    assert "办结满 2 年清除" in told(client, reverse("requests:file"))
    assert "办结满 2 年清除" in told(client, reverse("confidential:new"))
    assert "没有通过的满 45 天删除，通过的满 2 年删除" in told(client, reverse("joining:firm"))
