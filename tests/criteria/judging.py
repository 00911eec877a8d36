"""Both evaluators asked at once: what they say, which must be the same."""

from datetime import date
from decimal import Decimal

import numpy as np

from enterprises.attributes.catalogue import TOWN, Kind
from enterprises.attributes.tables import Table
from enterprises.attributes.values import Held
from enterprises.criteria import all as every
from enterprises.criteria import one
from enterprises.criteria.check import checked
from enterprises.measures import kept
from enterprises.models import UNKNOWN

DAY = date(2026, 11, 22)
AS_OF = date(2026, 6, 30)


def known(values):
    """`Held` values of numbers, days, texts and booleans as they are written in a test.

    The complete registers have been delivered, so what is not named of them is the zero that was computed.
    """
    found = {one.code: Held(one.zero, one.source, AS_OF) for one in TOWN if one.zero_if_delivered}
    for code, value in values.items():
        kind = TOWN[code].kind
        if kind == Kind.NUMBER:
            value = Decimal(str(value))
        found[code] = Held(date.fromisoformat(value) if kind == Kind.DATE else value, "统计", AS_OF)
    return found


def table(firms, catalogue=TOWN):
    words = {one.value for firm in firms for one in firm.values() if isinstance(one.value, str)}
    numbers = {word: number for number, word in enumerate(sorted(words), 1)}
    columns = {
        a.code: np.array(
            [kept(a, firm[a.code].value, numbers) if a.code in firm else UNKNOWN for firm in firms], np.int64
        )
        for a in catalogue
    }
    return Table(np.arange(1, len(firms) + 1), columns, numbers)


def judged(tree, values, day=DAY):
    """True, False or None (unknown); fails where the two differ or the tree is at fault."""
    node, faults = checked(tree)
    assert not faults, list(map(str, faults))
    firm = known(values)
    found = every.Firms(table([firm]), day.toordinal()).find(node)
    alone = one.outcome(node, firm, day)
    assert alone is (True if found.yes[0] else None if found.may[0] else False), (alone, found)
    return alone
