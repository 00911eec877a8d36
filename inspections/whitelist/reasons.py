"""Why a firm is proposed or removed: what a criterion saw of it, kept as values and told in words when it is read.

Kept are the values with source and day, never sentences: so each reader is told in his language, and what he may not
see stays unsaid (SEC-11), however long ago it was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from enterprises.attributes.catalogue import TOWN, Attribute, Kind, Plain
from enterprises.attributes.values import Held, Known
from enterprises.criteria.language import Not
from enterprises.criteria.one import Finding, evaluate
from enterprises.criteria.reading import parse
from enterprises.criteria.words import explained

Seen = dict[str, Any]  # {"attribute", "value", "source", "day"}


@dataclass(frozen=True)
class Line:
    """One node of the criterion in words; `good`: whether it speaks for the whole; None: it could not be told."""

    depth: int
    good: bool | None
    words: str


def kept(leaves: Iterable[Finding]) -> list[Seen]:
    """What these leaves saw, each attribute once."""
    pairs = [pair for leaf in leaves for pair in leaf.seen]
    return [_row(attribute, held) for attribute, held in dict(pairs).items() if held is not None]


def _row(attribute: Attribute, held: Held) -> Seen:
    day = held.as_of.isoformat() if held.as_of else ""
    return {"attribute": attribute.code, "value": _written(held.value), "source": held.source, "day": day}


def _written(value: Plain) -> str | bool:
    if isinstance(value, bool):
        return value
    return f"{value:f}" if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value


def known_then(rows: Iterable[Mapping[str, Any]]) -> Known:
    """The values as they were kept; an attribute that the catalogue has no more is left out."""
    return {
        row["attribute"]: Held(
            _read(TOWN[row["attribute"]], row["value"]),
            row["source"],
            date.fromisoformat(row["day"]) if row["day"] else None,
        )
        for row in rows
        if row["attribute"] in TOWN
    }


def _read(attribute: Attribute, value: str | bool) -> Plain:
    if attribute.kind == Kind.NUMBER:
        return Decimal(str(value))
    return date.fromisoformat(str(value)) if attribute.kind == Kind.DATE else value


def lines(tree: Any, rows: Iterable[Mapping[str, Any]], day: date, hidden: Collection[str]) -> list[Line]:
    """The criterion as it came out then, node by node, for a reader from whom `hidden` stays unsaid."""
    finding = evaluate(parse(tree), known_then(rows), day)
    return told(finding, hidden)


def told(finding: Finding, hidden: Collection[str], day: date | None = None) -> list[Line]:
    """What stands below a “not” speaks for the firm where it does not hold."""
    found, nots = [], list[int]()
    for depth, part, words in explained(finding, hidden, day=day):
        nots = [above for above in nots if above < depth]
        good = part.outcome if part.outcome is None or len(nots) % 2 == 0 else not part.outcome
        found.append(Line(depth, good, words))
        if isinstance(part.node, Not):
            nots.append(depth)
    return found


def deciding(finding: Finding, want: bool = True) -> Iterator[Finding]:
    """The leaves that make it come out as `want`: under a “not” those that come out the other way."""
    if finding.outcome is not want:
        return
    if not finding.parts:
        yield finding
        return
    inner = not want if isinstance(finding.node, Not) else want
    for part in finding.parts:
        yield from deciding(part, inner)
