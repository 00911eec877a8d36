"""Visits for whoever oversees them: coverage of the plans, all visits and their export, firms left alone, plans."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.export import workbook
from enterprises.keylists.standing import leader_contacts
from enterprises.models import Enterprise, Level, Stewardship
from portal.people.doors import only_for
from portal.people.masks import mask_name
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.worktime import clock
from requests.models import Visit, VisitPlan
from requests.models.visits import OVERSEE_VISITS, VISITORS, VisitQuerySet
from requests.visits import stages
from requests.visits.coverage import QUIET_DAYS, by_person, quiet, total
from requests.visits.flow import planning
from requests.visits.forms import CallOffForm, PlanForm

PAGE = 50
STATES = (
    ("", gettext_lazy("全部")),
    ("open", gettext_lazy("待走访")),
    ("late", gettext_lazy("已逾期")),
    ("done", gettext_lazy("已走访")),
    ("cancelled", gettext_lazy("已取消")),
)
DAYS = (30, 60, 90, 180, 365)


@require_safe
@only_for(*OVERSEE_VISITS)
def coverage(request: HttpRequest) -> HttpResponse:
    """走访情况: all running plans, or `?plan=` one of them, by person; what is overdue; firms left alone."""
    now = clock.now()
    plans = list(VisitPlan.objects.visible_to(request.user).filter(ended_at=None)[:50])
    chosen = _number(request.GET.get("plan", ""))
    plan = next((one for one in plans if one.pk == chosen), None)
    visits = Visit.objects.visible_to(request.user).filter(plan__in=[plan] if plan else plans)
    people = by_person(visits, now)
    alone = quiet(now)
    context = {
        "now": now,
        "plans": plans,
        "plan": plan,
        "people": people,
        "whole": total(people),
        "quiet": alone[:10],
        "quiet_count": alone.count(),
        "days": QUIET_DAYS,
        "unplanned": Visit.objects.visible_to(request.user).done().filter(plan=None).count(),
    }
    return render(request, "visits/coverage.html", context)


def _number(typed: str) -> int | None:
    return int(typed) if typed.isdecimal() and len(typed) < 19 else None


# All visits -------------------------------------------------------------------------------------------------------


@require_safe
@only_for(*OVERSEE_VISITS)
def visits(request: HttpRequest) -> HttpResponse:
    """All of them: `?state=`, `?plan=`, `?person=`, `?q=` firm, `?from=`, `?to=` days of the visit."""
    page = Paginator(_ordered(narrowed(request)), PAGE).get_page(request.GET.get("page"))
    context = {
        "now": clock.now(),
        "page": page,
        "states": STATES,
        "state": request.GET.get("state", ""),
        "plans": VisitPlan.objects.visible_to(request.user)[:50],
        "people": User.objects.serving(*VISITORS),
        "narrowed": any(request.GET.get(key) for key in ("q", "plan", "person")),
    }
    return render(request, "visits/all.html", context)


def narrowed(request: HttpRequest) -> VisitQuerySet:
    """What the address asks for; a value that makes no sense finds nothing."""
    found, asked, now = Visit.objects.visible_to(request.user), request.GET, clock.now()
    chosen = {
        "": found,
        "open": found.planned(),
        "late": found.overdue(now),
        "done": found.done(),
        "cancelled": found.filter(status=stages.CANCELLED),
    }
    found = chosen.get(asked.get("state", ""), found.none())
    if asked.get("q"):
        found = found.filter(enterprise__in=Enterprise.objects.search(asked["q"][:100]).values("pk"))
    for name, field in (("plan", "plan"), ("person", "visitor")):
        if typed := asked.get(name):
            found = found.filter(**{field: _number(typed)}) if _number(typed) is not None else found.none()
    return found


def _ordered(found: VisitQuerySet) -> VisitQuerySet:
    return found.with_due().for_rows().order_by("-visited_at", "due_at", "-pk")


@require_safe
@only_for(*OVERSEE_VISITS)
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, as an Excel file (SEC-6)."""
    columns = [_("企业"), _("统一社会信用代码"), _("网格"), _("走访人"), _("状态"), _("应于"), _("走访时间")]
    columns += [
        _("实际走访人"),
        pgettext("走访", "方式"),
        _("见到谁"),
        _("谈了什么"),
        _("需求"),
        _("诉求"),
        _("企业答复"),
        _("计划"),
    ]
    asked = ("state", "plan", "person")
    filters = {key: request.GET[key] for key in asked if request.GET.get(key)}
    filters |= {"q": "…"} if request.GET.get("q") else {}
    rows = _cells(_ordered(narrowed(request)).prefetch_related("found__ticket"))
    return workbook(_("走访"), columns, rows, by=request.user, at=clock.now(), of=Visit, filters=filters)


