"""What a person reads of one version: plain words first, then clause by clause what one gets, who, how and by when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Outcome, firms_of

from ..models import ClauseVersion, Exclusion, Policy, PolicyVersion, Round
from .content import formula_words, industry_names, material_words, tree_lines
from .effect import state_of
from .stages import SUPERSEDED

VERDICTS = {
    "yes": gettext_lazy("符合"),
    "almost": gettext_lazy("差一点"),
    "unknown": gettext_lazy("待补充"),
    "no": gettext_lazy("不符合"),
}


@dataclass
class ShownClause:
    row: ClauseVersion
    who: list[tuple[int, str]]  # the condition as data decide it, line by line with its depth; empty where they do not
    amount: str  # the formula in a sentence; empty where no money is paid
    materials: list[str]
    department: Any
    reviewers: list[str]
    rounds: list[Round]
    verdict: str  # of the reader's firm: yes, almost, unknown, no; empty where nobody asked or data decide nothing
    excludes: list[Exclusion]

    @property
    def verdict_words(self) -> str:
        return str(VERDICTS[self.verdict]) if self.verdict else ""

    @property
    def number(self) -> int:
        return self.row.clause.number

    @property
    def title(self) -> str:
        return self.row.title_en if _english() and self.row.title_en else self.row.title


@dataclass
class Shown:
    version: PolicyVersion
    clauses: list[ShownClause]
    industries: list[str]
    state: str

    @property
    def title(self) -> str:
        return called(self.version)[0]

    @property
    def summary(self) -> str:
        return called(self.version)[1]

    @property
    def lang(self) -> str:
        """The language of title and summary, for the page's `lang`."""
        return "en-GB" if self.title != self.version.title else "zh-Hans"

    @property
    def holds(self) -> bool:
        return self.state == _("现行")


def called(version: PolicyVersion) -> tuple[str, str]:
    """Title and summary in the language of the interface, in Chinese where there is no other."""
    if _english() and version.title_en:
        return version.title_en, version.summary_en or version.summary
    return version.title, version.summary


def _english() -> bool:
    return (get_language() or "").startswith("en")


def shown(version: PolicyVersion, at: datetime, day: date, *, firm: Enterprise | None = None) -> Shown:
    """The version with all that its page needs, in a number of queries that its clauses do not change."""
    policy = version.policy
    rows = list(_rows(version))
    claimed = policy.holds_on(day) and version.status != SUPERSEDED
    rounds = _rounds(rows, at) if claimed else {}  # what has ended or no longer applies takes no claims
    said, excludes = _said(rows, firm), _exclusions(rows)
    clauses = [
        ShownClause(
            row=row,
            who=tree_lines(row.tree),
            amount=formula_words(row.formula),
            materials=[material_words(one) for one in row.materials],
            department=row.responsible or policy.department,
            reviewers=[one.short_name or one.name for one in row.reviewers.all()],
            rounds=rounds.get(row.clause_id, []),
            verdict=said.get(row.clause_id, ""),
            excludes=excludes.get(row.clause_id, []),
        )
        for row in rows
    ]
    state = state_of(policy, day) if policy.current_id == version.pk else version.status_name
    return Shown(version, clauses, industry_names(version.industries), state)


def _rows(version: PolicyVersion) -> Iterable[ClauseVersion]:
    rows = version.clauses.select_related("clause__criterion", "responsible").prefetch_related("reviewers")
    for row in rows.order_by("position", "pk"):
        row.version = version
        yield row


def _rounds(rows: list[ClauseVersion], at: datetime) -> dict[int, list[Round]]:
    """Rounds that take claims now, by the clause; a round stands by the clause as it was when it was opened."""
    found = defaultdict(list)
    open_now = Round.objects.open(at).filter(clause__clause__in=[row.clause_id for row in rows])
    for one in open_now.select_related("clause").order_by("closes_at", "pk"):
        found[one.clause.clause_id].append(one)
    return found


def _said(rows: list[ClauseVersion], firm: Enterprise | None) -> dict[int, str]:
    """The stored outcome of each clause for the reader's firm; a firm without a row is a plain no."""
    if firm is None:
        return {}
    asked = {row.clause.criterion_id: row.clause_id for row in rows if row.clause.criterion_id}
    found = dict.fromkeys(asked.values(), "no")
    stored = Outcome.objects.filter(enterprise=firm, criterion__in=asked).values_list("criterion", "outcome")
    return found | {asked[criterion]: Outcome.Is(outcome).name.lower() for criterion, outcome in stored}


def _exclusions(rows: list[ClauseVersion]) -> dict[int, list[Exclusion]]:
    clauses = {row.clause_id for row in rows}
    found = defaultdict(list)
    standing = Exclusion.objects.filter(clauses__in=clauses, ended_at=None).distinct().prefetch_related("clauses")
    for one in standing:
        for clause in one.clauses.all():
            if clause.pk in clauses:
                found[clause.pk].append(one)
    return found


def own_firm(user: Any) -> Enterprise | None:
    """The firm by which a signed-in person reads: the first of those he acts for."""
    firms = firms_of(user) if getattr(user, "is_authenticated", False) else frozenset()
    return Enterprise.objects.filter(pk__in=firms).order_by("name").first() if firms else None


def successors(policy: Policy) -> list[Policy]:
    """Published policies that follow this one."""
    return list(policy.followed_by.public().select_related("current"))
