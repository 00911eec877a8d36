"""An amount read from the sentence that `words` writes, as a person types it into a cell of a table (POL-1, POL-11).

    20 万元
    上年研发费用的 10%，最高 100 万元
    有效发明专利每件 5,000 元，最高 15 万元
    按上年营业收入分档：不超过 5,000 万元的 3 万元，不超过 1 亿元的 6 万元，其余 10 万元
    上年出口额分段计算：1,000 万元以内的部分 0.5%，1,000 万元以上的部分 0.3%，最高 20 万元
    专精特新等级为国家级的，40 万元；其他的，20 万元

What no data say and the firm is to fill in stands in quotation marks with its unit: “上年贷款利息（元）”的 15%.
Chinese, whatever the reader's language: the words are those of the document.
"""

import re
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Kind
from enterprises.criteria.from_words import bands, condition
from enterprises.criteria.typed import LONGEST, MONEY, NUMERAL, Unread, Words, no_attribute, normal, short, units_of

from .check import checked, unit_of
from .language import (
    WAN,
    YUAN,
    Amount,
    Ask,
    Base,
    Each,
    Fixed,
    Formula,
    Highest,
    Marginal,
    More,
    Part,
    Question,
    Rate,
    Sum,
    Tiers,
    Total,
    Value,
    When,
    unparse,
)
from .words import sentence

CAP, FLOOR = ("最高", "封顶", "不超过", "最多"), ("最低", "保底", "不低于")
TYPED = re.compile(r"[“\"]([^”\"]{1,60}?)[(（]([^()（）]{1,10})[)）][”\"]")
PER_CENT = re.compile(r"[的×x*]?(\d{1,6}(?:\.\d{1,6})?)%(?:给予)?(?:补助|奖励|补贴)?")


def formula_of(text: str) -> Formula:
    """The formula that the words say, sound over the catalogue; a bare number is 元. Raises Unread."""
    if len(text) > LONGEST:
        raise Unread(_("太长，最多 %(most)s 字") % {"most": LONGEST})
    words, asked = Words(text), Asked(text)
    found = _amount(words, asked)
    if words.rest:
        raise words.fault(_("从“%(said)s”起读不懂"))
    formula = Formula(found, asked.questions)
    faults = checked(unparse(formula))[1]
    if faults:
        raise Unread(str(faults[0]))
    return formula


def typed(formula: Formula) -> str:
    """The sentence that `formula_of` reads back: what the firm fills in is marked, with its unit."""
    marked = (replace(one, label=f"“{one.label}（{one.unit}）”") for one in formula.questions)
    return sentence(replace(formula, questions=tuple(marked)))


class Asked:
    """What the firm is to fill in, each once, under the very words that were typed."""

    def __init__(self, text: str) -> None:
        self._labels = {normal(label): label.strip() for label, _unit in TYPED.findall(text)}
        self._known: dict[tuple[str, str], Question] = {}

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(self._known.values())

    def ask(self, label: str, unit: str) -> Ask:
        code = f"asked_{len(self._known) + 1}"
        made = Question(code, self._labels.get(label, label), WAN if unit == WAN else unit)
        return Ask(self._known.setdefault((label, unit), made).code)


def _amount(words: Words, asked: Asked) -> Amount:
    with words.inside():
        return _highest(words, asked) or _when(words, asked) or _total(words, asked)


def _highest(words: Words, asked: Asked) -> Amount | None:
    if not words.take("以下取最高的一项:", "以下取最高的一项", "就高取一项:"):
        return None
    parts = [_amount(words, asked)]
    while words.match(r"[;\n]"):
        parts.append(_amount(words, asked))
    return Highest(tuple(parts))


def _when(words: Words, asked: Asked) -> Amount | None:
    """`…的，20 万元；其他的，5 万元`; None where no condition stands here."""
    if not _has_condition(words):
        return None
    asks = condition(words, joined=True)
    words.need("的,")
    then = _amount(words, asked)
    if not words.match(r"[;\n]其[他余]的,"):
        return When(asks, then)
    return When(asks, then, _amount(words, asked))


def _has_condition(words: Words) -> bool:
    """Whether 的 and a comma come before the first mark that would end a condition."""
    place = words.text.find("的,", words.at)
    before = words.text[words.at : place] if place >= 0 else ""
    return bool(before) and not re.search(r"[,\n]|;(?!并且|或者)", before)


def _total(words: Words, asked: Asked) -> Amount:
    parts = [_item(words, asked)]
    while words.take("+"):
        parts.append(_item(words, asked))
    if len(parts) == 1:
        return parts[0]
    cap = _limit(words, CAP)
    if cap is None and not any(getattr(one, "cap", None) for one in parts[:-1]):
        cap = _given_up(parts)
    return Total(tuple(parts), cap)


def _given_up(parts: list[Amount]) -> Decimal | None:
    """A cap behind the last of several items, none of which has one, is that of all together."""
    last = parts[-1]
    if not isinstance(last, Rate | Each) or last.cap is None:
        return None
    cap = last.cap
    parts[-1] = Rate(last.rate, last.of, None, last.floor) if isinstance(last, Rate) else Each(last.each, last.per)
    return cap


