"""Every verb of the table stands in a literal written by hand: none is added without saying who may do it."""

from requests import stages
from tests.intake import test_matrix as intake
from tests.matrix import test_confidential, test_dispatch, test_respite, test_supervision, test_verbs
from tests.revisit import test_matrix as revisit

STANDS = (test_dispatch.STANDS, test_respite.STANDS, test_supervision.STANDS, revisit.MAY)
BY_STATUS = (test_confidential.KEEPS, test_confidential.HANDLES)
# Tried in tests of their own, by name: `tests/intake/test_matrix`, `test_confidential`.
BY_NAME = {"write_back": intake.WRITES_BACK, "rule_review": intake.RULES, "find": {"economy_handler"}}
CLOCK = {"decide_commitment", "owe_progress", "bring_back"}  # about rows of their own: for nobody's hand


def allowed():
    """The verbs that some literal gives to somebody."""
    verbs = set(test_verbs.VERBS) | {verb for verb, who in BY_NAME.items() if who}
    verbs |= {verb for stands in STANDS for _start, may in stands.values() for verb, who in may.items() if who}
    return verbs | {verb for literal in BY_STATUS for words in literal.values() for verb in words.split()}


def test_every_verb_of_the_table_stands_in_a_literal():
    assert allowed() | CLOCK == set(stages.TRANSITIONS)


def test_every_status_is_tried():
    assert set(test_verbs.LETTERS.values()) == set(stages.STATUSES)
    assert set(test_verbs.OPEN) == {letter for letter, name in test_verbs.LETTERS.items() if name in stages.OPEN}


def test_what_the_clock_does_is_for_nobodys_hand(town):
    people = [user for name, user in test_verbs.everybody(town).items() if name != "clock"]
    for letter in "HPX":
        ticket = test_verbs.ticket_at(town, letter)
        at = ticket.moved_at
        assert not any(CLOCK & set(test_verbs.verbs_for(ticket, by, at)) for by in people), letter
    assert all(stages.TRANSITIONS[verb][2] == (stages.CLOCK,) for verb in CLOCK)
