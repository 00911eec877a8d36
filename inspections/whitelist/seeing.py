"""Whether a page shows values of a firm that are not open to everybody: such reading is noted (SEC-3, SEC-11)."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from enterprises.attributes.catalogue import TOWN, Sensitivity

from ..models import Entry


def shown_not_open(codes: Iterable[str], hidden: Collection[str]) -> bool:
    return any(code in TOWN and code not in hidden and TOWN[code].sensitivity != Sensitivity.OPEN for code in codes)


def shows_what_is_not_open(entry: Entry, hidden: Collection[str]) -> bool:
    """What its reasons and its incident keep."""
    rows = [*entry.reasons, *entry.incident.get("seen", ())]
    return shown_not_open((row["attribute"] for row in rows), hidden)
