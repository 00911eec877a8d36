"""An import whose worker is killed, and two at once: everything or nothing, one after the other."""

import os
import signal
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, transaction

from enterprises.imports import applying, flow, work
from enterprises.models import Enterprise, FirmImport
from portal.trail.models import Event
from tests.enterprises import factories
from tests.enterprises.importing import checked, done, line
from tests.worker import eventually

pytestmark = pytest.mark.django_db(transaction=True)

# A worker that says when everything but the events is written, and then waits to be killed.
DYING = """
import sys, time, django
django.setup()
from enterprises.imports import applying, work
def stop(*args):
    print("written", flush=True)
    time.sleep(60)
applying.trail = stop
work.carry_on()
"""


def test_a_killed_worker_leaves_nothing_and_the_next_does_it_all(officer):
    factories.firm(1, name="旧名")
    batch = flow.apply(checked(officer, line(1, "新名"), line(2, place="东片区")), by=officer)
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
    assert list(Enterprise.objects.values_list("name", flat=True)) == ["旧名"]
    assert not Event.objects.filter(kind="enterprise.updated").exists()
    assert eventually(lambda: done(batch).state == "applied")
    assert set(Enterprise.objects.values_list("name", flat=True)) == {"新名", "太仓乌有2号有限公司"}
    assert Event.objects.filter(kind__in=["enterprise.updated", "enterprise.registered"]).count() == 2


def test_only_one_import_applies_at_a_time(officer, monkeypatch):
    first = flow.apply(checked(officer, line(1, place="东片区")), by=officer)
    inside, go_on = threading.Event(), threading.Event()
    insert = applying.insert

    def slowly(batch):
        insert(batch)
        inside.set()
        assert go_on.wait(30)

    monkeypatch.setattr(applying, "insert", slowly)
    worker = threading.Thread(target=_in_own_connection)
    worker.start()
    try:
        assert inside.wait(30)
        second = flow.apply(checked(officer, line(2, place="东片区")), by=officer)
        second = done(second)
        assert (second.state, second.tries) == ("applying", 0)
    finally:
        go_on.set()
        worker.join()
    assert FirmImport.objects.get(pk=first.pk).state == "applied"
    assert done(second).state == "applied"
    assert Enterprise.objects.count() == 2


def _in_own_connection():
    try:
        work.carry_on()
    finally:
        connection.close()


def test_a_firm_that_comes_in_while_the_import_writes_makes_it_look_again(officer, monkeypatch):
    """The control for the check before writing: it cannot see this one, the unique code does."""
    batch = flow.apply(checked(officer, line(1, "名单里的", place="东片区")), by=officer)
    monkeypatch.setattr(applying, "demand_fresh", lambda batch: factories.firm(1, name="别人登记的"))
    assert done(batch).state == "applying"
    monkeypatch.undo()
    with transaction.atomic():
        factories.firm(1, name="别人登记的")
    batch = done(batch)
    assert (batch.state, batch.new, batch.changed) == ("ready", 0, 1)


def test_a_preview_made_anew_in_another_tab_must_be_read_first(officer):
    batch = checked(officer, line(1, place="东片区"))
    anew = done(flow.choose_columns(batch, batch.columns | {"3": "address"}, by=officer))
    for seen in (batch.version, ""):
        with pytest.raises(flow.Refused, match="预览已经更新"):
            flow.apply(anew, by=officer, seen=seen)
    assert flow.apply(anew, by=officer, seen=anew.version).state == "applying"
