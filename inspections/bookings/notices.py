"""The letters about bookings (INS-11), and those of the clock by which one is to be answered (DL-4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Member
from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests.notices.alerts import RUNG, still_telling, told_at

from ..models import Agency, Booking, BookingDeadline
from ..models.agencies import HEADS, OF_AGENCY
from . import stages

Params = Mapping[str, Any]

topics.put_under(Topic.WORK, "booking.made", "booking.withdrawn")
topics.put_under(Topic.NEWS, "booking.accepted", "booking.declined", "booking.called_off")


def _about(kind: str) -> Callable[[Says], Says]:
    return saying(kind, subject=Booking, url=Booking.get_absolute_url)


@_about("booking.made")
def made(booking: Booking, params: Params) -> Iterator[Said]:
    if booking.status != stages.ASKED:
        return
    title = _("%(firm)s预约“%(subject)s”，请答复") % _names(booking)
    due = words.by_when(booking.deadline.due_at) if booking.deadline else ""
    yield agency_people(booking.agency), title, _("%(days)s。请在 %(due)s 答复。") % {"days": days(booking), "due": due}
    if booking.on_behalf:
        said = _("已替贵企业预约“%(subject)s”") % _names(booking)
        yield firm_people(booking), said, _("%(days)s，不需要可以取消。") % {"days": days(booking)}


@_about("booking.accepted")
def accepted(booking: Booking, params: Params) -> Iterator[Said]:
    if booking.need is None:
        return
    title = _("%(agency)s接受了“%(subject)s”的预约") % _names(booking)
    window = {"first": words.day(booking.need.first), "last": words.day(booking.need.last)}
    body = _("检查安排在 %(first)s 至 %(last)s之间，排定日期后再告诉您。") % window
    yield interested(booking), title, body


@_about("booking.declined")
def declined(booking: Booking, params: Params) -> Iterator[Said]:
    title = _("%(agency)s没有接受“%(subject)s”的预约") % _names(booking)
    yield interested(booking), title, _("原因：%(reason)s") % {"reason": booking.answer}


@_about("booking.withdrawn")
def withdrawn(booking: Booking, params: Params) -> Iterator[Said]:
    title = _("%(firm)s取消了“%(subject)s”的预约") % _names(booking)
    yield agency_people(booking.agency), title, _("原因：%(reason)s") % {"reason": booking.ended_for}


@_about("booking.called_off")
def called_off(booking: Booking, params: Params) -> Iterator[Said]:
    title = _("“%(subject)s”的预约检查已取消") % _names(booking)
    yield interested(booking), title, _("原因：%(reason)s") % {"reason": booking.ended_for}


@_about(RUNG)
def rung(booking: Booking, params: Params) -> Iterator[Said]:
    """Nothing is said of a clock that was met or moved since."""
    if (reached := still_telling(BookingDeadline, params)) is None:
        return
    clock, codes = reached
    left = words.left(calendar().remaining(told_at(params), clock.due_at))
    title = _("检查预约 %(number)s 待答复：%(left)s") % {"number": booking.number, "left": left}
    said = _("%(firm)s预约“%(subject)s”，由%(agency)s答复") % _names(booking)
    told: dict[str, Callable[[], Iterable[User]]] = {
        "handler": lambda: agency_people(booking.agency, Role.INSPECTOR),
        "department_head": lambda: agency_people(booking.agency, *HEADS),
        "supervisor": lambda: User.objects.holding(Role.SUPERVISOR),
        "leader_in_charge": lambda: in_charge(booking.agency.department),
    }
    for code in codes:
        if code in told:
            yield told[code](), title, said


def in_charge(department: Department) -> Iterable[User]:
    """The town leader in charge of the department or of the one above it; all leaders where nobody is named."""
    above: Department | None = department
    while above is not None:
        if above.leader_in_charge is not None:
            return User.objects.answering_for(above.leader_in_charge)
        above = above.parent
    return User.objects.holding(Role.LEADER)


def agency_people(agency: Agency, *roles: str) -> list[User]:
    return [user for role in roles or OF_AGENCY for user in User.objects.holding(role, agency.department)]


def firm_people(booking: Booking) -> list[User]:
    members = Member.objects.current().filter(enterprise=booking.enterprise_id, user__is_active=True)
    return [member.user for member in members.select_related("user")]


def interested(booking: Booking) -> list[User]:
    """The firm's people, and who booked for it."""
    on_behalf = User.objects.answering_for(booking.booked_by) if booking.on_behalf else ()
    return [*firm_people(booking), *on_behalf]


def days(booking: Booking) -> str:
    named = {"first": words.day(booking.first), "last": words.day(booking.last)}
    return _("希望在 %(first)s 至 %(last)s之间") % named


def _names(booking: Booking) -> dict[str, str]:
    return {
        "firm": booking.enterprise.called,
        "agency": str(booking.agency),
        "subject": str(booking.subject),
    }
