"""回复模板: the page on which they are kept, and one filled in for a ticket, to be put into what is being written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.lists.models import may_share_in
from portal.people.doors import only_for
from portal.people.models import Department, User
from portal.people.refusal import Refused
from portal.worktime import clock
from requests import reply_templates
from requests.forms.base import prose
from requests.models import ReplyTemplate, Ticket


class TemplateForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=20, error_messages={"required": gettext_lazy("请写名称。")}
    )
    text = prose(gettext_lazy("内容"), rows=6, max_length=4000, error_messages={"required": gettext_lazy("请写内容。")})
    department = forms.ModelChoiceField(
        label=gettext_lazy("给谁用"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=gettext_lazy("只我自己用"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        shared: Any = self.fields["department"]
        shared.queryset = may_share_in(user)
        shared.label_from_instance = lambda department: _("%(name)s共用") % {"name": department.short_name}
        if not shared.queryset.exists():
            del self.fields["department"]


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*reply_templates.WRITERS)
def page(request: HttpRequest) -> HttpResponse:
    """Those he can use, and a form for one more."""
    form = TemplateForm(request.POST or None, user=request.user)
    if request.method == "POST" and _kept(request, form):
        return redirect("requests:templates")
    return _shown(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(*reply_templates.WRITERS)
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One that he may change; 404 for another's, and for a shared one that its head keeps."""
    template = _own(request, pk)
    initial = {"name": template.name, "text": template.text, "department": template.department_id}
    form = TemplateForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and _kept(request, form, template):
        return redirect("requests:templates")
    return _shown(request, form, template)


@require_POST
@only_for(*reply_templates.WRITERS)
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    template = _own(request, pk)
    reply_templates.drop(request.user, template)
    messages.success(request, _("已删去“%(name)s”") % {"name": template.name})
    return redirect("requests:templates")


@login_required
@require_safe
def filled(request: HttpRequest, number: str, pk: int) -> JsonResponse:
    """The text for this ticket, as a script puts it into a field; 404 for what he may not see of either."""
    template = get_object_or_404(ReplyTemplate.objects.visible_to(request.user), pk=pk)
    tickets = Ticket.objects.visible_to(request.user).select_related("enterprise", "lead_department", "handler")
    ticket = get_object_or_404(tickets, number=number)
    return JsonResponse({"text": reply_templates.filled(template, ticket, clock.now())})


def _own(request: HttpRequest, pk: int) -> ReplyTemplate:
    found = next((row for row in reply_templates.changeable(request.user) if row.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _kept(request: HttpRequest, form: TemplateForm, template: ReplyTemplate | None = None) -> bool:
    if not form.is_valid():
        return False
    try:
        kept = reply_templates.keep(request.user, template=template, **{"department": None, **form.cleaned_data})
    except Refused as refused:
        refused.put_on(form)
        return False
    messages.success(request, _("已存为“%(name)s”") % {"name": kept.name})
    return True


def _shown(request: HttpRequest, form: TemplateForm, template: ReplyTemplate | None) -> HttpResponse:
    mine = {row.pk for row in reply_templates.changeable(request.user)}
    rows = ReplyTemplate.objects.visible_to(request.user).select_related("department", "owner")
    context = {
        "form": form,
        "template": template,
        "rows": [(row, row.pk in mine) for row in rows],
        "places": [("{" + place + "}", _(words)) for place, words in reply_templates.PLACES.items()],
    }
    return render(request, "requests/reply_templates.html", context, status=422 if form.errors else 200)
