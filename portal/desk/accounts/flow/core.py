"""What all verbs on accounts share: the refusal, who may, the event, and the three separate duties."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.api.models import LineSystem
from portal.people.actors import Actor, Clock
from portal.people.models import Delegation, Membership, User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Duty, Role, duty_of
from portal.trail import Audience, record
from portal.trail.models import Event


def demand(holds: object, sentence: str, **named: object) -> None:
    if not holds:
        raise Refused(sentence % named)


def as_administrator(by: Actor, at: datetime | None) -> Grant | None:
    """The grant under which `by` administers; refused where he holds none now. None for the clock."""
    if isinstance(by, Clock):
        return None
    held = rights_of(by, at).grant(Role.ADMINISTRATOR)
    demand(held, _("只有系统管理员能做这件事。"))
    return held


def lock_user(user: User) -> User:
    """The row as it is now; whoever changes what a person may do locks the person first."""
    system = LineSystem.objects.filter(user=user).exists()
    demand(not system, _("这是接入系统的账号，请在“接入系统”里管理。"))
    return User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)


def note(kind: str, subject: models.Model, *, by: Actor, at: datetime, grant: Grant | None, **data: Any) -> Event:
    """Accounts are no business of officials at large: only administrators and auditors read these events."""
    return record(kind, subject, by=by, at=at, data=data, audience=Audience.CLOSED, grant=grant)


def changed(row: models.Model, fields: dict[str, Any]) -> list[str]:
    """Sets the fields on the row and names those that were different. Not saved."""
    names = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in names:
        setattr(row, name, fields[name])
    return names


def demand_one_duty(user: User, roles: set[str], at: datetime, *, lent_by: User | None = None) -> None:
    """Refused where `user`, with `roles` added, could act in two of the three separate duties (SEC-10).

    What others lent him counts, and what he lent to others counts for them; `lent_by` joins those who lent.
    """
    lent = Delegation.objects.unfinished(at)
    deputies = [] if lent_by else list(lent.filter(principal=user).values_list("deputy", flat=True))
    for actor in {user.pk, *deputies}:
        whose = Q(user=actor) | Q(user__in=lent.filter(deputy=actor).values("principal"))
        if lent_by:
            whose |= Q(user=lent_by.pk)
        held = set(Membership.objects.unfinished(at).filter(whose).values_list("role", flat=True))
        duties = {duty_of(role) for role in (held | roles) - {Role.ENTERPRISE_MEMBER}}
        demand(
            len(duties) <= 1,
            _("系统管理、审计、业务办理三项职责要分开，%(name)s 不能兼任：%(duties)s。"),
            name=user.name,
            duties=_("、").join(str(duty.label) for duty in Duty if duty in duties),
        )
