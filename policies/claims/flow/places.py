"""The places of a quota: who takes one, and who moves up when one comes free (POL-5).

The lowest free number is taken under the round's lock; unique numbers and a trigger are the last line behind it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from policies.claims import limits, stages
from policies.claims.flow import core
from policies.models import Claim, Round
from portal.people.actors import CLOCK, Actor

LOWEST = """SELECT min(n) FROM generate_series(1, %s) n
    WHERE NOT EXISTS (SELECT FROM policies_claim WHERE round_id = %s AND place = n)"""


def take(round: Round) -> int | None:
    """The lowest free place of a round that is locked; None where all are taken."""
    with connection.cursor() as cursor:
        cursor.execute(LOWEST, [round.quota, round.pk])
        place: int | None = cursor.fetchone()[0]
    return place


def waiting(round: Round) -> QuerySet[Claim]:
    """Those in the queue, the first one first."""
    return Claim.objects.filter(round=round, status=stages.WAITING).order_by("waits_since", "pk")


@transaction.atomic
def move_up(claim: Claim, *, by: Actor = CLOCK, at: datetime | None = None) -> Claim | None:
    """候补递补: the first in the queue takes a place that came free. None where it is not its turn, or none is free."""
    claim, at, grant = core.begin(claim, "move_up", by, at)
    round = core.locked_round(claim.round)
    first = waiting(round).values_list("pk", flat=True).first()
    place = take(round) if first == claim.pk else None
    if place is None:
        return None
    claim.place = place
    core.move(claim, stages.SUBMITTED, at)
    claim.save()
    limits.to_accept(claim, at)
    core.tell("claim.moved_up", claim, by, at, grant, place=place)
    return claim


def came_free(round: Round, at: datetime) -> None:
    """Lets the first move up at once. Whoever is busy with it is not waited for: the clock comes by soon."""
    if not round.places_on_filing:
        return
    first = waiting(round).select_for_update(of=("self",), no_key=True, skip_locked=True).first()
    if first is not None and _at_rest(Round.objects.filter(pk=round.pk)):
        move_up(first, at=at)


def step_up(claim: Claim, at: datetime) -> bool:
    """`move_up` by the sweep, which waits for nobody: False leaves it for the next one."""
    if not _at_rest(Claim.objects.filter(pk=claim.pk)) or not _at_rest(Round.objects.filter(pk=claim.round_id)):
        return False
    return move_up(claim, at=at) is not None


def _at_rest(rows: QuerySet[Any]) -> bool:
    """Locks the row, unless somebody else has."""
    free = rows.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return free.values_list("pk", flat=True).first() is not None


def moving_up(at: datetime) -> QuerySet[Claim]:
    """Those waiting where a place is free, the first ones first."""
    waiting = Claim.objects.filter(status=stages.WAITING, round__quota__gt=_held_in(), round__ended_at=None)
    return waiting.order_by("waits_since", "pk")


def hopeless(at: datetime) -> QuerySet[Claim]:
    """Those waiting where none can come free any more: the round was closed by hand, or all places are paid."""
    used_up = Q(round__quota__lte=_held_in(status=stages.PAID))
    return Claim.objects.filter(Q(round__ended_at__lte=at) | used_up, status=stages.WAITING).order_by("pk")


def _held_in(**which: str) -> Coalesce:
    """How many places of the claim's round are held."""
    there = Claim.objects.filter(round=OuterRef("round"), place__isnull=False, **which).order_by().values("round")
    return Coalesce(Subquery(there.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)
