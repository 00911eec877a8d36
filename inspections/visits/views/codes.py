"""The code on the inspector's phone, and what it opens for whoever scans it at the door (INS-6)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enterprises.codes.views import drawn
from enterprises.models import firms_of
from portal.people.lockout import client_address, tries
from portal.people.models import Department, User
from portal.people.trying import attempt
from portal.worktime import clock

from ...models import Arrival, ChecklistItem, JointVisit, VisitCode
from .. import flow, stages
from ..beside import ways_on
from ..capacity import parts_of, standing, verbs_of, why_not
from ..flow.codes import is_open
from ..rows import checked, for_rows
from .record import found

PER_MINUTE = 30  # codes scanned from one address: a whole hall is behind one
ONE_LOOK = 600  # seconds within which opening it again from the same place is the same look
GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def shown(request: HttpRequest, number: str) -> HttpResponse:
    """Big on the phone of those who go; POST issues a code, the first or the next one."""
    visit, now = found(request, number), clock.now()
    user: Any = request.user
    if "taking_part" not in standing(visit, user):
        raise Http404
    if "issue_code" not in verbs_of(visit, user, now):
        said = why_not("issue_code", visit, user, now) if visit.status in stages.VERBS["issue_code"][0] else None
        said = said or _("这次检查现在是“%(status)s”，不再出示检查码。") % {"status": visit.status_name}
        context = {"visit": visit, "name": _("检查码"), "said": said}
        return render(request, "inspections/moved_on.html", context, status=409)
    if request.method == "POST":
        attempt(request, _("检查码已生成"), flow.issue_code, visit, by=user, seen=request.POST.get("seen", "")[:40])
        return redirect("inspections:code", visit.number)
    code = VisitCode.objects.filter(visit=visit, revoked_at=None).first()
    if code is not None and not code.holds(now):
        code = None
    address = request.build_absolute_uri(reverse("inspections:scan", args=[code.token])) if code else ""
    context = {
        "now": now,
        "visit": visit,
        "code": code,
        "address": address,
        "qr": drawn(address) if code else "",
        "parts": parts_of(visit),
        "arrival": getattr(visit, "arrival", None),
        "begins": "begin" in verbs_of(visit, user, now),
        "ways": ways_on(visit, user),
    }
    return render(request, "inspections/code.html", context)


@require_GET
@never_cache
def scan(request: HttpRequest, token: str) -> HttpResponse:
    """Who comes, why, until when, for whoever stands at the door; a dead code says so and nothing else."""
    if tries(f"visit.code.{client_address(request)}", 60) > PER_MINUTE:
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    code, now = flow.find(token), clock.now()
    if code is None:
        return _page(request, "inspections/code_unknown.html", {"centre": _centre()}, 404)
    _note(request, code)
    if not is_open(code, now):
        over = code.visit.status in stages.ENDED and code.revoked_at is None
        return _page(request, "inspections/code_dead.html", {"code": code, "over": over, "centre": _centre()}, GONE)
    visit = for_rows(JointVisit.objects.filter(pk=code.visit_id)).get()
    own = visit.enterprise_id in firms_of(request.user)
    checks = checked(visit, office=False)
    context = {
        "now": now,
        "code": code,
        "visit": visit,
        "parts": parts_of(visit),
        "checks": checks,
        "asked": _asked(checks),
        "own": own,
        "arrival": Arrival.objects.filter(visit=visit).select_related("by").first() if own else None,
        "centre": _centre(),
    }
    return _page(request, "inspections/scanned.html", context, 200)


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    """Not for search engines: the address is the key."""
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _note(request: HttpRequest, code: VisitCode) -> None:
    """Once for one look; what is opened again within minutes from the same place is the same one."""
    who = f"u{request.user.pk}" if isinstance(request.user, User) else client_address(request)
    if tries(f"visit.look.{code.pk}.{who}", ONE_LOOK) == 1:
        flow.scanned(code, by=request.user if isinstance(request.user, User) else None)


def _asked(checks: Any) -> dict[int, list[str]]:
    """The points of each subject's checklist: what will be looked at; one query."""
    points: dict[int, list[str]] = {}
    subjects = {one.need.subject_id for one in checks}
    rows = ChecklistItem.objects.filter(subject__in=subjects, ended_at=None).order_by("subject", "number")
    for item in rows:
        points.setdefault(item.subject_id, []).append(item.text)
    for one in checks:
        one.need.points = points.get(one.need.subject_id, [])
    return points


def _centre() -> Department | None:
    return Department.objects.filter(kind=Department.Kind.CENTRE, active=True).first()


@require_POST
@login_required
def arrival(request: HttpRequest, token: str) -> HttpResponse:
    """The firm's person confirms that those named are there."""
    code = flow.find(token)
    if code is None or code.visit.enterprise_id not in firms_of(request.user):
        raise Http404
    user: Any = request.user
    if attempt(request, _("已确认到场\n谢谢，检查部门能看到。"), flow.confirm_arrival, code, by=user):
        return redirect("inspections:visit", code.visit.number)
    return redirect("inspections:scan", token)
