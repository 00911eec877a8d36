"""A criterion read from the sentence that `words` writes, as a person types it into a cell of a table (POL-1, POL-11).

    规上企业；并且上年研发费用占比不低于 3%；并且不属于“经营异常”
    成立日期已满 1 年；并且（国家高新技术企业；或者有效发明专利不低于 2 件）

Parts stand one below the other or are joined by 并且 or 或者; where both occur, brackets say what belongs together.
Amounts bear their unit. Chinese, whatever the reader's language: the words are those of the document.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _

from ..attributes.catalogue import TOWN, Attribute, Kind
from .check import PURE, checked, unit_of
from .language import (
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
    attributes_of,
)
from .rates import rate
from .reading import unparse
from .typed import LONGEST, NUMERAL, Unread, Words, no_attribute, normal, short, units_of

SIGNS = {
    "不低于": ">=", "不少于": ">=", "不小于": ">=", "大于等于": ">=", "至少": ">=", "达到": ">=",
    "不超过": "<=", "不高于": "<=", "不大于": "<=", "不多于": "<=", "小于等于": "<=", "至多": "<=",
    ">=": ">=", "≥": ">=", "<=": "<=", "≤": "<=",
    "大于": ">", "超过": ">", "高于": ">", "多于": ">", ">": ">", "小于": "<", "低于": "<", "少于": "<", "<": "<",
    "不等于": "!=", "!=": "!=", "≠": "!=", "等于": "=", "=": "=",
}  # fmt: skip
AFTER = {"以上": ">=", "以下": "<="}  # both include the border: 民法典 art. 1259
DAY_SIGNS = {"不晚于": "<=", "不早于": ">=", "早于": "<", "晚于": ">", "就是": "=", "不是": "!="}
AHEAD = {"不到": "<", "不超过": "<=", "超过": ">", "不少于": ">=", "正好": "=", "不是": "!="}
SPANS = {"个月": "months", "年": "years", "月": "months", "天": "days", "日": "days"}
NUMBERED = re.compile(
    r"(?:\(?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\)|(?:\d{1,2}|[一二三四五六七八九十]{1,3})[.、])(?!\d)"
)
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def condition_of(text: str) -> Condition:
    """The criterion that the words say, sound over the catalogue. Raises Unread."""
    if len(text) > LONGEST:
        raise Unread(_("太长，最多 %(most)s 字") % {"most": LONGEST})
    words = Words(text)
    node = condition(words)
    if words.rest:
        raise words.fault(_("从“%(said)s”起读不懂"))
    faults = checked(unparse(node))[1]
    if faults:
        raise Unread(str(faults[0]))
    return node


# Conditions -------------------------------------------------------------------------------------------------------


def condition(words: Words, joined: bool = False) -> Condition:
    """Parts and what joins them; with `joined` only the words 并且 and 或者 do, not a mark or a new line."""
    words.match(NUMBERED)
    parts, joins = [_part(words)], set()
    while join := _join(words, joined):
        joins.add(join)
        words.match(NUMBERED)
        parts.append(_part(words))
    if len(joins) > 1:
        raise Unread(_("同一层里又有“并且”又有“或者”，请用括号分开"))
    if len(parts) == 1:
        return parts[0]
    return Any_(tuple(parts)) if joins == {"any"} else All(tuple(parts))


def _join(words: Words, joined: bool) -> str:
    found = words.match(r"[;,\n]*(并且|且|或者|或)\n?")
    if found:
        return "any" if found[1].startswith("或") else "all"
    return "all" if not joined and words.match(r"[;\n]+(?=.)") else ""


def _part(words: Words) -> Condition:
    if words.sees("(") and _is_group(words):
        words.need("(")
        with words.inside():
            inside = condition(words)
        words.need(")")
        return inside
    if words.sees("不属于“", '不属于"', "不符合“", '不符合"'):
        words.at += 3
        closing = "”" if words.take("“", '"') == "“" else '"'
        with words.inside():
            inside = condition(words)
        words.need(closing)
        return Not(inside)
    before = words.at
    if words.take("不属于", "不是", "非"):
        attribute = words.attribute()
        if attribute is not None and attribute.kind == Kind.BOOL:
            return Not(Holds(attribute.code))
        words.at = before
    return _leaf(words)


def _is_group(words: Words) -> bool:
    """A bracket around conditions, not around a sum: nothing is reckoned with what it holds."""
    end = words.closes()
    after = words.text[end + 1 :]
    return end > 0 and (not after or after[0] in ';\n,)”"' or after.startswith(("并且", "或者", "且", "或", "的,")))


def _leaf(words: Words) -> Condition:
    side = term(words)
    if isinstance(side, Value):
        attribute = TOWN[side.attribute]
        if attribute.kind != Kind.NUMBER:
            return OF_KIND[attribute.kind](words, attribute)
    return _compared(words, side)


def _held(words: Words, attribute: Attribute) -> Condition:
    if words.take("为否", "为不是", "=否"):
        return Not(Holds(attribute.code))
    words.take("为是", "=是")
    return Holds(attribute.code)


def _listed(words: Words, attribute: Attribute) -> Condition:
    apart = bool(words.take("不为", "不是", "不属于"))
    if not apart:
        words.need("为", "是", "属于", "=", ":")
    values = [_value(words, attribute)]
    while words.match(r"[、,或](?!者|且)"):
        values.append(_value(words, attribute))
    listed = In(attribute.code, tuple(values))
    return Not(listed) if apart else listed


def _value(words: Words, attribute: Attribute) -> str:
    """One of its choices, by name or code; of a text without choices whatever stands there."""
    quoted = words.take("“", '"')
    with translation.override("zh-hans"):
        known = {normal(word): one.code for one in attribute.choices for word in (one.code, str(one))}
    found = words.take(*known)
    if found:
        value = known[found]
    elif attribute.kind == Kind.TEXT and (code := words.match(r"[0-9A-Z]{1,6}")):
        value = code[0]
    elif attribute.choices:
        named = {"name": attribute, "values": _("、").join(map(str, attribute.choices[:8]))}
        raise words.fault(_("“%(said)s”不是“%(name)s”的取值，可以写：%(values)s"), **named)
    else:
        typed = words.match(r"[^、,;\n)”\"或的]{1,60}")
        if typed is None:
            raise words.fault(_("“%(name)s”后面没有写取值"), name=attribute)
        value = typed[0]
    if quoted:
        words.need("”" if quoted == "“" else '"')
    return value


def _dated(words: Words, attribute: Attribute) -> Condition:
    if words.take("已满", "满"):
        return _passed(words, attribute, "<=")
    if words.take("未满", "不满", "不到"):
        return _passed(words, attribute, ">")
    if words.take("距今"):
        sign = AHEAD[words.need(*AHEAD)]
        count, unit = _span(words)
        return Dated(attribute.code, sign, None, unit, -count)
    if words.take("在"):
        first = _day(words)
        words.need("至", "到", "~")
        last = _day(words)
        words.need("之间")
        words.take("(含)")
        return Within(attribute.code, first, last)
    moved, count, unit = words.take("后", "前"), 0, "days"
    if moved:
        count, unit = _span(words)
    sign = DAY_SIGNS[words.need(*DAY_SIGNS)]
    day = None if words.take("当天", "今天", "申报日") else _day(words)
    return Dated(attribute.code, sign, day, unit, -count if moved == "前" else count)


def _passed(words: Words, attribute: Attribute, sign: str) -> Condition:
    count, unit = _span(words)
    return Dated(attribute.code, sign, None, unit, count)


def _span(words: Words) -> tuple[int, str]:
    count = words.match(r"\d{1,4}")
    if count is None:
        raise words.fault(_("“%(said)s”应写成几年、几个月或者几天"))
    return int(count[0]), SPANS[words.need(*SPANS)]


def _day(words: Words) -> date:
    before, found = words.at, words.match(DAY)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        words.at = before
    raise words.fault(_("“%(said)s”不是日期，请写成 2026-01-31"))


OF_KIND: Mapping[Kind, Callable[[Words, Attribute], Condition]] = {
    Kind.BOOL: _held,
    Kind.CHOICE: _listed,
    Kind.TEXT: _listed,
    Kind.DATE: _dated,
}


# Amounts ----------------------------------------------------------------------------------------------------------


def _compared(words: Words, side: Term | Quotient) -> Condition:
    if words.take("在"):
        low = amount(words, side)
        words.need("至", "到", "~")
        high = amount(words, side)
        words.need("之间")
        words.take("(含)")
        return Between(side, low, high)
    sign = SIGNS.get(words.take(*SIGNS), "")
    if sign and not words.match(rf"(?={NUMERAL})"):
        return Compare(side, sign, _right(words, side))
    if not sign and not words.match(rf"(?=在?{NUMERAL})"):
        raise words.fault(
            _("“%(said)s”前面缺比较，如“不低于”“不超过”") if words.rest else _("末尾缺比较，如“不低于 3%%”")
        )
    value = amount(words, side)
    if not sign:
        sign = AFTER[words.need(*AFTER)]
    return Compare(side, sign, Number(value))


def _right(words: Words, side: Term | Quotient) -> Term:
    found = term(words, side)
    if isinstance(found, Quotient):
        raise words.fault(_("占比、增长和比重只能写在比较的左边"))
    return found


def term(words: Words, beside: Term | Quotient | None = None) -> Term | Quotient:
    """One side of a comparison; `beside` is the other one, whose unit the numbers of tiers are in."""
    first = _plain(words, beside)
    if words.take("占"):
        whole = _plain(words, beside)
        if words.need("的比例", "的比重") == "的比例":
            return Ratio(first, whole)
        return Share(first, whole.terms if isinstance(whole, Sum) else (whole,))
    if words.take("÷", "/"):
        return Ratio(first, _plain(words, beside))
    if words.take("比"):
        before = _plain(words, beside)
        words.need("的增长率", "的增长", "增长率")
        return Growth(first, before)
    return first


def _plain(words: Words, beside: Term | Quotient | None) -> Term:
    if words.sees("按"):
        with words.inside():
            return _tiers(words, beside)
    if words.take("("):
        with words.inside():
            found = _sum(words, beside)
        words.need(")")
        return found
    attribute = words.attribute()
    if attribute is not None:
        return Value(attribute.code)
    if not words.match(rf"(?={NUMERAL})"):
        raise no_attribute(words)
    return Number(words.number())


def _sum(words: Words, beside: Term | Quotient | None) -> Term:
    terms, weights = [], []
    while True:
        weight = words.match(rf"({NUMERAL})[×x*]")
        weights.append(Decimal(weight[1]) if weight else None)
        terms.append(_plain(words, beside))
        if not words.take("+"):
            break
    if all(weight is None for weight in weights):
        return Sum(tuple(terms))
    return Weighted(tuple((Decimal(1) if w is None else w, one) for w, one in zip(weights, terms, strict=True)))


def _tiers(words: Words, beside: Term | Quotient | None) -> Term:
    words.need("按")
    by = term(words)
    opened = words.need("分档(", "分档:(", "分档:")
    found = tuple(bands(words, lambda: amount(words, by), lambda: amount(words, beside or Number(Decimal(0)))))
    if opened.endswith("("):
        words.need(")")
    return Tiers(by, found)


def bands(words: Words, limit: Callable[[], Decimal], value: Callable[[], Decimal]) -> Iterator[Band]:
    """`不超过 3000 万元的 5%，其余 3%`: the last one is the rest."""
    while not words.take("其余", "其他"):
        sign = SIGNS[words.need("不超过", "小于", "低于", "不高于", "不大于", "<=", "≤", "<")]
        upto = limit()
        words.take("的")
        yield Band(upto, sign == "<=", value())
        words.need(",", "、", ";")
    words.take("的")
    yield Band(None, False, value())


def amount(words: Words, side: Term | Quotient) -> Decimal:
    """A number in the unit of what it is compared with. Raises Unread where the unit is missing or another."""
    before = words.at
    value = words.number()
    if isinstance(side, Growth | Share) or (isinstance(side, Ratio) and unit_of(side, TOWN) == PURE):
        factors: Mapping[str, Decimal] = {"%": Decimal("0.01")}
    elif isinstance(side, Ratio) and rate(side, TOWN):
        above, below = (TOWN[attributes_of(one)[0]] for one in (side.numerator, side.denominator))
        factors = {f"{name}/{below.display}": each / below.factor for name, each in units_of(above).items()}
    else:
        codes = attributes_of(side) if unit_of(side, TOWN) else ()
        factors = units_of(TOWN[codes[0]]) if codes else {}
    unit = words.take(*factors)
    bare = not factors or value == 0 or (not unit and Decimal(1) in factors.values() and len(factors) == 1)
    if not unit and not bare:
        words.at = before
        raise words.fault(_("“%(said)s”没有写单位，或者单位不对；可以用：%(units)s"), units=_("、").join(factors))
    return short(value * factors.get(unit, Decimal(1)))
