"""并入: the firm's visits to come that a waiting check could go with, and the button that joins one (INS-4)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.people.trying import attempt
from portal.worktime import clock
from portal.worktime.words import day

from ...planning import joining
from ..capacity import only_for_agencies
from .writing import found, moved_on


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def join(request: HttpRequest, number: str) -> HttpResponse:
    """Each visit with what stands against it; POST `visit` joins the one of that number."""
    need, now = found(request, number), clock.now()
    if (stopped := moved_on(request, need, "join")) is not None:
        return stopped
    if request.method == "POST":
        wanted = request.POST.get("visit", "").replace("\0", "")
        visit = get_object_or_404(joining.near(need, now), number=wanted)
        said = _("已并入 %(day)s的检查\n企业和去的人会收到通知。") % {"day": day(visit.day)}
        done = attempt(request, said, joining.join, need, visit, by=request.user)
        return redirect(need) if done else redirect("needs:join", need.number)
    return render(request, "needs/join.html", {"need": need, "offers": joining.offers(need, now)})
