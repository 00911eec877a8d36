"""Saving a list's filters, and the page on which a person keeps them in order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.people.models import Department

from . import flow
from .models import ADDRESS, Kind, SavedView, may_share_in


def known(kind_: str) -> Kind:
    """The list of this key, else 404."""
    if kind_ not in Kind.values:
        raise Http404
    return Kind(kind_)


def own(request: HttpRequest, pk: int) -> SavedView:
    """Only what is his own can be changed; a shared one belongs to who shared it."""
    return get_object_or_404(SavedView.objects.of(request.user), pk=pk)


@login_required
@require_POST
def save(request: HttpRequest, kind_: str) -> HttpResponse:
    """Saves the filters of the page he is on, and goes back to it."""
    kind = known(kind_)
    query = request.POST.get("query", "")
    target = f"{reverse(ADDRESS[kind])}?{flow.plain(query)}"
    try:
        view = flow.save(
            request.user, kind, name=request.POST.get("name", ""), query=query, department=_department(request)
        )
    except flow.Refused as refused:
        messages.error(request, _("没有存上\n%(reason)s") % {"reason": refused})
        return redirect(target)
    messages.success(request, _("已存为“%(name)s”") % {"name": view.name})
    return redirect(target)


def _department(request: HttpRequest) -> Department | None:
    pk = request.POST.get("department", "")
    if not pk:
        return None
    return get_object_or_404(may_share_in(request.user), pk=int(pk) if pk.isdigit() and len(pk) < 10 else 0)


@login_required
@require_safe
def kept(request: HttpRequest, kind_: str) -> HttpResponse:
    """His saved filters of one list, in their order, each with what can be done to it."""
    kind = known(kind_)
    views = SavedView.objects.of(request.user).filter(kind=kind).select_related("department")
    shared = SavedView.objects.visible_to(request.user).filter(kind=kind).exclude(owner=request.user)
    context = {
        "kind": kind,
        "back": reverse(ADDRESS[kind]),
        "views": views,
        "shared": shared.select_related("owner", "department"),
        "departments": may_share_in(request.user),
    }
    return render(request, "lists/kept.html", context)


@login_required
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One act on one saved filter, named by the button: rename, move, default, share, delete."""
    view = own(request, pk)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        said = act(view, request)
    except flow.Refused as refused:
        messages.error(request, str(refused))
    else:
        if said:
            messages.success(request, said)
    return redirect("lists:kept", view.kind)


def _rename(view: SavedView, request: HttpRequest) -> str:
    flow.rename(view, request.POST.get("name", ""))
    return _("已改名为“%(name)s”") % {"name": view.name}


def _default(view: SavedView, request: HttpRequest) -> str:
    flow.set_default(view, wanted=not view.is_default)
    return _("不再默认打开") if view.is_default else _("以后打开就是“%(name)s”") % {"name": view.name}


def _up(view: SavedView, request: HttpRequest) -> str:
    flow.move(view, -1)
    return ""


def _down(view: SavedView, request: HttpRequest) -> str:
    flow.move(view, 1)
    return ""


def _share(view: SavedView, request: HttpRequest) -> str:
    department = _department(request)
    flow.share(view, department)
    return _("%(name)s的人都能用了") % {"name": department.short_name} if department else _("不再共用")


def _delete(view: SavedView, request: HttpRequest) -> str:
    view.delete()
    return _("已删去“%(name)s”") % {"name": view.name}


ACTS: dict[str, Any] = {
    "rename": _rename,
    "default": _default,
    "up": _up,
    "down": _down,
    "share": _share,
    "delete": _delete,
}


@login_required
@require_POST
def choose_columns(request: HttpRequest, kind_: str) -> HttpResponse:
    """The columns of a list for this person; the list itself says which there are, in the hidden field `known`."""
    kind = known(kind_)
    names = request.POST.getlist("known")[:40]
    wanted = [] if "reset" in request.POST else request.POST.getlist("column")
    flow.choose_columns(request.user, kind, wanted, [name[:30] for name in names])
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else reverse(ADDRESS[kind]))
