"""A person's messages in the portal, and by which other ways he wants to be told."""

from collections import defaultdict

from django.apps import apps
from django.db import connection

from portal.people.models import User

from .models import Channel, OptOut, State
from .rendering import seen_by

OUTSIDE = (Channel.EMAIL, Channel.WEBHOOK)

# Written by hand, `Delivery.objects.received(user).unread()` by subject: every page asks it.
UNREAD = """
    SELECT subject_type, subject_id, count(*) FROM outbox_delivery delivery
      JOIN outbox_message message ON message.id = message_id
     WHERE recipient_id = %(user)s AND channel = %(channel)s AND delivery.state = %(state)s AND read_at IS NULL
     GROUP BY subject_type, subject_id
"""


def unread_count(user: User) -> int:
    """How many messages about what he may see a person has not read, for the bell in every page's head.

    One query where there is none, else one more for each kind of subject.
    """
    about: dict[str, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, {"user": user.pk, "channel": Channel.INBOX.value, "state": State.SENT.value})
        for subject_type, subject_id, count in cursor.fetchall():
            about[subject_type][subject_id] = count
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
