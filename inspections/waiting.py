"""What waits for somebody in inspections, for his home page: a line each, with the way to the list.

It costs no query for whom inspections do not concern.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enterprises.models import Enterprise
from portal.people.models import User
from portal.people.rights import Rights, rights_of
from portal.people.roles import Role
from portal.worktime.words import day as said_day

from .models import CodelessReport, Entry, JointVisit, JointVisitDeadline, Plan, Rectification
from .models.agencies import OVERSEE_INSPECTIONS, READS_INSPECTIONS, departments_of
from .planning import capacity as planning
from .planning import stages as plans
from .rectification import stages as rectification
from .visits import stages as visits
from .whitelist import capacity as whitelist
from .whitelist import stages as entries
from .whitelist.views.desk import waiting_line

FEW = 5


@dataclass(frozen=True)
class Line:
    """`must`: he has something to do; else it only tells him."""

    text: str
    url: str
    must: bool = False


def waiting(user: User, now: datetime) -> list[Line]:
    """For officials: what they decide, and what is late where they oversee."""
    rights = rights_of(user)
    if rights.is_outside or not rights.has(*READS_INSPECTIONS):
        return []
    found: list[Line] = []
    if n := waiting_line(user):
        said = ngettext("白名单 %(n)s 家待办", "白名单 %(n)s 家待办", n) % {"n": n}
        found.append(Line(said, reverse("whitelist:desk")))
    found += _of_agency(user, rights, now)
    found += _of_overseers(user, rights, now)
    return found


def _of_agency(user: User, rights: Rights, now: datetime) -> Iterator[Line]:
    departments = departments_of(rights)
    if not departments:
        return
    own = {"agency__department__in": departments}
    seen = Rectification.objects.visible_to(user)
    if n := seen.filter(status=rectification.SUBMITTED, **own).count():
        said = ngettext("%(n)s 项整改材料待审核", "%(n)s 项整改材料待审核", n) % {"n": n}
        yield Line(said, f"{reverse('rectification:all')}?status={rectification.SUBMITTED}")
    if n := seen.filter(more_time__isnull=False, more_time__granted=None, **own).count():
        said = ngettext("%(n)s 项整改申请延期", "%(n)s 项整改申请延期", n) % {"n": n}
        yield Line(said, f"{reverse('rectification:all')}?asks=1")
    late = JointVisitDeadline.objects.overdue(now).filter(department__in=departments).order_by().values("subject")
    if n := JointVisit.objects.visible_to(user).filter(pk__in=late).count():
        said = ngettext("%(n)s 次检查超期没有记录", "%(n)s 次检查超期没有记录", n) % {"n": n}
        yield Line(said, f"{reverse('inspections:visits')}?late=1")
    submitted = Plan.objects.visible_to(user).filter(status=plans.SUBMITTED)
    if "approver" in planning.towards(user) and (n := submitted.count()):
        said = ngettext("%(n)s 个检查计划待审批", "%(n)s 个检查计划待审批", n) % {"n": n}
        yield Line(said, reverse("planning:plans"))


def _of_overseers(user: User, rights: Rights, now: datetime) -> Iterator[Line]:
    if not rights.has(*OVERSEE_INSPECTIONS):
        return
    if rights.has(Role.SUPERVISOR) and (n := CodelessReport.objects.visible_to(user).open().count()):
        said = ngettext("%(n)s 件无码检查反映待核查", "%(n)s 件无码检查反映待核查", n) % {"n": n}
        yield Line(said, f"{reverse('inspections:reports')}")
    running = JointVisit.objects.visible_to(user).filter(on_the_spot=True, status=visits.UNDER_WAY)
    if n := running.count():
        said = ngettext("%(n)s 次现场赋码的检查在进行", "%(n)s 次现场赋码的检查在进行", n) % {"n": n}
        yield Line(said, reverse("inspections:spot"))
    if n := Rectification.objects.visible_to(user).overdue(now).count():
        said = ngettext("%(n)s 项整改企业逾期", "%(n)s 项整改企业逾期", n) % {"n": n}
        yield Line(said, f"{reverse('rectification:all')}?late=1")


def for_firm(user: User, firm: Enterprise) -> list[Line]:
    """For a firm's people: checks it was told of, what it has to put right, a removal it may appeal against."""
    own = {"enterprise": firm}
    coming = JointVisit.objects.visible_to(user).filter(status__in=(visits.SCHEDULED, visits.UNDER_WAY), **own)
    found = [
        Line(
            _("%(day)s 涉企检查") % {"day": said_day(visit.day)},
            reverse("inspections:visit", args=[visit.number]),
        )
        for visit in coming.order_by("day", "pk")[:FEW]
    ]
    open_ones = Rectification.objects.visible_to(user).filter(status=rectification.OPEN, **own)
    for one in open_ones.select_related("finding").order_by("ordered_at", "pk")[:FEW]:
        text = _("请整改：%(text)s") % {"text": one.finding.text[:40]}
        found.append(Line(text, one.get_absolute_url(), must=True))
    for entry in Entry.objects.visible_to(user).filter(status=entries.REMOVED, **own).order_by("-ended_at")[:1]:
        if "appeal" in whitelist.verbs_of(entry, user):
            found.append(Line(_("已移出检查白名单，可以申诉"), entry.get_absolute_url()))
    return found
