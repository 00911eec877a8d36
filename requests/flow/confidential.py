"""保密投诉: how a complaint about a unit or an inspection comes in, and whom the supervisor gives it to (APP-18)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from enterprises import phones
from enterprises.models import Enterprise, firms_of
from portal import deadlines, outbox
from portal.files.models import StoredFile
from portal.people.models import Department, User, plain_mobile
from portal.people.refusal import one_line, required
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.aside import aside
from portal.worktime import clock
from requests import confiding, limits, stages
from requests.flow.core import Refused, begin, move, note
from requests.flow.intake import attach, said
from requests.models import (
    Assignment,
    Complaint,
    ComplaintLink,
    ComplaintSubject,
    NamedHandler,
    Ticket,
    TicketDeadline,
)
from requests.models.ticket import CONFIDED, Channel, Complexity, Kind, Urgency

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read for another
MOST_NAMED = 5


@dataclass(frozen=True)
class Grievance:
    """What a confidential complaint carries: against whom, what happened, and how to reach who complains."""

    about: str
    accused: Department | None
    unit_name: str
    persons: str
    description: str
    contact_name: str
    contact_phone: str
    enterprise: Enterprise | None = None
    business_name: str = ""


def complain(
    grievance: Grievance, *, by: User, key: uuid.UUID, files: Iterable[StoredFile] = (), at: datetime | None = None
) -> Ticket:
    """保密投诉: a firm's member complains; from now on he, the supervisors it is not about, and nobody else read it.

    The same `key` twice is one complaint. Raises Refused where there is nobody whom it could be given to.
    """
    firm = grievance.enterprise
    if firm is None or firm.pk not in firms_of(by, at):
        raise Refused(_("您已不是这家企业的联系人，不能替它提交。请换一家企业，或联系中心。"), "enterprise")
    return _once(grievance, by, key, list(files), at, by_clerk=False)


def take_down(
    grievance: Grievance, *, by: User, key: uuid.UUID, files: Iterable[StoredFile] = (), at: datetime | None = None
) -> Ticket:
    """A clerk takes one down from the telephone, and reads it no more once it is saved; the receipt is the caller's."""
    if not rights_of(by, at).has(Role.INTAKE_CLERK):
        raise Refused(_("只有接诉员可以登记来电来访。"))
    firm = grievance.enterprise
    if firm is None and not grievance.business_name.strip():
        raise Refused(_("请写下来人所在单位的名称。"), "business_name")
    if firm is not None and firm.pk in firms_of(by, at):
        raise Refused(_("您是这家企业的人，请在企业首页自己提交。"), "business_name")
    return _once(grievance, by, key, list(files), at, by_clerk=True)


def _once(
    grievance: Grievance, by: User, key: uuid.UUID, files: list[StoredFile], at: datetime | None, *, by_clerk: bool
) -> Ticket:
    made = Ticket.objects.filter(filed_key=key, filed_by=by).first()
    if made is not None:
        return made
    try:
        with transaction.atomic():
            return _create(grievance, by, key, files, at or clock.now(), by_clerk)
    except IntegrityError:
        made = Ticket.objects.filter(filed_key=key, filed_by=by).first()
        if made is None:
            raise
        return made


def _create(
    grievance: Grievance, by: User, key: uuid.UUID, files: list[StoredFile], at: datetime, by_clerk: bool
) -> Ticket:
    ticket = _written(grievance, by, key, at, by_clerk)
    unit_name = one_line(grievance.unit_name)
    if grievance.accused is None:
        unit_name = required(unit_name, _("请选或写下投诉的是哪个单位。"), "accused")
    Complaint.objects.create(
        ticket=ticket,
        about=grievance.about,
        accused=grievance.accused,
        unit_name="" if grievance.accused else unit_name,
        persons=one_line(grievance.persons),
    )
    _exclude(ticket, _officials_named_in(ticket), None, at)
    settle_keeper(ticket, at)
    attach(ticket, files)
    limits.filed(ticket, at)
    ticket.acting = rights_of(by, at).grant(Role.INTAKE_CLERK) if by_clerk else None
    kind = "ticket.registered" if by_clerk else "ticket.filed"
    note(kind, ticket, by=by, at=at, channel=ticket.channel)
    if by_clerk:
        _send_receipt(ticket, at)
    return ticket


