"""Two at once: a first offence warned twice, a proof sent twice, a visit rated twice; with the control (INS-7, INS-8).

Real threads, connections and commits on PostgreSQL.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from inspections.models import PointEntry, Proof, VisitRating, Warned
from inspections.recording import stages as findings
from inspections.rectification import first_offence, flow
from inspections.rectification.flow import core
from tests.inspections.factories import Agencies, agencies
from tests.requests.factories import build
from tests.requests.test_concurrency import at_once

from .world import AT, check, finding, ordered

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def of(transactional_db: None) -> Agencies:
    return agencies(build())


def kinds(*acts: Callable[[], Any]) -> list[str]:
    """All start together; the kind of what each came to."""
    return sorted(type(one).__name__ for one in at_once(acts))


def two_records(of: Agencies) -> list[Callable[[], Any]]:
    """The same point on two records of one moment: each finds and warns in its own transaction, as recording does."""
    records = [check(of, at=AT + timedelta(days=7 * n)) for n in range(2)]
    found = threading.Barrier(2, timeout=60)

    def write(record: Any) -> Warned:
        with transaction.atomic():
            one = finding(record, findings.WARN, item=1)
            found.wait()
            return flow.warn(one, by=of.inspector, at=AT + timedelta(days=7))

    return [lambda record=record: write(record) for record in records]


def test_of_two_first_offences_at_once_one_is_the_first(of: Agencies) -> None:
    assert kinds(*two_records(of)) == ["Refused", "Warned"]


def test_the_control_without_the_firms_lock_only_the_database_is_left(
    of: Agencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have looked before one of them writes."""
    looked, why_not = threading.Barrier(2, timeout=60), first_offence.why_not

    def look(*args: Any) -> str | None:
        found = why_not(*args)
        looked.wait()
        return found

    monkeypatch.setattr(core, "locked_firm", lambda firm: None)
    monkeypatch.setattr(first_offence, "why_not", look)
    assert kinds(*two_records(of)) == ["IntegrityError", "Warned"]
    assert Warned.objects.count() == 1


def test_sent_from_two_tabs_it_is_one_proof(of: Agencies) -> None:
    one = ordered(of)
    send = [lambda: flow.submit(one, by=of.enterprise_member, text="已改", at=AT) for _tab in range(3)]
    assert kinds(*send) == ["Rectification", "Refused", "Refused"]
    assert Proof.objects.count() == 1


def test_accepted_by_two_at_once_its_points_come_back_once(of: Agencies) -> None:
    one = ordered(of)
    flow.submit(one, by=of.enterprise_member, text="已改", at=AT)
    both = [lambda by=by: flow.accept(one, by=by, at=AT) for by in (of.inspector, of.department_head)]
    assert kinds(*both) == ["Rectification", "Refused"]
    assert sum(PointEntry.objects.values_list("points", flat=True)) == 0


def test_a_visit_is_rated_once(of: Agencies) -> None:
    visit, conduct = check(of).part.visit, dict.fromkeys(VisitRating.CONDUCT, True)
    both = [
        lambda by=by: flow.rate(visit, by=by, stars=4, at=AT, **conduct)
        for by in (of.enterprise_member, of.member_official)
    ]
    assert kinds(*both) == ["Refused", "VisitRating"]
