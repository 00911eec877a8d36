"""One part of the formula form: its fields as they were typed, and the amount they make.

Sums are typed in 万元, sums for each unit in 元, shares in percent, limits of bands in the display unit of what they
limit. An amount that the form has no fields for is kept as it is, shown in words.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from enterprises.attributes.catalogue import TOWN, Attribute, Kind
from enterprises.criteria.language import Holds, In
from enterprises.criteria.lines import HUNDREDTH, based, typed

from .language import (
    WAN,
    YUAN,
    Amount,
    Ask,
    Base,
    Each,
    Fixed,
    Formula,
    Marginal,
    More,
    Question,
    Rate,
    Sum,
    Tiers,
    Value,
    When,
    unparse,
)
from .reads import asked_in

KINDS = ("fixed", "rate", "each", "tiers", "marginal", "levels")
SOURCES = ("value", "sum", "more", "ask")
MOST_TERMS, MOST_BANDS = 6, 8
TEN_THOUSAND, ONE = Decimal(10000), Decimal(1)


@dataclass
class Part:
    """`kind` of amount; `source` and `a` say of what; `by`, `grade` sums by level; `only` a yes or no; `kept`: JSON."""

    kind: str = "fixed"
    value: str = ""
    source: str = "value"
    a: list[str] = field(default_factory=lambda: [""])
    ask: str = ""
    ask_unit: str = YUAN
    ask_code: str = ""
    ask_en: str = ""
    cap: str = ""
    floor: str = ""
    upto: list[str] = field(default_factory=list)
    incl: list[str] = field(default_factory=list)
    grade: list[str] = field(default_factory=list)
    by: str = ""
    only: str = ""
    kept: str = ""

    @property
    def attribute(self) -> Attribute | None:
        return TOWN.get(self.a[0]) if self.a else None

    @property
    def border(self) -> Decimal:
        """How much of the unit reckoned one typed unit of a band's limit is."""
        if self.source == "ask":
            return TEN_THOUSAND if self.ask_unit in (YUAN, WAN) else ONE
        return self.attribute.factor if self.attribute else ONE

    @property
    def border_unit(self) -> str:
        if self.source == "ask":
            return WAN if self.ask_unit in (YUAN, WAN) else self.ask_unit
        return self.attribute.display if self.attribute else ""

    @property
    def each_unit(self) -> str:
        """What one unit is, where each brings a sum."""
        if self.source == "ask":
            return YUAN if self.ask_unit == WAN else self.ask_unit
        return self.attribute.unit if self.attribute else ""

    def tree(self) -> Any:
        """The JSON of the amount, as complete as the part is; `check` says what is missing."""
        if self.kept:
            return {key: value for key, value in self._kept().items() if key != "asks"}
        made = MAKERS[self.kind](self)
        return {"when": {"holds": self.only}, "then": made} if self.only else made

    def asks(self, code: str) -> dict[str, Any]:
        """What it asks the firm for, under `code` unless it has one already."""
        if self.kept:
            return dict(self._kept().get("asks", {}))
        if self.kind not in USES_BASE or self.source != "ask":
            return {}
        self.ask_code = self.ask_code or code
        asked = {"label": self.ask.strip(), "unit": self.ask_unit.strip()}
        return {self.ask_code: asked | ({"label_en": self.ask_en} if self.ask_en else {})}

    def _kept(self) -> dict[str, Any]:
        try:
            found = json.loads(self.kept)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


USES_BASE = ("rate", "each", "tiers", "marginal")


# To an amount -----------------------------------------------------------------------------------------------------


def _base(part: Part) -> Any:
    codes = [code for code in part.a if code]
    if part.source == "ask":
        return {"ask": part.ask_code}
    if part.source == "sum":
        return {"sum": codes}
    if part.source == "more":
        return {"more": [*part.a, "", ""][:2]}
    return codes[0] if codes else ""


def _limits(part: Part, *names: str) -> dict[str, str]:
    return {name: based(getattr(part, name), TEN_THOUSAND) for name in names if getattr(part, name).strip()}


def _fixed(part: Part) -> Any:
    return {"fixed": based(part.value, TEN_THOUSAND)}


def _rate(part: Part) -> Any:
    return {"rate": based(part.value, HUNDREDTH), "of": _base(part)} | _limits(part, "cap", "floor")


def _each(part: Part) -> Any:
    return {"each": based(part.value, ONE), "per": _base(part)} | _limits(part, "cap")


def _rows(part: Part) -> list[tuple[str, str, str]]:
    """Bands in which something was typed; the last one has no limit."""
    rows = list(zip(part.upto, part.incl, part.grade, strict=False))
    return [row for row in rows if row[0].strip() or row[2].strip()]


def _tiers(part: Part) -> Any:
    bands: list[list[Any]] = []
    for upto, incl, grade in _rows(part):
        limit = [based(upto, part.border), incl] if upto.strip() else [None, None]
        bands.append([*limit, based(grade, TEN_THOUSAND)])
    return {"tiers": _base(part), "bands": bands}


