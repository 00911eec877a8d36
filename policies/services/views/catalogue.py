"""服务机构: the public catalogue by the eight kinds, and its pages for who keeps it (POL-7, POL-11)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.models import firms_of
from portal.people.doors import only_for
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.people.trying import attempt, tried

from ...models import Provider, ServiceKind, ServiceOrder
from ...models.services import KEEPS_SERVICES
from .. import keeping
from ..capacity import has_account
from ..forms import EndForm, ProviderForm

PAGE = 20


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The same for everybody; `?kind=`, `?q=`, and for who keeps it `?ended=1` those taken off."""
    query = request.GET.get("q", "").strip()[:100].replace("\0", "")
    keeps = _keeps(request)
    ended = keeps and request.GET.get("ended") == "1"
    found = Provider.objects.visible_to(request.user).filter(ended_at__isnull=not ended).search(query)
    kind = request.GET.get("kind", "")
    counts = _counts(found)
    shown = found.filter(kinds__contains=[kind]) if kind in ServiceKind.values else found
    context = {
        "q": query,
        "kind": kind,
        "kinds": [(value, label, counts.get(value, 0)) for value, label in ServiceKind.choices],
        "page": Paginator(shown.with_stars().best_first(), PAGE).get_page(request.GET.get("page")),
        "keeps": keeps,
        "ended": ended,
        "firm": firms_of(request.user) if request.user.is_authenticated else (),
    }
    return render(request, "services/catalogue.html", context)


def _counts(found: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for kinds in found.order_by().values_list("kinds", flat=True):
        for kind in kinds:
            counts[kind] = counts.get(kind, 0) + 1
    return counts


def _keeps(request: HttpRequest) -> bool:
    rights = rights_of(request.user)
    return rights.has(*KEEPS_SERVICES) and not rights.is_outside


@require_safe
def provider(request: HttpRequest, code: str) -> HttpResponse:
    """One provider: what it offers, whom to call, what others said of it; the orders one may see."""
    found = get_object_or_404(Provider.objects.visible_to(request.user).with_stars(), code=code)
    orders = ServiceOrder.objects.visible_to(request.user).filter(provider=found)
    keeps = _keeps(request)
    context = {
        "provider": found,
        "keeps": keeps,
        "account": has_account(found) if keeps else None,
        "running": orders.open().for_rows()[:10],
        "may_order": _may_order(request),
    }
    return render(request, "services/provider.html", context)


def _may_order(request: HttpRequest) -> bool:
    """Whether the button leads anywhere for him; strangers are led to sign in."""
    if not request.user.is_authenticated:
        return True
    rights = rights_of(request.user)
    looks_after = rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT, *KEEPS_SERVICES) and not rights.is_outside
    return bool(firms_of(request.user)) or looks_after


# Kept by the centre ------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*KEEPS_SERVICES)
def add(request: HttpRequest) -> HttpResponse:
    """加入一家机构."""
    form = ProviderForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = tried(form, keeping.add_provider, form.cleaned_data, by=request.user)
        if made is not None:
            messages.success(request, _("已加入服务机构名录"))
            return redirect("services:provider", made.code)
    return render(request, "services/provider_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*KEEPS_SERVICES)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Provider.objects.visible_to(request.user), code=code)
    initial = {name: getattr(found, name) for name in keeping.FIELDS}
    form = ProviderForm(request.POST if request.method == "POST" else None, initial=initial)
    posted = request.method == "POST" and form.is_valid()
    if posted and tried(form, keeping.edit_provider, found, form.cleaned_data, by=request.user) is not None:
        messages.success(request, _("已保存"))
        return redirect("services:provider", found.code)
    context = {"form": form, "provider": found}
    return render(request, "services/provider_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*KEEPS_SERVICES)
def end(request: HttpRequest, code: str) -> HttpResponse:
    """下架, with the reason."""
    found = get_object_or_404(Provider.objects.visible_to(request.user).listed(), code=code)
    form = EndForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if tried(form, keeping.end_provider, found, by=request.user, reason=reason) is not None:
            messages.success(request, _("已下架\n在办的服务单照常办完。"))
            return redirect("services:provider", found.code)
    running = ServiceOrder.objects.visible_to(request.user).open().filter(provider=found).count()
    context = {"form": form, "provider": found, "running": running}
    return render(request, "services/provider_end.html", context, status=422 if form.errors else 200)


@require_POST
@only_for(*KEEPS_SERVICES)
def relist(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Provider.objects.visible_to(request.user), code=code)
    attempt(request, _("已重新上架"), keeping.relist_provider, found, by=request.user)
    return redirect("services:provider", found.code)
