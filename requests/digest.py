"""The daily digest at 8:30 of working days: what waits for a person today, overdue first; nothing where nothing waits.

What is said is read when the digest is delivered, as everything that is told (`portal.outbox`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import firms_of
from portal import outbox
from portal.outbox import Letter, notice, topics
from portal.outbox.inbox import unread_count
from portal.outbox.models import Channel, Topic
from portal.people.models import User
from portal.worktime import clock, words
from portal.worktime.calendar import calendar
from requests import stages
from requests.agenda import Agenda, Item, tally
from requests.models import Ticket
from requests.queues import Queue, queues_of

SENT_AT = time(8, 30)
NAMED = 10  # tickets named in one queue's part

topics.put_under(
    Topic.MUST,
    "ticket.supplement_asked",
    "ticket.supplement_lapsed",
    "ticket.rejected",
    "ticket.answered",
    "ticket.confirmation_lapsed",
    "ticket.assigned_again",
    "ticket.ordered",
    "ticket.link_sent",
)
topics.put_under(
    Topic.WORK,
    "ticket.filed",
    "ticket.registered",
    "ticket.accepted",
    "ticket.supplemented",
    "ticket.dispatched",
    "ticket.taken",
    "ticket.handler_named",
    "ticket.handed_over",
    "ticket.opinion_given",
    "ticket.reported",
    "ticket.sent_back",
    "ticket.disputed",
    "ticket.confirmed",
    "ticket.left_unanswered",
    "ticket.still_dissatisfied",
)
topics.put_under(
    Topic.NEWS,
    "ticket.withdrawn",
    "ticket.closed",
    "ticket.replied",
    "ticket.firm_wrote",
    "ticket.noted",
    "ticket.urged",
)


def send(at: datetime | None = None) -> int:
    """Queues today's digests, each person's once however often it runs; returns for how many something waits.

    Nothing before half past eight, and nothing on a day off.
    """
    at = at or clock.now()
    here = timezone.localtime(at)
    if here.time() < SENT_AT or not calendar().is_working(here.date()):
        return 0
    people = [user for user in topics.want_digest() if waiting(user, at)]
    for user in people:
        with transaction.atomic():
            outbox.queue("digest.daily", user, key=f"digest:{user.pk}:{here.date().isoformat()}", at=at)
    return len(people)


@notice("digest.daily", subject=User)
def daily(user: User, params: Mapping[str, Any]) -> list[Letter]:
    """By mail and in the inbox, not as a text message; nobody is told that nothing waits."""
    now = clock.now()
    parts = waiting(user, now)
    if not parts:
        return []
    n = unread_count(user)
    if n:
        parts.append(ngettext("另有 %(n)s 条站内消息没看。", "另有 %(n)s 条站内消息没看。", n) % {"n": n})
    title = _("%(day)s 等您办的") % {"day": words.day(now)}
    return [Letter(user, title, "\n\n".join(parts), reverse("requests:queues"), (Channel.INBOX, Channel.EMAIL))]


def waiting(user: User, now: datetime) -> list[str]:
    """A paragraph for each of his queues in which something waits, and for his firms' matters."""
    found = [_of_queue(user, queue, now) for queue in queues_of(user) if queue.name != "followed"]
    return [part for part in [*found, _of_firms(user)] if part]


def _of_queue(user: User, queue: Queue, now: datetime) -> str:
    items = Agenda(user, [queue], queue).of(queue)
    if not items:
        return ""
    left = tally(items, now)
    said = [ngettext("%(n)s 件等您办", "%(n)s 件等您办", left.total) % {"n": left.total}]
    if left.late:
        said.append(ngettext("%(n)s 件已超期", "%(n)s 件已超期", left.late) % {"n": left.late})
    if left.today:
        said.append(ngettext("%(n)s 件今天到期", "%(n)s 件今天到期", left.today) % {"n": left.today})
    head = _("%(queue)s：%(said)s") % {"queue": _(queue.title), "said": _("，").join(said)}
    return "\n".join([head, *_named(items, now)])


def _named(items: list[Item], now: datetime) -> list[str]:
    """The titles of what is late or due today, the earliest first; a confidential one is only counted (APP-18)."""
    today = words.local_day(now)
    dues = {item.pk: item.own_due_at for item in items if item.own_due_at and words.local_day(item.own_due_at) <= today}
    first = sorted(dues.items(), key=lambda pair: pair[1])[:NAMED]
    tickets = Ticket.objects.filter(pk__in=[pk for pk, _due in first], confidential=False).order_by()
    titles = dict(tickets.values_list("pk", "title"))
    return [
        _("· %(title)s，%(due)s") % {"title": titles[pk], "due": words.by_when(due)}
        for pk, due in first
        if pk in titles
    ]


def _of_firms(user: User) -> str:
    """What his firms must answer: material that is missing, results to confirm."""
    own = Ticket.objects.visible_to(user).filter(enterprise__in=firms_of(user)).order_by()
    missing = own.filter(status=stages.INCOMPLETE).count()
    confirm = own.filter(status=stages.CONFIRMING).count()
    said = []
    if missing:
        said.append(ngettext("%(n)s 件要补充材料", "%(n)s 件要补充材料", missing) % {"n": missing})
    if confirm:
        said.append(ngettext("%(n)s 件要您确认结果", "%(n)s 件要您确认结果", confirm) % {"n": confirm})
    return _("您的诉求：%(said)s") % {"said": _("，").join(said)} if said else ""
