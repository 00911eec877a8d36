"""The acts on a key list and on one of its entries: their forms, the verb, what is said afterwards (ENT-9)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from portal.people.doors import only_for
from portal.people.refusal import Refused

from ..criteria.naming import named
from ..models import WORKS_ON_KEY_LISTS, Criterion, Enterprise, KeyEntry, KeyList
from . import flow, stages
from .forms import PeopleForm, ProposeForm, ReasonForm, SizeForm
from .suggesting import figures_for, suggested, with_figures
from .views import _roles, act_page, seen

PAGE = 25

# verb: (heading, the button, what is said when it is done)
LIST_WORDS = {
    "set_size": (gettext_lazy("改名额"), gettext_lazy("改名额"), gettext_lazy("名额已改")),
    "submit": (
        gettext_lazy("报审批"),
        gettext_lazy("报镇领导审批"),
        gettext_lazy("已报审批\n镇领导批准后整份名单生效。"),
    ),
    "send_back": (gettext_lazy("退回修改"), gettext_lazy("退回督查员修改"), gettext_lazy("已退回\n督查员已收到通知。")),
    "approve": (
        gettext_lazy("批准名单"),
        gettext_lazy("批准，整份生效"),
        gettext_lazy("已批准\n联系领导和服务管家已收到通知。"),
    ),
}
ENTRY_WORDS = {
    "accept": (gettext_lazy("审核通过"), gettext_lazy("列入名单"), gettext_lazy("已列入名单")),
    "decline": (gettext_lazy("审核不通过"), gettext_lazy("不列入名单"), gettext_lazy("没有列入\n推荐人会看到理由。")),
    "remove": (gettext_lazy("移出名单"), gettext_lazy("移出名单"), gettext_lazy("已移出\n编制期间可以恢复。")),
    "put_back": (pgettext_lazy("动作", "恢复"), gettext_lazy("恢复到名单上"), gettext_lazy("已恢复")),
    "name_people": (gettext_lazy("定联系领导和服务管家"), gettext_lazy("定下来"), gettext_lazy("已定")),
}
REASONS = ("send_back", "decline", "remove")


class PlainForm(forms.Form):
    """Nothing to fill in."""


@require_http_methods(["GET", "POST"])
@only_for(*WORKS_ON_KEY_LISTS)
def on_list(request: HttpRequest, level: str, year: int, verb: str) -> HttpResponse:
    """A verb on the whole list; 404 for what the person may not do now."""
    one = seen(request, level, year)
    if verb not in LIST_WORDS or verb not in stages.list_verbs(one.status, _roles(request)):
        raise Http404
    typed = request.POST if request.method == "POST" else None
    form: forms.Form = ReasonForm(typed, label_suffix="") if verb in REASONS else PlainForm(typed)
    if verb == "set_size":
        form = SizeForm(typed, initial={"size": one.size}, label_suffix="")
    return _do(request, form, LIST_WORDS[verb], one, lambda given: getattr(flow, verb)(one, by=request.user, **given))


@require_http_methods(["GET", "POST"])
@only_for(*WORKS_ON_KEY_LISTS)
def on_entry(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """A verb on one entry."""
    rows = KeyEntry.objects.visible_to(request.user).select_related("enterprise", "of")
    entry = get_object_or_404(rows, pk=pk)
    if verb not in stages.entry_verbs(entry.of.status, entry.state, _roles(request)):
        raise Http404
    typed = request.POST if request.method == "POST" else None
    form: forms.Form = ReasonForm(typed, label_suffix="") if verb in REASONS else PlainForm(typed)
    if verb == "name_people":
        form = PeopleForm(typed, entry=entry)
    call = lambda given: getattr(flow, verb)(entry, by=request.user, **given)  # noqa: E731
    return _do(request, form, ENTRY_WORDS[verb], entry.of, call, entry.enterprise.name)


def _do(
    request: HttpRequest,
    form: forms.Form,
    words: tuple[Any, Any, Any],
    one: KeyList,
    call: Callable[[dict[str, Any]], object],
    firm: str = "",
) -> HttpResponse:
    """Shows the form, or does the act and goes back to the list where it was; `firm` is whose entry it is about."""
    heading, act, done = words
    back = reverse("enterprises:key-list", args=[one.level, one.year])
    if request.method == "POST" and form.is_valid():
        try:
            call(dict(form.cleaned_data))
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, str(done))
            return redirect(f"{back}?{request.GET.urlencode()}" if request.GET else back)
    heading = _("%(act)s：%(firm)s") % {"act": heading, "firm": firm} if firm else heading
    return act_page(request, form, str(heading), str(act), back, str(one))


@require_http_methods(["GET", "POST"])
@only_for(*stages.PROPOSERS)
def propose(request: HttpRequest, level: str, year: int) -> HttpResponse:
    """推荐, firm by firm; `?firm=` a credit code that is filled in."""
    one = _open_to_proposals(request, level, year)
    code = request.GET.get("firm", "")
    named = Enterprise.objects.visible_to(request.user).filter(uscc=code).first() if code.isalnum() else None
    typed = request.POST if request.method == "POST" else None
    form = ProposeForm(typed, initial={"firms": named.name if named else ""}, label_suffix="")
    said = (_("推荐重点企业"), _("推荐，交督查员审核"), _("已推荐\n督查员审核后您会收到结果。"))
    return _do(request, form, said, one, lambda given: flow.propose(one, by=request.user, **given))


def _open_to_proposals(request: HttpRequest, level: str, year: int) -> KeyList:
    one = seen(request, level, year)
    if "propose" not in stages.list_verbs(one.status, _roles(request)):
        raise Http404
    return one


@require_http_methods(["GET", "POST"])
@only_for("triager")
def suggestions(request: HttpRequest, level: str, year: int) -> HttpResponse:
    """按条件推荐: the yes-firms of a criterion that are not on the list, some of which one chooses."""
    one = _open_to_proposals(request, level, year)
    criteria = Criterion.objects.visible_to(request.user).standing()
    code = request.GET.get("criterion", "")
    criterion = criteria.filter(code=code).first() if code else None
    figures = figures_for(request.user)
    form = ReasonForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and criterion is not None and form.is_valid():
        chosen = suggested(one, criterion, request.user).filter(uscc__in=request.POST.getlist("firm"))
        try:
            made = flow.propose(one, by=request.user, firms=list(chosen), criterion=criterion, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, _("已推荐 %(n)s 家\n督查员审核后您会收到结果。") % {"n": len(made)})
            return redirect("enterprises:key-list", one.level, one.year)
    found = suggested(one, criterion, request.user) if criterion else Enterprise.objects.none()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "list": one,
        "criteria": named(criteria),
        "criterion": criterion,
        "figures": figures,
        "page": page,
        "rows": with_figures(list(page), figures),
        "form": form,
        "chosen": request.POST.getlist("firm"),
    }
    return render(request, "keylists/suggest.html", context, status=422 if form.errors else 200)
