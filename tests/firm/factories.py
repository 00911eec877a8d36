"""What a member of a firm types and sends."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from enterprises.models import Enterprise, Member
from portal.people.models import Membership, User
from portal.people.roles import Role
from requests.models import Draft
from tests.files.factories import picture, upload
from tests.requests.factories import LONG_AGO, Town, enterprise, person

TEXT = "园区东路夜里又停电，昨晚停了两次，数控线停机。\n想知道什么时候能修好。"
JPEG = picture()
NEW = reverse("requests:file")


def typed(town: Town, **given: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    return {
        "enterprise": town.firm.uscc,
        "contact_name": "周南",
        "contact_phone": "13800000021",
        "description": TEXT,
        "title": "",
        "category": "",
        "urgency": "ordinary",
        "guessed": "",
        **given,
    }


def photo(name: str = "配电柜.jpg") -> SimpleUploadedFile:
    return upload(name, JPEG, "image/jpeg")


def page_of(key: uuid.UUID, name: str = "draft", *args: Any) -> str:
    return reverse(f"requests:{name}", args=[key, *args])


def send(client: Client, key: uuid.UUID, data: dict[str, Any]) -> Any:
    return client.post(page_of(key), data)


def draft(town: Town, **given: Any) -> Draft:
    data = typed(town) | given.pop("data", {})
    return Draft.objects.create(**{"user": town.enterprise_member, "enterprise": town.firm, "data": data, **given})


def member_of(*firms: Enterprise, name: str = "周南", **fields: Any) -> User:
    """One more person who acts for these firms."""
    user = person(f"member{User.objects.count()}", name, (Role.ENTERPRISE_MEMBER, None), **fields)
    for firm in firms:
        Member.objects.create(enterprise=firm, user=user, since=LONG_AGO)
    return user


def one_more_firm(town: Town, name: str = "扶摇光电科技有限公司") -> Enterprise:
    return enterprise(name, name[:4], town.place)


def leave(user: User) -> None:
    """All memberships in firms end, and with the last of them the role."""
    Member.objects.filter(user=user).update(until=yesterday())
    Membership.objects.filter(user=user, role=Role.ENTERPRISE_MEMBER).update(until=yesterday())


def yesterday() -> datetime:
    """Before the test's transaction, whose beginning is the database's now()."""
    return timezone.now() - timedelta(days=1)


def begin(client, **query) -> str:
    """The page that opens, its address."""
    return client.get(NEW, query, follow=True).redirect_chain[-1][0]


def key_in(address: str) -> uuid.UUID:
    return uuid.UUID(re.search(r"drafts/([0-9a-f-]{36})/", address)[1])


def value_of(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"|name="{name}"[^>]*>([^<]*)<', page)
    return (found[1] or found[2] or "").strip()
