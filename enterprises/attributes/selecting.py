"""From a definition and some days, the SQL that finds its values: rows of firm, number of the day, number of the
definition, value as it is kept, day it is true for (as its ordinal), and delivery; all whole numbers, none NULL.

What a period is, is decided in `windows`; SQL only compares days. A fact that says nothing is no fact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ..measures import LARGEST, Kind
from .definitions import NEWEST, REGISTER, WINDOWED, Definition, How
from .windows import MONTHS, months_before, periods_in, started, window

FROM_IDENTITY = -1  # instead of a delivery: the firm's own row said so


@dataclass(frozen=True)
class Source:
    """A resource as it stands. `delivered`: the day of its line's last delivery, `batch` that delivery; `periods`:
    those of which anything was delivered, where that matters."""

    pk: int
    name: str
    per: str
    complete: bool
    line: str
    places: Mapping[str, int]
    kinds: Mapping[str, Kind]
    delivered: date | None = None
    batch: int = 0
    periods: Sequence[date] = field(default=())

    def window(self, when: str, day: date, after: date) -> tuple[date, date] | None:
        if when != "delivered":
            return window(when, after)
        first = max((period for period in self.periods if period <= day), default=None)
        if first is None:
            return None
        return window(self.per, first) if self.per in MONTHS else (first, first + timedelta(1))

    def has(self, start: date, stop: date) -> bool:
        """Whether the line has delivered every period of the window."""
        return set(periods_in(self.per, start, stop)) <= set(self.periods)


Statement = tuple[str, list[Any]]

IDENTITY_SQL = {
    "established_on": "e.established_on - date '0001-01-01' + 1",
    "registered_capital": "(e.registered_capital * 1000000)::bigint",  # 万元 as 分
}
IDENTITY_WORDS = {
    "registered_province": "substr(e.uscc, 3, 2)",
    "registered_city": "substr(e.uscc, 3, 4)",
    "firm_kind": "e.kind",
    "registration_status": "e.status",
    "place": "(SELECT p.code FROM enterprises_place p WHERE p.id = e.place_id)",
    "industry_section": "(SELECT i.section FROM enterprises_industry i WHERE i.id = e.industry_id)",
    "industry_class": "(SELECT i.code FROM enterprises_industry i WHERE i.id = e.industry_id AND length(i.code) = 4)",
}
BATCH = f"coalesce(batch, {FROM_IDENTITY})::bigint"
FACTS = "enterprises_fact f JOIN firms ON firms.id = f.enterprise_id"


@dataclass(frozen=True)
class Days:
    """The days asked about; `after` each: what began before it has begun or ended, seen from then. The day itself as a
    rule, its morrow where a period that ends with the day counts as ended."""

    each: Sequence[date]
    after: Sequence[date]

    def __len__(self) -> int:
        return len(self.each)

    def windows(self, source: Source, when: str) -> list[tuple[date, date] | None]:
        """First day of each day's window, and the day after its last."""
        return [source.window(when, day, after) for day, after in zip(self.each, self.after, strict=True)]


def statement(
    number: int, one: Definition, source: Source | None, days: Days, levels: Sequence[int]
) -> Statement | None:
    """None where nothing can be found; `levels`: the numbers of the attribute's choices, in rising order."""
    if one.how == How.IDENTITY:
        return _identity(number, one, days)
    if source is None or any(column not in source.places for column in one.columns):
        return None
    if one.how in WINDOWED:
        return _windowed(number, one, source, days)
    if one.how in NEWEST:
        return _newest(number, one, source, days)
    assert one.how in REGISTER
    return _register(number, one, source, days, levels)


def _identity(number: int, one: Definition, days: Days) -> Statement:
    name = one.column
    words = f"JOIN enterprises_word w ON w.text = {IDENTITY_WORDS[name]}" if name in IDENTITY_WORDS else ""
    value = "w.id" if words else IDENTITY_SQL[name]
    return (
        f"SELECT e.id, d.n, {number}::bigint, {value}::bigint, 0::bigint, {FROM_IDENTITY}::bigint"
        f" FROM unnest(%s::bigint[]) d(n), enterprises_enterprise e JOIN firms ON firms.id = e.id {words}"
        f" WHERE {value} IS NOT NULL",
        [list(range(len(days)))],
    )


def _windowed(number: int, one: Definition, source: Source, days: Days) -> Statement | None:
    """The sum over a window, where each of its periods says something; of a complete register the others are zero."""
    found = [(n, span) for n, span in enumerate(days.windows(source, one.when)) if span]
    if source.complete:  # what is missing is no zero before the line has delivered the period
        found = [(n, span) for n, span in found if source.has(*span)]
    if not found:
        return None
    value, said = _value(one, source)
    needed = len(periods_in(source.per, *found[0][1]))
    there = "" if source.complete else f"HAVING count(DISTINCT f.period) = {needed}"
    last = _day("d.stop - 1", source)
    grouped = f"SELECT f.enterprise_id, d.n, {value} AS value, {last} AS day, {_batch(one, source)} AS batch"
    return (
        f"SELECT enterprise_id, n, {number}::bigint, value::bigint, day, {BATCH} FROM ({grouped}"
        " FROM unnest(%s::bigint[], %s::date[], %s::date[]) d(n, start, stop)"
        f" JOIN ({FACTS}) ON f.resource_id = {source.pk} AND f.period >= d.start AND f.period < d.stop"
        f" WHERE {said} GROUP BY f.enterprise_id, d.n, d.stop {there}) g WHERE {_fits('value')}",
        [[n for n, _ in found], [span[0] for _, span in found], [span[1] for _, span in found]],
    )