def _marginal(part: Part) -> Any:
    bands = [
        [based(upto, part.border) if upto.strip() else None, based(grade, HUNDREDTH)]
        for upto, _incl, grade in _rows(part)
    ]
    return {"marginal": _base(part), "bands": bands} | _limits(part, "cap")


def _levels(part: Part) -> Any:
    """The highest level first: each that has a sum, else the next."""
    attribute = TOWN.get(part.by)
    codes = attribute.codes if attribute else ()
    made: Any = None
    for code, grade in zip(codes, part.grade, strict=False):
        if grade.strip():
            one = {"when": {"in": [part.by, [code]]}, "then": {"fixed": based(grade, TEN_THOUSAND)}}
            made = one if made is None else one | {"else": made}
    return made or {"when": {"in": [part.by, []]}, "then": {"fixed": ""}}


MAKERS: Mapping[str, Callable[[Part], Any]] = {
    "fixed": _fixed,
    "rate": _rate,
    "each": _each,
    "tiers": _tiers,
    "marginal": _marginal,
    "levels": _levels,
}


# From an amount ---------------------------------------------------------------------------------------------------


def part_of(amount: Amount, questions: tuple[Question, ...]) -> Part:
    """The part that shows this amount; kept as it is where the form has no fields for it."""
    part = _shown(amount, questions)
    if part is None and isinstance(amount, When) and isinstance(amount.condition, Holds) and amount.otherwise is None:
        part = _shown(amount.then, questions)
        if part is not None and part.kind != "levels":
            part.only = amount.condition.attribute
        else:
            part = None
    return part if part is not None else _as_it_is(amount, questions)


def _as_it_is(amount: Amount, questions: tuple[Question, ...]) -> Part:
    asked = {leaf.code for leaf in asked_in(amount)}
    return Part(kept=json.dumps(unparse(Formula(amount, tuple(one for one in questions if one.code in asked)))))


def _shown(amount: Amount, questions: tuple[Question, ...]) -> Part | None:
    match amount:
        case Fixed():
            return Part("fixed", typed(amount.value, TEN_THOUSAND))
        case Rate():
            part = _of(amount.of, questions, Part("rate", typed(amount.rate, HUNDREDTH)))
            return _capped(part, amount.cap, amount.floor)
        case Each():
            return _capped(_of(amount.per, questions, Part("each", typed(amount.each, ONE))), amount.cap)
        case Tiers():
            part = _of(amount.by, questions, Part("tiers"))
            if part is not None:
                part.upto = ["" if one.upto is None else typed(one.upto, part.border) for one in amount.bands]
                part.incl = ["<=" if one.included or one.upto is None else "<" for one in amount.bands]
                part.grade = [typed(one.value, TEN_THOUSAND) for one in amount.bands]
            return part
        case Marginal():
            part = _of(amount.by, questions, Part("marginal"))
            if part is not None:
                part.upto = ["" if one.upto is None else typed(one.upto, part.border) for one in amount.bands]
                part.incl = ["<="] * len(amount.bands)
                part.grade = [typed(one.rate, HUNDREDTH) for one in amount.bands]
            return _capped(part, amount.cap)
    return _levels_shown(amount)


def _capped(part: Part | None, cap: Decimal | None, floor: Decimal | None = None) -> Part | None:
    if part is not None:
        part.cap = "" if cap is None else typed(cap, TEN_THOUSAND)
        part.floor = "" if floor is None else typed(floor, TEN_THOUSAND)
    return part


def _of(base: Base, questions: tuple[Question, ...], part: Part) -> Part | None:
    match base:
        case Value():
            part.source, part.a = "value", [base.attribute]
        case Sum() if all(isinstance(term, Value) for term in base.terms):
            part.source, part.a = "sum", [term.attribute for term in base.terms if isinstance(term, Value)]
        case More(now=Value() as now, before=Value() as before):
            part.source, part.a = "more", [now.attribute, before.attribute]
        case Ask():
            asked = next((one for one in questions if one.code == base.code), None)
            if asked is None:
                return None
            part.source, part.ask_code, part.ask, part.ask_unit = "ask", asked.code, asked.label, asked.unit
            part.ask_en = asked.label_en
        case _:
            return None
    return part


def _levels_shown(amount: Amount) -> Part | None:
    """Sums by the levels of one attribute: one condition in another, each for one level, the highest outermost."""
    sums: dict[str, str] = {}
    by, here = "", amount
    while isinstance(here, When) and isinstance(here.condition, In) and isinstance(here.then, Fixed):
        if len(here.condition.values) != 1 or by not in ("", here.condition.attribute):
            return None
        by = here.condition.attribute
        sums[here.condition.values[0]] = typed(here.then.value, TEN_THOUSAND)
        if here.otherwise is None:
            return _levels_part(by, sums)
        here = here.otherwise
    return None


def _levels_part(by: str, sums: Mapping[str, str]) -> Part | None:
    attribute = TOWN.get(by)
    if attribute is None or attribute.kind != Kind.CHOICE or set(sums) - set(attribute.codes):
        return None
    return Part("levels", by=by, grade=[sums.get(code, "") for code in attribute.codes])
