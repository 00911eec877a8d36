"""What the verbs of the whitelist share: lock, check the table, the event and its message.

Locking order, once for all: the entries (several by their keys), then the needs they bar, then the firms by their keys,
then the round, then the deadlines. Whoever holds a firm or a round waits for no entry.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from portal import outbox
from portal.people.actors import Actor, person
from portal.people.refusal import Refused
from portal.people.rights import Grant
from portal.worktime import clock

from ...models import Entry, WhitelistRound
from .. import limits, stages
from ..capacity import Hands, granted, standing, why_not

WITH = ("round__criterion__criterion", "enterprise__place")
MOST_AT_ONCE = 1000
LONGEST = 500  # characters of a reason


@dataclass
class Batch:
    """What an act on many came to: the entries it was done to, and those refused with the sentence why."""

    done: list[Entry] = field(default_factory=list)
    refused: list[tuple[Entry, str]] = field(default_factory=list)


def begin(entry: Entry, verb: str, by: Actor, at: datetime | None) -> tuple[Entry, datetime, Grant | None]:
    """The entry, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    entry = locked([entry])[0]
    at = at or clock.now()
    return entry, at, allowed(entry, verb, by, at)


def allowed(
    entry: Entry,
    verb: str,
    by: Actor,
    at: datetime,
    firms: Collection[int] | None = None,
    did: Hands | None = None,
) -> Grant | None:
    """The right by which the verb may be done to an entry that is locked. Raises Refused.

    `firms`: his own, `did`: whose hands did what came before, where somebody has read them for many entries.
    """
    grant = granted(verb, entry.status, standing(entry, by, at, stages.VERBS[verb][2], firms))
    if (sentence := why_not(verb, entry, by, at, did)) is not None:
        raise Refused(sentence)
    return grant


def locked(entries: Iterable[Entry]) -> list[Entry]:
    """Locked in the order of their keys, as they are now."""
    rows = Entry.objects.select_for_update(of=("self",), no_key=True).select_related(*WITH)
    reviewed = rows.prefetch_related("reviews__agency__department")
    return list(reviewed.filter(pk__in=[entry.pk for entry in entries]).order_by("pk"))


def others_open(entry: Entry) -> list[Entry]:
    """The firm's other entries that stand or are being decided, locked; asked for after the entry itself was."""
    rows = Entry.objects.select_for_update(of=("self",), no_key=True).select_related(*WITH)
    open_ones = rows.filter(enterprise=entry.enterprise_id, status__in=stages.OPEN)
    return list(open_ones.exclude(pk=entry.pk).order_by("pk"))


def locked_firms(firms: Iterable[int]) -> list[Enterprise]:
    """So that a firm cannot come onto the list while a check of it is being entered, nor twice."""
    rows = Enterprise.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(pk__in=set(firms)).order_by("pk"))


def settle(rounds: Iterable[int], by: Actor, at: datetime) -> None:
    """The clocks of these rounds follow their entries, and who has the next step hears of it once."""
    rows = WhitelistRound.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=set(rounds))
    for round in rows.order_by("pk"):
        for news in sorted(limits.settle(round, at)):
            outbox.tell(f"whitelist_round.{news}", round, by, at, None)


ForAReason = Callable[[Entry, Actor, str, datetime, Grant | None], object]


@transaction.atomic
def one(entry: Entry, verb: str, act: ForAReason, *, by: Actor, reason: str, at: datetime | None) -> Entry:
    """A verb that changes nothing but its entry, for a reason; the clocks of the round follow."""
    entry, at, grant = begin(entry, verb, by, at)
    act(entry, by, reason, at, grant)
    settle([entry.round_id], by, at)
    return entry


@transaction.atomic
def many(entries: Iterable[Entry], verb: str, act: ForAReason, *, by: Actor, reason: str, at: datetime | None) -> Batch:
    """The same on many, locked together, each in a savepoint of its own; what is refused is named, not done."""
    at, wanted = at or clock.now(), list({entry.pk: entry for entry in entries}.values())
    demand_few(wanted)
    batch = Batch()
    for entry in locked(wanted):
        try:
            with transaction.atomic():
                act(entry, by, reason, at, allowed(entry, verb, by, at))
        except Refused as refused:
            batch.refused.append((entry, refused.sentence))
        else:
            batch.done.append(entry)
    settle({entry.round_id for entry in batch.done}, by, at)
    return batch


def for_the_record(sentence: str) -> str:
    """What is written down is read by everybody: in the portal's own language, whoever does it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _(sentence)


def demand_few(entries: Sequence[Entry]) -> None:
    if len(entries) > MOST_AT_ONCE:
        raise Refused(_("一次最多 %(n)s 家。") % {"n": MOST_AT_ONCE})


def tell(
    kind: str,
    entry: Entry,
    by: Actor,
    at: datetime,
    grant: Grant | None,
    *,
    firm_sees: bool = False,
    told: bool = False,
    **data: Any,
) -> None:
    """`outbox.tell`; most acts on one firm write to nobody, what concerns a round is told once for all of it."""
    outbox.tell(f"whitelist.{kind}", entry, by, at, grant, firm_sees=firm_sees, told=told, **data)


def end(entry: Entry, status: str, at: datetime, *, by: Actor, reason: str = "", basis: str = "") -> None:
    """Its end as the row keeps it; saved."""
    entry.status, entry.ended_at, entry.ended_by = status, at, person(by)
    entry.ended_for, entry.ended_basis = reason, basis
    entry.save(update_fields=["status", "ended_at", "ended_by", "ended_for", "ended_basis", "incident"])
