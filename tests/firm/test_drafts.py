"""Drafts and what the page's scripts ask for: kept, one's own, and gone when they have become a ticket."""

import uuid
from itertools import count

import pytest
from django.conf import settings
from django.test import Client

from portal.files.models import StoredFile
from requests import drafts
from requests.models import Attachment, Draft
from tests.files.factories import HTML, upload
from tests.firm.conftest import signed_in
from tests.firm.factories import TEXT, draft, leave, page_of, photo, send, typed
from tests.requests import factories as make

pytestmark = pytest.mark.django_db


def save(client, key, data):
    return client.post(page_of(key, "draft-save"), data)


def add(client, key, file):
    return client.post(page_of(key, "draft-upload"), {"file": file})


# Saving -------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_unchecked(town, member):
    key = uuid.uuid4()
    assert save(member, key, typed(town, contact_phone="", category="nonsense", title="x" * 200)).status_code == 200
    kept = Draft.objects.get()
    assert (kept.key, kept.user, kept.enterprise) == (key, town.enterprise_member, town.firm)
    assert (kept.data["description"], kept.data["category"], kept.data["title"]) == (TEXT, "nonsense", "x" * 200)


def test_looking_makes_no_draft(town, member):
    key = uuid.uuid4()
    member.get(page_of(key))
    assert save(member, key, typed(town, description="", title="")).status_code == 200
    assert not Draft.objects.exists()


def test_a_text_taken_back_is_taken_back_in_the_draft(town, member):
    begun = draft(town)
    save(member, begun.key, typed(town, description=""))
    begun.refresh_from_db()
    assert begun.data["description"] == ""


@pytest.mark.parametrize("text", ["停" * 50_000, "a\0b\x07\r\nc", "\ud83d", "<script>alert(1)</script>", "{% now %}"])
def test_huge_and_hostile_text_is_kept_without_harm(town, member, text):
    key = uuid.uuid4()
    sent = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    assert save(member, key, typed(town, description=sent)).status_code == 200
    kept = Draft.objects.get().data["description"]
    assert len(kept) <= drafts.LONGEST
    assert "\0" not in kept
    assert "<script>alert" not in member.get(page_of(key)).content.decode()


@pytest.mark.parametrize("code", ["", "1", "²", "9" * 30, "91320585MA0000000X", "a\0b", "*", "null"])
def test_a_firm_that_is_none_of_ours_is_kept_as_none(town, member, code):
    key = uuid.uuid4()
    assert save(member, key, typed(town, enterprise=code)).status_code == 200
    assert Draft.objects.get().enterprise is None


def test_another_firms_code_is_not_kept(town, member):
    save(member, uuid.uuid4(), typed(town, enterprise=town.foreign_firm.uscc))
    assert Draft.objects.get().enterprise is None


def test_a_body_of_another_kind_is_refused(town, member):
    answer = member.post(page_of(uuid.uuid4(), "draft-save"), {"description": [1]}, content_type="application/json")
    assert answer.status_code == 415


def test_what_has_become_a_ticket_is_not_saved_again(town, member):
    key = uuid.uuid4()
    send(member, key, typed(town))
    answer = save(member, key, typed(town, description="后来又写的"))
    assert answer.status_code == 409
    assert "SX-" in answer.json()["number"]
    assert not Draft.objects.exists()


# Whose --------------------------------------------------------------------------------------------------------


FOREIGN = ("other_member", "triager", "steward", "member_official", "administrator")


@pytest.mark.parametrize("who", FOREIGN)
def test_a_foreign_draft_is_not_there(town, who):
    begun = draft(town)
    kept = begun.attachments.create(file=StoredFile.objects.create(name="a.jpg", size=1, path=str(uuid.uuid4())))
    stranger = signed_in(town.people[who])
    answers = [
        stranger.get(page_of(begun.key)),
        send(stranger, begun.key, typed(town, enterprise=town.foreign_firm.uscc)),
        save(stranger, begun.key, typed(town)),
        add(stranger, begun.key, photo()),
        stranger.delete(page_of(begun.key, "draft-file", kept.pk)),
        stranger.post(page_of(begun.key, "draft-drop")),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert Draft.objects.get().data["description"] == TEXT
    assert Attachment.objects.filter(draft=begun).count() == 1


def test_a_foreign_ticket_under_the_same_key_is_not_there(town, member):
    key = uuid.uuid4()
    send(member, key, typed(town))
    stranger = signed_in(town.other_member)
    theirs = typed(town, enterprise=town.foreign_firm.uscc)
    answers = [stranger.get(page_of(key)), send(stranger, key, theirs), save(stranger, key, theirs)]
    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.parametrize("who", ["intake_clerk", "leader", "nobody", "former_member"])
def test_who_files_for_no_firm_has_no_drafts(town, who):
    client, key = signed_in(town.people[who]), uuid.uuid4()
    assert [save(client, key, typed(town)).status_code, add(client, key, photo()).status_code] == [404, 404]
    assert not Draft.objects.exists()
    assert not StoredFile.objects.exists()


def test_nobody_saves_without_signing_in_or_token(town, settings):
    key = uuid.uuid4()
    assert save(Client(), key, typed(town)).status_code in (401, 403)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(town.enterprise_member)
    assert save(strict, key, typed(town)).status_code == 403
    assert send(strict, key, typed(town)).status_code == 403
    assert not Draft.objects.exists()


def test_when_the_membership_ends_the_next_saving_is_refused(town, member):
    key = uuid.uuid4()
    save(member, key, typed(town))
    leave(town.enterprise_member)
    assert save(member, key, typed(town, description="还在写")).status_code in (401, 404)
    assert Draft.objects.get().data["description"] == TEXT


# Files --------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_with_the_draft_that_it_begins(town, member):
    key = uuid.uuid4()
    answer = add(member, key, photo())
    kept = Attachment.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"id": kept.pk, "name": "配电柜.jpg"}
    assert (kept.draft.key, kept.draft.user, kept.ticket) == (key, town.enterprise_member, None)
    assert "配电柜.jpg" in member.get(page_of(key)).content.decode()


