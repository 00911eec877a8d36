"""`tables()`: the SLA tables and ladders as the database has them now, held per process until they change."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.deadlines.models import LadderRung, SlaChoice, SlaRule, TablesVersion


@dataclass(frozen=True)
class Tables:
    """All of them are a few dozen rows; whoever reads them must not change them."""

    rules: Sequence[SlaRule]
    choices: Sequence[SlaChoice]
    rungs: Sequence[LadderRung]

    def ladder(self, obligor_kind: str) -> list[LadderRung]:
        """The rungs of one kind of obligor, in order."""
        return [rung for rung in self.rungs if rung.obligor_kind == obligor_kind]


_held: tuple[UUID, Tables] | None = None  # tuples are replaced whole, so threads need no lock
_request = threading.local()


def tables() -> Tables:
    """Read anew only when the version's token has changed: one small query, and one only per web request.

    A trigger changes the token in the transaction that changes a row, so a rollback takes it back as well.
    """
    global _held
    seen: Tables | None = getattr(_request, "tables", None)
    if seen is not None:
        return seen
    token = TablesVersion.objects.values_list("token", flat=True).get()
    held = _held
    if held is None or held[0] != token:
        held = _held = (token, read())
    if getattr(_request, "running", False):
        _request.tables = held[1]
    return held[1]


def read() -> Tables:
    """From the rows themselves."""
    return Tables(
        tuple(SlaRule.objects.select_related("table")),
        tuple(SlaChoice.objects.select_related("table")),
        tuple(LadderRung.objects.order_by("obligor_kind", "number")),
    )


def begin_request(**kwargs: Any) -> None:
    _request.running, _request.tables = True, None


def end_request(**kwargs: Any) -> None:
    _request.running, _request.tables = False, None


def look_again() -> None:
    """Whoever changes the tables within a web request sees his change from here on, also after a rollback."""
    end_request()
