"""In which capacities a person stands towards an agency's needs; the words of `stages.VERBS`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, firms_of
from portal.api.tokens import line_of
from portal.people.actors import CLOCK, Actor
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of

from ..models import Agency, Need
from ..models.agencies import OF_AGENCY, OVERSEE_INSPECTIONS, AgencyQuerySet
from . import stages

Held = dict[str, Grant | None]
View = Callable[..., HttpResponse]


def towards(agency: Agency, by: Any, at: datetime | None = None) -> Held:
    """As what he stands towards the agency, with the right that gives it; a line system of its own speaks for it."""
    if by is CLOCK:
        return {"clock": None}
    if not isinstance(by, User):
        return {}
    rights = rights_of(by, at)
    grants = () if rights.is_outside else (rights.grant_over(agency.department_id, role) for role in OF_AGENCY)
    if (grant := next(filter(None, grants), None)) is not None:
        return {"agency": grant}
    line = line_of(by)
    return {"agency": None} if line is not None and agency.systems.filter(pk=line.pk).exists() else {}


def standing(need: Need, by: Any, at: datetime | None = None) -> Held:
    """The same towards a need; who belongs to its firm is the firm, and a firm moves none."""
    return {} if is_own_firm(need.enterprise_id, by, at) else towards(need.agency, by, at)


def is_own_firm(firm: int, by: Any, at: datetime | None = None) -> bool:
    return isinstance(by, User) and firm in firms_of(by, at)


def demand_agency(agency: Agency, firm: Enterprise, by: Actor, at: datetime) -> Grant | None:
    """The right by which he enters a need there. Raises Refused."""
    held = towards(agency, by, at)
    if not held:
        raise Refused(_("检查需求由执法部门自己提出。"))
    if is_own_firm(firm.pk, by, at):
        raise Refused(_("这是您自己所在的企业，请由同事提出。"), "enterprise")
    return next(iter(held.values()))


def granted(verb: str, need: Need, by: Actor, at: datetime) -> Grant | None:
    """The right by which the verb is done. Raises Refused where the table does not allow it."""
    sources, _to, who = stages.VERBS[verb]
    if need.status not in sources:
        raise Refused(_("这项检查需求现在是“%(status)s”，不能再做这一步。") % {"status": need.status_name})
    held = standing(need, by, at)
    if "clock" in who and "agency" not in who:
        return next(iter(held.values()), None)  # part of another verb, which has asked for its own right
    able = [capacity for capacity in who if capacity in held]
    if not able:
        raise Refused(_("这一步不由您办理。"))
    return held[able[0]]


def verbs_of(need: Need, by: Any, at: datetime | None = None) -> list[str]:
    """What somebody may do to it now: what its buttons are made from."""
    return stages.verbs_from(need.status, frozenset(standing(need, by, at)))


def own_agencies(by: Any, at: datetime | None = None) -> AgencyQuerySet:
    """The agencies for which he enters needs, whatever else he may read."""
    return Agency.objects.filter(active=True).worked_by(by, at).select_related("department")


def reads(by: Any) -> bool:
    """Whether needs are anything to him: he works for an agency, or oversees the town."""
    rights = rights_of(by)
    if rights.is_outside:
        return False
    return rights.has(*OVERSEE_INSPECTIONS) or own_agencies(by).exists()


def keeps(by: Any) -> bool:
    """Whether he works for the agency that keeps plans."""
    return own_agencies(by).filter(approves_plans=True).exists()


def only_for_readers(view: View) -> View:
    """Strangers sign in, everybody whom needs do not concern gets 404 (SEC-1)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not reads(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)


def only_for_agencies(view: View) -> View:
    """The same, for what only an agency's own people do."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not own_agencies(request.user).exists():
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)
