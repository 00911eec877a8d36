"""Plans: the list, a new one, one with what came of it, and the acts on it (INS-4)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.export import workbook
from portal.people.rights import rights_of
from portal.people.trying import attempt, tried
from portal.worktime import clock

from ...draws.offsite import comparing
from ...models import JointVisit, Plan, PlanDeadline
from ...models.agencies import READS_INSPECTIONS
from ...visits import stages as visits
from .. import approving, capacity, flow, results, stages
from ..forms import FORMS, PlanForm
from ..history import history
from ..words import STEPS, unplaced
from .common import found, needs_of, unplaced_of, visits_of

PAGE, SHOWN = 25, 8
AT_ONCE = {  # acts without a form: what is said when they are done
    "compute": gettext_lazy("开始计算\n可以离开这一页，算好后收件箱里有提醒。"),
    "settle_for": gettext_lazy("正在收尾\n就用现在找到的方案。"),
    "stop": gettext_lazy("已停止计算\n原来的方案没有变。"),
    "submit": gettext_lazy("已送审\n由另一位负责人批准。"),
    "approve": gettext_lazy("已批准\n各部门收到名单，可以事先告知的企业收到通知。"),
    "take_in": gettext_lazy("已补入新的需求\n重新计算后给它们排日期。"),
}
VERBS = {"approve": approving.approve} | {verb: getattr(flow, verb) for verb in (*AT_ONCE, *FORMS) if verb != "approve"}


@require_safe
@login_required
def plans(request: HttpRequest) -> HttpResponse:
    rights = rights_of(request.user)
    if not rights.has(*READS_INSPECTIONS) or rights.is_outside:
        raise Http404
    seen = Plan.objects.visible_to(request.user).exclude(status=stages.DROPPED)
    context = {
        "now": clock.now(),
        "page": Paginator(seen, PAGE).get_page(request.GET.get("page")),
        "keeps": "keeper" in capacity.towards(request.user),
    }
    return render(request, "planning/plans.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """编制计划; how many needs it takes in is counted while one chooses."""
    if "keeper" not in capacity.towards(request.user):
        raise Http404
    form = PlanForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = tried(form, flow.create, by=request.user, **form.cleaned_data)
        if made is not None:
            return redirect("planning:plan", made.number)
    context = {"form": form, **_waiting(form, request.user)}
    return render(request, "planning/new.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """How many needs the span and the choices take in."""
    if "keeper" not in capacity.towards(request.user):
        raise Http404
    return render(request, "planning/waiting.html", _waiting(PlanForm(request.GET), request.user))


def _waiting(form: PlanForm, user: Any) -> dict[str, Any]:
    if form.is_bound:
        form.is_valid()
    given: Any = form.cleaned_data if form.is_bound else form.initial
    first, last = given.get("first"), given.get("last")
    if first is None or last is None or last < first:
        return {"waits": None}
    agencies = [one.pk for one in given.get("agencies") or ()]
    wanted = flow.candidates(first, last, agencies, given.get("kinds") or ()).visible_to(user)
    counted = wanted.order_by().aggregate(n=Count("pk"), firms=Count("enterprise", distinct=True))
    settled = comparing.of_verdict(comparing.waiting(wanted), comparing.YES).count()  # off-site first (INS-5)
    return {"waits": counted["n"], "firms": counted["firms"], "settled": settled}


@require_safe
@login_required
def plan(request: HttpRequest, number: str) -> HttpResponse:
    one, now = found(request, number), clock.now()
    verbs = capacity.verbs_of(one, request.user)
    left = unplaced_of(one, request.user)
    chosen = needs_of(one, request.user).order_by().aggregate(n=Count("pk"), firms=Count("enterprise", distinct=True))
    new_needs = flow.candidates(one.first, one.last).visible_to(request.user).count() if "take_in" in verbs else 0
    context = {
        "now": now,
        "plan": one,
        "verbs": verbs,
        "more": [(verb, FORMS[verb].name) for verb in verbs if verb in FORMS],
        "counts": results.counts(one),
        "former": one.figures.get("former"),
        "over": results.over(one),
        "chosen": chosen,
        "new_needs": new_needs,
        "unplaced": _with_reasons(left[:SHOWN]),
        "unplaced_count": left.count(),
        "agencies": _by_agency(one, request.user),
        "due": PlanDeadline.objects.running().filter(subject=one, obligation=flow.OBLIGATION).first(),
        "history": history(one),
        "is_keeper": "keeper" in capacity.towards(request.user),
        **(progress_of(one) if one.status == stages.COMPUTING else {}),
    }
    return render(request, "planning/plan.html", context)


def _with_reasons(needs: Any) -> list[tuple[Any, Any]]:
    rows = needs.select_related("enterprise", "agency__department", "subject", "skill")
    return [(need, unplaced(need)) for need in rows]


def _by_agency(one: Plan, user: Any) -> list[dict[str, Any]]:
    """How many visits each agency has a part in, as far as the reader sees them."""
    seen = visits_of(one, user).exclude(status__in=(visits.CANCELLED, visits.MISSED))
    rows = seen.order_by().values("parts__agency__department__short_name", "parts__agency")
    counted = rows.annotate(n=Count("pk", distinct=True)).order_by("-n", "parts__agency")
    url = reverse("planning:calendar", args=[one.number])
    return [
        {
            "label": row["parts__agency__department__short_name"],
            "value": row["n"],
            "url": f"{url}?agency={row['parts__agency']}",
        }
        for row in counted
        if row["parts__agency"] is not None
    ]


def progress_of(one: Plan) -> dict[str, Any]:
    """How far the computing is, in words; figures once there are any."""
    said = one.progress
    step = str(STEPS[said["step"]]) if said.get("step") in STEPS else _("排队中，马上开始")
    return {
        "percent": round(100 * float(said.get("share", 0))),
        "step": step,
        "so_far": said if "visits" in said else None,
        "enough": bool(said.get("enough")),
    }


@require_safe
@login_required
def progress(request: HttpRequest, number: str) -> HttpResponse:
    """Asked every second while it computes; once it is over the page is read again."""
    one = found(request, number)
    if one.status != stages.COMPUTING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {"plan": one, "verbs": capacity.verbs_of(one, request.user), **progress_of(one)}
    return render(request, "planning/progress.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """An act: at once by its button, or by its form; 404 for what one may never do, 409 where the plan has moved on."""
    one = found(request, number)
    if verb not in VERBS or not set(stages.VERBS[verb][2]) & capacity.towards(request.user).keys():
        raise Http404
    if verb in AT_ONCE:
        return _at_once(request, one, verb)
    if verb not in capacity.verbs_of(one, request.user):
        said = _("这份计划现在是“%(status)s”，不能再做这一步。") % {"status": one.status_name}
        return render(request, "planning/moved_on.html", {"plan": one, "said": said}, status=409)
    form = FORMS[verb](request.POST if request.method == "POST" else None)
    done = request.method == "POST" and form.is_valid()
    if done and tried(form, VERBS[verb], one, by=request.user, **form.cleaned_data) is not None:
        messages.success(request, str(form.done))
        return redirect("planning:plan", one.number)
    context = {"form": form, "plan": one, "back": reverse("planning:plan", args=[one.number])}
    return render(request, "planning/act.html", context, status=422 if form.errors else 200)


def _at_once(request: HttpRequest, one: Plan, verb: str) -> HttpResponse:
    if request.method != "POST":
        raise Http404
    extra = {}
    if verb == "compute" and request.POST.get("seconds", "").isdecimal():
        extra["seconds"] = min(int(request.POST["seconds"][:6]), flow.MOST_SECONDS)
    attempt(request, str(AT_ONCE[verb]), VERBS[verb], one, by=request.user, **extra)
    return redirect("planning:plan", one.number)


@require_safe
@login_required
def export(request: Any, number: str) -> HttpResponse:
    """The visits one sees, as an Excel file (SEC-6); `?agency=` narrows."""
    one = found(request, number)
    seen = narrowed(request, visits_of(one, request.user))
    columns = [_("日期"), _("企业"), _("统一社会信用代码"), _("地址"), _("部门"), _("检查事项"), _("检查组")]
    columns += [_("人员"), _("事先告知"), _("状态")]
    rows = _cells(seen)
    filters = {"plan": one.number} | {key: request.GET[key] for key in ("agency",) if request.GET.get(key)}
    return workbook(one.title, columns, rows, by=request.user, at=clock.now(), of=JointVisit, filters=filters)


def narrowed(request: HttpRequest, seen: Any) -> Any:
    agency = request.GET.get("agency", "")
    if agency:
        seen = seen.filter(parts__agency=int(agency)) if agency.isdecimal() and len(agency) < 10 else seen.none()
    return seen


def _cells(seen: Any) -> Iterator[list[Any]]:
    rows = (
        seen.select_related("enterprise")
        .order_by("day", "enterprise__place", "pk")
        .prefetch_related(
            "parts__agency__department", "parts__crews__team", "parts__inspectors__user", "needs__subject"
        )
    )
    for one in rows:
        parts = list(one.parts.all())
        yield [
            one.day,
            one.enterprise.name,
            one.enterprise.uscc,
            one.enterprise.address,
            _("、").join(str(part.agency) for part in parts),
            _("；").join(str(need.subject) for need in one.needs.all()),
            _("、").join(str(crew.team) for part in parts for crew in part.crews.all()),
            _("、").join(person.user.name for part in parts for person in part.inspectors.all()),
            _("否") if one.unannounced else _("是"),
            one.status_name,
        ]
