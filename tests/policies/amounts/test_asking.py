"""The order of the questions (POL-3): decides more than the catalogue's order, is the same for the same answers."""

import random
from collections import Counter
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from enterprises.attributes.catalogue import TOWN, Kind
from enterprises.attributes.values import Held, Words
from enterprises.criteria.one import evaluate
from policies.amounts import asking
from policies.amounts.answers import askable, with_derived
from policies.amounts.reads import attributes_read
from policies.amounts.results import ruled
from policies.models import ClauseVersion
from portal.desk.demo.policies.texts import policies

DAY = date(2026, 11, 9)
FIRMS, QUESTIONS = 6, (3, 6, 10)


@pytest.fixture(scope="module")
def clauses():
    """Sixty clauses of the demo town's policies, without their rows."""
    texts = [clause for policy in policies() for clause in policy.clauses]
    chosen = [one for one in texts if one.tree is not None][::3][:60]
    return [
        ruled(ClauseVersion(clause_id=number, tree=one.tree, formula=one.formula)) for number, one in enumerate(chosen)
    ]


def _drawn(attribute, rolled):
    match attribute.kind:
        case Kind.BOOL:
            return rolled.random() < 0.3
        case Kind.CHOICE:
            return rolled.choice(attribute.codes)
        case Kind.DATE:
            return date(2000 + rolled.randrange(26), 1 + rolled.randrange(12), 5)
        case Kind.TEXT:
            return rolled.choice("CCCFIK")
    largest = 10 ** rolled.randrange(1, 10 if attribute.factor > 1 else 4)
    return Decimal(rolled.randrange(largest))


@pytest.fixture(scope="module")
def firms():
    rolled = random.Random(7)
    return [{one.code: _drawn(one, rolled) for one in TOWN if askable(one)} for _number in range(200)]


@pytest.fixture
def spread(firms, db):
    words = Words({value for firm in firms for value in firm.values() if isinstance(value, str)})
    columns = {code: np.array([asking.as_number(TOWN[code], firm[code], words) for firm in firms]) for code in firms[0]}
    return {code: asking._spread(TOWN[code], column) for code, column in columns.items()}


def decided(clauses, known):
    """By the evaluator for one firm, which shares nothing with the choice of the question."""
    found = 0
    for one in clauses:
        outcome = evaluate(one.node, known, DAY).outcome
        found += outcome is False or (outcome is True and attributes_read(one.formula) <= known.keys())
    return found


def asked(choose, clauses, firm):
    """How many clauses are decided after so many questions of one firm."""
    known, codes, found = {}, [], Counter()
    for number in range(1, max(QUESTIONS) + 1):
        code = choose(known, codes)
        if code is not None:
            codes.append(code)
            known = with_derived({one: Held(firm[one]) for one in codes})
        found[number] = decided(clauses, known)
    return found


def test_it_decides_more_than_the_order_of_the_catalogue(clauses, firms, spread):
    read = [one.code for one in TOWN if askable(one) and any(one.code in clause.reads for clause in clauses)]

    def best(known, codes):
        return asking.next_code(clauses, known, codes, DAY, spread)

    def worst(known, codes):  # the control: the same weighing, used the other way round
        weighed = asking.weigh(clauses, known, codes, DAY, spread)
        return min(weighed, key=lambda one: one.decides).code if weighed else None

    orders = {"best": best, "catalogue": lambda _known, codes: read[len(codes)], "worst": worst}
    total = {name: Counter() for name in orders}
    for firm in firms[:FIRMS]:
        for name, choose in orders.items():
            total[name] += asked(choose, clauses, firm)
    for number in QUESTIONS:
        assert total["best"][number] > total["catalogue"][number], number
        assert total["worst"][number] < total["catalogue"][number], number


def test_columns_and_the_single_evaluator_agree_on_what_is_decided(clauses, firms, db):
    for firm in firms[:5]:
        known = with_derived({code: Held(value) for code, value in list(firm.items())[::2]})
        assert asking.decided_count(clauses, known, DAY) == decided(clauses, known)


def test_who_answers_alike_is_asked_alike(clauses, firms, spread):
    known = {code: Held(firms[0][code]) for code in ("industry_section", "above_scale")}
    first, second = (asking.next_code(clauses, known, list(known), DAY, spread) for _try in range(2))
    assert first == second not in known
    assert asking.next_code(list(reversed(clauses)), known, list(known), DAY, spread) == first


def test_a_few_firms_make_no_spread():
    """SEC-11: of four firms nothing is drawn, of five as much as of all."""
    column = np.array([1, 2, 3, 4], dtype=np.int64)
    assert asking._spread(TOWN["tax_last_year"], column) == []
    assert asking._spread(TOWN["tax_last_year"], np.append(column, 5))


def test_when_all_is_decided_nothing_is_asked(clauses, firms, spread):
    known = {code: Held(value) for code, value in firms[0].items()}
    assert asking.next_code(clauses, known, list(known), DAY, spread) is None
    assert asking.next_code([], {}, [], DAY, spread) is None
