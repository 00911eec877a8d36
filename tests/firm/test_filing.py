"""Filing: one screen, prefilled, guessed, and one ticket however often it is sent (APP-2)."""

import uuid

import pytest
from django.conf import settings
from django.urls import reverse

from portal.files.models import StoredFile
from portal.trail.models import Event
from requests.models import Attachment, Draft, Ticket
from tests.files.factories import HTML, upload
from tests.firm.factories import TEXT, begin, draft, key_in, page_of, photo, send, typed

pytestmark = pytest.mark.django_db

# Sending ------------------------------------------------------------------------------------------------------


def test_app_2_one_text_is_enough(town, member):
    key = key_in(begin(member))
    answer = send(member, key, typed(town))
    ticket = Ticket.objects.get()
    assert answer.url == reverse("requests:receipt", args=[ticket.number])
    assert (ticket.enterprise, ticket.filed_by, ticket.filed_key) == (town.firm, town.enterprise_member, key)
    assert (ticket.title, ticket.description) == ("园区东路夜里又停电，昨晚停了两次，数控线停机", TEXT)
    assert (ticket.category, ticket.urgency, ticket.channel) == (None, "ordinary", "online")
    assert (ticket.status, ticket.first_responder) == ("received", town.steward)
    assert not Draft.objects.exists()
    assert Event.objects.about(ticket).get().kind == "ticket.filed"


def test_what_was_chosen_by_hand_is_filed(town, member):
    send(member, uuid.uuid4(), typed(town, title="停电", category="land-energy", urgency="urgent"))
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.category.code, ticket.urgency) == ("停电", "land-energy", "urgent")


def test_a_draft_becomes_the_ticket_with_its_files(town, member):
    key = uuid.uuid4()
    ids = [member.post(page_of(key, "draft-upload"), {"file": photo(f"{n}.jpg")}).json()["id"] for n in range(2)]
    send(member, key, typed(town, attachments=ids))
    ticket = Ticket.objects.get()
    assert [a.file.name for a in ticket.attachments.all()] == ["0.jpg", "1.jpg"]
    assert not Draft.objects.exists()


def test_what_was_taken_off_the_page_is_not_filed(town, member):
    key = uuid.uuid4()
    ids = [member.post(page_of(key, "draft-upload"), {"file": photo(f"{n}.jpg")}).json()["id"] for n in range(2)]
    send(member, key, typed(town, attachments=ids[1:]))
    assert [a.file.name for a in Ticket.objects.get().attachments.all()] == ["1.jpg"]


@pytest.mark.parametrize("junk", ["", "²", "9" * 40, "-1", "1; drop"])
def test_a_strange_number_of_a_file_is_no_file(town, member, junk):
    assert send(member, uuid.uuid4(), typed(town, attachments=[junk])).status_code == 302
    assert not Ticket.objects.get().attachments.exists()


def test_anothers_file_is_not_filed_with_mine(town, member):
    theirs = draft(town, user=town.other_member, enterprise=town.foreign_firm)
    stored = StoredFile.objects.create(name="a.jpg", size=1, path=str(uuid.uuid4()))
    kept = theirs.attachments.create(file=stored)
    send(member, uuid.uuid4(), typed(town, attachments=[kept.pk]))
    assert not Ticket.objects.get().attachments.exists()
    kept.refresh_from_db()
    assert kept.draft == theirs


def test_files_come_with_the_form_where_there_are_no_scripts(town, member):
    send(member, uuid.uuid4(), typed(town, files=[photo("一.jpg"), photo("二.jpg")]))
    assert [a.file.name for a in Ticket.objects.get().attachments.all()] == ["一.jpg", "二.jpg"]


def test_without_scripts_a_draft_is_kept_by_its_button_and_a_file_taken_out_by_its_box(town, member):
    key = uuid.uuid4()
    answer = send(member, key, typed(town, keep="1", files=[photo("一.jpg"), photo("二.jpg")]))
    assert answer.url == page_of(key)
    ids = list(Attachment.objects.values_list("pk", flat=True))
    send(member, key, typed(town, keep="1", attachments=ids, remove=ids[:1]))
    assert [a.file.name for a in Draft.objects.get().attachments.all()] == ["二.jpg"]
    assert not Ticket.objects.exists()


# Refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given, sentence",
    [
        ({"description": "  \n "}, "请写下遇到了什么事"),
        ({"description": "停" * 4001}, "最多 4000 字"),
        ({"contact_phone": ""}, "请写联系电话"),
        ({"contact_phone": "12345"}, "至少 7 位数字"),
        ({"contact_phone": "13800000021<b>"}, "只写数字"),
        ({"contact_name": ""}, "请写联系人姓名"),
        ({"title": "题" * 61}, "标题最多 60 字"),
        ({"category": "no-such"}, "category"),
        ({"urgency": "yesterday"}, "urgency"),
        ({"enterprise": ""}, "请选企业"),
        ({"enterprise": "9" * 40}, "您已不是这家企业的联系人"),
    ],
)
def test_what_is_refused_says_why_and_loses_nothing(town, member, given, sentence):
    key = uuid.uuid4()
    sent = typed(town, files=[photo()], **{"title": "停电", **given})
    answer = send(member, key, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert not Ticket.objects.exists()
    assert Draft.objects.get().data["description"] == sent["description"]
    assert Draft.objects.get().attachments.get().file.name == "配电柜.jpg"
    assert "配电柜.jpg" in page
    assert sent["title"] in page


def test_text_of_the_full_length_counts_a_line_end_once(town, member):
    text = "停电\r\n" * 1333 + "停"
    assert len(text.replace("\r\n", "\n")) == 4000
    assert send(member, uuid.uuid4(), typed(town, description=text)).status_code == 302


def test_a_refused_file_is_named_and_the_others_are_kept(town, member):
    key = uuid.uuid4()
    answer = send(member, key, typed(town, files=[photo("好.jpg"), upload("坏.jpg", HTML)]))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "坏.jpg" in page
    assert not Ticket.objects.exists()
    kept = Draft.objects.get().attachments.get()
    assert kept.file.name == "好.jpg"
    assert send(member, key, typed(town, attachments=[kept.pk])).status_code == 302


def test_the_eleventh_file_is_refused_and_ten_are_kept(town, member):
    key = uuid.uuid4()
    answer = send(member, key, typed(town, files=[photo(f"{n}.jpg") for n in range(11)]))
    assert answer.status_code == 422
    assert f"最多 {settings.FILES_PER_SUBJECT} 个文件" in answer.content.decode()
    assert Draft.objects.get().attachments.count() == 10


def test_a_heading_becomes_one_visible_line(town, member):
    sent = typed(town, title="停电\r\nBcc: all@example.com\u202e", contact_name="周\n南")
    send(member, uuid.uuid4(), sent)
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.contact_name) == ("停电 Bcc: all@example.com", "周 南")


def test_markup_is_shown_as_written(town, member):
    key = uuid.uuid4()
    text = "<script>alert(1)</script>停电了，请帮忙看看"
    page = send(member, key, typed(town, description=text, contact_phone="")).content.decode()
    assert "<script>alert" not in page
    send(member, key, typed(town, description=text))
    ticket = Ticket.objects.get()
    assert ticket.description == text
    receipt = member.get(reverse("requests:receipt", args=[ticket.number])).content.decode()
    assert "<script>alert" not in receipt


@pytest.mark.parametrize("name", ["draft", "draft-save", "draft-hints"])
@pytest.mark.parametrize(
    "flood",
    [{"description": "a" * 3 * 1024 * 1024}, {"attachments": [str(n) for n in range(1000)]}],
    ids=["megabytes", "fields"],
)
def test_a_flood_is_turned_away(town, member, name, flood):
    assert member.post(page_of(uuid.uuid4(), name), typed(town) | flood).status_code == 400
    assert not Ticket.objects.exists()
    assert not Draft.objects.exists()


def test_a_text_of_nothing_visible_is_refused(town, member):
    assert send(member, uuid.uuid4(), typed(town, description="\u200b\u200b")).status_code == 422
    assert not Ticket.objects.exists()


def test_a_null_in_the_text_is_refused_and_the_rest_kept(town, member):
    assert send(member, uuid.uuid4(), typed(town, description="停电\0了")).status_code == 422
    assert Draft.objects.get().data["description"] == "停电了"


# Twice --------------------------------------------------------------------------------------------------------


def test_sent_twice_is_one_ticket(town, member):
    key = uuid.uuid4()
    answers = [send(member, key, typed(town)) for _ in range(2)]
    assert answers[0].url == answers[1].url
    assert Ticket.objects.count() == 1
    assert not Draft.objects.exists()


def test_a_page_left_open_shows_the_receipt_once_it_was_filed(town, member):
    key = uuid.uuid4()
    address = send(member, key, typed(town)).url
    assert member.get(page_of(key)).url == address


def test_other_words_from_a_page_left_open_become_a_draft_of_their_own(town, member):
    key = uuid.uuid4()
    send(member, key, typed(town))
    answer = send(member, key, typed(town, description="另外，路灯也坏了"))
    kept = Draft.objects.get()
    assert kept.key != key
    assert kept.data["description"] == "另外，路灯也坏了"
    assert answer.url == f"{page_of(kept.key)}?after={key}"
    page = member.get(answer.url).content.decode()
    assert Ticket.objects.get().number in page
    assert "还没有提交" in page
    assert f'data-draft-kept="{page_of(key)}"' in page