def _written(grievance: Grievance, by: User, key: uuid.UUID, at: datetime, by_clerk: bool) -> Ticket:
    """The new row: its number and its key are random, the series of the day and of the table tell nothing of it."""
    firm = grievance.enterprise
    return Ticket.objects.create(
        pk=aside(),
        number=_number(),
        filed_key=key,
        status=stages.RECEIVED,
        enterprise=firm,
        business_name="" if firm else one_line(grievance.business_name),
        contact_name=required(one_line(grievance.contact_name), _("请写联系人姓名。"), "contact_name"),
        contact_phone=required(one_line(grievance.contact_phone), _("请写联系电话。"), "contact_phone"),
        title=CONFIDED,
        description=said(grievance.description, _("请写下发生了什么事。"), "description"),
        place=firm.place if firm else None,
        channel=Channel.PHONE if by_clerk else Channel.ONLINE,
        confidential=True,
        filed_by=by,
        registered_by=by if by_clerk else None,
        filed_at=at,
        moved_at=at,
    )


def _number() -> str:
    """`TS-7KQ2MD`: no day and no count in it."""
    while True:
        number = f"TS-{get_random_string(6, LETTERS)}"
        if not Ticket.objects.filter(number=number).exists():
            return number


def _send_receipt(ticket: Ticket, at: datetime) -> None:
    if phones.is_mobile(ticket.contact_phone) and outbox.reaches_telephones():
        link = ComplaintLink.objects.create(ticket=ticket, phone=plain_mobile(ticket.contact_phone), sent_at=at)
        outbox.queue("complaint.receipt", ticket, key=f"complaint.receipt:{link.pk}", at=at, link=link.pk)


# Whom it is about -----------------------------------------------------------------------------------------------


def _officials_named_in(ticket: Ticket) -> list[User]:
    """Those who might keep it and whose full name stands in the complainant's words: excluded at once (APP-18)."""
    words = f"{ticket.complaint.persons}\n{ticket.description}"
    asked = User.objects.holding(Role.SUPERVISOR).order_by("pk") | User.objects.serving(Role.LEADER).order_by("pk")
    return [user for user in asked.distinct() if len(user.name) > 1 and user.name in words]


def _exclude(ticket: Ticket, people: Iterable[User], by: User | None, at: datetime) -> None:
    for user in people:
        ComplaintSubject.objects.get_or_create(ticket=ticket, user=user, defaults={"named_by": by, "named_at": at})
        ticket.named_handlers.filter(user=user, ended_at=None).update(ended_at=at)
        if ticket.handler_id == user.pk:
            ticket.handler = None


def settle_keeper(ticket: Ticket, at: datetime) -> None:
    """Where it is about every supervisor a designated leader keeps it: the one on duty for it, else the first.

    Raises Refused where nobody is left. The first responder is whoever keeps it: the firm is never without a name.
    """
    complaint = ticket.complaint
    complaint.keeper = None
    complaint.save()
    found = confiding.keepers(ticket, at)
    if not found:
        leaders = User.objects.serving(Role.LEADER, at=at).order_by("-memberships__on_duty", "pk").distinct()
        for leader in leaders:
            complaint.keeper = leader
            if confiding.keeper_grant(ticket, leader, at):
                break
        else:
            raise Refused(_("现在没有可以受理它的督查员或镇领导。请打 12345，或找上级机关。"))
        complaint.save()
        found = [complaint.keeper]
    ticket.first_responder = found[0]
    ticket.save()


@transaction.atomic
def identify(
    ticket: Ticket, *, by: User, accused: Department | None, people: Sequence[User] = (), at: datetime | None = None
) -> Ticket:
    """认定投诉对象: which unit it is about, and which officials; these read nothing of it from now on.

    Refused while somebody of that unit handles it: name others first.
    """
    ticket, at = begin(ticket, "identify", by, at)
    if by in people:
        raise Refused(_("涉及本人的，请告诉另一位督查员，由他来登记。"), "people")
    complaint = ticket.complaint
    if accused is not None:
        lead = ticket.lead_department_id
        if lead in confiding.below(accused.pk):
            raise Refused(_("现在正由这个单位的人办，先改由别的单位的人办。"), "accused")
        complaint.accused, complaint.unit_name = accused, ""
        complaint.save()
    _exclude(ticket, people, by, at)
    settle_keeper(ticket, at)
    if not confiding.keeper_grant(ticket, by, at):
        raise Refused(_("这个单位也是您的单位，请告诉另一位督查员，由他来登记。"), "accused")
    who = {"accused": accused.pk if accused else None, "people": [user.pk for user in people]}
    note("ticket.identified", ticket, by=by, at=at, firm_sees=False, tell=False, **who)
    return ticket


