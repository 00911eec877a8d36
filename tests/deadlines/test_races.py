"""“Close” against “falls due”: one legal outcome each, and nobody waits for the other in a circle (design: locking).

`RACES=1000` (as `make drill` has it) runs as many; the suite is content with a few.
"""

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import OperationalError, connection, transaction

from portal import deadlines
from portal.deadlines import sweep as sweeping
from portal.deadlines.models import TimedFailure
from portal.deadlines.sweep import sweep
from portal.outbox.models import Message
from portal.people.refusal import Refused
from portal.trail.models import Event
from requests import flow
from requests.models import Ticket, TicketDeadline
from tests.deadlines.factories import running, ticket
from tests.requests.factories import Town, build, incomplete

RACES = int(os.environ.get("RACES", "30"))

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], object]) -> list[object]:
    """Run them at once, each on a connection of its own; what each returned, or the error it raised."""
    outcomes: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return outcomes


def race(town: Town, subject: Ticket, at: datetime, head_start: float) -> str:
    """The firm withdraws at the instant at which its request for completion lapses; who was first."""

    def withdraw() -> object:
        time.sleep(max(0, head_start))
        return flow.withdraw(subject, by=town.enterprise_member, reason="已自行疏通", at=at)

    def fall_due() -> object:
        time.sleep(max(0, -head_start))
        return sweep(at)

    closing, swept = together(withdraw, fall_due)
    assert not isinstance(swept, Exception), swept
    assert not isinstance(closing, Exception) or isinstance(closing, Refused), closing
    subject = Ticket.objects.get(pk=subject.pk)
    clocks = TicketDeadline.objects.filter(subject=subject, obligation="supplement")
    assert not clocks.open().exists()
    told = Counter(Event.objects.about(subject).values_list("kind", flat=True))
    lapsed = told["ticket.supplement_lapsed"]
    assert (told["ticket.withdrawn"], lapsed) == ((0, 1) if isinstance(closing, Refused) else (1, 0))
    fired = sum(clock.firings.count() for clock in clocks)
    assert fired in (0, 2)  # both rungs of a firm's ladder, or none: it was closed before
    messages = Message.objects.filter(kind="deadline.rung", subject_id=subject.pk).count()
    assert told["deadline.rung"] == messages == fired
    return f"{'lapsed' if lapsed else 'withdrawn'} after {fired} rungs"


def test_a_ticket_that_is_closed_as_it_falls_due_has_one_legal_outcome() -> None:
    town = build()
    outcomes: Counter[str] = Counter()
    ahead = 0.0  # seconds by which the sweep starts first; whoever lost starts earlier next time, on any machine
    for _ in range(RACES):
        subject = incomplete(town)
        at = TicketDeadline.objects.get(subject=subject, obligation="supplement").due_at + timedelta(seconds=1)
        outcome = race(town, subject, at, head_start=ahead)
        outcomes[outcome] += 1
        ahead += -0.01 if outcome.startswith("lapsed") else 0.01
    assert outcomes.total() == RACES
    assert len(outcomes) > 1, outcomes  # else nobody raced
    assert not TimedFailure.objects.exists()


@pytest.mark.parametrize(("plain", "deadlocks"), [(True, 1), (False, 0)], ids=["plain, the control", "without the key"])
def test_why_the_subject_is_locked_without_its_key(plain: bool, deadlocks: int) -> None:
    """A verb holds the ticket and wants its deadline; whoever has fired it writes a row that points to the ticket."""
    subject = ticket()
    due = running(subject).due_at
    both = threading.Barrier(2, timeout=60)

    def close() -> None:
        with transaction.atomic():
            Ticket.objects.select_for_update(of=("self",), no_key=not plain).get(pk=subject.pk)
            both.wait()
            both.wait()
            deadlines.cancel(TicketDeadline, subject, at=due)

    def fall_due() -> None:
        with transaction.atomic():
            both.wait()
            sweeping._fire(TicketDeadline, due)
            both.wait()
            running(subject, "contact")  # as timed verbs do: the foreign key is checked

    failures = [outcome for outcome in together(close, fall_due) if isinstance(outcome, OperationalError)]
    assert len(failures) == deadlocks
    assert all("deadlock" in str(failure) for failure in failures)
