"""What a firm has to bring (POL-5): only what the data do not say, or say by its own word alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from enterprises.attributes.values import Known
from policies.claims.facts import held_of
from policies.models import ClauseVersion

ALWAYS, UNKNOWN, DECLARED = "always", "unknown", "declared"


@dataclass(frozen=True)
class Material:
    """One line of a clause's materials; `why`: no attribute stands for it, it is unknown, or only self-declared."""

    name: str
    attribute: str
    required: bool
    note: str
    why: str


def needed(clause: ClauseVersion, known: Known, declared: Collection[str] = ()) -> list[Material]:
    """The materials still to be brought where `known` is known, `declared` of it by the firm's own word alone."""
    found = []
    for line in clause.materials:
        attribute = line.get("attribute") or ""
        why = _why(attribute, known, declared)
        if why:
            required = bool(line.get("required", True))
            found.append(Material(line["name"], attribute, required, line.get("note") or "", why))
    return found


def _why(attribute: str, known: Known, declared: Collection[str]) -> str:
    """Empty where the data stand for it."""
    if not attribute:
        return ALWAYS
    if held_of(known, attribute) is None:
        return UNKNOWN
    return DECLARED if attribute in declared else ""
