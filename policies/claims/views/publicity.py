"""公示: what is up and what was, for everybody without an account (POL-11), and the way to object."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from policies.claims import flow, stages
from policies.claims.forms import ObjectionForm
from policies.claims.words import money
from policies.models import Claim, Publicity
from portal.people.lockout import client_address, tries
from portal.people.models import User
from portal.people.refusal import Refused
from portal.worktime import clock

PAGE = 20
HOUR = 3600
OBJECTIONS = 10  # in an hour from one address: an office may share it
UP = (stages.PUBLICITY, stages.OBJECTION)  # against what one may object
SHOWN = (*UP, stages.PAYMENT, stages.PAID)  # what was rejected after all is not named for ever


@require_safe
def publicity(request: HttpRequest) -> HttpResponse:
    """Those up now, the soonest to end first; `?past=1` those that are over."""
    now, past = clock.now(), request.GET.get("past") == "1"
    seen = Publicity.objects.visible_to(request.user)
    up, over = seen.up(now).order_by("ends_at", "pk"), seen.filter(ends_at__lte=now).order_by("-begins_at", "-pk")
    counted = (over if past else up).annotate(n=Count("claims", filter=Q(claims__status__in=SHOWN)))
    page = Paginator(counted.select_related("round__clause__version", "round__department"), PAGE)
    context = {
        "now": now,
        "past": past,
        "up_count": up.count(),
        "past_count": over.count(),
        "page": page.get_page(request.GET.get("page")),
    }
    return render(request, "claims/publicity.html", context)


def notice_of(request: HttpRequest, number: str) -> Publicity:
    seen = Publicity.objects.visible_to(request.user)
    return get_object_or_404(
        seen.select_related("round__clause__version__policy", "round__department"), number=number.replace("\0", "")
    )


@require_safe
def notice(request: HttpRequest, number: str) -> HttpResponse:
    """One notice: firm and amount; neither contact nor account (SEC-3)."""
    one, now = notice_of(request, number), clock.now()
    claims = Claim.objects.filter(publicity=one, status__in=SHOWN).select_related("enterprise").order_by("number")
    context = {
        "now": now,
        "notice": one,
        "rows": [(claim, money(claim.amount)) for claim in claims],
        "is_up": one.begins_at <= now < one.ends_at,
    }
    return render(request, "claims/notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def object_(request: HttpRequest, number: str) -> HttpResponse:
    """提出异议 while the notice is up; afterwards the page says that the time is over (409)."""
    one, now = notice_of(request, number), clock.now()
    if not one.begins_at <= now < one.ends_at:
        return render(request, "claims/objection_over.html", {"notice": one}, status=409)
    claims = Claim.objects.filter(publicity=one, status__in=UP).select_related("enterprise").order_by("number")
    form = ObjectionForm(
        request.POST if request.method == "POST" else None, claims=claims, initial=_given(request, claims)
    )
    status = 200
    if request.method == "POST":
        status = _objected(request, form)
        if status == 302:
            return redirect("claims:objected", one.number)
    return render(request, "claims/object.html", {"form": form, "notice": one}, status=status)


def _given(request: HttpRequest, claims: Any) -> dict[str, Any]:
    """The claim that was meant, or the only one there is; name and telephone of who is signed in."""
    numbers = list(claims.values_list("number", flat=True)[:2])
    given = {"claim": request.GET.get("claim") or (numbers[0] if len(numbers) == 1 else "")}
    if isinstance(request.user, User):
        given |= {"name": request.user.name, "phone": request.user.mobile or request.user.phone}
    return given


def _objected(request: HttpRequest, form: ObjectionForm) -> int:
    """302 where it was taken, else the status with which the form comes back."""
    if not form.is_valid():
        return 422
    if tries(f"objection:{client_address(request)}", HOUR) > OBJECTIONS:
        form.add_error(None, _("这个网络一小时内提的异议太多，请稍后再提，或打公示上的电话。"))
        return 429
    data = dict(form.cleaned_data)
    by = request.user if isinstance(request.user, User) else None
    try:
        flow.object_to(data.pop("claim"), by=by, **data)
    except Refused as refused:
        refused.put_on(form)
        return 422
    return 302


@require_safe
def objected(request: HttpRequest, number: str) -> HttpResponse:
    """Thanks, and what happens next."""
    return render(request, "claims/objected.html", {"notice": notice_of(request, number)})
