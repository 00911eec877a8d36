"""The JSON of a criterion read into the language, and written again. Whatever is not of the language is refused."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from .language import (
    OPERATORS,
    All,
    Any_,
    Band,
    Between,
    Compare,
    Condition,
    Dated,
    Growth,
    Holds,
    In,
    Node,
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

DEEPEST, MOST_NODES, MOST_DIGITS = 12, 300, 18
UNITS = ("years", "months", "days")
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,6})?")
CODE = re.compile(r"[a-z][a-z0-9_]{0,59}")

Path = tuple[str | int, ...]


class Malformed(Exception):
    """A tree that is not of this language: where, and a sentence for the person; `blank`: nothing was typed yet."""

    def __init__(self, path: Path, sentence: str, blank: bool = False) -> None:
        super().__init__(sentence)
        self.path, self.sentence, self.blank = path, sentence, blank


def parse(tree: Any, path: Path = ()) -> Condition:
    """The criterion that the JSON says. Raises Malformed, which names the place."""
    demand(len(path) <= 2 * DEEPEST, path, _("条件嵌套过深，最多 %(most)s 层") % {"most": DEEPEST})
    demand(path != () or count_nodes(tree, MOST_NODES) <= MOST_NODES, path, _("条件过长，请分成几个条件"))
    demand(isinstance(tree, dict), path, _("这里应是一个条件"), blank=tree is None)
    kinds = [key for key in tree if key in CONDITIONS]
    demand(len(kinds) == 1, path, _("这里应是一个条件"), blank=not tree)
    kind = kinds[0]
    extra = {"after"} if kind == "date" else set()
    demand(not set(tree) - {kind} - extra, path, _("不认识的内容：%(what)s") % {"what": "、".join(map(str, tree))})
    return CONDITIONS[kind](tree, (*path, kind))


def parsed(tree: Any) -> Condition:
    """The same for what was checked before and is read over and over: a tree that is known already is not read anew."""
    return _read(json.dumps(tree))


@lru_cache(4096)
def _read(text: str) -> Condition:
    return parse(json.loads(text))


def _group(made: Callable[[tuple[Condition, ...]], Condition]) -> Callable[[Any, Path], Condition]:
    def read(tree: Any, path: Path) -> Condition:
        parts = _list(tree[path[-1]], path, _("这一组里还没有条件"))
        return made(tuple(parse(part, (*path, number)) for number, part in enumerate(parts)))

    return read


def _not(tree: Any, path: Path) -> Condition:
    return Not(parse(tree["not"], path))


def _compare(tree: Any, path: Path) -> Condition:
    left, operator, right = _list(tree["compare"], path, _("请填写比较的两边"), 3)
    return Compare(_term(left, (*path, 0)), _operator(operator, path), _bound(right, (*path, 2)))


def _between(tree: Any, path: Path) -> Condition:
    what, low, high = _list(tree["between"], path, _("请填写区间的两端"), 3)
    if isinstance(what, str) and CODE.fullmatch(what) and _is_day(low) and _is_day(high):
        return Within(what, _day(low, (*path, 1)), _day(high, (*path, 2)))
    return Between(_term(what, (*path, 0)), number(low, (*path, 1)), number(high, (*path, 2)))


def _in(tree: Any, path: Path) -> Condition:
    attribute, values = _list(tree["in"], path, _("请选择指标和取值"), 2)
    listed = _list(values, (*path, 1), _("请至少选择一个取值"))
    demand(all(isinstance(value, str) and 0 < len(value) <= 200 for value in listed), (*path, 1), _("取值应是文字"))
    return In(_code(attribute, (*path, 0)), tuple(listed))


def _holds(tree: Any, path: Path) -> Condition:
    return Holds(_code(tree["holds"], path))


def _dated(tree: Any, path: Path) -> Condition:
    attribute, operator, day = _list(tree["date"], path, _("请填写日期条件"), 3)
    after = tree.get("after") or {"days": 0}
    fits = isinstance(after, dict) and len(after) == 1 and set(after) <= set(UNITS)
    demand(fits, path, _("期限应是若干年、月或日"))
    unit, count = next(iter(after.items()))
    demand(type(count) is int and abs(count) <= 36600, path, _("期限应是整数"))
    when = None if day == "today" else _day(day, (*path, 2))
    return Dated(_code(attribute, (*path, 0)), _operator(operator, path), when, unit, count)


CONDITIONS: Mapping[str, Callable[[Any, Path], Condition]] = {
    "all": _group(All),
    "any": _group(Any_),
    "not": _not,
    "compare": _compare,
    "between": _between,
    "in": _in,
    "holds": _holds,
    "date": _dated,
}


def _term(tree: Any, path: Path) -> Term | Quotient:
    """What may stand left of a comparison: a quotient, or a term."""
    if isinstance(tree, dict) and len(tree) == 1:
        kind, inside = next(iter(tree.items()))
        if kind in ("ratio", "growth"):
            first, second = (_plain(one, (*path, kind)) for one in _list(inside, path, _("请填写分子和分母"), 2))
            return Ratio(first, second) if kind == "ratio" else Growth(first, second)
        if kind == "share":
            part, parts = _list(inside, path, _("请填写部分和合计"), 2)
            return Share(_plain(part, (*path, kind)), _terms(parts, (*path, kind)))
    return _plain(tree, path)


def _bound(tree: Any, path: Path) -> Term:
    """What may stand right of a comparison: a number is expected, a term will do."""
    return _plain(tree, path) if tree else Number(number(tree, path))


def _plain(tree: Any, path: Path) -> Term:
    demand(len(path) <= 2 * DEEPEST, path, _("条件嵌套过深，最多 %(most)s 层") % {"most": DEEPEST})
    demand(tree != "", path, _("请选择指标"), blank=True)
    if isinstance(tree, str) and CODE.fullmatch(tree):
        return Value(tree)
    if not isinstance(tree, dict):
        return Number(number(tree, path))
    if set(tree) == {"sum"}:
        return Sum(_terms(tree["sum"], (*path, "sum")))
    if set(tree) == {"weighted"}:
        pairs = [
            _list(pair, path, _("请填写权数和指标"), 2) for pair in _list(tree["weighted"], path, _("请填写权数和指标"))
        ]
        return Weighted(tuple((number(weight, path), _plain(term, (*path, "weighted"))) for weight, term in pairs))
    if set(tree) == {"tiers", "bands"}:
        bands = _list(tree["bands"], path, _("请填写各档"))
        return Tiers(_term(tree["tiers"], (*path, "tiers")), tuple(_band(band, path) for band in bands))
    raise Malformed(path, _("占比、增长和比重只能写在比较的左边") if _is_quotient(tree) else _("这里应是数值或指标"))


def _is_quotient(tree: dict[str, Any]) -> bool:
    return bool({"ratio", "growth", "share"} & set(tree))


def _terms(tree: Any, path: Path) -> tuple[Term, ...]:
    return tuple(_plain(term, (*path, place)) for place, term in enumerate(_list(tree, path, _("请至少选择一个指标"))))


def _band(tree: Any, path: Path) -> Band:
    upto, operator, value = _list(tree, path, _("每一档要有上限和数值"), 3)
    last = upto is None and operator is None
    demand(last or operator in ("<", "<="), path, _("每一档要写明上限是否包含在内"))
    return Band(None if last else number(upto, path), operator == "<=", number(value, path))


def number(tree: Any, path: Path = ()) -> Decimal:
    """A whole number, or a string of digits; floats have lost their last digit before they come here."""
    good = type(tree) is int or (isinstance(tree, str) and NUMBER.fullmatch(tree) is not None and tree.isascii())
    demand(good, path, _("请填写数值"), blank=tree in ("", None))
    value = Decimal(tree)
    demand(len(value.as_tuple().digits) <= MOST_DIGITS, path, _("数值过大"))
    return value


def _operator(tree: Any, path: Path) -> str:
    demand(isinstance(tree, str) and tree in OPERATORS, path, _("请选择比较方式"))
    return str(tree)


def _code(tree: Any, path: Path) -> str:
    demand(isinstance(tree, str) and CODE.fullmatch(tree) is not None, path, _("请选择指标"), blank=tree == "")
    return str(tree)


def _is_day(tree: Any) -> bool:
    return isinstance(tree, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", tree, re.ASCII) is not None


def _day(tree: Any, path: Path) -> date:
    try:
        demand(_is_day(tree), path, _("请填写日期"), blank=tree == "")
        day = date.fromisoformat(tree)
    except ValueError:
        raise Malformed(path, _("没有这一天：%(day)s") % {"day": tree}) from None
    demand(1900 <= day.year <= 2200, path, _("请填写日期"))
    return day


def _list(tree: Any, path: Path, sentence: str, length: int | None = None) -> list[Any]:
    good = isinstance(tree, list) and len(tree) > 0 and length in (None, len(tree))
    demand(good, path, sentence, blank=tree == [])
    return list(tree)


def count_nodes(tree: Any, most: int) -> int:
    """Nodes of the raw tree, up to one above `most`, counted without recursion: a hostile one may be deep."""
    seen, waiting = 0, [tree]
    while waiting and seen <= most:
        one = waiting.pop()
        seen += isinstance(one, dict)
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return seen


def demand(holds: bool, path: Path, sentence: str, *, blank: bool = False) -> None:
    """Raises `Malformed` with the place unless it holds."""
    if not holds:
        raise Malformed(path, sentence, blank)


# Writing ----------------------------------------------------------------------------------------------------------


def unparse(node: Node) -> Any:
    """The JSON that `parse` reads as this node."""
    return WRITERS[type(node)](node)


def _numeral(value: Decimal) -> int | str:
    return int(value) if value == int(value) and abs(value) < 10**9 else f"{value:f}"


def _written_band(band: Band) -> list[Any]:
    if band.upto is None:
        return [None, None, _numeral(band.value)]
    return [_numeral(band.upto), "<=" if band.included else "<", _numeral(band.value)]


def _written_dated(node: Dated) -> dict[str, Any]:
    written = {"date": [node.attribute, node.operator, node.day.isoformat() if node.day else "today"]}
    return written | ({"after": {node.unit: node.count}} if node.count else {})


WRITERS: Mapping[type, Callable[[Any], Any]] = {
    All: lambda node: {"all": [unparse(part) for part in node.parts]},
    Any_: lambda node: {"any": [unparse(part) for part in node.parts]},
    Not: lambda node: {"not": unparse(node.part)},
    Compare: lambda node: {"compare": [unparse(node.left), node.operator, unparse(node.right)]},
    Between: lambda node: {"between": [unparse(node.what), _numeral(node.low), _numeral(node.high)]},
    Within: lambda node: {"between": [node.attribute, node.first.isoformat(), node.last.isoformat()]},
    In: lambda node: {"in": [node.attribute, list(node.values)]},
    Holds: lambda node: {"holds": node.attribute},
    Dated: _written_dated,
    Number: lambda node: _numeral(node.value),
    Value: lambda node: node.attribute,
    Sum: lambda node: {"sum": [unparse(term) for term in node.terms]},
    Weighted: lambda node: {"weighted": [[_numeral(weight), unparse(term)] for weight, term in node.terms]},
    Tiers: lambda node: {"tiers": unparse(node.by), "bands": [_written_band(band) for band in node.bands]},
    Ratio: lambda node: {"ratio": [unparse(node.numerator), unparse(node.denominator)]},
    Growth: lambda node: {"growth": [unparse(node.now), unparse(node.before)]},
    Share: lambda node: {"share": [unparse(node.part), [unparse(part) for part in node.parts]]},
}
