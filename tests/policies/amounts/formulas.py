"""Formulas and firms made at random, and a reckoning in plain fractions that shares nothing with the product."""

from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import strategies as st

from enterprises.attributes.values import Held

YUAN = ("rd_cost_last_year", "rd_cost_year_before", "revenue_last_year", "tax_last_year")
COUNTED = ("insured", "headcount")
ASKS = {"interest": {"label": "上年贷款利息支出", "unit": "万元"}, "staff": {"label": "新招人数", "unit": "人"}}

sums = st.decimals("0.01", "99999999", places=2).map(str)
rates = st.decimals("0.000001", "3", places=6).map(lambda rate: f"{rate:f}")
limits = st.one_of(st.none(), sums)


def _limited(made, **limits):
    return made | {key: value for key, value in limits.items() if value is not None}


def bases(codes, ask):
    one = st.one_of(st.sampled_from(codes), st.just({"ask": ask}))
    several = st.lists(one, min_size=1, max_size=3).map(lambda terms: {"sum": terms})
    return st.one_of(one, several, st.tuples(one, one).map(lambda pair: {"more": list(pair)}))


money, heads = bases(YUAN, "interest"), bases(COUNTED, "staff")
borders = st.lists(st.integers(1, 10**9), min_size=0, max_size=4, unique=True).map(sorted)


@st.composite
def tiers(draw):
    upto = draw(borders)
    rows = [[str(one), draw(st.sampled_from(["<", "<="])), draw(sums)] for one in upto]
    return {"tiers": draw(st.one_of(money, heads)), "bands": [*rows, [None, None, draw(sums)]]}


@st.composite
def marginal(draw):
    rows = [[str(one), draw(rates)] for one in draw(borders)]
    return _limited({"marginal": draw(money), "bands": [*rows, [None, draw(rates)]]}, cap=draw(limits))


@st.composite
def rate(draw):
    floor_, cap = draw(limits), draw(limits)
    if floor_ is not None and cap is not None and Decimal(floor_) > Decimal(cap):
        floor_, cap = cap, floor_
    return _limited({"rate": draw(rates), "of": draw(money)}, cap=cap, floor=floor_)


each = st.builds(lambda value, per, cap: _limited({"each": value, "per": per}, cap=cap), sums, heads, limits)
leaves = st.one_of(st.builds(lambda value: {"fixed": value}, sums), rate(), each, tiers(), marginal())
HIGH_TECH = {"holds": "high_tech"}


def _wider(inner):
    several = st.lists(inner, min_size=2, max_size=3)
    return st.one_of(
        st.builds(lambda parts, cap: _limited({"sum": parts}, cap=cap), several, limits),
        several.map(lambda parts: {"highest": parts}),
        st.builds(lambda then: {"when": HIGH_TECH, "then": then}, inner),
        st.builds(lambda then, other: {"when": HIGH_TECH, "then": then, "else": other}, inner, inner),
    )


def asked_in(tree):
    if isinstance(tree, dict):
        found = {tree["ask"]} if set(tree) == {"ask"} else set()
        return found.union(*map(asked_in, tree.values()))
    return set().union(*map(asked_in, tree)) if isinstance(tree, list) else set()


def with_asks(tree):
    asks = {code: ASKS[code] for code in sorted(asked_in(tree))}
    return tree | ({"asks": asks} if asks else {})


formulas = st.recursive(leaves, _wider, max_leaves=5).map(with_asks)

amounts = st.decimals("-99999999", "9999999999", places=2)
counts = st.integers(0, 99999).map(Decimal)


@st.composite
def firms(draw, sparse=False):
    """What is known, and the answers; `sparse` leaves out at random."""
    values = {code: draw(amounts) for code in YUAN} | {code: draw(counts) for code in COUNTED}
    values["high_tech"] = draw(st.booleans())
    answers = {"interest": str(draw(st.decimals("0", "9999", places=4))), "staff": str(draw(st.integers(0, 999)))}
    if sparse:
        values = {code: value for code, value in values.items() if draw(st.booleans())}
        answers = {code: value for code, value in answers.items() if draw(st.booleans())}
    return {code: Held(value) for code, value in values.items()}, answers


# The reckoning in fractions --------------------------------------------------------------------------------------


def reckoned(tree, known, answers):
    """Down to the cent, or None where anything that is needed is missing."""
    amount = _amount(tree, known, answers)
    return None if amount is None else Decimal(floor(amount * 100)).scaleb(-2)


def _amount(tree, known, answers):
    if "fixed" in tree:
        return Fraction(tree["fixed"])
    if "sum" in tree or "highest" in tree:
        parts = [_amount(part, known, answers) for part in tree.get("sum", tree.get("highest"))]
        if None in parts:
            return None
        return _below(sum(parts) if "sum" in tree else max(parts), tree)
    if "when" in tree:
        held = known.get("high_tech")
        if held is None:
            return None
        chosen = tree["then"] if held.value else tree.get("else")
        return Fraction(0) if chosen is None else _amount(chosen, known, answers)
    base = _base(tree.get("of", tree.get("per", tree.get("tiers", tree.get("marginal")))), known, answers)
    return None if base is None else _of_base(tree, max(base, Fraction(0)))


def _of_base(tree, base):
    if "rate" in tree:
        plain = base * Fraction(tree["rate"])
        return _below(max(plain, Fraction(tree.get("floor", 0))) if base > 0 else plain, tree)
    if "each" in tree:
        return _below(base * Fraction(tree["each"]), tree)
    if "tiers" in tree:
        fits = [
            row
            for row in tree["bands"]
            if row[0] is None or base < int(row[0]) or (base == int(row[0]) and row[1] == "<=")
        ]
        return Fraction(fits[0][2])
    total, low = Fraction(0), Fraction(0)
    for upto, share in tree["bands"]:
        high = base if upto is None else min(base, Fraction(upto))
        total += max(high - low, Fraction(0)) * Fraction(share)
        low = max(low, high)
    return _below(total, tree)


def _within(base, upto, sign):
    return upto is None or base < int(upto) or (base == int(upto) and sign == "<=")


def _below(amount, tree):
    return min(amount, Fraction(tree["cap"])) if "cap" in tree else amount


def _base(tree, known, answers):
    if isinstance(tree, str):
        return Fraction(known[tree].value) if tree in known else None
    if "ask" in tree:
        typed = answers.get(tree["ask"])
        return None if typed is None else Fraction(typed) * (10000 if tree["ask"] == "interest" else 1)
    terms = [_base(term, known, answers) for term in tree.get("sum", tree.get("more"))]
    if None in terms:
        return None
    return sum(terms) if "sum" in tree else max(terms[0] - terms[1], Fraction(0))
