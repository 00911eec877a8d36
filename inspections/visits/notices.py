"""The letters about visits and reports of checks without a code (INS-6), and those of their ladders (DL-4).

Whoever may not see the visit is not written to: of an unannounced one the firm and those near it learn as it begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Member
from portal.deadlines.models import Deadline
from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import Department, User
from portal.people.rights import HEADS
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests.notices.alerts import RUNG, still_telling, told_at

from ..models import Agency, CodelessDeadline, CodelessReport, JointVisit, JointVisitDeadline
from .capacity import parts_of

Params = Mapping[str, Any]

topics.put_under(Topic.MUST, "joint_visit.begun", "joint_visit.put_off", "joint_visit.cancelled", "codeless.answered")
topics.put_under(Topic.MUST, "joint_visit.joined")
topics.put_under(Topic.WORK, "joint_visit.missed", "codeless.reported", "codeless.reminded")


def _about(kind: str) -> Callable[[Says], Says]:
    return saying(kind, subject=JointVisit, url=lambda visit: reverse("inspections:visit", args=[visit.number]))


@_about("joint_visit.begun")
def begun(visit: JointVisit, params: Params) -> Iterator[Said]:
    """The firm; for an unannounced visit it is the first it hears of it."""
    agencies = _agencies(visit)
    body = _("请扫执法人员出示的检查码，核对来的人、检查事项和有效期。编号 %(number)s。") % {"number": visit.number}
    yield firm_people(visit), _("%(agencies)s的检查开始了") % {"agencies": agencies}, body
    if params.get("on_the_spot"):
        title = _("本部门在%(firm)s现场赋码检查") % {"firm": visit.enterprise.called}
        yield _heads(visit), title, _("投诉举报或突发情况，编号 %(number)s。") % {"number": visit.number}


@_about("joint_visit.put_off")
def put_off(visit: JointVisit, params: Params) -> Iterator[Said]:
    if visit.day.isoformat() != params["day"]:
        return  # it was moved once more: that letter says where to
    former, day = (words.day(date.fromisoformat(params[name])) for name in ("former", "day"))
    title = _("检查改期：%(former)s改到%(day)s") % {"former": former, "day": day}
    yield firm_people(visit), title, _("%(agencies)s，%(reason)s") % _named(visit)
    yield _goers(visit), title, _("%(firm)s，%(reason)s") % _named(visit)


@_about("joint_visit.joined")
def joined(visit: JointVisit, params: Params) -> Iterator[Said]:
    """Nothing where it has left the visit again."""
    need = visit.needs.select_related("agency__department", "subject").filter(pk=params["need"]).first()
    if need is None:
        return
    named = {"day": words.day(visit.day), "firm": visit.enterprise.called, "agency": need.agency}
    body = _("%(subject)s，和原来的检查同一天一起查。编号 %(number)s。") % {
        "subject": need.subject,
        "number": visit.number,
    }
    yield firm_people(visit), _("%(day)s的检查增加%(agency)s一项") % named, body
    yield _goers(visit), _("%(day)s在%(firm)s的检查并入%(agency)s一项") % named, body


@_about("joint_visit.cancelled")
def cancelled(visit: JointVisit, params: Params) -> Iterator[Said]:
    title = _("%(day)s的检查取消了") % {"day": words.day(visit.day)}
    yield firm_people(visit), title, _("%(agencies)s，%(reason)s") % _named(visit)
    yield _goers(visit), title, _("%(firm)s，%(reason)s检查需求已退回待安排。") % _named(visit)


@_about("joint_visit.missed")
def missed(visit: JointVisit, params: Params) -> Iterator[Said]:
    title = _("%(day)s在%(firm)s的检查没有实施") % {"day": words.day(visit.day), "firm": visit.enterprise.called}
    yield [*_goers(visit), *_heads(visit)], title, _("检查需求已退回待安排，窗口过了的会自动结束。")
    body = _("执法部门当天没有来，另行安排会再通知您。")
    yield firm_people(visit), _("%(day)s的检查没有进行") % {"day": words.day(visit.day)}, body


@_about(RUNG)
def rung(visit: JointVisit, params: Params) -> Iterator[Said]:
    """The record of an agency; nothing is said of a clock that was met or moved since."""
    if (reached := still_telling(JointVisitDeadline, params)) is None:
        return
    clock, codes = reached
    unit = clock.department
    named = {"firm": visit.enterprise.called, "unit": unit.short_name, "left": _left(clock, params)}
    title = _("%(firm)s的检查记录（%(unit)s）：%(left)s") % named
    body = _("%(due)s补齐检查记录，编号 %(number)s。") % {
        "due": words.by_when(clock.due_at),
        "number": visit.number,
    }
    told: dict[str, Callable[[], Iterable[User]]] = {
        "handler": lambda: _goers(visit, unit),
        "department_head": lambda: User.objects.holding(Role.DEPARTMENT_HEAD, unit),
        "supervisor": lambda: User.objects.holding(Role.SUPERVISOR),
        "leader_in_charge": lambda: in_charge(unit),
        "leader": lambda: User.objects.holding(Role.LEADER),
    }
    for code in codes:
        if code in told:
            yield told[code](), title, body


# Reports of checks without a code ------------------------------------------------------------------------------


def _of_report(kind: str) -> Callable[[Says], Says]:
    link = lambda report: reverse("inspections:report", args=[report.number])  # noqa: E731
    return saying(kind, subject=CodelessReport, url=link)


@_of_report("codeless.reported")
def reported(report: CodelessReport, params: Params) -> Iterator[Said]:
    """The supervisors; in the title neither firm nor agency, for it may stand on a lock screen."""
    clock = report.deadlines.running().first()
    body = _("编号 %(number)s，%(due)s答复。") % {
        "number": report.number,
        "due": words.by_when(clock.due_at) if clock else "",
    }
    yield User.objects.holding(Role.SUPERVISOR), _("有企业反映无码检查，请核查"), body


@_of_report("codeless.answered")
def answered(report: CodelessReport, params: Params) -> Iterator[Said]:
    title = _("您反映的无码检查有答复了")
    body = _("结论：%(finding)s。编号 %(number)s。") % {"finding": report.finding_name, "number": report.number}
    yield [report.reported_by], title, body


@_of_report(RUNG)
def report_rung(report: CodelessReport, params: Params) -> Iterator[Said]:
    """Whatever the ladder of the centre says, the supervisors alone are told."""
    clock = CodelessDeadline.objects.running().filter(pk=params["deadline"], cycle=params["cycle"]).first()
    if clock is None:
        return
    title = _("无码检查反映 %(number)s：%(left)s") % {"number": report.number, "left": _left(clock, params)}
    body = _("%(due)s核查并答复企业。") % {"due": words.by_when(clock.due_at)}
    yield User.objects.holding(Role.SUPERVISOR), title, body


@saying("codeless.reminded", subject=Agency, url=lambda agency: reverse("inspections:visits"))
def reminded(agency: Agency, params: Params) -> Iterator[Said]:
    """The agency's heads, in the supervisor's words: neither firm nor day nor who spoke."""
    report = CodelessReport.objects.filter(pk=params["report"]).first()
    if report is None or not report.to_agency:
        return
    title = _("督查提醒：检查要先亮码")
    yield [user for role in HEADS for user in User.objects.holding(role, agency.department)], title, report.to_agency


# Who and what ---------------------------------------------------------------------------------------------------


def firm_people(visit: JointVisit) -> list[User]:
    """Nobody while the firm has not been told of the visit."""
    if visit.told_at is None:
        return []
    members = Member.objects.current().filter(enterprise=visit.enterprise_id, user__is_active=True)
    return [member.user for member in members.select_related("user")]


def _goers(visit: JointVisit, unit: Department | None = None) -> list[User]:
    """Those who go, of one department if given."""
    parts = [part for part in parts_of(visit) if unit is None or part.agency.department_id == unit.pk]
    return [one.user for part in parts for one in part.inspectors.all() if one.user.is_active]


def _heads(visit: JointVisit) -> list[User]:
    units = [part.agency.department for part in parts_of(visit)]
    return [user for unit in units for role in HEADS for user in User.objects.holding(role, unit)]


def in_charge(unit: Department | None) -> Iterable[User]:
    """The town leader in charge of the department, or of the one above it; all leaders where nobody is named."""
    while unit is not None:
        if unit.leader_in_charge is not None:
            return User.objects.answering_for(unit.leader_in_charge)
        unit = unit.parent
    return User.objects.holding(Role.LEADER)


def _agencies(visit: JointVisit) -> str:
    return _("、").join(str(part.agency) for part in parts_of(visit))


def _named(visit: JointVisit) -> dict[str, str]:
    reason = visit.why_ended
    stop = "" if reason.endswith(("。", "？", ".")) else _("。")
    return {"firm": visit.enterprise.called, "agencies": _agencies(visit), "reason": f"{reason}{stop}"}


def _left(clock: Deadline, params: Params) -> str:
    return words.left(calendar().remaining(told_at(params), clock.due_at))
