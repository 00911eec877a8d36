"""The amount of a formula for one firm, with the working shown line by line (POL-3).

Decimals under a context that refuses to round; the result alone is rounded, down to a cent, once. What is unknown makes
the amount unknown and is named. A base below 0 counts as 0: nobody owes the town money for a loss.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Catalogue
from enterprises.attributes.values import Known
from enterprises.criteria.one import EXACT, absent, compared, evaluate
from enterprises.criteria.reading import NUMBER, Malformed
from enterprises.criteria.words import sentence as condition_sentence
from portal.people.numerals import plain as digits
from portal.people.refusal import Refused

from .check import MOST
from .language import (
    Amount,
    Ask,
    Base,
    Each,
    Fixed,
    Formula,
    Highest,
    Marginal,
    Part,
    Question,
    Rate,
    Sum,
    Tiers,
    Total,
    Value,
    When,
    parse,
)
from .words import CENT, ROUNDING, base_words, in_unit, money, percent

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Worked:
    """`amount` in 元, to the cent; None where something is missing: `missing` attributes, `asks` not yet answered."""

    amount: Decimal | None
    lines: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


def amount_of(
    formula: Formula | Mapping[str, Any] | None,
    known: Known,
    answers: Mapping[str, Any],
    day: date,
    catalogue: Catalogue = TOWN,
) -> Worked:
    """What the formula (read, or as its JSON) gives a firm of which `known` is known, on `day` (POL-3).

    `answers` are what it was asked for, by code, in the unit asked; what is no number counts as not answered.
    """
    if formula is None:
        return Worked(None)
    read = formula if isinstance(formula, Formula) else parse(formula)
    with localcontext(EXACT):
        working = _Working(read, known, answers, day, catalogue)
        amount = working.amount(read.amount)
    return working.worked(amount)


def answered(question: Question, typed: Any) -> Decimal:
    """An answer as it is reckoned with. Raises Refused where it is no amount."""
    text = digits(str(typed))
    if not (NUMBER.fullmatch(text) and text.isascii()) or Decimal(text) < 0:
        raise Refused(_("“%(name)s”请填写数值") % {"name": question}, field=question.code)
    with localcontext(EXACT):
        value = Decimal(text) * question.factor
    if value > MOST:
        raise Refused(_("“%(name)s”的数值过大") % {"name": question}, field=question.code)
    return value


class _Working:
    def __init__(
        self, formula: Formula, known: Known, answers: Mapping[str, Any], day: date, catalogue: Catalogue
    ) -> None:
        self.formula, self.known, self.answers = formula, known, answers
        self.day, self.catalogue = day, catalogue
        self.lines: list[str] = []
        self.missing: dict[str, None] = {}
        self.asks: dict[str, None] = {}

    def worked(self, amount: Decimal | None) -> Worked:
        """Rounded down to the cent, here and nowhere else."""
        if amount is not None:
            cents = amount.quantize(CENT, context=ROUNDING)
            if cents != amount:
                self.lines.append(_("不足 1 分的舍去 → %(amount)s") % {"amount": money(cents)})
            amount = cents
        if amount is not None and amount > MOST:
            self.lines.append(_("算得的金额过大，请人工核定"))
            amount = None
        return Worked(amount, tuple(self.lines), tuple(self.missing), tuple(self.asks))

    # Amounts: each says its line and gives what it comes to

    def amount(self, amount: Amount) -> Decimal | None:
        match amount:
            case Fixed():
                self.lines.append(_("定额 %(amount)s") % {"amount": money(amount.value)})
                return amount.value
            case Rate():
                return self._rate(amount)
            case Each():
                return self._each(amount)
            case Tiers():
                return self._tiers(amount)
            case Marginal():
                return self._marginal(amount)
            case Total():
                return self._total(amount)
            case Highest():
                return self._highest(amount)
        return self._when(amount)

    def _rate(self, amount: Rate) -> Decimal | None:
        base = self.base(amount.of)
        if base is None:
            return None
        plain = base * amount.rate
        named = {"rate": percent(amount.rate), "plain": money(plain)}
        line = self._seen(amount.of, base) + _(" × %(rate)s = %(plain)s") % named
        found = plain
        if amount.floor is not None and base > 0 and plain < amount.floor:
            line, found = line + _("，保底 %(floor)s") % {"floor": money(amount.floor)}, amount.floor
        return self._capped(line, found, amount.cap, came=plain)

    def _each(self, amount: Each) -> Decimal | None:
        base = self.base(amount.per)
        if base is None:
            return None
        plain = base * amount.each
        line = self._seen(amount.per, base) + _(" × %(each)s = %(plain)s") % {
            "each": money(amount.each),
            "plain": money(plain),
        }
        return self._capped(line, plain, amount.cap, came=plain)

    def _tiers(self, amount: Tiers) -> Decimal | None:
        base = self.base(amount.by)
        if base is None:
            return None
        for band in amount.bands:
            if band.upto is None or compared((base, Decimal(1)), "<=" if band.included else "<", band.upto):
                self.lines.append(
                    self._seen(amount.by, base) + _("，对应档次 %(amount)s") % {"amount": money(band.value)}
                )
                return band.value
        return None

    def _marginal(self, amount: Marginal) -> Decimal | None:
        base = self.base(amount.by)
        if base is None:
            return None
        total, said = NOTHING, []
        for inside, part in _slices(base, amount.bands):
            total += inside * part.rate
            said.append(f"{money(inside)} × {percent(part.rate)}")
        line = _("%(seen)s：%(parts)s = %(plain)s") % {
            "seen": self._seen(amount.by, base),
            "parts": " + ".join(said) or "0",
            "plain": money(total),
        }
        return self._capped(line, total, amount.cap, came=total)

    def _total(self, amount: Total) -> Decimal | None:
        found = [self.amount(part) for part in amount.parts]
        known = [one for one in found if one is not None]
        if len(known) < len(found):
            return None
        total = sum(known, NOTHING)
        line = _("合计 %(parts)s = %(total)s") % {"parts": " + ".join(map(money, known)), "total": money(total)}
        return self._capped(line, total, amount.cap, came=total)

    def _highest(self, amount: Highest) -> Decimal | None:
        found = [self.amount(part) for part in amount.parts]
        known = [one for one in found if one is not None]
        if len(known) < len(found):
            return None
        self.lines.append(_("取最高的一项 → %(amount)s") % {"amount": money(max(known))})
        return max(known)

    def _when(self, amount: When) -> Decimal | None:
        finding = evaluate(amount.condition, self.known, self.day, self.catalogue)
        named = {"condition": condition_sentence(amount.condition, self.catalogue)}
        if finding.outcome is None:
            self.missing.update(dict.fromkeys(one.code for one in finding.missing))
            self.lines.append(_("“%(condition)s”尚不能判断") % named)
            return None
        if finding.outcome:
            self.lines.append(_("“%(condition)s”：符合") % named)
            return self.amount(amount.then)
        self.lines.append(_("“%(condition)s”：不符合") % named)
        if amount.otherwise is not None:
            return self.amount(amount.otherwise)
        self.lines.append(_("没有金额"))
        return NOTHING

    def _capped(self, line: str, found: Decimal, cap: Decimal | None, *, came: Decimal) -> Decimal:
        if cap is not None and found > cap:
            line, found = line + _("，封顶 %(cap)s") % {"cap": money(cap)}, cap
        self.lines.append(line if found == came else line + _(" → %(amount)s") % {"amount": money(found)})
        return found

    # Bases

    def base(self, base: Base) -> Decimal | None:
        """Not below 0."""
        found = self._value(base)
        return None if found is None else max(found, NOTHING)

    def _value(self, base: Base) -> Decimal | None:
        match base:
            case Value():
                return self._known(base.attribute)
            case Ask():
                return self._answer(base.code)
            case Sum():
                terms = [self._value(term) for term in base.terms]
                known = [one for one in terms if one is not None]
                return sum(known, NOTHING) if len(known) == len(terms) else None
        now, before = self._value(base.now), self._value(base.before)
        return None if now is None or before is None else max(now - before, NOTHING)

    def _known(self, code: str) -> Decimal | None:
        held = self.known.get(code) or absent(self.catalogue[code])
        value = None if held is None else held.value
        if isinstance(value, Decimal) and value.is_finite():
            return value
        if code not in self.missing:
            self.missing[code] = None
            self.lines.append(_("缺少“%(name)s”") % {"name": self.catalogue[code]})
        return None

    def _answer(self, code: str) -> Decimal | None:
        question = self.formula.question(code)
        typed = self.answers.get(code)
        if question is not None and typed is not None and str(typed).strip():
            try:
                return answered(question, typed)
            except Refused:
                pass  # a form says what is wrong with it; here it has simply no value
        if code not in self.asks:
            self.asks[code] = None
            self.lines.append(_("请填写“%(name)s”") % {"name": question or code})
        return None

    def _seen(self, base: Base, value: Decimal) -> str:
        words = base_words(base, self.formula, self.catalogue)
        return f"{words} {in_unit(base, value, self.formula, self.catalogue)}"


def _slices(base: Decimal, bands: tuple[Part, ...]) -> list[tuple[Decimal, Part]]:
    """How much of the base lies in each part; parts of which nothing is left out."""
    found, before = [], NOTHING
    for part in bands:
        upto = base if part.upto is None else min(base, part.upto)
        if upto > before:
            found.append((upto - before, part))
        before = max(before, upto)
    return found


@lru_cache(4096)
def most_of(amount: Amount) -> Decimal | None:
    """The largest sum a formula can give; None where it is without end."""
    match amount:
        case Fixed():
            return amount.value
        case Rate() | Each() | Marginal():
            return amount.cap
        case Tiers():
            return max(band.value for band in amount.bands)
        case Total():
            parts = [most_of(part) for part in amount.parts]
            total = None if None in parts else sum((one for one in parts if one is not None), NOTHING)
            return total if amount.cap is None else amount.cap if total is None else min(total, amount.cap)
        case Highest():
            found = [most_of(part) for part in amount.parts]
            return None if None in found else max(one for one in found if one is not None)
    ways = [most_of(amount.then), NOTHING if amount.otherwise is None else most_of(amount.otherwise)]
    return None if None in ways else max(one for one in ways if one is not None)


def read_or_none(data: Any) -> Formula | None:
    """The formula of a row; None where there is none, or one of an older language."""
    try:
        return None if data is None else parse(data)
    except Malformed:
        return None
