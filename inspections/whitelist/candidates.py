"""Who could come onto the list: the stored outcomes of the criterion, less whoever is on it or on the way (INS-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from enterprises.attributes.sight import hidden_from
from enterprises.attributes.values import of_firms
from enterprises.criteria.almost import smallest
from enterprises.criteria.language import attributes_of
from enterprises.criteria.one import Finding, evaluate
from enterprises.criteria.reading import parse
from enterprises.criteria.words import change_words, sentence
from enterprises.models import Criterion, Enterprise, Outcome, firms_of
from portal.people.models import User

from ..models import Entry
from . import reasons, stages

STATES = {"yes": Outcome.Is.YES, "almost": Outcome.Is.ALMOST, "unknown": Outcome.Is.UNKNOWN}


def eligible(user: User) -> Any:
    """Firms that he may propose, were the criterion yes; not those that stand, are being decided, or appeal."""
    there = Entry.objects.filter(status__in=stages.OPEN).order_by().values("enterprise")
    firms = Enterprise.objects.visible_to(user).filter(status=Enterprise.Status.ACTIVE)
    return firms.exclude(pk__in=there).exclude(pk__in=firms_of(user))


def of_state(firms: Any, criterion: Criterion, state: str) -> Any:
    found = Outcome.objects.filter(criterion=criterion, outcome=STATES[state]).order_by()
    return firms.filter(pk__in=found.values("enterprise_id"))


def counts(firms: Any, criterion: Criterion) -> dict[str, int]:
    """How many there are of each state; one query."""
    found = Outcome.objects.filter(criterion=criterion, enterprise__in=firms.order_by().values("pk")).order_by()
    by_outcome = dict(found.values_list("outcome").annotate(n=Count("enterprise_id")))
    return {state: by_outcome.get(int(outcome), 0) for state, outcome in STATES.items()}


@dataclass(frozen=True)
class Row:
    """A firm and in a line why it fits, or what stands in the way."""

    firm: Enterprise
    why: str


def rows(firms: Sequence[Enterprise], criterion: Criterion, user: User, day: date) -> list[Row]:
    """As of today, from the values themselves: five queries for any number of firms."""
    assert criterion.current is not None
    node, known, hidden = parse(criterion.current.tree), of_firms([firm.pk for firm in firms]), hidden_from(user)
    told = not hidden & set(attributes_of(node))  # how much is missing would tell a hidden value
    found = []
    for firm in firms:
        finding = evaluate(node, known[firm.pk], day)
        why = _why(finding)
        if finding.outcome is False and told and (change := smallest(node, known[firm.pk], day)) is not None:
            why = change_words(change, known[firm.pk])
        found.append(Row(firm, why))
    return found


def _why(finding: Finding) -> str:
    """Of a yes what makes it one of the chosen kind, of an unknown what is missing, of a no what does not hold."""
    if finding.outcome is None:
        return _("缺少：%(what)s") % {"what": _("、").join(str(one) for one in finding.missing[:4])}
    if finding.outcome:
        chosen = [leaf for part in finding.parts if len(part.parts) > 1 for leaf in reasons.deciding(part)]
        return _("、").join(sentence(leaf.node) for leaf in chosen or finding.leaves())
    failing = [part for part in finding.parts if part.outcome is False] or [finding]
    return _("不符合：%(what)s") % {"what": _("；").join(sentence(part.node) for part in failing)}
