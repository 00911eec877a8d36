"""A small town and its tickets, brought to each status by the verbs themselves at given instants.

    from tests.requests.factories import town   # in a room's conftest.py: the fixture
    ticket = handling(town, co=[town.police])   # a ticket in the status of the function's name

Every function takes the arguments of those before it: `closed(town, filed_at=…, co=[…], result="partly", overall=3)`.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from stdnum.cn import uscc

from enterprises.models import Enterprise, Place, PlaceMember
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.trail.models import Event, EventQuerySet
from requests import flow
from requests.flow.feedback import Scores
from requests.flow.intake import Matter
from requests.models import Category, ListItem, Ticket
from requests.models.ticket import Complexity, Kind
from tests.requests.people import LONG_AGO, firm_people, officials
from tests.requests.people import person as person
from tests.requests.people import persons as persons
from tests.requests.sealing import seal

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 9, 9, 0, tzinfo=SHANGHAI)  # an ordinary week without a holiday

# When each step of the straight path happens, counted from the filing (on a Monday: Mon, Mon, Tue, Wed, Thu, Fri).
ACCEPTED = timedelta(minutes=10)
DISPATCHED = timedelta(hours=1)
TAKEN = timedelta(days=1)
CONTACTED = timedelta(days=1, hours=1)
OPINION = timedelta(days=1, hours=6)
REPORTED = timedelta(days=2)
SIGNED = timedelta(days=2, hours=1)
CONFIRMED = timedelta(days=3)
REVISITED = timedelta(days=4)


def moment(text: str) -> datetime:
    """`moment("2026-11-23 15:20")` in Asia/Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass
class Town:
    """Two firms, a few departments, one person per role (`town.handler` has the user name `handler`), some others."""

    centre: Department
    housing: Department  # the lead department of the tickets made here
    utilities: Department  # below `housing`
    police: Department  # 综合执法局: co-handles, or is just another department
    economy: Department
    place: Place
    firm: Enterprise
    foreign_firm: Enterprise
    category: Category
    other_category: Category
    not_ours: ListItem  # an item of the non-acceptance list
    ours: ListItem
    people: dict[str, User]

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def forget(self) -> None:
        """What was read of people's rights once is read again, as in the next request."""
        for user in self.people.values():
            for kept in ("_holdings", "_rights", "_firms"):
                user.__dict__.pop(kept, None)


def build() -> Town:
    centre = department("企业服务中心", "centre")
    housing = department("住房和城乡建设局", "town_office", short="住建局", phone="0512-0000 3001")
    utilities = department("市政管理站", "town_office", parent=housing)
    police = department("综合执法局", "town_office", short="执法局")
    economy = department("经济发展局", "town_office", short="经发局")
    town_place = Place.objects.create(code="T", name="无何有镇", level=1)
    district = Place.objects.create(code="T1", name="东片区", level=2, parent=town_place)
    place = Place.objects.create(code="T11", name="广漠村", level=3, parent=district)
    firm = enterprise("乌有精密制造有限公司", "乌有精密", place)
    foreign_firm = enterprise("子虚生物科技有限公司", "子虚生物", district)
    people = officials(centre, housing, utilities, police, economy)
    firm_people(firm, foreign_firm, people)
    PlaceMember.objects.create(place=district, user=people["grid_member"], since=LONG_AGO)
    Department.objects.filter(pk=housing.pk).update(leader_in_charge=people["leader"])
    categories = Category.objects.in_bulk(["safety-environment", "land-energy"], field_name="code")
    items = ListItem.objects.in_bulk(["N1", "A1"], field_name="code")
    return Town(
        centre=centre,
        housing=housing,
        utilities=utilities,
        police=police,
        economy=economy,
        place=place,
        firm=firm,
        foreign_firm=foreign_firm,
        category=categories["safety-environment"],
        other_category=categories["land-energy"],
        not_ours=items["N1"],
        ours=items["A1"],
        people=people,
    )


@pytest.fixture
def town(db: None) -> Town:
    return build()


def department(
    name: str, kind: str, *, short: str = "", phone: str = "", parent: Department | None = None
) -> Department:
    return Department.objects.create(name=name, short_name=short or name, kind=kind, phone=phone, parent=parent)


