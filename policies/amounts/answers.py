"""What a visitor answered (POL-3): kept in the address of the page and nowhere else, one `a=attribute~typed` for each.

Numbers are typed in the display unit (万元, %). A question that was passed over stands there without a value. Whatever
is no answer is left out: an address may be written by anybody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Attribute, Catalogue, Kind, Plain
from enterprises.attributes.definitions import TOWN_DEFINITIONS, Definition, How
from enterprises.attributes.values import Held, Known
from enterprises.criteria.lines import based
from enterprises.criteria.reading import NUMBER
from enterprises.measures import LARGEST, kept
from enterprises.models import Industry
from enterprises.models.places import industry_name
from portal.people.refusal import Refused

MOST = 10  # questions
SECTION = "industry_section"
OLDEST = date(1900, 1, 1)


@dataclass(frozen=True)
class Answer:
    """One question that was put; `typed` is empty where it was passed over."""

    code: str
    typed: str
    value: Plain | None

    @property
    def pair(self) -> str:
        return f"{self.code}~{self.typed}"

    @property
    def attribute(self) -> Attribute:
        return TOWN[self.code]


@dataclass(frozen=True)
class Answers:
    given: tuple[Answer, ...] = ()

    @cached_property
    def known(self) -> dict[str, Held]:
        """What follows: the answers, and what is derived from them."""
        said = {one.code: Held(one.value) for one in self.given if one.value is not None}
        return with_derived(said)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self.given)

    @property
    def pairs(self) -> list[str]:
        return [one.pair for one in self.given]

    def query(self) -> str:
        return urlencode([("a", pair) for pair in self.pairs])

    def before(self, count: int) -> "Answers":
        return Answers(self.given[:count])

    def plus(self, code: str, typed: str) -> "Answers":
        """With one more answer, or one passed over. Raises Refused where it is no value."""
        value = read_value(TOWN[code], typed) if typed.strip() else None
        rest = tuple(one for one in self.given if one.code != code)
        return Answers((*rest, Answer(code, typed.strip(), value)))


def read(data: QueryDict) -> Answers:
    """What stands in the address, up to ten."""
    return of_pairs(data.getlist("a")[: 4 * MOST])


def of_pairs(pairs: Iterable[str]) -> Answers:
    found = Answers()
    for pair in pairs:
        code, tilde, typed = pair.partition("~")
        attribute = TOWN.get(code)
        if attribute is None or not tilde or not askable(attribute) or len(found.given) >= MOST:
            continue
        try:
            found = found.plus(code, typed)
        except Refused:
            continue
    return found


def askable(attribute: Attribute) -> bool:
    """Whether a visitor can answer it: of the texts only those chosen from a list, as place of registration is."""
    return attribute.kind != Kind.TEXT or attribute.code == SECTION or bool(attribute.choices)


def read_value(attribute: Attribute, typed: str) -> Plain:
    """A typed value. Raises Refused where it is none, or not possible for this attribute."""
    text = typed.strip()[:40]
    wrong = Refused(_("“%(value)s”不是“%(name)s”的有效值") % {"value": text, "name": attribute}, "v")
    value: Plain | None = None
    match attribute.kind:
        case Kind.NUMBER:
            digits = based(text, attribute.factor)
            value = Decimal(digits) if NUMBER.fullmatch(digits) and digits.isascii() else None
        case Kind.BOOL:
            value = {"yes": True, "no": False}.get(text)
        case Kind.DATE:
            value = _day(text)
        case Kind.CHOICE:
            value = text if text in attribute.codes else None
        case Kind.TEXT:
            value = text if text in listed(attribute) else None
    if value is None:
        raise wrong
    if isinstance(value, Decimal):
        kept(attribute, value, {})  # refuses what is too large, too fine or too low
    return value


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= OLDEST else None


def listed(attribute: Attribute) -> dict[str, str]:
    """Code and name of what a text is chosen from; empty where it is free."""
    return sections() if attribute.code == SECTION else {one.code: str(one) for one in attribute.choices}


def sections() -> dict[str, str]:
    """Code and name of the sections of industry."""
    rows = Industry.objects.filter(level=1).order_by("code").values_list("code", "name")
    return {code: industry_name(code, name) for code, name in rows}


# What follows from answers ----------------------------------------------------------------------------------------


def with_derived(known: Known, catalogue: Catalogue = TOWN) -> dict[str, Held]:
    """Shares, ratios and growth that were not answered but follow from what was, rounded down as everywhere."""
    found = dict(known)
    for code, definition in TOWN_DEFINITIONS.derived.items():
        if code not in found and all(isinstance(_plain(known, one), Decimal) for one in definition.operands):
            value = _reckoned(catalogue[code], definition, [_plain(known, one) for one in definition.operands])
            found |= {} if value is None else {code: Held(value)}
    return found


def _plain(known: Known, code: str) -> Plain | None:
    held = known.get(code)
    return None if held is None else held.value


def _reckoned(attribute: Attribute, one: Definition, operands: list[Plain | None]) -> Decimal | None:
    numbers = [Decimal(0) if not isinstance(value, Decimal) else value for value in operands]
    first, second = numbers[:2]
    if one.how == How.GROWTH:
        over, under = first - second, max(second, Decimal(0))
    elif one.how == How.SHARE:
        over, under = first, max(sum(numbers, Decimal(0)), Decimal(0))
    else:
        over, under = first * one.times, second
    if under == 0:
        return None
    value = int((over.scaleb(attribute.scale) / under).to_integral_value(rounding="ROUND_FLOOR"))
    too_low = attribute.lowest is not None and value < attribute.lowest
    return None if too_low or abs(value) >= LARGEST else Decimal(value).scaleb(-attribute.scale)
