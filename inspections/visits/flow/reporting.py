"""无码检查反映: a firm reports a check that showed no code, a supervisor looks into it and answers (INS-6).

Who reported is known to himself and the supervisors alone. The agency is told in words of the supervisor's that name
neither firm nor day (in the spirit of APP-18).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Member, firms_of
from inspections.numbers import number
from portal import files, outbox, trail
from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.refusal import Refused, one_line, required, required_line
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail.models import Audience
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.drafts import alone

from ...models import Agency, CodelessPhoto, CodelessReport
from .. import limits, reports

LONG_AGO = timedelta(days=366)  # what lies further back nobody can look into


@transaction.atomic
def report(
    firm: Enterprise,
    *,
    by: User,
    came_at: datetime,
    who: str,
    said: str,
    agency: Agency | None = None,
    photos: Sequence[StoredFile] = (),
    key: uuid.UUID,
    at: datetime | None = None,
) -> CodelessReport:
    """反映, by one of the firm's people. The same `key` sent again gives what the first sending made."""
    alone(key)
    if made := CodelessReport.objects.filter(key=key, reported_by=by).first():
        return made
    at = at or clock.now()
    if firm.pk not in firms_of(by, at):
        raise Refused(_("您不能替这家企业反映。"))
    if came_at > at:
        raise Refused(_("来的时间还没到。"), "came_at")
    if came_at < at - LONG_AGO:
        raise Refused(_("只受理一年以内的情况。"), "came_at")
    files.check_count(0, len(photos))
    made = CodelessReport.objects.create(
        number=number("WM", at),
        key=key,
        enterprise=firm,
        came_at=came_at,
        who=required_line(who, _("请写来的是谁，不知道姓名就写衣着、车牌或自称。"), "who", 200),
        agency=agency,
        said=required(said, _("请写来做什么、说了什么。"), "said", 1000),
        status=reports.OPEN,
        reported_by=by,
        reported_at=at,
    )
    CodelessPhoto.objects.bulk_create(CodelessPhoto(report=made, file=photo) for photo in photos)
    limits.reported(made, at)
    _tell("codeless.reported", made, by, at, None)
    return made


@transaction.atomic
def answer(
    report: CodelessReport,
    *,
    by: User,
    finding: str,
    answer: str,
    to_agency: str = "",
    at: datetime | None = None,
) -> CodelessReport:
    """答复: what was found, for who reported; and words to the agency, where one is named and did wrong."""
    rows = CodelessReport.objects.select_for_update(of=("self",), no_key=True)
    report, at = rows.select_related("enterprise", "agency", "reported_by").get(pk=report.pk), at or clock.now()
    grant = answers(report, by, at)
    if report.status != reports.OPEN:
        raise Refused(_("这一件已经答复过了。"))
    if finding not in reports.FINDINGS:
        raise Refused(_("请选核查结论。"), "finding")
    report.answer = required(answer, _("请写核查的情况和结论，反映人会看到。"), "answer", 1000)
    report.to_agency = _to_agency(report, finding, to_agency)
    report.status, report.finding, report.answered_by, report.answered_at = reports.ANSWERED, finding, by, at
    report.save(update_fields=["answer", "to_agency", "status", "finding", "answered_by", "answered_at"])
    limits.answered(report, at)
    _tell("codeless.answered", report, by, at, grant, finding=finding)
    if report.to_agency and report.agency is not None:
        outbox.queue("codeless.reminded", report.agency, key=f"codeless.reminded:{report.pk}", at=at, report=report.pk)
    return report


def answers(report: CodelessReport, by: User, at: datetime | None = None) -> Grant:
    """The right of a supervisor who neither reported it nor works for the agency named. Raises Refused."""
    grant = rights_of(by, at).grant(Role.SUPERVISOR)
    seen = CodelessReport.objects.visible_to(by, at).filter(pk=report.pk).exists()
    if grant is None or not seen or report.reported_by_id == by.pk or report.enterprise_id in firms_of(by, at):
        raise Refused(_("这一件请别的督查员办理。"))
    return grant


def _to_agency(report: CodelessReport, finding: str, typed: str) -> str:
    """Without what would tell who reported: the firm's names, its people's, the day, the number."""
    text = typed.strip()
    if finding in reports.WRONG and report.agency is not None:
        text = required(text, _("请写给部门的提醒。"), "to_agency", 500)
    if not text or report.agency is None:
        return ""
    firm = report.enterprise
    people = Member.objects.filter(enterprise=firm).values_list("user__name", flat=True)
    day = local_day(report.came_at)
    known = {firm.name, firm.short_name, firm.uscc, report.number, f"{day.month}月{day.day}日", *people} - {""}
    squeezed = one_line(text).replace(" ", "")
    if any(name.replace(" ", "") in squeezed for name in known):
        raise Refused(_("给部门的提醒不能写企业、人员、日期或编号，部门会看到。"), "to_agency")
    return text


def _tell(kind: str, report: CodelessReport, by: User, at: datetime, grant: Grant | None, **data: object) -> None:
    event = trail.record(kind, report, by=by, at=at, data=data, audience=Audience.CLOSED, grant=grant)
    outbox.queue(kind, report, key=f"{kind}:{event.pk}", at=at, by=by.pk)
