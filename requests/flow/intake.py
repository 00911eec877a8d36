"""接诉: a matter comes in, is checked for completeness, accepted, sent back once, rejected or withdrawn."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Place, firms_of
from portal import outbox
from portal.api.tokens import line_of
from portal.files.models import StoredFile
from portal.people.actors import CLOCK, Actor, Clock, LinkHolder, person
from portal.people.models import Membership, User
from portal.people.refusal import one_line, required
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail.aside import aside
from portal.worktime import clock
from portal.worktime.calendar import calendar
from requests import caller_links, limits, owed_intake, stages
from requests.capacity import ties_to
from requests.flow.core import Refused, begin, move, note
from requests.models import Assignment, Attachment, Category, DayNumber, Draft, ListItem, Supplement, Ticket
from requests.models.conversation import Audience
from requests.models.ticket import Channel, Urgency


@dataclass(frozen=True)
class Matter:
    """What a matter carries when it comes in (APP-2)."""

    contact_name: str
    contact_phone: str
    title: str
    description: str
    channel: str = Channel.ONLINE
    enterprise: Enterprise | None = None
    business_name: str = ""
    category: Category | None = None
    place: Place | None = None
    urgency: str = Urgency.ORDINARY
    proxy: Enterprise | None = None  # the association that lodges it for its member
    proxy_for: str = ""
    hotline_number: str = ""
    outer_due_at: datetime | None = None
    public: bool = False


def file(matter: Matter, *, by: User, key: uuid.UUID, draft: Draft | None = None, at: datetime | None = None) -> Ticket:
    """A firm's member, its steward, or its association on its behalf (both identities kept), files a matter online.

    `key` makes it happen once: the same form sent again returns the ticket that the first sending made.
    """
    firm = matter.enterprise
    if matter.proxy is not None:
        _demand_proxy(matter, by, at)
    elif firm is None or not (
        firm.pk in firms_of(by, at) or Enterprise.objects.stewarded_by(by, at).filter(pk=firm.pk)
    ):
        raise Refused(_("您已不是这家企业的联系人，不能替它提交。请换一家企业，或联系中心。"), "enterprise")
    return _once(matter, by, key, draft, at, registered_by=None)


def _demand_proxy(matter: Matter, by: User, at: datetime | None) -> None:
    """Only an association's own people lodge for its members; a member that is not on file is named (APP-2)."""
    assert matter.proxy is not None
    if not matter.proxy.is_association or matter.proxy.pk not in firms_of(by, at):
        raise Refused(_("只有商会、协会的联系人可以代会员企业提交。"), "enterprise")
    if matter.enterprise == matter.proxy:
        raise Refused(_("代会员企业提交的，请写会员企业，不是商会、协会自己。"), "member")
    if matter.enterprise is None and not matter.business_name.strip():
        raise Refused(_("请写会员企业的名称。"), "member")


def register(
    matter: Matter, *, by: User, key: uuid.UUID, draft: Draft | None = None, at: datetime | None = None
) -> Ticket:
    """A clerk registers a matter from the telephone, the counter or another channel; it is accepted in the same act."""
    if not rights_of(by, at).has(Role.INTAKE_CLERK):
        raise Refused(_("只有接诉员可以登记来电来访。"))
    if matter.enterprise is None and not matter.business_name.strip():
        raise Refused(_("请选一家企业，或写下来人所在单位的名称。"), "business_name")
    return _once(matter, by, key, draft, at, registered_by=by)


def relay(
    matter: Matter, *, by: User, key: uuid.UUID, draft: Draft | None = None, at: datetime | None = None
) -> Ticket:
    """A line system passes on what a firm said there, through its own channel; a clerk accepts it (APP-1)."""
    line = line_of(by)
    if line is None or matter.channel != line.channel:
        raise Refused(_("只有接入系统可以转来诉求，渠道只能是它自己的。"))
    if matter.enterprise is None and not matter.business_name.strip():
        raise Refused(_("请写企业的统一社会信用代码，或它的名称。"), "business_name")
    return _once(matter, by, key, draft, at, registered_by=None)


def bring(matter: Matter, *, by: User, key: uuid.UUID, grant: Grant | None, at: datetime | None = None) -> Ticket:
    """What was found at a visit, filed for the firm by who was there (ENT-10); the visit's verb asked who may."""
    return _once(matter, by, key, None, at, registered_by=None, grant=grant)


def _once(
    matter: Matter,
    by: User,
    key: uuid.UUID,
    draft: Draft | None,
    at: datetime | None,
    registered_by: User | None,
    grant: Grant | None = None,
) -> Ticket:
    try:
        with transaction.atomic():
            return _create(matter, by, key, draft, at or clock.now(), registered_by, grant)
    except IntegrityError:
        made = Ticket.objects.filter(filed_key=key, filed_by=by).first()
        if made is None:
            raise
        return made  # the other sending of the same form was first


