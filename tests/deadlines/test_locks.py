"""Two verbs at once on one deadline: the second sees what the first did (design: one locking order)."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from portal import deadlines
from requests.models import TicketDeadline
from tests.deadlines.factories import fresh, running, ticket
from tests.worktime.factories import instant


def in_thread(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    outcome: list[object] = []

    def run() -> None:
        try:
            with transaction.atomic():
                outcome.append(act())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


@pytest.mark.django_db(transaction=True)
def test_the_second_verb_waits_and_then_finds_nothing_open() -> None:
    subject = ticket()
    deadline = running(subject)
    with transaction.atomic():
        deadlines.meet(TicketDeadline, subject, "handle", at=instant("2026-11-17 09:00"))
        thread, outcome = in_thread(lambda: deadlines.cancel(TicketDeadline, subject, at=instant("2026-11-17 09:00")))
        thread.join(0.3)
        assert thread.is_alive()  # it waits for the row
    thread.join(10)
    assert outcome == [[]]
    assert fresh(deadline).met_at == instant("2026-11-17 09:00")
    assert fresh(deadline).cancelled_at is None


@pytest.mark.django_db
def test_rows_are_locked_without_their_key() -> None:
    """A plain FOR UPDATE deadlocks with the foreign-key checks of events and firings."""
    subject = ticket()
    running(subject)
    with CaptureQueriesContext(connection) as queries:
        deadlines.meet(TicketDeadline, subject, "handle", at=instant("2026-11-17 09:00"))
    locking = [query["sql"] for query in queries if "FOR " in query["sql"]]
    assert len(locking) == 1
    assert locking[0].endswith('FOR NO KEY UPDATE OF "requests_ticketdeadline"')
