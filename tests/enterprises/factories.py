"""A small tree of places, firms in it, and people; all ties hold since LONG_AGO unless told otherwise."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from enterprises.demo import valid_uscc
from enterprises.models import Enterprise, Industry, Member, Place, PlaceMember, Stewardship
from portal.people.models import Department, Membership, User
from portal.people.roles import DEPARTMENT_ROLES

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2019, 1, 1, tzinfo=SHANGHAI)


def place(code: str, parent: Place | None = None, name: str = "") -> Place:
    return Place.objects.create(
        code=code, name=name or f"地{code}", level=parent.level + 1 if parent else 1, parent=parent
    )


def town() -> dict[str, Place]:
    """T with the districts A and B, village A1 with carrier A1Z, village B1."""
    t = place("T")
    a, b = place("A", t, "东片区"), place("B", t, "西片区")
    a1, b1 = place("A1", a, "广漠村"), place("B1", b, "无何村")
    return {"T": t, "A": a, "B": b, "A1": a1, "B1": b1, "A1Z": place("A1Z", a1, "乌有产业园")}


def industry(code: str, section: str = "C", parent: Industry | None = None) -> Industry:
    level = 1 if code.isalpha() else len(code)
    return Industry.objects.create(code=code, level=level, name=f"业{code}", section=section, parent=parent)


def firm(number: int, place: Place | None = None, **fields: Any) -> Enterprise:
    fields = {"name": f"太仓乌有{number}号有限公司", "short_name": f"乌有{number}"} | fields
    where = place or Place.objects.filter(level=1).first() or town()["T"]
    return Enterprise.objects.create(uscc=valid_uscc(number), place=where, **fields)


def person(username: str, *roles: str, **fields: Any) -> User:
    user = User.objects.create_user(username, None, **({"name": f"某{username}"} | fields))
    for role in roles:
        department = None
        if role in DEPARTMENT_ROLES:
            department = Department.objects.get_or_create(
                name="住建办", defaults={"short_name": "住建办", "kind": "town_office"}
            )[0]
        Membership.objects.create(user=user, role=role, department=department, since=LONG_AGO)
    return user


def member(firm: Enterprise, user: User, **fields: Any) -> Member:
    return Member.objects.create(**({"enterprise": firm, "user": user, "since": LONG_AGO} | fields))


def steward(firm: Enterprise, user: User, **fields: Any) -> Stewardship:
    return Stewardship.objects.create(**({"enterprise": firm, "user": user, "since": LONG_AGO} | fields))


def grid_member(place: Place, user: User, **fields: Any) -> PlaceMember:
    return PlaceMember.objects.create(**({"place": place, "user": user, "since": LONG_AGO} | fields))


def again(user: User) -> User:
    """The user as the next request sees him: nothing kept from before."""
    return User.objects.get(pk=user.pk)
