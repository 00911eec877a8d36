"""My deadlines: what I owe by when, as a list, as a month's sheet, and as a feed for my own calendar."""

from __future__ import annotations

import calendar as months
import hashlib
from datetime import date, timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.desk.mine import feed
from portal.desk.mine.owed import MOST, all_owed_by, grouped, sheet, together
from portal.lists.models import DeadlineFeed
from portal.people.lockout import tries
from portal.worktime import clock, words
from portal.worktime.calendar import calendar
from portal.worktime.statutory import FIRST_YEAR, LAST_YEAR

ASKS = 60  # of feeds from one address in a minute: an office shares one
MINUTE = 60


@require_safe
@login_required
def deadlines(request: HttpRequest) -> HttpResponse:
    """Overdue, today, this week, later; constant in queries."""
    now = clock.now()
    groups = together(*(grouped(owed, now) for owed in all_owed_by(request.user)))
    counts = {group.key: group.count for group in groups}
    context = {
        "now": now,
        "groups": groups,
        "late": counts.get("late", 0),
        "today": counts.get("today", 0),
        "total": sum(counts.values()),
        "most": MOST,
        "feed": DeadlineFeed.objects.current().filter(owner=request.user).first(),
    }
    return render(request, "mine/deadlines.html", context)


@require_safe
@login_required
def month(request: HttpRequest) -> HttpResponse:
    """`?month=2026-11`: the month's sheet with what falls due on each day."""
    now = clock.now()
    first = _month(request.GET.get("month", ""), words.local_day(now))
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    cells = sheet(all_owed_by(request.user), weeks, first.month, calendar(), now)
    context = {
        "now": now,
        "first": first,
        "name": words.month(first),
        "weeks": cells,
        "total": sum(len(cell.rows) for week in cells for cell in week if cell.inside),
        "shown": any(cell.rows for week in cells for cell in week),
        "before": before if before.year >= FIRST_YEAR else None,
        "after": after if after.year <= LAST_YEAR else None,
    }
    return render(request, "mine/month.html", context)


def _month(typed: str, today: date) -> date:
    """The month asked for, else this one; within the calendar, and not its very edge, where a week would stick out."""
    try:
        asked = date.fromisoformat(f"{typed}-01") if typed else today
    except ValueError:
        asked = today
    first = asked.replace(day=1)
    return min(max(first, date(FIRST_YEAR, 2, 1)), date(LAST_YEAR, 11, 1))


@login_required
@require_POST
@never_cache
def make_feed(request: HttpRequest) -> HttpResponse:
    """The link is in this answer and nowhere else."""
    token = feed.make(request.user)
    link = f"{settings.BASE_URL}{reverse('mine:feed', args=[token])}"
    context: dict[str, Any] = {"link": link, "webcal": link.replace("https://", "webcal://", 1)}
    return render(request, "mine/feed.html", context)


@login_required
@require_POST
def end_feed(request: HttpRequest) -> HttpResponse:
    if feed.end(request.user):
        messages.success(request, _("订阅链接已停用"))
    return redirect("mine:deadlines")


@require_safe
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """The feed itself, for calendar programs: no session, the link alone; 304 while nothing has changed."""
    if tries(f"feed.{get_client_ip_address(request)}", MINUTE) > ASKS:
        return HttpResponse(status=429, headers={"Retry-After": str(MINUTE)})
    found = feed.of(token)
    if found is None:
        raise Http404
    found.note_use(clock.now())
    content = feed.written(found.owner)
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["ETag"], response["Cache-Control"] = etag, "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    answer: HttpResponse = get_conditional_response(request, etag=etag, response=response)
    return answer
