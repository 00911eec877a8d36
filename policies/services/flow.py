"""The verbs on orders of professional services (POL-7): the only code that moves one.

Every verb has one shape: `verb(order, *, by, …, at=None)`, one transaction, `Refused` where the table or the rules say
no. `at=None` is the database's `now()`; only the demo and tests give another instant.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from portal import deadlines, outbox
from portal.people.models import User
from portal.people.refusal import Refused, required, required_line
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.models import SerialNumber

from ..models import Provider, ServiceDeadline, ServiceKind, ServiceOrder
from . import stages
from .capacity import granted, has_account, standing, towards

OBLIGATION = "service_take"
LOW = 2  # with so few stars or fewer words are asked for


@transaction.atomic
def order(
    provider: Provider,
    firm: Enterprise,
    *,
    by: User,
    kind: str,
    need: str,
    contact_name: str,
    contact_phone: str,
    key: uuid.UUID | None = None,
    at: datetime | None = None,
) -> ServiceOrder:
    """点单 by the firm, 送单 by the centre or the firm's steward; the provider has 2 wd to take it (POL-7, DL-6).

    `key` makes it happen once: the same form sent again gives the order that the first sending made.
    """
    provider = Provider.objects.select_for_update(of=("self",), no_key=True).get(pk=provider.pk)
    at, key = at or clock.now(), key or uuid.uuid4()
    if made := ServiceOrder.objects.filter(key=key, ordered_by=by, enterprise=firm).first():
        return made
    if not (held := towards(firm, by, at)):
        raise Refused(_("您不能替这家企业下单。"))
    _demand_offer(provider, firm, kind)
    made = ServiceOrder.objects.create(
        number=_number(at),
        key=key,
        enterprise=firm,
        provider=provider,
        kind=kind,
        need=required(need, _("请写需要什么服务。"), "need", 1000),
        contact_name=required_line(contact_name, _("请写联系人。"), "contact_name", 40),
        contact_phone=required_line(contact_phone, _("请写联系电话。"), "contact_phone", 40),
        sent="firm" not in held,
        status=stages.ORDERED,
        ordered_by=by,
        ordered_at=at,
    )
    _start_clock(made, at)
    _tell("service.ordered", made, by, at, next(iter(held.values())))
    return made


def _start_clock(made: ServiceOrder, at: datetime) -> None:
    """The provider owes it; where nobody signs in for it, the centre does."""
    unit = made.provider.department if has_account(made.provider, at) else None
    obligor = "department" if unit else "centre"
    deadlines.start(ServiceDeadline, made, OBLIGATION, at=at, obligor_kind=obligor, department=unit)


def _demand_offer(provider: Provider, firm: Enterprise, kind: str) -> None:
    if provider.ended_at is not None:
        raise Refused(_("这家机构已经下架，不能再下单。"))
    if kind not in provider.kinds:
        raise Refused(_("这家机构不提供这类服务，请另选。"), "kind")
    running = ServiceOrder.objects.open().filter(enterprise=firm, provider=provider, kind=kind).first()
    if running is not None:
        said = _("已有一张同类服务单 %(number)s 在办，先把它办完或取消。")
        raise Refused(said % {"number": running.number})


def _number(at: datetime) -> str:
    day = f"{local_day(at):%Y%m%d}"
    return f"FW-{day}-{SerialNumber.take(f'service:{day}'):04d}"


@transaction.atomic
def take(order: ServiceOrder, *, by: User, at: datetime | None = None) -> ServiceOrder:
    """接单: the provider takes it on."""
    order, at, grant = _begin(order, "take", by, at)
    order.status, order.taken_at = stages.TAKEN, at
    order.save(update_fields=["status", "taken_at"])
    deadlines.meet(ServiceDeadline, order, OBLIGATION, at=at)
    _tell("service.taken", order, by, at, grant)
    return order


@transaction.atomic
def decline(order: ServiceOrder, *, by: User, reason: str, at: datetime | None = None) -> ServiceOrder:
    """不接: with a reason the firm reads."""
    order, at, grant = _begin(order, "decline", by, at)
    _end(order, stages.DECLINED, required_line(reason, _("请写为什么不接，企业会看到。"), "reason", 300), at)
    deadlines.meet(ServiceDeadline, order, OBLIGATION, at=at)
    _tell("service.declined", order, by, at, grant)
    return order


@transaction.atomic
def finish(order: ServiceOrder, *, by: User, result: str, at: datetime | None = None) -> ServiceOrder:
    """完成: what was done; the firm is asked to rate it."""
    order, at, grant = _begin(order, "finish", by, at)
    order.result = required(result, _("请写做了什么、结果怎样。"), "result", 1000)
    order.status, order.ended_at = stages.DONE, at
    order.save(update_fields=["result", "status", "ended_at"])
    _tell("service.finished", order, by, at, grant)
    return order


@transaction.atomic
def cancel(order: ServiceOrder, *, by: User, reason: str, at: datetime | None = None) -> ServiceOrder:
    """取消: by the firm, or by the centre for it."""
    order, at, grant = _begin(order, "cancel", by, at)
    _end(order, stages.CANCELLED, required_line(reason, _("请写取消的原因。"), "reason", 300), at)
    deadlines.cancel(ServiceDeadline, order, OBLIGATION, at=at)
    _tell("service.cancelled", order, by, at, grant)
    return order


@transaction.atomic
def rate(order: ServiceOrder, *, by: User, stars: int, comment: str = "", at: datetime | None = None) -> ServiceOrder:
    """评价: one to five stars, once; words where it is `LOW` (POL-8)."""
    order, at, grant = _begin(order, "rate", by, at)
    if order.stars is not None:
        raise Refused(_("已经评价过了。"))
    if not 1 <= stars <= 5:
        raise Refused(_("请选一到五星。"), "stars")
    comment = " ".join((comment or "").split())[:300]
    if stars <= LOW and not comment:
        raise Refused(_("请写哪里不满意。"), "comment")
    order.stars, order.comment, order.rated_by, order.rated_at = stars, comment, by, at
    order.save(update_fields=["stars", "comment", "rated_by", "rated_at"])
    _tell("service.rated", order, by, at, grant, stars=stars)
    return order


def _begin(
    order: ServiceOrder, verb: str, by: User, at: datetime | None
) -> tuple[ServiceOrder, datetime, Grant | None]:
    """The order, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    rows = ServiceOrder.objects.select_for_update(of=("self",), no_key=True)
    order = rows.select_related("enterprise", "provider__department", "ordered_by").get(pk=order.pk)
    at = at or clock.now()
    return order, at, granted(verb, order, standing(order, by, at))


def _end(order: ServiceOrder, status: str, reason: str, at: datetime) -> None:
    order.status, order.ended_for, order.ended_at = status, reason, at
    order.save(update_fields=["status", "ended_for", "ended_at"])


def _tell(kind: str, order: ServiceOrder, by: User, at: datetime, grant: Grant | None, **data: Any) -> None:
    """`outbox.tell`; the firm sees all of it."""
    outbox.tell(kind, order, by, at, grant, firm_sees=True, **data)


def kinds_of(provider: Provider) -> list[tuple[str, str]]:
    """The kinds one may order of it, as choices."""
    return [(kind, str(ServiceKind(kind).label)) for kind in provider.kinds]
