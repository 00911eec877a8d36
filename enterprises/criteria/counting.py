"""Who matches, live: how many firms come to yes, almost, unknown and no, with some of each by name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np

from ..attributes.sight import FEW
from ..models import Enterprise
from .all import evaluate
from .almost_all import smallest_for
from .language import Condition, attributes_of
from .store import firms_for

SAMPLE = 5


@dataclass(frozen=True)
class Count:
    """One outcome: how many, and some of them; `number` None: fewer than FEW, and more must not be told (SEC-11)."""

    outcome: str
    number: int | None
    firms: list[Enterprise]


def counts(node: Condition, day: date, closed: Collection[str] = ()) -> list[Count]:
    """Yes, almost, unknown, no. Where it reads what is closed to the person, no firm is named and no small number told.

    Otherwise a value could be found by asking again and again with other limits.
    """
    firms = firms_for([node], day)
    found = evaluate(node, firms)
    no = np.flatnonzero(~found.may)
    almost = no[smallest_for(node, firms, no).slots >= 0]
    plain = np.setdiff1d(no, almost, assume_unique=True)
    places = {"yes": np.flatnonzero(found.yes), "almost": almost, "unknown": np.flatnonzero(found.unknown), "no": plain}
    covered = bool(set(attributes_of(node)) & set(closed))
    named = {} if covered else _named([firms.table.firms[rows[:SAMPLE]].tolist() for rows in places.values()])
    return [
        Count(
            outcome,
            None if covered and 0 < len(rows) < FEW else len(rows),
            [named[firm] for firm in firms.table.firms[rows[:SAMPLE]].tolist() if firm in named],
        )
        for outcome, rows in places.items()
    ]


def _named(keys: list[list[int]]) -> dict[int, Enterprise]:
    return Enterprise.objects.in_bulk([key for some in keys for key in some])
