"""A formula and sums of money in words, in the language of whoever reads."""

from decimal import ROUND_DOWN, Context, Decimal, InvalidOperation

from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Catalogue
from enterprises.criteria.words import plain, sign
from enterprises.criteria.words import sentence as condition_sentence
from enterprises.measures import in_english, unit_name

from .check import unit_of
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
    Rate,
    Sum,
    Tiers,
    Total,
    Value,
    When,
)

ROUNDING = Context(prec=60, rounding=ROUND_DOWN, traps=[InvalidOperation])
CENT, TEN, TEN_THOUSAND = Decimal("0.01"), Decimal(10), Decimal(10000)
HUNDRED_MILLION = Decimal(10) ** 8


def money(value: Decimal) -> str:
    """`20 亿元`, `32.512 万元`, `1,234.5 元`: nothing rounded away above a cent. English: yuan."""
    cents = value.quantize(CENT, context=ROUNDING)
    about = "" if cents == value else _("约 ")
    if abs(cents) >= HUNDRED_MILLION and not cents % TEN_THOUSAND and not in_english():
        return about + _("%(amount)s 亿元") % {"amount": plain(cents.scaleb(-8))}
    if abs(cents) >= TEN_THOUSAND and cents % TEN == 0 and not in_english():
        return about + _("%(amount)s 万元") % {"amount": plain(cents.scaleb(-4))}
    return about + _("%(amount)s 元") % {"amount": plain(cents)}


def percent(rate: Decimal) -> str:
    return f"{plain(rate * 100)}%"


def sentence(formula: Formula, catalogue: Catalogue = TOWN) -> str:
    """The whole formula in one sentence."""
    return _said(formula.amount, formula, catalogue)


def _said(amount: Amount, formula: Formula, catalogue: Catalogue) -> str:
    match amount:
        case Fixed():
            return money(amount.value)
        case Rate():
            named = {"base": _inside(base_words(amount.of, formula, catalogue)), "rate": percent(amount.rate)}
            words = _("%(base)s的 %(rate)s") % named
            if amount.floor is not None:
                words += _("，最低 %(floor)s") % {"floor": money(amount.floor)}
            return words + _capped(amount.cap)
        case Each():
            return _each(amount, formula, catalogue) + _capped(amount.cap)
        case Tiers():
            return _tiers(amount, formula, catalogue)
        case Marginal():
            return _marginal(amount, formula, catalogue) + _capped(amount.cap)
        case Total():
            return " + ".join(_grouped(one, formula, catalogue) for one in amount.parts) + _capped(amount.cap)
        case Highest():
            return _("以下取最高的一项：%(parts)s") % {
                "parts": _("；").join(_said(one, formula, catalogue) for one in amount.parts)
            }
    return _when(amount, formula, catalogue)


def _grouped(amount: Amount, formula: Formula, catalogue: Catalogue) -> str:
    words = _said(amount, formula, catalogue)
    return _("（%(what)s）") % {"what": words} if isinstance(amount, Total | Highest | When) else words


def _capped(cap: Decimal | None) -> str:
    return "" if cap is None else _("，最高 %(cap)s") % {"cap": money(cap)}


def _each(amount: Each, formula: Formula, catalogue: Catalogue) -> str:
    unit = unit_name(unit_of(amount.per, formula, catalogue))
    named = {"base": base_words(amount.per, formula, catalogue), "unit": unit, "each": money(amount.each)}
    return _("%(base)s每%(unit)s %(each)s") % named


def _tiers(amount: Tiers, formula: Formula, catalogue: Catalogue) -> str:
    words = []
    for band in amount.bands:
        if band.upto is None:
            words.append(_("其余 %(value)s") % {"value": money(band.value)})
        else:
            limit = in_unit(amount.by, band.upto, formula, catalogue)
            border = {"sign": sign("<=" if band.included else "<"), "limit": limit, "value": money(band.value)}
            words.append(_("%(sign)s %(limit)s的 %(value)s") % border)
    named = {"base": base_words(amount.by, formula, catalogue), "bands": _("，").join(words)}
    return _("按%(base)s分档：%(bands)s") % named


def _marginal(amount: Marginal, formula: Formula, catalogue: Catalogue) -> str:
    words, before = [], Decimal(0)
    for part in amount.bands:
        named = {"low": money(before), "rate": percent(part.rate)}
        if part.upto is None:
            words.append(_("%(low)s以上的部分 %(rate)s") % named if before else named["rate"])
            continue
        named["high"] = money(part.upto)
        within = _("%(low)s至 %(high)s的部分 %(rate)s") if before else _("%(high)s以内的部分 %(rate)s")
        words.append(within % named)
        before = part.upto
    named = {"base": base_words(amount.by, formula, catalogue), "parts": _("，").join(words)}
    return _("%(base)s分段计算：%(parts)s") % named


def _when(amount: When, formula: Formula, catalogue: Catalogue) -> str:
    then = _said(amount.then, formula, catalogue)
    named = {"condition": condition_sentence(amount.condition, catalogue), "then": then}
    if amount.otherwise is None:
        return _("%(condition)s的，%(then)s") % named
    return _("%(condition)s的，%(then)s；其他的，%(else)s") % {
        **named,
        "else": _said(amount.otherwise, formula, catalogue),
    }


def base_words(base: Base, formula: Formula, catalogue: Catalogue = TOWN) -> str:
    match base:
        case Value():
            return str(catalogue.get(base.attribute) or base.attribute)
        case Ask():
            return str(formula.question(base.code) or base.code)
        case Sum():
            return _("（%(terms)s）") % {"terms": " + ".join(base_words(one, formula, catalogue) for one in base.terms)}
    sides = {"now": base.now, "before": base.before}
    named = {side: _inside(base_words(one, formula, catalogue)) for side, one in sides.items()}
    return _("%(now)s比%(before)s的增加额") % named


def _inside(name: str) -> str:
    """A name within an English sentence: “15% of spending on storage”; R&D and GDP stay as they are."""
    return name[:1].lower() + name[1:] if in_english() and name[1:2].islower() else name


def in_unit(base: Base, value: Decimal, formula: Formula, catalogue: Catalogue = TOWN) -> str:
    """A value of the base as people say it: money as money, the rest in the unit it is reckoned in."""
    unit = unit_of(base, formula, catalogue)
    if unit == YUAN:
        return money(value)
    if unit == "1":
        return percent(value)
    return f"{plain(value)} {unit_name(unit, value)}".rstrip()


def question_words(code: str, formula: Formula) -> tuple[str, str]:
    """What the firm is asked, and the unit it answers in."""
    question = formula.question(code)
    if question is None:
        return code, ""
    return str(question), _("万元") if question.unit == WAN else unit_name(question.unit)
