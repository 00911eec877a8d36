"""The code at the door: issued, looked at, confirmed (INS-6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import firms_of
from portal.people.actors import Actor
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant
from portal.worktime import clock

from ...models import Arrival, CodeScan, JointVisit, Rules, VisitCode
from .. import stages
from . import core


@transaction.atomic
def issue_code(visit: JointVisit, *, by: User, seen: str = "", at: datetime | None = None) -> VisitCode:
    """亮码 on the visit's day, by one of those who go. `seen`: the token that stood on the page; pressed twice, the
    code that the first press made is given.
    """
    visit, at, grant = core.begin_verb(visit, "issue_code", by, at)
    before = VisitCode.objects.filter(visit=visit, revoked_at=None).first()
    if before is not None and before.holds(at) and before.token != seen:
        return before
    if before is not None:
        at = max(at, before.issued_at)  # who waited for the lock may have begun before the one who had it
    return issued(visit, by, at, grant)


def issued(visit: JointVisit, by: User, at: datetime, grant: Grant | None) -> VisitCode:
    """A new code in the place of the former one; the visit is locked."""
    core.revoke(visit, VisitCode.Why.REPLACED, at)
    until = at + timedelta(hours=Rules.now().code_hours)
    code = VisitCode.objects.create(visit=visit, issued_at=at, expires_at=until, issued_by=by)
    core.tell("joint_visit.code_issued", visit, by, at, grant, told=False, code=code.pk)
    return code


def find(token: str) -> VisitCode | None:
    """The code of this token, whatever became of it."""
    rows = VisitCode.objects.select_related("visit__enterprise")
    return rows.filter(token=token.replace("\0", "")).first()


def scanned(code: VisitCode, *, by: Actor | None, at: datetime | None = None) -> CodeScan:
    """Notes that it was opened: when, and by whom if he is signed in."""
    person = by if isinstance(by, User) else None
    of_firm = person is not None and code.visit.enterprise_id in firms_of(person, at)
    return CodeScan.objects.create(code=code, at=at or clock.now(), by=person, of_firm=of_firm)


@transaction.atomic
def confirm_arrival(code: VisitCode, *, by: User, at: datetime | None = None) -> Arrival:
    """The firm confirms that those named have come; once for a visit. Raises Refused where the code is dead.

    Of an unannounced visit the firm knows from now on.
    """
    visit, at, _grant = core.begin_verb(code.visit, "confirm_arrival", by, at)
    if found := Arrival.objects.filter(visit=visit).first():
        return found
    code = VisitCode.objects.get(pk=code.pk)
    if not code.holds(at):
        raise Refused(_("这个检查码已经失效，请让执法人员出示新的码。"))
    if visit.told_at is None:
        visit.told_at = at
        visit.save(update_fields=["told_at"])
    arrival = Arrival.objects.create(visit=visit, code=code, by=by, at=at)
    core.tell("joint_visit.arrival_confirmed", visit, by, at, None, told=False)
    return arrival


def is_open(code: VisitCode, at: datetime) -> bool:
    """Whether it shows who comes and why: it holds, and the visit is not over."""
    return code.holds(at) and code.visit.status in (stages.SCHEDULED, stages.UNDER_WAY)
