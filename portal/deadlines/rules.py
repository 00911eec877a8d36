"""Which rule of which SLA table holds: by obligation, kind and complexity, on the day a clock starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q

from portal.deadlines.models import SlaChoice, SlaRule, SlaTable
from portal.worktime.limits import SHANGHAI


class NoRule(LookupError):
    """No SLA table names a limit for the obligation."""


def table_for(category: str, complexity: str, at: datetime) -> SlaTable | None:
    """The table chosen for a category or complexity at `at`, category before complexity; None: the default one."""
    choices = SlaChoice.objects.filter(
        category__in={"", category}, complexity__in={"", complexity}, valid_from__lte=_day(at)
    ).select_related("table")
    best = max(choices, key=lambda c: (c.category != "", c.complexity != "", c.valid_from), default=None)
    return best.table if best else None


def rule_for(
    obligation: str, kind: str = "", complexity: str = "", *, at: datetime, table: SlaTable | None = None
) -> SlaRule:
    """The rule that holds at `at`: of `table`, or of the default one where that says nothing; raises NoRule.

    The most specific rule wins, kind before complexity; among equals the one that came into force last.
    """
    tables = Q(table__is_default=True) | Q(table=table) if table else Q(table__is_default=True)
    candidates = SlaRule.objects.filter(
        tables,
        obligation=obligation,
        kind__in={"", kind},
        complexity__in={"", complexity},
        valid_from__lte=_day(at),
    )
    chosen = table.pk if table else None
    best = max(
        candidates,
        key=lambda rule: (rule.table_id == chosen, rule.kind != "", rule.complexity != "", rule.valid_from),
        default=None,
    )
    if best is None:
        raise NoRule(f"no SLA table has a limit for “{obligation}” ({kind or '-'}, {complexity or '-'})")
    return best


def rule_under(obligation: str, conditions: Mapping[str, str], *, at: datetime) -> SlaRule:
    """The rule for an obligation under conditions `kind`, `complexity` and `category`, those that are known."""
    kind, complexity = conditions.get("kind") or "", conditions.get("complexity") or ""
    chosen = table_for(conditions.get("category") or "", complexity, at)
    return rule_for(obligation, kind, complexity, at=at, table=chosen)


def _day(at: datetime) -> object:
    return at.astimezone(SHANGHAI).date()
