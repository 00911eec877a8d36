"""A firm's attributes at the end of each of the last months, quarters or years, from the facts that are known now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from portal.worktime import clock

from ..measures import Plain, shown
from ..models import Enterprise, Resource, Word
from .definitions import TOWN_DEFINITIONS, WINDOWED, Definition, Definitions, How
from .gathering import Cells, Found, Gathering
from .windows import ended, last_periods


@dataclass(frozen=True, slots=True)
class Point:
    """What was known of one period, named by its first day; None where nothing was."""

    period: date
    value: Plain | None = None


def history(
    firm: Enterprise,
    asked: Mapping[str, tuple[str, int]],
    *,
    day: date | None = None,
    definitions: Definitions = TOWN_DEFINITIONS,
) -> dict[str, list[Point]]:
    """Of each attribute its last so many periods (`month`, `quarter`, `year`) that ended before `day`, oldest first.

    The same few queries for any number of codes and periods. A month in which a line said nothing is a gap, not the
    month before. Attributes of identity and declared ones have no history and stay empty.
    """
    day = day or timezone.localdate(clock.now())
    periods = {spans: last_periods(*spans, day) for spans in set(asked.values())}
    days = sorted({ended(per, period) for (per, _count), found in periods.items() for period in found})
    dated = sorted(code for code in asked if _has_history(code, definitions))
    gathering = Gathering([firm.pk], days, definitions, ends=True, sourced=False)
    found = gathering.facts(sorted(definitions.needed(dated)))
    cells = {code: gathering.derived(code, found) if code in definitions.derived else found[code] for code in dated}
    texts, places = _texts(cells, definitions), {day: place for place, day in enumerate(days)}
    points = {}
    for code, (per, count) in asked.items():
        own = periods[per, count]
        at = [places[ended(per, period)] for period in own]
        empty = [Point(period) for period in own]
        points[code] = _points(code, cells[code], at, own, texts, definitions) if code in cells else empty
    return points


def natural_periods(codes: Collection[str], definitions: Definitions = TOWN_DEFINITIONS) -> dict[str, str]:
    """By which period each attribute moves: that of its resource, or of what it asks for; registers by the month."""
    resources = {name for code in codes for name in definitions.resources(code)}
    per = dict(Resource.objects.filter(code__in=resources).order_by().values_list("code", "per"))
    return {code: _period_of(code, per, definitions) for code in codes}


def _period_of(code: str, per: Mapping[str, str], definitions: Definitions) -> str:
    operands = definitions.derived[code].operands if code in definitions.derived else (code,)
    found = [one for operand in operands for one in definitions.of(operand) if one.resource]
    if not found:
        return "year"
    first = found[0]
    if first.how in WINDOWED and first.when != "delivered":
        return first.when.partition("-")[0]
    kind = per.get(first.resource, "month")
    return kind if kind in ("month", "quarter", "year") else "month"


def _has_history(code: str, definitions: Definitions) -> bool:
    return code in definitions.derived or any(one.resource for one in definitions.of(code))


def _texts(cells: Found, definitions: Definitions) -> dict[int, str]:
    worded = [column for code, column in cells.items() if definitions.catalogue[code].is_worded]
    numbers = {int(number) for column in worded for number in column.value[column.known]}
    return dict(Word.objects.filter(pk__in=numbers).values_list("pk", "text")) if numbers else {}


def _points(
    code: str,
    cells: Cells,
    at: Sequence[int],
    periods: Sequence[date],
    texts: Mapping[int, str],
    definitions: Definitions,
) -> list[Point]:
    """What stands in the cells at the places `at`, each the end of its period."""
    attribute, own = definitions.catalogue[code], _follows_newest(definitions.of(code), definitions)
    values, days, known = (column[at].tolist() for column in (cells.value, cells.day, cells.known))
    return [
        Point(period, shown(attribute, value, texts) if there and not (own and day < period.toordinal()) else None)
        for period, value, day, there in zip(periods, values, days, known, strict=True)
    ]


def _follows_newest(found: Sequence[Definition], definitions: Definitions) -> bool:
    """Whether it takes the newest there is, which in a gap would be that of an earlier period."""
    roots = [root for one in found for root in (definitions.of(one.operands[0]) if one.operands else (one,))]
    return any(root.how == How.LATEST for root in roots)
