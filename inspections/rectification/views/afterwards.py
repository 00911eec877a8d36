"""Beside rectifications: points, first-offence warnings, ratings and the way to a complaint, cases (INS-7, INS-8)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import Enterprise, firms_of
from portal.people.doors import only_for
from portal.people.rights import rights_of
from portal.people.trying import tried
from portal.worktime import clock

from ...models import Agency, CaseOutcome, Finding, JointVisit, PointEntry, Rules, VisitRating, Warned
from ...models.agencies import OVERSEE_INSPECTIONS, READS_INSPECTIONS
from ...recording import stages as findings
from ...visits import stages as visits
from ...visits.filters import VisitFilter
from .. import points, ratings
from ..capacity import towards
from ..forms import Conclude, Correct, Rate

PAGE = 25


# Points -----------------------------------------------------------------------------------------------------------


@require_safe
@login_required
def own_points(request: HttpRequest) -> HttpResponse:
    """A firm's own balance; of several firms the one he is at work for."""
    firms = Enterprise.objects.filter(pk__in=firms_of(request.user)).order_by("pk")
    firm = firms.filter(pk=request.session.get("firm")).first() or firms.first()
    if firm is None:
        raise Http404
    return _points(request, firm, own=True)


@require_safe
@login_required
def points_of(request: HttpRequest, uscc: str) -> HttpResponse:
    """Of any firm for who inspects or oversees; the lines of its ledger as far as he reads its findings."""
    rights = rights_of(request.user)
    firm = get_object_or_404(Enterprise, uscc=uscc)
    own = firm.pk in firms_of(request.user)
    if not own and (rights.is_outside or not rights.has(*READS_INSPECTIONS)):
        raise Http404
    return _points(request, firm, own=own)


def _points(request: HttpRequest, firm: Enterprise, *, own: bool) -> HttpResponse:
    lines = PointEntry.objects.visible_to(request.user).filter(enterprise=firm)
    rows = lines.select_related("finding__item", "finding__agency__department", "finding__rectification")
    warned = Warned.objects.visible_to(request.user).filter(enterprise=firm)
    context = {
        "firm": firm,
        "own": own,
        "balance": points.balance(firm.pk, clock.now()),
        "start": Rules.now().points_start,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "warned": warned.select_related("finding", "agency__department")[:PAGE],
    }
    return render(request, "rectification/points.html", context)


