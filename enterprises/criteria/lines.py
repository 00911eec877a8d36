"""One line of the criteria form: its fields as they were typed, and the condition they make.

Amounts are typed in the attribute's display unit (万元), quotients in percent. A condition that the form has no fields
for is typed in words (`from_words`); one that these do not say either is kept as it is.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation

from portal.people.numerals import plain

from ..attributes.catalogue import TOWN, Attribute, Kind
from .check import ANY_UNIT, PURE, unit_of
from .from_words import condition_of
from .language import (
    Band,
    Between,
    Compare,
    Condition,
    Dated,
    Growth,
    Holds,
    In,
    Not,
    Number,
    Quotient,
    Ratio,
    Share,
    Sum,
    Term,
    Tiers,
    Value,
    Weighted,
    Within,
)
from .rates import rate_of
from .reading import unparse
from .typed import Unread
from .words import sentence

HOWS = ("value", "sum", "ratio", "growth", "share", "weighted", "words")
MOST_OPERANDS, MOST_BANDS = 8, 8
HUNDREDTH = Decimal("0.01")


@dataclass
class Line:
    """`how` the attributes `a` (with weights `w`) are reckoned, `op` and what stands right of it; `kept`: JSON."""

    how: str = "value"
    a: list[str] = field(default_factory=lambda: [""])
    w: list[str] = field(default_factory=list)
    op: str = ""
    value: str = ""
    to: str = ""
    span: str = "years"
    pick: list[str] = field(default_factory=list)
    by: str = ""
    upto: list[str] = field(default_factory=list)
    incl: list[str] = field(default_factory=list)
    grade: list[str] = field(default_factory=list)
    kept: str = ""

    @property
    def attribute(self) -> Attribute | None:
        return TOWN.get(self.a[0]) if self.a else None

    @property
    def kind(self) -> Kind:
        """What the right side is made for; an amount while no attribute is chosen."""
        if self.how != "value" or self.attribute is None:
            return Kind.NUMBER
        return self.attribute.kind

    @property
    def factor(self) -> Decimal:
        """How much of the unit kept one typed unit is."""
        return _factor(self.how, self.a)

    @property
    def unit(self) -> str:
        """The unit typed in; empty for points."""
        if self.how in ("growth", "share") or (self.how == "ratio" and _same_unit(self.a)):
            return "%"
        if self.how == "ratio" and _sides(self.a):
            return rate_of(*_sides(self.a)).unit
        if self.how in ("value", "sum") and self.attribute is not None:
            return self.attribute.display
        return ""

    @property
    def unread(self) -> str:
        """What is wrong with the words that were typed; empty for nothing."""
        if self.how != "words" or self.kept or not self.value.strip():
            return ""
        try:
            condition_of(self.value)
        except Unread as unread:
            return str(unread)
        return ""

    def tree(self) -> Any:
        """The JSON of the condition, as complete as the line is; `check` says what is missing."""
        if self.kept:
            return _json(self.kept)
        if self.how == "words":
            return None if self.unread or not self.value.strip() else unparse(condition_of(self.value))
        return MAKERS[self.kind](self)


def _factor(how: str, codes: list[str]) -> Decimal:
    if how in ("growth", "share"):
        return HUNDREDTH
    known = [TOWN[code] for code in codes if code in TOWN]
    if how == "ratio":
        return HUNDREDTH if _same_unit(codes) else rate_of(*_sides(codes)).factor if _sides(codes) else Decimal(1)
    return known[0].factor if known and how != "weighted" else Decimal(1)


def _same_unit(codes: list[str]) -> bool:
    return len({TOWN[code].unit for code in codes if code in TOWN}) <= 1


def _sides(codes: list[str]) -> tuple[Attribute, ...]:
    """The two sides of a ratio; none where one is not chosen yet or has no unit."""
    sides = tuple(TOWN[code] for code in codes if code in TOWN and TOWN[code].unit not in (ANY_UNIT, PURE))
    return sides if len(sides) == 2 else ()


# To a condition ---------------------------------------------------------------------------------------------------


def _amount(line: Line) -> Any:
    left = _left(line)
    if line.op == "between":
        return {"between": [left, based(line.value, line.factor), based(line.to, line.factor)]}
    if line.op == "tiers":
        return {"compare": [left, ">=", _tiers(line)]}
    return {"compare": [left, line.op, based(line.value, line.factor)]}


def _left(line: Line) -> Any:
    codes = [code for code in line.a if code]
    if line.how == "sum":
        return {"sum": codes}
    if line.how in ("ratio", "growth"):
        return {line.how: [*line.a, "", ""][:2]}
    if line.how == "share":
        return {"share": [line.a[0] if line.a else "", codes]}
    if line.how == "weighted":
        weights = [*line.w, *[""] * len(line.a)]
        return {"weighted": [[plain(w), code] for w, code in zip(weights, line.a, strict=False) if code]}
    return codes[0] if codes else ""


def _tiers(line: Line) -> Any:
    by = _factor("value", [line.by])
    rows = [row for row in zip(line.upto, line.incl, line.grade, strict=False) if any((row[0].strip(), row[2].strip()))]
    bands = [[based(upto, by), incl, based(grade, line.factor)] for upto, incl, grade in rows if upto.strip()]
    last = [[None, None, based(grade, line.factor)] for upto, _incl, grade in rows if not upto.strip()]
    return {"tiers": line.by, "bands": bands + last}


def _day(line: Line) -> Any:
    code = line.a[0]
    if line.op == "between":
        return {"between": [code, line.value or "0000-00-00", line.to or "0000-00-00"]}
    if line.op in ("full", "short"):
        count = plain(line.value)
        sign = "<=" if line.op == "full" else ">"
        return {"date": [code, sign, "today"], "after": {line.span: int(count) if count.isdecimal() else count}}
    return {"date": [code, line.op, line.value or "today"]}


def _truth(line: Line) -> Any:
    holds = {"holds": line.a[0]}
    return {"not": holds} if line.op == "no" else holds


def _listed(line: Line) -> Any:
    picked = line.pick
    if not (line.attribute and line.attribute.choices):
        picked = [word.strip() for word in line.value.replace("，", ",").replace("、", ",").split(",") if word.strip()]
    tree = {"in": [line.a[0], picked]}
    return {"not": tree} if line.op == "no" else tree


MAKERS: Mapping[Kind, Callable[[Line], Any]] = {
    Kind.NUMBER: _amount,
    Kind.DATE: _day,
    Kind.BOOL: _truth,
    Kind.CHOICE: _listed,
    Kind.TEXT: _listed,
}


def based(typed: str, factor: Decimal) -> str:
    """A typed amount in the unit kept; what is no number stays as it is, for `check` to refuse."""
    text = plain(typed)
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite() or len(text) > 30 or abs(value.adjusted()) > 30:  # 1e99999999 is short, and no amount
        return text
    return f"{value.scaleb(factor.adjusted()):f}"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


# From a condition -------------------------------------------------------------------------------------------------


def line_of(node: Condition) -> Line:
    """The line that shows this condition; in words where the form has no fields for it."""
    return _shown(node) or _worded(node) or Line(kept=json.dumps(unparse(node)))


def _worded(node: Condition) -> Line | None:
    with translation.override("zh-hans"):
        words = sentence(node)
    line = Line(how="words", value=words)
    return line if not line.unread and condition_of(words) == node else None


def _shown(node: Condition) -> Line | None:
    match node:
        case Not(part=Holds() as inside):
            return Line(a=[inside.attribute], op="no")
        case Not(part=In() as inside):
            return _list_shown(inside, "no")
        case Holds():
            return Line(a=[node.attribute], op="yes")
        case In():
            return _list_shown(node, "yes")
        case Within():
            return Line(a=[node.attribute], op="between", value=node.first.isoformat(), to=node.last.isoformat())
        case Dated():
            return _day_shown(node)
        case Compare() | Between():
            return _amount_shown(node)
    return None


def _list_shown(node: In, op: str) -> Line | None:
    attribute = TOWN[node.attribute]
    if not attribute.choices:
        return Line(a=[node.attribute], op=op, value="，".join(node.values))
    if not set(node.values) <= set(attribute.codes):
        return None
    return Line(a=[node.attribute], op=op, pick=list(node.values))


def _day_shown(node: Dated) -> Line | None:
    if node.count == 0:
        return Line(a=[node.attribute], op=node.operator, value=node.day.isoformat() if node.day else "")
    if node.day is None and node.count > 0 and node.operator in ("<=", ">"):
        op = "full" if node.operator == "<=" else "short"
        return Line(a=[node.attribute], op=op, value=str(node.count), span=node.unit)
    return None


def _amount_shown(node: Compare | Between) -> Line | None:
    line = _operands(node.what if isinstance(node, Between) else node.left)
    if line is None:
        return None
    if isinstance(node, Between):
        line.op, line.value, line.to = "between", typed(node.low, line.factor), typed(node.high, line.factor)
        return line
    if isinstance(node.right, Number):
        line.op, line.value = node.operator, typed(node.right.value, line.factor)
        return line
    if isinstance(node.right, Tiers) and isinstance(node.right.by, Value) and node.operator == ">=":
        line.op = "tiers"
        _show_bands(line, node.right.by.attribute, node.right.bands)
        return line
    return None


def _show_bands(line: Line, by: str, bands: tuple[Band, ...]) -> None:
    line.by, factor = by, TOWN[by].factor
    line.upto = ["" if band.upto is None else typed(band.upto, factor) for band in bands]
    line.incl = ["<=" if band.included else "<" for band in bands]
    line.grade = [typed(band.value, line.factor) for band in bands]


def _operands(side: Term | Quotient) -> Line | None:
    how, terms = _taken(side)
    if not terms or not all(isinstance(term, Value) for term in terms):
        return None
    line = Line(how=how, a=[term.attribute for term in terms if isinstance(term, Value)])
    if isinstance(side, Weighted):
        line.w = [f"{weight:f}" for weight, _term in side.terms]
    fits = how != "ratio" or _same_unit(line.a) == (unit_of(side, TOWN) == PURE)
    return line if fits else None


def _taken(side: Term | Quotient) -> tuple[str, tuple[Term, ...]]:
    match side:
        case Value():
            return "value", (side,)
        case Sum():
            return "sum", side.terms
        case Weighted():
            return "weighted", tuple(term for _weight, term in side.terms)
        case Ratio():
            return "ratio", (side.numerator, side.denominator)
        case Growth():
            return "growth", (side.now, side.before)
        case Share() if side.parts[0] == side.part:
            return "share", side.parts
    return "", ()


def typed(value: Decimal, factor: Decimal) -> str:
    """An amount in the unit it is typed in, nothing rounded."""
    text = f"{value.scaleb(-factor.adjusted()):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
