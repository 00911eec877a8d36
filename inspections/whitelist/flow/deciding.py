"""审批 (INS-1): a town leader puts a firm onto the list or refuses; from then on it is left in peace (INS-2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import firms_of
from portal import outbox
from portal.people.actors import Actor
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Entry, WhitelistRound
from .. import incidents, stages
from ..capacity import hands
from . import core
from .peace import leave_all_in_peace, leave_in_peace, locked_needs

APPROVED = ["status", "term_from", "approved_by", "approved_at"]  # what an approval changes in the row


@transaction.atomic
def approve(entry: Entry, *, by: User, at: datetime | None = None) -> Entry:
    """批准: it stands from today, or from the first day of its term; waiting checks it bars are dropped with it."""
    entry, at, grant = core.begin(entry, "approve", by, at)
    locked_needs([entry.enterprise_id])
    core.locked_firms([entry.enterprise_id])
    firms = [entry.enterprise_id]
    _admit(entry, by, at, incidents.among(firms, local_day(at)), _terms(firms)[entry.enterprise_id])
    stand(entry, at)
    core.tell("listed", entry, by, at, grant, firm_sees=True, told=True)
    _published([entry], at)
    core.settle([entry.round_id], by, at)
    return entry


@transaction.atomic
def approve_many(entries: Iterable[Entry], *, by: User, at: datetime | None = None) -> core.Batch:
    """Those that a leader chose, in as many statements for hundreds as for one; each that is refused is named and stays
    where it was.
    """
    at, wanted = at or clock.now(), list({entry.pk: entry for entry in entries}.values())
    core.demand_few(wanted)
    rows = core.locked(wanted)
    firms = [entry.enterprise_id for entry in rows]
    locked_needs(firms)
    core.locked_firms(firms)
    struck, terms = incidents.among(firms, local_day(at)), _terms(firms)
    own, did = firms_of(by, at), hands(rows, "whitelist.proposed")
    batch, grant = core.Batch(), None
    for entry in rows:
        try:
            grant = core.allowed(entry, "approve", by, at, own, did)
            _admit(entry, by, at, struck, terms[entry.enterprise_id])
        except Refused as refused:
            batch.refused.append((entry, refused.sentence))
        else:
            batch.done.append(entry)
    _stand_all(batch.done, by, at, grant)
    return batch


def _terms(firms: Collection[int]) -> defaultdict[int, list[Entry]]:
    """What stands of each firm, at any time."""
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in Entry.objects.filter(enterprise__in=firms, status=stages.LISTED):
        found[entry.enterprise_id].append(entry)
    return found


def _stand_all(entries: list[Entry], by: User, at: datetime, grant: Grant | None) -> None:
    """First the waiting checks go that they bar, then all of them stand."""
    if not entries:
        return
    leave_all_in_peace(entries, at)
    for entry in entries:
        entry.status = stages.LISTED
    Entry.objects.bulk_update(entries, APPROVED, batch_size=500)
    told = [entry.pk for entry in entries]
    outbox.tell_each("whitelist.listed", Entry, told, by, at, grant, firm_sees=True)
    _published(entries, at)
    core.settle({entry.round_id for entry in entries}, by, at)


def _admit(entry: Entry, by: User, at: datetime, struck: Container[int], terms: Iterable[Entry]) -> None:
    """Its approval as the row keeps it, not saved. Raises Refused; `terms`: what stands of the firm already."""
    day = local_day(at)
    if entry.term_until <= day:
        raise Refused(_("这一批的有效期已经过了，请重新推荐。"))
    if entry.enterprise_id in struck:
        raise Refused(_("数据显示这家企业有应当移出的情形，不能列入。"))
    first = max(entry.term_from, day)
    if any(one.term_from <= entry.term_until and one.term_until >= first for one in terms):
        raise Refused(_("这家企业在这段时间已经在白名单上。"))
    entry.term_from, entry.approved_by, entry.approved_at = first, by, at


def stand(entry: Entry, at: datetime) -> None:
    """Onto the list: first the waiting checks go that it bars, then the entry stands. Its firm is locked."""
    leave_in_peace(entry, at)
    entry.status = stages.LISTED
    entry.save(update_fields=APPROVED)


def _published(entries: Iterable[Entry], at: datetime) -> None:
    rounds = {entry.round_id for entry in entries}
    WhitelistRound.objects.filter(pk__in=rounds, published_at=None).update(published_at=at)


def refuse(entry: Entry, *, by: User, reason: str, at: datetime | None = None) -> Entry:
    """不批准, with the reason that the agencies read."""
    return core.one(entry, "refuse", _refuse, by=by, reason=reason, at=at)


def refuse_many(entries: Iterable[Entry], *, by: User, reason: str, at: datetime | None = None) -> core.Batch:
    return core.many(entries, "refuse", _refuse, by=by, reason=reason, at=at)


def _refuse(entry: Entry, by: Actor, reason: str, at: datetime, grant: Grant | None) -> None:
    reason = required_line(reason, _("请写不批准的理由。"), "reason", core.LONGEST)
    core.end(entry, stages.DROPPED, at, by=by, reason=reason)
    core.tell("refused", entry, by, at, grant)
