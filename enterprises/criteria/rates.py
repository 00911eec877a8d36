"""In what a ratio of two units is said: 万元/人, 元/平方米."""

from dataclasses import dataclass
from decimal import Decimal

from ..attributes.catalogue import Attribute, Catalogue
from ..measures import UNITS, unit_name
from .check import ANY_UNIT, PURE, unit_of
from .language import Ratio, attributes_of


@dataclass(frozen=True)
class Rate:
    """What a ratio of two units is said in, `万元/人`; one of it is `factor` of the units kept."""

    unit: str
    factor: Decimal


def rate(side: Ratio, catalogue: Catalogue) -> Rate | None:
    """None where one of both is points or no attribute, or both are in the same unit."""
    units = {unit_of(side.numerator, catalogue), unit_of(side.denominator, catalogue)}
    if len(units) == 1 or units & {PURE, ANY_UNIT}:
        return None
    return rate_of(catalogue[attributes_of(side.numerator)[0]], catalogue[attributes_of(side.denominator)[0]])


def rate_of(above: Attribute, below: Attribute) -> Rate:
    unit = f"{above.display}/{below.display}"
    named = unit_name(unit) if unit in UNITS else f"{unit_name(above.display)}/{unit_name(below.display, 1)}"
    return Rate(named, above.factor / below.factor)