def enterprise(name: str, short: str, place: Place, **fields: Any) -> Enterprise:
    stem = f"91320585MA{Enterprise.objects.count() + 1:07d}"
    code = stem + uscc.calc_check_digit(stem)
    return Enterprise.objects.create(uscc=code, name=name, short_name=short, place=place, **fields)


# Tickets, each from the one before ----------------------------------------------------------------------------


def matter(town: Town, **given: Any) -> Matter:
    return Matter(
        **{
            "enterprise": town.firm,
            "contact_name": "乌有先生",
            "contact_phone": "13800000001",
            "title": "雨污管网倒灌，3 号车间停产",
            "description": "昨夜大雨，广漠路雨污管网倒灌，3 号车间进水，三台设备停产，请帮助尽快疏通。",
            "category": town.category,
            **given,
        }
    )


def filed(
    town: Town,
    *,
    filed_at: datetime = MONDAY,
    by: User | None = None,
    key: uuid.UUID | None = None,
    **given: Any,
) -> Ticket:
    """待受理: filed online by the firm's member."""
    return flow.file(matter(town, **given), by=by or town.enterprise_member, key=key or uuid.uuid4(), at=filed_at)


def registered(town: Town, *, filed_at: datetime = MONDAY, by: User | None = None, **given: Any) -> Ticket:
    """待研判: taken down by a clerk at the telephone, and so accepted."""
    given.setdefault("channel", "phone")
    return flow.register(matter(town, **given), by=by or town.intake_clerk, key=uuid.uuid4(), at=filed_at)


def incomplete(town: Town, **filing: Any) -> Ticket:
    """待补正."""
    ticket = filed(town, **filing)
    return flow.ask_supplement(ticket, by=town.intake_clerk, items="进水照片", at=ticket.filed_at + ACCEPTED)


def rejected(town: Town, **filing: Any) -> Ticket:
    """不予受理."""
    ticket = filed(town, **filing)
    at = ticket.filed_at + ACCEPTED
    return flow.reject(ticket, by=town.intake_clerk, item=town.not_ours, go_to="向受理法院反映", at=at)


def withdrawn(town: Town, **filing: Any) -> Ticket:
    """已撤回."""
    ticket = filed(town, **filing)
    return flow.withdraw(ticket, by=town.enterprise_member, reason="已自行疏通", at=ticket.filed_at + ACCEPTED)


def merged(town: Town, **filing: Any) -> Ticket:
    """已并案: into another one of the same firm, which stands at triage."""
    main, ticket = accepted(town, **filing), accepted(town, **filing)
    return flow.merge(ticket, by=town.triager, into=main, at=ticket.filed_at + DISPATCHED)


def accepted(town: Town, **filing: Any) -> Ticket:
    """待研判."""
    ticket = filed(town, **filing)
    return flow.accept(ticket, by=town.intake_clerk, at=ticket.filed_at + ACCEPTED)


def dispatched(
    town: Town,
    *,
    lead: Department | None = None,
    co: Iterable[Department] = (),
    kind: str = Kind.COORDINATION,
    complexity: str | None = None,
    given_urgency: str | None = None,
    **filing: Any,
) -> Ticket:
    """待签收: at `town.housing`; with `co` it is 多跨."""
    ticket = accepted(town, **filing)
    co = list(co)
    return flow.dispatch(
        ticket,
        by=town.triager,
        kind=kind,
        complexity=complexity or (Complexity.CROSS if co else Complexity.ORDINARY),
        category=ticket.category,
        lead=lead or town.housing,
        co=co,
        urgency=given_urgency,
        at=ticket.filed_at + DISPATCHED,
    )


def handling(town: Town, *, contacted: bool = True, opinions: bool = False, **dispatching: Any) -> Ticket:
    """办理中: taken by `town.handler`, who has called the firm; with `opinions` the co-handler has given his."""
    ticket = dispatched(town, **dispatching)
    ticket = flow.take(ticket, by=_handler(town, ticket), at=ticket.filed_at + TAKEN)
    if contacted:
        flow.log_contact(ticket, by=ticket.handler, text="已电话联系，约定周三现场看", at=ticket.filed_at + CONTACTED)
    if opinions:
        flow.give_opinion(ticket, by=town.police_handler, text="已查排口", at=ticket.filed_at + OPINION)
    return fresh(ticket)


