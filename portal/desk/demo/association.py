"""The chamber of commerce with an account of its own, and what it lodged for its members (APP-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from enterprises.attributes import stale
from enterprises.demo import valid_uscc
from enterprises.models import Enterprise, Member, Place
from enterprises.models.places import Level
from enterprises.uscc import ASSOCIATION
from portal.desk.demo.agenda import Script
from portal.desk.demo.content import table
from portal.desk.demo.filing import key_of
from portal.desk.demo.office import later
from portal.desk.demo.units import MOBILE, Unit, find_town
from portal.people.demo import DEMO_PASSWORD
from portal.people.models import Membership, User
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from requests import flow
from requests.flow.intake import Matter
from requests.models import Category, Ticket

NUMBER = 98_001  # of its credit code, of its matters' keys: beyond those of the firms and their stories
OWN_MOBILE = 7999
EVENING = timedelta(hours=3)  # after the close of business
JUST_NOW = timedelta(minutes=12)  # ago: no answer to it is late yet


def make(since: datetime) -> None:
    """The association and its person; he is no primary contact, so that no story of the town is told of it."""
    row = table("association")["association"]
    club = Enterprise.objects.create(
        uscc=valid_uscc(NUMBER, ASSOCIATION),
        name=row["name"],
        short_name=row["short"],
        legal_representative=row["person"],
        kind=Enterprise.Kind.OTHER,
        established_on=since.date(),
        address=row["address"],
        place=Place.objects.filter(level=Level.VILLAGE).order_by("code")[0],
        phone=row["phone"],
    )
    user = User.objects.create(
        username=row["signin"],
        name=row["person"],
        mobile=MOBILE.format(OWN_MOBILE),
        password=make_password(DEMO_PASSWORD),
    )
    Membership.objects.create(user=user, role=Role.ENTERPRISE_MEMBER, since=since)
    Member.objects.create(enterprise=club, user=user, title=row["title"], since=since)
    stale.mark([club.pk])


def scripts(now: datetime) -> Iterator[Script]:
    """Each matter comes in one evening and is carried on from the next morning; the last one has just come in."""
    for number, row in enumerate(table("association")["matter"]):
        yield _lodged(number, row, now)


def _lodged(number: int, row: dict[str, Any], now: datetime) -> Script:
    user = User.objects.get(username=table("association")["association"]["signin"])
    club = Member.objects.get(user=user).enterprise
    days = row["days"]
    yield (at := calendar().close_before(now, days) + EVENING if days else now - JUST_NOW)
    member = _member(number) if row.get("member") else None
    if member is None and "business" not in row:
        return  # so small a town has no firm left for it
    matter = Matter(
        proxy=club,
        enterprise=member,
        business_name=row.get("business", ""),
        contact_name=user.name,
        contact_phone=user.mobile or "",
        title=row["title"],
        description=row["text"],
    )
    ticket = flow.file(matter, by=user, key=key_of(0, NUMBER + number), at=at)
    if row["stands"] != "received":
        yield from _carried_on(ticket, row, find_town().units[row["lead"]], at)


def _member(number: int) -> Enterprise | None:
    """A firm with people of its own: not the demo member's, whose matters are told elsewhere."""
    firms = Enterprise.objects.filter(members__is_primary=True, status=Enterprise.Status.ACTIVE)
    return firms.exclude(members__user__username=Role.ENTERPRISE_MEMBER).order_by("pk")[number : number + 1].first()


def _carried_on(ticket: Ticket, row: dict[str, Any], unit: Unit, at: datetime) -> Script:
    handler = unit.handlers[0]
    yield (at := later(at, 25))
    ticket = flow.accept(ticket, by=User.objects.get(username=Role.INTAKE_CLERK), at=at)
    yield (at := later(at, 40))
    category = Category.objects.get(code=row["category"])
    triaged = {"kind": row["kind"], "complexity": "ordinary", "category": category, "lead": unit.row}
    flow.dispatch(ticket, by=User.objects.get(username=Role.TRIAGER), **triaged, at=at)
    yield (at := later(at, 60))
    flow.take(ticket, by=handler, handler=handler, at=at)
    yield (at := later(at, 50))
    flow.log_contact(ticket, by=handler, text=row["contact"], at=at)
    if row["stands"] == "confirming" and unit.deputy:
        yield (at := later(at, 500))
        flow.report(ticket, by=handler, kind="explained", text=row["reply"], written_reply="", at=at)
        yield (at := later(at, 45))
        flow.sign_off(ticket, by=unit.deputy, at=at)
