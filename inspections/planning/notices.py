"""The letters of plans (INS-4), of the clock of their approval (DL-4), and the firm's word of an announced visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Member
from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import Department, User
from portal.people.rights import HEADS
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests.notices.alerts import RUNG, still_telling, told_at
from requests.notices.letters import Params

from ..models import Agency, JointVisit, Plan, PlanDeadline, VisitPart
from ..visits import stages as visits
from . import stages

topics.put_under(Topic.NEWS, "inspection_plan.computed")
topics.put_under(Topic.WORK, "inspection_plan.submitted", "inspection_plan.sent_back", "inspection_plan.approved")
topics.put_under(Topic.MUST, "joint_visit.scheduled")


def _about(kind: str) -> Callable[[Says], Says]:
    return saying(kind, subject=Plan, url=lambda plan: reverse("planning:plan", args=[plan.number]))


@_about("inspection_plan.computed")
def computed(plan: Plan, params: Params) -> Iterator[Said]:
    if plan.created_by is None:
        return
    title = _("“%(title)s”算好了：%(needs)s 项需求并成 %(visits)s 次检查") % {"title": plan.title, **_counted(params)}
    left = params.get("unserved") or 0
    body = (
        ngettext("有 %(n)s 项排不下，请看原因。", "有 %(n)s 项排不下，请看原因。", left) % {"n": left} if left else ""
    )
    yield [plan.created_by], title, body


def _counted(params: Params) -> dict[str, Any]:
    return {key: params.get(key, 0) for key in ("needs", "visits")}


@_about("inspection_plan.submitted")
def submitted(plan: Plan, params: Params) -> Iterator[Said]:
    if plan.status == stages.SUBMITTED:
        yield _holding(_keeper(), *HEADS), _("请审批检查计划“%(title)s”") % {"title": plan.title}, _by_when(plan)


@_about("inspection_plan.sent_back")
def sent_back(plan: Plan, params: Params) -> Iterator[Said]:
    if plan.status == stages.PROPOSED:
        makers = {user.pk: user for user in (plan.submitted_by, plan.created_by) if user is not None}
        title = _("检查计划“%(title)s”被退回修改") % {"title": plan.title}
        yield makers.values(), title, _("理由：%(reason)s") % {"reason": plan.reason}


@_about("inspection_plan.approved")
def approved(plan: Plan, params: Params) -> Iterator[Said]:
    """One letter for each agency's people, however many visits it has; the list is on the page."""
    parts = VisitPart.objects.filter(visit__plan=plan, visit__status__in=visits.STANDING).order_by()
    for agency in Agency.objects.filter(pk__in=parts.values("agency")).select_related("department"):
        n = parts.filter(agency=agency).count()
        said = ngettext("%(agency)s有 %(n)s 次检查", "%(agency)s有 %(n)s 次检查", n) % {"agency": agency, "n": n}
        title = _("检查计划“%(title)s”已批准，%(what)s") % {"title": plan.title, "what": said}
        span = {"first": words.day(plan.first, weekday=False), "last": words.day(plan.last, weekday=False)}
        body = _("从 %(first)s到 %(last)s。名单可以在计划页查看和导出。") % span
        yield _holding(agency.department, Role.INSPECTOR, *HEADS), title, body


@saying(
    "joint_visit.scheduled",
    subject=JointVisit,
    url=lambda visit: reverse("inspections:visit", args=[visit.number]),
)
def scheduled(visit: JointVisit, params: Params) -> Iterator[Said]:
    """To the firm, of what may be told beforehand; nothing once it was put off or cancelled."""
    if visit.told_at is None or visit.status != visits.SCHEDULED:
        return
    members = Member.objects.current().filter(enterprise=visit.enterprise_id, user__is_active=True)
    parts = visit.parts.select_related("agency__department")
    who = _("、").join(str(part.agency) for part in parts)
    title = _("%(day)s有一次涉企检查：%(who)s") % {"day": words.day(visit.day), "who": who}
    body = _("各部门一次查完。查什么、准备什么请看通知；到时请先扫检查码核对人员。")
    yield [member.user for member in members.select_related("user")], title, body


@_about(RUNG)
def rung(plan: Plan, params: Params) -> Iterator[Said]:
    """Nothing is said of a clock that was met or moved since."""
    if (reached := still_telling(PlanDeadline, params)) is None:
        return
    clock, codes = reached
    left = words.left(calendar().remaining(told_at(params), clock.due_at))
    title = _("检查计划“%(title)s”待审批：%(left)s") % {"title": plan.title, "left": left}
    keeper = clock.department or _keeper()
    found: dict[str, Callable[[], Iterable[User]]] = {
        "handler": lambda: _holding(keeper, *HEADS),
        "department_head": lambda: _holding(keeper, Role.DEPARTMENT_HEAD),
        "supervisor": lambda: User.objects.holding(Role.SUPERVISOR),
        "leader_in_charge": lambda: _in_charge(keeper),
    }
    for code in codes:
        if code in found:
            yield found[code](), title, words.by_when(clock.due_at)


def _keeper() -> Department:
    return Agency.objects.get(approves_plans=True).department


def _holding(department: Department, *roles: str) -> list[User]:
    return [user for role in roles for user in User.objects.holding(role, department)]


def _in_charge(department: Department) -> Iterable[User]:
    """The town leader in charge; all leaders where nobody is named."""
    if department.leader_in_charge is not None:
        return User.objects.answering_for(department.leader_in_charge)
    return User.objects.holding(Role.LEADER)


def _by_when(plan: Plan) -> str:
    clock = plan.deadlines.running().filter(obligation="plan_approve").first()
    return words.by_when(clock.due_at) if clock else ""
