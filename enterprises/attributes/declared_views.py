"""What firms said of themselves and waits to be verified: for whoever verifies it; a supervisor sees all of it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.people.doors import only_for
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role

from ..facts.saying import worded, words_of
from ..models import Declaration
from . import declaring
from .catalogue import TOWN
from .sight import hidden_from

VERIFIES = (Role.DATA_OFFICER, Role.POLICY_OFFICER, Role.SUPERVISOR)
PAGE = 30
State = Declaration.State


@require_safe
@only_for(*VERIFIES)
def declarations(request: HttpRequest) -> HttpResponse:
    """`?tab=done`: what was decided; else what waits, the oldest first."""
    verifying = declaring.Verifying(request.user)
    seen = Declaration.objects.visible_to(request.user).select_related("enterprise", "by", "decided_by")
    if not rights_of(request.user).has(Role.SUPERVISOR):
        seen = seen.filter(attribute__in=verifying.codes)
    open_ones = seen.open().order_by("at", "pk")
    done = seen.filter(state__in=[State.CONFIRMED, State.REFUTED]).order_by("-decided_at", "-pk")
    tab = request.GET.get("tab", "open")
    page = Paginator(done if tab == "done" else open_ones, PAGE).get_page(request.GET.get("page"))
    show(page.object_list, verifying)
    tabs = [("open", _("待核实"), open_ones.count()), ("done", _("已处理"), done.count())]
    return render(request, "facts/declarations.html", {"page": page, "tab": tab, "tabs": tabs})


def show(rows: Iterable[Any], verifying: declaring.Verifying) -> None:
    """Give each the value in words, unless the reader may not see it, and whether he decides."""
    rows = list(rows)
    worded_ones = [row.value for row in rows if (one := TOWN.get(row.attribute)) is not None and one.is_worded]
    texts = words_of(worded_ones)
    hidden = hidden_from(verifying.user)
    for row in rows:
        row.of = TOWN.get(row.attribute)
        row.decides = row.state == State.DECLARED and verifying.grant_over(row) is not None
        told = row.of is not None and (row.decides or row.attribute not in hidden)
        row.words = worded(row.of, row.value, texts) if told else ""


@require_POST
@only_for(*VERIFIES)
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """`act` is confirm or refute, the latter with a reason."""
    declaration = get_object_or_404(Declaration.objects.visible_to(request.user), pk=pk)
    try:
        if request.POST.get("act") == "confirm":
            declaring.confirm(declaration, by=request.user)
            messages.success(request, _("已核实\n解释里的来源改为“企业自报（已核实）”"))
        else:
            declaring.refute(declaration, by=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, _("已撤下这一项\n企业会收到理由，匹配已按没有这一项重算"))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("enterprises:declarations")