def _newest(number: int, one: Definition, source: Source, days: Days) -> Statement:
    """The newest period that has ended (or begun) and says something; `before`: what was said for a year earlier."""
    begun = one.when == "begun" or source.per not in MONTHS
    stops = [day + timedelta(1) for day in days.each] if begun else [started(source.per, day) for day in days.after]
    value, said = _value(one, source)
    facts = f"enterprises_fact f WHERE f.enterprise_id = firms.id AND f.resource_id = {source.pk} AND {said}"
    inner = f"SELECT {value} AS value, f.period, {_batch(one, source)} AS batch FROM {facts}"
    newest = f"LATERAL ({inner} AND f.period < d.stop GROUP BY f.period ORDER BY f.period DESC LIMIT 1) l"
    if one.how == How.BEFORE:
        earlier = f"{inner} AND f.period = (l.period - interval '1 year')::date GROUP BY f.period"
        newest = f"{newest} CROSS JOIN LATERAL ({earlier}) b"
    row = "b" if one.how == How.BEFORE else "l"
    months = MONTHS.get(source.per, 0)
    last = f"({row}.period + interval '{months} months')::date - 1" if months else f"{row}.period"
    return (
        f"SELECT firms.id, d.n, {number}::bigint, {row}.value::bigint, {_day(last, source)}, {_or_none(row)}"
        f" FROM unnest(%s::bigint[], %s::date[]) d(n, stop) CROSS JOIN firms CROSS JOIN {newest}"
        f" WHERE {_fits(f'{row}.value')}",
        [list(range(len(days))), stops],
    )


def _register(number: int, one: Definition, source: Source, days: Days, levels: Sequence[int]) -> Statement:
    """What the rows that hold on the day come to."""
    conditions, parameters = _holding(one, source)
    place = f"f.values[{source.places[one.column]}]" if one.column else ""
    ranks = f"ARRAY[{', '.join(map(str, levels))}]::bigint[]"
    value = {
        How.COUNT: "count(*)",
        How.ANY: "1",
        How.BEST: f"({ranks})[max(array_position({ranks}, {place}))]",
        How.LAST: f"max({place})",
        How.TOTAL: f"sum({place})",
    }[one.how]
    known_on = (source.delivered or date.max).toordinal()
    back = [months_before(day, one.within or 0).toordinal() for day in days.each]
    batch = "max((SELECT max(b) FROM unnest(f.deliveries) b))"
    grouped = f"SELECT f.enterprise_id, d.n, d.day, {value} AS value, {batch} AS batch"
    return (
        f"SELECT enterprise_id, n, {number}::bigint, value::bigint, least(day, {known_on})::bigint, {BATCH}"
        f" FROM ({grouped} FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) d(n, day, back)"
        f" JOIN ({FACTS}) ON f.resource_id = {source.pk} WHERE {' AND '.join(conditions)}"
        f" GROUP BY f.enterprise_id, d.n, d.day) g WHERE {_fits('value')}",
        [list(range(len(days))), [day.toordinal() for day in days.each], back, *parameters],
    )


def _holding(one: Definition, source: Source) -> tuple[list[str], list[Any]]:
    def place(column: str) -> str:
        return f"f.values[{source.places[column]}]"

    conditions, parameters = ["array_remove(f.values, NULL) <> '{}'"], []
    if one.since and one.within:
        conditions.append(f"{place(one.since)} > d.back AND {place(one.since)} <= d.day")
    elif one.since:
        conditions.append(f"coalesce({place(one.since)}, 0) <= d.day")
    if one.until:
        conditions.append(f"coalesce({place(one.until)}, d.day) >= d.day")
    if one.ended:
        conditions.append(f"coalesce({place(one.ended)}, d.day + 1) > d.day")
    if one.where:
        conditions.append(f"{place(one.where[0])} IN (SELECT id FROM enterprises_word WHERE text = ANY(%s))")
        parameters.append(list(one.where[1]))
    return conditions, parameters


def _value(one: Definition, source: Source) -> tuple[str, str]:
    """The value of the rows of one period (of several items together), and that they say something."""
    if one.how == How.LISTED:
        return "1", "array_remove(f.values, NULL) <> '{}'"
    place = f"f.values[{source.places[one.column]}]"
    return (f"sum({place})" if source.kinds[one.column] == Kind.NUMBER else f"max({place})"), f"{place} IS NOT NULL"


def _batch(one: Definition, source: Source) -> str:
    if one.how == How.LISTED:
        return "max((SELECT max(b) FROM unnest(f.deliveries) b))"
    return f"max(f.deliveries[{source.places[one.column]}])"


def _day(last: str, source: Source) -> str:
    """The last day of the period as an ordinal; of one that goes on, the day of the line's last delivery."""
    known_on = (source.delivered or date.max).isoformat()
    return f"(least({last}, date '{known_on}') - date '0001-01-01' + 1)::bigint"


def _or_none(row: str) -> str:
    return BATCH.replace("batch", f"{row}.batch")


def _fits(value: str) -> str:
    return f"{value} > -{LARGEST} AND {value} < {LARGEST}"
