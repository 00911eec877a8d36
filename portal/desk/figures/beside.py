"""What is overdue beside tickets: claims, services, visits, inspections (SUP-2, DL-6). One query for all sorts.

The keys of all late clocks are read at once, which even in a bad year are hundreds; a page loads what it shows of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import F, IntegerField, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.deadlines.held import tables
from portal.deadlines.ladders import first_telling
from portal.deadlines.obligations import Obligation, ObligorKind
from portal.desk.figures.picture import Figure
from portal.desk.limits.words import told_words
from portal.desk.mine.owed import Row, shown
from portal.desk.sorts import SORTS, Sort
from portal.people.models import Department, User
from requests import lateness

SILENT = ("board",)  # where only tickets are shown (SUP-1)
NONE = "none"  # nobody has been told yet
DIMENSIONS = ("what", "who", "late", "rung")


class Late(NamedTuple):
    """One late clock: which, what is owed by whom, since when, how many rungs it has climbed."""

    sort: int
    pk: int
    what: str
    kind: str
    department: int | None
    due_at: datetime
    rung: int

    @property
    def who(self) -> str:
        """A department's key, else the kind of who owes."""
        return str(self.department) if self.kind == ObligorKind.DEPARTMENT else self.kind

    @property
    def level(self) -> str:
        """“department.3”: the last rung that told somebody, whoever owes it “none”. The board is the tickets' alone."""
        told = next((n for n in range(self.rung, 0, -1) if people_of(self.kind, n)), None)
        return f"{self.kind}.{told}" if told else NONE


def people_of(kind: str, number: int) -> list[str]:
    """Whom a rung tells, and the meeting's agenda; without the board."""
    rung = next((one for one in tables().ladder(kind) if one.number == number), None)
    return [code for code in rung.tells if code not in SILENT] if rung else []


@dataclass(frozen=True)
class Item:
    """One row of the table."""

    row: Row
    who: str
    told: str
    unit: str  # the department's short name, else the kind of who owes

    @property
    def deadline(self) -> Any:
        return self.row.deadline


