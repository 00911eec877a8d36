"""The people of the town in `factories`: officials, members of firms, stewards, made in few statements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from enterprises.models import Enterprise, Member, Stewardship
from portal.people.models import Delegation, Department, Membership, User
from portal.people.roles import DEPARTMENT_ROLES, Role

LONG_AGO = datetime(2019, 1, 1, tzinfo=ZoneInfo("Asia/Shanghai"))
NO_PASSWORD = make_password(None)  # the same for all of them: forty random letters each took a fifth of their making


def person(username: str, name: str, *held: tuple[str, Department | None], **fields: Any) -> User:
    """One more user with an office telephone, holding roles since long ago."""
    user = _unsaved(username, name, User.objects.count(), **fields)
    user.save()
    Membership.objects.bulk_create(_since_long_ago(user, held))
    return user


def persons(held: dict[str, tuple[str, list[tuple[str, Department | None]]]], first: int = 0) -> dict[str, User]:
    """By user name: a name and the roles held since long ago; all of them in two statements, numbered from `first`."""
    people = {username: _unsaved(username, name, n) for n, (username, (name, _)) in enumerate(held.items(), first)}
    User.objects.bulk_create(people.values())
    Membership.objects.bulk_create(m for name, user in people.items() for m in _since_long_ago(user, held[name][1]))
    return people


def _unsaved(username: str, name: str, count: int, **fields: Any) -> User:
    numbers = {"phone": f"0512-0000 {4000 + count}", "mobile": f"1380000{1000 + count}"}
    return User(username=username, name=name, password=NO_PASSWORD, **numbers | fields)


def _since_long_ago(user: User, held: Iterable[tuple[str, Department | None]]) -> list[Membership]:
    return [Membership(user=user, role=role, department=where, since=LONG_AGO) for role, where in held]


NAMES = [
    *("钟离春", "计然", "邓析", "公输班", "慎到", "田骈", "淳于髡", "宋玉", "景差", "唐勒"),
    *("申不害", "李悝", "西门豹", "许行", "尸佼", "鬼谷", "郭象", "师旷", "扁鹊"),
]
CENTRE_ROLES = frozenset({Role.INTAKE_CLERK, Role.TRIAGER, Role.REVISITOR})


def officials(
    centre: Department, housing: Department, utilities: Department, police: Department, economy: Department
) -> dict[str, User]:
    """One person per role, the department roles in `housing`; colleagues, people elsewhere, and some odd ones."""
    where = dict.fromkeys(DEPARTMENT_ROLES, housing) | dict.fromkeys(CENTRE_ROLES, centre)
    held = {role.value: (name, [(role, where.get(role))]) for role, name in zip(Role, NAMES, strict=True)}
    held["enterprise_member"] = (NAMES[0], [])
    held |= {
        "colleague": ("东郭顺子", [(Role.HANDLER, housing)]),
        "utilities_handler": ("支离疏", [(Role.HANDLER, utilities)]),
        "police_handler": ("伯乐", [(Role.HANDLER, police)]),
        "police_head": ("惠施", [(Role.DEPARTMENT_HEAD, police)]),
        "economy_handler": ("列御寇", [(Role.HANDLER, economy)]),
        "second_clerk": ("匠石", [(Role.INTAKE_CLERK, centre)]),
        "stand_in": ("杨朱", []),
        "former_handler": ("庖丁", [(Role.HANDLER, housing)]),
        "member_official": ("南郭子綦", [(Role.TRIAGER, centre)]),
        "other_member": ("亡是公", []),
        "former_member": ("乌有先生", []),
        "nobody": ("无名氏", []),
    }
    people = persons(held)
    Membership.objects.filter(user=people["intake_clerk"]).update(on_duty=True)
    Membership.objects.filter(user=people["former_handler"]).update(until=LONG_AGO + timedelta(days=365))
    Delegation.objects.create(
        principal=people["department_head"],
        deputy=people["stand_in"],
        since=LONG_AGO,
        until=LONG_AGO + timedelta(days=36500),
    )
    return people


def firm_people(firm: Enterprise, foreign: Enterprise, people: dict[str, User]) -> None:
    """Members of the firm: now, formerly, of the other firm only, and one who is an official as well; its stewards."""
    always, a_year = {"since": LONG_AGO}, {"since": LONG_AGO, "until": LONG_AGO + timedelta(days=365)}
    members = [
        Member(enterprise=firm, user=people["enterprise_member"], is_primary=True, **always),
        Member(enterprise=foreign, user=people["other_member"], is_primary=True, **always),
        Member(enterprise=firm, user=people["former_member"], **a_year),
        Member(enterprise=firm, user=people["member_official"], **always),
    ]
    Member.objects.bulk_create(members)
    assistant = {"user": people["project_assistant"], "kind": "project_assistant", "project": "二期厂房"}
    stewards = [
        Stewardship(enterprise=firm, user=people["steward"], **always),
        Stewardship(enterprise=firm, **assistant, **always),
    ]
    Stewardship.objects.bulk_create(stewards)
