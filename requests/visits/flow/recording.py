"""Recording a visit (ENT-10): what was said, and in the same act the tickets and the corrections that come of it.

One transaction: either the visit stands with its tickets and corrections, or nothing does. The same form sent again,
however often, is the same visit.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.facts.correcting import propose
from enterprises.measures import Plain
from enterprises.models import Enterprise, ResourceColumn
from portal import outbox
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant
from portal.worktime import clock
from requests import drafts, guess
from requests.flow.intake import Matter, bring
from requests.models import (
    Category,
    Visit,
    VisitCorrection,
    VisitDraft,
    VisitPhoto,
    VisitTicket,
)
from requests.models.ticket import Channel, Urgency
from requests.visits import stages
from requests.visits.capacity import granted, towards
from requests.visits.flow import core

OLDEST = timedelta(days=60)  # a visit is written down within that time
MOST_FOUND = 10


@dataclass(frozen=True)
class Found:
    """One problem that becomes a ticket."""

    text: str
    title: str = ""
    category: Category | None = None
    urgency: str = Urgency.ORDINARY


@dataclass(frozen=True)
class Fix:
    """One fact that is otherwise than the line says."""

    column: ResourceColumn
    value: Plain | None
    reason: str
    period: date | None = None
    item: str = ""
    field: str = ""  # of the form, where a refusal is to be said


@dataclass(frozen=True)
class Record:
    """What the visitor writes down. Contact and consent are asked for where problems become tickets."""

    visited_at: datetime
    way: str = Visit.Way.ON_SITE
    met_name: str = ""
    met_title: str = ""
    said: str = ""
    needs: str = ""
    note: str = ""
    found: Sequence[Found] = ()
    fixes: Sequence[Fix] = ()
    contact_phone: str = ""
    consent: bool = False


@transaction.atomic
def record_visit(
    visit: Visit,
    *,
    by: User,
    record: Record,
    key: uuid.UUID,
    draft: VisitDraft | None = None,
    at: datetime | None = None,
) -> Visit:
    """记录走访. `key` is the form's: sent again under it, nothing more happens and the visit is returned as it is."""
    visit = core.locked(visit)
    if visit.status == stages.DONE and visit.sent_key == key and visit.recorded_by_id == by.pk:
        return visit
    visit, at, grant = core.begin(visit, "record_visit", by, at)
    _check(record, visit, at)
    _write(visit, record, by, key, at)
    core.meet(visit, record.visited_at)  # on time is when somebody was there, not when he found time to write it down
    if draft is not None:
        VisitPhoto.objects.filter(draft=draft).update(visit=visit, draft=None)
    VisitDraft.objects.filter(key=visit.key, user=by).delete()
    tickets = [_file(visit, number, found, record, by, grant, at) for number, found in enumerate(record.found)]
    fixes = [_propose(visit, fix, by, at) for fix in record.fixes]
    data: dict[str, Any] = {"tickets": tickets, "corrections": fixes, "instead_of": _instead_of(visit, by)}
    outbox.tell("visit.recorded", visit, by, at, grant, firm_sees=True, **data)
    return visit


@transaction.atomic
def visit_unplanned(
    enterprise: Enterprise,
    *,
    by: User,
    record: Record,
    key: uuid.UUID,
    draft: VisitDraft | None = None,
    at: datetime | None = None,
) -> Visit:
    """临时走访: one that nobody had planned, under the key of its page; sent again it is the same visit."""
    drafts.alone(key)
    made = Visit.objects.filter(key=key).first()
    if made is not None:
        if made.recorded_by_id != by.pk or made.enterprise_id != enterprise.pk:
            raise Refused(_("这份记录已经提交。"))
        return made
    at = at or clock.now()
    granted("begin_visit", "", towards(enterprise, by, at))
    visit = Visit.objects.create(
        key=key,
        enterprise=enterprise,
        visitor=by,
        status=stages.PLANNED,
        opens_at=at,
        created_by=by,
        created_at=at,
    )
    return record_visit(visit, by=by, record=record, key=key, draft=draft, at=at)


def _check(record: Record, visit: Visit, at: datetime) -> None:
    """Raises Refused with the field that is wrong."""
    if record.visited_at > at:
        raise Refused(_("走访时间不能晚于现在。"), "visited_at")
    if record.visited_at < at - OLDEST:
        raise Refused(_("走访时间在 %(n)s 天以前，请核对。") % {"n": OLDEST.days}, "visited_at")
    if record.way not in Visit.Way.values:
        raise Refused(_("请选走访方式。"), "way")
    if not record.said.strip():
        raise Refused(_("请写谈了什么、看到什么。"), "said")
    if len(record.found) > MOST_FOUND:
        raise Refused(_("一次最多 %(n)s 个问题，其余请另外提交。") % {"n": MOST_FOUND})
    if not record.found:
        return
    if not record.consent:
        raise Refused(_("替企业提交诉求要企业同意，请当面问清后勾选。"), "consent")
    if not record.met_name.strip():
        raise Refused(_("替企业提交诉求，请写见到的人，好联系。"), "met_name")
    if sum(char.isdecimal() for char in record.contact_phone) < 7:
        raise Refused(_("替企业提交诉求，请写联系电话。"), "contact_phone")


def _write(visit: Visit, record: Record, by: User, key: uuid.UUID, at: datetime) -> None:
    visit.status, visit.recorded_by, visit.recorded_at, visit.sent_key = stages.DONE, by, at, key
    visit.visited_at, visit.way = record.visited_at, record.way
    visit.met_name = " ".join(record.met_name.split())[:40]
    visit.met_title = " ".join(record.met_title.split())[:40]
    visit.said, visit.needs, visit.note = (text.strip() for text in (record.said, record.needs, record.note))
    visit.save()


def _file(visit: Visit, number: int, found: Found, record: Record, by: User, grant: Grant | None, at: datetime) -> int:
    """The ticket of one problem, on the firm's behalf; its key follows from the visit's, so it is made once."""
    matter = Matter(
        enterprise=visit.enterprise,
        contact_name=visit.met_name,
        contact_phone=record.contact_phone.strip()[:20],
        title=found.title.strip() or guess.title_of(found.text),
        description=found.text,
        category=found.category or guess.category_of(found.text),
        urgency=found.urgency or Urgency.ORDINARY,
        channel=Channel.VISIT,
    )
    ticket = bring(matter, by=by, key=uuid.uuid5(visit.key, str(number)), grant=grant, at=at)
    VisitTicket.objects.create(visit=visit, ticket=ticket)
    return ticket.pk


def _propose(visit: Visit, fix: Fix, by: User, at: datetime) -> int:
    told: dict[str, Any] = {"period": fix.period, "item": fix.item, "reason": fix.reason}
    try:
        correction = propose(visit.enterprise, fix.column, fix.value, by=by, at=at, **told)
    except Refused as refused:
        raise Refused(refused.sentence, fix.field or refused.field) from refused
    VisitCorrection.objects.create(visit=visit, correction=correction)
    return correction.pk


def _instead_of(visit: Visit, by: User) -> int | None:
    """The visitor named for it, where somebody else went."""
    return visit.visitor_id if visit.visitor_id != by.pk else None
