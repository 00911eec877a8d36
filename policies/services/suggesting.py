"""Which of the eight kinds of services suit a firm, each with the reasons (POL-7): its tags, needs and policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Enterprise
from enterprises.tags.showing import tags_of
from requests.models import Ticket

from ..models import Provider, ServiceKind, Support

if TYPE_CHECKING:
    from ..matching.matches import Match

MOST_KINDS, MOST_PROVIDERS = 4, 3
# What a tag, the category of an open matter, or the support of a policy that fits speaks for.
TAGS = {
    "tag-young": ServiceKind.STARTUP,
    "tag-tech-sme": ServiceKind.INNOVATION,
    "tag-research": ServiceKind.INNOVATION,
    "tag-certificate": ServiceKind.INNOVATION,
    "tag-patents": ServiceKind.RIGHTS,
    "tag-above-scale": ServiceKind.DIGITAL,
    "tag-specialised": ServiceKind.DIGITAL,
    "tag-employer": ServiceKind.TALENT,
    "tag-loss": ServiceKind.MANAGEMENT,
    "tag-hazards": ServiceKind.MANAGEMENT,
    "tag-revenue-growing": ServiceKind.FINANCE,
    "tag-exporter": ServiceKind.MARKET,
    "tag-revenue-falling": ServiceKind.MARKET,
}
CATEGORIES = {
    "talent": ServiceKind.TALENT,
    "innovation": ServiceKind.INNOVATION,
    "finance-tax": ServiceKind.FINANCE,
    "access-approval": ServiceKind.STARTUP,
    "logistics-customs": ServiceKind.MARKET,
    "rights-disputes": ServiceKind.RIGHTS,
    "safety-environment": ServiceKind.MANAGEMENT,
}
SUPPORTS = {Support.FINANCE: ServiceKind.FINANCE, Support.TALENT: ServiceKind.TALENT}


@dataclass
class Suggested:
    """One kind of service, why it suits the firm, and who offers it; the best rated first."""

    kind: ServiceKind
    reasons: list[str] = field(default_factory=list)
    providers: list[Provider] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.kind.label)

    @property
    def why(self) -> str:
        return _("；").join(self.reasons)


def suggested(firm: Enterprise, tickets: Sequence[Ticket], fitting: Iterable[Match]) -> list[Suggested]:
    """The kinds with the most reasons; `tickets` and `fitting` are what the reader may see. Two queries."""
    found: dict[ServiceKind, Suggested] = {}
    for kind, reason in [*_by_tickets(tickets), *_by_tags(firm), *_by_policies(fitting)]:
        one = found.setdefault(kind, Suggested(kind))
        if reason not in one.reasons:
            one.reasons.append(reason)
    order = list(ServiceKind)
    chosen = sorted(found.values(), key=lambda one: (-len(one.reasons), order.index(one.kind)))[:MOST_KINDS]
    _with_providers(chosen)
    return chosen


def _by_tickets(tickets: Sequence[Ticket]) -> Iterable[tuple[ServiceKind, str]]:
    for ticket in tickets:
        code = ticket.category.code if ticket.category else ""
        if code in CATEGORIES:
            yield CATEGORIES[code], _("有未办结的“%(category)s”诉求") % {"category": ticket.category}


def _by_tags(firm: Enterprise) -> Iterable[tuple[ServiceKind, str]]:
    for tag in tags_of(firm):
        code = tag.criterion.code
        if code in TAGS:
            yield TAGS[code], _("标签“%(tag)s”") % {"tag": tag}


def _by_policies(fitting: Iterable[Match]) -> Iterable[tuple[ServiceKind, str]]:
    counts: dict[str, int] = {}
    for match in fitting:
        counts[match.version.support] = counts.get(match.version.support, 0) + 1
    for support, kind in SUPPORTS.items():
        if n := counts.get(support, 0):
            named = {"n": n, "support": support.label}
            yield kind, ngettext("符合 %(n)s 条“%(support)s”政策", "符合 %(n)s 条“%(support)s”政策", n) % named


def _with_providers(chosen: list[Suggested]) -> None:
    """One query for all kinds; those with too few ratings follow those with stars."""
    listed = Provider.objects.listed().with_stars().best_first()
    for provider in listed.filter(kinds__overlap=[one.kind for one in chosen]) if chosen else ():
        for one in chosen:
            if one.kind in provider.kinds and len(one.providers) < MOST_PROVIDERS:
                one.providers.append(provider)
