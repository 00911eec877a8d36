"""Tokens of line systems: `sx_<prefix>_<secret>`. Only a digest is kept; 256 random bits need no slow hash."""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.crypto import get_random_string

from portal.people.models import User

from .models import LineSystem

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
SHAPE = re.compile(r"sx_([a-z0-9]{8})_([A-Za-z0-9_-]{43})")
ACCOUNT = "line."  # begins the user name of every line system's account
NOTED_EVERY = timedelta(minutes=1)  # the time of use is not written more often


def fresh() -> tuple[str, str, str]:
    """(prefix, digest, token): the first two are stored, the last is shown once."""
    prefix, secret = get_random_string(8, ALPHABET), secrets.token_urlsafe(32)
    return prefix, digest_of(secret), f"sx_{prefix}_{secret}"


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(token: str) -> LineSystem | None:
    """The line system whose token this is, while it holds; None for every other text."""
    shape = SHAPE.fullmatch(token)
    if shape is None:
        return None
    lines = LineSystem.objects.current().filter(prefix=shape[1], user__is_active=True).select_related("user")
    line: LineSystem | None = lines.first()
    if line is None or not hmac.compare_digest(line.digest, digest_of(shape[2])):
        return None
    _used(line)
    line.user._line = line
    return line


def _used(line: LineSystem) -> None:
    stale = Q(last_used_at=None) | Q(last_used_at__lt=Now() - NOTED_EVERY)
    LineSystem.objects.filter(stale, pk=line.pk).update(last_used_at=Now())


def line_of(user: User) -> LineSystem | None:
    """The line system whose account this is, None for a person. Accounts so named alone cost a query, once."""
    if not user.is_authenticated or not user.username.startswith(ACCOUNT):
        return None
    if "_line" not in user.__dict__:
        user._line = LineSystem.objects.current().filter(user=user.pk).first()
    known: LineSystem | None = user._line
    return known
