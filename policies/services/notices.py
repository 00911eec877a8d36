"""The letters about orders and providers (POL-7), and those of the clock by which an order is to be taken (DL-4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Member
from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.rights import HEADS
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests.notices.alerts import RUNG, still_telling, told_at

from ..models import Provider, ServiceDeadline, ServiceOrder
from . import stages
from .capacity import WORKS, has_account

Params = Mapping[str, Any]

topics.put_under(Topic.WORK, "service.ordered", "service.cancelled", "service.rated", "provider.ended")
topics.put_under(Topic.NEWS, "service.taken", "service.declined", "service.finished")


def _about(kind: str) -> Callable[[Says], Says]:
    return saying(kind, subject=ServiceOrder, url=ServiceOrder.get_absolute_url)


@_about("service.ordered")
def ordered(order: ServiceOrder, params: Params) -> Iterator[Said]:
    if order.status != stages.ORDERED:
        return
    named = _names(order)
    title = _("%(firm)s要%(kind)s服务，请接单") % named
    due = words.by_when(order.deadline.due_at) if order.deadline else ""
    yield provider_people(order.provider), title, _("请在 %(due)s 回复是否接单。") % {"due": due}
    if order.sent:
        yield (
            firm_people(order),
            _("中心为贵企业联系了%(provider)s") % named,
            _("接单后机构会与您联系，不需要可以取消。"),
        )


@_about("service.taken")
def taken(order: ServiceOrder, params: Params) -> Iterator[Said]:
    yield interested(order), _("%(provider)s已接单") % _names(order), _("机构会与您联系。")


@_about("service.declined")
def declined(order: ServiceOrder, params: Params) -> Iterator[Said]:
    body = _("原因：%(reason)s可以另选一家。") % {"reason": _sentence(order.ended_for)}
    yield interested(order), _("%(provider)s没有接单") % _names(order), body


@_about("service.finished")
def finished(order: ServiceOrder, params: Params) -> Iterator[Said]:
    yield interested(order), _("%(provider)s的服务已完成，请评价") % _names(order), order.result[:200]


@_about("service.cancelled")
def cancelled(order: ServiceOrder, params: Params) -> Iterator[Said]:
    title = _("服务单 %(number)s 已取消") % _names(order)
    yield provider_people(order.provider), title, _("原因：%(reason)s") % {"reason": order.ended_for}
    yield interested(order), title, _("原因：%(reason)s") % {"reason": order.ended_for}


@_about("service.rated")
def rated(order: ServiceOrder, params: Params) -> Iterator[Said]:
    title = _("%(firm)s评了 %(stars)s 星") % {**_names(order), "stars": order.stars}
    yield provider_people(order.provider), title, order.comment or _("没有写意见。")


@saying("provider.ended", subject=Provider, url=Provider.get_absolute_url)
def provider_ended(provider: Provider, params: Params) -> Iterator[Said]:
    if provider.ended_at is not None:
        title = _("%(name)s已从服务机构名录下架") % {"name": provider.name}
        yield provider_people(provider), title, _("原因：%(reason)s") % {"reason": provider.ended_for}


@_about(RUNG)
def rung(order: ServiceOrder, params: Params) -> Iterator[Said]:
    """Nothing is said of a clock that was met or moved since."""
    if (reached := still_telling(ServiceDeadline, params)) is None:
        return
    clock, codes = reached
    left = words.left(calendar().remaining(told_at(params), clock.due_at))
    title = _("服务单 %(number)s 待接单：%(left)s") % {"number": order.number, "left": left}
    said = _("%(firm)s要%(kind)s服务，由%(provider)s接单") % _names(order)
    told: dict[str, Callable[[], Iterable[User]]] = {
        "handler": lambda: provider_people(order.provider),
        "department_head": lambda: provider_people(order.provider, *HEADS),
        "clerk": lambda: User.objects.holding(Role.INTAKE_CLERK),
        "supervisor": lambda: [*User.objects.holding(Role.INTAKE_CLERK), *User.objects.holding(Role.SUPERVISOR)],
    }
    for code in codes:
        if code in told:
            yield told[code](), title, said


def provider_people(provider: Provider, *roles: str) -> list[User]:
    """Who signs in for it; where nobody does, the clerks who record for it."""
    if not has_account(provider):
        return list(User.objects.holding(Role.INTAKE_CLERK))
    return [user for role in roles or WORKS for user in User.objects.holding(role, provider.department)]


def firm_people(order: ServiceOrder) -> list[User]:
    members = Member.objects.current().filter(enterprise=order.enterprise_id, user__is_active=True)
    return [member.user for member in members.select_related("user")]


def interested(order: ServiceOrder) -> list[User]:
    """The firm's people, and who sent the order for it."""
    return [*firm_people(order), *(User.objects.answering_for(order.ordered_by) if order.sent else ())]


def _names(order: ServiceOrder) -> dict[str, str]:
    return {
        "firm": order.enterprise.called,
        "provider": order.provider.name,
        "kind": str(order.get_kind_display()),
        "number": order.number,
    }


def _sentence(text: str) -> str:
    """With a full stop, as more is said after it."""
    return text if text.endswith(("。", "？", ".")) else text + _("。")
