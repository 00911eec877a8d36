"""A firm's past page by page, and what its code opens for whoever scans it (ENT-6, ENT-15)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from enterprises.models import Enterprise, EnterpriseCode, firms_of
from enterprises.portraying import past_of
from enterprises.views import portrait_of, visible
from portal.desk.views.firm import KEY
from portal.people.lockout import client_address, tries
from portal.people.models import Department

PAGES = 60  # some 1,200 lines: no firm has more
PER_MINUTE = 30  # codes scanned from one address: a whole hall of an event is behind one


@require_GET
@login_required
def timeline(request: HttpRequest, uscc: str) -> HttpResponse:
    firm = visible(request, uscc)
    wanted = request.GET.get("page", "")
    page = min(int(wanted), PAGES) if wanted.isdecimal() and len(wanted) < 4 and int(wanted) else 1
    context = {"firm": firm, "past": past_of(portrait_of(request, firm), page)}
    return render(request, "portrait/past.html" if request.htmx else "portrait/timeline.html", context)


@require_GET
@never_cache
def code(request: HttpRequest, token: str) -> HttpResponse:
    """The firm's people come to their space, officials to the portrait by their rights, all others to the name alone.

    A dead code and one that never was answer alike.
    """
    if tries(f"code.{client_address(request)}", 60) > PER_MINUTE:
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    found = EnterpriseCode.objects.filter(token=token, until=None).select_related("enterprise").first()
    if found is None:
        return render(request, "codes/dead.html", {"centre": _centre()}, status=404)
    firm = found.enterprise
    if firm.pk in firms_of(request.user):
        request.session[KEY] = firm.pk
        return redirect("desk:firm")
    if Enterprise.objects.visible_to(request.user).filter(pk=firm.pk).exists():
        return redirect("enterprises:detail", firm.uscc)
    return render(request, "codes/public.html", {"name": firm.name, "centre": _centre()})


def _centre() -> Department | None:
    return Department.objects.filter(kind=Department.Kind.CENTRE, active=True).first()
