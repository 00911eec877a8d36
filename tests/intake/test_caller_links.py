"""A caller without an account supplies what is missing, and asks for a review, by a link (APP-2, APP-6)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from portal.outbox.models import Message
from portal.people.actors import LinkHolder
from portal.trail.models import Event
from requests import caller_links, flow
from requests.models import CallerLink, Review, Supplement
from tests.requests import callers
from tests.requests import factories as make
from tests.requests.factories import MONDAY

MISSING = "营业执照照片"


def incomplete(town, **given):
    ticket = make.registered(town, **(callers.CALLER | given))
    return flow.ask_supplement(ticket, by=town.intake_clerk, items=MISSING, at=MONDAY + timedelta(hours=1))


def rejected(town, **given):
    ticket = make.registered(town, **(callers.CALLER | given))
    at = MONDAY + timedelta(hours=1)
    return flow.reject(ticket, by=town.intake_clerk, item=town.not_ours, go_to="向受理法院反映", at=at)


def address(ticket):
    return reverse("requests:caller-link", args=[CallerLink.objects.get(ticket=ticket).token])


def test_app_2_the_link_goes_to_the_callers_telephone(town):
    ticket = incomplete(town)
    message = Message.objects.get(kind="ticket.caller_link_sent")
    link = CallerLink.objects.get(ticket=ticket)
    assert (link.phone, link.verb) == ("13800000077", "supplement")
    assert caller_links.address(ticket, message.params).endswith(f"/c/{link.token}/")


@pytest.mark.parametrize("contact", ["0512-1234567", "member"])
def test_app_2_none_where_no_text_message_is_needed_or_arrives(town, contact):
    if contact == "member":
        make.incomplete(town)
    else:
        incomplete(town, contact_phone=contact)
    assert not CallerLink.objects.exists()


def test_app_2_he_supplies_words_and_a_file_once(town, client, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    ticket = incomplete(town)
    page = client.get(address(ticket))
    assert MISSING in page.content.decode()
    paper = SimpleUploadedFile("执照.txt", "有效".encode())
    sent = client.post(address(ticket), {"answer": "见附件", "files": paper, "stored": "1"}, follow=True)
    assert "已收到您的补充" in sent.content.decode()
    ticket = make.fresh(ticket)
    given = Supplement.objects.get(ticket=ticket)
    assert (ticket.status, given.answer, given.answered_by) == ("triaging", "见附件", None)
    assert given.attachments.count() == 1
    event = Event.objects.about(ticket).get(kind="ticket.supplemented")
    assert (event.actor, event.role) == (None, "link")
    assert client.post(address(ticket), {"answer": "再补"}).status_code == 200
    assert Supplement.objects.get(ticket=ticket).answer == "见附件"


def test_app_2_nothing_written_is_said_on_the_page(town, client):
    answer = client.post(address(incomplete(town)), {"answer": " "})
    assert answer.status_code == 422
    assert "请写下补充的内容" in answer.content.decode()


def test_app_2_the_clerk_writes_down_what_he_says_on_the_telephone(town, client):
    ticket = incomplete(town)
    flow.supplement(ticket, by=town.intake_clerk, answer="电话里说：执照已换发", at=MONDAY + timedelta(hours=2))
    assert client.get(address(ticket)).status_code == 410


def test_app_6_he_reads_why_and_asks_for_a_review(town, client):
    ticket = rejected(town)
    assert str(town.not_ours) in client.get(address(ticket)).content.decode()
    client.post(address(ticket), {"reasons": "法院没有受理过"})
    review = Review.objects.get(ticket=ticket)
    assert (review.reasons, review.asked_by) == ("法院没有受理过", None)
    flow.rule_review(make.fresh(ticket), by=town.supervisor, upheld=True, ruling="已有裁定书")
    assert "已有裁定书" in client.get(address(ticket)).content.decode()


def test_app_6_a_link_opens_no_other_matter_and_no_other_act(town, refusal):
    ticket, other = rejected(town), rejected(town, contact_phone="13800000078")
    holder = LinkHolder(CallerLink.objects.get(ticket=ticket))
    assert refusal(flow.ask_review, other, by=holder, reasons="别的").sentence == "这一步不由您办理。"
    waiting = incomplete(town, contact_phone="13800000079")
    assert refusal(flow.supplement, waiting, by=holder, answer="别的").sentence == "这一步不由您办理。"


def test_app_2_it_is_sent_again_not_too_often(town, refusal):
    ticket, at = incomplete(town), MONDAY + timedelta(hours=1)
    again = caller_links.send_again
    assert "10 分钟" in refusal(again, ticket, by=town.intake_clerk, at=at + timedelta(minutes=5)).sentence
    assert again(ticket, by=town.intake_clerk, at=at + timedelta(minutes=11)).times == 2
    assert refusal(again, ticket, by=town.handler, at=at + timedelta(hours=2)).sentence == "这一步不由您办理。"


def test_app_2_a_foreign_token_is_not_there(client, db):
    assert client.get("/c/" + "x" * 24 + "/").status_code == 404