def _create(
    matter: Matter,
    by: User,
    key: uuid.UUID,
    draft: Draft | None,
    at: datetime,
    registered_by: User | None,
    grant: Grant | None = None,
) -> Ticket:
    made = Ticket.objects.filter(filed_key=key, filed_by=by).first()
    if made is not None:
        return made
    if matter.outer_due_at and matter.outer_due_at <= at:
        raise Refused(_("热线要求办结的时间已经过了，请核对；确实过期的，先请热线改期。"), "outer_due_at")
    ticket = written(matter, by, key, at, registered_by)
    if draft is not None:
        Attachment.objects.filter(draft=draft).update(ticket=ticket, draft=None)
        draft.delete()
    limits.filed(ticket, at)
    ticket.acting = grant or _acting(by, matter.enterprise, registered_by is not None, at)
    note("ticket.registered" if registered_by else "ticket.filed", ticket, by=by, at=at, channel=ticket.channel)
    return ticket


LEAST = 2  # letters or characters: “停电” says something, a full stop does not


def said(text: str, sentence: str, field: str) -> str:
    """The text without surrounding space; refused where it has no words in it."""
    text = required(text, sentence, field)
    if sum(char.isalnum() for char in text) < LEAST:
        raise Refused(sentence, field)
    return text


def written(matter: Matter, by: User, key: uuid.UUID, at: datetime, registered_by: User | None) -> Ticket:
    """The new row, with the day's next number."""
    title = said(one_line(matter.title), _("请用一句话说明是什么事。"), "title")
    description = said(matter.description, _("请写下遇到了什么事。"), "description")
    day = timezone.localtime(at).date()
    firm = matter.enterprise
    return Ticket.objects.create(
        number=f"{settings.TICKET_PREFIX}-{day:%Y%m%d}-{DayNumber.take(day):04d}",
        filed_key=key,
        status=stages.TRIAGING if registered_by else stages.RECEIVED,
        enterprise=firm,
        business_name="" if firm else one_line(matter.business_name),
        contact_name=required(one_line(matter.contact_name), _("请写联系人姓名。"), "contact_name"),
        contact_phone=required(one_line(matter.contact_phone), _("请写联系电话。"), "contact_phone"),
        title=title,
        description=description,
        category=matter.category,
        place=matter.place or (firm.place if firm else None),
        channel=matter.channel,
        line_system=line_of(by),
        public=matter.public,
        urgency=matter.urgency,
        proxy=matter.proxy,
        proxy_for=matter.proxy.name if matter.proxy else matter.proxy_for,
        hotline_number=matter.hotline_number,
        outer_due_at=matter.outer_due_at,
        first_responder=first_responder(firm, registered_by, at),
        filed_by=by,
        registered_by=registered_by,
        filed_at=at,
        first_response_at=at if registered_by and matter.channel in limits.ANSWERED_ON_ARRIVAL else None,
        moved_at=at,
    )


def _acting(by: User, firm: Enterprise | None, registered: bool, at: datetime) -> Grant | None:
    """The right under which it comes in, so that both identities are kept; a firm's own people need none."""
    if registered:
        return rights_of(by, at).grant(Role.INTAKE_CLERK)
    if firm is None or firm.pk in firms_of(by, at):
        return None
    ties = ties_to(firm.pk, by, at).values()
    return min(ties, key=lambda grant: (grant.principal is not None, grant.role != Role.STEWARD), default=None)


def first_responder(firm: Enterprise | None, registered_by: User | None, at: datetime) -> User | None:
    """The one named person who follows it to the end: steward, else the registering clerk, else on duty (APP-8).

    Nobody of the firm itself: a steward or clerk who is one of its people is passed over (§1: own case).
    """
    clerks = User.objects.serving(Role.INTAKE_CLERK, at=at).order_by("pk")
    on_duty = Membership.objects.current(at).filter(role=Role.INTAKE_CLERK, on_duty=True)
    named = [firm.first_contact(at) if firm else None, registered_by]
    for one in (*filter(None, named), *clerks.filter(pk__in=on_duty.values("user")), *clerks):
        if firm is None or firm.pk not in firms_of(one, at):
            return one
    return None


@transaction.atomic
def accept(ticket: Ticket, *, by: User, at: datetime | None = None) -> Ticket:
    """受理: the matter is complete and in scope; the firm's first answer from a person (SLA-10)."""
    ticket, at = begin(ticket, "accept", by, at)
    move(ticket, stages.TRIAGING, at)
    answered(ticket, at)
    ticket.save()
    note("ticket.accepted", ticket, by=by, at=at)
    return ticket


def answered(ticket: Ticket, at: datetime) -> None:
    """The centre's first answer by a person, where SLA-10 asks for one."""
    if limits.answered(ticket, at):
        ticket.first_response_at = at
        ticket.response_minutes = calendar().working_minutes_between(ticket.filed_at, at)


