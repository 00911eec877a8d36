"""`tables()`: the SLA tables and ladders as the database has them now, held per process until they change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.deadlines.models import LadderRung, SlaChoice, SlaRule, TablesVersion
from portal.trail.models import Event
from portal.worktime.held import Held

REVISED = "ladder.revised"  # the event of an edited ladder, with its former steps


@dataclass(frozen=True)
class Tables:
    """All of them are a few dozen rows; whoever reads them must not change them."""

    rules: Sequence[SlaRule]
    choices: Sequence[SlaChoice]
    rungs: Sequence[LadderRung]
    former: Sequence[tuple[datetime, str, Sequence[LadderRung]]] = ()  # until when, whose, what; the last first

    def ladder(self, obligor_kind: str) -> list[LadderRung]:
        """The rungs of one kind of obligor, in order."""
        return [rung for rung in self.rungs if rung.obligor_kind == obligor_kind]

    def rung(self, obligor_kind: str, number: int, at: datetime) -> LadderRung | None:
        """A rung as its ladder stood at `at`, however it was edited since; None where it had none of that number."""
        ladder: Sequence[LadderRung] = self.ladder(obligor_kind)
        for until, kind, rungs in self.former:
            if until <= at:
                break
            ladder = rungs if kind == obligor_kind else ladder
        return next((rung for rung in ladder if rung.number == number), None)


def tables() -> Tables:
    """Read anew only when the version's token has changed: one small query, and one only per web request.

    A trigger changes the token in the transaction that changes a row, so a rollback takes it back as well.
    """
    return TABLES.get()


def token() -> UUID:
    return TablesVersion.objects.values_list("token", flat=True).get()


def read() -> Tables:
    """From the rows themselves."""
    return Tables(
        tuple(SlaRule.objects.select_related("table")),
        tuple(SlaChoice.objects.select_related("table")),
        tuple(LadderRung.objects.order_by("obligor_kind", "number")),
        tuple(_former()),
    )


def _former() -> Iterator[tuple[datetime, str, Sequence[LadderRung]]]:
    """The ladders as they were before each edit: what a rung told is said for years (APP-19)."""
    for event in Event.objects.filter(kind=REVISED).order_by("-at", "-id"):
        kind, steps = event.data["obligor_kind"], event.data["former"]
        told = [
            LadderRung(
                obligor_kind=kind,
                number=number,
                anchor=step["anchor"],
                working_days=step["working_days"],
                tells=list(step["tells"]),
            )
            for number, step in enumerate(steps, 1)
        ]
        yield event.at, kind, told


TABLES = Held(token, read)
