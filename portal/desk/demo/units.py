"""The demo's departments, officials and task groups: made once, then found again by their names (ORG-1, ORG-2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from enterprises.demo import GIVEN, SURNAMES
from enterprises.models import Place
from enterprises.models.places import Level
from portal.desk.demo.content import table
from portal.people.demo import DEMO_PASSWORD
from portal.people.models import Department, Membership, TaskGroup, TaskGroupMember, User
from portal.people.roles import Role

MOBILE = "1380000{:04d}"  # no such numbers are given out
OFFICIAL_MOBILES = 9000
IN_UNIT = (Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD, Role.HANDLER)


@dataclass
class Unit:
    """A department with its people as the demo needs them."""

    row: Department
    head: User | None = None
    deputy: User | None = None
    handlers: list[User] = field(default_factory=list)
    opinions: tuple[str, ...] = ()


@dataclass
class Town:
    """Everybody in office, by what they do."""

    units: dict[str, Unit]
    clerks: list[User]
    triagers: list[User]
    revisitors: list[User]
    supervisors: list[User]
    stewards: list[User]
    assistants: list[User]
    grid_members: list[User]


def unit_rows() -> list[dict[str, Any]]:
    """The departments with content of their own, in the order of the files."""
    return [*table("departments")["department"], *table("partners")["department"]]


# Making --------------------------------------------------------------------------------------------------------


class Hiring:
    """Collects people and what they hold, and saves both at once; one hash for all, since all share one password."""

    def __init__(self, since: datetime) -> None:
        self.since, self.password = since, make_password(DEMO_PASSWORD)
        self.users: dict[str, User] = {}
        self.held: list[Membership] = []

    def person(self, signin: str, name: str, position: str = "", phone: str = "") -> User:
        mobile = MOBILE.format(OFFICIAL_MOBILES + len(self.users))
        user = User(username=signin, name=name, position=position, phone=phone, mobile=mobile, password=self.password)
        self.users[signin] = user
        return user

    def gives(self, user: User, role: str, department: Department | None = None, **more: Any) -> None:
        self.held.append(Membership(user=user, role=role, department=department, since=self.since, **more))

    def save(self) -> None:
        User.objects.bulk_create(self.users.values())
        Membership.objects.bulk_create(self.held)


def make_town(since: datetime) -> None:
    """Departments, officials, memberships, villages and task groups, all from `since` on."""
    hiring = Hiring(since)
    leaders = _leaders(hiring)
    departments = _departments()
    for row in unit_rows():
        _staff(hiring, row, departments[row["short"]])
    for row in table("officials")["official"]:
        position, phone = row["position"], row.get("phone", "")
        user = hiring.person(row["signin"], row["name"], position, phone)
        hiring.gives(user, row["role"], departments.get(row.get("department")), on_duty=row.get("on_duty", False))
    _villages(hiring)
    hiring.save()
    for row in unit_rows():
        if "leader" in row:
            Department.objects.filter(name=row["name"]).update(leader_in_charge=leaders[row["leader"]])
    _groups(hiring)


def _leaders(hiring: Hiring) -> dict[str, User]:
    rows = table("officials")["leader"]
    leaders = {row["name"]: hiring.person(row["signin"], row["name"], row["position"], row["phone"]) for row in rows}
    for leader in leaders.values():
        hiring.gives(leader, Role.LEADER)
    return leaders


def _departments() -> dict[str, Department]:
    rows = [
        Department(name=row["name"], short_name=row["short"], kind=row["kind"], phone=row["phone"])
        for row in unit_rows()
    ]
    return {department.short_name: department for department in Department.objects.bulk_create(rows)}


def _staff(hiring: Hiring, row: dict[str, Any], department: Department) -> None:
    """Head, deputy, handlers and liaison; those of the `main` department sign in by the names of these roles."""
    code, main = row["code"], row.get("main", False)
    chief = "经理" if row["kind"] in {"town_company", "economic_city"} else "主任"
    posts = [
        ("deputy", "deputy_head", Role.DEPUTY_HEAD, row.get("deputy"), f"副{chief}"),
        ("head", "department_head", Role.DEPARTMENT_HEAD, row.get("head"), chief),
    ]
    posts += [
        (f"handler_{i}", "handler" if i == 1 else "", Role.HANDLER, name, "承办人")
        for i, name in enumerate(row.get("handlers", ()), 1)
    ]
    posts.append(("liaison", "", Role.HANDLER, row["liaison"], "联络人"))
    number = int(row["phone"][-4:])
    for extension, (post, main_signin, role, name, position) in enumerate(posts, 1):
        if not name:
            continue
        signin = main_signin if main and main_signin else f"{code}_{post}"
        user = hiring.person(signin, name, position, f"{row['phone'][:-4]}{number + extension:04d}")
        hiring.gives(user, role, department, is_liaison=post == "liaison")
        for tie, ties_role in (("stewards", Role.STEWARD), ("assistants", Role.PROJECT_ASSISTANT)):
            if name in row.get(tie, ()):
                hiring.gives(user, ties_role, department)


def _villages(hiring: Hiring) -> None:
    """Every village and community is a unit with a head, and a grid member who is its liaison (ORG-1, ORG-3)."""
    places = Place.objects.filter(level=Level.VILLAGE).order_by("code")
    kinds = {"村": "村民委员会", "区": "居民委员会"}
    rows = [
        Department(
            name=f"沙溪镇{place.name}{kinds[place.name[-1]]}",
            short_name=place.name,
            kind=Department.Kind.VILLAGE,
            phone=f"0512-0000 4{i:03d}",
        )
        for i, place in enumerate(places, 1)
    ]
    names = _other_names({user.name for user in hiring.users.values()})
    for i, department in enumerate(Department.objects.bulk_create(rows), 1):
        head = hiring.person(f"village_{i}_head", next(names), "书记", department.phone)
        hiring.gives(head, Role.DEPARTMENT_HEAD, department)
        grid = hiring.person("grid_member" if i == 1 else f"grid_member_{i}", next(names), "网格员", department.phone)
        hiring.gives(grid, Role.HANDLER, department, is_liaison=True)
        hiring.gives(grid, Role.GRID_MEMBER, department)


def _other_names(taken: Iterable[str]) -> Iterator[str]:
    names = sorted({first + given for first, given in product(SURNAMES, GIVEN)} - set(taken))
    Random("villages").shuffle(names)
    return iter(names)


def _groups(hiring: Hiring) -> None:
    by_name = {user.name: user for user in hiring.users.values()}
    for row in table("officials")["group"]:
        kind = TaskGroup.Kind.TASK_FORCE if row.get("task_force") else TaskGroup.Kind.STANDING
        kind = TaskGroup.Kind.CHIEFS if row.get("chiefs") else kind
        group = TaskGroup.objects.create(name=row["name"], kind=kind, purpose=row["purpose"])
        TaskGroupMember.objects.bulk_create(
            TaskGroupMember(group=group, user=by_name[name], is_head=i == 0, since=hiring.since)
            for i, name in enumerate(row["members"])
        )


# Finding -------------------------------------------------------------------------------------------------------


def find_town() -> Town:
    """The town as it was made; one object per person, so that his rights are read once."""
    people: dict[int, User] = {}
    held: dict[tuple[str, int | None], list[User]] = {}
    for row in Membership.objects.select_related("user").order_by("pk"):
        user = people.setdefault(row.user_id, row.user)
        held.setdefault((row.role, row.department_id), []).append(user)
        held.setdefault((row.role, None), []).append(user)
    opinions = {row["name"]: tuple(row.get("opinions", ())) for row in unit_rows()}
    units = {}
    for department in Department.objects.order_by("pk"):
        head, deputy, handlers = (held.get((role, department.pk), []) for role in IN_UNIT)
        units[department.short_name] = Unit(
            department, next(iter(head), None), next(iter(deputy), None), handlers, opinions.get(department.name, ())
        )
    of = {role: list({u.pk: u for u in held.get((role, None), [])}.values()) for role in Role}
    return Town(
        units=units,
        clerks=of[Role.INTAKE_CLERK],
        triagers=of[Role.TRIAGER],
        revisitors=of[Role.REVISITOR],
        supervisors=of[Role.SUPERVISOR],
        stewards=of[Role.STEWARD],
        assistants=of[Role.PROJECT_ASSISTANT],
        grid_members=of[Role.GRID_MEMBER],
    )
