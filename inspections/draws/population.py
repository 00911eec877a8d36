"""Who may be drawn (INS-5): the firms that the subjects concern, less those that a check may not or need not reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from enterprises.attributes.catalogue import TOWN, Catalogue
from enterprises.attributes.values import of_firms
from enterprises.models import Enterprise, Industry, Outcome, Place

from ..models import Agency, DrawExclusion, Need, Subject
from ..needs import stages as needs
from ..needs.gate import Gate
from .formula import RULES, points_of, weight_of

Why = DrawExclusion.Why
RISKS = Catalogue(TOWN[rule.attribute] for rule in RULES)


@dataclass(frozen=True)
class Candidate:
    """A firm that may be drawn; `subjects`: keys of those that concern it."""

    firm: int
    uscc: str
    points: dict[str, int]
    subjects: tuple[int, ...]

    @property
    def weight(self) -> int:
        return weight_of(self.points)


@dataclass(frozen=True)
class Population:
    """The list, and who was left out for which reason."""

    firms: list[Candidate] = field(default_factory=list)
    out: dict[int, str] = field(default_factory=dict)

    def weights(self) -> dict[int, int]:
        """How many firms have which weight, the lightest first."""
        found: dict[int, int] = {}
        for one in self.firms:
            found[one.weight] = found.get(one.weight, 0) + 1
        return dict(sorted(found.items()))

    def left_out(self) -> list[tuple[str, int]]:
        """(reason in words, how many)."""
        counts = [(why, sum(1 for one in self.out.values() if one == why)) for why in Why]
        return [(str(why.label), count) for why, count in counts if count]


def population(
    agency: Agency,
    subjects: Sequence[Subject],
    first: date,
    last: date,
    *,
    place: Place | None = None,
    industry: Industry | None = None,
    ordered_by: str = "",
) -> Population:
    """As the facts and outcomes stand now; the same number of queries for any number of firms."""
    concerned = _concerned(subjects, place, industry)
    waiting = _waiting(subjects, first, last)
    left = {firm: tuple(s for s in found if (firm, s) not in waiting) for firm, found in concerned.items()}
    out: dict[int, str] = {firm: Why.WAITING for firm, found in left.items() if not found}
    gate = Gate(left, first, last)
    for firm in left.keys() - out.keys():  # what the gate would refuse isn't drawn, and is no attempt either
        verdict = gate.judge(firm, agency.pk, needs.RANDOM, first, last, ordered_by=ordered_by)
        if not verdict.passes:
            out[firm] = verdict.why
    keys = sorted(left.keys() - out.keys())
    codes = dict(Enterprise.objects.filter(pk__in=keys).order_by().values_list("pk", "uscc"))
    known = of_firms(keys, RISKS)
    return Population([Candidate(firm, codes[firm], points_of(known[firm]), left[firm]) for firm in keys], out)


def _concerned(subjects: Sequence[Subject], place: Place | None, industry: Industry | None) -> dict[int, list[int]]:
    """The subjects that concern each firm; one without a condition concerns all within place and industry."""
    firms = Enterprise.objects.filter(status=Enterprise.Status.ACTIVE)
    firms = firms.in_place(place) if place else firms
    firms = firms.in_industry(industry) if industry else firms
    found: dict[int, list[int]] = {}
    for subject in sorted(subjects, key=lambda one: one.pk):
        reached = firms.filter(pk__in=_fit(subject.concerns_id)) if subject.concerns_id else firms
        for firm in reached.order_by().values_list("pk", flat=True):
            found.setdefault(firm, []).append(subject.pk)
    return found


def _fit(criterion: int) -> Any:
    return Outcome.objects.filter(criterion=criterion, outcome=Outcome.Is.YES).values("enterprise_id")


def _waiting(subjects: Sequence[Subject], first: date, last: date) -> set[tuple[int, int]]:
    """(firm, subject) for which a need waits whose window meets this one: nobody is sent twice for the same."""
    held = Need.objects.filter(status__in=needs.WAITING, subject__in=subjects, first__lte=last, last__gte=first)
    return set(held.order_by().values_list("enterprise", "subject"))
