"""A criterion, a finding and a change in words, in the language of whoever reads."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..attributes.catalogue import TOWN, Attribute, Catalogue, Kind, Plain
from ..attributes.freshness import stale_since
from ..attributes.values import Held, Known
from ..measures import Measure, unit_name
from .almost import Change
from .check import PURE, unit_of
from .language import (
    All,
    Any_,
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
    attributes_of,
)
from .naming import source_name
from .one import Finding, Pair
from .rates import Rate, rate

PLACES = Decimal("0.01")


def sentence(node: Condition, catalogue: Catalogue = TOWN) -> str:
    """The whole criterion in one sentence."""
    match node:
        case All():
            return _("；并且").join(_grouped(part, catalogue) for part in node.parts)
        case Any_():
            return _("；或者").join(_grouped(part, catalogue) for part in node.parts)
        case Not():
            return _("不属于“%(what)s”") % {"what": sentence(node.part, catalogue)}
    return leaf_words(node, catalogue, get_language() or "")


def _grouped(part: Condition, catalogue: Catalogue) -> str:
    words = sentence(part, catalogue)
    inside = isinstance(part, All | Any_) and len(part.parts) > 1
    return _("（%(what)s）") % {"what": words} if inside else words


@lru_cache(4096)
def leaf_words(node: Condition, catalogue: Catalogue, language: str) -> str:
    """One comparison in words; `language` must be the active one, it only keeps the two apart."""
    match node:
        case Compare():
            return _compared(node, catalogue)
        case Between():
            ends = {"low": _limit(node.what, node.low, catalogue), "high": _limit(node.what, node.high, catalogue)}
            return _("%(what)s在 %(low)s 至 %(high)s 之间（含）") % {"what": term(node.what, catalogue), **ends}
        case In():
            attribute = catalogue[node.attribute]
            values = listed([value_words(attribute, value) for value in node.values])
            return _("%(what)s为%(values)s") % {"what": attribute, "values": values}
        case Holds():
            return str(catalogue[node.attribute])
        case Within():
            named = {"what": catalogue[node.attribute], "first": node.first.isoformat(), "last": node.last.isoformat()}
            return _("%(what)s在 %(first)s 至 %(last)s 之间（含）") % named
        case Dated():
            return _dated(node, catalogue)
    raise TypeError(node)


def listed(names: Sequence[str]) -> str:
    """Names one after the other; marked off where one of them bears the mark that parts them."""
    mark = _("、")
    if len(names) > 1 and any(mark.strip() in name for name in names):
        return mark.join(_("“%(what)s”") % {"what": name} for name in names)
    return mark.join(names)


def _compared(node: Compare, catalogue: Catalogue) -> str:
    named = {"what": term(node.left, catalogue), "sign": sign(node.operator)}
    right = node.right
    limit = (
        _limit(node.left, right.value, catalogue) if isinstance(right, Number) else term(right, catalogue, node.left)
    )
    return _("%(what)s%(sign)s %(limit)s") % {**named, "limit": limit}


def sign(operator: str) -> str:
    return {
        "<": _("小于"),
        "<=": _("不超过"),
        ">": _("大于"),
        ">=": _("不低于"),
        "=": _("等于"),
        "!=": _("不等于"),
    }[operator]


def day_sign(operator: str) -> str:
    return {
        "<": _("早于"),
        "<=": _("不晚于"),
        ">": _("晚于"),
        ">=": _("不早于"),
        "=": _("就是"),
        "!=": _("不是"),
    }[operator]


def _dated(node: Dated, catalogue: Catalogue) -> str:
    what = str(catalogue[node.attribute])
    if node.count:
        what = _("%(what)s%(span)s") % {"what": what, "span": _span(node)}
    day = _("当天") if node.day is None else node.day.isoformat()
    if node.day is None and node.operator == "<=" and node.count > 0:
        return _("%(what)s已满 %(span)s") % {"what": catalogue[node.attribute], "span": span(node.unit, node.count)}
    if node.day is None and node.operator == ">" and node.count > 0:
        return _("%(what)s未满 %(span)s") % {"what": catalogue[node.attribute], "span": span(node.unit, node.count)}
    if node.day is None and node.count < 0:
        left = {"what": catalogue[node.attribute], "span": span(node.unit, -node.count)}
        return _ahead(node.operator) % left
    return _("%(what)s%(sign)s%(day)s") % {"what": what, "sign": day_sign(node.operator), "day": day}


def _ahead(operator: str) -> str:
    """How far a day lies ahead of today."""
    return {
        "<": _("%(what)s距今不到 %(span)s"),
        "<=": _("%(what)s距今不超过 %(span)s"),
        ">": _("%(what)s距今超过 %(span)s"),
        ">=": _("%(what)s距今不少于 %(span)s"),
        "=": _("%(what)s距今正好 %(span)s"),
        "!=": _("%(what)s距今不是 %(span)s"),
    }[operator]


def _span(node: Dated) -> str:
    words = span(node.unit, abs(node.count))
    return _("后%(span)s") % {"span": words} if node.count > 0 else _("前%(span)s") % {"span": words}


def span(unit: str, count: int) -> str:
    if unit == "years":
        return ngettext("%(count)s 年", "%(count)s 年", count) % {"count": count}
    if unit == "months":
        return ngettext("%(count)s 个月", "%(count)s 个月", count) % {"count": count}
    return ngettext("%(count)s 天", "%(count)s 天", count) % {"count": count}


def term(node: Term | Quotient, catalogue: Catalogue = TOWN, beside: Term | Quotient | None = None) -> str:
    """One side of a comparison; `beside` is the other one, whose unit the numbers of tiers are in."""
    match node:
        case Number():
            return plain(node.value)
        case Value():
            return str(catalogue[node.attribute])
        case Sum():
            return _("（%(terms)s）") % {"terms": " + ".join(term(one, catalogue) for one in node.terms)}
        case Weighted():
            parts = [f"{plain(weight)} × {term(one, catalogue)}" for weight, one in node.terms]
            return _("（%(terms)s）") % {"terms": " + ".join(parts)}
        case Ratio():
            sides = {"part": term(node.numerator, catalogue), "whole": term(node.denominator, catalogue)}
            return (
                _("%(part)s占%(whole)s的比例") % sides
                if _is_pure(node, catalogue)
                else "{part} ÷ {whole}".format(**sides)
            )
        case Growth():
            sides = {"now": term(node.now, catalogue), "before": term(node.before, catalogue)}
            return _("%(now)s比%(before)s的增长率") % sides
        case Share():
            whole = " + ".join(term(one, catalogue) for one in node.parts)
            return _("%(part)s占（%(whole)s）的比重") % {"part": term(node.part, catalogue), "whole": whole}
    return _tiers(node, catalogue, beside)


def _tiers(node: Tiers, catalogue: Catalogue, beside: Term | Quotient | None) -> str:
    words = []
    for band in node.bands:
        value = plain(band.value) if beside is None else _limit(beside, band.value, catalogue)
        if band.upto is None:
            words.append(_("其余 %(value)s") % {"value": value})
        else:
            border = {"sign": sign("<=" if band.included else "<"), "limit": _limit(node.by, band.upto, catalogue)}
            words.append(_("%(sign)s %(limit)s的 %(value)s") % {**border, "value": value})
    return _("按%(by)s分档（%(bands)s）") % {"by": term(node.by, catalogue), "bands": _("，").join(words)}


def _is_pure(node: Ratio, catalogue: Catalogue) -> bool:
    return unit_of(node, catalogue) == PURE


def _limit(side: Node, value: Decimal, catalogue: Catalogue) -> str:
    """A number in the unit of what it is compared with: percent for quotients, 万元 for money."""
    if isinstance(side, Growth | Share) or (isinstance(side, Ratio) and _is_pure(side, catalogue)):
        return f"{plain(value * 100)}%"
    if isinstance(side, Ratio) and (rated := rate(side, catalogue)):
        return f"{plain(value / rated.factor)} {rated.unit}"
    code = next(iter(attributes_of(side)), None) if unit_of(side, catalogue) else None
    return plain(value) if code is None else amount(catalogue[code], value)


def amount(attribute: Measure, value: Decimal) -> str:
    """`1,200.5 万元`: nothing rounded away."""
    number = value.scaleb(-attribute.factor.adjusted())  # factors are powers of ten: nothing is rounded
    shown, unit = plain(number), unit_name(attribute.display, number)
    return shown + unit if unit == "%" else f"{shown} {unit}".rstrip()


def plain(value: Decimal) -> str:
    """All its digits, thousands apart, without idle zeros."""
    whole, _point, rest = f"{value:,f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def value_words(attribute: Measure, value: Plain) -> str:
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return amount(attribute, value)
    if isinstance(value, date):
        return value.isoformat()
    choice = attribute.choice(value)
    return str(choice) if choice else value


# What was found ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Phrases:
    """What every explanation is put together from, translated once."""

    language: str
    yes: str
    no: str
    unknown: str
    between: str
    all: str
    any: str
    none: str
    both: str
    apart: str
    stands: str
    absent: str
    quotient: str
    amount: str
    line: str
    heading: str
    stale: str

    def outcome(self, outcome: bool | None) -> str:
        return self.unknown if outcome is None else self.yes if outcome else self.no

    def presence(self, outcome: bool | None) -> str:
        return self.unknown if outcome is None else self.stands if outcome else self.absent

    def group(self, node: Condition) -> str:
        if isinstance(node, Not):
            return self.both if isinstance(node.part, All) else self.none
        return self.all if isinstance(node, All) else self.any


@lru_cache
def phrases(language: str) -> Phrases:
    return Phrases(
        language=language,
        yes=_("符合"),
        no=_("不符合"),
        unknown=_("待补充"),
        between=_("；"),
        all=_("以下都要符合"),
        any=_("以下至少一条符合"),
        none=_("不属于以下任何一种情形"),
        both=_("不同时属于以下情形"),
        apart=_("不属于“%(what)s”"),
        stands=_("有这种情形"),
        absent=_("没有这种情形"),
        quotient=_("算得约 %(value)s%%；"),
        amount=_("算得 %(value)s；"),
        line=_("%(asked)s：%(outcome)s（%(seen)s）"),
        heading=_("%(what)s：%(value)s"),
        stale=_("，已超过更新期限"),
    )


def explained(
    finding: Finding, hidden: Collection[str] = (), catalogue: Catalogue = TOWN, day: date | None = None
) -> Iterator[tuple[int, Finding, str]]:
    """Every node from the top: its depth, and in words what it asks, what it saw, from whom and as of when.

    What must not be counts the other way round: not to be there is good. The values of `hidden` attributes stay
    unsaid, and what was reckoned with them (SEC-11). On `day` is said what is older than its attribute allows.
    """
    said = phrases(get_language() or "")

    def line(asked: str, came: str, leaf: Finding) -> str:
        return said.line % {"asked": asked, "outcome": came, "seen": _of(leaf, hidden, catalogue, said, day)}

    waiting = [(0, finding, False)]
    while waiting:
        depth, one, barred = waiting.pop()
        came = said.presence(one.outcome) if barred else said.outcome(one.outcome)
        told = replace(one, outcome=None if one.outcome is None else not one.outcome) if barred else one
        apart = one.parts[0] if isinstance(one.node, Not) and not barred else None
        if apart is not None and not apart.parts:
            asked = said.apart % {"what": leaf_words(apart.node, catalogue, said.language)}
            yield depth, told, line(asked, came, apart)
        elif not one.parts:
            yield depth, told, line(leaf_words(one.node, catalogue, said.language), came, one)
        else:
            yield depth, told, said.heading % {"what": said.group(one.node), "value": came}
            inside = one.parts if apart is None else apart.parts
            waiting += [(depth + 1, part, barred or apart is not None) for part in reversed(inside)]


def _of(leaf: Finding, hidden: Collection[str], catalogue: Catalogue, said: Phrases, day: date | None) -> str:
    """What a comparison saw."""
    seen = said.between.join(
        [
            _seen(attribute, held, attribute.code in hidden, said.language)
            + (said.stale if day and stale_since(attribute, held, day) else "")
            for attribute, held in leaf.seen
        ]
    )
    if leaf.pair is not None and not (hidden and any(attribute.code in hidden for attribute, _held in leaf.seen)):
        seen = _came(leaf.node, leaf.pair, said, catalogue) + seen
    return seen


@lru_cache(8192)
def _seen(attribute: Attribute, held: Held | None, hidden: bool, language: str) -> str:
    if held is None:
        return _("%(what)s没有数据") % {"what": attribute}
    if hidden:
        return _("%(what)s已有数据，数值不公开") % {"what": attribute}
    named = {"what": attribute, "value": value_words(attribute, held.value), "source": source_name(held.source)}
    if held.as_of is None:
        return _("%(what)s：%(value)s") % named
    return _("%(what)s：%(value)s，来自%(source)s，截至 %(day)s") % {**named, "day": held.as_of.isoformat()}


def _came(node: Condition, pair: Pair, said: Phrases, catalogue: Catalogue) -> str:
    """A quotient to two places, of a percent or of its unit, a sum in its unit; a single attribute says it itself."""
    side = node.left if isinstance(node, Compare) else node.what if isinstance(node, Between) else None
    if side is None or isinstance(side, Value):
        return ""
    numerator, denominator = pair
    if isinstance(side, Ratio) and not _is_pure(side, catalogue):
        rated = rate(side, catalogue) or Rate("", Decimal(1))
        came = (numerator / denominator / rated.factor).quantize(PLACES)
        return said.amount % {"value": f"{plain(came)} {rated.unit}".rstrip()}
    if isinstance(side, Growth | Share | Ratio):
        return said.quotient % {"value": plain((100 * numerator / denominator).quantize(PLACES))}
    return said.amount % {"value": _limit(side, numerator, catalogue)}


def change_words(change: Change, known: Known) -> str:
    """`上年研发费用再增加 12.35 万元`, or from which day on it fits by itself."""
    attribute, value = change.attribute, change.value
    if attribute is None:
        return _("自 %(day)s 起符合") % {"day": value}
    held = known.get(attribute.code)
    now = attribute.zero if held is None else held.value
    if not isinstance(value, Decimal) or not isinstance(now, Decimal):
        return _("%(what)s改为“%(value)s”") % {"what": attribute, "value": value_words(attribute, value)}
    by = _points(attribute, abs(value - now))
    return (_("%(what)s再增加 %(by)s") if value > now else _("%(what)s再减少 %(by)s")) % {"what": attribute, "by": by}


def _points(attribute: Attribute, by: Decimal) -> str:
    if attribute.kind == Kind.NUMBER and attribute.display == "%":
        return _("%(points)s 个百分点") % {"points": plain(by * 100)}
    return amount(attribute, by)
