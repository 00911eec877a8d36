"""AB角: a deputy who acts with the principal's roles for a period, and is shown as doing so."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.desk.accounts.flow.core import Refused, as_administrator, demand, demand_one_duty, lock_user, note
from portal.people.actors import Actor, Clock
from portal.people.models import Delegation, Membership, User
from portal.people.rights import Grant, rights_of
from portal.worktime import clock


@transaction.atomic
def delegate(
    principal: User,
    deputy: User,
    *,
    by: Actor,
    until: datetime,
    since: datetime | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> Delegation:
    """`deputy` stands in for `principal` from `since` (None: now) to just before `until`.

    Set by the principal himself, or by an administrator who does not become the deputy himself (SEC-1).
    """
    using = _as_principal_or_administrator(principal, by, at)
    demand(principal.pk != deputy.pk, _("不能委托给本人。"))
    demand(deputy.pk != by.pk, _("不能把别人的职责委托给自己。"))
    principal, deputy = _lock_both(principal, deputy)
    at = at or clock.now()
    since = since or at
    demand(rights_of(principal, at).is_official, _("%(name)s 没有可以委托的职责。"), name=principal.name)
    demand(deputy.is_active and rights_of(deputy, at).is_official, _("%(name)s 不是在岗人员。"), name=deputy.name)
    demand(since >= at, _("委托不能从过去开始。"))
    demand(until > since, _("结束日期要晚于开始日期。"))
    lent = set(Membership.objects.unfinished(at).filter(user=principal).values_list("role", flat=True))
    demand_one_duty(deputy, lent, at, lent_by=principal)
    delegation = Delegation(principal=principal, deputy=deputy, since=since, until=until, reason=reason)
    try:
        with transaction.atomic():
            delegation.save()
    except IntegrityError:
        raise Refused(_("这段时间里已经有代理人，先结束原来的委托。")) from None
    data = {"delegation": delegation.pk, "deputy": deputy.pk, "since": since, "until": until}
    note("delegation.given", principal, by=by, at=at, grant=using, **data)
    return delegation


@transaction.atomic
def end_delegation(delegation: Delegation, *, by: Actor, at: datetime | None = None) -> Delegation:
    """Ends at once; by the principal, the deputy or an administrator."""
    using = None if by.pk == delegation.deputy_id else _as_principal_or_administrator(delegation.principal, by, at)
    lock_user(delegation.principal)
    delegation.refresh_from_db(fields=["since", "until"])
    at = at or clock.now()
    demand(delegation.until > at, _("这个委托早已结束。"))
    delegation.end_at(at)
    delegation.save(update_fields=["until"])
    data = {"delegation": delegation.pk, "deputy": delegation.deputy_id}
    note("delegation.ended", delegation.principal, by=by, at=at, grant=using, **data)
    return delegation


def _as_principal_or_administrator(principal: User, by: Actor, at: datetime | None) -> Grant | None:
    return None if by.pk == principal.pk and not isinstance(by, Clock) else as_administrator(by, at)


def _lock_both(*users: User) -> list[User]:
    """In the order of their keys, so that two who delegate to each other do not wait for each other."""
    locked = User.objects.select_for_update(of=("self",), no_key=True).order_by("pk").in_bulk([u.pk for u in users])
    return [locked[user.pk] for user in users]
