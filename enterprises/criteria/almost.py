"""The smallest single change that turns a no into a yes (POL-2 “差一点”), for one firm.

One attribute that is marked changeable takes another value, all others stay: by whole display units, as few as will
do, so that one less does not. Waiting for a day is a change as well. Among changes of different things the smallest is
the one that moves least in proportion to what is there; a yes or no, and a level, count as doubling; a year's wait too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from ..attributes.catalogue import TOWN, Attribute, Catalogue, Kind, Plain
from ..attributes.values import Held, Known
from ..measures import LARGEST
from .borders import Border, borders
from .language import Condition, attributes_of
from .one import EXACT, flips, outcome

WHOLE = 1000  # the size of doubling
HUGEST = 10**12
YEAR = 365


@dataclass(frozen=True)
class Change:
    """`attribute` to `value`; None: waiting until the day `value`. `size` in thousandths of what is there."""

    attribute: Attribute | None
    value: Plain
    size: int

    @property
    def order(self) -> tuple[int, int]:
        return self.size, self.attribute.slot if self.attribute else 0


def smallest(node: Condition, known: Known, day: date, catalogue: Catalogue = TOWN) -> Change | None:
    """The change to name; None where the outcome is no plain no, or no single change would do."""
    return next(iter(changes(node, known, day, catalogue)), None)


def changes(node: Condition, known: Known, day: date, catalogue: Catalogue = TOWN) -> list[Change]:
    """The smallest change of each attribute that has one, and of waiting, smallest first."""
    if outcome(node, known, day, catalogue) is not False:
        return []
    with localcontext(EXACT):
        lines = borders(node, day, catalogue)
        found = [_waiting(node, known, day, catalogue)]
        for code in attributes_of(node):
            if catalogue[code].changeable:
                found.append(_of_attribute(node, catalogue[code], known, day, catalogue, lines))
    return sorted((change for change in found if change), key=lambda change: change.order)


def applied(known: Known, change: Change) -> dict[str, Held]:
    """What would be known of the firm after the change of an attribute."""
    assert change.attribute is not None
    return {**known, change.attribute.code: Held(change.value)}


def _waiting(node: Condition, known: Known, day: date, catalogue: Catalogue) -> Change | None:
    for later in flips(node, known, day, catalogue):
        if outcome(node, known, later, catalogue):
            return Change(None, later, proportion((later - day).days, YEAR))
    return None


def _of_attribute(
    node: Condition, attribute: Attribute, known: Known, day: date, catalogue: Catalogue, lines: list[Border]
) -> Change | None:
    held = known.get(attribute.code)
    if held is None and not attribute.absent_is_zero:
        return None
    value = attribute.zero if held is None else held.value
    for change in _candidates(attribute, value, known, lines, catalogue):
        if outcome(node, applied(known, change), day, catalogue):
            return change
    return None


def _candidates(
    attribute: Attribute, value: Plain, known: Known, lines: list[Border], catalogue: Catalogue
) -> Iterator[Change]:
    """Nearest first; upwards before downwards."""
    if attribute.kind == Kind.BOOL:
        yield Change(attribute, not value, WHOLE)
    elif attribute.kind == Kind.CHOICE:
        here = attribute.codes.index(str(value))
        others = (place for place in range(len(attribute.codes)) if place != here)
        for place in sorted(others, key=lambda place: (abs(place - here), -place)):
            yield Change(attribute, attribute.codes[place], WHOLE * abs(place - here))
    else:
        yield from _steps(attribute, value, known, lines, catalogue)


def _steps(
    attribute: Attribute, value: Plain, known: Known, lines: list[Border], catalogue: Catalogue
) -> Iterator[Change]:
    number = as_kept(attribute, value)
    step = 1 if attribute.kind == Kind.DATE else attribute.step
    steps = {steps for line in lines for steps in _near(line, attribute, step, known, catalogue)}
    for count in sorted(steps - {0}, key=lambda count: (abs(count), -count)):
        target = number + count * step
        if not permitted(attribute, target):
            continue
        if attribute.kind == Kind.DATE:
            yield Change(attribute, date.fromordinal(target), proportion(abs(count), YEAR))
        else:
            new = Decimal(target).scaleb(-attribute.scale)
            yield Change(attribute, new, proportion(abs(count) * step, max(abs(number), step)))


def _near(line: Border, attribute: Attribute, step: int, known: Known, catalogue: Catalogue) -> Iterator[int]:
    """How many steps lead to this border, and one less and more; nothing where another value of it is unknown."""
    weight = line.weight(attribute.code)
    if not weight:
        return
    total = line.constant
    for code, factor in line.weights:
        held = known.get(code)
        if held is None and not catalogue[code].absent_is_zero:
            return
        total += factor * as_kept(catalogue[code], catalogue[code].zero if held is None else held.value)
    steps = -total // (weight * step)
    yield from (steps - 1, steps, steps + 1)


def as_kept(attribute: Attribute, value: Plain) -> int:
    """The whole number under which a number or date is kept."""
    return value.toordinal() if isinstance(value, date) else int(Decimal(value).scaleb(attribute.scale))


def permitted(attribute: Attribute, number: int) -> bool:
    """That a value of the attribute can be kept under this number."""
    if attribute.kind == Kind.DATE:
        return date(1900, 1, 1).toordinal() <= number <= date(2200, 12, 31).toordinal()
    return abs(number) < LARGEST and (attribute.lowest is None or number >= attribute.lowest)


def proportion(moved: int, of: int) -> int:
    return min(moved * WHOLE // of, HUGEST)
