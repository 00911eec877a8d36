"""联合审查 (INS-1): each agency that was asked says of each firm whether it objects, with grounds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import firms_of
from portal.people.actors import Actor
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.people.rights import Grant
from portal.trail.entries import record_each
from portal.worktime import clock

from ...models import Agency, Entry, EntryReview
from .. import stages
from ..capacity import due_from, review_grant
from . import core

Says = EntryReview.Says


@transaction.atomic
def review(
    entry: Entry, *, by: User, agency: Agency, says: str, grounds: str = "", at: datetime | None = None
) -> Entry:
    """同意, or 有异议 with grounds. With the last word it goes to approval, or back to who proposed it."""
    entry, at, _grant = core.begin(entry, "review", by, at)
    own = _said(entry, by, agency, says, grounds, at)
    _keep([entry], [own], by, agency, at)
    return entry


@transaction.atomic
def review_many(
    entries: Iterable[Entry], *, by: User, agency: Agency, says: str, grounds: str = "", at: datetime | None = None
) -> core.Batch:
    """The same word on many firms; as many statements for one as for hundreds."""
    at, wanted = at or clock.now(), list(entries)
    core.demand_few(wanted)
    batch, given, firms = core.Batch(), [], firms_of(by, at)
    for entry in core.locked(wanted):
        try:
            core.allowed(entry, "review", by, at, firms)
            given.append(_said(entry, by, agency, says, grounds, at))
        except Refused as refused:
            batch.refused.append((entry, refused.sentence))
        else:
            batch.done.append(entry)
    _keep(batch.done, given, by, agency, at)
    return batch


def _said(entry: Entry, by: User, agency: Agency, says: str, grounds: str, at: datetime) -> EntryReview:
    """The agency's part and what its word makes of the entry, which is locked; not saved."""
    own = next((one for one in due_from(entry, by, at) if one.agency_id == agency.pk), None)
    if own is None:
        raise Refused(_("%(agency)s没有要审查的，或已经提过意见。") % {"agency": agency})
    if says not in Says.values:
        raise Refused(_("请选同意或有异议。"), "says")
    own.grounds = required_line(grounds, _("请写异议的理由。"), "grounds", core.LONGEST) if says == Says.OBJECTS else ""
    own.says, own.by, own.at = says, by, at
    said = [one.says for one in entry.reviews.all()]
    if all(said):
        entry.status = stages.OBJECTED if Says.OBJECTS in said else stages.APPROVE
    return own


def _keep(entries: list[Entry], given: list[EntryReview], by: User, agency: Agency, at: datetime) -> None:
    EntryReview.objects.bulk_update(given, ["says", "grounds", "by", "at"], batch_size=500)
    Entry.objects.bulk_update(entries, ["status"], batch_size=500)
    told = {own.entry_id: {"agency": agency.pk, "says": own.says} for own in given}
    grant = review_grant(agency, by, at)
    record_each("whitelist.reviewed", Entry, told, by=by, at=at, grant=grant)
    core.settle({entry.round_id for entry in entries}, by, at)


def uphold(entry: Entry, *, by: User, reason: str, at: datetime | None = None) -> Entry:
    """坚持推荐: on to approval, with the objection and this answer beside it."""
    return core.one(entry, "uphold", _uphold, by=by, reason=reason, at=at)


def uphold_many(entries: Iterable[Entry], *, by: User, reason: str, at: datetime | None = None) -> core.Batch:
    return core.many(entries, "uphold", _uphold, by=by, reason=reason, at=at)


def _uphold(entry: Entry, by: Actor, reason: str, at: datetime, grant: Grant | None) -> None:
    entry.answer = required_line(reason, _("请写为什么仍然推荐，审批领导会看到。"), "reason", core.LONGEST)
    entry.status = stages.APPROVE
    entry.save(update_fields=["answer", "status"])
    core.tell("upheld", entry, by, at, grant)


def drop(entry: Entry, *, by: User, reason: str, at: datetime | None = None) -> Entry:
    """撤回推荐: by who proposed it, while it is reviewed or objected to."""
    return core.one(entry, "drop", _drop, by=by, reason=reason, at=at)


def drop_many(entries: Iterable[Entry], *, by: User, reason: str, at: datetime | None = None) -> core.Batch:
    return core.many(entries, "drop", _drop, by=by, reason=reason, at=at)


def _drop(entry: Entry, by: Actor, reason: str, at: datetime, grant: Grant | None) -> None:
    reason = required_line(reason, _("请写撤回推荐的理由。"), "reason", core.LONGEST)
    core.end(entry, stages.DROPPED, at, by=by, reason=reason)
    core.tell("dropped", entry, by, at, grant)
