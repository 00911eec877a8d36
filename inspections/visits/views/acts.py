"""The pages of a visit's verbs: 404 for what one may never do here, 409 where the visit has moved on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.people.trying import tried
from portal.worktime import clock

from ...models import JointVisit
from .. import stages
from ..capacity import standing, verbs_of, why_not
from ..forms import FORMS
from .record import found


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    visit = found(request, number)
    user: Any = request.user
    if verb not in FORMS or not set(standing(visit, user)) & set(stages.VERBS[verb][2]):
        raise Http404
    back = reverse("inspections:visit", args=[visit.number])
    if verb not in verbs_of(visit, user):
        if verb == "begin" and visit.status == stages.UNDER_WAY and request.method == "POST":
            return redirect(back)  # pressed twice, or a colleague was quicker
        return _moved_on(request, visit, verb)
    form = FORMS[verb](request.POST if request.method == "POST" else None, visit=visit, user=user)
    if request.method == "POST" and form.is_valid() and tried(form, form.call) is not None:
        messages.success(request, str(form.done))
        return redirect("inspections:code", visit.number) if verb == "begin" else redirect(back)
    context = {"form": form, "visit": visit, "back": back}
    return render(request, "inspections/act.html", context, status=422 if form.errors else 200)


def _moved_on(request: HttpRequest, visit: JointVisit, verb: str) -> HttpResponse:
    said = _("这次检查现在是“%(status)s”，不能再做这一步。") % {"status": visit.status_name}
    if visit.status in stages.VERBS[verb][0]:
        said = why_not(verb, visit, request.user, clock.now()) or _("这一步不由您办理。")  # type: ignore[arg-type]
    context = {"visit": visit, "name": FORMS[verb].name, "said": said}
    return render(request, "inspections/moved_on.html", context, status=409)