class Beside:
    """What a person reads of it, at an instant; `units` leaves what these departments answer for (None: the town)."""

    def __init__(self, user: User, now: datetime, units: Collection[int] | None, scope: Mapping[str, Any]) -> None:
        self.user, self.now, self.units, self.scope = user, now, units, dict(scope)

    @cached_property
    def all(self) -> list[Late]:
        """The longest overdue first."""
        first, *rest = [_late(number, sort, self.user, self.now, self.units) for number, sort in enumerate(SORTS)]
        return sorted((Late(*values) for values in first.union(*rest, all=True)), key=lambda one: (one.due_at, one.pk))

    @property
    def total(self) -> int:
        return len(self.all)

    @property
    def count(self) -> int:
        """The same for a page that shows nothing else of it: what each of them is stays unread."""
        first, *rest = [_clocks(sort, self.user, self.now, self.units).values("pk") for sort in SORTS]
        found: int = first.union(*rest, all=True).count()
        return found

    @cached_property
    def raised(self) -> list[Late]:
        """Departments' work that has reached the agenda of the next supervision meeting (DL-4, DL-6)."""
        rung = first_telling(ObligorKind.DEPARTMENT, "agenda")
        return [one for one in self.all if rung and one.kind == ObligorKind.DEPARTMENT and one.rung >= rung]

    def chosen(self, query: Mapping[str, str]) -> list[Late]:
        """Those that fit `what`, `who`, `late` and `rung`, as far as they are given; an odd value fits none."""
        tests = {"what": lambda one: one.what, "who": lambda one: one.who, "rung": lambda one: one.level}
        tests["late"] = self._band
        asked = {name: query[name] for name in DIMENSIONS if query.get(name)}
        return [one for one in self.all if all(tests[name](one) == value for name, value in asked.items())]

    def _band(self, one: Late) -> str:
        return next((band for band, before in reversed(self._begins.items()) if one.due_at < before), "0")

    @cached_property
    def _begins(self) -> dict[str, datetime]:
        return lateness.begins(self.now)

    # Figures, each with the way to its list ------------------------------------------------------------------------

    def url(self, **query: str) -> str:
        return f"{reverse('desk:beside-list')}?{urlencode({**self.scope, **query})}".rstrip("?")

    def by_what(self) -> list[Figure]:
        return self._counted("what", lambda one: one.what)

    def by_who(self) -> list[Figure]:
        return self._counted("who", lambda one: one.who)

    def by_band(self) -> list[Figure]:
        """Every band, the longest first."""
        counts = Counter(self._band(one) for one in self.all)
        return [self._figure("late", band, counts[band]) for band in reversed(lateness.BANDS)]

    def by_rung(self) -> list[Figure]:
        """By whom the last rung has told, the highest first."""
        counts = Counter(one.level for one in self.all)

        def place(level: str) -> tuple[bool, str, int]:
            kind, _dot, number = level.partition(".")
            return level == NONE, kind, -int(number or 0)

        return [self._figure("rung", level, counts[level]) for level in sorted(counts, key=place)]

    def _counted(self, dimension: str, key: Callable[[Late], str]) -> list[Figure]:
        counts = Counter(map(key, self.all))
        found = [self._figure(dimension, value, count) for value, count in counts.items()]
        return sorted(found, key=lambda figure: (-figure.count, figure.name))

    def _figure(self, dimension: str, value: str, count: int) -> Figure:
        return Figure(self.name(dimension, value), count, url=self.url(**{dimension: value}), key=value)

    # Words ----------------------------------------------------------------------------------------------------------

    def name(self, dimension: str, value: str) -> str:
        """A value of a dimension in words; an odd one as it is."""
        match dimension:
            case "what":
                return str(Obligation(value).label) if value in Obligation.values else value
            case "who":
                return self._units.get(value, value)
            case "late":
                return str(lateness.BANDS.get(value, value))
        return self._levels.get(value) or _("还没有提醒")

    @cached_property
    def _units(self) -> dict[str, str]:
        named = {str(pk): name for pk, name in Department.objects.values_list("pk", "short_name")}
        return named | {kind.value: str(kind.label) for kind in ObligorKind}

    @cached_property
    def _levels(self) -> dict[str, str]:
        """“受检企业：督查员”; a department's without its kind, as on the tickets' page."""
        found = {}
        for rung in tables().rungs:
            kind = ObligorKind(rung.obligor_kind)
            told = told_words(people_of(kind.value, rung.number))
            if kind != ObligorKind.DEPARTMENT and told != str(kind.label):
                told = _("%(kind)s：%(told)s") % {"kind": kind.label, "told": told}
            found[f"{kind.value}.{rung.number}"] = told
        return found

    # Rows -----------------------------------------------------------------------------------------------------------

    def rows(self, some: Sequence[Late]) -> list[Item]:
        """With all that a row says, in the same order; one query for each sort among them."""
        loaded: dict[tuple[int, int], Any] = {}
        for number in sorted({one.sort for one in some}):
            clocks: Any = SORTS[number].model
            meant = shown(clocks.objects.filter(pk__in=[one.pk for one in some if one.sort == number]))
            loaded |= {(number, clock.pk): clock for clock in meant.select_related("user")}
        return [self._item(one, loaded[one.sort, one.pk]) for one in some if (one.sort, one.pk) in loaded]

    def _item(self, one: Late, clock: Any) -> Item:
        unit = self.name("who", one.who)
        return Item(Row(clock, late=True), clock.user.name if clock.user else unit, self.name("rung", one.level), unit)


def _late(number: int, sort: Sort, user: User, now: datetime, units: Collection[int] | None) -> Any:
    """The late clocks of a sort that he sees, as the values of `Late`."""
    return (
        _clocks(sort, user, now, units)
        .annotate(sort=Value(number, IntegerField()), kind=F("obligor_kind"), rung=F("next_rung") - 1)
        .values_list("sort", "pk", "obligation", "kind", "department", "due_at", "rung")
    )


def _clocks(sort: Sort, user: User, now: datetime, units: Collection[int] | None) -> Any:
    clocks: Any = sort.model
    late = clocks.objects.late(now).filter(subject__in=sort.seen_by(user)).order_by()
    if units is None:
        return late
    unit = Coalesce("department", f"subject__{sort.unit}") if sort.unit else F("department")
    return late.annotate(unit=unit).filter(unit__in=units)
