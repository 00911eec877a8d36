"""Messages queued in `held()` are stored as if delivered long ago, and sent to nobody (import, demo town)."""

from collections import defaultdict
from datetime import datetime

from django.apps import apps
from django.db import models, transaction

from portal.people.models import User

from .models import Delivery, Message, State
from .rendering import inboxed, letters_of, seen_by, to_accounts

Subjects = dict[tuple[str, int], models.Model]


def settle(*, read_before: datetime | None = None, batch: int = 500) -> int:
    """Put every held message into its recipients' inboxes at its own time; those from before `read_before` are read.

    Returns how many messages were settled. Raises what a notice raises; the batches before it stay settled.
    """
    total = 0
    while count := _settle_batch(read_before, batch):
        total += count
    return total


@transaction.atomic
def _settle_batch(read_before: datetime | None, batch: int) -> int:
    held = Message.objects.select_for_update(skip_locked=True, no_key=True).filter(state=State.HELD)
    messages = list(held.order_by("id")[:batch])
    subjects = _subjects(messages)
    letters = [
        (message, subjects[message.subject_type, message.subject_id], letter)
        for message in messages
        for letter in to_accounts(letters_of(message, subjects[message.subject_type, message.subject_id]))
    ]
    seen = _seen([(letter.user, subject) for _message, subject, letter in letters])
    rows = [
        inboxed(message, letter, message.at, message.at if read_before and message.at < read_before else None)
        for message, subject, letter in letters
        if (letter.user.pk, subject) in seen
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return Message.objects.filter(pk__in=[message.pk for message in messages]).update(state=State.RENDERED)


def _subjects(messages: list[Message]) -> Subjects:
    """The rows the messages are about, one query per model."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for message in messages:
        wanted[message.subject_type].add(message.subject_id)
    return {
        (label, pk): row
        for label, ids in wanted.items()
        for pk, row in apps.get_model(label)._base_manager.in_bulk(ids).items()
    }


def _seen(pairs: list[tuple[User, models.Model]]) -> set[tuple[int, models.Model]]:
    """The pairs of person and subject in which he may see it; one query per person and model."""
    people: dict[int, User] = {}  # one object per person, so that his rights are read once
    wanted: dict[tuple[int, type[models.Model]], dict[int, models.Model]] = defaultdict(dict)
    for user, subject in pairs:
        people.setdefault(user.pk, user)
        wanted[user.pk, type(subject)][subject.pk] = subject
    return {
        (user_id, subjects[pk])
        for (user_id, model), subjects in wanted.items()
        for pk in seen_by(people[user_id], model, subjects)
    }
