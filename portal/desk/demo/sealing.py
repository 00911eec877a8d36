"""After the signature: the sealed reply is delivered, an order is judged; what the congress observer found (APP-11, 13)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from portal.desk.demo import filing
from portal.desk.demo.agenda import Script
from portal.desk.demo.content import table
from portal.desk.demo.office import later
from portal.desk.demo.story import Step, Story
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from requests import flow
from requests.models import ReplyScan, SupervisionOrder, Ticket, Verification

VERIFIED = 6  # matters that the congress observer has asked about
MORNING = timedelta(hours=7, minutes=10)


def seal(ticket: Ticket, *, story: Story, by: User, at: datetime) -> ReplyScan:
    """The sealed reply, scanned."""
    scan = filing.stored(story, "盖章答复.pdf", by=by, at=at)
    return flow.deliver_scan(ticket, by=by, files=[scan], at=at)


def judged(story: Story) -> Iterator[Step]:
    """The supervisor looks at what came of an order; of one in three not yet."""
    if story.happens(0.65):
        at, text = story.diary.minutes(story.at, 45, 120), table("words")["orders_judged"][0]
        how = {"judgement": SupervisionOrder.Judgement.MET, "text": text}
        yield story.aside("judged", at, flow.judge_order, by=User.objects.get(username=Role.SUPERVISOR), **how)


def verify(now: datetime) -> Iterator[Script]:
    """The congress observer asks a few firms himself: mostly all is as the portal says, once it is not."""
    for number in range(VERIFIED):
        yield _verified(number, now)


def _verified(number: int, now: datetime) -> Script:
    day = calendar().close_before(now, 1 + number // 2)
    yield (at := later(day - MORNING, 15 + 20 * number))
    by, words = User.objects.get(username=Role.CONGRESS_OBSERVER), table("words")["verified"]
    closed = Ticket.objects.visible_to(by, at).filter(status="closed", closed_at__lt=calendar().close_before(now, 5))
    wrong = number == 2
    satisfied = Verification.Satisfied.NO if wrong else Verification.Satisfied.YES
    text = words["wrong"] if wrong else words["right"][number % len(words["right"])]
    for ticket in closed.order_by("-closed_at", "pk")[number : number + 1]:
        flow.verify(ticket, by=by, real=not wrong, satisfied=satisfied, text=text, at=at)
