"""Whether a formula makes sense over a catalogue: each fault with its place, for a clerk to understand."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Catalogue, Kind
from enterprises.criteria import check as criteria
from enterprises.criteria.language import Band
from enterprises.criteria.reading import Malformed, Path, unparse

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
    parse,
)
from .reads import asked_in, bases, leaves

MOST = Decimal("999999999999.99")  # what a claim can keep
MOST_RATE = Decimal(10)


class Fault(criteria.Fault):
    @property
    def place(self) -> str:
        return where(self.path)


def where(path: Path) -> str:
    """`第2项 › 符合时`: the place as the form shows it."""
    named = {"then": _("符合时"), "else": _("不符合时"), "condition": _("条件")}
    places = []
    for before, step in pairwise(("", *path)):
        if isinstance(step, int):
            words = _("第%(number)s条") if before in ("all", "any") else _("第%(number)s项")
            places.append(words % {"number": step + 1})
        elif step in named:
            places.append(named[step])
    return " › ".join(places)


def checked(data: Any, catalogue: Catalogue = TOWN) -> tuple[Formula | None, list[Fault]]:
    """The formula, and what is wrong with it; None where it could not even be read."""
    try:
        formula = parse(data)
    except Malformed as malformed:
        return None, [Fault(malformed.path, malformed.sentence, malformed.blank)]
    faults = list(_faults(formula.amount, (), formula, catalogue))
    return formula, faults + list(_asked(formula))


def _faults(amount: Amount, path: Path, formula: Formula, catalogue: Catalogue) -> Iterator[Fault]:
    for sentence in _wrong(amount, formula, catalogue):
        yield Fault(path, sentence)
    match amount:
        case Total() | Highest():
            kind = "sum" if isinstance(amount, Total) else "highest"
            for number, part in enumerate(amount.parts):
                yield from _faults(part, (*path, kind, number), formula, catalogue)
        case When():
            for fault in criteria.checked(unparse(amount.condition), catalogue)[1]:
                yield Fault((*path, "condition", *fault.path), fault.sentence)
            yield from _faults(amount.then, (*path, "then"), formula, catalogue)
            if amount.otherwise is not None:
                yield from _faults(amount.otherwise, (*path, "else"), formula, catalogue)


def _wrong(amount: Amount, formula: Formula, catalogue: Catalogue) -> Iterator[str]:
    for base in bases(amount):
        yield from _based(base, formula, catalogue)
    match amount:
        case Fixed():
            yield from _money(amount.value)
        case Each():
            yield from _money(amount.each)
        case Rate():
            yield from _share(amount.rate)
            yield from _of_money(amount.of, formula, catalogue)
            yield from _between(amount)
        case Tiers():
            yield from _stepped(amount)
        case Marginal():
            yield from _of_money(amount.by, formula, catalogue)
            yield from _sliced(amount)
        case Highest() if len(amount.parts) < 2:
            yield _("就高取一项时至少要有两项")
    cap = getattr(amount, "cap", None)
    if cap is not None:
        yield from _money(cap, _("封顶金额应大于 0"))


def _stepped(amount: Tiers) -> Iterator[str]:
    yield from _ladder(amount.bands)
    values = [band.value for band in amount.bands]
    if min(values) < 0 or max(values) == 0:
        yield _("各档的金额不能是负数，也不能都是 0")
    elif max(values) > MOST:
        yield _("金额过大")


def _sliced(amount: Marginal) -> Iterator[str]:
    yield from _ladder(amount.bands)
    rates = [part.rate for part in amount.bands]
    if min(rates) < 0 or max(rates) > MOST_RATE or max(rates) == 0:
        yield _("比例应大于 0，不超过 %(most)s%%") % {"most": MOST_RATE * 100}


def _money(value: Decimal, sentence: str = "") -> Iterator[str]:
    if value <= 0:
        yield sentence or _("金额应大于 0")
    elif value > MOST:
        yield _("金额过大")


def _share(rate: Decimal) -> Iterator[str]:
    if not 0 < rate <= MOST_RATE:
        yield _("比例应大于 0，不超过 %(most)s%%") % {"most": MOST_RATE * 100}


def _between(amount: Rate) -> Iterator[str]:
    if amount.floor is None:
        return
    yield from _money(amount.floor, _("保底金额应大于 0"))
    if amount.cap is not None and amount.floor > amount.cap:
        yield _("保底金额大于封顶金额")


def _ladder(bands: tuple[Band, ...] | tuple[Part, ...]) -> Iterator[str]:
    borders = [band.upto for band in bands[:-1]]
    if bands[-1].upto is not None or None in borders:
        yield _("最后一档不设上限，其余各档都要有上限")
    elif any(a is None or b is None or a >= b for a, b in pairwise(borders)):
        yield _("各档的上限要从小到大")
    elif borders and isinstance(bands[0], Part) and borders[0] is not None and borders[0] <= 0:
        yield _("各段的上限应大于 0")


def _of_money(base: Base, formula: Formula, catalogue: Catalogue) -> Iterator[str]:
    unit = unit_of(base, formula, catalogue)
    if unit not in (YUAN, ""):
        yield _("按比例计算的应是金额，这里的单位是“%(unit)s”；按数量的请选“按数量”") % {"unit": unit}


def _based(base: Base, formula: Formula, catalogue: Catalogue) -> Iterator[str]:
    for leaf in leaves(base):
        if isinstance(leaf, Value):
            yield from _attribute(leaf.attribute, catalogue)
        elif formula.question(leaf.code) is None:
            yield _("没有写明“%(code)s”要企业填什么") % {"code": leaf.code}
    yield from _units(base, formula, catalogue)


def _attribute(code: str, catalogue: Catalogue) -> Iterator[str]:
    attribute = catalogue.get(code)
    if attribute is None:
        yield _("没有“%(code)s”这个指标") % {"code": code}
    elif attribute.kind != Kind.NUMBER:
        yield _("“%(name)s”不是数值，不能计算金额") % {"name": attribute}


def _units(base: Base, formula: Formula, catalogue: Catalogue) -> Iterator[str]:
    terms = base.terms if isinstance(base, Sum) else (base.now, base.before) if isinstance(base, More) else ()
    units = {unit_of(term, formula, catalogue) for term in terms} - {""}
    if len(units) > 1:
        yield _("单位不同，不能一起计算：%(units)s") % {"units": "、".join(sorted(units))}
    for term in terms:
        yield from _units(term, formula, catalogue)


def unit_of(base: Base, formula: Formula, catalogue: Catalogue = TOWN) -> str:
    """The unit a base is reckoned in; empty where it is not known."""
    match base:
        case Value():
            attribute = catalogue.get(base.attribute)
            return "" if attribute is None else attribute.unit
        case Ask():
            question = formula.question(base.code)
            return "" if question is None else YUAN if question.unit == WAN else question.unit
        case Sum():
            return next((unit for term in base.terms if (unit := unit_of(term, formula, catalogue))), "")
    return unit_of(base.now, formula, catalogue)


def _asked(formula: Formula) -> Iterator[Fault]:
    used = {leaf.code for leaf in asked_in(formula.amount)}
    for question in formula.questions:
        if not _well_put(question):
            yield Fault(("asks", question.code), _("要企业填的一项，请写明名称和单位"))
        elif question.code not in used:
            yield Fault(("asks", question.code), _("要企业填的“%(name)s”没有用到") % {"name": question})


def _well_put(question: Question) -> bool:
    return bool(question.label and question.unit) and len(question.label) <= 60 and len(question.unit) <= 10
