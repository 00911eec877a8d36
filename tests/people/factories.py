"""People of an invented town, as plain rows: no verb, no event."""

from datetime import UTC, datetime
from itertools import count

from portal.people.models import Delegation, Department, Membership, User
from portal.people.roles import DEPARTMENT_ROLES, Role

LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)
PASSWORD = "riverside-lantern-7"

_number = count(1)


def department(name: str = "", *, parent: Department | None = None, **fields) -> Department:
    name = name or f"第{next(_number)}办"
    return Department.objects.create(name=name, short_name=name, kind="town_office", parent=parent, **fields)


def person(*roles: str, at: Department | None = None, password: str | None = None, **fields) -> User:
    """A user who holds `roles`, in `at` or, where they need one, in a department of his own."""
    number = next(_number)
    fields = {"username": f"u{number}", "name": f"某{number}"} | fields
    user = User.objects.create_user(password=password, **fields)
    for role in roles:
        hold(user, role, at=at)
    return user


def hold(
    user: User,
    role: str,
    *,
    at: Department | None = None,
    since: datetime = LONG_AGO,
    until: datetime | None = None,
    **fields,
) -> Membership:
    unit = at or (department() if role in DEPARTMENT_ROLES else None)
    return Membership.objects.create(user=user, role=role, department=unit, since=since, until=until, **fields)


def stand_in(deputy: User, principal: User, since: datetime, until: datetime) -> Delegation:
    return Delegation.objects.create(principal=principal, deputy=deputy, since=since, until=until)


def administrator(**fields) -> User:
    return person(Role.ADMINISTRATOR, **fields)
