"""One's own deadlines as an iCalendar feed behind a private link (RFC 5545), for the calendar on the telephone.

The link is the only key: its digest is kept, never the link. What it gives is asked anew each time: only what the
person may see now, without titles, names or firms, because the copy lies on servers that are not the town's; for the
same reason nothing of a confidential complaint, not even that there is one (APP-18).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from portal.desk.mine.owed import Row, all_owed_by
from portal.lists.models import DeadlineFeed
from portal.outbox.onetime import digest
from portal.people.models import User
from portal.trail import Audience, record
from portal.worktime import clock, words

MOST = 500  # entries


@transaction.atomic
def make(user: User, *, at: datetime | None = None) -> str:
    """A new link, shown this once; a former one ends."""
    at = at or clock.now()
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    DeadlineFeed.objects.current().filter(owner=user).update(ended_at=at)
    token = secrets.token_urlsafe(24)
    DeadlineFeed.objects.create(owner=user, digest=digest(token), made_at=at)
    record("user.feed_made", user, by=user, at=at, audience=Audience.CLOSED)
    return token


@transaction.atomic
def end(user: User, *, at: datetime | None = None) -> bool:
    """The link is good for nothing from now on; False where there is none."""
    at = at or clock.now()
    if not DeadlineFeed.objects.current().filter(owner=user).update(ended_at=at):
        return False
    record("user.feed_ended", user, by=user, at=at, audience=Audience.CLOSED)
    return True


def of(token: str) -> DeadlineFeed | None:
    """The feed whose link this is, while it and its owner's account are good."""
    known = DeadlineFeed.objects.current().select_related("owner")
    found: DeadlineFeed | None = known.filter(digest=digest(token), owner__is_active=True).first()
    return found


def written(user: User) -> bytes:
    """The feed's content in the owner's language; the same deadlines give the same bytes."""
    with translation.override(user.language):
        sheet = Calendar()
        sheet.add("prodid", "-//shaxi//deadlines//ZH")
        sheet.add("version", "2.0")
        sheet.add("x-wr-calname", _("我的时限"))
        sheet.add("refresh-interval;value=duration", "PT1H")
        for owed in all_owed_by(user):
            for event in _events(owed.filter(paused_at=None).select_related("subject")[:MOST]):
                sheet.add_component(event)
        content: bytes = sheet.to_ical()
        return content


def _events(deadlines: Iterable[Any]) -> Iterable[Any]:
    for deadline in deadlines:
        if getattr(deadline.subject, "confidential", False):
            continue
        event, row = Event(), Row(deadline, False)
        number = row.number
        kind = "" if row.of_ticket else "claim-" if row.of_claim else f"{deadline._meta.model_name}-"
        event.add("uid", f"{kind}deadline-{deadline.pk}@{settings.TICKET_PREFIX.lower()}.portal")
        event.add("dtstamp", deadline.started_at)  # not now: an unchanged feed has an unchanged ETag
        event.add("sequence", deadline.cycle)
        event.add("dtstart", deadline.due_at)
        event.add("dtend", deadline.due_at + timedelta(minutes=1))
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        event.add("summary", _("%(what)s到期 %(number)s") % {"what": deadline.label, "number": number})
        event.add("description", words.by_when(deadline.due_at, today=words.local_day(deadline.due_at)))
        event.add("url", f"{settings.BASE_URL}{row.url}")
        yield event
