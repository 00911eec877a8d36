"""The demo's firms with the people who write for them, their stewards and the grid members of their places."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from random import Random

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from enterprises.criteria import programmes
from enterprises.demo import (
    GIVEN,
    SURNAMES,
    make_enterprises,
    make_grid_members,
    make_members,
    make_stewardships,
)
from enterprises.models import Enterprise, Industry, Member, Place, Stewardship
from enterprises.models.places import Level
from enterprises.tags import shipped
from portal.desk.demo.facts import make_facts
from portal.desk.demo.units import MOBILE, OFFICIAL_MOBILES, find_town
from portal.people.demo import DEMO_PASSWORD
from portal.people.models import Membership, User
from portal.people.roles import Role

MOST_WRITERS = 420  # firms with an account, as many as there are distinct matters to tell
SETTLED = timedelta(days=800)  # a firm that writes is older than the two years that are told


@dataclass
class Writer:
    """A firm that files matters, and its person who writes."""

    firm: Enterprise
    user: User
    industry: str  # C3484
    village: str
    has_steward: bool
    has_assistant: bool  # the demo's project assistant, and nobody else


def make_firms(n: int, tickets: int, seed: int, since: datetime, at: datetime) -> None:
    """`n` firms; every second matter or so has a firm of its own with an account; the first belongs to the demo member."""
    places = list(Place.objects.order_by("path"))
    firms = make_enterprises(n, seed, places, list(Industry.objects.all()), at)
    make_facts(firms, seed, at)
    programmes.load()
    shipped.load()
    town = find_town()
    make_grid_members(places, town.grid_members, since=since)
    settled = timezone.localdate(at) - SETTLED
    alive = [
        f for f in firms if f.status == Enterprise.Status.ACTIVE and f.established_on and f.established_on < settled
    ]
    writing = [firms[0], *(f for f in alive if f is not firms[0])][: max(1, min(MOST_WRITERS, tickets // 2))]
    users = _accounts(len(writing), seed, since)
    make_members(writing[:1], users[:1], since=since)
    make_members(writing[1:], users[1:], since=since)
    stewards = sorted(town.stewards, key=lambda user: user.username != Role.STEWARD)
    assistants = sorted(town.assistants, key=lambda user: user.username != Role.PROJECT_ASSISTANT)
    looked_after = len(writing) * 3 // 4 + 1
    make_stewardships(writing[:looked_after], stewards, assistants, since=since)
    make_stewardships(writing[looked_after::2], (), assistants, since=since)  # of some he is the only contact (APP-8)


def _accounts(count: int, seed: int, since: datetime) -> list[User]:
    names = [first + given for first, given in product(SURNAMES, GIVEN)]
    Random(f"writers {seed}").shuffle(names)
    password = make_password(DEMO_PASSWORD)
    users = [
        User(username=f"firm_{i:04d}", name=names[i % len(names)], mobile=MOBILE.format(i), password=password)
        for i in range(count)
    ]
    users[0].username, users[0].name = Role.ENTERPRISE_MEMBER, "周南"
    if count > OFFICIAL_MOBILES:
        raise ValueError("more accounts than there are numbers for them")
    User.objects.bulk_create(users)
    Membership.objects.bulk_create(Membership(user=user, role=Role.ENTERPRISE_MEMBER, since=since) for user in users)
    return users


def find_writers() -> list[Writer]:
    """The firms with an account in the order they were made, the demo member's first."""
    members = Member.objects.filter(is_primary=True).select_related(
        "user", "enterprise__industry", "enterprise__place__parent"
    )
    ties = Stewardship.objects.all()
    looked_after = set(ties.values_list("enterprise", flat=True))
    with_steward = ties.filter(kind=Stewardship.Kind.STEWARD).values("enterprise")
    his_own = ties.exclude(enterprise__in=with_steward).filter(user__username=Role.PROJECT_ASSISTANT)
    with_assistant = set(his_own.values_list("enterprise", flat=True))
    return [
        Writer(
            m.enterprise,
            m.user,
            m.enterprise.industry.full_code if m.enterprise.industry else "",
            _village(m.enterprise.place),
            m.enterprise_id in looked_after,
            m.enterprise_id in with_assistant,
        )
        for m in members.order_by("enterprise_id")
    ]


def _village(place: Place) -> str:
    return place.parent.name if place.level == Level.CARRIER and place.parent else place.name


def carriers() -> list[str]:
    return list(Place.objects.filter(level=Level.CARRIER).order_by("path").values_list("name", flat=True))
