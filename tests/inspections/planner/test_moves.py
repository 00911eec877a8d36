"""A move that cannot be made leaves everything as it stood, also who does what."""

import pytest

from inspections.planner import Team
from inspections.planner.making import Making
from inspections.planner.moves import move_visit, repair
from tests.inspections.planner.towns import need, town

FRIDAY = frozenset({1})
GAS, BOTH = Team(0, frozenset({"gas"}), away=FRIDAY), Team(0, frozenset({"gas", "water"}), away=FRIDAY)


@pytest.fixture
def making():
    """A visit that stands only because its whole day came first: the longest with a qualification first, it would not.

    Besides, all that the second agency can do on the only day is done for another firm.
    """
    needs = [need(0, parts=4), need(1, parts=2, skill="gas"), need(2, parts=2, skill="water")]
    needs += [need(3, firm=1, agency=1, last=0, parts=4), need(4, agency=1, last=0)]
    making = Making(town(needs, teams=[GAS, BOTH, Team(1)], days=2))
    for one in needs[:4]:
        making.put(one, 0)
    return making


def test_a_visit_that_finds_no_other_day_stands_as_before(making):
    before = making.plan()
    assert not move_visit(making, 0, 0, [1])
    assert making.plan() == before


def test_a_firm_that_cannot_be_laid_out_anew_stands_as_before(making):
    before = making.plan()
    repair(making)
    assert making.plan() == before