def _handler(town: Town, ticket: Ticket) -> User:
    return User.objects.holding(Role.HANDLER, ticket.lead_department).order_by("pk")[0]


def suspended(town: Town, **handled: Any) -> Ticket:
    """已挂起: asked for by the head, approved by the centre, until the Thursday of the next week."""
    ticket = handling(town, **handled)
    at, day = ticket.filed_at + OPINION, (ticket.filed_at + timedelta(days=10)).date()
    flow.ask_suspension(ticket, by=town.department_head, cause="authority", until=day, reason="等上级批复", at=at)
    return fresh(flow.approve_request(ticket, by=town.triager, at=at))


def signoff(town: Town, *, result: str = "solved", written_reply: str | None = None, **handled: Any) -> Ticket:
    """待签批: the handler has reported."""
    ticket = handling(town, **({"opinions": True} if handled.get("co") else {}) | handled)
    return report(ticket, ticket.filed_at + REPORTED, result=result, written_reply=written_reply)


def confirming(town: Town, **reported: Any) -> Ticket:
    """待企业确认: signed by the department's head."""
    ticket = signoff(town, **reported)
    return seal(flow.sign_off(ticket, by=town.department_head, at=ticket.filed_at + SIGNED))


def revisiting(town: Town, *, stars: int | None = None, **signed: Any) -> Ticket:
    """待回访: the firm has confirmed, with `stars` if given."""
    ticket = confirming(town, **signed)
    scores = Scores(stars) if stars else None
    return flow.confirm(ticket, by=town.enterprise_member, scores=scores, at=ticket.filed_at + CONFIRMED)


def closed(town: Town, *, overall: int = 5, **confirmed: Any) -> Ticket:
    """已办结: revisited and satisfied."""
    return revisit(town, revisiting(town, **confirmed), overall=overall)


# Single steps on a given ticket, for the rounds ----------------------------------------------------------------


def report(ticket: Ticket, at: datetime, *, result: str = "solved", written_reply: str | None = None) -> Ticket:
    """The handler's result; a written reply is added where one is due."""
    if written_reply is None:
        written_reply = "经核查，答复如下。" if result == "cannot" or ticket.round in ("second", "order") else ""
    flow.report(ticket, by=ticket.handler, kind=result, text="已疏通管网", written_reply=written_reply, at=at)
    return fresh(ticket)


def answer_again(town: Town, ticket: Ticket, at: datetime, **reported: Any) -> Ticket:
    """From 办理中 to 待企业确认 once more: reported at `at`, signed an hour later, sealed where that is due."""
    ticket = report(ticket, at, **reported)
    return seal(flow.sign_off(ticket, by=town.department_head, at=at + timedelta(hours=1)))


def revisit(town: Town, ticket: Ticket, *, overall: int = 5, at: datetime | None = None) -> Ticket:
    """The revisitor reaches the firm."""
    return flow.record_revisit(
        ticket, by=town.revisitor, reached=True, real=True, scores=Scores(overall), at=at or ticket.filed_at + REVISITED
    )


def fresh(ticket: Ticket) -> Ticket:
    """The row as it is now, without anything that was read of it before."""
    return Ticket.objects.get(pk=ticket.pk)


def sees(user: User, ticket: Ticket) -> bool:
    """Whether the person may read the ticket, with rights read anew."""
    return Ticket.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=ticket.pk).exists()


def events(ticket: Ticket) -> EventQuerySet:
    """The trail of a ticket, in the order in which it happened."""
    return Event.objects.about(ticket)


# The function that brings a ticket to each status of the table.
AT = {
    "received": filed,
    "incomplete": incomplete,
    "triaging": accepted,
    "assigned": dispatched,
    "handling": handling,
    "suspended": suspended,
    "signoff": signoff,
    "confirming": confirming,
    "revisiting": revisiting,
    "closed": closed,
    "rejected": rejected,
    "withdrawn": withdrawn,
    "merged": merged,
}
