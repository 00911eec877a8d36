"""What data say of a check before anybody goes there (INS-5): yes, settled; no, a visit; unknown, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce

from enterprises.attributes.catalogue import Attribute
from enterprises.attributes.sight import hidden_from
from enterprises.attributes.values import Known, of_firms
from enterprises.criteria.language import Condition, attributes_of
from enterprises.criteria.one import Finding, evaluate, outcome
from enterprises.criteria.reading import parsed
from enterprises.criteria.words import explained
from enterprises.models import Outcome
from portal.people.models import User

from ...models import Need, Subject
from ...models.needs import NeedQuerySet
from ...needs import stages

YES, UNKNOWN, NO = "yes", "unknown", "no"
KINDS = (stages.SELF_CHOSEN, stages.RANDOM, stages.STATUTORY, stages.CAMPAIGN)  # nobody asked that somebody comes
BY_ROW = {Outcome.Is.YES: YES, Outcome.Is.UNKNOWN: UNKNOWN}


@dataclass(frozen=True)
class Compared:
    """One need and what comparing came to; `lines`: depth, outcome, words, as far as the reader may see values."""

    need: Need
    verdict: str
    lines: tuple[tuple[int, bool | None, str], ...]
    missing: tuple[Attribute, ...]

    @property
    def reasons(self) -> list[str]:
        """The comparisons in words, without the line that only joins them."""
        return [words for depth, _outcome, words in self.lines if depth or len(self.lines) == 1]


def answers(subject: Subject, firms: Sequence[int], day: date) -> dict[int, bool | None]:
    """For each firm whether data settle the subject: None where some are missing. Empty where no data could."""
    node = settling(subject)
    if node is None:
        return {}
    known = of_firms(firms)
    return {firm: outcome(node, known[firm], day) for firm in firms}


def settling(subject: Subject) -> Condition | None:
    """The condition under which no visit is needed, if the subject has one."""
    criterion = subject.settled_by
    if criterion is None or criterion.current is None or criterion.retired_at is not None:
        return None
    return parsed(criterion.current.tree)


def waiting(seen: NeedQuerySet) -> Any:
    """Of these needs those that data might settle, with `stored`: the outcome as it is kept (`Outcome.Is`, 0: no)."""
    kept = Outcome.objects.filter(criterion=OuterRef("subject__settled_by"), enterprise=OuterRef("enterprise"))
    found = seen.filter(
        status=stages.OPEN,
        plan=None,
        kind__in=KINDS,
        subject__settled_by__isnull=False,
        subject__settled_by__retired_at=None,
    )
    stored = Coalesce(Subquery(kept.order_by().values("outcome")[:1], output_field=IntegerField()), Value(0))
    return found.annotate(stored=stored)


def of_verdict(found: Any, verdict: str) -> Any:
    """Those of one answer, by what is stored."""
    if verdict == NO:
        return found.exclude(stored__in=list(BY_ROW))
    return found.filter(stored__in=[row for row, said in BY_ROW.items() if said == verdict])


def counts(found: Any) -> dict[str, int]:
    """How many of each answer; one query."""
    said = Case(*(When(stored=row, then=Value(word)) for row, word in BY_ROW.items()), default=Value(NO))
    rows = list(found.order_by().annotate(said=said).values_list("said", flat=True))
    return {verdict: rows.count(verdict) for verdict in (YES, UNKNOWN, NO)}


def compared(needs: Sequence[Need], user: User, day: date) -> list[Compared]:
    """With reasons, evaluated anew; values that are closed to the reader stay unsaid (SEC-11)."""
    known, hidden = of_firms([need.enterprise_id for need in needs]), hidden_from(user)
    return [_one(need, known[need.enterprise_id], hidden, day) for need in needs]


def _one(need: Need, known: Known, hidden: frozenset[str], day: date) -> Compared:
    node = settling(need.subject)
    assert node is not None
    finding = evaluate(node, known, day)
    missing = tuple(finding.missing) if finding.outcome is None else ()
    return Compared(need, _verdict(finding), lines_of(finding, hidden, day), missing)


def _verdict(finding: Finding) -> str:
    if finding.outcome is None:
        return UNKNOWN
    return YES if finding.outcome else NO


def lines_of(finding: Finding, hidden: frozenset[str], day: date) -> tuple[tuple[int, bool | None, str], ...]:
    return tuple((depth, part.outcome, words) for depth, part, words in explained(finding, hidden, day=day))


def reads_closed(node: Condition, hidden: frozenset[str]) -> bool:
    """Whether the condition reads what the person may not."""
    return bool(hidden & set(attributes_of(node)))
