"""The smallest single change for every firm whose outcome is no: what `almost` says, by columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np

from ..attributes.catalogue import Attribute, Kind
from ..attributes.tables import Column
from ..measures import LARGEST
from .all import FITS, Firms, evaluate, moved
from .almost import HUGEST, WHOLE, YEAR
from .borders import Border, borders
from .language import Condition, Dated, attributes_of
from .one import leaves_with_today

NEVER = np.int64(2**62)
WORST = np.int64(2**62)
NONE = np.zeros(0, np.int64)
AT_ONCE = 100_000  # firms whose moves are judged together: some 100 MB


@dataclass(frozen=True)
class Changes:
    """For each firm the attribute's slot (0: waiting) and its new value as it is kept; slot -1: no change would do."""

    slots: Column
    targets: Column


def smallest_for(node: Condition, firms: Firms, rows: Column) -> Changes:
    """For the firms in these rows, whose outcome must be no."""
    if len(rows) > AT_ONCE:
        parts = [smallest_for(node, firms, part) for part in np.array_split(rows, -(-len(rows) // AT_ONCE))]
        return Changes(
            *(np.concatenate(columns) for columns in zip(*((p.slots, p.targets) for p in parts), strict=True))
        )
    slots, targets = np.full(len(rows), -1, np.int64), np.zeros(len(rows), np.int64)
    sizes = np.full(len(rows), WORST)
    if not len(rows):
        return Changes(slots, targets)
    for slot, (places, found, size) in _offers(node, firms, rows):
        better = size < sizes[places]  # offers come in the order of their slots: the first of equals stays
        places, found, size = places[better], found[better], size[better]
        slots[places], targets[places], sizes[places] = slot, found, size
    return Changes(slots, targets)


Offer = tuple[Column, Column, Column]  # places among the rows, new values, sizes


def _offers(node: Condition, firms: Firms, rows: Column) -> Iterator[tuple[int, Offer]]:
    if leaves_with_today(node):
        yield 0, _waiting(node, firms, rows)
    lines: list[Border] | None = None
    for attribute in sorted((firms.catalogue[code] for code in attributes_of(node)), key=lambda one: one.slot):
        if not attribute.changeable:
            continue
        places = _feasible(node, firms, attribute, rows)
        if len(places):
            lines = _borders(node, firms) if lines is None else lines
            some = firms.take(rows[places])
            yield attribute.slot, _best(node, some, attribute, places, _moves(attribute, some, lines))


def _borders(node: Condition, firms: Firms) -> list[Border]:
    return borders(node, date.fromordinal(int(firms.day)), firms.catalogue)


def _feasible(node: Condition, firms: Firms, attribute: Attribute, rows: Column) -> Column:
    """Where among the rows the attribute is known and the outcome would be open if it were free."""
    firms.free = frozenset({attribute.code})
    may = evaluate(node, firms).may
    firms.free = frozenset()
    known = firms.column(attribute.code).known
    return np.flatnonzero((may if known is None else may & known)[rows])


Move = tuple[Column, Column, Column]  # new values, steps (above 0 upwards), where it may be tried


def _best(node: Condition, firms: Firms, attribute: Attribute, places: Column, moves: Iterator[Move]) -> Offer:
    """The nearest of the moves that gives yes; of two as near, the one upwards. All moves are judged at once."""
    tried = [(np.flatnonzero(allowed), target, count) for target, count, allowed in moves]
    rows = np.concatenate([NONE, *(rows for rows, _target, _count in tried)])
    targets = np.concatenate([NONE, *(target[rows] for rows, target, _count in tried)])
    counts = np.concatenate([NONE, *(count[rows] for rows, _target, count in tried)])
    yes = np.flatnonzero(evaluate(node, firms.take(rows).with_values(attribute.code, targets)).yes)
    order = yes[np.lexsort((-counts[yes], np.abs(counts[yes]), rows[yes]))]
    nearest = order[np.diff(rows[order], prepend=-1) != 0]
    rows, counts = rows[nearest], counts[nearest]
    return places[rows], targets[nearest], _sizes(attribute, firms.column(attribute.code).numbers[rows], counts)


def _sizes(attribute: Attribute, numbers: Column, steps: Column) -> Column:
    """As `almost` reckons them, without leaving 64 bits: whatever is beyond the hugest counts as that."""
    if attribute.kind in (Kind.BOOL, Kind.CHOICE):
        return np.abs(steps) * WHOLE
    if attribute.kind == Kind.DATE:
        return np.abs(steps) * WHOLE // YEAR
    moved, of = np.abs(steps) * attribute.step, np.maximum(np.abs(numbers), attribute.step)
    whole, rest = moved // of, moved % of
    if len(rest) and int(rest.max()) >= FITS // WHOLE:
        rest = rest.astype(object)
    sizes = whole * WHOLE + (rest * WHOLE // of).astype(np.int64)
    return np.where(whole > HUGEST // WHOLE, HUGEST, np.minimum(sizes, HUGEST))


def _moves(attribute: Attribute, firms: Firms, lines: list[Border]) -> Iterator[Move]:
    numbers = firms.column(attribute.code).numbers
    if attribute.kind == Kind.BOOL:
        yield 1 - numbers, np.ones(len(numbers), np.int64), np.ones(len(numbers), bool)
    elif attribute.kind == Kind.CHOICE:
        levels = np.array([firms.number_of(attribute.code, code) for code in attribute.codes])
        here = np.argmax(numbers[:, None] == levels, axis=1)
        for place, level in enumerate(levels):
            yield np.full(len(numbers), level), place - here, here != place
    else:
        for line in lines:
            if line.weight(attribute.code):
                yield from _steps(attribute, numbers, firms, line)


def _steps(attribute: Attribute, numbers: Column, firms: Firms, line: Border) -> Iterator[Move]:
    """To the border, and one step less and more; where another value of it is unknown there is no border."""
    step = 1 if attribute.kind == Kind.DATE else attribute.step
    columns = [(firms.column(code), weight) for code, weight in line.weights]
    bound = abs(line.constant) + sum(column.bound * abs(weight) for column, weight in columns)
    dtype = np.int64 if bound < FITS else object
    total = sum(column.numbers.astype(dtype) * weight for column, weight in columns) + line.constant
    exact = -total // (line.weight(attribute.code) * step)
    inside = np.abs(exact) < LARGEST // step * 2
    nearest = np.where(inside, exact, 0).astype(np.int64)
    for column, _weight in columns:
        inside = inside if column.known is None else inside & column.known
    for count in (nearest - 1, nearest, nearest + 1):
        target = numbers + count * step
        yield target, count, inside.astype(bool) & (count != 0) & _permitted(attribute, target)


def _permitted(attribute: Attribute, numbers: Column) -> Column:
    if attribute.kind == Kind.DATE:
        return (numbers >= date(1900, 1, 1).toordinal()) & (numbers <= date(2200, 12, 31).toordinal())
    lowest = -LARGEST + 1 if attribute.lowest is None else attribute.lowest
    return (numbers >= lowest) & (numbers < LARGEST)


def _waiting(node: Condition, firms: Firms, rows: Column) -> Offer:
    """The first later day on which the outcome is yes, though nothing else changes."""
    best = np.full(len(rows), NEVER)
    for later in flip_days(node, firms):
        days = later[rows]
        tried = np.flatnonzero(days < best)
        if len(tried):
            yes = evaluate(node, firms.take(rows[tried]).on(days[tried])).yes
            best[tried[yes]] = days[tried[yes]]
    found = np.flatnonzero(best != NEVER)
    sizes = np.minimum((best[found] - firms.day) * WHOLE // YEAR, HUGEST)
    return found, best[found], sizes


def flip_days(node: Condition, firms: Firms) -> Iterator[Column]:
    """For each leaf about today the later days on which it changes; NEVER where there is none, or its date unknown."""
    for leaf in leaves_with_today(node):
        if leaf not in firms.flips:
            firms.flips[leaf] = [np.where(days > firms.day, days, NEVER) for days in _flips_of(leaf, firms)]
        yield from firms.flips[leaf]


def _flips_of(leaf: Dated, firms: Firms) -> Iterator[Column]:
    column = firms.column(leaf.attribute)
    until = moved(column.numbers, leaf.unit, leaf.count)
    until = np.where((until >= 1) & (until < date.max.toordinal()), until, NEVER)
    until = until if column.known is None else np.where(column.known, until, NEVER)
    if leaf.operator in ("<=", ">", "=", "!="):
        yield until
    if leaf.operator in ("<", ">=", "=", "!="):
        yield np.where(until == NEVER, NEVER, until + 1)


def next_flip(node: Condition, firms: Firms) -> Column | None:
    """The next day, for each firm, on which its outcome may change by the passing of time (NEVER); None: no firm's."""
    days = list(flip_days(node, firms))
    return reduce(np.minimum, days) if days else None
