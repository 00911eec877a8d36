"""What the congress observer asks the firms himself: what is left to ask, by lot or by choice, and what he found."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import MD5, Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from enterprises.models import firms_of
from portal.people.doors import only_for
from portal.people.models import Department
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests import lateness, stages
from requests.facts import is_late
from requests.models import Ticket, Verification
from requests.models.orders import FINDINGS_FOR

PAGE = 25
DRAWN = 5
LATELY = timedelta(days=90)  # closed longer ago, a firm does not remember well enough
LONGEST_SEED = 16
TODO, DONE, WRONG = "todo", "done", "wrong"
NAMES = {TODO: gettext_lazy("待核实"), DONE: gettext_lazy("已核实"), WRONG: gettext_lazy("有问题")}
BAD = Q(real=False) | Q(satisfied=Verification.Satisfied.NO)


@require_safe
@only_for(*FINDINGS_FOR)
def page(request: HttpRequest) -> HttpResponse:
    """`?tab=` todo (the observer's own), done or wrong; `?draw=` by lot, the same for one seed; `?department=`."""
    asks = rights_of(request.user).has(Role.CONGRESS_OBSERVER)
    if request.GET.get("draw") == "new":
        return redirect(f"{request.path}?draw={secrets.token_hex(4)}")
    found = Verification.objects.visible_to(request.user)
    counts = found.order_by().aggregate(done=Count("pk"), wrong=Count("pk", filter=BAD))
    keys = [TODO, DONE, WRONG] if asks else [DONE, WRONG]
    tab = next((key for key in keys if key == request.GET.get("tab")), keys[0])
    context = {"now": clock.now(), "tab": tab, "asks": asks, "heading": _heading(**counts)}
    if asks:
        left = to_verify(request.user, context["now"])
        counts[TODO] = left.count()
    if tab == TODO:
        context |= _left(request, left, context["now"])
    else:
        shown = found.filter(BAD) if tab == WRONG else found
        context["page"] = _paged(request, shown.select_related("ticket__enterprise", "ticket__lead_department", "by"))
    context["tabs"] = [(key, NAMES[key], counts[key]) for key in keys]
    return render(request, "requests/verifications.html", context)


def to_verify(user: Any, now: datetime) -> QuerySet[Ticket]:
    """Closed lately or overdue, of those he reads, that nobody of the congress has asked about; the latest first."""
    asked = Verification.objects.filter(ticket=OuterRef("pk"))
    ripe = Q(status=stages.CLOSED, closed_at__gte=now - LATELY) | Q(status__in=stages.OPEN) & Q(is_late(now))
    mine = Ticket.objects.visible_to(user).filter(ripe, confidential=False).exclude(enterprise__in=firms_of(user))
    return mine.filter(~Exists(asked)).order_by(F("closed_at").desc(nulls_first=True), "-filed_at", "-pk")


def _left(request: HttpRequest, left: QuerySet[Ticket], now: datetime) -> dict[str, Any]:
    """What is left: of one department where that is chosen, or drawn by lot from all."""
    seed = request.GET.get("draw", "")[:LONGEST_SEED]
    department = Department.objects.filter(pk=_key(request.GET.get("department"))).first()
    departments = Department.objects.filter(pk__in=left.order_by().values("lead_department")).order_by("short_name")
    shown = left.for_rows()
    if seed:
        lot = MD5(Concat(Value(seed), Cast("pk", CharField())))
        shown = shown.order_by(lot)[:DRAWN]
    elif department:
        shown = shown.filter(lead_department=department)
    page = _paged(request, shown)
    for ticket in page.object_list:
        ticket.late_clock, ticket.owner = lateness.clock_of(ticket, now), lateness.debtor(ticket, now)
    return {"page": page, "seed": seed, "department": department, "departments": departments}


def _key(typed: str | None) -> int:
    return int(typed) if typed and typed.isdecimal() and len(typed) < 19 else 0


def _paged(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def _heading(done: int, wrong: int) -> str:
    if not done:
        return _("还没有核实过")
    said = ngettext("核实过 %(n)s 件", "核实过 %(n)s 件", done) % {"n": done}
    bad = ngettext("%(n)s 件有问题", "%(n)s 件有问题", wrong) % {"n": wrong} if wrong else _("都没有问题")
    return _("，").join([said, bad])
