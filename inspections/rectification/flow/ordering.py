"""What is decided at the door, inside the record's own transaction (INS-7): 责令限期整改, 首违不罚; and re-checks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.models import User
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day

from ...models import Check, Finding, Rectification, Upload, Warned
from ...numbers import number
from ...recording import stages as findings
from .. import first_offence, limits, points, results, stages
from ..capacity import demand_agency
from . import core
from .rechecking import fail_recheck, pass_recheck


@transaction.atomic
def order(
    finding: Finding,
    *,
    by: User,
    days: int | None = None,
    due: date | None = None,
    at: datetime | None = None,
) -> Rectification:
    """责令限期整改: by a number of working days or a date, else by INS-7's own limit. Costs the points of its item.

    What a re-check finds still there is the same rectification, opened again with the new limit.
    """
    at = at or clock.now()
    finding = _finding(finding)
    grant = demand_agency(finding.agency, finding.enterprise, by, at)
    _demand_new(finding, days, due, at)
    if (former := _still_there(finding)) is not None:
        former.again.add(finding)
        given = calendar().working_days_between(local_day(at), due) if due is not None else days
        return fail_recheck(former, by=by, days=given, at=at)
    core.locked_firm(finding.enterprise_id)
    made = Rectification.objects.create(
        number=number("ZG", at),
        finding=finding,
        visit=finding.record.part.visit,
        enterprise=finding.enterprise,
        agency=finding.agency,
        status=stages.OPEN,
        ordered_by=by,
        ordered_at=at,
        moved_at=at,
    )
    Finding.objects.filter(pk=finding.pk).update(status=findings.OPEN)
    points.deduct(finding, at)
    limits.ordered(made, at, days, due)
    results.owed(made.visit, by, at)
    core.tell("ordered", made, by, at, grant)
    return made


def _demand_new(finding: Finding, days: int | None, due: date | None, at: datetime) -> None:
    if Rectification.objects.filter(finding=finding).exists():
        raise Refused(_("这个问题已经责令整改。"))
    core.demand_days(days)
    if days is not None and due is not None:
        raise Refused(_("整改期限写天数或日期，只写一个。"), "days")
    if due is not None:
        core.demand_day(due, at, "due")


def _finding(finding: Finding) -> Finding:
    with_all = Finding.objects.select_related(
        "item__subject", "enterprise", "agency__department", "record__need", "record__part__visit"
    )
    return with_all.get(pk=finding.pk)


def _still_there(finding: Finding) -> Rectification | None:
    """The rectification for which somebody came to look again, where this is the same point."""
    former = Rectification.objects.filter(recheck=finding.record.need_id, status=stages.RECHECK)
    return former.filter(finding__item=finding.item_id).first()


@transaction.atomic
def warn(finding: Finding, *, by: User, at: datetime | None = None) -> Warned:
    """首违不罚: Refused, with the reason, unless it is minor, remedied and the first within two years at the firm."""
    at = at or clock.now()
    finding = _finding(finding)
    grant = demand_agency(finding.agency, finding.enterprise, by, at)
    core.locked_firm(finding.enterprise_id)
    if (sentence := first_offence.why_not(finding, at)) is not None:
        raise Refused(sentence)
    assert finding.item is not None
    day = local_day(at)
    made = Warned.objects.create(
        number=number("SW", at),
        finding=finding,
        enterprise=finding.enterprise,
        agency=finding.agency,
        item=first_offence.root(finding.item),
        day=day,
        until=first_offence.until(day),
        by=by,
        at=at,
    )
    Finding.objects.filter(pk=finding.pk).update(status=findings.WARNED)
    results.owed(finding.record.part.visit, by, at)
    outbox.tell("warning.given", made, by, at, grant, firm_sees=True)
    return made


@transaction.atomic
def recorded(upload: Upload, *, by: User, at: datetime | None = None) -> None:
    """With the last line of a record: re-checks are settled by it, cases cost points, the facts follow (INS-10)."""
    at = at or clock.now()
    checks = list(upload.checks.select_related("need", "part__visit").prefetch_related("findings__item"))
    for check in checks:
        _settle(check, by, at)
    cases = [one for check in checks for one in check.findings.all() if one.outcome == findings.CASE]
    if cases:
        core.locked_firm(cases[0].enterprise_id)
    for finding in cases:
        points.deduct(finding, at)
    if checks:
        results.owed(checks[0].part.visit, by, at)


def _settle(check: Check, by: User, at: datetime) -> None:
    """Put right, or gone to a case of its own; where it was ordered anew `order` has opened it again already."""
    looked_at = Rectification.objects.filter(recheck=check.need_id, status=stages.RECHECK).select_related("finding")
    for former in looked_at.order_by("pk"):
        if same := _same(former, check.findings.all()):
            former.again.add(same)
            fail_recheck(former, by=by, at=at)
        else:
            pass_recheck(former, by=by, at=at)


def _same(former: Rectification, found: Iterable[Finding]) -> Finding | None:
    cases = (one for one in found if one.outcome == findings.CASE)
    return next((one for one in cases if one.item_id == former.finding.item_id), None)
