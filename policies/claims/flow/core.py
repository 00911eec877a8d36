"""What the verbs of claims share: lock, check the table, move, the event and its message.

Locking order, once for all: the claim (several by their keys, all at once), then the firm, then the round, then the
deadlines. Whoever holds a round waits for no claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from policies.claims import stages
from policies.claims.capacity import granted, standing, why_not
from policies.claims.words import money
from policies.models import Claim, Round
from portal import outbox, trail
from portal.people.actors import Actor
from portal.people.refusal import Refused
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.models import SerialNumber

APPROVED = (stages.PUBLISH, stages.PUBLICITY, stages.OBJECTION, stages.PAYMENT, stages.PAID)
GIVEN_UP = (stages.REJECTED, stages.WITHDRAWN, stages.LAPSED)
OF_ROUND = ("clause__clause", "clause__version__policy", "department__parent")
WITH = (*(f"round__{part}" for part in OF_ROUND), "enterprise")
MOST_AT_ONCE = 500
LONGEST = 500  # characters of a reason


@dataclass
class Batch:
    """What an act on many came to: the claims it was done to, and those refused with the sentence why."""

    done: list[Claim] = field(default_factory=list)
    refused: list[tuple[Claim, str]] = field(default_factory=list)


def begin(claim: Claim, verb: str, by: Actor, at: datetime | None) -> tuple[Claim, datetime, Grant | None]:
    """The claim, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    claim = locked([claim])[0]
    at = at or clock.now()
    grant = granted(verb, claim.status, standing(claim, by, at))
    if (sentence := why_not(verb, claim, by, at)) is not None:
        raise Refused(sentence)
    return claim, at, grant


def locked(claims: Iterable[Claim]) -> list[Claim]:
    """Locked in the order of their keys, as they are now."""
    rows = Claim.objects.select_for_update(of=("self",), no_key=True).select_related(*WITH)
    return list(rows.filter(pk__in=[claim.pk for claim in claims]).order_by("pk"))


def locked_firm(firm: Enterprise) -> Enterprise:
    """So that what a firm may not enjoy together it cannot claim from two tabs at once."""
    return Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=firm.pk)


def locked_firms(firms: Iterable[Enterprise]) -> set[int]:
    """The same for many, in the order of their keys."""
    rows = Enterprise.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    return set(rows.filter(pk__in=[firm.pk for firm in firms]).values_list("pk", flat=True))


def locked_round(round: Round) -> Round:
    """So that its places and its budget are given out one after the other."""
    rows = Round.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related(*OF_ROUND).get(pk=round.pk)


def move(claim: Claim, status: str, at: datetime) -> None:
    """Changes the object alone; the verb saves it. Whoever gives up gives back place and money."""
    was = claim.status
    claim.status = status
    claim.ended_at = at if status in stages.ENDED else None
    if status != stages.WAITING:
        claim.waits_since = None
    if status not in GIVEN_UP:
        return
    claim.place = None
    if was in APPROVED and claim.amount is not None:
        Round.objects.filter(pk=claim.round_id).update(committed=F("committed") - claim.amount)


def commit(round: Round, amount: Decimal) -> None:
    """Binds money of the budget; the round is locked. Raises Refused where it does not suffice."""
    left = None if round.budget is None else round.budget - round.committed
    if left is not None and amount > left:
        raise Refused(
            _("预算只剩 %(left)s，不够核定 %(amount)s。") % {"left": money(left), "amount": money(amount)}, "amount"
        )
    Round.objects.filter(pk=round.pk).update(committed=F("committed") + amount)


def each(claims: Iterable[Claim], act: Callable[[Claim], object], *, most: int = MOST_AT_ONCE) -> Batch:
    """The same act on many in one transaction, each in a savepoint of its own; what is refused is named, not done."""
    batch = Batch()
    wanted = list({claim.pk: claim for claim in claims}.values())
    if len(wanted) > most:
        raise Refused(_("一次最多 %(n)s 件。") % {"n": most})
    for claim in locked(wanted):
        try:
            with transaction.atomic():
                act(claim)
        except Refused as refused:
            batch.refused.append((claim, refused.sentence))
        else:
            batch.done.append(claim)
    return batch


def tell(
    kind: str,
    claim: Claim,
    by: Actor,
    at: datetime,
    grant: Grant | None,
    *,
    firm_sees: bool = True,
    told: bool = True,
    **data: Any,
) -> trail.Event:
    """`outbox.tell`; the firm sees it unless the verb says otherwise."""
    return outbox.tell(kind, claim, by, at, grant, firm_sees=firm_sees, told=told, **data)


def number(prefix: str, at: datetime) -> str:
    """`ZC-20261121-0007`: the next of the day."""
    day = f"{local_day(at):%Y%m%d}"
    return f"{prefix}-{day}-{SerialNumber.take(f'{prefix}:{day}'):04d}"


def cents(amount: Decimal) -> Decimal:
    """Raises Refused for what is no sum of money to the cent."""
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise Refused(_("金额最多两位小数。"), "amount")
    return amount.quantize(Decimal("0.01"))
