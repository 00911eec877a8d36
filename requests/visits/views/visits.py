"""Visits for those who make them and for the firms: one's own list, one visit, the small acts, a firm's visits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import Enterprise, firms_of
from portal.people.doors import only_for
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.limits import SHANGHAI
from portal.worktime.words import local_day
from requests.models import Ticket, Visit
from requests.models.visits import OVERSEE_VISITS, VISITORS
from requests.visits import drafts, flow, stages
from requests.visits.capacity import verbs_of
from requests.visits.forms import FORMS
from requests.visits.history import history

MOST = 300  # rows of one's own list
LATELY = timedelta(days=30)
PAGE = 25


@dataclass
class Group:
    key: str
    name: Any
    rows: list[Visit]


@require_safe
@only_for(*VISITORS)
def mine(request: HttpRequest) -> HttpResponse:
    """我的走访: what is overdue, due today, this week, later; what he did lately; what he began to write."""
    now = clock.now()
    rows = list(mine_to_make(request.user)[:MOST])
    done = Visit.objects.visible_to(request.user).done().filter(recorded_by=request.user, visited_at__gt=now - LATELY)
    context = {
        "now": now,
        "groups": grouped(rows, now),
        "count": len(rows),
        "done": done.for_rows().order_by("-visited_at")[:10],
        "drafts": drafts.unsent(request.user),
        "oversees": rights_of(request.user).has(*OVERSEE_VISITS),
    }
    return render(request, "visits/mine.html", context)


def mine_to_make(user: User) -> Any:
    """His planned visits, the soonest due first."""
    visits = Visit.objects.visible_to(user).of(user).planned()
    return visits.with_due().for_rows().order_by("due_at", "enterprise__place__path", "pk")


def grouped(rows: list[Visit], now: datetime) -> list[Group]:
    """Overdue, today, this week, later, not yet begun; empty groups left out."""
    tomorrow = _midnight(now, 1)
    monday = _midnight(now, 7 - local_day(now).weekday())
    groups = [
        Group("late", gettext_lazy("已逾期"), []),
        Group("today", gettext_lazy("今天到期"), []),
        Group("week", gettext_lazy("本周到期"), []),
        Group("later", gettext_lazy("以后到期"), []),
        Group("coming", gettext_lazy("还没到时候"), []),
    ]
    by_key = {group.key: group for group in groups}
    for visit in rows:
        by_key[_group_of(visit, now, tomorrow, monday)].rows.append(visit)
    return [group for group in groups if group.rows]


def _group_of(visit: Any, now: datetime, tomorrow: datetime, monday: datetime) -> str:
    if visit.due_at is None or visit.opens_at > now:
        return "coming"
    if visit.due_at < now:
        return "late"
    if visit.due_at < tomorrow:
        return "today"
    return "week" if visit.due_at < monday else "later"


def _midnight(now: datetime, days: int) -> datetime:
    return datetime.combine(local_day(now) + timedelta(days=days), time.min, SHANGHAI)


@require_safe
@login_required
def visit(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One visit: for officials all of it, for the firm what was said, without photos and internal notes."""
    seen = Visit.objects.visible_to(request.user).for_rows().select_related("answered_by", "ended_by", "created_by")
    one = get_object_or_404(seen, key=key)
    own = one.enterprise_id in firms_of(request.user)
    found = Ticket.objects.visible_to(request.user).filter(from_visit__visit=one).order_by("pk")
    verbs = verbs_of(one, request.user)
    context = {
        "now": clock.now(),
        "visit": one,
        "own": own,
        "found": found,
        "elsewhere": one.found.count() - len(found),
        "corrections": [] if own else one.corrected.select_related("correction__column__resource"),
        "photos": [] if own else one.photos.select_related("file"),
        "attempts": [] if own else one.attempts.select_related("by"),
        "history": [] if own else history(one),
        "records": "record_visit" in verbs,
        "verbs": [(verb, FORMS[verb].name) for verb in verbs if verb in FORMS],  # type: ignore[attr-defined]
        "form": FORMS["answer"](label_suffix="") if "answer" in verbs else None,
    }
    return render(request, "visits/visit.html", context)


DONE = {
    "not_reached": gettext_lazy("已记下\n时限照走，请另约时间。"),
    "move": gettext_lazy("已改期"),
    "reassign": gettext_lazy("已换人\n两位都会收到消息。"),
    "cancel": gettext_lazy("已取消"),
    "answer": gettext_lazy("已答复\n谢谢。"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, key: uuid.UUID, verb: str) -> HttpResponse:
    """A small act's form and the act; 404 for what the person may not do now."""
    one = get_object_or_404(Visit.objects.visible_to(request.user).select_related("enterprise", "visitor"), key=key)
    if verb not in FORMS or verb not in verbs_of(one, request.user):
        raise Http404
    form: Any = FORMS[verb](request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            getattr(flow, verb)(one, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, str(DONE[verb]))
            return redirect("visits:visit", one.key)
    context = {"form": form, "visit": one, "back": reverse("visits:visit", args=[one.key])}
    return render(request, "visits/act.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def of_firm(request: HttpRequest, uscc: str) -> HttpResponse:
    """The visits a firm had, and for officials those to come; as far as one may see them."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)
    own = firm.pk in firms_of(request.user)
    if not own and not rights_of(request.user).has(*VISITORS):
        raise Http404
    visits = Visit.objects.visible_to(request.user).filter(enterprise=firm).exclude(status=stages.CANCELLED)
    if own:
        visits = visits.filter(~Q(recorded_by=None))
    page = Paginator(visits.for_rows().order_by("-visited_at", "-opens_at", "-pk"), PAGE)
    context = {"now": clock.now(), "firm": firm, "own": own, "page": page.get_page(request.GET.get("page"))}
    return render(request, "visits/firm.html", context)


def due_line(user: User, now: datetime) -> dict[str, int] | None:
    """“今日走访 2、逾期走访 1” for a home page; None where there is neither. One query."""
    if not rights_of(user).has(*VISITORS):
        return None
    tomorrow = _midnight(now, 1)
    dues = Visit.objects.of(user).planned().with_due().filter(due_at__lt=tomorrow, opens_at__lte=now)
    found = list(dues.order_by().values_list("due_at", flat=True))
    late = sum(due < now for due in found)
    return {"late": late, "today": len(found) - late} if found else None
