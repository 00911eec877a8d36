"""Notices: one small function per kind of message, which says who is told what (`notices.py` of each room)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from portal.people.models import User

from .models import Channel

ALL_CHANNELS = (Channel.INBOX, Channel.EMAIL, Channel.WEBHOOK)


@dataclass(frozen=True)
class Letter:
    """What one person is told; `url` is a path of the portal. Besides the inbox the wanted `channels` are tried."""

    to: User
    title: str
    body: str = ""
    url: str = ""
    channels: Sequence[Channel] = ALL_CHANNELS

    def __post_init__(self) -> None:
        if self.url and (not self.url.startswith("/") or self.url.startswith("//")):
            raise ValueError("a letter links to a path of the portal only")


Write = Callable[[Any, Mapping[str, Any]], list[Letter]]


@dataclass(frozen=True)
class Notice:
    kind: str
    subject: type[models.Model]
    write: Write


NOTICES: dict[str, Notice] = {}


def notice(kind: str, *, subject: type[models.Model]) -> Callable[[Write], Write]:
    """Register the function that writes the letters of one kind, from the subject as it is at delivery and the params.

    It is called once for each language among the recipients, that language being active: use plain `gettext`.
    """

    def register(write: Write) -> Write:
        known = NOTICES.get(kind)
        if known and known.write.__module__ != write.__module__:
            raise ValueError(f"two notices for {kind!r}: {known.write.__module__} and {write.__module__}")
        NOTICES[kind] = Notice(kind, subject, write)
        return write

    return register
