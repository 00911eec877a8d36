"""People to write to, and notices about people for the length of a test."""

from collections.abc import Callable
from datetime import UTC, datetime

from portal.outbox import Letter, queue
from portal.outbox.letters import NOTICES, Notice
from portal.outbox.models import Channel, Delivery, Message
from portal.people.models import Membership, User
from portal.people.roles import Role

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
KIND = "user.greeted"


def person(username: str = "luyue", name: str = "路越", **fields) -> User:
    return User.objects.create_user(username, name=name, **fields)


def administrator(username: str = "administrator") -> User:
    user = person(username, "管理员")
    Membership.objects.create(user=user, role=Role.ADMINISTRATOR, since=AT)
    return user


def greeting(user: User, params) -> list[Letter]:
    return [Letter(user, f"{user.name}您好", "有一件事要您办", "/account/")]


def register(monkeypatch, write: Callable = greeting, kind: str = KIND) -> None:
    monkeypatch.setitem(NOTICES, kind, Notice(kind, User, write))


def greet(user: User, key: str = "greeting:1", **params) -> Message:
    return queue(KIND, user, key=key, at=AT, **params)


def dead_delivery(user: User, key: str = "greeting:1", **fields) -> Delivery:
    message, _new = Message.objects.get_or_create(
        key=key,
        defaults={"kind": KIND, "subject_type": "people.user", "subject_id": user.pk, "at": AT, "state": "rendered"},
    )
    values = {
        "channel": Channel.EMAIL,
        "state": "dead",
        "attempts": 6,
        "last_error": "SMTPServerDisconnected",
        "title": "标题",
    }
    return Delivery.objects.create(message=message, recipient=user, key=f"{key}:email", **values | fields)


def received(user: User, no: int = 1, **fields) -> Delivery:
    values = {"channel": Channel.INBOX, "state": "sent", "sent_at": AT, "title": f"第 {no} 条", "url": "/account/"}
    message = Message.objects.create(
        key=f"m:{no}:{user.pk}", kind=KIND, subject_type="people.user", subject_id=user.pk, at=AT, state="rendered"
    )
    return Delivery.objects.create(message=message, recipient=user, key=f"m:{no}:{user.pk}:inbox", **values | fields)
