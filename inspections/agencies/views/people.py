"""执法部门: its inspectors with certificates, its teams, the days on which they are away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.people.trying import attempt, tried
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Agency, Away, Inspector, Team
from ...needs.capacity import only_for_agencies, only_for_readers
from .. import people
from ..capacity import heads, works_for
from ..forms import EditInspectorForm, EditTeamForm, NewInspectorForm, SpanForm, TeamForm

SOON = 60  # days before a certificate's end in which it is pointed out


@require_safe
@only_for_readers
def agencies(request: HttpRequest) -> HttpResponse:
    """All agencies with how many could go out today."""
    today = local_day(clock.now())
    valid = Q(inspectors__active=True, inspectors__user__is_active=True, inspectors__valid_until__gte=today)
    counts = {
        "valid": Count("inspectors", valid, distinct=True),
        "crews": Count("teams", Q(teams__active=True, teams__draw=None), distinct=True),
        "subjects_used": Count("subjects", Q(subjects__active=True), distinct=True),
    }
    shown = Agency.objects.filter(active=True).select_related("department").annotate(**counts)
    return render(request, "agencies/agencies.html", {"agencies": shown.order_by("-approves_plans", "pk")})


@require_safe
@only_for_readers
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency: people, teams, days away."""
    found = _agency(pk)
    today = local_day(clock.now())
    inspectors = found.inspectors.filter(active=True).select_related("user").prefetch_related("skills")
    teams = found.teams.filter(active=True, draw=None).prefetch_related(
        Prefetch("members", Inspector.objects.select_related("user")),
        Prefetch("away", Away.objects.filter(last__gte=today), to_attr="coming"),
    )
    context = {
        "agency": found,
        "inspectors": [(one, _light(one, today)) for one in inspectors.order_by("user__name", "pk")],
        "teams": [(team, _lacks(team, today)) for team in teams],
        "heads": heads(found, request.user) is not None,
        "works": works_for(found, request.user) is not None,
    }
    return render(request, "agencies/agency.html", context)


def _agency(pk: int) -> Agency:
    return get_object_or_404(Agency.objects.filter(active=True).select_related("department"), pk=pk)


def _light(inspector: Inspector, today: Any) -> str:
    """`over`, `soon` or nothing: how long the certificate still holds."""
    days = (inspector.valid_until - today).days
    return "over" if days < 0 else "soon" if days <= SOON else ""


def _lacks(team: Team, today: Any) -> bool:
    """Whether fewer than two of them may go today."""
    fit = [one for one in team.members.all() if one.active and one.user.is_active and one.valid_until >= today]
    return len(fit) < people.FEWEST


def _headed(request: HttpRequest, pk: int) -> Agency:
    found = _agency(pk)
    if heads(found, request.user) is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def inspector_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = _headed(request, pk)
    form = NewInspectorForm(request.POST if request.method == "POST" else None, agency=found)
    if request.method == "POST" and form.is_valid():
        made = tried(form, people.add_inspector, found, by=request.user, **form.cleaned_data)
        if made is not None:
            messages.success(request, _("已登记%(name)s的执法证") % {"name": made})
            return redirect("agencies:agency", found.pk)
    return _form(request, form, found, _("登记执法人员"), _("登记"))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def inspector(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Inspector.objects.select_related("user", "agency__department"), pk=pk)
    found = _headed(request, one.agency_id)
    names = ("certificate", "valid_until", "active")
    initial = {name: getattr(one, name) for name in names} | {"skills": one.skills.all()}
    form = EditInspectorForm(request.POST if request.method == "POST" else None, initial=initial)
    posted = request.method == "POST" and form.is_valid()
    if posted and tried(form, people.edit_inspector, one, by=request.user, **form.cleaned_data) is not None:
        messages.success(request, _("已保存"))
        return redirect("agencies:agency", found.pk)
    return _form(request, form, found, one.user.name, _("保存"))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def team_new(request: HttpRequest, pk: int) -> HttpResponse:
    found = _headed(request, pk)
    form = TeamForm(request.POST if request.method == "POST" else None, agency=found)
    posted = request.method == "POST" and form.is_valid()
    if posted and tried(form, people.form_team, found, by=request.user, **form.cleaned_data) is not None:
        messages.success(request, _("检查组已建立"))
        return redirect("agencies:agency", found.pk)
    return _form(request, form, found, _("建立检查组"), _("建立"))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def team(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Team.objects.filter(draw=None).select_related("agency__department"), pk=pk)
    found = _headed(request, one.agency_id)
    initial = {"name": one.name, "active": one.active, "members": one.members.all()}
    form = EditTeamForm(request.POST if request.method == "POST" else None, agency=found, initial=initial)
    posted = request.method == "POST" and form.is_valid()
    if posted and tried(form, people.edit_team, one, by=request.user, **form.cleaned_data) is not None:
        messages.success(request, _("已保存"))
        return redirect("agencies:agency", found.pk)
    return _form(request, form, found, one.name, _("保存"))


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def away(request: HttpRequest, pk: int) -> HttpResponse:
    """Days on which a team does other work."""
    one = get_object_or_404(Team.objects.filter(active=True, draw=None).select_related("agency__department"), pk=pk)
    if works_for(one.agency, request.user) is None:
        raise Http404
    form = SpanForm(request.POST if request.method == "POST" else None)
    posted = request.method == "POST" and form.is_valid()
    if posted and tried(form, people.enter_away, one, by=request.user, **form.cleaned_data) is not None:
        messages.success(request, _("已记下，这几天不派这个组"))
        return redirect("agencies:agency", one.agency_id)
    return _form(request, form, one.agency, _("%(team)s外出") % {"team": one.name}, _("记下"))


@require_POST
@only_for_agencies
def away_remove(request: HttpRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Away.objects.select_related("team__agency__department"), pk=pk)
    if works_for(one.team.agency, request.user) is None:
        raise Http404
    attempt(request, _("已去掉"), people.remove_away, one, by=request.user)
    return redirect("agencies:agency", one.team.agency_id)


def _form(request: HttpRequest, form: Any, found: Agency, name: str, act: str) -> HttpResponse:
    context = {
        "form": form,
        "agency": found,
        "name": name,
        "act": act,
        "back": reverse("agencies:agency", args=[found.pk]),
    }
    return render(request, "agencies/form.html", context, status=422 if form.errors else 200)
