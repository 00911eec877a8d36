"""Random criteria and firms for comparing the two evaluators: a small catalogue, and values that meet the borders."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import numpy as np

from enterprises.attributes.catalogue import Attribute, Catalogue, Choice, Kind
from enterprises.attributes.tables import Table
from enterprises.attributes.values import Held
from enterprises.criteria.language import (
    All,
    Any_,
    Band,
    Between,
    Compare,
    Dated,
    Growth,
    Holds,
    In,
    Not,
    Number,
    Ratio,
    Share,
    Sum,
    Tiers,
    Value,
    Weighted,
    Within,
)
from enterprises.measures import kept
from enterprises.models import UNKNOWN

DAY = date(2026, 2, 28)
AS_OF = date(2026, 1, 31)
LEVELS = tuple(Choice(code, code, code) for code in ("none", "city", "province", "state"))
WORDS = {word: number for number, word in enumerate(("none", "city", "province", "C", "F", "I"), 1)}
ADDED = ["=", "!=", "<", "<=", ">", ">="]


def attribute(slot, code, kind, **more):
    return Attribute(slot=slot, code=code, name=code, kind=kind, **more)


def number(slot, code, *, scale=2, changeable=True, zero=False, minimum=None, **more):
    return Attribute(
        slot=slot, code=code, name=code, kind=Kind.NUMBER, unit="元", scale=scale, display="元", changeable=changeable,
        absent_is_zero=zero, minimum=minimum, **more,
    )  # fmt: skip


CATALOGUE = Catalogue(
    [
        number(1, "revenue", factor=Decimal(100), decimals=2),
        number(2, "rd", decimals=1),
        number(3, "tax", changeable=False, decimals=2),
        number(4, "fine", scale=6, decimals=4),
        number(5, "patents", scale=0, zero=True, minimum=Decimal(0)),
        number(6, "marks", scale=0, zero=True, minimum=Decimal(0), changeable=False),
        number(7, "staff", scale=0, minimum=Decimal(0)),
        attribute(8, "founded", Kind.DATE),
        attribute(9, "valid_until", Kind.DATE, changeable=True),
        attribute(10, "high_tech", Kind.BOOL, changeable=True, absent_is_zero=True),
        attribute(11, "declared", Kind.BOOL, changeable=True),
        attribute(12, "level", Kind.CHOICE, choices=LEVELS, changeable=True, absent_is_zero=True),
        attribute(13, "grade", Kind.CHOICE, choices=LEVELS),
        attribute(14, "section", Kind.TEXT),
    ]
)
MONEY, COUNTS = ("revenue", "rd", "tax", "fine"), ("patents", "marks", "staff")
AMOUNTS = (
    Decimal("3.00"),
    Decimal("0.15"),
    Decimal("20"),
    Decimal("1500"),
    Decimal("0"),
    Decimal("-7"),
    Decimal("0.30"),
)
DAYS = tuple(date.fromisoformat(day) for day in ("2024-02-29", "2025-02-28", "2025-03-01", "2023-08-31", "2026-02-28"))
UNITS = (("years", 1), ("years", 2), ("months", 6), ("months", -1), ("days", 365), ("days", 0))


def value_of(random: Random, attribute: Attribute):
    if attribute.kind == Kind.NUMBER:
        if attribute.scale == 0:
            return Decimal(random.choice((0, 1, 2, 4, 20, 100)))
        return random.choice(AMOUNTS) if attribute.code != "fine" else random.choice(AMOUNTS) / 1000
    if attribute.kind == Kind.DATE:
        return random.choice(DAYS) + timedelta(random.choice((0, 0, 0, 1, -1)))
    if attribute.kind == Kind.BOOL:
        return random.random() < 0.5
    return random.choice(attribute.codes[:3] if attribute.codes else ("C", "F", "I"))


def firm(random: Random, unknown=0.2):
    values = {a.code: value_of(random, a) for a in CATALOGUE if random.random() > unknown}
    return {code: Held(value, "test", AS_OF) for code, value in values.items()}


def relatives(random: Random, base, count):
    """Firms like this one but for some values, so that what was on a border stays there for most."""
    found = [base]
    while len(found) < count:
        one = dict(base)
        for attribute in CATALOGUE:
            if random.random() < 0.16:
                one.pop(attribute.code, None)
                if random.random() < 0.75:
                    one[attribute.code] = Held(value_of(random, attribute), "test", AS_OF)
        found.append(one)
    return found


def table_of(firms) -> Table:
    columns = {}
    for attribute in CATALOGUE:
        numbers = [
            kept(attribute, one[attribute.code].value, WORDS) if attribute.code in one else UNKNOWN for one in firms
        ]
        columns[attribute.code] = np.array(numbers, np.int64)
    return Table(np.arange(1, len(firms) + 1), columns, WORDS)


@dataclass
class Trees:
    """Random criteria, whose constants often are just what the base firm has."""

    random: Random
    base: dict

    def tree(self, depth=0):
        draw = self.random.random()
        if depth >= 3 or draw < (0.3 if depth else 0.1):
            return self.leaf()
        if draw < (0.48 if depth else 0.25):
            return Not(self.tree(depth + 1))
        parts = tuple(self.tree(depth + 1) for _ in range(self.random.choice((2, 2, 3))))
        return (All if self.random.random() < 0.5 else Any_)(parts)

    def leaf(self):
        makers = (self.plain, self.plain, self.quotient, self.quotient, self.tiered, self.between, self.within)
        return self.random.choice((*makers, self.listed, self.held, self.dated, self.dated))()

    def amount(self, code):
        held = self.base.get(code)
        return held.value if held else Decimal(0)

    def total(self):
        """A term, and what it is for the base firm."""
        draw = self.random.random()
        codes = self.random.sample(MONEY[:3], 2)
        if draw < 0.35:
            return Value(codes[0]), self.amount(codes[0])
        if draw < 0.7:
            return Sum(tuple(map(Value, codes))), sum(map(self.amount, codes))
        weights = [Decimal(self.random.choice(("5", "2", "0.5", "-1"))) for _ in COUNTS]
        pairs = tuple((weight, Value(code)) for weight, code in zip(weights, COUNTS, strict=True))
        return Weighted(pairs), sum(weight * self.amount(pair.attribute) for weight, pair in pairs)

    def constant(self, here):
        return here if self.random.random() < 0.85 else self.random.choice(AMOUNTS)

    def sign(self):
        return self.random.choice(ADDED)

    def plain(self):
        term, here = self.total()
        return Compare(term, self.sign(), Number(self.constant(here)))

    def pair(self):
        """A quotient, and its value for the base firm, made to fit in six decimals."""
        part, whole = self.random.sample(("revenue", "rd", "fine"), 2)
        value = Decimal(self.random.choice(("0.05", "0.03", "0.15", "1.1", "-0.2")))
        under = self.amount(whole) or Decimal(3)
        kind = self.random.choice((Ratio, Growth, Share))
        if kind is Ratio:
            self.set(part, value * under)
            return Ratio(Value(part), Value(whole)), value
        if kind is Growth:
            self.set(part, (1 + value) * under)
            return Growth(Value(part), Value(whole)), value
        self.set(part, under)
        return Share(Value(part), (Value(part), Value(whole))), Decimal("0.5")

    def set(self, code, value):
        places = CATALOGUE[code].scale
        if value == round(value, places) and self.random.random() < 0.9:
            self.base[code] = Held(round(value, places), "test", AS_OF)

    def quotient(self):
        side, here = self.pair()
        return Compare(side, self.sign(), Number(here if self.random.random() < 0.9 else Decimal("0.04")))

    def tiers(self):
        by, here = self.pair() if self.random.random() < 0.3 else self.total()
        borders = sorted({self.constant(here), here + 5})
        values = [Decimal(self.random.choice(("0.05", "0.04", "0.03", "3", "0"))) for _ in range(len(borders) + 1)]
        bands = [Band(upto, self.random.random() < 0.5, value) for upto, value in zip(borders, values, strict=False)]
        return Tiers(by, (*bands, Band(None, False, values[-1])))

    def tiered(self):
        if self.random.random() < 0.5:
            side, _here = self.pair()
            return Compare(side, self.sign(), self.tiers())
        tiers = self.tiers()
        return Compare(
            Sum((tiers, Value("rd"))), self.sign(), Number(self.constant(tiers.bands[0].value + self.amount("rd")))
        )

    def between(self):
        side, here = self.pair() if self.random.random() < 0.4 else self.total()
        ends = sorted((self.constant(here), here + self.random.choice((0, 2, -2))))
        return Between(side, *ends)

    def within(self):
        first = self.day(self.random.choice(("founded", "valid_until")))
        return Within(
            self.random.choice(("founded", "valid_until")), first, first + timedelta(self.random.choice((0, 30, 700)))
        )

    def day(self, code):
        return self.base[code].value if code in self.base else DAY

    def listed(self):
        code = self.random.choice(("level", "grade", "section"))
        words = CATALOGUE[code].codes or ("C", "F", "I", "Z")
        return In(code, tuple(self.random.sample(words, 2)))

    def held(self):
        return Holds(self.random.choice(("high_tech", "declared")))

    def dated(self):
        code = self.random.choice(("founded", "valid_until"))
        unit, count = self.random.choice(UNITS)
        if self.random.random() < 0.5:
            from enterprises.criteria.one import moved

            return Dated(code, self.sign(), moved(self.day(code), unit, count), unit, count)
        self.base[code] = Held(
            self.random.choice((date(2025, 2, 28), date(2024, 2, 29), date(2025, 3, 1))), "test", AS_OF
        )
        return Dated(code, self.sign(), None, unit, count)