def _item(words: Words, asked: Asked) -> Amount:
    if words.sees("(") and words.text[words.closes() + 1 :][:1] in ("", "+", ")", ";", "\n"):
        words.need("(")
        inside = _amount(words, asked)
        words.need(")")
        return inside
    if words.match(rf"(?={NUMERAL})"):
        return Fixed(_money(words))
    words.take("按照", "按")
    base = _base(words, asked)
    if words.take("分档:", "分档"):
        formula = Formula(Fixed(Decimal(1)), asked.questions)
        found = tuple(bands(words, lambda: _quantity(words, unit_of(base, formula), base), lambda: _money(words)))
        return Tiers(base, found)
    if words.take("分段计算:", "分段计算"):
        return Marginal(base, tuple(_slices(words)), _limit(words, CAP))
    share = words.match(PER_CENT)
    if share:
        limits = {"floor": _limit(words, FLOOR), "cap": _limit(words, CAP)}
        limits["floor"] = limits["floor"] or _limit(words, FLOOR)
        return Rate(short(Decimal(share[1]) / 100), base, **limits)
    words.take(",")
    if words.take("每"):
        return _each(words, base, asked)
    raise words.fault(
        _("“%(said)s”前面缺算法，如“的 10%%”“每件 5000 元”“分档：…”")
        if words.rest
        else _("末尾缺算法，如“的 10%%”“每件 5000 元”“分档：…”")
    )


def _each(words: Words, base: Base, asked: Asked) -> Amount:
    unit = unit_of(base, Formula(Fixed(Decimal(1)), asked.questions))
    if not words.take(normal(unit)):
        raise words.fault(_("“%(said)s”应按“每%(unit)s”写"), unit=unit)
    each = _money(words)
    words.take("补助", "奖励", "补贴")
    return Each(each, base, _limit(words, CAP))


def _slices(words: Words) -> list[Part]:
    """`1000 万元以内的部分 2%，1000 万元至 5000 万元的部分 3%，5000 万元以上的部分 4%`."""
    parts: list[Part] = []
    before = Decimal(0)
    while True:
        first = _money(words)
        if words.take("以上", "以外"):
            _demand_next(first, before)
            parts.append(Part(None, _rate(words)))
            return parts
        if words.take("至", "到", "~"):
            _demand_next(first, before)
            first = _money(words)
        else:
            words.need("以内", "以下")
        parts.append(Part(first, _rate(words)))
        before = first
        words.need(",", "、", ";")


def _demand_next(first: Decimal, before: Decimal) -> None:
    if first != before:
        raise Unread(
            _("各段要首尾相接：上一段到 %(before)s 元，下一段从 %(first)s 元起") % {"before": before, "first": first}
        )


def _rate(words: Words) -> Decimal:
    words.take("的部分")
    found = words.match(PER_CENT)
    if found is None:
        raise words.fault(_("“%(said)s”应是比例，如“2%%”"))
    return short(Decimal(found[1]) / 100)


def _limit(words: Words, names: tuple[str, ...]) -> Decimal | None:
    before = words.at
    words.take(",", ";")
    if not words.take(*names):
        words.at = before
        return None
    return _money(words)


def _money(words: Words) -> Decimal:
    """元 unless another unit stands behind it."""
    return _quantity(words, YUAN)


def _quantity(words: Words, unit: str, base: Base | None = None) -> Decimal:
    value = words.number()
    factors = {name: Decimal(factor) for name, factor in MONEY.items()} if unit == YUAN else {normal(unit): Decimal(1)}
    if isinstance(base, Value):
        factors = dict(units_of(TOWN[base.attribute]))
    return short(value * factors.get(words.take(*factors), Decimal(1)))


# What is reckoned with --------------------------------------------------------------------------------------------


def _base(words: Words, asked: Asked) -> Base:
    first = _plain(words, asked)
    if words.take("比"):
        before = _plain(words, asked)
        words.need("的增加额", "的增量")
        return More(first, before)
    return first


def _plain(words: Words, asked: Asked) -> Base:
    if words.take("("):
        with words.inside():
            terms = [_plain(words, asked)]
            while words.take("+"):
                terms.append(_plain(words, asked))
        words.need(")")
        return Sum(tuple(terms))
    found = words.match(TYPED)
    if found:
        return asked.ask(found[1], found[2])
    attribute = words.attribute()
    if attribute is None:
        raise _unknown(words)
    if attribute.kind != Kind.NUMBER:
        raise Unread(_("“%(name)s”不是数值，不能计算金额") % {"name": attribute})
    return Value(attribute.code)


def _unknown(words: Words) -> Unread:
    hint = _("没有数据、要企业自己填的，写成“名称（单位）”，如“上年贷款利息（元）”的 15%")
    return Unread(_("%(fault)s。%(hint)s") % {"fault": no_attribute(words), "hint": hint})
