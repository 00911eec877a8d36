"""Fixing a list, looked at first; and the acts on a draw."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.trying import tried
from portal.worktime import clock

from ...models import Agency, Draw
from .. import confirming, flow, formula, stages
from ..capacity import standing, verbs_of, works_for
from ..forms import FORMS, NUMBER, DrawForm
from ..population import Population

VERBS = {"draw": flow.draw, "confirm": confirming.confirm, "drop": flow.drop}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """抽查: first looked at (who is on the list, who is not and why), then fixed with `go`."""
    agencies = own_agencies(request.user)
    agency = _chosen(request, agencies)
    initial = {"key": uuid.uuid4(), "how": NUMBER, "title": ""}
    form = DrawForm(request.POST if request.method == "POST" else None, agency=agency, initial=initial)
    seen: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        if "go" in request.POST:
            made = tried(form, flow.freeze, agency, form.asked(), by=request.user, key=form.cleaned_data["key"])
            if made is not None:
                messages.success(request, _("名单已固定\n摘要已公布，等公共随机数产生后抽取。"))
                return redirect(made)
        else:
            seen = tried(form, _look, agency, form, request.user) or {}
    context = {"form": form, "agency": agency, "agencies": agencies, "formula": formula.said(), **seen}
    return render(request, "draws/new.html", context, status=422 if form.errors else 200)


def own_agencies(user: User) -> list[Agency]:
    """Those he draws for. Raises Http404 where there are none."""
    worked = Agency.objects.filter(active=True).worked_by(user).select_related("department")
    found = [one for one in worked if works_for(one, user)]
    if not found:
        raise Http404
    return found


def _chosen(request: HttpRequest, agencies: list[Agency]) -> Agency:
    asked = request.GET.get("agency", "")
    return next((one for one in agencies if str(one.pk) == asked), agencies[0])


def _look(agency: Agency, form: DrawForm, user: User) -> dict[str, Any]:
    """What the list would be. Raises Refused."""
    asked = form.asked()
    listed = flow.look(agency, asked, by=user, at=clock.now())
    flow.valid_inspectors(agency, asked.last)
    take = flow.taken(len(listed.firms), asked)
    return {"listed": listed, "take": take, "weights": bars(listed)}


def bars(listed: Population) -> list[dict[str, Any]]:
    """How many firms have which weight, for a figure."""
    return [{"label": _("权重 %(n)s") % {"n": weight}, "value": n} for weight, n in listed.weights().items()]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """An act's form and the act; 404 for what the person may not do, 409 where the draw has moved on."""
    seen = Draw.objects.visible_to(request.user).select_related("agency__department")
    draw = get_object_or_404(seen, number=number)
    if verb not in FORMS or not set(stages.VERBS[verb][2]) & set(standing(draw, request.user)):
        raise Http404
    form: Any = FORMS[verb](request.POST if request.method == "POST" else None, label_suffix="")
    if verb not in verbs_of(draw, request.user):
        if request.method == "POST" and draw.status in stages.VERBS[verb][1]:
            return redirect(draw)  # pressed twice
        return render(request, "draws/moved_on.html", {"draw": draw, "form": form}, status=409)
    if request.method == "POST" and form.is_valid():
        try:
            VERBS[verb](draw, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, str(form.done))
            return redirect(draw)
    context = {"form": form, "draw": draw, "back": draw.get_absolute_url()}
    return render(request, "draws/act.html", context, status=422 if form.errors else 200)
