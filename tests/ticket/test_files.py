"""Files of an act: sent ahead one by one, taken by the act, served as long as the person may read them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from enterprises.models import Member
from portal.files.models import StoredFile
from requests import flow
from requests.models import Attachment
from tests.files.factories import HTML, picture
from tests.requests.factories import MONDAY, confirming, dispatched, handling, incomplete

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def photo(name="现场.jpg"):
    return SimpleUploadedFile(name, picture(), "image/jpeg")


def send(desk, ticket, file=None):
    return desk.post(f"/tickets/{ticket.number}/files/", {"file": file or photo()})


def address(attachment):
    return f"/tickets/{attachment.ticket.number}/files/{attachment.pk}/"


def test_a_file_sent_ahead_comes_with_the_words(town, as_):
    ticket, desk = handling(town), as_(town.handler)
    sent = send(desk, ticket)
    assert sent.status_code == 201
    assert sent.json()["name"] == "现场.jpg"
    desk.do(ticket, "write", text="见照片", audience="firm", stored=[sent.json()["id"]])
    attachment = Attachment.objects.get(ticket=ticket)
    assert (attachment.comment.text, attachment.audience) == ("见照片", "firm")
    assert b"".join(as_(town.enterprise_member).get(address(attachment)).streaming_content) == _content(attachment)


def _content(attachment):
    from django.core.files.storage import default_storage

    with default_storage.open(attachment.file.path) as held:
        return held.read()


def test_files_may_come_with_the_form_as_well(town, as_):
    ticket, desk = incomplete(town), as_(town.enterprise_member)
    ahead = send(desk, ticket).json()["id"]
    desk.do(ticket, "supplement", answer="", stored=[ahead], files=[photo("二.jpg"), photo("三.jpg")])
    names = set(ticket.attachments.values_list("file__name", flat=True))
    assert names == {"现场.jpg", "二.jpg", "三.jpg"}


def test_a_refused_form_keeps_its_files(town, as_):
    ticket, desk = handling(town), as_(town.handler)
    ahead = send(desk, ticket).json()["id"]
    refused = desk.do(ticket, "report", kind="solved", text="", stored=[ahead])
    assert refused.status_code == 422
    assert f'name="stored" value="{ahead}"' in refused.content.decode()
    desk.do(ticket, "report", kind="solved", text="通了", stored=[ahead])
    assert Attachment.objects.get(ticket=ticket).result is not None


def test_what_is_not_what_it_says_is_refused_with_a_sentence(town, as_):
    ticket = handling(town)
    refused = send(as_(town.handler), ticket, SimpleUploadedFile("图.jpg", HTML, "image/jpeg"))
    assert refused.status_code == 422
    assert "图.jpg" in refused.json()["error"]
    assert not StoredFile.objects.exists()


def test_a_bad_file_in_the_form_undoes_the_act(town, as_):
    ticket, desk = handling(town), as_(town.handler)
    bad = SimpleUploadedFile("图.jpg", HTML, "image/jpeg")
    response = desk.do(ticket, "write", text="见附件", audience="firm", files=[bad])
    assert response.status_code == 422
    assert "见附件" in response.content.decode()
    assert not ticket.comments.filter(text="见附件").exists()


def test_nothing_is_sent_where_he_has_nothing_to_do(town, as_):
    ticket = handling(town)
    assert send(as_(town.leader), ticket).status_code == 404
    assert send(as_(town.economy_handler), ticket).status_code == 404
    assert as_(town.handler).get(f"/tickets/{ticket.number}/files/").status_code == 405


def test_a_strangers_or_a_taken_file_cannot_be_taken(town, as_):
    ticket, mine = handling(town), as_(town.handler)
    others = send(as_(town.colleague), ticket).json()["id"]
    own = send(mine, ticket).json()["id"]
    mine.do(ticket, "write", text="一", audience="firm", stored=[own, others])
    mine.do(ticket, "write", text="二", audience="firm", stored=[own, "x", 10**12])
    assert list(ticket.attachments.values_list("file", "comment__text")) == [(own, "一")]


def test_too_many_are_refused(town, as_, settings):
    settings.FILES_PER_SUBJECT = 1
    ticket, desk = handling(town), as_(town.handler)
    ahead = [send(desk, ticket).json()["id"] for _ in range(2)]
    response = desk.do(ticket, "write", text="两张", audience="firm", stored=ahead)
    assert response.status_code == 422
    assert "最多 1 个文件" in response.content.decode()


@pytest.fixture
def noted(town, as_):
    """A file with an internal note, in the hands of the lead and the co-handling department."""
    ticket, desk = handling(town, co=[town.police], opinions=True), as_(town.handler)
    desk.do(ticket, "write", text="内部", audience="office", files=[photo()])
    return Attachment.objects.get(ticket=ticket)


def test_an_internal_file_is_for_those_who_handle(town, as_, noted):
    for who in (town.handler, town.police_handler, town.leader):
        assert as_(who).get(address(noted)).status_code == 200, who
    strangers = (town.enterprise_member, town.member_official, town.economy_handler, town.other_member, town.nobody)
    for who in strangers:
        assert as_(who).get(address(noted)).status_code == 404, who


def test_it_comes_as_an_attachment_that_nothing_opens(town, as_, noted):
    response = as_(town.handler).get(address(noted))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_file_of_one_ticket_is_not_under_anothers_address(town, as_, noted):
    other = dispatched(town)
    assert as_(town.handler).get(f"/tickets/{other.number}/files/{noted.pk}/").status_code == 404


def test_old_links_die_with_the_membership(town, as_):
    ticket, desk = handling(town), as_(town.enterprise_member)
    desk.do(ticket, "write", text="见照片", files=[photo()])
    attachment = Attachment.objects.get(ticket=ticket)
    assert desk.get(address(attachment)).status_code == 200
    Member.objects.filter(user=town.enterprise_member).update(until=MONDAY)
    assert desk.get(address(attachment)).status_code == 404


def test_the_co_handlers_link_dies_with_his_part(town, as_, noted):
    desk = as_(town.police_handler)
    as_(town.handler).do(noted.ticket, "report", kind="solved", text="通了")
    assert desk.get(address(noted)).status_code == 200
    as_(town.department_head).do(noted.ticket, "sign_off")
    assert desk.get(address(noted)).status_code == 404


def test_a_results_files_reach_the_firm_with_the_signature(town, as_):
    ticket, firm = handling(town), as_(town.enterprise_member)
    as_(town.handler).do(ticket, "report", kind="solved", text="通了", files=[photo()])
    attachment = Attachment.objects.get(ticket=ticket)
    assert firm.get(address(attachment)).status_code == 404
    as_(town.department_head).do(ticket, "sign_off")
    assert firm.get(address(attachment)).status_code == 200
    assert "现场.jpg" in firm.see(ticket, "confirm/").content.decode()


def test_a_confirmed_matter_takes_no_more_files_from_the_department(town, as_):
    ticket = confirming(town)
    flow.confirm(ticket, by=town.enterprise_member)
    assert as_(town.enterprise_member).see(ticket, tab="files").status_code == 200
