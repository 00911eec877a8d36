"""Which rule of which SLA table holds: by obligation, kind and complexity, on the day a clock starts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from portal.deadlines.held import Tables, tables
from portal.deadlines.models import SlaRule, SlaTable
from portal.worktime.limits import SHANGHAI


class NoRule(LookupError):
    """No SLA table names a limit for the obligation."""


def table_for(category: str, complexity: str, at: datetime, known: Tables | None = None) -> SlaTable | None:
    """The table chosen for a category or complexity at `at`, category before complexity; None: the default one."""
    day = _day(at)
    choices = (
        choice
        for choice in (known or tables()).choices
        if choice.category in ("", category) and choice.complexity in ("", complexity) and choice.valid_from <= day
    )
    best = max(choices, key=lambda c: (c.category != "", c.complexity != "", c.valid_from), default=None)
    return best.table if best else None


def rule_for(
    obligation: str,
    kind: str = "",
    complexity: str = "",
    *,
    at: datetime,
    table: SlaTable | None = None,
    known: Tables | None = None,
) -> SlaRule:
    """The rule that holds at `at`: of `table`, or of the default one where that says nothing; raises NoRule.

    The most specific rule wins, kind before complexity; among equals the one that came into force last.
    """
    chosen, day = table.pk if table else None, _day(at)
    candidates = (
        rule
        for rule in (known or tables()).rules
        if rule.obligation == obligation
        and (rule.table.is_default or rule.table_id == chosen)
        and rule.kind in ("", kind)
        and rule.complexity in ("", complexity)
        and rule.valid_from <= day
    )
    best = max(
        candidates,
        key=lambda rule: (rule.table_id == chosen, rule.kind != "", rule.complexity != "", rule.valid_from),
        default=None,
    )
    if best is None:
        raise NoRule(f"no SLA table has a limit for “{obligation}” ({kind or '-'}, {complexity or '-'})")
    return best


def rule_under(obligation: str, conditions: Mapping[str, str], *, at: datetime, known: Tables | None = None) -> SlaRule:
    """The rule for an obligation under conditions `kind`, `complexity` and `category`, those that are known."""
    known = known or tables()
    kind, complexity = conditions.get("kind") or "", conditions.get("complexity") or ""
    chosen = table_for(conditions.get("category") or "", complexity, at, known)
    return rule_for(obligation, kind, complexity, at=at, table=chosen, known=known)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()
