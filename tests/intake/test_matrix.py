"""Who rules a review and who writes back to a hotline, at each status: written out by hand (APP-1, APP-6, SEC-1)."""

import pytest

from requests import flow
from requests.models import TicketDeadline
from tests.requests import factories as make
from tests.requests.walks import actors, attempt, verbs_for

ANSWERED = ("confirming", "revisiting", "closed", "rejected", "withdrawn")
OPEN = ("received", "incomplete", "triaging", "assigned", "handling", "signoff")
RULES = {"supervisor"}
WRITES_BACK = {"intake_clerk", "second_clerk", "supervisor"}


def may(ticket, verb, everybody):
    return {name for name, by in everybody.items() if verb in verbs_for(ticket, by, ticket.moved_at)}


@pytest.mark.parametrize("status", [*ANSWERED, *OPEN])
def test_a_hotline_is_written_back_to_by_the_clerks(town, status):
    ticket = make.AT[status](town, hotline_number="TC-7", outer_due_at=make.moment("2026-12-01 17:00"))
    everybody = actors(town)
    wanted = WRITES_BACK if status in ANSWERED else set()
    assert may(ticket, "write_back", everybody) == wanted
    at = ticket.moved_at
    for name, by in everybody.items():
        if name not in wanted:
            with pytest.raises(flow.Refused):
                attempt(town, "write_back", ticket, by, at)
    assert TicketDeadline.objects.open().filter(obligation="outer").exists()
    if wanted:
        attempt(town, "write_back", ticket, everybody["second_clerk"], at)
        assert may(make.fresh(ticket), "write_back", everybody) == set()


def test_a_review_is_ruled_by_supervisors_alone(town):
    ticket = make.rejected(town)
    everybody = actors(town)
    assert may(ticket, "rule_review", everybody) == set()
    flow.ask_review(ticket, by=town.enterprise_member, reasons="没有受理过", at=ticket.moved_at)
    ticket = make.fresh(ticket)
    assert may(ticket, "rule_review", everybody) == RULES
    assert may(ticket, "ask_review", everybody) == set()
    for name, by in everybody.items():
        if name not in RULES:
            with pytest.raises(flow.Refused):
                attempt(town, "rule_review", ticket, by, ticket.moved_at)
    attempt(town, "rule_review", ticket, everybody["supervisor"], ticket.moved_at)
    assert make.fresh(ticket).status == "triaging"
