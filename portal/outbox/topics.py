"""How soon a person wants to be told outside the portal: at once, in the daily digest, or not at all.

The inbox gets everything. A kind that no room has put under a topic is always told at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from portal.people.models import User
from portal.people.rights import rights_of

from .models import Mode, Topic, Wish

TOPICS: dict[str, Topic] = {}


def put_under(topic: Topic, *kinds: str) -> None:
    """These kinds of message are of that topic; WORK is news to whoever holds no office."""
    TOPICS.update(dict.fromkeys(kinds, topic))


def topic_for(user: User, kind: str) -> Topic | None:
    topic = TOPICS.get(kind)
    return Topic.NEWS if topic == Topic.WORK and not rights_of(user).is_official else topic


def wishes(people: Iterable[int]) -> dict[tuple[int, str], str]:
    """What these people wish: {(person, topic): mode}; one query."""
    rows = Wish.objects.filter(user__in=people).values_list("user_id", "topic", "mode")
    return {(user, topic): mode for user, topic, mode in rows}


def at_once(user: User, kind: str, wished: Mapping[tuple[int, str], str]) -> bool:
    """Whether he is told of this kind outside the portal as soon as it happens."""
    topic = topic_for(user, kind)
    return topic is None or wished.get((user.pk, topic), Mode.NOW) == Mode.NOW


def chosen(user: User) -> dict[str, str]:
    """His mode for each topic."""
    wished = wishes([user.pk])
    return {topic: wished.get((user.pk, topic), Mode.NOW) for topic in Topic.values}


@transaction.atomic
def choose(user: User, modes: Mapping[str, str]) -> None:
    """Raises ValueError for an unknown topic or mode, and where what must be told is to be off."""
    for topic, mode in modes.items():
        if topic not in Topic.values or mode not in Mode.values or (topic == Topic.MUST and mode == Mode.OFF):
            raise ValueError(f"{topic}: {mode}")
    for topic, mode in modes.items():
        Wish.objects.update_or_create(user=user, topic=topic, defaults={"mode": mode})


def want_digest() -> list[User]:
    """The people who want a daily digest of anything."""
    wanted = Wish.objects.filter(mode=Mode.DIGEST).values("user")
    return list(User.objects.active().filter(pk__in=wanted).order_by("pk"))
