"""Two at once: the same firm proposed twice, approved twice, removed while it is renewed (INS-1); with the control.

Real threads, connections and commits on PostgreSQL.
"""

import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from inspections.models import Entry, RoundDeadline
from inspections.whitelist import flow
from inspections.whitelist.flow import core, proposing
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.inspections.factories import agencies
from tests.inspections.whitelist import walks
from tests.requests.factories import MONDAY, build
from tests.requests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def of(transactional_db):
    return agencies(build())


def propose(of, title):
    given = {"by": of.keeper_inspector, "term_from": walks.DAY, "term_until": walks.UNTIL, "at": MONDAY}
    return lambda: flow.propose([of.town.firm], title=title, **given)


def kinds(results):
    return sorted(type(one).__name__ for one in results)


def test_a_firm_is_proposed_once(of):
    walks.admitted(of.firm)
    results = at_once(propose(of, f"第 {n} 批") for n in range(4))
    assert kinds(results) == ["Proposed", "Refused", "Refused", "Refused"]
    assert Entry.objects.count() == 1


def test_the_control_without_the_firms_lock_the_constraint_has_to_say_it(of, monkeypatch):
    """All four have looked before one of them writes: the last line holds, in words for nobody."""
    walks.admitted(of.firm)
    seen = threading.Barrier(4, timeout=60)
    weighed = proposing._weighed

    def looked(*args):
        found = weighed(*args)
        seen.wait()
        return found

    monkeypatch.setattr(core, "locked_firms", lambda firms: [of.town.firm])
    monkeypatch.setattr(proposing, "_weighed", looked)
    results = at_once(propose(of, f"第 {n} 批") for n in range(4))
    assert kinds(results) == ["IntegrityError", "IntegrityError", "IntegrityError", "Proposed"]
    assert any(isinstance(one, IntegrityError) for one in results)
    assert Entry.objects.count() == 1


def test_an_entry_is_approved_once(of):
    entry = walks.to_approve(of)
    results = at_once([lambda: flow.approve(entry, by=of.leader, at=walks.APPROVED)] * 3)
    assert kinds(results) == ["Entry", "Refused", "Refused"]
    assert Event.objects.about(entry).filter(kind="whitelist.listed").count() == 1


def test_the_last_two_words_of_a_round_start_one_clock(of):
    """Each of two agencies finishes a different firm at the same moment: nobody's word is missed."""
    made = walks.proposed(of, of.firm, of.foreign_firm)
    a, b = made.entries
    walks.said(of, a, only=("housing",))
    walks.said(of, b, only=("fire",))
    results = at_once([lambda: walks.said(of, a, only=("fire",)), lambda: walks.said(of, b, only=("housing",))])
    assert kinds(results) == ["Entry", "Entry"]
    assert set(Entry.objects.values_list("status", flat=True)) == {"approve"}
    open_ones = RoundDeadline.objects.open().filter(subject=made.round)
    assert [clock.obligation for clock in open_ones] == ["whitelist_approve"]


def test_removal_and_renewal_at_once_leave_no_term_standing(of):
    entry = walks.listed(of)
    soon = MONDAY + timedelta(days=336)
    renewal = {"title": "续期", "term_until": date(2028, 11, 8), "by": of.keeper_inspector, "at": soon}
    results = at_once(
        [
            lambda: flow.renew([entry], **renewal),
            lambda: flow.remove(entry, by=of.supervisor, reason="事故", basis="调查报告", at=soon),
        ]
    )
    assert not isinstance(results[1], Exception), results
    assert isinstance(results[0], proposing.Proposed | Refused)
    assert not Entry.objects.filter(status__in=["listed", "review", "approve"]).exists()


def test_removal_and_the_next_terms_approval_at_once_leave_no_term_standing(of):
    entry = walks.listed(of)
    soon = MONDAY + timedelta(days=336)
    renewal = {"title": "续期", "term_until": date(2028, 11, 8), "by": of.keeper_inspector, "at": soon}
    after = walks.said(of, flow.renew([entry], **renewal).entries[0], at=soon)
    results = at_once(
        [
            lambda: flow.approve(after, by=of.leader, at=soon),
            lambda: flow.remove(entry, by=of.supervisor, reason="事故", basis="调查报告", at=soon),
        ]
    )
    assert not isinstance(results[1], Exception), results
    assert not Entry.objects.filter(status="listed").exists()
