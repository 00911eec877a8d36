"""Claim-free (免申即享, POL-5): the list comes from the data, the firm confirms with one click, or declines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.values import of_firms
from enterprises.models import Enterprise, Outcome
from policies.claims import facts, limits, stages
from policies.claims.capacity import officer_of
from policies.claims.facts import Weighed
from policies.claims.flow import core, places
from policies.claims.flow.barring import demand_compatible, demand_once, demand_open
from policies.claims.flow.filing import Account, within_caps, write_contact
from policies.models import Claim, Round, Way
from portal.people.actors import CLOCK, Actor
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.worktime import clock
from portal.worktime.words import local_day

MOST_FIRMS = 500  # in one act; who has more goes on `after` it


@dataclass(frozen=True)
class Listed:
    """The claims made, and the firms that fit and are not listed all the same, each with the reason.

    `after`: the key of the last firm that was looked at, where more of them follow; None where all were.
    """

    claims: list[Claim]
    left_out: list[tuple[Enterprise, str]]
    after: int | None = None


def fitting(round: Round, at: datetime | None = None) -> QuerySet[Enterprise]:
    """The firms that the clause's stored outcome is yes for, and that this round has not had yet."""
    criterion = round.clause.clause.criterion_id
    yes = Outcome.objects.filter(criterion=criterion, outcome=Outcome.Is.YES).order_by()
    there = Claim.objects.filter(round=round).order_by().values("enterprise")
    active = Enterprise.objects.filter(status=Enterprise.Status.ACTIVE)
    return active.filter(pk__in=yes.values("enterprise_id")).exclude(pk__in=there).order_by("name", "pk")


@transaction.atomic
def list_firms(round: Round, *, by: User, after: int = 0, most: int = MOST_FIRMS, at: datetime | None = None) -> Listed:
    """生成名单: of those who fit now, `most` at a time by their keys; again, those who have come to fit since."""
    at = at or clock.now()
    grant = officer_of(round, by, at)
    next_ones = fitting(round, at).filter(pk__gt=after).order_by("pk")[: most + 1]
    keys = [firm.pk for firm in next_ones]
    core.locked_firms(next_ones[:most])
    round = core.locked_round(round)
    _demand_listable(round, at)
    firms = list(fitting(round, at).filter(pk__in=keys[:most]))  # some may have come on the list meanwhile
    listed, busy = Listed([], [], keys[most - 1] if len(keys) > most else None), _with_claims(firms)
    for firm, weighed in _weighed(round, firms, at):
        try:
            _demand_sure(weighed)
            if firm.pk in busy:
                demand_once(round, firm)
                demand_compatible(round, firm, at)
            amount, working = _offered(round, firm, weighed, at, busy)
        except Refused as refused:
            listed.left_out.append((firm, refused.sentence))
            continue
        claim = Claim(round=round, enterprise=firm, status=stages.LISTED, created_at=at, seen=weighed.seen)
        claim.asked_amount, claim.working, claim.checked_at = amount, working, at
        claim.number = core.number("ZC", at)
        claim.save(force_insert=True)
        limits.listed(claim, at)
        core.tell("claim.listed", claim, by, at, grant, amount=f"{amount}")
        listed.claims.append(claim)
    return listed


def _demand_listable(round: Round, at: datetime) -> None:
    if round.way != Way.CLAIM_FREE:
        raise Refused(_("这个批次由企业自己申报，不生成名单。"))
    demand_open(round, at)
    if round.clause.clause.current_id != round.clause_id:
        raise Refused(_("这一条已经修订，请按现行条款另开批次。"))


def _weighed(round: Round, firms: Sequence[Enterprise], at: datetime) -> Iterator[tuple[Enterprise, Weighed]]:
    """Each with what the data say of it now; a few queries for all."""
    keys = [firm.pk for firm in firms]
    known, declared = of_firms(keys), facts.declared_by(keys)
    for firm in firms:
        with facts.for_the_record():
            weighed = facts.weigh(round.clause, known[firm.pk], declared[firm.pk], {}, local_day(at))
        yield firm, weighed


def _with_claims(firms: Sequence[Enterprise]) -> set[int]:
    """Those that claim something, or did: of these alone more has to be asked."""
    rows = Claim.objects.filter(enterprise__in=firms).order_by()
    return set(rows.values_list("enterprise", flat=True))


def _demand_sure(weighed: Weighed) -> None:
    """Nothing is given without being asked for on the firm's own word alone."""
    if not weighed.outcome:
        raise Refused(_("数据刚刚变化，现在不符合条件。"))
    read = {entry["attribute"] for entry in weighed.seen}
    if read & set(weighed.declared):
        raise Refused(_("有企业自报、尚未核实的数据，请由企业申报。"))


def _offered(
    round: Round, firm: Enterprise, weighed: Weighed, at: datetime, busy: set[int]
) -> tuple[Decimal, list[str]]:
    """The amount and its working. Raises Refused with why the firm is left out."""
    amount, working = weighed.worked.amount, list(weighed.worked.lines)
    if firm.pk in busy:
        amount, working = within_caps(round, firm, weighed, at)
    if amount is None:
        names = _("、").join(str(TOWN[code]) for code in weighed.worked.missing)
        raise Refused(_("缺“%(names)s”，算不出金额。") % {"names": names})
    if amount <= 0:
        raise Refused(_("按现有数据算得的金额是 0。"))
    return amount, working


@transaction.atomic
def confirm(
    claim: Claim,
    *,
    by: User,
    account: Account,
    contact_name: str = "",
    contact_phone: str = "",
    at: datetime | None = None,
) -> Claim:
    """一键确认: the firm takes it and says where the money goes; without a contact it is who confirms."""
    claim, at, grant = core.begin(claim, "confirm", by, at)
    write_contact(claim, account, contact_name or by.name, contact_phone or by.mobile or by.phone)
    demand_compatible(claim.round, core.locked_firm(claim.enterprise), at, but=claim)
    claim.filed_by, claim.filed_at = by, at
    limits.met(claim, limits.CONFIRM, at)
    core.move(claim, stages.APPROVE, at)
    claim.save()
    limits.to_approve(claim, at)
    core.tell("claim.confirmed", claim, by, at, grant)
    return claim


@transaction.atomic
def decline(claim: Claim, *, by: User, reason: str, at: datetime | None = None) -> Claim:
    """放弃: the firm does not want it, and says why."""
    claim, at, grant = core.begin(claim, "decline", by, at)
    claim.reason = required_line(reason, _("请写放弃的原因。"), longest=core.LONGEST)
    core.move(claim, stages.WITHDRAWN, at)
    claim.save()
    limits.ended(claim, at)
    core.tell("claim.declined", claim, by, at, grant)
    return claim


@transaction.atomic
def lapse(claim: Claim, *, by: Actor = CLOCK, at: datetime | None = None) -> Claim:
    """失效: the firm neither confirmed nor supplemented within its limit, or no place can come free any more."""
    claim, at, grant = core.begin(claim, "lapse", by, at)
    was = claim.status
    core.move(claim, stages.LAPSED, at)
    claim.save()
    limits.ended(claim, at)
    places.came_free(claim.round, at)
    core.tell("claim.lapsed", claim, by, at, grant, was=was)
    return claim
