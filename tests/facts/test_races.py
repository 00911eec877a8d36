"""A worker that is killed, and two deliveries at once: all or nothing, one after the other, nothing silently lost."""

import os
import signal
import subprocess
import sys
import threading
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction

from enterprises.facts import work, writing
from enterprises.facts.ruling import keep, take
from enterprises.models import Conflict, Delivery, Fact, FormerFact, StaleFirm
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.facts.importing import checked, csv_file, done, verb
from tests.facts.test_importing import A, B
from tests.facts.world import SEPTEMBER, build, conflicts, said
from tests.worker import eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shelf")]
OPERATION = "monthly_operation"

# A worker that says when every fact is written, and then waits to be killed.
DYING = """
import time, django
django.setup()
from enterprises.facts import delivering, work
def stop(*args, **given):
    print("written", flush=True)
    time.sleep(60)
delivering.record = stop
work.carry_on()
"""


@pytest.fixture
def world(db):
    return build()


def test_a_killed_worker_leaves_nothing_and_the_next_does_it_all(world, tmp_path):
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
    StaleFirm.objects.all().delete()
    batch = verb(checked(world, csv_file(f"{A},,202609,7,", f"{B},,202609,8,")), "apply")
    url = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    process = subprocess.Popen(
        [sys.executable, "-c", DYING],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL},
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline() == b"written\n"
    assert work.carry_on() == 0  # another worker meanwhile leaves it alone
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert Fact.objects.get().values[0] == 500
    assert not FormerFact.objects.exists()
    assert not StaleFirm.objects.exists()
    assert Delivery.objects.count() == Event.objects.filter(kind="facts.delivered").count() == 1
    assert eventually(lambda: done(batch).state == "applied")
    assert set(Fact.objects.values_list("values__0", flat=True)) == {7_000_000, 8_000_000}
    assert StaleFirm.objects.count() == 2


def at_once(world, monkeypatch, wait):
    """Statistics and tax deliver different values for one new row; the second begins while the first has compared.

    The first goes on after `wait` seconds, or when the second is done.
    """
    inside, go_on = threading.Event(), threading.Event()
    insert = writing._insert

    def slowly(*given):
        if threading.current_thread() is not threading.main_thread():
            inside.set()
            assert go_on.wait(20)
        insert(*given)

    def first():
        try:
            world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
        finally:
            connection.close()

    monkeypatch.setattr(writing, "_insert", slowly)
    thread, timer = threading.Thread(target=first), threading.Timer(wait, go_on.set)
    thread.start()
    assert inside.wait(20)
    timer.start()
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(7)}), line="tax")
    timer.cancel()
    go_on.set()
    thread.join()


def test_two_deliveries_of_one_row_are_a_conflict(world, monkeypatch):
    at_once(world, monkeypatch, wait=0.5)
    assert said(world.resources[OPERATION], world.firms[0], SEPTEMBER) == {"revenue": 500}
    assert conflicts() == [(1, 500, 700)]


def test_without_waiting_for_each_other_one_would_be_lost(world, monkeypatch):
    """The control: with no lock neither meets the other's row, and what statistics said is nowhere."""
    monkeypatch.setattr(writing, "lock", lambda resource: 0)
    at_once(world, monkeypatch, wait=15)
    assert said(world.resources[OPERATION], world.firms[0], SEPTEMBER) == {"revenue": 700}
    assert conflicts() == []


def test_two_people_ruling_one_conflict_decide_it_once(world):
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(7)}), line="tax")
    conflict, ready, said_no = Conflict.objects.get(), threading.Barrier(2), []

    def rule(verb):
        try:
            ready.wait(20)
            verb(conflict, by=world.officers.statistics, reason="查过原始凭证")
        except Refused as refused:
            said_no.append(str(refused))
        finally:
            connection.close()

    threads = [threading.Thread(target=rule, args=[verb]) for verb in (keep, take)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    conflict.refresh_from_db()
    assert said_no == ["这项冲突已经处理过了"]
    stands = {"kept": 500, "taken": 700}[conflict.state]
    assert said(world.resources[OPERATION], world.firms[0], SEPTEMBER) == {"revenue": stands}
    assert Event.objects.filter(kind__in=["conflict.kept", "conflict.taken"]).count() == 1


def test_a_worker_that_is_computing_a_firm_cannot_swallow_a_change(world):
    """It holds the firm's mark while the change comes: the mark is there again when it is done."""
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
    computing, finish = threading.Event(), threading.Event()

    def compute():
        try:
            with transaction.atomic():
                marks = StaleFirm.objects.select_for_update()
                assert len(marks) == 1
                computing.set()
                assert finish.wait(20)
                StaleFirm.objects.all().delete()
        finally:
            connection.close()

    thread = threading.Thread(target=compute)
    thread.start()
    assert computing.wait(20)
    threading.Timer(0.3, finish.set).start()
    world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(6)}))
    thread.join()
    assert StaleFirm.objects.filter(pk=world.firms[0].pk).exists()


def test_a_firm_that_goes_meanwhile_is_waited_for(world):
    """What the foreign key would do: whoever removes a firm waits for the delivery, and finds its facts."""
    firm, told = world.firms[0], []

    def remove():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '200ms'")
                cursor.execute("SELECT 1 FROM enterprises_enterprise WHERE id = %s FOR UPDATE", [firm.pk])
        except Exception as error:
            told.append(str(error))
        finally:
            connection.close()

    with transaction.atomic():
        world.deliver(OPERATION, (0, SEPTEMBER, "", {"revenue": Decimal(5)}))
        thread = threading.Thread(target=remove)
        thread.start()
        thread.join()
    assert "lock timeout" in told[0]
