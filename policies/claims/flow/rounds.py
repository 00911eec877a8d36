"""Opening a round of claims and closing it early (POL-5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from policies.amounts import language
from policies.claims.capacity import officer_of
from policies.claims.flow import core
from policies.models import Clause, Round, Way
from portal import trail
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.worktime import clock
from portal.worktime.words import local_day

OF_CLAUSE = ("policy", "current__version__policy", "current__responsible")
CLAIMED = (Way.BY_DATA, Way.BY_REVIEW, Way.CLAIM_FREE)
LONGEST = timedelta(days=3 * 366)
MOST_PLACES = 100_000
MOST_MONEY = Decimal("999999999999.99")


@transaction.atomic
def open_round(
    clause: Clause,
    *,
    by: User,
    title: str,
    opens_at: datetime,
    closes_at: datetime | None = None,
    quota: int | None = None,
    order: str = Round.Order.BY_MERIT,
    budget: Decimal | None = None,
    at: datetime | None = None,
) -> Round:
    """开批次: of the clause as it stands in force, by a policy officer of the department that takes its claims.

    A clause's rounds are told apart by their titles, so the button pressed twice makes one.
    """
    at = at or clock.now()
    clause = Clause.objects.select_for_update(of=("self",), no_key=True).select_related(*OF_CLAUSE).get(pk=clause.pk)
    version = clause.current
    if version is None or clause.ended_at is not None or not clause.policy.holds_on(local_day(at)):
        raise Refused(_("这一条现在没有生效，不能开申报批次。"))
    round = Round(
        clause=version,
        department_id=version.department_id,
        title=required_line(title, _("请写批次名称，如“2026 年第一批”。"), "title", 60),
        way=version.way,
        opens_at=opens_at,
        closes_at=closes_at,
        order=order,
        quota=quota,
        budget=budget,
        opened_by=by,
        opened_at=at,
    )
    grant = officer_of(round, by, at)
    _check(round, at)
    round.save()
    trail.record("round.opened", round, by=by, at=at, audience=trail.Audience.FIRM, grant=grant)
    return round


def _check(round: Round, at: datetime) -> None:
    """Raises Refused with the field that is wrong."""
    if round.way not in CLAIMED:
        raise Refused(_("这一条不在本平台申报（%(way)s）。") % {"way": Way(round.way).label})
    if round.opens_at > at + LONGEST:
        raise Refused(_("开始时间太远，请核对。"), "opens_at")
    if round.closes_at is not None and not max(round.opens_at, at) < round.closes_at <= round.opens_at + LONGEST:
        raise Refused(_("截止时间要晚于开始时间和现在，并在三年以内。"), "closes_at")
    if round.quota is not None and not 1 <= round.quota <= MOST_PLACES:
        raise Refused(_("名额请填 1 到 %(n)s，不限名额请留空。") % {"n": MOST_PLACES}, "quota")
    if round.budget is not None and not (round.budget.is_finite() and 0 < round.budget <= MOST_MONEY):
        raise Refused(_("预算请填大于 0 的金额，不设预算请留空。"), "budget")
    if round.order not in Round.Order.values:
        raise Refused(_("请选名额分配方式。"), "order")
    if round.way == Way.CLAIM_FREE:
        _check_free(round)
    if Round.objects.filter(clause__clause=round.clause.clause_id, title=round.title).exists():
        raise Refused(_("这一条已有名为“%(title)s”的批次，请换一个名称。") % {"title": round.title}, "title")


def _check_free(round: Round) -> None:
    """Claim-free asks the firm for nothing, so the data must say it all."""
    if round.places_on_filing:
        raise Refused(_("免申即享的名额在审批时占用，请选“择优”。"), "order")
    if round.clause.clause.criterion_id is None or round.clause.formula is None:
        raise Refused(_("免申即享要有能用数据判断的条件和金额，请先修订这一条。"))
    if language.parse(round.clause.formula).questions:
        raise Refused(_("这一条的金额要企业填报，不能免申即享。"))


@transaction.atomic
def close_round(round: Round, *, by: User, reason: str, at: datetime | None = None) -> Round:
    """提前截止: nothing more is taken on; what was sent goes on, the waiting list ends by the clock."""
    round, at = core.locked_round(round), at or clock.now()
    grant = officer_of(round, by, at)
    if round.ended_at is not None or (round.closes_at is not None and round.closes_at <= at):
        raise Refused(_("这个批次已经截止。"))
    round.ended_at, round.ended_for = at, required_line(reason, _("请写提前截止的原因。"))
    round.save(update_fields=["ended_at", "ended_for"])
    trail.record("round.closed", round, by=by, at=at, audience=trail.Audience.FIRM, grant=grant)
    return round
