"""The verbs on bookings (INS-11): the only code that moves one. The agency owes its answer within `booking`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from portal import deadlines, outbox
from portal.people.models import User
from portal.people.refusal import Refused, one_line, required, required_line
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.words import local_day

from ..models import Booking, BookingDeadline, Need, Subject
from ..needs import flow as needs_flow
from ..needs import stages as needs
from ..numbers import number
from . import stages
from .capacity import granted, standing, towards

OBLIGATION = "booking"
AHEAD = 180  # days that a firm may book ahead
LONGEST = 60  # days of a window


@dataclass(frozen=True)
class Asked:
    """Which check, before which milestone, on which days, and who is called."""

    subject: Subject
    milestone: str
    first: date
    last: date
    contact_name: str
    contact_phone: str
    text: str = ""

    def fields(self) -> dict[str, Any]:
        """The row's own. Raises Refused for what is missing or too long."""
        milestone = required_line(self.milestone, _("请写为了什么节点预约，例如装运、竣工验收。"), "milestone", 100)
        return {
            "agency": self.subject.agency,
            "subject": self.subject,
            "milestone": milestone,
            "text": required(self.text, "", "text", 1000) if self.text.strip() else "",
            "first": self.first,
            "last": self.last,
            "contact_name": required_line(self.contact_name, _("请写联系人。"), "contact_name", 40),
            "contact_phone": required_line(self.contact_phone, _("请写联系电话。"), "contact_phone", 40),
        }


@transaction.atomic
def book(
    firm: Enterprise, asked: Asked, *, by: User, key: uuid.UUID | None = None, at: datetime | None = None
) -> Booking:
    """预约: by the firm, or by its steward for it. The same `key` gives the booking that was made with it."""
    firm = Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=firm.pk)
    at, key = at or clock.now(), key or uuid.uuid4()
    if (made := Booking.objects.filter(key=key, booked_by=by, enterprise=firm).first()) is not None:
        return made
    if not (held := towards(firm, by, at)):
        raise Refused(_("您不能替这家企业预约检查。"))
    _demand_days(asked.first, asked.last, local_day(at))
    if not asked.subject.active or not asked.subject.agency.active:
        raise Refused(_("这个检查事项现在不能预约，请另选。"), "subject")
    _demand_none_open(firm, asked.subject)
    made = Booking.objects.create(
        number=number("YY", at),
        key=key,
        enterprise=firm,
        status=stages.ASKED,
        booked_by=by,
        booked_at=at,
        on_behalf="firm" not in held,
        **asked.fields(),
    )
    unit = made.agency.department
    deadlines.start(BookingDeadline, made, OBLIGATION, at=at, obligor_kind="department", department=unit)
    _tell("booking.made", made, by, at, next(iter(held.values())))
    return made


def _demand_days(first: date, last: date, today: date) -> None:
    if first <= today:
        raise Refused(_("请选明天或以后的日期。"), "first")
    if last < first:
        raise Refused(_("结束日期不能早于开始日期。"), "last")
    if last > today + timedelta(days=AHEAD):
        raise Refused(_("最多提前 %(n)s 天预约。") % {"n": AHEAD}, "last")
    if (last - first).days > LONGEST:
        raise Refused(_("日期范围最多 %(n)s 天。") % {"n": LONGEST}, "last")


def _demand_none_open(firm: Enterprise, subject: Subject) -> None:
    running = Booking.objects.filter(enterprise=firm, subject=subject, status=stages.ASKED).first()
    if running is not None:
        said = _("同一事项已有预约 %(number)s 在等答复，先取消它再约。")
        raise Refused(said % {"number": running.number}, "subject")


