"""Before terms end (INS-1): the agency that proposes is told 60 and 30 days before, once for a round's firms."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal import outbox
from portal.people.actors import CLOCK
from portal.trail.models import Event, subject_type
from portal.worktime.words import local_day

from ..models import Entry, WhitelistRound
from . import stages

KIND = "whitelist_round.ending"
LAST = 30  # days before the end; first when a term may be renewed, `stages.RENEWAL_DAYS`


def due(at: datetime) -> QuerySet[WhitelistRound]:
    """Rounds with a firm whose term ends soon and that nobody renews, of which the agency does not know yet."""
    day = local_day(at)
    ending = Entry.objects.ending(day, day + timedelta(days=stages.RENEWAL_DAYS)).order_by()
    told = Event.objects.filter(subject_type=subject_type(WhitelistRound), subject_id=OuterRef("pk"), kind=KIND)
    soon = Q(term_until__lte=day + timedelta(days=LAST)) & ~Exists(told.filter(data__days=LAST))
    return WhitelistRound.objects.filter(soon | ~Exists(told), pk__in=ending.values("round")).order_by("pk")


@transaction.atomic
def remind(round: WhitelistRound, at: datetime) -> bool:
    """True where it was told, False where somebody else has done so meanwhile; what is late is told as it is now."""
    WhitelistRound.objects.select_for_update(of=("self",), no_key=True).get(pk=round.pk)
    if not due(at).filter(pk=round.pk).exists():
        return False
    left = (round.term_until - local_day(at)).days
    outbox.tell(KIND, round, CLOCK, at, None, days=LAST if left <= LAST else stages.RENEWAL_DAYS)
    return True
