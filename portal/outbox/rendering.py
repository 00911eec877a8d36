"""Rendering: a message becomes letters, each in its recipient's language, and letters become deliveries."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import translation

from portal.people.models import User
from portal.trail.models import subject_type

from . import topics
from .letters import NOTICES, Letter, Outsider, notice_of
from .models import Channel, Delivery, Message, OptOut, State

TITLE_LENGTH = 200


def subject_of(message: Message) -> models.Model:
    """The row the message is about, as it is now. Raises ObjectDoesNotExist."""
    return apps.get_model(message.subject_type)._base_manager.get(pk=message.subject_id)


def letters_of(message: Message, subject: models.Model) -> list[Letter]:
    """What the room's notice writes. Raises KeyError if no notice is registered, and whatever the notice raises."""
    write = notice_of(message.kind, message.subject_type).write

    def written(language: str) -> list[Letter]:
        with translation.override(language):
            return [_fixed(letter) for letter in write(subject, message.params)]

    first = written(settings.LANGUAGE_CODE)
    letters = []
    for language in sorted({_language(letter.to) for letter in first}):
        again = first if language == settings.LANGUAGE_CODE else written(language)
        letters += [letter for letter in again if _language(letter.to) == language]
    return letters


def to_accounts(letters: Iterable[Letter]) -> list[Letter]:
    return [letter for letter in letters if isinstance(letter.to, User)]


def to_outsiders(message: Message, letters: Iterable[Letter]) -> list[Letter]:
    """The letters to people without an account; none for a notice that says nothing of what they may be told."""
    if NOTICES[message.kind].outside is None:
        return []
    return [letter for letter in letters if isinstance(letter.to, Outsider)]


def secret_of(message: Message, subject: models.Model) -> str | None:
    """What only the addressee may know, put in at sending; None when he may be told no more."""
    outside = NOTICES[message.kind].outside
    return outside(subject, message.params) if outside else None


def _language(user: User | Outsider) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    return user.language if user.language in known else settings.LANGUAGE_CODE


def _fixed(letter: Letter) -> Letter:
    """Lazy translations become text while the recipient's language is active."""
    title = " ".join(str(letter.title).split())[:TITLE_LENGTH]
    return Letter(letter.to, title, str(letter.body), letter.url, letter.channels)


def seen_by(user: User, model: type[models.Model], ids: Collection[int]) -> set[int]:
    """Which of these subjects the person may see; of his own account this is known without asking."""
    seen = _seen(user, model)
    if isinstance(user, model) and not hasattr(model._default_manager, "visible_to"):
        return {user.pk} & set(ids) if user.is_active else set()
    return set(seen.order_by().filter(pk__in=ids).values_list("pk", flat=True))


def about_seen(user: User) -> Q:
    """The condition on deliveries that they tell of something the person may see now, not only when they came."""
    shown = Q(pk__in=[])
    for model in sorted({notice.subject for notice in NOTICES.values()}, key=subject_type):
        subject = _seen(user, model).filter(pk=OuterRef("message__subject_id"))
        shown |= Q(Exists(subject), message__subject_type=subject_type(model))
    return shown


def _seen(user: User, model: type[models.Model]) -> QuerySet:
    """The rows the person may see; none for the inactive, and by default none (SEC-1)."""
    rows = model._default_manager
    if not user.is_active:
        return rows.none()
    if hasattr(rows, "visible_to"):
        return rows.visible_to(user)
    # A model without visible_to: only an account may be told of, and only to its own holder.
    return rows.filter(pk=user.pk) if isinstance(user, model) else rows.none()


def inboxed(message: Message, letter: Letter, moment: Any, read_at: datetime | None = None) -> Delivery:
    """A letter in its recipient's inbox, unsaved; it arrived at `moment` (a time or `Now()`)."""
    return _delivery(message, letter, Channel.INBOX, state=State.SENT, sent_at=moment, read_at=read_at)


def posted(message: Message, letters: Iterable[Letter], moment: Any) -> list[Delivery]:
    """The letters' deliveries outside the portal, unsaved and due, for whom can be reached and did not decline."""
    letters = list(letters)
    people = {letter.user.pk for letter in to_accounts(letters)}
    declined = set(OptOut.objects.filter(user__in=people).values_list("user_id", "channel"))
    wished = topics.wishes(people)
    soon = [letter for letter in letters if _told_now(message, letter, wished)]
    return [
        _delivery(message, letter, channel, next_try_at=moment)
        for letter in soon
        for channel in (Channel.EMAIL, Channel.WEBHOOK)
        if channel in letter.channels and _reaches(letter.to, channel) and (letter.to.pk, channel) not in declined
    ]


def _told_now(message: Message, letter: Letter, wished: Mapping[tuple[int, str], str]) -> bool:
    return isinstance(letter.to, Outsider) or topics.at_once(letter.to, message.kind, wished)


def reaches_telephones() -> bool:
    """Whether a text message can go out: through the gateway, or onto the demo's page of what was sent."""
    return bool(settings.WEBHOOK_URL or settings.DEMO)


def _delivery(message: Message, letter: Letter, channel: Channel, **fields: Any) -> Delivery:
    if isinstance(letter.to, Outsider):
        whom: dict[str, Any] = {"address": letter.to.address}
        name = hashlib.sha256(letter.to.address.encode()).hexdigest()[:12]  # the key leaves the house
    else:
        whom, name = {"recipient": letter.to}, str(letter.to.pk)
    return Delivery(
        message=message,
        channel=channel,
        key=f"{message.key}:{name}:{channel}",
        title=letter.title,
        body=letter.body,
        url=letter.url,
        **whom,
        **fields,
    )


def _reaches(to: User | Outsider, channel: Channel) -> bool:
    if channel == Channel.EMAIL:
        return bool(to.email)
    telephones = reaches_telephones() if isinstance(to, Outsider) else bool(settings.WEBHOOK_URL)
    return telephones and bool(to.mobile)


def is_wanted(delivery: Delivery) -> bool:
    """Whether the person can still be reached this way, and has not declined it since the letter was written."""
    to = delivery.recipient
    if to is None or delivery.channel == Channel.HOOK:
        return True
    declined = OptOut.objects.filter(user=to, channel=delivery.channel).exists()
    return _reaches(to, Channel(delivery.channel)) and not declined
