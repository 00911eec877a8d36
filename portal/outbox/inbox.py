"""A person's messages in the portal, and by which other ways he wants to be told."""

from portal.people.models import User

from .models import Channel, Delivery, OptOut

OUTSIDE = (Channel.EMAIL, Channel.WEBHOOK)


def unread_count(user: User) -> int:
    """How many of his messages a person has not read; one query, for the bell in every page's head."""
    return Delivery.objects.inbox(user).unread().count()


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
