"""The language of amounts (POL-3): a small JSON tree, here as dataclasses; read and written without a loss.

    amount  {"fixed": "200000"}
            {"rate": "0.1", "of": base, "cap": "1000000", "floor": "10000"}      cap and floor may be left out
            {"each": "5000", "per": base, "cap": "100000"}                       so much for each unit
            {"tiers": base, "bands": [["30000000", "<=", "50000"], …, [null, null, "200000"]]}   one sum by band
            {"marginal": base, "bands": [["1000000", "0.05"], …, [null, "0.03"]], "cap": "…"}    a rate for each part
            {"sum": [amount, …], "cap": "…"}  {"highest": [amount, …]}
            {"when": criterion, "then": amount, "else": amount}                  without else: nothing
    base    "attribute"  {"sum": [base, …]}  {"more": [base, base]}  {"ask": "loan_interest"}
    asks    beside the topmost amount: {"loan_interest": {"label": "上年贷款利息支出", "unit": "元", "label_en": "…"}}

`more` is by how much the first is above the second, at least 0. Money is 元, always a string of digits or a whole
number; what is asked for in 万元 counts ten thousandfold. A criterion is one of `enterprises.criteria.language`.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from enterprises.criteria import reading
from enterprises.criteria.language import Band, Condition, node
from enterprises.criteria.reading import CODE, Malformed, Path, count_nodes, demand, number
from enterprises.measures import in_english

DEEPEST, MOST_NODES, MOST_PARTS, MOST_BANDS, MOST_ASKS = 6, 120, 12, 12, 6
YUAN, WAN = "元", "万元"

# Bases ------------------------------------------------------------------------------------------------------------


@node
class Value:
    attribute: str


@node
class Sum:
    terms: tuple["Base", ...]


@node
class More:
    """By how much `now` is above `before`; nothing where it is below."""

    now: "Base"
    before: "Base"


@node
class Ask:
    """What no fact says and the firm is asked for."""

    code: str


Base = Value | Sum | More | Ask

# Amounts ----------------------------------------------------------------------------------------------------------


@node
class Fixed:
    value: Decimal


@node
class Rate:
    """A share of the base, not above `cap`; not below `floor` where the base is above 0."""

    rate: Decimal
    of: Base
    cap: Decimal | None = None
    floor: Decimal | None = None


@node
class Each:
    each: Decimal
    per: Base
    cap: Decimal | None = None


@node
class Tiers:
    """The sum of the band in which the base lies."""

    by: Base
    bands: tuple[Band, ...]


@node
class Part:
    """What of the base lies below `upto` (None: all the rest) and above the part before."""

    upto: Decimal | None
    rate: Decimal


@node
class Marginal:
    by: Base
    bands: tuple[Part, ...]
    cap: Decimal | None = None


@node
class Total:
    parts: tuple["Amount", ...]
    cap: Decimal | None = None


@node
class Highest:
    parts: tuple["Amount", ...]


@node
class When:
    condition: Condition
    then: "Amount"
    otherwise: "Amount | None" = None


Amount = Fixed | Rate | Each | Tiers | Marginal | Total | Highest | When


@node
class Question:
    """What the firm is asked: one number in `unit`."""

    code: str
    label: str
    unit: str
    label_en: str = ""

    def __str__(self) -> str:
        return self.label_en if self.label_en and in_english() else self.label

    @property
    def factor(self) -> Decimal:
        """How many of the unit reckoned in one unit of the answer is."""
        return Decimal(10000) if self.unit == WAN else Decimal(1)


@node
class Formula:
    amount: Amount
    questions: tuple[Question, ...] = ()

    def question(self, code: str) -> Question | None:
        return next((one for one in self.questions if one.code == code), None)


# Reading ----------------------------------------------------------------------------------------------------------


def parse(data: Any) -> Formula:
    """The formula that the JSON says. Raises `Malformed`, which names the place; NaN and floats are no numbers."""
    demand(isinstance(data, dict), (), _("这里应是一个金额算法"))
    demand(count_nodes(data, MOST_NODES) <= MOST_NODES, (), _("算法过长，请分成几条"))
    rest = {key: value for key, value in data.items() if key != "asks"}
    return Formula(_amount(rest, ()), _questions(data.get("asks", {})))


def _amount(data: Any, path: Path) -> Amount:
    demand(isinstance(data, dict), path, _("这里应是一个金额算法"))
    demand(_depth(path) <= DEEPEST, path, _("算法嵌套过深，最多 %(most)s 层") % {"most": DEEPEST})
    kinds = [kind for kind in READERS if kind in data]
    demand(len(kinds) == 1, path, _("这里应是一个金额算法"))
    allowed, read = READERS[kinds[0]]
    unknown = [str(key) for key in data if key != kinds[0] and key not in allowed]
    demand(not unknown, path, _("不认识的内容：%(what)s") % {"what": "、".join(unknown)})
    return read(data, (*path, kinds[0]))


def _depth(path: Path) -> int:
    return sum(isinstance(step, str) for step in path)


def _fixed(data: Any, path: Path) -> Amount:
    return Fixed(number(data["fixed"], path))


def _rate(data: Any, path: Path) -> Amount:
    base = _base(data.get("of"), (*path, "of"))
    return Rate(number(data["rate"], path), base, _limit(data, "cap", path), _limit(data, "floor", path))


def _each(data: Any, path: Path) -> Amount:
    return Each(number(data["each"], path), _base(data.get("per"), (*path, "per")), _limit(data, "cap", path))


def _tiers(data: Any, path: Path) -> Amount:
    rows = _list(data.get("bands"), path, _("请填写各档"), MOST_BANDS)
    return Tiers(_base(data["tiers"], path), tuple(_band(row, path) for row in rows))


def _band(row: Any, path: Path) -> Band:
    demand(isinstance(row, list) and len(row) == 3, path, _("每一档要有上限和金额"))
    upto, operator, value = row
    last = upto is None and operator is None
    demand(last or operator in ("<", "<="), path, _("每一档要写明上限是否包含在内"))
    return Band(None if last else number(upto, path), operator == "<=", number(value, path))


def _marginal(data: Any, path: Path) -> Amount:
    rows = _list(data.get("bands"), path, _("请填写各段"), MOST_BANDS)
    parts = []
    for row in rows:
        demand(isinstance(row, list) and len(row) == 2, path, _("每一段要有上限和比例"))
        parts.append(Part(None if row[0] is None else number(row[0], path), number(row[1], path)))
    return Marginal(_base(data["marginal"], path), tuple(parts), _limit(data, "cap", path))


def _total(data: Any, path: Path) -> Amount:
    return Total(_amounts(data["sum"], path), _limit(data, "cap", path))


def _highest(data: Any, path: Path) -> Amount:
    return Highest(_amounts(data["highest"], path))


def _amounts(data: Any, path: Path) -> tuple[Amount, ...]:
    listed = _list(data, path, _("请至少写一项"), MOST_PARTS)
    return tuple(_amount(one, (*path, place)) for place, one in enumerate(listed))


def _when(data: Any, path: Path) -> Amount:
    try:
        condition = reading.parse(data["when"])
    except Malformed as malformed:
        raise Malformed((*path, "condition", *malformed.path), malformed.sentence, malformed.blank) from None
    demand("then" in data, path, _("请写明符合时的金额"))
    otherwise = data.get("else")
    then = _amount(data["then"], (*path, "then"))
    return When(condition, then, None if otherwise is None else _amount(otherwise, (*path, "else")))


Reader = Callable[[Any, Path], Amount]
READERS: Mapping[str, tuple[frozenset[str], Reader]] = {
    "fixed": (frozenset(), _fixed),
    "rate": (frozenset({"of", "cap", "floor"}), _rate),
    "each": (frozenset({"per", "cap"}), _each),
    "tiers": (frozenset({"bands"}), _tiers),
    "marginal": (frozenset({"bands", "cap"}), _marginal),
    "sum": (frozenset({"cap"}), _total),
    "highest": (frozenset(), _highest),
    "when": (frozenset({"then", "else"}), _when),
}


def _base(data: Any, path: Path) -> Base:
    demand(_depth(path) <= 2 * DEEPEST, path, _("算法嵌套过深，最多 %(most)s 层") % {"most": DEEPEST})
    if isinstance(data, str) and CODE.fullmatch(data):
        return Value(data)
    good = isinstance(data, dict) and len(data) == 1
    demand(good, path, _("请选择计算依据"), blank=data == "")
    kind, inside = next(iter(data.items()))
    if kind == "ask":
        demand(isinstance(inside, str) and CODE.fullmatch(inside) is not None, path, _("请写明要企业填什么"))
        return Ask(inside)
    if kind == "sum":
        terms = _list(inside, path, _("请选择计算依据"), MOST_PARTS)
        return Sum(tuple(_base(one, (*path, "sum")) for one in terms))
    demand(kind == "more" and isinstance(inside, list) and len(inside) == 2, path, _("请选择计算依据"))
    return More(_base(inside[0], (*path, "more")), _base(inside[1], (*path, "more")))


def _limit(data: Any, key: str, path: Path) -> Decimal | None:
    return None if data.get(key) is None else number(data[key], (*path, key))


def _questions(data: Any) -> tuple[Question, ...]:
    demand(isinstance(data, dict) and len(data) <= MOST_ASKS, ("asks",), _("请写明要企业填什么"))
    return tuple(_question(code, one) for code, one in data.items())


def _question(code: Any, data: Any) -> Question:
    path: Path = ("asks", str(code))
    demand(isinstance(code, str) and CODE.fullmatch(code) is not None, path, _("请写明要企业填什么"))
    demand(isinstance(data, dict) and not set(data) - {"label", "unit", "label_en"}, path, _("请写明要企业填什么"))
    texts = [data.get(key, "") for key in ("label", "unit", "label_en")]
    demand(all(isinstance(text, str) and len(text) <= 120 for text in texts), path, _("请写明要企业填什么"))
    return Question(code, *(text.strip() for text in texts))


def _list(data: Any, path: Path, sentence: str, most: int) -> list[Any]:
    demand(isinstance(data, list) and 0 < len(data) <= most, path, sentence, blank=data == [])
    return list(data)


# Writing ----------------------------------------------------------------------------------------------------------


def unparse(formula: Formula) -> dict[str, Any]:
    """The JSON that `parse` reads as this formula."""
    written = _written(formula.amount)
    if formula.questions:
        written["asks"] = {one.code: _written_question(one) for one in formula.questions}
    return written


def _written_question(one: Question) -> dict[str, str]:
    return {"label": one.label, "unit": one.unit} | ({"label_en": one.label_en} if one.label_en else {})


def _written(amount: Amount) -> dict[str, Any]:
    match amount:
        case Fixed():
            return {"fixed": _text(amount.value)}
        case Rate():
            return {"rate": _text(amount.rate), "of": written_base(amount.of)} | _limits(amount.cap, amount.floor)
        case Each():
            return {"each": _text(amount.each), "per": written_base(amount.per)} | _limits(amount.cap)
        case Tiers():
            rows = [[_upto(b), None if b.upto is None else "<=" if b.included else "<", _text(b.value)]
                    for b in amount.bands]  # fmt: skip
            return {"tiers": written_base(amount.by), "bands": rows}
        case Marginal():
            parts = [[_upto(part), _text(part.rate)] for part in amount.bands]
            return {"marginal": written_base(amount.by), "bands": parts} | _limits(amount.cap)
        case Total():
            return {"sum": [_written(one) for one in amount.parts]} | _limits(amount.cap)
        case Highest():
            return {"highest": [_written(one) for one in amount.parts]}
    written = {"when": reading.unparse(amount.condition), "then": _written(amount.then)}
    return written | ({} if amount.otherwise is None else {"else": _written(amount.otherwise)})


def written_base(base: Base) -> Any:
    match base:
        case Value():
            return base.attribute
        case Sum():
            return {"sum": [written_base(term) for term in base.terms]}
        case More():
            return {"more": [written_base(base.now), written_base(base.before)]}
    return {"ask": base.code}


def _limits(cap: Decimal | None, floor: Decimal | None = None) -> dict[str, str]:
    named = {"cap": cap, "floor": floor}
    return {key: _text(value) for key, value in named.items() if value is not None}


def _upto(band: Band | Part) -> str | None:
    return None if band.upto is None else _text(band.upto)


def _text(value: Decimal) -> str:
    return f"{value:f}"
