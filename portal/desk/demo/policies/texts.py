"""The demo town's policies as they are written in the TOML files beside this module (POL-1).

A clause inherits from its policy what it does not name itself (`INHERITED`), as real documents say it once for all
their clauses. An earlier version names only what differed from the one after it; `PolicyText.versions` makes each
whole. Dates are written as for `WRITTEN_FOR`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WRITTEN_FOR = date(2026, 11, 22)
EXCLUSIONS = "exclusions"
MATERIAL = {"name": "", "attribute": "", "required": True, "note": ""}
INHERITED = (
    "support",
    "way",
    "universal",
    "window",
    "procedure",
    "materials",
    "reviewers",
    "publicity_days",
    "claim_url",
)


@dataclass(frozen=True)
class ClauseText:
    """One clause: the fields of `policies.models.ClauseVersion`; departments by their short names."""

    number: int
    title: str
    support: str
    conditions: str
    benefit: str
    way: str
    title_en: str = ""
    tree: Any = None
    formula: Any = None
    universal: bool = True
    materials: Sequence[Mapping[str, Any]] = ()
    procedure: str = ""
    window: str = ""
    reviewers: Sequence[str] = ()
    publicity_days: int = 5
    claim_url: str = ""

    @property
    def elements(self) -> dict[str, Any]:
        """All that stands in columns of its own, by their names; without the number and the reviewers."""
        named = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in named.items() if name not in ("number", "reviewers")}


@dataclass(frozen=True)
class VersionText:
    """A version as it stood, whole: `elements` are the fields of `policies.models.PolicyVersion`."""

    number: int
    effective_on: date
    note: str
    elements: Mapping[str, Any]
    clauses: Sequence[ClauseText]


@dataclass(frozen=True)
class PolicyText:
    """A policy as it stands, and its earlier versions, oldest first."""

    code: str
    department: str
    clauses: Sequence[ClauseText]
    title: str
    title_en: str
    issuer: str
    level: str
    valid_from: date
    object: str
    summary: str
    summary_en: str
    theme: str = ""  # the file it stands in
    document_number: str = ""
    issued_on: date | None = None
    valid_to: date | None = None
    area: str = "沙溪镇"
    industries: Sequence[str] = ()
    basis: str = ""
    interpretation: str = ""
    keywords: Sequence[str] = ()
    contact_name: str = ""
    contact_phone: str = ""
    office: str = ""
    source_url: str = ""
    note: str = ""
    effective_on: date | None = None  # of the version that is in force; else the day from which the policy holds
    follows: str = ""
    ended_for: str = ""
    state: str = "in_force"  # or draft, review, scheduled: then nobody outside has read it yet
    former: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def elements(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ELEMENTS}

    def versions(self) -> list[VersionText]:
        """Every version whole, oldest first; the last is the one written at the top."""
        number, effective_on = len(self.former) + 1, self.effective_on or self.valid_from
        made = [VersionText(number, effective_on, self.note, self.elements, self.clauses)]
        for given in reversed(self.former):
            made.insert(0, _before(made[0], given))
        return made


ELEMENTS = (
    "title",
    "title_en",
    "document_number",
    "issuer",
    "level",
    "issued_on",
    "valid_from",
    "valid_to",
    "object",
    "area",
    "industries",
    "basis",
    "summary",
    "summary_en",
    "interpretation",
    "keywords",
    "contact_name",
    "contact_phone",
    "office",
    "source_url",
)


@cache
def policies() -> tuple[PolicyText, ...]:
    """All policies, by file and in the order written."""
    files = sorted(file for file in HERE.glob("*.toml") if file.stem != EXCLUSIONS)
    return tuple(_policy(row, file.stem) for file in files for row in _rows(file, "policy"))


def exclusions() -> list[dict[str, Any]]:
    """What cannot be had together: name, basis, rule, cap, clauses as `code/number`."""
    file = HERE / f"{EXCLUSIONS}.toml"
    return _rows(file, "exclusion") if file.exists() else []


def _rows(file: Path, name: str) -> list[dict[str, Any]]:
    with file.open("rb") as opened:
        return list(tomllib.load(opened).get(name, []))


def _policy(row: Mapping[str, Any], theme: str) -> PolicyText:
    inherited = _read({name: row[name] for name in INHERITED if name in row})
    own = {name: value for name, value in row.items() if name not in INHERITED and name != "clause"}
    clauses = [ClauseText(**inherited | _read(clause)) for clause in row["clause"]]
    return PolicyText(**own | {"theme": theme, "clauses": clauses})


def _read(clause: Mapping[str, Any]) -> dict[str, Any]:
    """The clause with its tree and formula read, and its materials with all their keys."""
    made = dict(clause)
    if "materials" in made:
        made["materials"] = [MATERIAL | one for one in made["materials"]]
    for name in ("tree", "formula"):
        if isinstance(made.get(name), str):
            made[name] = json.loads(made[name]) if made[name] else None  # "": the earlier version had none
    return made


def _before(after: VersionText, given: Mapping[str, Any]) -> VersionText:
    """The version before `after`: `given` are the elements that differed, and its number, day and note.

    `clauses` name by number what differed in each; `without` lists the clauses that came only with `after`.
    """
    known = {clause.number: clause for clause in after.clauses if clause.number not in given.get("without", ())}
    for changed in given.get("clauses", ()):
        kept = known.get(changed["number"])
        read = _read(changed)
        known[changed["number"]] = replace(kept, **read) if kept else ClauseText(**read)
    changes = {name: value for name, value in given.items() if name in ELEMENTS}
    clauses = [known[number] for number in sorted(known)]
    return VersionText(given["number"], given["effective_on"], given["note"], {**after.elements, **changes}, clauses)
