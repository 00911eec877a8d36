"""What is known of a firm, what is stale and what is missing, with since when and whose word is waited for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db import connection
from django.utils import timezone

from portal.worktime import clock

from ..models import Enterprise
from .catalogue import TOWN, Attribute, Catalogue
from .values import Held, Known, of_firm

DIFFERS = "口径不一致"  # in the source of a value of which another source says otherwise


def differing(source: str, resource: str) -> str:
    """The source of a value of which that resource says otherwise of the same day."""
    return f"{source}（与{resource}{DIFFERS}）"


def who_differs(source: str) -> tuple[str, str]:
    """Whose word a value is, and which resource says otherwise; that is empty where none does."""
    name, marked, other = source.removesuffix(f"{DIFFERS}）").partition("（与")
    return (name, other) if marked and source.endswith(f"{DIFFERS}）") else (source, "")


class Is(StrEnum):
    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class State:
    """One attribute of a firm. `since`: the day it is true for; of a stale one, from which day on it was overdue."""

    attribute: Attribute
    state: Is
    held: Held | None = None
    since: date | None = None

    @property
    def owed_by(self) -> str:
        """The line, or the firm itself, whose word is waited for."""
        return self.attribute.source


def stale_since(attribute: Attribute, held: Held | None, day: date) -> date | None:
    """From which day on the value was older than the attribute allows; None while it is fresh or never ages."""
    if held is None or held.as_of is None or attribute.fresh_days is None:
        return None
    overdue = held.as_of + timedelta(attribute.fresh_days + 1)
    return overdue if overdue <= day else None


def state_of(
    firm: Enterprise, *, day: date | None = None, known: Known | None = None, catalogue: Catalogue = TOWN
) -> list[State]:
    """Every attribute of the catalogue, in its order; give `known` where it was read already (three queries)."""
    day = day or timezone.localdate(clock.now())
    known = of_firm(firm, catalogue) if known is None else known
    return [_state(attribute, known.get(attribute.code), day) for attribute in catalogue]


def _state(attribute: Attribute, held: Held | None, day: date) -> State:
    if held is None:
        return State(attribute, Is.MISSING)
    overdue = stale_since(attribute, held, day)
    return State(attribute, Is.STALE, held, overdue) if overdue else State(attribute, Is.FRESH, held, held.as_of)


# Of all firms -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reach:
    """Of how many firms an attribute is known, of how many of those too old; of `firms` there are."""

    attribute: Attribute
    known: int
    stale: int
    firms: int


REACH = """SELECT s.slot, count(*), count(*) FILTER (WHERE o.days[s.slot] < s.oldest)
    FROM enterprises_firmorigins o, unnest(%s::int[], %s::bigint[]) s(slot, oldest)
    WHERE o.sources[s.slot] <> 0 GROUP BY s.slot"""
DISAGREEING = """SELECT enterprise_id FROM enterprises_firmorigins o
    WHERE o.sources[%s] IN (SELECT id FROM enterprises_word WHERE text LIKE %s) ORDER BY 1"""


def reach(attributes: Collection[Attribute], day: date) -> list[Reach]:
    """Two queries for any number of attributes."""
    oldest = [day.toordinal() - one.fresh_days if one.fresh_days is not None else 0 for one in attributes]
    with connection.cursor() as cursor:
        cursor.execute(REACH, [[one.slot for one in attributes], oldest])
        found = {slot: (known, stale) for slot, known, stale in cursor.fetchall()}
    firms = Enterprise.objects.count()
    return [Reach(one, *found.get(one.slot, (0, 0)), firms) for one in attributes]


def disagreeing(attribute: Attribute) -> list[int]:
    """The firms of which two sources say different things for the same day, by their keys."""
    with connection.cursor() as cursor:
        cursor.execute(DISAGREEING, [attribute.slot, "%" + DIFFERS + "%"])
        return [firm for (firm,) in cursor.fetchall()]
