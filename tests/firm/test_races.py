"""Sent at the same moment, with real threads and real commits: one ticket, nothing lost, nothing left over."""

import threading
import uuid

import pytest
from django.db import transaction

from requests import drafts, flow
from requests.forms.filing import FilingForm
from requests.models import Attachment, Draft, Ticket
from tests.firm.conftest import signed_in
from tests.firm.factories import TEXT, page_of, photo, send, typed
from tests.requests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def clients(town, number: int) -> list:
    return [signed_in(town.enterprise_member) for _ in range(number)]


def test_submit_pressed_many_times_at_once_is_one_ticket(town):
    key = uuid.uuid4()
    acts = [lambda client=client: send(client, key, typed(town)) for client in clients(town, 8)]
    answers = at_once(acts)
    ticket = Ticket.objects.get()
    assert {getattr(answer, "url", answer) for answer in answers} == {f"/tickets/{ticket.number}/receipt/"}
    assert not Draft.objects.exists()


def test_submit_at_once_with_files_in_the_form_keeps_one_set_of_files(town):
    key = uuid.uuid4()
    acts = [lambda c=c: send(c, key, typed(town, files=[photo("一.jpg")])) for c in clients(town, 4)]
    answers = at_once(acts)
    assert {getattr(answer, "status_code", answer) for answer in answers} == {302}
    assert [attachment.file.name for attachment in Ticket.objects.get().attachments.all()] == ["一.jpg"]
    assert not Draft.objects.exists()
    assert not Attachment.objects.filter(ticket=None).exists()


def test_saving_while_it_is_sent_leaves_no_draft_behind(town):
    for _ in range(5):
        key = uuid.uuid4()
        savers = [
            lambda c=c, k=key: c.post(page_of(k, "draft-save"), typed(town)).status_code for c in clients(town, 3)
        ]
        sender = signed_in(town.enterprise_member)
        answers = at_once([*savers, lambda c=sender, k=key: send(c, k, typed(town)).status_code])
        assert set(answers) <= {200, 409, 302}
        assert Ticket.objects.filter(filed_key=key).count() == 1
        assert not Draft.objects.filter(key=key).exists()


def test_control_a_saving_that_does_not_wait_leaves_one(town):
    """What `drafts.alone` is for: looked before, written after, the draft outlives its ticket."""
    key, looked, filed = uuid.uuid4(), threading.Event(), threading.Event()

    def careless_save() -> None:
        with transaction.atomic():
            assert not Ticket.objects.filter(filed_key=key).exists()
            looked.set()
            filed.wait(20)
            Draft.objects.create(key=key, user=town.enterprise_member, data={"description": TEXT})

    def file() -> None:
        looked.wait(20)
        form = FilingForm(typed(town), user=town.enterprise_member)
        assert form.is_valid()
        flow.file(form.matter(), by=town.enterprise_member, key=key)
        filed.set()

    assert at_once([careless_save, file]) == [None, None]
    assert Draft.objects.filter(key=key).exists()
    assert Ticket.objects.filter(filed_key=key).exists()


def test_ten_files_at_once_are_one_draft_with_ten_files_and_no_eleventh(town):
    key = uuid.uuid4()
    acts = [
        lambda c=c, n=n: c.post(page_of(key, "draft-upload"), {"file": photo(f"{n}.jpg")}).status_code
        for n, c in enumerate(clients(town, 12))
    ]
    assert sorted(at_once(acts)) == [201] * 10 + [422] * 2
    assert Draft.objects.get().attachments.count() == 10


def test_two_people_at_one_key_have_one_owner(town):
    """A copied address: whoever saves first has it, the other is told that it is not there."""
    key = uuid.uuid4()
    other = signed_in(town.other_member)
    acts = [
        lambda: signed_in(town.enterprise_member).post(page_of(key, "draft-save"), typed(town)).status_code,
        lambda: other.post(page_of(key, "draft-save"), typed(town, enterprise=town.foreign_firm.uscc)).status_code,
    ]
    assert sorted(at_once(acts)) == [200, 404]
    assert Draft.objects.count() == 1


def test_the_lock_is_given_back_with_the_transaction(town):
    key = uuid.uuid4()
    with transaction.atomic():
        drafts.alone(key)
    with transaction.atomic():
        drafts.alone(key)
