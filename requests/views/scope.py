"""受理范围: the two lists, open to everybody, and the administrator's pages on which they are kept (APP-6)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.people.doors import only_for
from portal.people.roles import Role
from portal.people.trying import attempt, tried
from requests.flow import scope as flow
from requests.flow.core import Refused
from requests.models import ListItem

keeps = only_for(Role.ADMINISTRATOR)


class ItemForm(forms.Form):
    """An item's words in both languages; `accepted` is chosen once, with a new one."""

    text = forms.CharField(
        label=gettext_lazy("这一项说的是什么"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写这一项说的是什么。")},
    )
    text_en = forms.CharField(label=gettext_lazy("英文"), max_length=300, required=False)
    go_to = forms.CharField(
        label=gettext_lazy("可以去哪里办"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("写在不予受理的通知里，经办人可以改"),
    )
    go_to_en = forms.CharField(label=gettext_lazy("去哪里办的英文"), max_length=300, required=False)

    def __init__(self, *args: Any, accepted: bool, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        if accepted:
            del self.fields["go_to"], self.fields["go_to_en"]


@require_safe
def scope(request: HttpRequest) -> HttpResponse:
    """What the centre takes on and what not, and where to go instead; public (POL-11)."""
    items = list(ListItem.objects.filter(active=True))
    context = {"accepted": [i for i in items if i.accepted], "refused": [i for i in items if not i.accepted]}
    return render(request, "requests/scope.html", context)


@require_safe
@keeps
def items(request: HttpRequest) -> HttpResponse:
    """Both lists in their order; those that are retired below, for rejections name them still."""
    rows = list(ListItem.objects.select_related("replaced_by"))
    lists = [
        {"accepted": accepted, "rows": [row for row in rows if row.active and row.accepted is accepted]}
        for accepted in (True, False)
    ]
    retired = [row for row in rows if not row.active]
    return render(request, "requests/scope_items.html", {"lists": lists, "retired": retired})


@require_http_methods(["GET", "HEAD", "POST"])
@keeps
def add(request: HttpRequest) -> HttpResponse:
    accepted = request.GET.get("list") == "accepted"
    form = ItemForm(request.POST or None, accepted=accepted)
    if form.is_valid():
        made = tried(form, flow.add_item, by=request.user, accepted=accepted, **form.cleaned_data)
        if made is not None:
            messages.success(request, _("已加上 %(code)s") % {"code": made.code})
            return redirect("requests:scope-items")
    return _page(request, form, None, accepted)


@require_http_methods(["GET", "HEAD", "POST"])
@keeps
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item; where a rejection names it, new words become a new item, and the page says so beforehand."""
    row = get_object_or_404(ListItem, pk=pk, active=True)
    initial = {name: getattr(row, name) for name in ("text", "text_en", "go_to", "go_to_en")}
    form = ItemForm(request.POST or None, accepted=row.accepted, initial=initial)
    if form.is_valid():
        made = tried(form, flow.change_item, row, by=request.user, **form.cleaned_data)
        if made is not None:
            sentence = _("已改好") if made.pk == row.pk else _("原来的 %(old)s 停用，由 %(new)s 代替")
            messages.success(request, sentence % {"old": row.code, "new": made.code})
            return redirect("requests:scope-items")
    return _page(request, form, row, row.accepted)


def _page(request: HttpRequest, form: ItemForm, row: ListItem | None, accepted: bool) -> HttpResponse:
    context = {"form": form, "item": row, "accepted": accepted, "used": row.is_used if row else False}
    return render(request, "requests/scope_item.html", context, status=422 if form.errors else 200)


@require_POST
@keeps
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ListItem, pk=pk)
    attempt(request, _("%(code)s 已停用") % {"code": row.code}, flow.retire_item, row, by=request.user)
    return redirect("requests:scope-items")


@require_POST
@keeps
def move(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(ListItem, pk=pk)
    try:
        flow.move_item(row, by=request.user, up="up" in request.POST)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("requests:scope-items")
