"""The administrator's verbs on line systems: make, correct, a new token, revoke. Each is an event (SEC-5)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail import Audience, record
from portal.worktime import clock

from . import tokens
from .models import LineSystem

__all__ = ["Refused", "connect", "edit", "revoke", "rotate"]


def _administrator(by: User, at: datetime | None) -> Grant:
    grant = rights_of(by, at).grant(Role.ADMINISTRATOR)
    if grant is None:
        raise Refused(_("只有系统管理员能做这件事。"))
    return grant


def _note(kind: str, line: LineSystem, by: User, at: datetime, grant: Grant, **data: Any) -> None:
    record(kind, line, by=by, at=at, data=data, audience=Audience.CLOSED, grant=grant)


def _locked(line: LineSystem) -> LineSystem:
    locked: LineSystem = LineSystem.objects.select_for_update(of=("self",), no_key=True).get(pk=line.pk)
    if locked.until is not None:
        raise Refused(_("%(name)s 已停用，不能再改；请另建一个。") % {"name": locked.name})
    return locked


@transaction.atomic
def connect(
    *, by: User, name: str, channel: str, scopes: Iterable[str], rate: int, at: datetime | None = None
) -> tuple[LineSystem, str]:
    """A new line system with its account, and its token, which is shown this once."""
    grant, at = _administrator(by, at), at or clock.now()
    prefix, digest, token = tokens.fresh()
    try:
        with transaction.atomic():
            user = User.objects.create_user(f"{tokens.ACCOUNT}{prefix}", None, name=name)
            line: LineSystem = LineSystem.objects.create(
                name=name,
                user=user,
                channel=channel,
                scopes=sorted(scopes),
                rate=rate,
                prefix=prefix,
                digest=digest,
                issued_at=at,
                since=at,
            )
    except IntegrityError:
        raise Refused(_("这个名称已有人用。")) from None
    _note("line.connected", line, by, at, grant, channel=channel, scopes=line.scopes, rate=rate)
    return line, token


@transaction.atomic
def edit(
    line: LineSystem, *, by: User, name: str, scopes: Iterable[str], rate: int, at: datetime | None = None
) -> LineSystem:
    """Correct name, scopes and rate; the channel stays, because tickets came in by it."""
    grant, at = _administrator(by, at), at or clock.now()
    line = _locked(line)
    line.name, line.scopes, line.rate = name, sorted(scopes), rate
    try:
        with transaction.atomic():
            line.save(update_fields=["name", "scopes", "rate"])
    except IntegrityError:
        raise Refused(_("这个名称已有人用。")) from None
    User.objects.filter(pk=line.user_id).update(name=name)
    _note("line.edited", line, by, at, grant, scopes=line.scopes, rate=rate)
    return line


@transaction.atomic
def rotate(line: LineSystem, *, by: User, at: datetime | None = None) -> str:
    """A new token, shown this once; the old one ends now."""
    grant, at = _administrator(by, at), at or clock.now()
    line = _locked(line)
    line.prefix, line.digest, token = tokens.fresh()
    line.issued_at, line.last_used_at = at, None
    line.save(update_fields=["prefix", "digest", "issued_at", "last_used_at"])
    _note("line.rotated", line, by, at, grant)
    return token


@transaction.atomic
def revoke(line: LineSystem, *, by: User, at: datetime | None = None) -> None:
    """The token ends now and nothing is pushed any more; what came in stays."""
    grant, at = _administrator(by, at), at or clock.now()
    line = _locked(line)
    line.end_at(at)
    line.save(update_fields=["until"])
    User.objects.filter(pk=line.user_id).update(is_active=False)
    _note("line.revoked", line, by, at, grant)
