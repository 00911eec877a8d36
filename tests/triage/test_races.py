"""Merging under concurrency: locks in the order of keys, so that no two verbs wait for each other, and no chains."""

from threading import Barrier

import pytest
from django.db import OperationalError

from requests import flow
from requests.flow import merging
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.factories import MONDAY, fresh
from tests.requests.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def merge(town, one, other):
    return lambda: flow.merge(one, by=town.triager, into=other)


def kinds(outcomes):
    return {type(outcome) for outcome in outcomes}


def test_crosswise_merges_end_without_a_deadlock_and_without_a_chain(town):
    made = [make.accepted(town) for _ in range(6)]
    pairs = [(made[a], made[b]) for a in range(6) for b in range(6) if abs(a - b) == 1]
    outcomes = at_once(merge(town, one, other) for one, other in pairs)
    assert kinds(outcomes) <= {Ticket, flow.Refused}
    assert Ticket in kinds(outcomes)
    assert not Ticket.objects.filter(merged_into__merged_into__isnull=False).exists()


def test_control_locked_as_they_come_two_wait_for_each_other(town, monkeypatch):
    both_hold_one = Barrier(2, timeout=60)

    def other_first(ticket, other):
        locked = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=other.pk)
        both_hold_one.wait()
        return locked

    monkeypatch.setattr(merging, "_both", other_first)
    one, other = make.accepted(town), make.accepted(town)
    outcomes = at_once([merge(town, one, other), merge(town, other, one)])
    assert OperationalError in kinds(outcomes)


def test_the_main_is_withdrawn_or_answered_while_another_joins(town):
    """Whoever is first: the other one is refused or follows, and nothing follows what was closed before."""
    for act in ("withdraw", "sign_off"):
        main, ticket = make.signoff(town), make.accepted(town)
        by = town.enterprise_member if act == "withdraw" else town.department_head
        at = main.moved_at
        outcomes = at_once(
            [
                lambda act=act, main=main, by=by, at=at: getattr(flow, act)(main, by=by, at=at),
                lambda ticket=ticket, main=main, at=at: flow.merge(ticket, by=town.triager, into=main, at=at),
            ]
        )
        assert kinds(outcomes) <= {Ticket, flow.Refused}
        told = make.events(ticket).filter(kind="ticket.main_answered").count()
        joined_before = (
            fresh(ticket).merged_into is not None and make.events(main).filter(kind="ticket.joined").exists()
        )
        assert told <= 1
        assert joined_before or fresh(ticket).status == "triaging"


def test_one_split_and_one_merge_at_once_leave_one_truth(town):
    main, third, ticket = make.accepted(town), make.accepted(town), make.accepted(town)
    flow.merge(ticket, by=town.triager, into=main, at=MONDAY)
    acts = [
        lambda: flow.split(ticket, by=town.triager),
        merge(town, main, third),
        lambda: flow.split(ticket, by=town.triager),
    ]
    outcomes = at_once(acts)
    assert kinds(outcomes) <= {Ticket, flow.Refused}
    assert fresh(ticket).status == "triaging"
    assert make.events(ticket).filter(kind="ticket.split").count() == 1
