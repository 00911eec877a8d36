"""`tables()`: the SLA tables and ladders as the database has them now, held per process until they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from portal.deadlines.models import LadderRung, SlaChoice, SlaRule, TablesVersion
from portal.worktime.held import Held


@dataclass(frozen=True)
class Tables:
    """All of them are a few dozen rows; whoever reads them must not change them."""

    rules: Sequence[SlaRule]
    choices: Sequence[SlaChoice]
    rungs: Sequence[LadderRung]

    def ladder(self, obligor_kind: str) -> list[LadderRung]:
        """The rungs of one kind of obligor, in order."""
        return [rung for rung in self.rungs if rung.obligor_kind == obligor_kind]


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
    )


TABLES = Held(token, read)
