"""What takes a firm off the list by itself (INS-1): the criterion of removal, asked of the facts as they come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from enterprises.attributes.values import of_firm, of_firms
from enterprises.criteria.one import evaluate
from enterprises.criteria.reading import parse
from enterprises.models import Enterprise, Outcome
from portal.worktime.words import local_day

from ..models import Entry
from . import criteria, reasons, stages


def among(firms: Collection[int], day: date) -> set[int]:
    """Which of these firms meet the criterion today, asked of the values themselves; five queries for any number."""
    criterion = criteria.incident()
    if criterion is None or criterion.current is None:
        return set()
    node = parse(criterion.current.tree)
    return {firm for firm, known in of_firms(list(firms)).items() if evaluate(node, known, day).outcome}


def met(firm: Enterprise, at: datetime) -> dict[str, Any] | None:
    """What an entry keeps of the incident; None where there is none."""
    criterion, day = criteria.incident(), local_day(at)
    if criterion is None or criterion.current is None:
        return None
    found = list(reasons.deciding(evaluate(parse(criterion.current.tree), of_firm(firm), day)))
    if not found:
        return None
    return {"version": criterion.current.pk, "day": day.isoformat(), "seen": reasons.kept(found)}


def answered(entry: Entry, seen: list[reasons.Seen]) -> bool:
    """Whether an appeal that was upheld has answered each of these values."""
    pardoned = {
        (row["attribute"], str(row["value"]))
        for appeal in entry.appeals.filter(upheld=True)
        for row in appeal.incident.get("seen", ())
    }
    return bool(seen) and all((row["attribute"], str(row["value"])) in pardoned for row in seen)


def struck(at: datetime) -> QuerySet[Entry]:
    """Standing entries of firms whose stored outcome is yes; those that an appeal has answered are looked at again
    each time and left alone, they are few.
    """
    yes = Outcome.objects.filter(
        criterion__code=criteria.INCIDENT, criterion__retired_at=None, outcome=Outcome.Is.YES
    ).order_by()
    listed = Entry.objects.filter(status=stages.LISTED, enterprise__in=yes.values("enterprise_id"))
    return listed.order_by("term_from", "pk")