# The firm's word --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rate(request: HttpRequest, number: str) -> HttpResponse:
    """The form of a firm's rating; what it has said, once it has."""
    visit = _own_visit(request, number)
    if VisitRating.objects.filter(visit=visit).exists():
        return redirect("rectification:rated", visit.number)
    if visit.status != visits.DONE:
        raise Http404
    form = Rate(request.POST if request.method == "POST" else None, visit=visit, user=request.user)
    if request.method == "POST" and form.is_valid() and tried(form, form.call) is not None:
        messages.success(request, _("谢谢评价\n只有贵企业、督查员和镇领导看得到，执法部门只看平均分。"))
        return redirect("rectification:rated", visit.number)
    context = {"form": form, "visit": visit, "complaints": _complaints(visit), "back": _visit_url(visit)}
    return render(request, "rectification/rate.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def rated(request: HttpRequest, number: str) -> HttpResponse:
    """One rating, for the firm and for who oversees."""
    seen = VisitRating.objects.visible_to(request.user).select_related("visit__enterprise", "by")
    rating = get_object_or_404(seen, visit__number=number.replace("\0", ""))
    own = rating.visit.enterprise_id in firms_of(request.user)
    fields = [(label, getattr(rating, name)) for name, label in ratings.conduct_labels()]
    context = {"rating": rating, "visit": rating.visit, "own": own, "conduct": fields, "back": _visit_url(rating.visit)}
    context["complaints"] = _complaints(rating.visit) if own else []
    return render(request, "rectification/rated.html", context)


def _own_visit(request: HttpRequest, number: str) -> JointVisit:
    seen = JointVisit.objects.visible_to(request.user).filter(enterprise__in=firms_of(request.user))
    return get_object_or_404(seen.select_related("enterprise"), number=number.replace("\0", ""))


def _visit_url(visit: JointVisit) -> str:
    return reverse("inspections:visit", args=[visit.number])


def _complaints(visit: JointVisit) -> list[tuple[str, str]]:
    """The confidential way in, for each agency that came; opening it leaves no trace with anybody (APP-18)."""
    parts = visit.parts.select_related("agency__department")
    return [(str(part.agency), complaint_url(visit, part.agency)) for part in parts]


def complaint_url(visit: JointVisit, agency: Agency) -> str:
    asked = {
        "about": "inspection",
        "accused": agency.department_id,
        "said": _("检查编号 %(n)s：") % {"n": visit.number},
    }
    return f"{reverse('confidential:new')}?{urlencode(asked)}"


@require_safe
@only_for(*READS_INSPECTIONS)
def all_ratings(request: HttpRequest) -> HttpResponse:
    """Averages of each agency from three ratings on; who oversees also reads the latest one by one.

    Narrowed as the list of visits is, by a figure's link, it shows him those ratings alone.
    """
    rights = rights_of(request.user)
    if rights.is_outside:
        raise Http404
    oversees = rights.has(*OVERSEE_INSPECTIONS)
    agencies = Agency.objects.filter(active=True).select_related("department")
    latest: Any = VisitRating.objects.none()
    narrowed = VisitFilter(request.GET, JointVisit.objects.visible_to(request.user), request=request)
    narrows = oversees and narrowed.narrows
    if oversees:
        latest = VisitRating.objects.visible_to(request.user).select_related("visit__enterprise")
    if narrows:
        latest = latest.filter(visit__in=narrowed.qs.order_by().values("pk"))
    context = {
        "rows": [] if narrows else ratings.rated(agencies),
        "narrows": narrows,
        "from": ratings.FROM,
        "oversees": oversees,
        "page": Paginator(latest, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "rectification/ratings.html", context)


# Cases ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of a finding that was given to a case of its own, by the agency that found it; put right by a head."""
    seen = Finding.objects.visible_to(request.user).select_related("agency__department", "record__part__visit")
    finding = get_object_or_404(seen, pk=pk, outcome=findings.CASE)
    held = towards(finding.agency, finding.enterprise_id, request.user)  # type: ignore[arg-type]
    if "agency" not in held:
        raise Http404
    back = _visit_url(finding.record.part.visit)
    outcome = CaseOutcome.objects.filter(finding=finding).first()
    if finding.status != findings.CASE and (outcome is None or "head" not in held):
        sentence = _("这个问题的处理结果已经登记；登记错了的，请部门负责人更正。")
        said = {"back": back, "name": Conclude.name, "said": sentence}
        return render(request, "rectification/moved_on.html", said, status=409)
    form = _case_form(request, finding, outcome)
    if request.method == "POST" and form.is_valid() and tried(form, form.call) is not None:
        messages.success(request, _("处理结果已登记") if outcome is None else _("处理结果已更正"))
        return redirect(back)
    formers = outcome.corrections.select_related("by") if outcome else []
    context = {"form": form, "finding": finding, "back": back, "outcome": outcome, "formers": formers}
    return render(request, "rectification/case.html", context, status=422 if form.errors else 200)


def _case_form(request: HttpRequest, finding: Finding, outcome: CaseOutcome | None) -> Conclude:
    """To register, or with what was registered, to put it right."""
    posted = request.POST if request.method == "POST" else None
    given: dict[str, Any] = {"finding": finding, "user": request.user}
    if outcome is None:
        return Conclude(posted, **given)
    stands = {name: getattr(outcome, name) for name in ("decided_on", "decision", "fine", "remarks")}
    return Correct(posted, initial=stands | {"punished": "yes" if outcome.punished else "no"}, **given)
