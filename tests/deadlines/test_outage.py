"""The broker was gone for a weekend: nothing was in it, so nothing is lost (design: no state in the broker)."""

import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from kombu.exceptions import OperationalError

from portal.celery import app
from portal.deadlines import tasks
from portal.trail.models import Event
from portal.worktime import clock
from requests.models import DeadlineFiring, TicketDeadline
from tests.deadlines.factories import running, ticket
from tests.worker import eventually

WEEKEND = timedelta(hours=63, minutes=30)  # from Friday's close of business to Monday's opening
ROWS = 40


@pytest.mark.django_db(transaction=True)
def test_after_a_weekend_without_a_broker_all_rungs_fire_with_their_true_times(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = clock.now() - WEEKEND
    due = {}
    for number in range(ROWS):
        deadline = running(ticket(), "handle")
        times = [began + WEEKEND * (number + step / 4) / (ROWS + 1) for step in range(3)]
        TicketDeadline.objects.filter(pk=deadline.pk).update(
            rung_times=[*times, clock.now() + timedelta(days=1)], next_rung_at=times[0], due_at=clock.now() + WEEKEND
        )
        due |= {(deadline.pk, rung): at for rung, at in enumerate(times, 1)}
    with monkeypatch.context() as without, app.connection_for_write("redis://127.0.0.1:1/0") as gone:
        without.setattr(app, "connection_for_write", lambda *args, **options: gone)
        with pytest.raises((OperationalError, OSError)):
            tasks.sweep.apply_async(connection=gone, retry=False)
    assert not DeadlineFiring.objects.exists()

    assert settings.CELERY_BEAT_SCHEDULE["deadlines.sweep"]["schedule"] <= 30
    request.getfixturevalue("worker")  # the broker is back, and the beat's first tick finds a worker
    started = time.monotonic()
    tasks.sweep.apply_async(expires=30)
    assert eventually(lambda: DeadlineFiring.objects.count() >= len(due), 60)
    assert time.monotonic() - started < 60
    connection.close()
    fired = {(row.deadline_id, row.rung): row.rung_at for row in DeadlineFiring.objects.all()}
    assert fired == due
    events = Event.objects.filter(kind="deadline.rung").values_list("data__deadline", "data__rung", "at")
    assert {(pk, rung): at for pk, rung, at in events} == due
