"""现场赋码: the inspector's form for an emergency or a complaint, and the list that the supervisor reads (INS-6)."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import Enterprise, firms_of
from portal.people.doors import only_for
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.people.trying import tried
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Agency, Entry, JointVisit
from ...models.agencies import READS_INSPECTIONS
from ...whitelist import stages as whitelist
from .. import flow
from ..filters import VisitFilter
from ..forms import SpotForm
from ..rows import for_rows, rows_of

LIKELY, PAGE = 30, 25
A_YEAR = timedelta(days=365)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.INSPECTOR)
def new(request: HttpRequest) -> HttpResponse:
    """First the firm (`?q=`, then `?firm=`), then why, what and with whom."""
    user: Any = request.user
    units = rights_of(user).departments(Role.INSPECTOR)
    agencies = list(Agency.objects.filter(active=True, department__in=units).select_related("department"))
    elsewhere = Enterprise.objects.visible_to(user).exclude(pk__in=firms_of(user))
    if not (named := request.GET.get("firm", "").replace("\0", "")):
        return render(request, "inspections/spot_firm.html", _choices(request, elsewhere))
    firm = get_object_or_404(elsewhere.select_related("place"), uscc=named)
    typed = request.POST if request.method == "POST" else None
    form = SpotForm(typed, user=user, agencies=agencies, initial={"key": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        made = tried(form, flow.begin_on_the_spot, firm, by=user, **form.cleaned_data)
        if made is not None:
            messages.success(request, _("检查已开始\n检查码请让企业扫一扫；督查员能看到这次现场赋码。"))
            return redirect("inspections:code", made.number)
    context = {
        "form": form,
        "firm": firm,
        "listed": Entry.objects.standing(local_day(clock.now())).filter(enterprise=firm).exists(),
        "agencies": agencies,
    }
    return render(request, "inspections/spot_new.html", context, status=422 if form.errors else 200)


def _choices(request: HttpRequest, firms: Any) -> dict[str, Any]:
    query = request.GET.get("q", "").strip()[:100].replace("\0", "")
    found = list(firms.search(query).best_first(query).select_related("place")[:LIKELY]) if query else []
    return {"q": query, "firms": found}


@require_safe
@only_for(*READS_INSPECTIONS)
def listed(request: HttpRequest) -> HttpResponse:
    """The checks on the spot one may see, with counts by agency; whitelisted firms and repetition stand out."""
    now = clock.now()
    seen = JointVisit.objects.visible_to(request.user).filter(on_the_spot=True)
    chosen = VisitFilter(request.GET, seen, request=request)
    page = Paginator(for_rows(_marked(chosen.qs)), PAGE).get_page(request.GET.get("page"))
    since = local_day(now) - A_YEAR
    _count_again(page, seen, since)
    by_agency = seen.filter(day__gt=since).order_by().values("parts__agency").annotate(n=Count("pk"))
    counts = {row["parts__agency"]: row["n"] for row in by_agency}
    context = {
        "now": now,
        "filter": chosen,
        "page": page,
        "rows": rows_of(page, now),
        "counts": [
            {"agency": agency, "n": counts[agency.pk]}
            for agency in Agency.objects.filter(pk__in=counts).select_related("department")
        ],
        "goes": rights_of(request.user).has(Role.INSPECTOR),
    }
    return render(request, "inspections/spot.html", context)


def _marked(visits: Any) -> Any:
    """Whether the firm was on the whitelist on the day."""
    day = OuterRef("day")
    terms = Entry.objects.filter(status=whitelist.LISTED, enterprise=OuterRef("enterprise"))
    return visits.annotate(listed=Exists(terms.filter(term_from__lte=day, term_until__gte=day)), on=F("day"))


def _count_again(page: Any, seen: Any, since: date) -> None:
    """How many of those the reader sees the page's firms had within a year; one query."""
    firms = [visit.enterprise_id for visit in page]
    rows = seen.filter(day__gt=since, enterprise__in=firms).order_by()
    found = Counter(rows.values_list("enterprise", flat=True))
    for visit in page:
        visit.times = found[visit.enterprise_id]
