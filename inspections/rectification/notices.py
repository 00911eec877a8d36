"""The letters about rectifications, warnings and ratings (INS-7, INS-8), and those of their ladder (DL-4).

Who is asked to do something is not asked any more once the matter has gone on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from enterprises.models import Member
from portal.outbox import topics
from portal.outbox.letters import Said, Says, saying
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.rights import HEADS
from portal.people.roles import Role
from portal.worktime import words
from portal.worktime.calendar import calendar
from requests.notices.alerts import RUNG, still_telling, told_at

from ..models import JointVisit, Rectification, RectificationDeadline, Warned
from ..visits.notices import in_charge
from . import limits, stages

Params = Mapping[str, Any]

MUST = "ordered sent_back recheck_failed withdrawn time_given time_refused"
topics.put_under(Topic.MUST, *(f"rectification.{kind}" for kind in MUST.split()), "warning.given")
topics.put_under(Topic.WORK, "rectification.submitted", "rectification.time_asked", "joint_visit.rated")
topics.put_under(Topic.NEWS, *(f"rectification.{kind}" for kind in ("accepted", "recheck_called", "recheck_passed")))


def _about(kind: str) -> Callable[[Says], Says]:
    return saying(f"rectification.{kind}", subject=Rectification, url=Rectification.get_absolute_url)


@_about("ordered")
def ordered(rectification: Rectification, params: Params) -> Iterator[Said]:
    if rectification.status == stages.OPEN:
        yield (
            firm_people(rectification.enterprise_id),
            _titled(_("请整改：%(matter)s"), rectification),
            _by_when(rectification),
        )


@_about("submitted")
def submitted(rectification: Rectification, params: Params) -> Iterator[Said]:
    if rectification.status == stages.SUBMITTED:
        body = _("%(due)s审核。") % {"due": words.by_when(due.due_at)} if (due := _owed(rectification)) else ""
        yield inspectors(rectification), _titled(_("%(firm)s已提交整改，请审核"), rectification), body


@_about("accepted")
def accepted(rectification: Rectification, params: Params) -> Iterator[Said]:
    yield (
        firm_people(rectification.enterprise_id),
        _titled(_("整改已通过：%(matter)s"), rectification),
        rectification.ended_for,
    )


@_about("sent_back")
def sent_back(rectification: Rectification, params: Params) -> Iterator[Said]:
    if rectification.status != stages.OPEN:
        return
    proof = rectification.proofs.filter(verdict="returned").last()
    body = _("还缺：%(what)s %(due)s") % {"what": proof.answer if proof else "", "due": _by_when(rectification)}
    yield firm_people(rectification.enterprise_id), _titled(_("整改被退回：%(matter)s"), rectification), body


@_about("recheck_called")
def recheck_called(rectification: Rectification, params: Params) -> Iterator[Said]:
    if rectification.status == stages.RECHECK:
        title = _titled(_("%(agency)s将到现场复查整改"), rectification)
        yield firm_people(rectification.enterprise_id), title, rectification.finding.text


@_about("recheck_passed")
def recheck_passed(rectification: Rectification, params: Params) -> Iterator[Said]:
    yield firm_people(rectification.enterprise_id), _titled(_("现场复查通过，整改完成：%(matter)s"), rectification), ""


@_about("recheck_failed")
def recheck_failed(rectification: Rectification, params: Params) -> Iterator[Said]:
    if rectification.status == stages.OPEN:
        title = _titled(_("现场复查没有通过：%(matter)s"), rectification)
        yield firm_people(rectification.enterprise_id), title, _by_when(rectification)


@_about("time_asked")
def time_asked(rectification: Rectification, params: Params) -> Iterator[Said]:
    asked = rectification.more_time
    if asked.granted is None:
        body = _("想延到%(day)s：%(reason)s") % {"day": words.day(asked.until), "reason": asked.reason}
        yield inspectors(rectification), _titled(_("%(firm)s申请延长整改期限"), rectification), body


@_about("time_given")
def time_given(rectification: Rectification, params: Params) -> Iterator[Said]:
    body = " ".join([_by_when(rectification), rectification.more_time.answer]).strip()
    yield firm_people(rectification.enterprise_id), _titled(_("整改期限已延长：%(matter)s"), rectification), body


@_about("time_refused")
def time_refused(rectification: Rectification, params: Params) -> Iterator[Said]:
    body = " ".join([rectification.more_time.answer, _by_when(rectification)]).strip()
    yield firm_people(rectification.enterprise_id), _titled(_("没有同意延长整改期限：%(matter)s"), rectification), body


@_about("withdrawn")
def withdrawn(rectification: Rectification, params: Params) -> Iterator[Said]:
    title = _titled(_("责令整改已撤销：%(matter)s"), rectification)
    yield firm_people(rectification.enterprise_id), title, rectification.ended_for


@saying("warning.given", subject=Warned, url=Warned.get_absolute_url)
def warned(one: Warned, params: Params) -> Iterator[Said]:
    title = _("首违不罚：%(matter)s") % {"matter": _brief(one.finding.text)}
    yield firm_people(one.enterprise_id), title, _("这次不予处罚，两年内再犯将依法处理。告知书可以打印。")


@saying("joint_visit.rated", subject=JointVisit, url=lambda visit: reverse("rectification:rated", args=[visit.number]))
def rated(visit: JointVisit, params: Params) -> Iterator[Said]:
    """Only where the firm was dissatisfied, and only to those who oversee (INS-8): no agency is told by whom."""
    rating = getattr(visit, "rating", None)
    if rating is not None and rating.stars <= 2:
        stars = ngettext("有企业对检查评了 %(n)s 星", "有企业对检查评了 %(n)s 星", rating.stars)
        title = stars % {"n": rating.stars}
        yield User.objects.holding(Role.SUPERVISOR), title, _("编号 %(number)s。") % {"number": visit.number}


# The ladder -------------------------------------------------------------------------------------------------------

DO = {
    limits.RECTIFY: gettext_noop("请整改并在门户提交。"),
    limits.RECHECK: gettext_noop("请审核企业提交的整改，或去现场复查。"),
}


@saying(RUNG, subject=Rectification, url=Rectification.get_absolute_url)
def rung(rectification: Rectification, params: Params) -> Iterator[Said]:
    """Nothing is said of a clock that was met or moved since."""
    if (reached := still_telling(RectificationDeadline, params)) is None:
        return
    clock, codes = reached
    left = words.left(calendar().remaining(told_at(params), clock.due_at))
    said = {"firm": rectification.enterprise.called, "what": clock.label, "left": left}
    title = _("%(firm)s“%(matter)s”的%(what)s：%(left)s") % (said | {"matter": _brief(rectification.finding.text)})
    body = " ".join([words.by_when(clock.due_at), _(DO[clock.obligation])]).strip()
    firm = firm_people(rectification.enterprise_id)
    for code in codes:
        yield _told_by_rung(code, rectification, firm), title, body
    if "enterprise" in codes and not firm:
        yield inspectors(rectification), title, _("企业没有账号，请联系企业。")


def _told_by_rung(code: str, rectification: Rectification, firm: list[User]) -> Iterable[User]:
    department = rectification.agency.department
    found: dict[str, Callable[[], Iterable[User]]] = {
        "enterprise": lambda: firm,
        "inspector": lambda: inspectors(rectification),
        "handler": lambda: inspectors(rectification),
        "department_head": lambda: [user for role in HEADS for user in User.objects.holding(role, department)],
        "supervisor": lambda: User.objects.holding(Role.SUPERVISOR),
        "leader_in_charge": lambda: in_charge(department),
        "leader": lambda: User.objects.holding(Role.LEADER),
    }
    return found[code]() if code in found else ()


# Who and what -----------------------------------------------------------------------------------------------------


def firm_people(firm: int) -> list[User]:
    members = Member.objects.current().filter(enterprise=firm, user__is_active=True)
    return [member.user for member in members.select_related("user")]


def inspectors(rectification: Rectification) -> list[User]:
    """Who ordered it, while he inspects for the agency; else all who do."""
    own = User.objects.holding(Role.INSPECTOR, rectification.agency.department)
    return list(
        own.filter(pk__in=User.objects.answering_for(rectification.ordered_by).order_by().values("pk"))
    ) or list(own)


def _titled(sentence: str, rectification: Rectification) -> str:
    named = {"firm": rectification.enterprise.called, "agency": rectification.agency}
    return sentence % (named | {"matter": _brief(rectification.finding.text)})


def _brief(text: str) -> str:
    return text if len(text) <= 30 else f"{text[:29]}…"


def _owed(rectification: Rectification) -> RectificationDeadline | None:
    return rectification.deadlines.running().order_by("due_at").first()


def _by_when(rectification: Rectification) -> str:
    due = _owed(rectification)
    return _("%(due)s整改并提交。") % {"due": words.by_when(due.due_at)} if due else ""
