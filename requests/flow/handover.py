"""When somebody leaves, his open work goes to another in one act (handbook §1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Member
from enterprises.powers import powers_over
from portal import deadlines
from portal.people.actors import Actor, person
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests.capacity import own_case
from requests.flow.core import Refused, note
from requests.flow.instructions import addressees
from requests.flow.intake import first_responder
from requests.models import Ticket, TicketDeadline
from requests.models.ticket import TicketQuerySet


def work_of(user: User) -> TicketQuerySet:
    """Open ordinary tickets that wait for him by name: to handle, to follow, or to answer an instruction (APP-21)."""
    instructed = TicketDeadline.objects.open().filter(user=user).values("subject")
    mine = Q(handler=user) | Q(first_responder=user) | Q(pk__in=instructed)
    return Ticket.objects.open().filter(mine, confidential=False)


def able_to_take(user: User, at: datetime | None = None) -> Q:
    """The people to whom `hand_over` gives all of it: of none of the firms, and able to answer instructions by name."""
    work = work_of(user)
    own = Q(enterprise__in=work.values("enterprise")) | Q(enterprise__in=work.values("proxy"))
    able = ~Q(pk__in=Member.objects.current(at).filter(own).values("user"))
    asked = TicketDeadline.objects.open().filter(user=user, department=None, subject__in=work)
    for deadline in asked.exclude(subject__first_responder=user).select_related("subject"):
        able &= Q(pk__in=addressees(deadline.subject, at))
    return able


@transaction.atomic
def hand_over(user: User, to: User, *, by: Actor, at: datetime | None = None) -> int:
    """Gives every open ticket that `user` follows or handles to `to`; returns how many. Each gets its event.

    Of a confidential matter the administrator learns nothing: whoever keeps it names another handler (APP-18).

    Raises Refused where one of them is a case of his own firm (§1).
    """
    at = at or clock.now()
    tickets = list(work_of(user).order_by("pk").select_for_update(of=("self",), no_key=True))
    for ticket in tickets:
        if own_case(ticket, to, at):
            given = {"name": to.name, "number": ticket.number}
            raise Refused(_("%(name)s是提交 %(number)s 的企业的人，不能接自己企业的诉求。") % given)
        if ticket.handler_id == user.pk:
            ticket.handler = to
        if ticket.first_responder_id == user.pk:
            ticket.first_responder = to
        ticket.save()
        _pass_instructions_on(ticket, user, to, at)
        ticket.acting = rights_of(person(by), at).grant(Role.ADMINISTRATOR)
        note("ticket.handed_over", ticket, by=by, at=at, before=user.pk, after=to.pk)
    return len(tickets)


def _pass_instructions_on(ticket: Ticket, user: User, to: User, at: datetime) -> None:
    """To whoever takes over, if he works on it; else to the department, or nowhere: then somebody else must."""
    asked = TicketDeadline.objects.open().filter(subject=ticket, user=user).first()
    if asked is None:
        return
    able = to.pk in addressees(ticket, at)
    if not able and asked.department_id is None:
        given = {"name": to.name, "number": ticket.number}
        raise Refused(_("%(number)s 有交给个人的批示，%(name)s不办这一件，接不了。请换一位，或先任职。") % given)
    deadlines.readdress(TicketDeadline, ticket, user, to if able else None)


@transaction.atomic
def follow_steward(firm: Enterprise, *, by: User, at: datetime | None = None) -> int:
    """The firm's open tickets that a former steward or assistant follows go to whoever is next by APP-8; how many.

    Called with the change of the tie, in its transaction, by whoever may make it.
    """
    at = at or clock.now()
    powers = powers_over(firm, by, at)
    if not powers.stewards:
        raise Refused(_("您不能指定服务管家"))
    still = firm.stewardships.current(at).values("user")
    former = firm.stewardships.exclude(user__in=still).values("user")
    followed = Ticket.objects.open().filter(confidential=False, enterprise=firm, first_responder__in=former)
    tickets = list(followed.order_by("pk").select_for_update(of=("self",), no_key=True))
    for ticket in tickets:
        before, ticket.first_responder = ticket.first_responder_id, first_responder(firm, ticket.registered_by, at)
        ticket.save(update_fields=["first_responder"])
        ticket.acting = powers.grant
        note("ticket.handed_over", ticket, by=by, at=at, before=before, after=ticket.first_responder_id)
    return len(tickets)
