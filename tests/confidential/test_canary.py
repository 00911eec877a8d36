"""A complaint full of canary words is found nowhere by anybody who may not read it, and no count changes (APP-18).

Two worlds: everything each person is shown, before the complaint and after it went its way to the finding, late on
every rung of the ladder, its letters delivered. What each is shown must be the same to the letter.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse

from portal import files
from portal.deadlines.sweep import sweep
from portal.desk import displays
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery
from portal.people.models import User
from portal.worktime import clock
from requests import flow
from requests.flow.confidential import Grievance
from requests.models import Ticket
from tests.confidential.crawl import Reader, addresses, crawl, shares
from tests.matrix import world
from tests.requests.factories import fresh

# Everybody who is in some way near it: the accused unit, the firm's other people, the centre, leaders, operators.
READERS = (
    *("intake_clerk", "triager", "leader", "congress_observer", "administrator", "auditor"),
    *("department_head", "steward", "member_official", "anonymous"),
)
CANARIES = ("金丝雀甲", "金丝雀乙", "金丝雀丙", "金丝雀丁", "金丝雀戊", "金丝雀己", "13899998888")
# What everybody who may opens; of all other pages each is opened by one of those who may, so that none is left out.
EVERYBODYS = ("desk:", "mine:", "requests:list", "requests:queue", "requests:export", "tickets-api:", "outbox:inbox")
MACHINES = {  # what brings a key of its own instead of a sign-in
    "screen": ("/board/", "/board/items/"),
    "prometheus": ("/metrics",),
}
LINKED = 8  # pages for each person beyond the matrix, found by following links


@pytest.fixture(autouse=True)
def stored_here(settings, tmp_path, time_machine, monkeypatch):
    monkeypatch.setattr("portal.deadlines.watch.SILENT", timedelta(days=1))  # no alarm on a slow machine
    time_machine.move_to(datetime.now(tz=UTC), tick=False)
    options = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": options}
    settings.METRICS_FROM = []


def complain(town):
    """From the filing to the finding: it has been late for months, and everybody was told who is to be told."""
    told = {"about": "department", "accused": town.housing, "unit_name": "", "persons": "金丝雀甲"}
    told |= {"description": "金丝雀乙在窗口索要好处", "contact_name": "金丝雀丙", "contact_phone": "13899998888"}
    paper = files.store(SimpleUploadedFile("金丝雀丁.txt", "证据".encode()), by=town.enterprise_member)
    at = clock.now() - timedelta(days=90)
    grievance = Grievance(**told, enterprise=town.firm)
    ticket = flow.complain(grievance, by=town.enterprise_member, key=uuid.uuid4(), files=[paper], at=at)
    flow.accept(ticket, by=town.supervisor, at=at)
    flow.entrust(fresh(ticket), by=town.supervisor, handlers=[town.economy_handler], instruction="金丝雀戊", at=at)
    flow.take(fresh(ticket), by=town.economy_handler, at=at)
    flow.log_contact(fresh(ticket), by=town.economy_handler, text="金丝雀己", at=at)
    for what in ("complainant", "unit", "site", "expert"):
        flow.record_confirmation(fresh(ticket), by=town.economy_handler, what=what, text="金丝雀己", at=at)
    flow.find(fresh(ticket), by=town.economy_handler, outcome="founded", text="金丝雀己", at=at)
    flow.write(fresh(ticket), by=town.supervisor, text="金丝雀己", audience="firm", at=at)
    return fresh(ticket)


def told_and_swept(rounds=1):
    """A sweep or a delivery ends after a while, on a slow machine before all is done: until nothing is left."""
    for _ in range(rounds):
        while sweep().timed:
            pass
    while deliver():
        pass


def shown_to(town, where, settings):
    """{person: {path: what he is shown}}; that he has looked is undone."""
    found = {}
    more = [reverse("tickets-api:tickets") + "?count=1", "/search/?q=金丝雀", "/metrics", "/healthz"]
    for name, pages in shares(READERS, where, EVERYBODYS).items():
        user = None if name == "anonymous" else User.objects.get(pk=town.people[name].pk)
        with transaction.atomic():
            found[name] = crawl(Reader(name, user), [*more, *pages], len(more) + len(pages) + LINKED)
            transaction.set_rollback(True)
    with transaction.atomic():
        screen = Reader("screen", None)
        prometheus = Reader("prometheus", None, {"Authorization": "Bearer of-prometheus"})
        screen.get(f"/board/?key={displays.make('候办区', by=town.administrator)[1]}")
        settings.METRICS_TOKEN = "of-prometheus"
        for machine in (screen, prometheus):
            found[machine.name] = {path: machine.get(path)[1] for path in MACHINES[machine.name]}
        settings.METRICS_TOKEN = ""
        transaction.set_rollback(True)
    return found


def differences(before, after):
    wrong = []
    for name, pages in before.items():
        for path, text in pages.items():
            if path in after[name] and after[name][path] != text:
                wrong.append(f"{name} {path}: {first_difference(text, after[name][path])}")
        wrong += [f"{name} {path}: only in one world" for path in pages.keys() ^ after[name].keys()]
    return wrong


def first_difference(one, other):
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return f"…{one[max(0, at - 60) : at + 60]}… / …{other[max(0, at - 60) : at + 60]}…"


def test_nobody_else_finds_a_word_of_it_and_no_page_changes(town, settings):
    where = world.build(town)
    told_and_swept(rounds=4)  # what one sweep begins the next may find due: nothing is left for the last
    before = shown_to(town, where, settings)
    assert "bd-what" in before["screen"]["/board/"], "the control: somebody's lateness is on the board"
    assert "portal_outbox_messages" in before["prometheus"]["/metrics"]
    letters = set(Delivery.objects.values_list("pk", flat=True))
    ticket = complain(town)
    told_and_swept()
    after = shown_to(town, where, settings)

    hidden = (*CANARIES, ticket.number, f"/{ticket.pk}")
    leaks = [
        f"{name} {path}: {word}"
        for name, pages in after.items()
        for path, text in pages.items()
        for word in hidden
        if word in text and not (name == "auditor" and path == reverse("confidential:reads") and word == ticket.number)
    ]
    assert leaks == []
    changed = [line for line in differences(before, after) if reverse("confidential:reads") not in line]
    assert changed == []
    new = Delivery.objects.exclude(pk__in=letters)
    told = set(new.filter(message__subject_id=ticket.pk).values_list("recipient__username", flat=True))
    assert "economy_handler" in told
    assert told <= {"supervisor", "economy_handler", "enterprise_member"}
    assert not [d for d in new for word in hidden[:-2] if word in d.title + d.body]


def test_the_supervisor_finds_it(town):
    """The control: with the same crawl, the same words."""
    where = world.build(town)
    ticket = complain(town)
    start = [reverse("requests:ticket", args=[ticket.number]), reverse("requests:list"), "/search/?q=金丝雀乙"]
    pages = crawl(Reader("supervisor", town.supervisor), [*start, *addresses("supervisor", where)], 45)
    assert not {word for word in CANARIES if not any(word in text for text in pages.values())}
    assert sum(ticket.number in text for text in pages.values()) > 3


def test_asked_for_by_its_number_it_is_as_if_it_were_not_there(town):
    """404 in the same words as a number that nobody has, wherever a number can be given."""
    ticket = complain(town)
    attachment = ticket.attachments.get()
    for name in ("intake_clerk", "leader", "department_head", "member_official", "administrator"):
        reader = Reader(name, town.people[name])
        for address, args in (
            ("requests:ticket", []),
            ("requests:panel", []),
            ("requests:receipt", []),
            ("requests:verb", ["write"]),
            ("requests:download", [attachment.pk]),
            ("tickets-api:ticket", []),
            ("tickets-api:timeline", []),
            ("mine:reckoned", [ticket.deadlines.first().pk]),
        ):
            here, there = (reader.get(reverse(address, args=[n, *args])) for n in (ticket.number, "TS-AAAAAA"))
            assert here[0] == there[0] == 404, (name, address)
            assert here[1].replace(ticket.number, "") == there[1].replace("TS-AAAAAA", ""), (name, address)


def test_public_look_up_and_open311_know_nothing_of_it(client, town):
    ticket = complain(town)
    Ticket.objects.filter(pk=ticket.pk).update(public=True)
    typed = {"number": ticket.number, "digits": "8888", "phone": "8888"}
    page = client.post(reverse("desk:track"), typed).content.decode()
    assert "金丝雀" not in page
    assert "保密" not in page
    assert ticket.number not in client.get(reverse("open311:requests", args=["json"])).content.decode()
    answer = client.get(reverse("open311:request", args=[ticket.number, "json"]))
    assert answer.status_code == 404