@pytest.mark.parametrize(
    "name, shown",
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("a\u202egpj.exe.jpg", "agpj.exe.jpg"),
        ('"><img src=x onerror=alert(1)>.jpg', "___img src=x onerror=alert(1)_.jpg"),
        ("长" * 300 + ".jpg", None),
    ],
)
def test_a_hostile_file_name_is_only_a_name(town, member, name, shown):
    key = uuid.uuid4()
    answer = add(member, key, photo(name))
    assert answer.status_code == 201
    kept = answer.json()["name"]
    assert kept == (shown or kept)
    assert len(kept) <= 120
    page = member.get(page_of(key)).content.decode()
    assert "<img src=x" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("file", [upload("网页.jpg", HTML), upload("程序.exe", b"MZ"), upload("空.jpg", b"")])
def test_what_may_not_be_stored_is_refused_with_a_sentence(town, member, file):
    file.seek(0)
    answer = add(member, uuid.uuid4(), file)
    assert answer.status_code == 422
    assert file.name.split(".")[0] in answer.json()["error"]
    assert not Attachment.objects.exists()


def test_a_file_that_is_too_large_is_refused(town, member, settings):
    settings.FILE_MAX_BYTES = 1000
    answer = add(member, uuid.uuid4(), photo())
    assert answer.status_code == 422
    assert "MB" in answer.json()["error"]


def test_no_file_at_all_is_refused(town, member):
    answer = member.post(page_of(uuid.uuid4(), "draft-upload"), {"file": "words"})
    assert answer.status_code == 422


def test_more_than_ten_files_are_refused_and_a_removed_one_makes_room(town, member):
    key = uuid.uuid4()
    names = count(1)
    answers = [add(member, key, photo(f"{next(names)}.jpg")) for _ in range(settings.FILES_PER_SUBJECT + 1)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [422]
    assert StoredFile.objects.count() == 10, "one too many is refused before it is stored"
    assert member.delete(page_of(key, "draft-file", answers[0].json()["id"])).status_code == 204
    assert add(member, key, photo("又一张.jpg")).status_code == 201


def test_a_file_is_taken_out_once_and_not_again(town, member):
    key = uuid.uuid4()
    pk = add(member, key, photo()).json()["id"]
    answers = [member.delete(page_of(key, "draft-file", pk)).status_code for _ in range(2)]
    assert answers == [204, 404]


def test_a_filed_matters_files_are_no_longer_taken_out(town, member):
    key = uuid.uuid4()
    pk = add(member, key, photo()).json()["id"]
    send(member, key, typed(town, attachments=[pk]))
    assert member.delete(page_of(key, "draft-file", pk)).status_code == 404
    assert add(member, key, photo()).status_code == 409
    assert Attachment.objects.get().ticket is not None


# Dropping -----------------------------------------------------------------------------------------------------


def test_a_dropped_draft_goes_with_its_files(town, member):
    key = uuid.uuid4()
    add(member, key, photo())
    answer = member.post(page_of(key, "draft-drop"), follow=True)
    assert "草稿已删除" in answer.content.decode()
    assert not Draft.objects.exists()
    assert not Attachment.objects.exists()


def test_dropping_twice_is_no_error(town, member):
    begun = draft(town)
    answers = [member.post(page_of(begun.key, "draft-drop")).status_code for _ in range(2)]
    assert answers == [302, 302]


def test_dropping_needs_a_post(town, member):
    begun = draft(town)
    assert member.get(page_of(begun.key, "draft-drop")).status_code == 405
    assert Draft.objects.exists()


def test_a_ticket_is_not_dropped_with_its_key(town, member):
    ticket = make.filed(town)
    assert member.post(page_of(ticket.filed_key, "draft-drop")).status_code == 302
    assert make.fresh(ticket) == ticket
