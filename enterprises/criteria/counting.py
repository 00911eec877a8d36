"""Who matches, live: how many firms come to yes, almost, unknown and no, with some of each by name.

Where a criterion reads what is closed to the person (SEC-11), no firm is named, and no number lets a value be found by
asking again and again with other limits. Small numbers stay unsaid, with one more so that none is the rest of the
whole; and all of them where fewer than FEW of the firms that the closed part decides come to one side: a crowd of
others whom the open part decides anyway would only hide who is asked about.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from ..attributes.sight import FEW
from ..models import Enterprise
from .all import Firms, Found, evaluate
from .almost_all import smallest_for
from .language import Condition, attributes_of
from .store import firms_for

SAMPLE = 5


@dataclass(frozen=True)
class Count:
    """One outcome: how many, and some of them; `number` None: must not be told."""

    outcome: str
    number: int | None
    firms: list[Enterprise]


def counts(node: Condition, day: date, closed: Collection[str] = ()) -> list[Count]:
    """Yes, almost, unknown, no; `closed` are the attributes whose values the person may not find out."""
    firms = firms_for([node], day)
    found = evaluate(node, firms)
    no = np.flatnonzero(~found.may)
    almost = no[smallest_for(node, firms, no).slots >= 0]
    plain = np.setdiff1d(no, almost, assume_unique=True)
    places = {"yes": np.flatnonzero(found.yes), "almost": almost, "unknown": np.flatnonzero(found.unknown), "no": plain}
    sizes = {outcome: len(rows) for outcome, rows in places.items()}
    covered = frozenset(attributes_of(node)).intersection(closed)
    unsaid = _unsaid(sizes, node, firms, found, covered) if covered else set()
    some = {} if covered else {outcome: firms.table.firms[rows[:SAMPLE]].tolist() for outcome, rows in places.items()}
    named = Enterprise.objects.in_bulk([key for keys in some.values() for key in keys])
    return [
        Count(
            outcome, None if outcome in unsaid else size, [named[key] for key in some.get(outcome, ()) if key in named]
        )
        for outcome, size in sizes.items()
    ]


def _unsaid(sizes: Mapping[str, int], node: Condition, firms: Firms, found: Found, covered: frozenset[str]) -> set[str]:
    """The outcomes whose numbers stay unsaid."""
    firms.free = covered
    depends = evaluate(node, firms).unknown  # on what is closed; the open part does not decide them
    firms.free = frozenset()
    yes, no = (int(np.count_nonzero(depends & side)) for side in (found.yes, ~found.may))
    if yes + no and min(yes, no) < FEW:
        return set(sizes)
    unsaid = {outcome for outcome, size in sizes.items() if 0 < size < FEW}
    others = [outcome for outcome, size in sizes.items() if size >= FEW]
    if len(unsaid) == 1 and others:
        unsaid.add(max(others, key=lambda outcome: (outcome != "yes", sizes[outcome])))
    return unsaid
