"""What keeps a firm from claiming beside its facts: the window, a claim it has, an exclusion (POL-3, POL-5)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from policies.claims import stages
from policies.claims.flow.core import GIVEN_UP
from policies.models import Claim, Clause, Exclusion, Round
from policies.models.claims import ClaimQuerySet
from portal.people.refusal import Refused
from portal.worktime.words import local_day


def demand_open(round: Round, at: datetime) -> None:
    if round.opens_at > at:
        raise Refused(_("这个批次还没有开始申报。"))
    if not round.is_open(at):
        raise Refused(_("这个批次已经截止，不能再申报。"))
    if round.clause.version.policy.ended_at is not None:
        raise Refused(_("这项政策已经废止，不能再申报。"))


def demand_once(round: Round, firm: Enterprise) -> None:
    """One claim of a clause at a time; of a round once, unless that one was rejected, withdrawn or lapsed."""
    known = Claim.objects.filter(enterprise=firm, round__clause__clause=round.clause.clause_id)
    for claim in known.exclude(status__in=GIVEN_UP).only("number", "round", "status"):
        if claim.round_id == round.pk:
            raise Refused(_("贵企业在这个批次已有申报（%(number)s），不用重复申报。") % {"number": claim.number})
        if claim.status in stages.OPEN:
            raise Refused(_("贵企业这一条的另一件申报（%(number)s）还在办理。") % {"number": claim.number})


def demand_compatible(round: Round, firm: Enterprise, at: datetime, but: Claim | None = None) -> None:
    """就高不重复: refused where another clause of a group is being claimed, or was paid in this calendar year."""
    for rule in _rules(round).filter(rule=Exclusion.Rule.HIGHEST):
        other = _others(rule, round, firm, at, but).select_related("round__clause").first()
        if other is not None:
            named = {"rule": rule.name, "title": other.round.clause.title, "number": other.number}
            raise Refused(_("按“%(rule)s”，与“%(title)s”（%(number)s）不能同时享受。") % named)


def room_under_caps(
    round: Round, firm: Enterprise, at: datetime, but: Claim | None = None
) -> tuple[Decimal, str] | None:
    """合计封顶: how much the group leaves the firm, and by which rule; None where no rule limits it."""
    found: list[tuple[Decimal, str]] = []
    for rule in _rules(round).filter(rule=Exclusion.Rule.CAP):
        others = _others(rule, round, firm, at, but)
        taken = others.aggregate(taken=Sum(Coalesce("amount", "asked_amount")))["taken"] or Decimal(0)
        assert rule.cap is not None
        found.append((max(rule.cap - taken, Decimal(0)), rule.name))
    return min(found, default=None)


def _rules(round: Round) -> QuerySet[Exclusion]:
    return Exclusion.objects.filter(clauses=round.clause.clause_id, ended_at=None).order_by("pk")


def _others(rule: Exclusion, round: Round, firm: Enterprise, at: datetime, but: Claim | None) -> ClaimQuerySet:
    """The firm's claims of the rule's other clauses: under way, or paid in the calendar year."""
    others = Clause.objects.filter(exclusions=rule).exclude(pk=round.clause.clause_id)
    found = _counting(firm, at).filter(round__clause__clause__in=others).order_by("pk")
    return found.exclude(pk=but.pk) if but else found


def _counting(firm: Enterprise, at: datetime) -> ClaimQuerySet:
    """The firm's claims that keep others out: under way, or paid in the calendar year."""
    chosen = [status for status in stages.OPEN if status != stages.LISTED]  # of a list the firm has said nothing yet
    counts = Q(status__in=chosen) | Q(status=stages.PAID, payment__paid_on__year=local_day(at).year)
    return Claim.objects.filter(counts, enterprise=firm)


def excluded(firm: Enterprise, at: datetime) -> set[int]:
    """The clauses that `demand_compatible` refuses the firm now: three queries, one where it claims nothing."""
    claimed = set(_counting(firm, at).order_by().values_list("round__clause__clause", flat=True))
    rules = Exclusion.objects.filter(rule=Exclusion.Rule.HIGHEST, ended_at=None, clauses__in=claimed).distinct()
    groups = [{clause.pk for clause in rule.clauses.all()} for rule in rules.prefetch_related("clauses")]
    return {clause for group in groups for clause in group if claimed & (group - {clause})}
