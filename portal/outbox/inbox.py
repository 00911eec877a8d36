"""A person's messages in the portal, and by which other ways he wants to be told."""

from collections import Counter, defaultdict

from django.apps import apps

from portal.people.models import User

from .models import Channel, Delivery, OptOut
from .rendering import seen_by

OUTSIDE = (Channel.EMAIL, Channel.WEBHOOK)


def unread_count(user: User) -> int:
    """How many messages about what he may see a person has not read, for the bell in every page's head.

    One query where there is none, else one more for each kind of subject.
    """
    unread = Delivery.objects.received(user).unread()
    about: dict[str, Counter[int]] = defaultdict(Counter)
    for subject_type, subject_id in unread.values_list("message__subject_type", "message__subject_id"):
        about[subject_type][subject_id] += 1
    return sum(
        counts[pk] for label, counts in about.items() for pk in seen_by(user, apps.get_model(label), counts.keys())
    )


def declined(user: User) -> set[str]:
    """The channels by which the person does not want to be told."""
    return set(OptOut.objects.filter(user=user).values_list("channel", flat=True))


def choose(user: User, channel: str, *, wanted: bool) -> None:
    """Want a channel or decline it; the inbox cannot be declined. Raises ValueError for an unknown channel."""
    if channel not in OUTSIDE:
        raise ValueError(channel)
    if wanted:
        OptOut.objects.filter(user=user, channel=channel).delete()
    else:
        OptOut.objects.get_or_create(user=user, channel=channel)
