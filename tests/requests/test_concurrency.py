"""Many at once, with real threads and real commits. Every promise has its control: without the guard it breaks."""

import importlib
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from requests import flow
from requests.models import DayNumber, Ticket
from tests.requests import factories as make
from tests.requests.factories import MONDAY

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 20  # connections at once; the embedded server allows 60


def at_once(acts: Iterable[Callable[[], object]]) -> list[object]:
    """Runs the acts in threads that all start together; gives each one's result, or the exception it raised."""
    acts = list(acts)
    gate = threading.Barrier(len(acts), timeout=60)

    def run(act: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            gate.wait()
            return act()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def file_many(town, count: int) -> list[object]:
    """`count` filings by THREADS people, each filing one after the other."""
    each = count // THREADS
    results = at_once(lambda: [_file(town) for _ in range(each)] for _ in range(THREADS))
    return [result for batch in results for result in batch]


def _file(town) -> object:
    try:
        return make.filed(town)
    except IntegrityError as error:
        return error


# Numbers (APP-5) -----------------------------------------------------------------------------------------------


def test_200_concurrent_filings_are_200_tickets_numbered_without_a_gap(town):
    filed = file_many(town, 200)
    assert {type(ticket) for ticket in filed} == {Ticket}
    in_order = list(Ticket.objects.order_by("pk").values_list("number", flat=True))
    assert in_order == [f"SX-20261109-{n:04d}" for n in range(1, 201)]


def test_control_numbers_by_max_collide(town, monkeypatch):
    taken = []

    def highest_plus_one(cls, day):
        last = max((int(n[-4:]) for n in Ticket.objects.values_list("number", flat=True)), default=0)
        taken.append(last + 1)
        return last + 1

    monkeypatch.setattr(DayNumber, "take", classmethod(highest_plus_one))
    filed = file_many(town, 200)
    assert len(set(taken)) < len(taken)
    assert any(isinstance(outcome, IntegrityError) for outcome in filed)


def test_a_number_given_back_is_given_out_again(town):
    """A filing that fails after taking its number leaves no gap."""
    make.filed(town)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        raise ZeroDivisionError(make.filed(town).number)
    assert make.filed(town).number == "SX-20261109-0002"


# The same form twice (APP-2) ---------------------------------------------------------------------------------------


def test_the_same_form_sent_20_times_at_once_is_one_ticket(town):
    key = uuid.uuid4()
    filed = at_once(lambda: make.filed(town, key=key) for _ in range(20))
    assert {ticket.pk for ticket in filed} == {Ticket.objects.get().pk}
    assert make.filed(town).number == "SX-20261109-0002"
    assert make.events(filed[0]).filter(kind="ticket.filed").count() == 1


def test_control_looking_first_does_not_keep_them_apart(town, monkeypatch):
    """Several sendings find no ticket yet and go on to make one; only the unique key stops them."""
    went_on = []
    take = DayNumber.take

    def counted(day):
        went_on.append(day)
        return take(day)

    monkeypatch.setattr(DayNumber, "take", counted)
    key = uuid.uuid4()
    at_once(lambda: make.filed(town, key=key) for _ in range(20))
    assert len(went_on) > 1
    assert Ticket.objects.count() == 1


# Two officials, one ticket -------------------------------------------------------------------------------------


def dispatch(town, ticket, lead):
    order = {"kind": "coordination", "complexity": "ordinary", "category": town.category}
    return flow.dispatch(ticket, by=town.triager, lead=lead, at=MONDAY + make.DISPATCHED, **order)


def test_of_two_who_dispatch_at_once_one_wins_and_the_other_is_refused(town):
    ticket = make.accepted(town)
    outcomes = at_once([lambda: dispatch(town, ticket, town.housing), lambda: dispatch(town, ticket, town.police)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Refused", "Ticket"]
    winner = next(outcome for outcome in outcomes if isinstance(outcome, Ticket))
    assert [a.department for a in ticket.assignments.all()] == [winner.lead_department]
    assert make.fresh(ticket).lead_department == winner.lead_department
    assert make.events(ticket).filter(kind="ticket.dispatched").count() == 1
    assert ticket.deadlines.filter(obligation="accept").count() == 1


def test_control_without_the_lock_both_go_through_the_table(town, monkeypatch):
    gate = threading.Barrier(2, timeout=60)

    def unlocked(ticket, verb, by, at):
        seen = make.fresh(ticket)
        assert seen.status == "triaging"
        gate.wait()
        return seen, at

    ticket = make.accepted(town)
    # As a module: the package's attribute of that name is the verb.
    monkeypatch.setattr(importlib.import_module("requests.flow.dispatch"), "begin", unlocked)
    outcomes = at_once([lambda: dispatch(town, ticket, town.housing), lambda: dispatch(town, ticket, town.police)])
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["IntegrityError", "Ticket"]  # one_lead_department


def test_20_urgings_at_once_are_one(town):
    ticket = make.handling(town)
    by, at = town.enterprise_member, ticket.moved_at + timedelta(hours=5)
    done = at_once(lambda: flow.urge(ticket, by=by, at=at) for _ in range(20))
    assert sorted(type(one).__name__ for one in done) == ["Refused"] * 19 + ["Ticket"]
    assert make.fresh(ticket).urges == 1
    assert make.events(ticket).filter(kind="ticket.urged").count() == 1


def test_control_without_the_lock_several_get_through(town, monkeypatch):
    gate = threading.Barrier(4, timeout=60)

    def unlocked(ticket, verb, by, at):
        seen = make.fresh(ticket)
        gate.wait()
        return seen, at

    ticket = make.handling(town)
    monkeypatch.setattr("requests.flow.conversation.begin", unlocked)
    by, at = town.enterprise_member, ticket.moved_at + timedelta(hours=5)
    done = at_once(lambda: flow.urge(ticket, by=by, at=at) for _ in range(4))
    assert sum(isinstance(one, Ticket) for one in done) > 1


# The firm urges while the centre closes ------------------------------------------------------------------------


@pytest.mark.parametrize("head_start", [0, 0.005, 0.02], ids=["together", "urging late", "urging later"])
def test_closing_and_urging_at_once_end_in_order_and_without_a_deadlock(town, head_start):
    for _ in range(4):
        ticket = make.revisiting(town)
        at = ticket.filed_at + make.REVISITED

        def urge(ticket=ticket, at=at):
            time.sleep(head_start)
            return flow.urge(ticket, by=town.enterprise_member, at=at)

        closed, urged = at_once([lambda ticket=ticket, at=at: make.revisit(town, ticket, at=at), urge])
        assert isinstance(closed, Ticket)
        assert isinstance(urged, (Ticket, flow.Refused))
        after = make.fresh(ticket)
        assert (after.status, after.urges) == ("closed", int(isinstance(urged, Ticket)))
        kinds = list(make.events(ticket).order_by("pk").values_list("kind", flat=True))
        assert kinds[-1] == "ticket.closed"


def test_verbs_wait_for_each_other_and_do_not_fail(town):
    """Messages, an urging and the report of a result on one ticket at once: all are done, in some order."""
    ticket = make.handling(town)
    at = ticket.filed_at + make.REPORTED
    acts = [
        lambda: flow.report(ticket, by=town.handler, kind="solved", text="已疏通", at=at),
        lambda: flow.urge(ticket, by=town.enterprise_member, at=at),
        *(lambda: flow.write(ticket, by=town.steward, text="请抓紧", at=at) for _ in range(7)),
    ]
    outcomes = at_once(acts)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    after = make.fresh(ticket)
    assert (after.status, after.urges, after.comments.filter(author=town.steward).count()) == ("signoff", 1, 7)
