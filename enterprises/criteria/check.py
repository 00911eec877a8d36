"""Whether a criterion makes sense over a catalogue: each fault with its place, for a clerk to understand."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from ..attributes.catalogue import TOWN, Attribute, Catalogue, Kind
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
    children,
)
from .reading import Malformed, Path, parse

MOST_SHAPES = 64  # combinations of bands in one comparison
ANY_UNIT = ""  # points, weights: fits every unit
PURE = "1"  # a quotient of equal units


@dataclass(frozen=True)
class Fault:
    path: Path
    sentence: str
    blank: bool = False  # nothing was typed there yet: said on saving, not while one writes

    def __str__(self) -> str:
        named = {"place": self.place, "sentence": self.sentence}
        return _("%(place)s：%(sentence)s") % named if self.place else self.sentence

    @property
    def place(self) -> str:
        return where(self.path)


def where(path: Path) -> str:
    """`第2条 › 第1条`: the place as the form numbers it; operands have none of their own."""
    groups = pairwise(path)
    places = [place for kind, place in groups if kind in ("all", "any") and isinstance(place, int)]
    return " › ".join(_("第%(number)s条") % {"number": place + 1} for place in places)


def checked(tree: Any, catalogue: Catalogue = TOWN) -> tuple[Condition | None, list[Fault]]:
    """The criterion, and what is wrong with it; None where it could not even be read."""
    try:
        node = parse(tree)
    except Malformed as malformed:
        return None, [Fault(malformed.path, malformed.sentence, malformed.blank)]
    return node, list(_faults(node, (), catalogue))


def _faults(node: Condition, path: Path, catalogue: Catalogue) -> Iterator[Fault]:
    match node:
        case All() | Any_():
            kind = "all" if isinstance(node, All) else "any"
            for number, part in enumerate(node.parts):
                yield from _faults(part, (*path, kind, number), catalogue)
        case Not():
            yield from _faults(node.part, (*path, "not"), catalogue)
        case _:
            missing = [code for code in attributes_of(node) if code not in catalogue]
            wrong = [_("没有“%(code)s”这个指标") % {"code": code} for code in missing] or _wrong(node, catalogue)
            yield from (Fault(path, sentence) for sentence in wrong)


def _wrong(leaf: Node, catalogue: Catalogue) -> Iterator[str]:
    match leaf:
        case Compare():
            yield from _compared(leaf, catalogue)
        case Between():
            yield from _terms(leaf.what, catalogue)
            if leaf.low > leaf.high:
                yield _("区间的下限大于上限")
        case Within():
            yield from _of_kind(catalogue[leaf.attribute], Kind.DATE)
            if leaf.first > leaf.last:
                yield _("区间的起始日晚于终止日")
        case Dated():
            yield from _of_kind(catalogue[leaf.attribute], Kind.DATE)
        case Holds():
            yield from _of_kind(catalogue[leaf.attribute], Kind.BOOL)
        case In():
            yield from _listed(catalogue[leaf.attribute], leaf)


def _compared(leaf: Compare, catalogue: Catalogue) -> Iterator[str]:
    yield from _terms(leaf.left, catalogue)
    yield from _terms(leaf.right, catalogue)
    if isinstance(leaf.left, Quotient) and _direct(leaf.right):
        yield _("占比、增长和比重只能与数值或分档比较")
    if not attributes_of(leaf):
        yield _("两边都是数值，没有用到指标")
    left, right = unit_of(leaf.left, catalogue), unit_of(leaf.right, catalogue)
    if ANY_UNIT not in (left, right) and left != right:
        yield _("两边的单位不同：%(left)s 与 %(right)s") % {"left": left, "right": right}
    if shapes(leaf.left) * shapes(leaf.right) > MOST_SHAPES:
        yield _("分档太多，请拆成几条")


def _listed(attribute: Attribute, leaf: In) -> Iterator[str]:
    if attribute.kind not in (Kind.CHOICE, Kind.TEXT):
        yield _not_fitting(attribute, _("属于某些取值"))
    elif attribute.kind == Kind.CHOICE:
        for value in leaf.values:
            if attribute.choice(value) is None:
                yield _("“%(name)s”没有“%(value)s”这个取值") % {"name": attribute, "value": value}


def _of_kind(attribute: Attribute, kind: Kind) -> Iterator[str]:
    if attribute.kind != kind:
        yield _not_fitting(attribute, _("日期条件") if kind == Kind.DATE else _("是或否的条件"))


def _not_fitting(attribute: Attribute, what: str) -> str:
    return _("“%(name)s”不能用于%(what)s") % {"name": attribute, "what": what}


def _terms(node: Node, catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with the arithmetic of one side."""
    match node:
        case Value():
            if catalogue[node.attribute].kind != Kind.NUMBER:
                yield _("“%(name)s”不是数值，不能计算或比较大小") % {"name": catalogue[node.attribute]}
        case Sum():
            yield from _same_unit(node.terms, catalogue, _("相加"))
        case Growth():
            yield from _same_unit((node.now, node.before), catalogue, _("比较增长"))
        case Share():
            yield from _same_unit((node.part, *node.parts), catalogue, _("计算比重"))
        case Tiers():
            yield from _bands(node)
        case Weighted() if any(weight == 0 for weight, _term in node.terms):
            yield _("权数不能是 0")
    for child in children(node):
        yield from _terms(child, catalogue)


def _bands(node: Tiers) -> Iterator[str]:
    borders = [band.upto for band in node.bands[:-1]]
    if node.bands[-1].upto is not None or None in borders:
        yield _("最后一档不设上限，其余各档都要有上限")
    elif any(a is None or b is None or a >= b for a, b in pairwise(borders)):
        yield _("各档的上限要从小到大")


def _same_unit(terms: tuple[Term, ...], catalogue: Catalogue, act: str) -> Iterator[str]:
    units = {unit_of(term, catalogue) for term in terms} - {ANY_UNIT}
    if len(units) > 1:
        yield _("单位不同，不能%(act)s：%(units)s") % {"act": act, "units": "、".join(sorted(units))}


def unit_of(node: Node, catalogue: Catalogue) -> str:
    """The unit a side is in; ANY_UNIT where it fits all (numbers, points), PURE for a quotient of equal units."""
    match node:
        case Value():
            return catalogue[node.attribute].unit
        case Sum():
            return next((unit for term in node.terms if (unit := unit_of(term, catalogue))), ANY_UNIT)
        case Ratio():
            units = {unit_of(node.numerator, catalogue), unit_of(node.denominator, catalogue)}
            return PURE if len(units) == 1 else ANY_UNIT
        case Growth() | Share():
            return PURE
    return ANY_UNIT


def shapes(node: Node) -> int:
    """How many linear forms a side may take: one for each combination of the bands of its tiers."""
    count = 1
    match node:
        case Tiers():
            return len(node.bands)
        case Number() | Value():
            return 1
    for child in children(node):
        count *= shapes(child)
    return count


def _direct(term: Node) -> bool:
    """That an attribute is in it otherwise than to choose a band."""
    if isinstance(term, Tiers):
        return False
    return isinstance(term, Value) or any(_direct(child) for child in children(term))
