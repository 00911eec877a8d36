"""`Idempotency-Key`: once, however often and however concurrently it is sent."""

import json
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from portal.api.models import Answer
from portal.api.tasks import forget
from requests.models import Ticket
from tests.api.factories import MATTER, line
from tests.requests.factories import build

LIST = "/api/v1/tickets/"


@pytest.fixture
def post(town, by):
    _line, token = line(town)

    def send(key=None, url=LIST, format="json", **fields):
        headers = {"HTTP_IDEMPOTENCY_KEY": key} if key else {}
        return by(token).post(url, MATTER | fields if url == LIST else fields, format=format, **headers)

    return send


def test_the_same_key_and_content_is_one_ticket_and_one_answer(post):
    first, second = post("a-1"), post("a-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert (second["Location"], second["Idempotency-Replayed"]) == (first["Location"], "true")
    assert Ticket.objects.count() == 1
    assert post("a-2").json()["number"] != first.json()["number"]
    assert post().json()["number"] != first.json()["number"]


def test_the_order_of_the_fields_is_not_the_content(town, by):
    _line, token = line(town)
    bodies = [json.dumps(MATTER), json.dumps(dict(reversed(MATTER.items())))]
    for body in bodies:
        by(token).post(LIST, body, content_type="application/json", HTTP_IDEMPOTENCY_KEY="k")
    assert Ticket.objects.count() == 1


def test_another_content_or_address_under_the_key_is_refused(post):
    number = post("a-1").json()["number"]
    for answer in (post("a-1", description="另一件事"), post("a-1", url=f"{LIST}{number}/urge/")):
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:problem-type:shaxi:key-reused")
    assert Ticket.objects.get().urges == 0


def test_what_was_refused_may_be_mended_under_the_same_key(post):
    assert post("a-1", contact_phone="1").status_code == 422
    assert Answer.objects.count() == 0
    assert post("a-1").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "键", "x" * 201, "a\tb"])
def test_a_key_that_is_none_is_malformed(post, key, town, by):
    _line, token = line(town, "另一个")
    answer = by(token).post(LIST, MATTER, format="json", HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 400
    assert not Ticket.objects.exists()


def test_a_key_belongs_to_who_sent_it(town, by, post):
    _other, token = line(town, "另一个")
    assert post("a-1").status_code == 201
    assert by(token).post(LIST, MATTER, format="json", HTTP_IDEMPOTENCY_KEY="a-1").status_code == 201
    assert Ticket.objects.count() == 2


def test_an_upload_that_is_sent_again_is_one_file(post):
    number = post().json()["number"]
    url = f"{LIST}{number}/attachments/"
    for content, status in (("一", 201), ("一", 201), ("二", 422)):
        file = SimpleUploadedFile("说明.txt", content.encode())
        assert post("f-1", url=url, format="multipart", file=file).status_code == status
    assert Ticket.objects.get().attachments.count() == 1


def test_after_a_day_the_key_is_free(post):
    post("a-1")
    post("a-2")
    Answer.objects.filter(key="a-1").update(at=timezone.now() - timedelta(hours=25))
    assert post("a-1", description="另一件事").status_code == 201
    Answer.objects.filter(key="a-2").update(at=timezone.now() - timedelta(hours=25))
    forget()
    assert [answer.key for answer in Answer.objects.all()] == ["a-1"]


def test_a_person_may_use_a_key_too(town, as_):
    from tests.requests import factories as make

    ticket, member = make.handling(town), as_(town.enterprise_member)
    url = f"{LIST}{ticket.number}/urge/"
    answers = [member.post(url, {"text": "请快"}, format="json", HTTP_IDEMPOTENCY_KEY="u") for _n in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    ticket.refresh_from_db()
    assert ticket.urges == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one_ticket():
    _line, token = line(build())
    key, start, answers = str(uuid4()), threading.Barrier(20), []

    def send():
        client = Client(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_IDEMPOTENCY_KEY=key)
        start.wait()
        answers.append(client.post(LIST, json.dumps(MATTER), content_type="application/json"))
        connections.close_all()

    threads = [threading.Thread(target=send) for _n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 20
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in answers) == 1
    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_is_told_to_come_back(monkeypatch):
    monkeypatch.setattr("portal.api.idempotency.WAIT", 1)
    system, token = line(build())
    held, done = threading.Event(), threading.Event()

    def hold():
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(
                "INSERT INTO api_answer (user_id, key, digest, content, location) VALUES (%s, 'k', '', '', '')",
                [system.user_id],
            )
            held.set()
            done.wait()
            cursor.execute("ROLLBACK")
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    client = Client(HTTP_AUTHORIZATION=f"Bearer {token}", HTTP_IDEMPOTENCY_KEY="k")
    answer = client.post(LIST, json.dumps(MATTER), content_type="application/json")
    done.set()
    holder.join()
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:problem-type:shaxi:key-in-use")
    assert answer["Retry-After"] == "1"
    assert not Ticket.objects.exists()