def _cells(found: Any) -> Iterator[list[Any]]:
    for one in found:
        yield [
            one.enterprise.name,
            one.enterprise.uscc,
            one.enterprise.place.name,
            one.visitor.name,
            one.status_name,
            one.due_at,
            one.visited_at,
            one.recorded_by.name if one.recorded_by else "",
            one.get_way_display(),
            f"{mask_name(one.met_name)} {one.met_title}".strip(),
            one.said,
            one.needs,
            _("、").join(row.ticket.number for row in one.found.all()),
            f"{one.get_answer_display()} {one.answer_text}".strip(),
            one.plan.title if one.plan else "",
        ]


# Firms left alone -------------------------------------------------------------------------------------------------


@require_safe
@only_for(*OVERSEE_VISITS)
def unvisited(request: HttpRequest) -> HttpResponse:
    """很久没有走访的重点企业: `?days=`, `?level=`."""
    days, level = _asked(request)
    page = Paginator(quiet(clock.now(), days, level), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "days": days, "choices": DAYS, "level": level, "levels": Level.choices}
    return render(request, "visits/unvisited.html", context)


def _asked(request: HttpRequest) -> tuple[int, str]:
    days = _number(request.GET.get("days", "")) or QUIET_DAYS
    level = request.GET.get("level", "")
    return (days if days in DAYS else QUIET_DAYS), (level if level in Level.values else "")


@require_safe
@only_for(*OVERSEE_VISITS)
def unvisited_export(request: HttpRequest) -> HttpResponse:
    days, level = _asked(request)
    at = clock.now()
    columns = [_("企业"), _("统一社会信用代码"), _("网格"), _("上次走访"), _("服务管家"), _("联系领导")]
    firms = quiet(at, days, level)
    held = Stewardship.objects.current().filter(kind=Stewardship.Kind.STEWARD, enterprise__in=firms.values("pk"))
    stewards = {tie.enterprise_id: tie.user.name for tie in held.select_related("user")}
    leaders = leader_contacts([firm.pk for firm in firms])
    rows = (
        [
            firm.name,
            firm.uscc,
            firm.place.name,
            firm.last_visit,
            stewards.get(firm.pk, ""),
            leaders[firm.pk].name if firm.pk in leaders else "",
        ]
        for firm in firms
    )
    filters = {"days": days, "level": level}
    return workbook(_("很久没有走访的企业"), columns, rows, by=request.user, at=at, of=Visit, filters=filters)


# Plans ------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*OVERSEE_VISITS)
def new_plan(request: HttpRequest) -> HttpResponse:
    """制定走访计划."""
    form = PlanForm(request.POST if request.method == "POST" else None, user=request.user, initial=_given(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = planning.plan_visits(form.wanted(), by=request.user)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, _made(made))
            return redirect("visits:plan", made.plan.pk)
    return render(request, "visits/plan_new.html", {"form": form}, status=422 if form.errors else 200)


def _given(request: HttpRequest) -> dict[str, Any]:
    """What the address fills in: a criterion, whose page or list leads here."""
    code = request.GET.get("criterion", "")
    return {"criterion": code, "source": VisitPlan.Source.CRITERION} if code else {}


def _made(made: planning.Planned) -> str:
    said = _("计划已定，共 %(n)s 次走访\n各人已收到通知。") % {"n": made.visits}
    if made.without:
        names = _("、").join(firm.called for firm in made.without[:5])
        said += _("没有人可去、没有列入的 %(n)s 家：%(names)s") % {"n": len(made.without), "names": names}
    return said


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*VISITORS)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan: what it says, how far it has come; posting calls it off."""
    one = get_object_or_404(VisitPlan.objects.visible_to(request.user).select_related("made_by", "criterion"), pk=pk)
    oversees = Visit.objects.visible_to(request.user).filter(plan=one)
    form = CallOffForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            planning.call_off(one, by=request.user, reason=form.cleaned_data["reason"])
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, _("计划已撤销\n还没有走访的都不用再去。"))
            return redirect("visits:plan", one.pk)
    now = clock.now()
    people = by_person(oversees, now)
    context = {
        "now": now,
        "plan": one,
        "people": people,
        "whole": total(people),
        "form": form,
        "may": one.ended_at is None and _oversees(request),
    }
    return render(request, "visits/plan.html", context, status=422 if form.errors else 200)


def _oversees(request: HttpRequest) -> bool:
    return rights_of(request.user).has(*OVERSEE_VISITS)
