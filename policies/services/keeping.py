"""The catalogue of providers is kept by the centre (POL-7): who is in it, what they offer, who is taken off and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import outbox, trail
from portal.people.models import Department, User
from portal.people.refusal import Refused, required_line
from portal.people.rights import Grant, rights_of
from portal.worktime import clock
from requests.models import SerialNumber

from ..models import Provider, ServiceKind
from .capacity import keeps

FIELDS = ("name", "kinds", "offers", "price", "contact_name", "contact_phone", "department")


@transaction.atomic
def add_provider(fields: dict[str, Any], *, by: User, code: str = "", at: datetime | None = None) -> Provider:
    """A provider comes into the catalogue; `fields` has the names of `FIELDS`."""
    grant, at = _demand(by, at), at or clock.now()
    _check(fields, None)
    code = code or f"fw-{SerialNumber.take('provider'):04d}"
    known = {name: fields[name] for name in FIELDS if name in fields}
    made = Provider.objects.create(code=code, added_by=by, added_at=at, **known)
    trail.record("provider.added", made, by=by, at=at, grant=grant)
    return made


@transaction.atomic
def edit_provider(provider: Provider, fields: dict[str, Any], *, by: User, at: datetime | None = None) -> Provider:
    """What it offers or whom to call has changed; the event names what was changed."""
    grant, at = _demand(by, at), at or clock.now()
    provider = _locked(provider)
    _check(fields, provider)
    changed = [name for name in FIELDS if name in fields and getattr(provider, name) != fields[name]]
    if not changed:
        return provider
    for name in changed:
        setattr(provider, name, fields[name])
    provider.save(update_fields=changed)
    trail.record("provider.edited", provider, by=by, at=at, data={"changed": changed}, grant=grant)
    return provider


@transaction.atomic
def end_provider(provider: Provider, *, by: User, reason: str, at: datetime | None = None) -> Provider:
    """下架: nobody orders of it any more; what is under way goes on. Its people are told why."""
    grant, at = _demand(by, at), at or clock.now()
    provider = _locked(provider)
    if provider.ended_at is not None:
        raise Refused(_("这家机构已经下架。"))
    reason = required_line(reason, _("请写下架的原因。"))
    provider.ended_at, provider.ended_for = at, reason
    provider.save(update_fields=["ended_at", "ended_for"])
    outbox.tell("provider.ended", provider, by, at, grant)
    return provider


@transaction.atomic
def relist_provider(provider: Provider, *, by: User, at: datetime | None = None) -> Provider:
    """重新上架."""
    grant, at = _demand(by, at), at or clock.now()
    provider = _locked(provider)
    if provider.ended_at is None:
        raise Refused(_("这家机构已经在目录里。"))
    provider.ended_at, provider.ended_for = None, ""
    provider.save(update_fields=["ended_at", "ended_for"])
    trail.record("provider.relisted", provider, by=by, at=at, grant=grant)
    return provider


def _demand(by: User, at: datetime | None) -> Grant:
    grant = keeps(rights_of(by, at))
    if grant is None or rights_of(by, at).is_outside:
        raise Refused(_("服务机构名录由中心维护。"))
    return grant


def _locked(provider: Provider) -> Provider:
    return Provider.objects.select_for_update(of=("self",), no_key=True).get(pk=provider.pk)


def _check(fields: dict[str, Any], provider: Provider | None) -> None:
    """Raises Refused for what the rows would not take."""
    others = Provider.objects.exclude(pk=provider.pk) if provider else Provider.objects.all()
    if "name" in fields and others.filter(name=fields["name"]).exists():
        raise Refused(_("目录里已有同名的机构。"), "name")
    kinds = fields.get("kinds", [])
    if "kinds" in fields and (not kinds or not set(kinds) <= set(ServiceKind.values)):
        raise Refused(_("请至少选一类服务。"), "kinds")
    unit = fields.get("department")
    if unit is not None and unit.kind != Department.Kind.THIRD_PARTY:
        raise Refused(_("平台单位要是第三方机构。"), "department")
