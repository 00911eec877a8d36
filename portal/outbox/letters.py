"""Notices: one small function per kind of message, which says who is told what (`notices.py` of each room)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models

from portal.people.models import User
from portal.trail.models import subject_type

from .models import Channel

ALL_CHANNELS = (Channel.INBOX, Channel.EMAIL, Channel.WEBHOOK)


# Stands in a letter for what only its addressee may know, a link or a code: put in at sending, stored nowhere.
SECRET = "⟦secret⟧"


@dataclass(frozen=True)
class Outsider:
    """Somebody without an account, known by a telephone number or an e-mail address only."""

    mobile: str = ""
    email: str = ""
    language: str = settings.LANGUAGE_CODE
    pk: None = None

    @property
    def address(self) -> str:
        return self.mobile or self.email


@dataclass(frozen=True)
class Letter:
    """What one person is told; `url` is a path of the portal. Besides the inbox the wanted `channels` are tried."""

    to: User | Outsider
    title: str
    body: str = ""
    url: str = ""
    channels: Sequence[Channel] = ALL_CHANNELS

    @property
    def user(self) -> User:
        """The account of one that `to_accounts` let through."""
        assert isinstance(self.to, User)
        return self.to

    def __post_init__(self) -> None:
        if self.url and (not self.url.startswith("/") or self.url.startswith("//")):
            raise ValueError("a letter links to a path of the portal only")


Write = Callable[[Any, Mapping[str, Any]], list[Letter]]
Outside = Callable[[Any, Mapping[str, Any]], str | None]


@dataclass(frozen=True)
class Notice:
    kind: str
    subject: type[models.Model]
    write: Write
    outside: Outside | None = None


NOTICES: dict[str, Notice] = {}
FURTHER: dict[tuple[str, str], Notice] = {}  # of a kind that is told of several subjects (`deadline.rung`): by both


def notice_of(kind: str, subject: str) -> Notice:
    """The notice for this kind about a subject of this type. Raises KeyError where none is registered."""
    return FURTHER.get((kind, subject)) or NOTICES[kind]


def notice(kind: str, *, subject: type[models.Model], outside: Outside | None = None) -> Callable[[Write], Write]:
    """Register the function that writes the letters of one kind, from the subject as it is at delivery and the params.

    It is called once for each language among the recipients, that language being active: use plain `gettext`.
    A kind may be told of several subjects, each with its own function.
    `outside` is asked before each sending to somebody without an account, whom no `visible_to` knows: it gives what
    takes the place of SECRET, or None when he may be told no more. Without it a notice reaches accounts only (SEC-1).
    """

    def register(write: Write) -> Write:
        known = NOTICES.get(kind)
        if known and known.subject is not subject:
            FURTHER[kind, subject_type(subject)] = Notice(kind, subject, write, outside)
            return write
        if known and known.write.__module__ != write.__module__:
            raise ValueError(f"two notices for {kind!r}: {known.write.__module__} and {write.__module__}")
        NOTICES[kind] = Notice(kind, subject, write, outside)
        return write

    return register


Said = tuple[Iterable[User], str, str]  # who, the title, the text
Says = Callable[[Any, Mapping[str, Any]], Iterator[Said]]


def saying(kind: str, *, subject: type[models.Model], url: Callable[[Any], str]) -> Callable[[Says], Says]:
    """Like `notice`, for a function that yields who is told what, the most personal words first; all lead to `url`.

    Nobody is told of what he did himself (`by` in the params), and each person gets the first that is meant for him.
    """

    def register(says: Says) -> Says:
        def letters(about: Any, params: Mapping[str, Any]) -> list[Letter]:
            found: dict[int, Letter] = {}
            for people, title, body in says(about, params):
                for user in people:
                    if user.pk != params.get("by"):
                        found.setdefault(user.pk, Letter(to=user, title=title, body=body, url=url(about)))
            return list(found.values())

        letters.__module__ = says.__module__
        notice(kind, subject=subject)(letters)
        return says

    return register
