"""Firms that a criterion suggests for a key list: its yes-firms that are not on it, with figures the reader may see."""

from dataclasses import dataclass
from typing import Any

from portal.people.models import User

from ..attributes.catalogue import TOWN, Attribute
from ..attributes.sight import hidden_from
from ..attributes.values import Held, of_firms
from ..criteria.words import value_words
from ..models import Criterion, Enterprise, KeyList, Outcome
from . import stages

FIGURES = ("revenue_last_year", "output_last_year", "headcount", "invention_patents", "tax_last_year")


@dataclass
class Suggested:
    firm: Enterprise
    cells: list[str]


def figures_for(user: User) -> list[Attribute]:
    """The figures shown beside a suggestion: of firms in general, so nothing of a line's or closed (SEC-11)."""
    hidden = hidden_from(user)
    return [attribute for attribute in TOWN if attribute.code in FIGURES and attribute.code not in hidden]


def suggested(key_list: KeyList, criterion: Criterion, user: User) -> Any:
    """The firms, by name, as a queryset."""
    there = key_list.entries.filter(state__in=(stages.PROPOSED, stages.STANDING)).values("enterprise")
    fits = Outcome.objects.filter(criterion=criterion, outcome=Outcome.Is.YES).values("enterprise_id")
    firms = Enterprise.objects.visible_to(user).filter(pk__in=fits, status=Enterprise.Status.ACTIVE)
    return firms.exclude(pk__in=there).select_related("place", "industry").order_by("name", "pk")


def with_figures(firms: list[Enterprise], figures: list[Attribute]) -> list[Suggested]:
    known = of_firms([firm.pk for firm in firms])
    return [Suggested(firm, [_said(figure, known[firm.pk].get(figure.code)) for figure in figures]) for firm in firms]


def _said(figure: Attribute, held: Held | None) -> str:
    return value_words(figure, held.value) if held else "—"
