"""2,000 cases of a real log's shape leave consistent rows (issue: the loop in full).

`make test ARGS="tests/replay --cases 2000"` replays as many as are asked for, 50 to a town; the suite only a few.
"""

import statistics

import pytest
from django.db import transaction

from requests.models import Assignment, DeadlineFiring, Result, Ticket, TicketDeadline
from tests.replay.invariants import broken
from tests.replay.plot import HORIZON, Replay
from tests.requests import factories as make

pytestmark = pytest.mark.django_db

IN_A_TOWN = 50


def pytest_generate_tests(metafunc):
    """One test for each town of cases, so that several run side by side."""
    if "lot" in metafunc.fixturenames:
        cases = metafunc.config.getoption("--cases")
        lots = [(n, min(IN_A_TOWN, cases - n * IN_A_TOWN)) for n in range(-(-cases // IN_A_TOWN))]
        metafunc.parametrize("lot", lots, ids=[f"town{n}" for n, _cases in lots])


def test_a_log_replayed_leaves_consistent_rows(town, lot):
    number, cases = lot
    replay = Replay(town, cases, seed=number)
    log = replay.run()
    assert broken(replay.began + HORIZON) == []
    assert Ticket.objects.count() >= cases
    # What was offered and refused for what is still missing, as a page says beforehand, is the smaller part.
    assert sum(log.refused.values()) <= 0.25 * sum(log.lengths), log.refused.most_common(8)
    if cases == IN_A_TOWN:
        has_the_shape(log)


def has_the_shape(log):
    """Short and alike in the middle, with a long tail, to and fro, and back again."""
    middle = statistics.median(log.lengths)
    assert 6 <= middle <= 24
    assert log.lengths[-1] >= 1.5 * middle
    assert log.passed_on >= 0.04
    for verb in ("dispute", "send_back", "ask_supplement", "ask_return", "ask_extension", "hand_over"):
        assert log.share(verb) > 0, verb


CLOSED, HANDLE = {"status": "closed"}, {"obligation": "handle"}
FAULTS = [  # rows, what is written to them, and the question that must find it
    (Ticket, CLOSED, {"dissatisfied": 7}, "dissatisfaction_is_counted_once_a_result"),
    (Ticket, CLOSED, {"status": "revisiting", "closed_at": None}, "what_is_open_owes_its_next_step"),
    (
        Ticket,
        {"status": "closed"},
        {"status": "handling", "closed_at": None},
        "who_leads_it_has_its_one_open_lead_part",
    ),
    (TicketDeadline, HANDLE, {"met_at": None}, "what_has_ended_owes_nothing"),
    (
        TicketDeadline,
        {"obligation": "handle"},
        {"met_at": None, "limit_amount": 3},
        "due_times_follow_from_their_facts",
    ),
    (
        Assignment,
        {"part": "lead", "ticket__status": "closed", "ticket__returns": None},
        {"ended_at": None},
        "who_has_no_part_any_more_has_none_open",
    ),
    (Result, {"rating__isnull": False}, {"answer": "unanswered"}, "silence_is_never_satisfaction"),
    (
        Result,
        {"sent_back_at": None, "ticket__disputes": 0, "ticket__dissatisfied": 0},
        {"signed_at": None},
        "one_result_waits_for_its_signature_and_only_then",
    ),
    (
        DeadlineFiring,
        {"rung": 1},
        {"rung_at": make.MONDAY + 2 * HORIZON},
        "rungs_have_their_event_and_message",
    ),
]


def test_each_planted_fault_is_found(town):
    replay = Replay(town, 6, seed=3)
    replay.run()
    now = replay.began + HORIZON
    assert broken(now) == []
    for model, among, change, question in FAULTS:
        with transaction.atomic():
            assert model.objects.filter(**among).update(**change), (model, among)
            assert question in {fault.partition(":")[0] for fault in broken(now)}, (model, change)
            transaction.set_rollback(True)