# Who handles it -------------------------------------------------------------------------------------------------


@transaction.atomic
def entrust(
    ticket: Ticket,
    *,
    by: User,
    handlers: Sequence[User],
    urgency: str | None = None,
    instruction: str = "",
    at: datetime | None = None,
) -> Ticket:
    """交办: names who handles it, outside the unit it is about; their departments and heads learn nothing (APP-18).

    The clocks are those of a complaint (SLA-2, SLA-4). Given to people of another department it begins anew there.
    """
    ticket, at = begin(ticket, "entrust", by, at)
    handlers = list(dict.fromkeys(handlers))
    _check_named(ticket, handlers, at)
    stood, lead = ticket.status, _lead(ticket, handlers, at)
    _name(ticket, handlers, by, at)
    if stood == stages.TRIAGING or lead != ticket.lead_department_id:
        _give_to(ticket, lead, urgency, instruction, by, at)
        note("ticket.dispatched", ticket, by=by, at=at, firm_sees=stood == stages.TRIAGING, lead=lead, co=[])
    else:
        if ticket.handler_id not in {user.pk for user in handlers}:
            ticket.handler = handlers[0] if ticket.status == stages.HANDLING else None
        ticket.save()
        note("ticket.entrusted", ticket, by=by, at=at, firm_sees=False, handlers=[user.pk for user in handlers])
    return ticket


def _check_named(ticket: Ticket, handlers: list[User], at: datetime) -> None:
    if ticket.complaint.accused_id is None:
        raise Refused(_("先认定投诉的是哪个单位，再交办。"), "handlers")
    if not handlers:
        raise Refused(_("请点名由谁办。"), "handlers")
    if len(handlers) > MOST_NAMED:
        raise Refused(_("最多点 %(n)s 个人，知道的人越少越好。") % {"n": MOST_NAMED}, "handlers")
    for user in handlers:
        if not user.is_active or not confiding.may_be_named(ticket, user, at):
            raise Refused(_("%(name)s不能办这件：他涉及此事，或不在承办部门。") % {"name": user.name}, "handlers")


def _lead(ticket: Ticket, handlers: list[User], at: datetime) -> int:
    """The department on whose clock it runs: as before while one of the named works there."""
    if any(ticket.lead_department_id in rights_of(user, at).departments() for user in handlers):
        return int(ticket.lead_department_id or 0)
    return confiding.unit_of(ticket, handlers[0], at)


def _name(ticket: Ticket, handlers: list[User], by: User, at: datetime) -> None:
    ticket.named_handlers.filter(ended_at=None).exclude(user__in=handlers).update(ended_at=at)
    known = set(ticket.named_handlers.filter(ended_at=None).values_list("user", flat=True))
    for user in handlers:
        if user.pk not in known:
            NamedHandler.objects.create(ticket=ticket, user=user, named_by=by, named_at=at)


def _give_to(ticket: Ticket, lead: int, urgency: str | None, instruction: str, by: User, at: datetime) -> None:
    """As `dispatch` does, to one department; what ran for another is over."""
    ticket.assignments.filter(ended_at=None).update(ended_at=at)
    if ticket.status != stages.TRIAGING:
        deadlines.cancel(TicketDeadline, ticket, at=at)
    ticket.kind, ticket.complexity = Kind.COMPLAINT, Complexity.ORDINARY
    ticket.urgency = Urgency(urgency or ticket.urgency)
    ticket.lead_department = Department.objects.get(pk=lead)
    ticket.handler = None
    ticket.dispatched_at = at
    move(ticket, stages.ASSIGNED, at)
    ticket.save()
    Assignment.objects.create(
        ticket=ticket,
        department=ticket.lead_department,
        part=Assignment.Part.LEAD,
        instruction=instruction.strip(),
        assigned_by=by,
        assigned_at=at,
    )
    limits.dispatched(ticket, at)
