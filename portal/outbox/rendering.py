"""Rendering: a message becomes letters, each in its recipient's language, and letters become deliveries."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import translation

from portal.people.models import User

from .letters import NOTICES, Letter
from .models import Channel, Delivery, Message, OptOut, State

TITLE_LENGTH = 200


def subject_of(message: Message) -> models.Model:
    """The row the message is about, as it is now. Raises ObjectDoesNotExist."""
    return apps.get_model(message.subject_type)._base_manager.get(pk=message.subject_id)


def letters_of(message: Message, subject: models.Model) -> list[Letter]:
    """What the room's notice writes. Raises KeyError if no notice is registered, and whatever the notice raises."""
    write = NOTICES[message.kind].write

    def written(language: str) -> list[Letter]:
        with translation.override(language):
            return [_fixed(letter) for letter in write(subject, message.params)]

    first = written(settings.LANGUAGE_CODE)
    letters = []
    for language in sorted({_language(letter.to) for letter in first}):
        again = first if language == settings.LANGUAGE_CODE else written(language)
        letters += [letter for letter in again if _language(letter.to) == language]
    return letters


def _language(user: User) -> str:
    known = {code for code, _name in settings.LANGUAGES}
    return user.language if user.language in known else settings.LANGUAGE_CODE


def _fixed(letter: Letter) -> Letter:
    """Lazy translations become text while the recipient's language is active."""
    title = " ".join(str(letter.title).split())[:TITLE_LENGTH]
    return Letter(letter.to, title, str(letter.body), letter.url, letter.channels)


def seen_by(user: User, model: type[models.Model], ids: Collection[int]) -> set[int]:
    """Which of these subjects the person may see; none for the inactive, and by default none (SEC-1)."""
    if not user.is_active:
        return set()
    visible_to = getattr(model._default_manager, "visible_to", None)
    if visible_to is not None:
        return set(visible_to(user).filter(pk__in=ids).values_list("pk", flat=True))
    # A model without visible_to: only an account may be told of, and only to its own holder.
    return {user.pk} & set(ids) if isinstance(user, model) else set()


def inboxed(message: Message, letter: Letter, moment: Any, read_at: datetime | None = None) -> Delivery:
    """A letter in its recipient's inbox, unsaved; it arrived at `moment` (a time or `Now()`)."""
    return _delivery(message, letter, Channel.INBOX, state=State.SENT, sent_at=moment, read_at=read_at)


def posted(message: Message, letters: Iterable[Letter], moment: Any) -> list[Delivery]:
    """The letters' deliveries outside the portal, unsaved and due, for whom can be reached and did not decline."""
    letters = list(letters)
    people = {letter.to.pk for letter in letters}
    declined = set(OptOut.objects.filter(user__in=people).values_list("user_id", "channel"))
    return [
        _delivery(message, letter, channel, next_try_at=moment)
        for letter in letters
        for channel in (Channel.EMAIL, Channel.WEBHOOK)
        if channel in letter.channels and _reaches(letter.to, channel) and (letter.to.pk, channel) not in declined
    ]


def _delivery(message: Message, letter: Letter, channel: Channel, **fields: Any) -> Delivery:
    return Delivery(
        message=message,
        recipient=letter.to,
        channel=channel,
        key=f"{message.key}:{letter.to.pk}:{channel}",
        title=letter.title,
        body=letter.body,
        url=letter.url,
        **fields,
    )


def _reaches(user: User, channel: Channel) -> bool:
    return bool(user.email) if channel == Channel.EMAIL else bool(settings.WEBHOOK_URL)
