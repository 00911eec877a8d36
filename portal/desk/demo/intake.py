"""What happens in the demo after an answer: hotlines are written back, rejections are reviewed (APP-1, APP-6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from enterprises.models import Member
from portal.desk.demo.agenda import Script
from portal.desk.demo.content import table
from portal.desk.demo.office import later
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from requests import flow, owed_intake, stages
from requests.models import Ticket

LEFT_TO_DO = 2  # working days: what was answered since is still to be written back
MORNING = timedelta(hours=-7, minutes=-35)  # from the close of business
AFTERNOON = timedelta(hours=-1, minutes=-20)
MINUTES = 25  # working minutes after the answer until the hotline knows


def write_back(ticket: Ticket, at: datetime, now: datetime) -> Script:
    """A clerk tells the hotline as soon as there is an answer; the latest are left for whoever tries the demo."""
    if at > calendar().close_before(now, LEFT_TO_DO):
        return
    yield (at := later(at, MINUTES))
    ticket = Ticket.objects.get(pk=ticket.pk)
    if ticket.status in stages.ANSWERED and owed_intake.write_back_owed(ticket):
        text = owed_intake.answer_to_hotline(ticket)
        flow.write_back(ticket, by=User.objects.get(username=Role.INTAKE_CLERK), text=text, at=at)


def scripts(now: datetime) -> Iterator[Script]:
    """Of the latest rejections one is overturned, one upheld, and one waits for its ruling."""
    days = {"overturned": (2, 1), "upheld": (4, 2), "waiting": (1, 0)}
    for number, (state, (asked, ruled)) in enumerate(days.items()):
        yield _reviewed(number, state, asked, ruled, now)


def _reviewed(number: int, state: str, asked: int, ruled: int, now: datetime) -> Script:
    said = table("intake")[state]
    yield (at := calendar().close_before(now, asked) + MORNING)
    for ticket in _rejected(calendar().close_before(now, 5))[number : number + 1]:
        member = Member.objects.current(at).filter(enterprise=ticket.enterprise).order_by("-is_primary", "pk")[0].user
        flow.ask_review(ticket, by=member, reasons=said["reasons"], at=at)
        if ruled:
            yield (at := calendar().close_before(now, ruled) + AFTERNOON)
            supervisor = User.objects.get(username=Role.SUPERVISOR)
            flow.rule_review(ticket, by=supervisor, upheld=state == "upheld", ruling=said["ruling"], at=at)


def _rejected(before: datetime) -> list[Ticket]:
    """The latest rejections of firms that filed themselves."""
    found = Ticket.objects.filter(status=stages.REJECTED, registered_by=None, closed_at__lt=before)
    return list(found.filter(enterprise__members__until=None).distinct().order_by("-closed_at", "-pk")[:3])
