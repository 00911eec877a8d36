"""Floors under the numbers of docs/likeness.md: a change of the engine that loses them is seen."""

import pytest

from requests.likeness import duplicates
from requests.likeness.labelled import cases
from requests.likeness.measuring import Measured


@pytest.fixture(scope="module")
def measured():
    return Measured()


def test_the_set_is_large_and_always_the_same():
    first = cases()
    cases.cache_clear()
    assert len(first) >= 300
    assert cases() == first


def test_what_a_firm_files_twice_is_found(measured):
    found = measured.pairs(duplicates.SAME_FIRM, same_firm=True)
    assert found.precision >= 0.9
    assert found.recall_of_copies >= 0.97
    assert found.recall_of_retold >= 0.5


def test_the_same_problem_at_others_is_found(measured):
    found = measured.pairs(duplicates.SAME_PROBLEM, same_firm=False)
    assert found.precision >= 0.48
    assert found.recall_of_copies >= 0.99
    assert found.recall_of_retold >= 0.36


def test_retold_matters_are_among_the_nearest(measured):
    assert measured.among_nearest() >= 0.6


@pytest.mark.parametrize(("what", "precision"), [("category", 0.88), ("department", 0.9)])
def test_what_is_suggested_is_mostly_right_and_else_silent(measured, what, precision):
    said = measured.suggestions(what)
    assert said.precision >= precision
    assert said.silence <= 0.75


def test_the_control_a_threshold_of_nothing_is_mostly_wrong(measured):
    """Without a threshold the pairs shown are noise: the floors above do not hold of themselves."""
    assert measured.pairs(0.01, same_firm=False).precision < 0.1


def test_a_problem_nobody_had_is_mostly_met_with_silence(measured):
    assert measured.suggestions("department", unknown=True).silence >= 0.88
