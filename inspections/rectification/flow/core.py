"""What the verbs of rectifications share: lock, check the table, move, the event and its message."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from portal import outbox
from portal.people.actors import Actor, person
from portal.people.refusal import Refused
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Finding, JointVisit, Rectification
from ...recording import stages as findings
from .. import results, stages
from ..capacity import granted, standing, why_not

WITH = ("finding__item", "finding__record__need__subject", "visit", "enterprise", "agency__department", "recheck")
LONGEST = 500  # characters of a reason
MOST_DAYS = 90  # working days that may be given at once
AGAIN_DAYS = 5  # working days where it is not done yet


def begin(
    rectification: Rectification, verb: str, by: Actor, at: datetime | None
) -> tuple[Rectification, datetime, Grant | None]:
    """The rectification, locked, the verb's instant and the right it is done by; refuses what is not allowed."""
    rectification, at = locked(rectification), at or clock.now()
    grant = granted(verb, rectification, standing(rectification, by, at))
    if (sentence := why_not(verb, rectification, at)) is not None:
        raise Refused(sentence)
    return rectification, at, grant


def locked(rectification: Rectification) -> Rectification:
    rows = Rectification.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related(*WITH).get(pk=rectification.pk)


def locked_visit(visit: JointVisit) -> JointVisit:
    """Before the rectification: whoever records a re-check holds the visit first."""
    return JointVisit.objects.select_for_update(of=("self",), no_key=True).get(pk=visit.pk)


def locked_firm(firm: int) -> Enterprise:
    """So that two offences of one firm are not both its first."""
    return Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=firm)


def move(rectification: Rectification, status: str, at: datetime, *fields: str) -> None:
    rectification.status, rectification.moved_at = status, at
    rectification.save(update_fields=["status", "moved_at", *fields])


def end(rectification: Rectification, status: str, by: Actor, at: datetime, reason: str = "") -> None:
    """Its end, and that of the findings it is about; the facts follow (INS-10)."""
    rectification.ended_at, rectification.ended_by, rectification.ended_for = at, person(by), reason
    move(rectification, status, at, "ended_at", "ended_by", "ended_for")
    about = [rectification.finding_id, *rectification.again.values_list("pk", flat=True)]
    said = findings.CLOSED if status == stages.CLOSED else findings.WITHDRAWN
    Finding.objects.filter(pk__in=about).update(status=said)
    results.owed(rectification.visit, person(by) or rectification.ordered_by, at)


def demand_days(days: int | None) -> None:
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Refused(_("整改期限是 1 到 %(n)s 个工作日。") % {"n": MOST_DAYS}, "days")


def demand_day(day: date, at: datetime, field: str) -> None:
    """A day that a limit may end on."""
    if not 0 < (day - local_day(at)).days <= 2 * MOST_DAYS:
        raise Refused(_("请选今天以后、%(n)s 天以内的日子。") % {"n": 2 * MOST_DAYS}, field)


def tell(kind: str, rectification: Rectification, by: Actor, at: datetime, grant: Grant | None, **data: Any) -> None:
    """`outbox.tell`; the firm sees all of it."""
    outbox.tell(f"rectification.{kind}", rectification, by, at, grant, firm_sees=True, **data)
