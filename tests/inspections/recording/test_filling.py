"""What the telephone sends: drafts, photos one by one, the record; broken off, twice, hostile (INS-6, SEC-7)."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from inspections.models import CheckPhoto, RecordDraft, Upload
from inspections.recording import drafts, flow
from portal.files.models import StoredFile
from portal.upkeep.retention.rules import RULES
from tests.inspections.factories import need, visit
from tests.inspections.recording.conftest import AT, BEGUN, key, needs_of, point, problem, record
from tests.inspections.recording.pictures import address, drawn, jpeg, upload

BASE = "/inspections/recording/"


@pytest.fixture
def phone(client, of):
    client.force_login(of.town.inspector)
    return client


def post(client, part, what, body):
    return client.post(f"{BASE}{part.pk}/{what}/", json.dumps(body), content_type="application/json")


def photo(client, part, under=None, content=None, name="a.jpg", **fields):
    told = {"key": str(under or key()), "need": needs_of(part)[0].pk, "file": upload(content, name)} | fields
    return client.post(f"{BASE}{part.pk}/photos/", told)


def sent(part, by, **fields):
    """As the page makes it."""
    checks = [
        {
            "need": one.need,
            "remarks": one.remarks,
            "answers": [{"item": a.item, "result": a.result, "note": a.note} for a in one.answers],
            "findings": [],
        }
        for one in record(part).checks
    ]
    signatures = [
        {"whose": "inspector", "image": address(drawn())},
        {"whose": "firm", "image": address(drawn()), "name": "列御寇", "title": "", "refused_for": ""},
    ]
    known = {"by": by.pk, "key": str(key()), "written_at": AT.isoformat(), "photos": []}
    return known | {"checks": checks, "signatures": signatures} | fields


def test_a_record_sent_again_gets_the_same_answer_and_another_under_its_key_409(of, phone, housing):
    body = sent(housing, of.town.inspector)
    answers = [post(phone, housing, "send", body) for _n in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert {answer.json()["url"] for answer in answers} == {f"{BASE}{housing.pk}/record/"}
    other = post(phone, housing, "send", body | {"written_at": (AT + timedelta(minutes=1)).isoformat()})
    assert other.status_code == 409
    assert other.json()["error"]
    assert other.json()["url"]
    assert Upload.objects.count() == 1


def test_what_another_account_filled_in_is_not_sent_under_ones_name(of, phone, housing):
    assert post(phone, housing, "send", sent(housing, of.housing_second)).status_code == 409
    assert not Upload.objects.exists()


SHAPES = {
    "no JSON": "{",
    "a list": "[]",
    "deep": "[" * 100_000,
    "no checks": json.dumps({"by": 1}),
    "a word for a number": {"checks": [{"need": "x", "answers": [], "findings": []}]},
    "another result": {"checks": [{"need": 1, "answers": [{"item": 1, "result": "fine"}], "findings": []}]},
    "a NUL": {"signatures": [{"whose": "firm", "refused_for": "a\0b"}]},
    "half a character": {"signatures": [{"whose": "firm", "refused_for": "\ud800"}]},
    "too many": {"photos": [str(key())] * 201},
    "a page for a signature": {"signatures": [{"whose": "inspector", "image": "data:text/html,<script>"}]},
    "no base64": {"signatures": [{"whose": "inspector", "image": "data:image/png;base64,%%%"}]},
    "a huge number": {"checks": [{"need": 10**40, "answers": [], "findings": []}]},
}


@pytest.mark.parametrize("case", SHAPES)
def test_another_shape_is_refused_with_a_sentence(of, phone, housing, case):
    body = SHAPES[case]
    if isinstance(body, dict):
        body = json.dumps(sent(housing, of.town.inspector) | body)
    answer = phone.post(f"{BASE}{housing.pk}/send/", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not Upload.objects.exists()


def test_a_body_above_the_limit_is_413(of, phone, housing):
    body = json.dumps({"x": "a" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})
    assert phone.post(f"{BASE}{housing.pk}/send/", body, content_type="application/json").status_code == 413


def test_a_refusal_names_the_place_on_the_page(of, phone, housing):
    body = sent(housing, of.town.inspector)
    first = body["checks"][0]
    left = first["answers"].pop()
    answer = post(phone, housing, "send", body)
    assert (answer.status_code, answer.json()["field"]) == (422, f"n{first['need']}-i{left['item']}")


def test_without_the_token_of_the_page_nothing_is_taken(of, housing):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(of.town.inspector)
    assert post(careful, housing, "send", sent(housing, of.town.inspector)).status_code == 403
    assert not Upload.objects.exists()


def test_signed_out_a_script_reads_401_and_the_record_can_be_sent_later(of, client, housing):
    answer = client.post(
        f"{BASE}{housing.pk}/send/", "{}", content_type="application/json", HTTP_ACCEPT="application/json"
    )
    assert answer.status_code in (401, 403)


def test_a_photo_that_came_already_is_not_stored_again(of, phone, housing):
    under = key()
    assert [photo(phone, housing, under).status_code for _n in range(2)] == [201, 200]
    assert (CheckPhoto.objects.count(), StoredFile.objects.count()) == (1, 1)
    phone.force_login(of.housing_second)
    assert photo(phone, housing, under).status_code == 409


def test_an_upload_that_breaks_off_leaves_nothing_and_goes_through_afterwards(of, phone, housing):
    under = key()
    boundary, head = "x", f'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n{under}\r\n'
    head += f'--x\r\nContent-Disposition: form-data; name="need"\r\n\r\n{needs_of(housing)[0].pk}\r\n'
    head += '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    cut = head.encode() + jpeg(800, 600)[:1500]  # the line broke here
    answer = phone.post(f"{BASE}{housing.pk}/photos/", cut, content_type=f"multipart/form-data; boundary={boundary}")
    assert answer.status_code in (400, 422)
    assert not CheckPhoto.objects.exists()
    assert photo(phone, housing, under).status_code == 201


HOSTILE = {
    "a page": (b"<html><script>alert(1)</script>", "a.jpg"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>", "a.svg"),
    "a page behind a picture": (b"GIF89a<script>", "a.png"),
    "pdf": (b"%PDF-1.4\nstartxref\n0\n%%EOF", "a.pdf"),
    "cut": (jpeg(400, 300)[:600], "a.jpg"),
    "empty": (b"", "a.jpg"),
    "the wrong name": (drawn(), "a.jpg"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_photo_is_refused_with_a_sentence(of, phone, housing, case):
    content, name = HOSTILE[case]
    answer = photo(phone, housing, content=content, name=name)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert not CheckPhoto.objects.exists()


def test_photos_belong_to_a_need_of_the_part_and_a_point_of_its_list(of, phone, housing, fire):
    assert photo(phone, housing, need=needs_of(fire)[0].pk).status_code == 422
    assert photo(phone, housing, item=10**15).status_code == 422
    assert photo(phone, housing, need="x").status_code == 422
    assert photo(phone, housing, item=point(housing).pk).status_code == 201


def test_no_more_photos_than_a_subject_may_have(of, phone, housing, settings):
    settings.FILES_PER_SUBJECT = 2
    assert [photo(phone, housing).status_code for _n in range(3)] == [201, 201, 422]


def test_a_photo_is_shown_small_upright_and_without_what_the_camera_wrote(of, phone, housing):
    under = key()
    photo(phone, housing, under, jpeg(2000, 1000, turned=6))
    answer = phone.get(f"{BASE}photos/{under}/?small=1")
    image = Image.open(BytesIO(answer.content))
    assert (image.size, dict(image.getexif())) == ((320, 640), {})
    assert answer["Cache-Control"] == "private, no-store"


def test_a_photo_may_be_taken_back_until_it_is_in_a_record(of, phone, housing):
    kept, left = key(), key()
    photo(phone, housing, kept), photo(phone, housing, left)
    assert phone.delete(f"{BASE}photos/{left}/").status_code == 204
    flow.record(housing, by=of.town.inspector, record=record(housing, photos=frozenset([kept])), key=key(), at=AT)
    assert phone.delete(f"{BASE}photos/{kept}/").status_code == 404
    assert phone.get(f"{BASE}photos/{kept}/").status_code == 200


def test_an_older_draft_never_overwrites_a_newer_one(of, phone, housing):
    for version, text in ((3, "新"), (2, "旧"), (3, "同")):
        assert post(phone, housing, "draft", {"version": version, "fields": [["n1-remarks", text]]}).json() == {
            "version": 3
        }
    assert RecordDraft.objects.get().data == {"fields": [["n1-remarks", "新"]]}
    page = phone.get(f"{BASE}{housing.pk}/")
    assert '"version": 3' in page.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"version": 0, "fields": []},
        {"version": "1", "fields": []},
        {"version": 1},
        {"version": 1, "fields": [["a"]]},
        {"version": 2**31, "fields": []},
        {"version": 1, "fields": [["a", "b" * drafts.LONGEST]]},
    ],
)
def test_a_draft_of_another_shape_is_refused(of, phone, housing, body):
    assert post(phone, housing, "draft", body).status_code == 422


def test_a_draft_with_characters_no_database_keeps_is_cleaned(of, phone, housing):
    assert post(phone, housing, "draft", {"version": 1, "fields": [["a", "x\0\ud800y"]]}).status_code == 200
    assert RecordDraft.objects.get().data == {"fields": [["a", "xy"]]}


def test_after_the_record_drafts_and_photos_are_told_who_was_first(of, phone, housing):
    flow.record(housing, by=of.housing_second, record=record(housing), key=key(), at=AT)
    for answer in (post(phone, housing, "draft", {"version": 1, "fields": []}), photo(phone, housing)):
        assert answer.status_code == 409
        assert of.housing_second.name in answer.json()["error"]
    assert phone.get(f"{BASE}{housing.pk}/").status_code == 302


def test_the_form_opens_before_the_visit_begins_and_not_once_it_is_off(of, phone, under_way, housing):
    for status, code in (
        ("scheduled", 200),
        ("under_way", 200),
        ("missed", 409),
        ("cancelled", 409),
        ("proposed", 404),
    ):
        type(under_way).objects.filter(pk=under_way.pk).update(status=status)
        assert phone.get(f"{BASE}{housing.pk}/").status_code == code, status


def test_whose_certificate_ends_before_the_day_does_not_go(of, phone, housing):
    of.town.inspector.certificates.update(valid_until=housing.visit.day - timedelta(days=1))
    assert phone.get(f"{BASE}{housing.pk}/").status_code == 404


def test_the_form_hints_at_a_first_offence_and_stops_hinting_after_one(of, phone, housing):
    first = "两年内首次"
    page = phone.get(f"{BASE}{housing.pk}/").content.decode()
    assert page.count(first) == 2  # of either need of the subject
    assert 'value="warn"' in page
    earlier = visit(
        of,
        of.town.firm,
        [need(of, of.town.firm, first=BEGUN.date().replace(month=1))],
        status="under_way",
        on_the_spot=True,
    )
    part = earlier.parts.get()
    flow.record(part, by=of.town.inspector, record=record(part, problem(part, 2, severity="minor")), key=key(), at=AT)
    page = phone.get(f"{BASE}{housing.pk}/").content.decode()
    assert first not in page
    assert 'value="warn"' not in page


def test_the_list_asks_as_much_for_three_as_for_one(of, phone, housing):
    counts = []
    for day in (16, 17):
        phone.get(BASE)
        with CaptureQueriesContext(connection) as seen:
            assert phone.get(BASE).content.decode().count("data-form") == day - 15
        counts.append(len(seen))
        on = {"first": BEGUN.date().replace(day=day), "last": BEGUN.date().replace(day=day), "kind": "clue"}
        visit(of, of.town.firm, [need(of, of.town.firm, **on)], day=on["first"], on_the_spot=True, status="under_way")
    assert counts[0] == counts[1]


def test_photos_that_no_record_took_and_old_drafts_are_forgotten(of, phone, housing):
    rules = {rule.code: rule for rule in RULES}
    kept, left = key(), key()
    photo(phone, housing, kept)
    flow.record(housing, by=of.town.inspector, record=record(housing, photos=frozenset([kept])), key=key(), at=AT)
    shot = {"part": housing, "need": needs_of(housing)[0], "by": of.housing_second, "at": AT}
    CheckPhoto.objects.create(key=left, file=StoredFile.objects.create(name="b", size=1, path="b"), **shot)
    draft = RecordDraft.objects.create(part=housing, user=of.housing_second)
    assert [one.key for one in rules["check-photos"].over(AT + timedelta(seconds=1))] == [left]
    assert not rules["check-photos"].over(AT)
    assert not rules["check-drafts"].over(draft.saved_at)
    assert list(rules["check-drafts"].over(draft.saved_at + timedelta(seconds=1))) == [draft]
