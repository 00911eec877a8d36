"""What attributes come to, reckoned row by row from the table of definitions: slow, plain, without SQL or columns."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import floor

from enterprises.attributes.catalogue import TOWN, Kind
from enterprises.attributes.definitions import TOWN_DEFINITIONS

MONTHS = {"month": 1, "quarter": 3, "year": 12}
Value = int | None


@dataclass
class Row:
    period: date | None
    values: dict[str, int]


@dataclass
class Register:
    """One resource: its rows by firm, and whether its line has delivered."""

    per: str
    complete: bool
    kinds: dict[str, str]
    delivered: bool = True
    rows: dict[int, list[Row]] = field(default_factory=dict)


def end_of(per: str, first: date) -> date:
    if per not in MONTHS:
        return first
    month = first.month + MONTHS[per] - 1
    return date(first.year, month, monthrange(first.year, month)[1])


def months_earlier(day: date, count: int) -> date:
    month = day.year * 12 + day.month - 1 - count
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def asked(when: str, day: date, register: Register) -> tuple[date, date] | None:
    """First and last day of the window."""
    if when == "delivered":
        starts = [row.period for rows in register.rows.values() for row in rows if row.period and row.period <= day]
        return (max(starts), end_of(register.per, max(starts))) if starts else None
    assert when.startswith("year")
    year = day.year - int(when.partition("-")[2] or 0)
    return date(year, 1, 1), date(year, 12, 31)


class Oracle:
    def __init__(self, registers: dict[str, Register], words: dict[str, int]) -> None:
        self.registers, self.words = registers, words

    def value(self, code: str, firm: int, day: date) -> Value:
        found = self.derived(code, firm, day) if code in TOWN_DEFINITIONS.derived else self.ranked(code, firm, day)[0]
        lowest = TOWN[code].lowest
        return None if found is None or (lowest is not None and found < lowest) else found

    def ranked(self, code: str, firm: int, day: date) -> tuple[Value, date | None]:
        """The first fresh of its sources, else the newest."""
        attribute, found = TOWN[code], []
        for one in TOWN_DEFINITIONS.sources[code]:
            if not one.resource:
                continue
            value, last = self.fact(one, firm, day)
            if value is not None and (attribute.lowest is None or value >= attribute.lowest):
                found.append((value, last))
        days = attribute.fresh_days
        fresh = [one for one in found if days is None or one[1] + timedelta(days) >= day]
        return fresh[0] if fresh else max(found, key=lambda one: one[1], default=(None, None))

    def fact(self, one, firm: int, day: date) -> tuple[Value, date]:
        register = self.registers[one.resource]
        rows = [row for row in register.rows.get(firm, []) if row.values]
        zero = self.zero(one.attribute) if register.complete and register.delivered else None
        if one.how in ("at", "listed"):
            return self.windowed(one, register, rows, zero, day)
        if one.how in ("latest", "before"):
            value, last = self.newest(one, register, rows, day)
            return (zero, day) if value is None and zero is not None else (value, last)
        value = self.held(one, [row for row in rows if self.holds(one, row, day)])
        return (zero if value is None else value), day

    def zero(self, code: str) -> Value:
        attribute = TOWN[code]
        if not attribute.zero_if_delivered:
            return None
        return self.words[attribute.choices[0].code] if attribute.kind == Kind.CHOICE else 0

    def windowed(self, one, register: Register, rows: list[Row], zero: Value, day: date) -> tuple[Value, date]:
        span = asked(one.when, day, register)
        if span is None:
            return None, day
        starts, start = [], span[0]
        while start <= span[1]:
            starts.append(start)
            start = end_of(register.per, start) + timedelta(1)
        if register.complete:
            everybody = {row.period for rows in register.rows.values() for row in rows}
            if not set(starts) <= everybody:
                return None, day
        inside = [row for row in rows if row.period in starts]
        if one.how == "listed":
            return (1 if inside else zero), span[1]
        said = [row for row in inside if one.column in row.values]
        if not register.complete and {row.period for row in said} != set(starts):
            return None, day
        return (sum(row.values[one.column] for row in said) if said else zero), span[1]

    def newest(self, one, register: Register, rows: list[Row], day: date) -> tuple[Value, date]:
        begun = one.when == "begun" or register.per not in MONTHS
        said = {}
        for row in rows:
            there = row.period <= day if begun else end_of(register.per, row.period) < day
            if there and one.column in row.values:
                said.setdefault(row.period, []).append(row.values[one.column])
        if not said:
            return None, day
        period = max(said)
        if one.how == "before":
            period = date(period.year - 1, period.month, period.day)
            said = {row.period: [] for row in rows if row.period == period and one.column in row.values}
            for row in rows:
                if row.period == period and one.column in row.values:
                    said[period].append(row.values[one.column])
            if not said:
                return None, day
        values = said[period]
        joined = sum(values) if register.kinds[one.column] == "number" else max(values)
        return joined, end_of(register.per, period)

    def holds(self, one, row: Row, day: date) -> bool:
        today = day.toordinal()
        since, until, ended = (row.values.get(name) if name else None for name in (one.since, one.until, one.ended))
        if one.within and (since is None or date.fromordinal(since) <= months_earlier(day, one.within)):
            return False
        if (since is not None and since > today) or (until is not None and until < today):
            return False
        if ended is not None and ended <= today:
            return False
        return not one.where or row.values.get(one.where[0]) in [self.words[code] for code in one.where[1]]

    def held(self, one, rows: list[Row]) -> Value:
        if one.how == "count":
            return len(rows) or None
        if one.how == "any":
            return 1 if rows else None
        values = [row.values[one.column] for row in rows if one.column in row.values]
        if one.how == "best":
            order = [self.words[level] for level in TOWN[one.attribute].codes]
            known = [value for value in values if value in order]
            return max(known, key=order.index) if known else None
        if not values:
            return None
        return max(values) if one.how == "last" else sum(values)

    def derived(self, code: str, firm: int, day: date) -> Value:
        one = TOWN_DEFINITIONS.derived[code]
        values = [self.value(operand, firm, day) for operand in one.operands]
        if None in values:
            return None
        amounts = [Fraction(value, 10 ** TOWN[c].scale) for value, c in zip(values, one.operands, strict=True)]
        if one.how == "growth":
            quotient = (amounts[0] - amounts[1]) / amounts[1] if amounts[1] > 0 else None
        elif one.how == "share":
            quotient = amounts[0] / sum(amounts) if sum(amounts) > 0 else None
        else:
            quotient = one.times * amounts[0] / amounts[1] if amounts[1] else None
        return None if quotient is None else floor(quotient * 10 ** TOWN[code].scale)
