"""When somebody leaves: his open work goes to another in one act, then his roles and his account end (handbook §1)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

import enterprises.flow
import requests.flow
import requests.visits.flow
from enterprises.models import PlaceMember, Stewardship
from portal.desk.accounts.flow.core import as_administrator, demand, lock_user, note
from portal.desk.accounts.flow.roles import demand_an_administrator_left
from portal.people.actors import Actor
from portal.people.models import Delegation, Department, Membership, TaskGroupMember, User, UserQuerySet
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests.flow.handover import able_to_take, work_of
from requests.models import Ticket, Visit
from requests.models.ticket import TicketQuerySet
from requests.visits.flow.acts import able_to_visit


@dataclass(frozen=True)
class Work:
    """What waits for a person by name: tickets he handles or follows, firms and places he looks after, visits."""

    tickets: int
    stewardships: int
    visits: int = 0

    def __bool__(self) -> bool:
        return bool(self.tickets or self.stewardships or self.visits)

    def __str__(self) -> str:
        counts = {"tickets": self.tickets, "firms": self.stewardships, "visits": self.visits}
        return _("诉求 %(tickets)s 件，企业或网格 %(firms)s 个，走访 %(visits)s 次") % counts


def _ordinary() -> TicketQuerySet:
    """Of confidential matters the administrator learns nothing; whoever keeps one names another handler (APP-18)."""
    return Ticket.objects.open().filter(confidential=False)


def open_work(user: User, at: datetime | None = None) -> Work:
    tickets = work_of(user)
    firms = Stewardship.objects.unfinished(at).filter(user=user).count()
    places = PlaceMember.objects.unfinished(at).filter(user=user).count()
    return Work(tickets.count(), firms + places, Visit.objects.planned().filter(visitor=user).count())


def able_to_take_over(leaver: User, at: datetime | None = None) -> UserQuerySet:
    """The officials whom `hand_over` accepts: those who can do all that is open, by the rule by which it refuses."""
    at = at or clock.now()
    held = Membership.objects.current(at).filter(user=OuterRef("pk"))
    needed = [Exists(held.filter(role=role)) for role in enterprises.flow.roles_to_look_after(leaver, at)]
    needed += [Exists(held.filter(role=Role.HANDLER, department=department)) for department in _handled_in(leaver)]
    others = User.objects.officials(at).exclude(pk=leaver.pk).filter(*needed)
    return others.filter(able_to_take(leaver, at), able_to_visit(leaver, at))


def _handled_in(user: User) -> set[int]:
    """The departments whose matters he handles: tickets stay there, so whoever takes them over must handle there."""
    return set(_ordinary().filter(handler=user).values_list("lead_department", flat=True))


@transaction.atomic
def hand_over(from_user: User, to_user: User, *, by: Actor, at: datetime | None = None) -> Work:
    """All open work of `from_user` goes to `to_user`, who must be able to do it; all of it or nothing."""
    using = as_administrator(by, at)
    at = at or clock.now()
    demand(from_user.pk != to_user.pk, _("不能移交给本人。"))
    demand(to_user.is_active, _("%(name)s 的账号已停用。"), name=to_user.name)
    _demand_able(from_user, to_user, at)
    firms = enterprises.flow.hand_over_stewardships(from_user, to_user, by=by, at=at)
    tickets = requests.flow.hand_over(from_user, to_user, by=by, at=at)
    visits = requests.visits.flow.hand_over(from_user, to_user, by=by, at=at)
    done = Work(tickets, firms, visits)
    data = {"to": to_user.pk, "tickets": done.tickets, "stewardships": done.stewardships, "visits": visits}
    note("work.handed_over", from_user, by=by, at=at, grant=using, **data)
    return done


@transaction.atomic
def deactivate(user: User, *, by: Actor, to: User | None = None, at: datetime | None = None) -> User:
    """Ends the account, its roles, deputies and groups; open work goes to `to` first, and without one is refused.

    His sessions end with the next click: an inactive user cannot be loaded from one.
    """
    using = as_administrator(by, at)
    user = lock_user(user)
    at = at or clock.now()
    demand(user.pk != by.pk, _("不能停用自己的账号。"))
    demand(user.is_active, _("%(name)s 的账号已停用。"), name=user.name)
    if Membership.objects.current(at).filter(user=user, role=Role.ADMINISTRATOR).exists():
        demand_an_administrator_left(user, at)
    led = Department.objects.active().filter(leader_in_charge=user).values_list("short_name", flat=True)
    demand(not led, _("%(name)s 还分管 %(names)s，先改派分管领导。"), name=user.name, names=_("、").join(led))
    if to:
        hand_over(user, to, by=by, at=at)
    work = open_work(user, at)
    demand(
        not work,
        _("%(name)s 还有 %(tickets)s 件诉求、%(firms)s 家企业或网格、%(visits)s 次走访，先选一位接手的人。"),
        name=user.name,
        tickets=work.tickets,
        firms=work.stewardships,
        visits=work.visits,
    )
    _end_all(user, at)
    user.is_active = False
    user.save(update_fields=["is_active"])
    note("user.deactivated", user, by=by, at=at, grant=using, to=to.pk if to else None)
    return user


@transaction.atomic
def reactivate(user: User, *, by: Actor, at: datetime | None = None) -> User:
    """The account can sign in again, without any office: those are granted anew."""
    using = as_administrator(by, at)
    user = lock_user(user)
    demand(not user.is_active, _("%(name)s 的账号在用。"), name=user.name)
    user.is_active = True
    user.save(update_fields=["is_active"])
    note("user.reactivated", user, by=by, at=at or clock.now(), grant=using)
    return user


def _demand_able(from_user: User, to_user: User, at: datetime) -> None:
    own = (grant for grant in rights_of(to_user, at).grants if grant.principal is None and grant.role == Role.HANDLER)
    missing = _handled_in(from_user) - {grant.department_id for grant in own}
    names = sorted(Department.objects.filter(pk__in=missing).values_list("short_name", flat=True))
    sentence = _("%(name)s 不是 %(departments)s 的承办人，先任职再移交。")
    demand(not names, sentence, name=to_user.name, departments=_("、").join(names))
    followed = _ordinary().filter(first_responder=from_user).exists()
    demand(not followed or rights_of(to_user, at).is_official, _("%(name)s 不是在岗人员。"), name=to_user.name)


def _end_all(user: User, at: datetime) -> None:
    """The role of a firm's person is left: it ends with his firms, and without an account it opens nothing."""
    for rows in (
        Membership.objects.filter(user=user).exclude(role=Role.ENTERPRISE_MEMBER),
        TaskGroupMember.objects.filter(user=user),
        Delegation.objects.filter(Q(principal=user) | Q(deputy=user)),
    ):
        for row in rows.unfinished(at):
            row.end_at(at)
            row.save(update_fields=["until"])
