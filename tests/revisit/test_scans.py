"""The sealed reply, scanned and delivered: a closing condition, replaced visibly, nothing deleted (APP-11, APP-14)."""

from datetime import timedelta

import pytest
from django.test import Client

from portal.outbox.models import Message
from portal.people.models import User
from requests import flow
from requests.checklist import missing_to_close
from requests.models import Attachment, ReplyScan
from requests.story import Story
from tests.files.factories import PDF, picture, upload
from tests.requests import factories as make
from tests.requests.sealing import scan
from tests.requests.walks import verbs_for
from tests.revisit.stands import DAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def deliver(town, ticket, name="盖章答复.pdf", by="handler", after=HOUR):
    file = scan(town.people[by], name)
    return flow.deliver_scan(ticket, by=town.people[by], files=[file], at=ticket.moved_at + after)


def client_of(user):
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def test_the_firm_reads_it_and_is_told(town, at):
    ticket = at("unsealed")
    given = deliver(town, ticket)
    assert (given.reply.scan, given.delivered_by) == (given, town.handler)
    member = User.objects.get(pk=town.enterprise_member.pk)
    assert Attachment.objects.visible_to(member).filter(pk=given.attachment_id).exists()
    assert Message.objects.filter(kind="ticket.reply_delivered", subject_id=ticket.pk).exists()
    line = next(line for line in Story(ticket, firm_side=True).lines if line.kind == "ticket.reply_delivered")
    assert [file.pk for file in line.files] == [given.attachment_id]
    signed = next(line for line in Story(ticket, firm_side=False).lines if line.kind == "ticket.answered")
    assert signed.files == []  # it came later, and stands where it came


def test_app_14_a_ticket_does_not_close_before(town, at, refusal):
    ticket = flow.confirm(at("unsealed"), by=town.enterprise_member, at=at("unsealed").moved_at + DAY)
    assert "盖章答复已送达" in missing_to_close(make.fresh(ticket))
    said = refusal(make.revisit, town, make.fresh(ticket), at=ticket.moved_at + DAY)
    assert "盖章答复已送达" in said.sentence
    deliver(town, make.fresh(ticket))
    assert make.revisit(town, make.fresh(ticket), at=ticket.moved_at + 2 * DAY).status == "closed"


def test_a_second_one_takes_its_place_and_the_first_stays_with_the_office(town, at):
    ticket = at("unsealed")
    first, second = deliver(town, ticket, "别家的.pdf"), deliver(town, ticket, by="department_head", after=2 * HOUR)
    first.refresh_from_db()
    assert (first.replaced_at, second.reply.scan) == (second.delivered_at, second)
    assert ReplyScan.objects.filter(reply=second.reply).count() == 2
    seen = {
        name: set(Attachment.objects.visible_to(User.objects.get(pk=town.people[name].pk)).values_list("pk", flat=True))
        for name in ("enterprise_member", "handler")
    }
    both = {first.attachment_id, second.attachment_id}
    assert seen["enterprise_member"] & both == {second.attachment_id}
    assert seen["handler"] >= both
    page = client_of(town.handler).get(f"/tickets/{ticket.number}/").content.decode()
    assert "已替换" in page
    assert "别家的.pdf" not in client_of(town.enterprise_member).get(f"/tickets/{ticket.number}/").content.decode()


def test_it_is_one_pdf_or_picture(town, at, refusal):
    ticket = at("unsealed")
    word = scan(town.handler, "答复.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    some = [[], [word], [scan(town.handler), scan(town.handler)]]
    for files in some:
        error = refusal(flow.deliver_scan, ticket, by=town.handler, files=files, at=ticket.moved_at)
        assert error.field == "files"
    assert not ReplyScan.objects.filter(reply__result__ticket=ticket).exists()


def test_only_where_a_written_reply_went_out_and_by_the_lead_department(town, at, refusal):
    assert "没有要送达" in refusal(deliver, town, at("solved")).sentence
    for name in ("intake_clerk", "supervisor", "economy_handler", "enterprise_member", "revisitor"):
        assert "不由您办理" in refusal(deliver, town, at("unsealed"), by=name).sentence
    offered = {
        (stand, who)
        for stand in ("unsealed", "solved", "second", "handling")
        for who in ("handler", "deputy_head", "supervisor", "enterprise_member")
        if "deliver_scan" in verbs_for(at(stand), User.objects.get(pk=town.people[who].pk), at(stand).moved_at)
    }
    assert offered == {("unsealed", "handler"), ("unsealed", "deputy_head")}


def test_through_the_page_with_real_files(town, at):
    ticket = at("unsealed")
    client, url = client_of(town.handler), f"/tickets/{ticket.number}/deliver_scan/"
    assert "送达盖章答复" in client.get(f"/tickets/{ticket.number}/").content.decode()
    assert client.post(url, {"files": upload("假的.pdf", b"<html>")}).status_code == 422
    assert client.post(url, {"files": upload("答复.pdf", PDF), "once": "1"}).status_code == 303
    assert client.post(url, {"files": upload("重传.png", picture("PNG")), "once": "2"}).status_code == 303
    names = ReplyScan.objects.filter(reply__result__ticket=ticket).values_list("attachment__file__name", flat=True)
    assert list(names) == ["答复.pdf", "重传.png"]
    held = ReplyScan.objects.get(reply__result__ticket=ticket, replaced_at=None).attachment_id
    answer = client_of(town.enterprise_member).get(f"/tickets/{ticket.number}/files/{held}/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert client_of(town.other_member).get(f"/tickets/{ticket.number}/files/{held}/").status_code == 404
