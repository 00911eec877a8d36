"""The screens of the board: a key each, made and revoked by an administrator (SUP-1, SEC-1)."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from portal.api.tokens import digest_of
from portal.desk.models import DisplayKey
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail import Audience, record
from portal.worktime import clock

SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")  # 256 random bits need no slow hash
SEEN_EVERY = timedelta(minutes=1)  # the time of the last visit is not written more often


@transaction.atomic
def make(name: str, *, by: User, key: str = "", at: datetime | None = None) -> tuple[DisplayKey, str]:
    """A key for one more screen, and the key itself, which is shown this once. Refused where the name is in use.

    Only the demo brings a `key` of its own, which everybody knows.
    """
    grant, at = _administrator(by, at), at or clock.now()
    key = key or secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            display = DisplayKey.objects.create(name=name, digest=digest_of(key), made_by=by, made_at=at)
    except IntegrityError:
        raise Refused(_("已有同名的屏幕在用。"), field="name") from None
    record("display.made", display, by=by, at=at, audience=Audience.CLOSED, grant=grant)
    return display, key


@transaction.atomic
def revoke(display: DisplayKey, *, by: User, at: datetime | None = None) -> DisplayKey:
    """The screen goes dark with its next question, within a minute. Refused where that has been done."""
    grant, at = _administrator(by, at), at or clock.now()
    display = DisplayKey.objects.select_for_update(of=("self",), no_key=True).get(pk=display.pk)
    if display.revoked_at is not None:
        raise Refused(_("%(name)s 已停用。") % {"name": display.name})
    display.revoked_at = at
    display.save(update_fields=["revoked_at"])
    record("display.revoked", display, by=by, at=at, audience=Audience.CLOSED, grant=grant)
    return display


def display_of(key: str) -> DisplayKey | None:
    """The screen whose key this is, while it holds; None for every other text. Notes that it was here."""
    if not SHAPE.fullmatch(key):
        return None
    display = DisplayKey.objects.valid().filter(digest=digest_of(key)).first()
    if display is not None:
        stale = Q(last_seen_at=None) | Q(last_seen_at__lt=Now() - SEEN_EVERY)
        DisplayKey.objects.filter(stale, pk=display.pk).update(last_seen_at=Now())
    return display


def _administrator(by: User, at: datetime | None) -> Grant:
    grant = rights_of(by, at).grant(Role.ADMINISTRATOR)
    if grant is None:
        raise Refused(_("只有系统管理员能做这件事。"))
    return grant
