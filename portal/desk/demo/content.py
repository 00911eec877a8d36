"""The written content of the demo town, read from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OUT_OF_SCOPE = "out-of-scope"

Turn = tuple[str, str]


@dataclass(frozen=True)
class Matter:
    """One kind of trouble as a firm writes it, and what is said about it until it is closed.

    Texts hold slots in braces (`slots.Slots`). `item` names the list item under which it is rejected (APP-6).
    """

    category: str
    title: str
    text: str
    kind: str
    urgency: str = "ordinary"
    complexity: str = ""
    lead: str = ""
    co: Sequence[str] = ()
    months: Sequence[int] = ()
    firms: Sequence[str] = ()
    vary: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    contact: str = ""
    talk: Sequence[Turn] = ()
    note: str = ""
    result: str = "solved"
    reply: str = ""
    written: str = ""
    confirm: str = ""
    revisit: str = ""
    rating: int = 5
    ask: str = ""
    answer: str = ""
    dispute: str = ""
    rework: str = ""
    unhappy: str = ""
    second: str = ""
    withdraw: str = ""
    files: Sequence[str] = ()
    item: str = ""
    reason: str = ""

    @property
    def joined_by(self) -> Sequence[str]:
        """Departments that may take a part; none where the answer is that it cannot be met."""
        return () if self.result == "cannot" else self.co

    def fits_firm(self, industry: str) -> bool:
        """Whether a firm of this class (`C3484`) may have the matter; `firms` are heads of class codes."""
        return not self.firms or industry.startswith(tuple(self.firms))

    def fits_month(self, month: int) -> bool:
        return not self.months or month in self.months


@cache
def matters() -> tuple[Matter, ...]:
    """All matters in scope, in the order of their files."""
    files = sorted((HERE / "matters").glob("*.toml"))
    return tuple(m for file in files if file.stem != OUT_OF_SCOPE for m in _read(file))


@cache
def out_of_scope() -> tuple[Matter, ...]:
    """Matters that are rejected with an item of the non-acceptance list (APP-6)."""
    return tuple(_read(HERE / "matters" / f"{OUT_OF_SCOPE}.toml"))


def table(name: str) -> dict[str, Any]:
    """One file of the town: `departments`, `partners`, `officials` or `words`."""
    with (HERE / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _read(file: Path) -> list[Matter]:
    with file.open("rb") as opened:
        rows = tomllib.load(opened)["matter"]
    return [Matter(**{"category": file.stem} | row) for row in rows]
