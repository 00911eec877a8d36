"""检查规则 of the town, and 停产放假: the days on which a firm is closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.models import Enterprise, firms_of
from portal.people.trying import attempt, tried
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.forms.filing import own_firms
from requests.history import history

from ...models import Closure, Rules
from ...needs.capacity import keeps, only_for_readers
from .. import keeping
from ..capacity import heads, keeper
from ..forms import RulesForm, SpanForm

PAGE = 50
SAID = {"inspection_rules.changed": gettext_noop("修改检查规则")}


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_readers
def rules(request: HttpRequest) -> HttpResponse:
    """Who reads inspections sees them; the head of the agency that keeps plans sets them."""
    where, now = keeper(), Rules.now()
    may = where is not None and heads(where, request.user) is not None
    if request.method == "POST" and not may:
        raise Http404
    form = RulesForm(request.POST if request.method == "POST" else None, instance=Rules.now())
    posted = request.method == "POST" and form.is_valid()
    if posted and tried(form, keeping.change_rules, form.cleaned_data, by=request.user) is not None:
        messages.success(request, _("检查规则已保存"))
        return redirect("agencies:rules")
    shown = [(Rules._meta.get_field(name).verbose_name, getattr(now, name)) for name in keeping.RULES]
    context = {"form": form, "may": may, "shown": shown, "keeper": where, "history": history(Rules(pk=1), SAID)}
    return render(request, "agencies/rules.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def closures(request: HttpRequest) -> HttpResponse:
    """A firm's own people see theirs, the agency that keeps plans all that are not over."""
    own, office = firms_of(request.user), keeps(request.user)
    if not own and not office:
        raise Http404
    found = Closure.objects.filter(last__gte=local_day(clock.now())).select_related("enterprise", "by")
    if not office:
        found = found.filter(enterprise__in=own)
    query = request.GET.get("q", "").strip()[:100].replace("\0", "")
    if query and office:
        firms = Enterprise.objects.search(query, broad=False).order_by().values("pk")
        found = found.filter(enterprise__in=firms)
    context = {
        "page": Paginator(found.order_by("first", "pk"), PAGE).get_page(request.GET.get("page")),
        "office": office,
        "q": query,
        "own": list(own_firms(request.user)[:PAGE]),
    }
    return render(request, "agencies/closures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def closure_new(request: HttpRequest, uscc: str) -> HttpResponse:
    """停产放假 of one firm."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)
    if not keeping.may_close(firm, request.user)[0]:
        raise Http404
    form = SpanForm(request.POST if request.method == "POST" else None)
    posted = request.method == "POST" and form.is_valid()
    if posted and tried(form, keeping.enter_closure, firm, by=request.user, **form.cleaned_data) is not None:
        messages.success(request, _("已记下，这几天不安排上门检查"))
        return redirect("agencies:closures")
    context: dict[str, Any] = {"form": form, "firm": firm}
    return render(request, "agencies/closure.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def closure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    seen = Closure.objects.filter(enterprise__in=Enterprise.objects.visible_to(request.user))
    one = get_object_or_404(seen.select_related("enterprise"), pk=pk)
    if not keeping.may_close(one.enterprise, request.user)[0]:
        raise Http404
    attempt(request, _("已去掉"), keeping.remove_closure, one, by=request.user)
    return redirect("agencies:closures")
