"""Policies on a firm's portrait (ENT-6): what fits, what was claimed and paid, and what the firm can claim now."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import Outcome
from enterprises.portraying import NextAct, Portrait, block, chip, next_act
from policies.amounts.words import money
from policies.claims import stages
from policies.matching.matches import in_force
from policies.matching.pushing import CLOSES_SOON
from policies.models import Claim, Round, Way
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime.words import by_when

SHOWN = 3
READS = (Role.SUPERVISOR, Role.LEADER, Role.POLICY_OFFICER, Role.STEWARD, Role.PROJECT_ASSISTANT)


class Fitting(NamedTuple):
    """A clause in force that fits the firm, as far as the page needs it."""

    version: int
    number: int
    policy: str
    title: str
    policy_title: str


class Closing(NamedTuple):
    """A round of what fits, as far as the page needs it."""

    pk: int
    closes_at: datetime
    clause: Fitting


def _fitting(portrait: Portrait) -> list[Fitting]:
    """Asked once for the page."""
    found: list[Fitting] = portrait.once("fitting clauses", lambda: _read_fitting(portrait))
    return found


def _read_fitting(portrait: Portrait) -> list[Fitting]:
    yes = Outcome.objects.filter(enterprise_id=portrait.firm.pk, outcome=Outcome.Is.YES)
    clauses = in_force(timezone.localdate(portrait.now)).filter(criterion__in=yes.values("criterion_id"))
    rows = clauses.order_by("policy_id", "number")
    titles = ("current__title", "policy__current__title")
    return [Fitting(*row) for row in rows.values_list("current_id", "number", "policy__code", *titles)]


def _claims(portrait: Portrait) -> Mapping[str, Any]:
    """How many claims the reader may see, how many of them are paid, and what was paid; asked once."""
    found: Mapping[str, Any] = portrait.once("claims", lambda: _count_claims(portrait))
    return found


def _count_claims(portrait: Portrait) -> Mapping[str, Any]:
    seen = Claim.objects.visible_to(portrait.reader).filter(enterprise=portrait.firm).exclude(filed_at=None)
    paid = Q(status=stages.PAID)
    figures = {"all": Count("pk"), "paid": Count("pk", filter=paid), "sum": Sum("payment__amount", filter=paid)}
    return seen.order_by().aggregate(**figures)


@block("policies", template="portrait/policies.html", order=65, side=True)
def policies(portrait: Portrait) -> Mapping[str, Any] | None:
    """Matches for the firm and whoever works with its policies; nothing where nothing fits and nothing was claimed."""
    if not (portrait.own or rights_of(portrait.reader).has(*READS)):
        return None
    fitting, claims = _fitting(portrait), _claims(portrait)
    if not fitting and not claims["all"]:
        return None
    firm = portrait.firm.uscc
    url = f"{reverse('matching:mine')}?firm={firm}" if portrait.own else reverse("matching:of", args=[firm])
    return {
        "fitting": len(fitting),
        "rows": [(clause, _why(portrait, clause)) for clause in fitting[:SHOWN]],
        "claims": claims,
        "closing": _closing(portrait),
        "money": money(claims["sum"]) if claims["sum"] else "",
        "url": url,
    }


def _why(portrait: Portrait, clause: Fitting) -> str:
    named = [clause.policy, clause.number]
    if portrait.own:
        return f"{reverse('matching:why', args=named)}?firm={portrait.firm.uscc}"
    return reverse("matching:of-why", args=[portrait.firm.uscc, *named])


@chip
def enjoyed(portrait: Portrait) -> Iterable[tuple[str, str]]:
    """That money was paid to it before, for whoever may see those claims."""
    if not (portrait.own or rights_of(portrait.reader).has(*READS)) or not _claims(portrait)["paid"]:
        return []
    url = reverse("claims:mine") if portrait.own else f"{reverse('claims:all')}?firm={portrait.firm.uscc}"
    return [(_("享受过政策"), url)]


@next_act
def to_call_to_mind(portrait: Portrait) -> NextAct | None:
    """For the firm's steward: what fits closes within a week, and the firm has not claimed."""
    if portrait.own or not any(tie.user_id == portrait.reader.pk for tie in portrait.stewards):
        return None
    closing = _closing(portrait)
    if closing is None:
        return None
    says = _("符合“%(what)s”，申报快截止了") % {"what": closing.clause.title}
    url = reverse("matching:of", args=[portrait.firm.uscc])
    beside = _("%(when)s，企业还没申报") % {"when": by_when(closing.closes_at)}
    return NextAct(60, says, url, _("看匹配的政策，提醒企业"), beside)


def _closing(portrait: Portrait) -> Closing | None:
    """The round that closes soonest, within a week, of what fits and was not claimed; asked once."""
    found: Closing | None = portrait.once("closing round", lambda: _read_closing(portrait))
    return found


def _read_closing(portrait: Portrait) -> Closing | None:
    clauses = {clause.version: clause for clause in _fitting(portrait)}
    if not clauses:
        return None
    claimed = Claim.objects.filter(enterprise=portrait.firm).order_by().values("round")
    wanted = ~Q(way=Way.CLAIM_FREE) & ~Q(pk__in=claimed)
    soon = Round.objects.open(portrait.now).filter(wanted, closes_at__lte=portrait.now + CLOSES_SOON)
    rows = soon.order_by("closes_at", "pk").values_list("pk", "closes_at", "clause")  # of the town: a handful
    return next((Closing(pk, at, clauses[clause]) for pk, at, clause in rows if clause in clauses), None)