@transaction.atomic
def accept(
    booking: Booking, *, by: User, first: date, last: date, answer: str = "", at: datetime | None = None
) -> Booking:
    """接受: with the days on which the check will be; it becomes a need, and is planned like the others."""
    booking, at, grant = _begin(booking, "accept", by, at)
    _demand_days(first, last, local_day(at) - timedelta(days=1))  # an agency may come today
    wish = needs_flow.Wish(
        agency=booking.agency,
        firm=booking.enterprise,
        subject=booking.subject,
        kind=needs.BOOKED,
        first=first,
        last=last,
        basis=_("企业预约 %(number)s：%(milestone)s") % {"number": booking.number, "milestone": booking.milestone},
        unannounced=False,  # the firm asked for it
    )
    booking.need = needs_flow.enter(wish, by=by, way="booking", key=uuid.uuid5(booking.key, "need"), at=at)
    booking.answer = one_line(answer)[:500]
    _answer(booking, stages.ACCEPTED, by, at)
    _tell("booking.accepted", booking, by, at, grant)
    return booking


@transaction.atomic
def decline(booking: Booking, *, by: User, answer: str, at: datetime | None = None) -> Booking:
    """不接受: with a reason the firm reads."""
    booking, at, grant = _begin(booking, "decline", by, at)
    booking.answer = required_line(answer, _("请写为什么不能接受，企业会看到。"), "answer", 500)
    booking.ended_at = at
    _answer(booking, stages.DECLINED, by, at)
    _tell("booking.declined", booking, by, at, grant)
    return booking


def _answer(booking: Booking, status: str, by: User, at: datetime) -> None:
    booking.status, booking.answered_by, booking.answered_at = status, by, at
    booking.save(update_fields=["status", "need", "answer", "answered_by", "answered_at", "ended_at"])
    deadlines.meet(BookingDeadline, booking, OBLIGATION, at=at)


@transaction.atomic
def withdraw(booking: Booking, *, by: User, reason: str, at: datetime | None = None) -> Booking:
    """取消, by the firm's side, while nobody has answered."""
    booking, at, grant = _begin(booking, "withdraw", by, at)
    _end(booking, reason, at)
    deadlines.cancel(BookingDeadline, booking, OBLIGATION, at=at)
    _tell("booking.withdrawn", booking, by, at, grant)
    return booking


@transaction.atomic
def call_off(booking: Booking, *, by: User, reason: str, at: datetime | None = None) -> Booking:
    """取消安排, by the agency, after the firm asked for it: the need is withdrawn, while no visit is planned of it."""
    need_id = Booking.objects.values_list("need", flat=True).get(pk=booking.pk)
    list(Need.objects.select_for_update(of=("self",), no_key=True).filter(pk=need_id))  # needs before what made them
    booking, at, grant = _begin(booking, "call_off", by, at)
    assert booking.need is not None
    _end(booking, reason, at)
    if booking.need.status == needs.PLANNED:
        raise Refused(_("检查已经排定，请在检查计划里取消那次检查。"))
    if booking.need.status == needs.OPEN:
        needs_flow.withdraw(booking.need, by=by, reason=booking.ended_for, at=at)
    elif booking.need.status == needs.DONE:
        raise Refused(_("检查已经做过了，不能取消。"))
    _tell("booking.called_off", booking, by, at, grant)
    return booking


def _end(booking: Booking, reason: str, at: datetime) -> None:
    booking.ended_for = required_line(reason, _("请写取消的原因。"), "reason", 300)
    booking.status, booking.ended_at = stages.WITHDRAWN, at
    booking.save(update_fields=["status", "ended_for", "ended_at"])


def _begin(booking: Booking, verb: str, by: User, at: datetime | None) -> tuple[Booking, datetime, Grant | None]:
    """The booking, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    rows = Booking.objects.select_for_update(of=("self",), no_key=True)
    booking = rows.select_related("enterprise", "agency__department", "subject", "need", "booked_by").get(pk=booking.pk)
    at = at or clock.now()
    return booking, at, granted(verb, booking, standing(booking, by, at))


def _tell(kind: str, booking: Booking, by: User, at: datetime, grant: Grant | None, **data: Any) -> None:
    """`outbox.tell`; the firm sees all of it."""
    outbox.tell(kind, booking, by, at, grant, firm_sees=True, **data)
