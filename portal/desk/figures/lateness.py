"""The late items by how long, how far their ladder has risen and what was promised; one query beside the picture's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _

from portal.desk.figures.counting import NOWHERE, Bucket, grouped
from portal.desk.figures.measures import Query, late_scope, listed
from portal.desk.figures.picture import Figure, Picture
from requests import lateness
from requests.models import Ticket
from requests.models.ticket import TicketQuerySet

WORST = 10


@dataclass
class Late:
    """One late ticket of the table and the file: by its longest overdue deadline."""

    ticket: Ticket
    rung: str
    promise: str
    now: datetime

    @property
    def late_since(self) -> datetime:
        return self.ticket.late_since

    @property
    def owner(self) -> str:
        """Whose delay it is."""
        return lateness.debtor(self.ticket, self.now)

    @property
    def deadline(self) -> Any:
        wanted = self.ticket.late_deadline
        return next((d for d in self.ticket.open_deadlines if d.pk == wanted), self.ticket.deadline)


class Overdue:
    """What is late at an instant of the tickets that are given; `scope` is the list's filter that leaves just them."""

    def __init__(self, tickets: TicketQuerySet, now: datetime, scope: Query | None = None) -> None:
        self.now, self.scope = now, {**(scope or {}), "overdue": 1}
        self.tickets = tickets.overdue(now)
        self.picture = Picture(self.tickets, now)

    @property
    def total(self) -> int:
        return self.picture.open.total[1]

    @property
    def url(self) -> str:
        return listed(**self.scope)

    # By where it is -------------------------------------------------------------------------------------------------

    def by(self, dimension: str) -> list[Figure]:
        """Late tickets by the department that is late, by category or service area, most first."""
        counts = {
            "department": {pk: tally.late for pk, tally in self.picture.open.departments.items()},
            "category": {key: late for key, (_all, late) in self.picture.open.by("category").items()},
            "area": {key: late for key, (_all, late) in self.picture.open.by("area").items()},
        }[dimension]
        figures = [
            self._figure(self._name(dimension, key), late, late_scope(dimension, key), key)
            for key, late in counts.items()
            if late
        ]
        return sorted(figures, key=lambda figure: (-figure.count, figure.name))

    def _name(self, dimension: str, key: Any) -> str:
        if dimension == "area" and key == NOWHERE:
            return _("不在任何片区")
        if key is None:
            return _("服务中心") if dimension == "department" else _("未分类")
        return str(self.picture.names[dimension].get(key, key))

    def _figure(self, name: str, count: int, query: Query, key: Any) -> Figure:
        return Figure(name, count, url=listed(**{**self.scope, **query}), key=key)

    # By how late it is ----------------------------------------------------------------------------------------------

    @cached_property
    def _counts(self) -> dict[str, Counter]:
        bounds = sorted(lateness.begins(self.now).values())
        sets = [("band",), ("rung",), ("promise",)]
        number = Cast(Coalesce(F("late_rung"), Value(0)), CharField())
        columns = {
            "band": Bucket("late_since", bounds),
            "rung": Concat(F("late_kind"), Value("."), number, output_field=CharField()),
            "promise": F("late_promise"),
        }
        tickets = lateness.with_lateness(self.tickets, self.now)
        found: dict[str, Counter] = {name: Counter() for (name,) in sets}
        for row in grouped(tickets, columns, sets, {"n": "count(*)"}):
            (name,) = sets[row["set"]]
            found[name][row[name]] += row["n"]
        return found

    def by_band(self) -> list[Figure]:
        """How long: the longest overdue first, every band."""
        counts = self._counts["band"]  # 0 is before the earliest bound
        return [
            self._figure(str(name), counts[place], {"late": band}, band)
            for place, (band, name) in enumerate(reversed(lateness.BANDS.items()))
        ]

    def by_rung(self) -> list[Figure]:
        """The rung that fired last, the highest first, departments' before the centre's."""
        found = sorted(self._counts["rung"].items(), key=lambda one: _order(one[0]))
        return [self._figure(self.rung_name(rung), count, {"rung": rung}, rung) for rung, count in found]

    def by_promise(self) -> list[Figure]:
        """Of the departments' items what was promised (DL-5); every state."""
        counts = self._counts["promise"]
        return [
            self._figure(str(name), counts[state], {"promise": state}, state)
            for state, name in lateness.PROMISES.items()
        ]

    @property
    def promised(self) -> int:
        """How many items are a department's and so owe a commitment."""
        return sum(count for state, count in self._counts["promise"].items() if state)

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(lateness.rungs())

    def rung_name(self, rung: str) -> str:
        return self._names.get(rung, rung)

    # One by one -----------------------------------------------------------------------------------------------------

    def items(self, limit: int | None = None) -> Iterator[Late]:
        """The late tickets, the longest overdue first, with everything a row shows."""
        rows = lateness.longest_first(self.tickets, self.now).select_related("place")
        for ticket in rows[:limit] if limit else rows.iterator(chunk_size=500):
            promise = lateness.PROMISES.get(ticket.late_promise, "")
            yield Late(ticket, self.rung_name(f"{ticket.late_kind}.{ticket.late_rung or 0}"), str(promise), self.now)

    @cached_property
    def worst(self) -> list[Late]:
        return list(self.items(WORST))


def _order(rung: str) -> tuple[bool, int]:
    kind, _dot, number = rung.partition(".")
    return kind != "department", -int(number)
