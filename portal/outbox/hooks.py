"""Webhooks: systems outside that subscribe to events get a small signed JSON for each, with no person in it.

A room says with `@pushes` in its `pushes.py` which of its messages may be subscribed to and what they tell. A push is a
delivery like any other: only of what its owner may see, tried again later, a dead letter in the end, and replayed by an
administrator.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import httpx
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from portal.people.models import User
from portal.trail import Audience, record

from .guard import check_url, target_of
from .models import Channel, Delivery, Message, State, Subscription
from .queueing import wake_after_commit
from .rendering import seen_by
from .trust import certificates

TIMEOUT = 5  # seconds for one step of a conversation
Tell = Callable[[Any], dict[str, Any]]
PUSHES: dict[str, Tell] = {}


def pushes(*kinds: str) -> Callable[[Tell], Tell]:
    """Registers what is told of these kinds of message, from the subject as it is when the message is rendered."""

    def register(tell: Tell) -> Tell:
        PUSHES.update(dict.fromkeys(kinds, tell))
        return tell

    return register


def pushed(message: Message, subject: models.Model, moment: Any) -> list[Delivery]:
    """One delivery, unsaved, for each subscription to this kind of event whose owner may see the subject."""
    tell = PUSHES.get(message.kind)
    if tell is None:
        return []
    wanted = Subscription.objects.filter(active=True, events__contains=[message.kind]).select_related("owner")
    rows = [one for one in wanted if seen_by(one.owner, type(subject), {subject.pk})]
    if not rows:
        return []
    body = json.dumps({"event": message.kind, "at": message.at.isoformat(), **tell(subject)}, ensure_ascii=False)
    return [
        Delivery(
            message=message,
            recipient=one.owner,
            subscription=one,
            channel=Channel.HOOK,
            key=f"{message.key}:{one.pk}:{Channel.HOOK}",
            title=message.kind,
            body=body,
            next_try_at=moment,
        )
        for one in rows
    ]


def secret_of(subscription: Subscription) -> str:
    """Made from the site's own key, so that no secret lies in the database; another generation is another secret."""
    name = f"{subscription.pk}:{subscription.generation}"
    return salted_hmac("portal.outbox.hooks", name, algorithm="sha256").hexdigest()


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def send(delivery: Delivery) -> None:
    """POST to the subscriber. Raises httpx.HTTPError, also for every answer but 2xx, and guard.Forbidden."""
    subscription = delivery.subscription
    assert subscription is not None
    target, body, timestamp = target_of(subscription.url), delivery.body.encode(), str(int(time.time()))
    headers = {
        "Host": target.host,
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": delivery.key,
        "X-Timestamp": timestamp,
        "X-Signature": f"sha256={signature(secret_of(subscription), timestamp, body)}",
    }
    # Neither redirects nor proxies are followed, and no more than the head of the answer is read.
    with (
        httpx.Client(trust_env=False, timeout=TIMEOUT, verify=certificates()) as client,
        client.stream(
            "POST", target.url, content=body, headers=headers, extensions={"sni_hostname": target.name}
        ) as answer,
    ):
        answer.raise_for_status()


# The administrator's verbs -----------------------------------------------------------------------------------------


@transaction.atomic
def subscribe(owner: User, *, by: User, url: str, events: Iterable[str], at: datetime) -> Subscription:
    """Raises guard.Forbidden, and ValueError for an event that nobody tells of."""
    events = _known(events)
    check_url(url)
    subscription = Subscription.objects.create(owner=owner, url=url, events=events)
    _note("subscription.made", subscription, by, at, events=events)
    return subscription


@transaction.atomic
def change(subscription: Subscription, *, by: User, url: str, events: Iterable[str], at: datetime) -> None:
    """Another address or other events; what is queued goes to the new address."""
    subscription.url, subscription.events = url, _known(events)
    check_url(url)
    subscription.save(update_fields=["url", "events"])
    _note("subscription.changed", subscription, by, at, events=subscription.events)


@transaction.atomic
def renew_secret(subscription: Subscription, *, by: User, at: datetime) -> str:
    Subscription.objects.filter(pk=subscription.pk).update(generation=models.F("generation") + 1)
    subscription.refresh_from_db()
    _note("subscription.secret_renewed", subscription, by, at)
    return secret_of(subscription)


@transaction.atomic
def stop(subscription: Subscription, *, by: User, at: datetime) -> None:
    """Nothing is pushed any more, nor what is still waiting."""
    if Subscription.objects.filter(pk=subscription.pk, active=True).update(active=False):
        waiting = Q(state=State.QUEUED) | Q(state=State.DEAD)
        subscription.deliveries.filter(waiting).update(state=State.DROPPED)
        _note("subscription.stopped", subscription, by, at)


def replayable(owner: User) -> QuerySet[Delivery]:
    """What was pushed to this system and can be pushed again, the latest first."""
    ended = Delivery.objects.filter(recipient=owner, channel=Channel.HOOK, subscription__active=True)
    return ended.filter(state__in=[State.SENT, State.DEAD]).order_by("-id")


@transaction.atomic
def replay(delivery: Delivery, *, by: User, at: datetime) -> bool:
    """Push it again with the same key and content; False if it is waiting anyway or may not go any more."""
    fresh = {"state": State.QUEUED, "attempts": 0, "next_try_at": Now(), "last_error": ""}
    ended = Delivery.objects.filter(pk=delivery.pk, channel=Channel.HOOK, state__in=[State.SENT, State.DEAD])
    if not ended.filter(subscription__active=True).update(**fresh):
        return False
    record("delivery.replayed", delivery, by=by, at=at, data={"key": delivery.key}, audience=Audience.CLOSED)
    wake_after_commit()
    return True


def _known(events: Iterable[str]) -> list[str]:
    wanted = sorted(set(events))
    if not wanted or set(wanted) - PUSHES.keys():
        raise ValueError(wanted)
    return wanted


def _note(kind: str, subscription: Subscription, by: User, at: datetime, **data: Mapping[str, Any] | list[str]) -> None:
    record(kind, subscription, by=by, at=at, data=data, audience=Audience.CLOSED)
