"""The messages of visits and their plans (ENT-10), and the letters of their ladder (DL-4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Member
from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests.models import Visit, VisitDeadline, VisitPlan
from requests.notices.alerts import RUNG, still_telling, told_at
from requests.notices.letters import Params

topics.put_under(Topic.WORK, "visit_plan.made", "visit.reassigned", "visit.moved", "visit.answered")
topics.put_under(Topic.NEWS, "visit_plan.called_off", "visit.cancelled", "visit.recorded")


def _about(kind: str, model: type[Visit] | type[VisitPlan]) -> Callable[[Says], Says]:
    return saying(kind, subject=model, url=_page)


def _page(subject: Visit | VisitPlan) -> str:
    return reverse("visits:visit", args=[subject.key]) if isinstance(subject, Visit) else reverse("visits:mine")


@_about("visit_plan.made", VisitPlan)
def plan_made(plan: VisitPlan, params: Params) -> Iterator[Said]:
    count = params["visits"]
    title = ngettext("走访计划“%(plan)s”：%(n)s 次由您去", "走访计划“%(plan)s”：%(n)s 次由您去", count)
    dates = {"since": words.day(plan.since), "until": words.day(plan.until)}
    body = _("%(since)s 到 %(until)s，每家的日子在“走访”里。") % dates
    yield User.objects.answering_for(params["user"]), title % {"plan": plan.title, "n": count}, body


@_about("visit_plan.called_off", VisitPlan)
def plan_called_off(plan: VisitPlan, params: Params) -> Iterator[Said]:
    title = _("走访计划“%(plan)s”已撤销") % {"plan": plan.title}
    people = User.objects.active().filter(pk__in=params["users"])
    yield people, title, _("理由：%(reason)s") % {"reason": plan.end_reason}


@_about("visit.reassigned", Visit)
def reassigned(visit: Visit, params: Params) -> Iterator[Said]:
    due = words.by_when(visit.deadline.due_at) if visit.deadline else ""
    yield _visitor(visit), _("请您走访%(firm)s") % {"firm": visit.enterprise.called}, due
    former = User.objects.active().filter(pk=params["former"])
    title = _("%(firm)s改由%(name)s走访") % {"firm": visit.enterprise.called, "name": visit.visitor.name}
    yield former, title, ""


@_about("visit.moved", Visit)
def moved(visit: Visit, params: Params) -> Iterator[Said]:
    due = words.by_when(visit.deadline.due_at) if visit.deadline else ""
    title = _("走访%(firm)s改到 %(due)s") % {"firm": visit.enterprise.called, "due": due}
    yield _visitor(visit), title, _("原因：%(reason)s") % {"reason": visit.moved_for}


@_about("visit.cancelled", Visit)
def cancelled(visit: Visit, params: Params) -> Iterator[Said]:
    title = _("不用再走访%(firm)s") % {"firm": visit.enterprise.called}
    yield _visitor(visit), title, _("理由：%(reason)s") % {"reason": visit.end_reason}


@_about("visit.recorded", Visit)
def recorded(visit: Visit, params: Params) -> Iterator[Said]:
    """The firm learns that it was visited and what came of it; the visitor that somebody else was there."""
    if visit.recorded_by is None or visit.visited_at is None:
        return
    named = {"name": visit.recorded_by.name, "firm": visit.enterprise.called, "day": words.day(visit.visited_at)}
    count = len(params["tickets"])
    came = ngettext("替您提交了 %(n)s 件诉求。", "替您提交了 %(n)s 件诉求。", count) % {"n": count} if count else ""
    body = came + _("请看记录，属实或有补充都可以答复。")
    yield _firm(visit), _("%(name)s %(day)s走访了贵企业") % named, body
    if params.get("instead_of"):
        yield _visitor(visit), _("%(firm)s已由%(name)s走访") % named, _("您不用再去。")


@_about("visit.answered", Visit)
def answered(visit: Visit, params: Params) -> Iterator[Said]:
    if visit.recorded_by is None or visit.answer != Visit.Answer.COMMENTED:
        return
    title = _("%(firm)s对走访记录有补充") % {"firm": visit.enterprise.called}
    yield User.objects.answering_for(visit.recorded_by), title, visit.answer_text


@_about(RUNG, Visit)
def rung(visit: Visit, params: Params) -> Iterator[Said]:
    """Nothing is said of a clock that was met or moved since."""
    if (reached := still_telling(VisitDeadline, params)) is None:
        return
    clock, codes = reached
    left = words.left(calendar().remaining(told_at(params), clock.due_at))
    named = {"firm": visit.enterprise.called, "left": left, "name": visit.visitor.name}
    title = _("走访%(firm)s：%(left)s") % named
    told: dict[str, Callable[[], Said]] = {
        "visitor": lambda: (_visitor(visit), title, words.by_when(clock.due_at)),
        "supervisor": lambda: (User.objects.holding(Role.SUPERVISOR), title, _("由%(name)s走访") % named),
        "leader": lambda: (User.objects.holding(Role.LEADER), title, _("由%(name)s走访") % named),
    }
    yield from (told[code]() for code in codes if code in told)


def _visitor(visit: Visit) -> Iterable[User]:
    return User.objects.answering_for(visit.visitor)


def _firm(visit: Visit) -> list[User]:
    members = Member.objects.current().filter(enterprise=visit.enterprise_id, user__is_active=True)
    return [member.user for member in members.select_related("user")]
