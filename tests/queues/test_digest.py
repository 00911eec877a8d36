"""The daily digest: at 8:30 of working days, overdue first, once, and only for who chose it and has something to do."""

import pytest
from django.core import mail
from django.urls import reverse

from portal.outbox import topics
from portal.outbox.delivery import deliver
from portal.outbox.models import Channel, Delivery, Mode, Topic, Wish
from requests.digest import send, waiting
from tests.requests import factories as f
from tests.requests.factories import moment

MORNING = "2026-11-24 08:30"  # a Tuesday


@pytest.fixture
def wants(town):
    def choose(user, topic=Topic.WORK, mode=Mode.DIGEST):
        user.email = f"{user.username}@example.org"
        user.save()
        topics.choose(user, {topic: mode})
        return user

    return choose


def digests():
    return Delivery.objects.filter(message__kind="digest.daily")


def test_it_says_what_waits_the_latest_first(town, wants, standing_at):
    handler = wants(town.handler)
    f.handling(town, title="很晚的", given_urgency="critical", filed_at=moment("2026-11-02 09:00"))
    f.handling(town, title="较晚的", given_urgency="critical", filed_at=moment("2026-11-16 09:00"))
    f.dispatched(town, title="还早的", filed_at=moment("2026-11-23 16:00"))
    at = standing_at(MORNING)
    Delivery.objects.update(read_at=at)
    assert send(at) == 1
    deliver()
    inbox = digests().get(channel=Channel.INBOX)
    assert inbox.recipient == handler
    assert inbox.title == "11月24日(周二) 等您办的"
    assert inbox.body.startswith("办理：3 件等您办，2 件已超期")
    assert inbox.body.index("很晚的") < inbox.body.index("较晚的")
    assert [message.to for message in mail.outbox if "等您办的" in message.subject] == [[handler.email]]


@pytest.mark.parametrize("when", ["2026-11-24 08:29", "2026-11-22 08:30", "2026-10-01 08:30"])
def test_not_before_half_past_eight_and_not_on_a_day_off(town, wants, standing_at, when):
    wants(town.intake_clerk)
    f.filed(town)
    assert send(standing_at(when)) == 0


def test_once_a_day_however_often_it_runs(town, wants, standing_at):
    wants(town.intake_clerk)
    f.filed(town)
    for when in (MORNING, "2026-11-24 08:40", "2026-11-24 08:50", "2026-11-25 08:30"):
        send(standing_at(when))
        deliver()
    assert digests().filter(channel=Channel.INBOX).count() == 2


def test_nothing_waits_nothing_is_sent(town, wants, standing_at):
    wants(town.intake_clerk)
    assert send(standing_at(MORNING)) == 0
    assert not digests().exists()


def test_what_is_done_by_the_time_it_is_delivered_is_not_told(town, wants, standing_at):
    wants(town.revisitor)
    ticket = f.revisiting(town)
    send(standing_at(MORNING))
    f.revisit(town, ticket)
    deliver()
    assert not digests().exists()


def test_who_did_not_choose_it_gets_none(town, standing_at):
    f.filed(town)
    assert send(standing_at(MORNING)) == 0


def test_a_confidential_title_is_in_no_mail(town, wants, standing_at):
    ticket = f.handling(town, title="举报某局", given_urgency="critical")
    type(ticket).objects.filter(pk=ticket.pk).update(confidential=True, handler=town.handler)
    at = standing_at(MORNING)
    (part,) = waiting(wants(town.handler), at)
    assert "举报" not in part
    assert "1 件已超期" in part


def test_a_firm_learns_what_it_must_answer(town, wants, standing_at):
    f.confirming(town)
    f.incomplete(town)
    at = standing_at(MORNING)
    assert waiting(wants(town.enterprise_member, Topic.NEWS), at) == ["您的诉求：1 件要补充材料，1 件要您确认结果"]


# What is told at once ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "mails"), [(Mode.NOW, 1), (Mode.DIGEST, 0), (Mode.OFF, 0)])
def test_mail_follows_the_wish_and_the_inbox_gets_everything(town, wants, mode, mails):
    clerk = wants(town.intake_clerk, Topic.WORK, mode)
    f.filed(town)
    deliver()
    told = Delivery.objects.filter(recipient=clerk, message__kind="ticket.filed")
    assert told.filter(channel=Channel.INBOX).exists()
    assert told.filter(channel=Channel.EMAIL).count() == mails


def test_what_the_firm_must_know_cannot_be_off(town, wants, client):
    with pytest.raises(ValueError, match="must"):
        topics.choose(town.enterprise_member, {Topic.MUST: Mode.OFF})
    client.force_login(town.enterprise_member)
    page = reverse("outbox:choices")
    assert client.post(page, {"must": "off", "work": "now", "news": "off"}).status_code == 404
    assert not Wish.objects.exists()  # nothing of a form that is wrong
    assert client.post(page, {"must": "now", "work": "now", "news": "off"}).status_code == 302
    assert client.post(page, {"must": "nonsense"}).status_code == 404
    wants(town.enterprise_member, Topic.NEWS, Mode.OFF)
    f.confirming(town)
    deliver()
    mailed = Delivery.objects.filter(recipient=town.enterprise_member, channel=Channel.EMAIL)
    assert set(mailed.values_list("message__kind", flat=True)) == {"ticket.answered"}


def test_every_kind_of_message_has_its_topic():
    """What nobody has put under a topic is told at once: it must be meant so."""
    from portal.outbox.letters import NOTICES

    loop = {kind for kind in NOTICES if kind.startswith("ticket.")}
    assert loop - set(topics.TOPICS) == set()