@transaction.atomic
def ask_supplement(ticket: Ticket, *, by: User, items: str, at: datetime | None = None) -> Ticket:
    """一次性补正: asks once for everything that is missing; the centre's clock waits (APP-2)."""
    ticket, at = begin(ticket, "ask_supplement", by, at)
    items = required(items, _("请一次写全要补的材料。"), "items")
    if Supplement.objects.filter(ticket=ticket).exists():
        raise Refused(_("补正只能要求一次，这件已经要求过。缺的材料请打电话核对，或先流转。"))
    Supplement.objects.create(ticket=ticket, items=items, asked_from=ticket.status, asked_by=by, asked_at=at)
    move(ticket, stages.INCOMPLETE, at)
    answered(ticket, at)
    ticket.save()
    limits.supplement_asked(ticket, at)
    note("ticket.supplement_asked", ticket, by=by, at=at)
    caller_links.offer(ticket, "supplement", by=by, at=at)
    return ticket


@transaction.atomic
def supplement(
    ticket: Ticket, *, by: Actor, answer: str, files: Iterable[StoredFile] = (), at: datetime | None = None
) -> Ticket:
    """The firm, or a caller by his link, supplies what was missing; the ticket goes on where it had stopped (APP-2)."""
    ticket, at = begin(ticket, "supplement", by, at)
    asked = Supplement.objects.get(ticket=ticket)
    files = list(files)
    asked.answer = (answer or "").strip()
    if not asked.answer and not files:
        raise Refused(_("请写下补充的内容，或上传材料。"), "answer")
    asked.answered_by, asked.answered_at = person(by), at
    asked.save()
    if isinstance(by, LinkHolder):
        by.link.use(at)
    attach(ticket, files, supplement=asked)
    move(ticket, asked.asked_from, at)
    ticket.save()
    limits.supplemented(ticket, at)
    note("ticket.supplemented", ticket, by=by, at=at)
    return ticket


@transaction.atomic
def lapse_supplement(ticket: Ticket, *, by: Clock = CLOCK, at: datetime | None = None) -> Ticket:
    """逾期未补正: what was asked for did not come within the limit, and the matter counts as withdrawn (APP-2).

    The firm is told, and may file anew; until the clock came by, a supplement was still taken. `lapsed_at` is the
    limit's due time, the ticket ends when it ended.
    """
    ticket, at = begin(ticket, "lapse_supplement", by, at)
    owed = limits.running(ticket, "supplement")
    if owed is None or owed.due_at > at:
        raise Refused(_("补正时限还没有到。"))
    asked = Supplement.objects.get(ticket=ticket)
    asked.lapsed_at = owed.due_at
    asked.save()
    move(ticket, stages.WITHDRAWN, at)
    ticket.save()
    limits.supplement_lapsed(ticket, at)
    note("ticket.supplement_lapsed", ticket, by=by, at=at)
    return ticket


@transaction.atomic
def reject(ticket: Ticket, *, by: User, item: ListItem, go_to: str, at: datetime | None = None) -> Ticket:
    """不予受理: names the item of the non-acceptance list and says where to go instead (APP-6)."""
    ticket, at = begin(ticket, "reject", by, at)
    if item.accepted or not item.active:
        raise Refused(_("请选不予受理清单里的一项。"), "item")
    if not owed_intake.may_reject(ticket):
        raise Refused(_("督查员复核后已裁定受理，不能再不予受理。"))
    ticket.rejected_item = item
    ticket.end_reason = required(go_to, _("请写明企业可以去哪里办。"), "go_to")
    move(ticket, stages.REJECTED, at)
    answered(ticket, at)
    ticket.save()
    limits.ended(ticket, at)
    note("ticket.rejected", ticket, by=by, at=at, item=item.code)
    caller_links.offer(ticket, "ask_review", by=by, at=at)
    return ticket


@transaction.atomic
def withdraw(ticket: Ticket, *, by: User, reason: str = "", at: datetime | None = None) -> Ticket:
    """撤回: the firm no longer needs it; whoever works on it is told."""
    ticket, at = begin(ticket, "withdraw", by, at)
    stood = ticket.status
    ticket.end_reason = (reason or "").strip()
    move(ticket, stages.WITHDRAWN, at)
    ticket.save()
    for part in ticket.assignments.filter(part=Assignment.Part.CO, ended_at=None):
        outbox.queue("part.withdrawn", part, key=f"part.withdrawn:{part.pk}", at=at)
    ticket.assignments.filter(ended_at=None).update(ended_at=at)
    ticket.results.filter(signed_at=None, sent_back_at=None).update(sent_back_at=at)
    limits.ended(ticket, at)
    note("ticket.withdrawn", ticket, by=by, at=at, stood=stood)
    return ticket


def attach(ticket: Ticket, files: Iterable[StoredFile], audience: str = Audience.FIRM, **place: object) -> None:
    """Gives stored files their place in the ticket: with the `comment=`, `result=`, … that they came with."""
    rows = [Attachment(ticket=ticket, file=f, audience=audience, **place) for f in files]
    for row in rows if ticket.confidential else ():
        row.pk = aside()  # it stands in an address
    Attachment.objects.bulk_create(rows)
