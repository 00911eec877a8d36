"""The whitelist as the public reads it, as officials list it with filters and export, and as a firm sees its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from enterprises.models import Enterprise, firms_of
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.rows import filtered
from requests.views.mine import without_firm

from ...models import Entry
from ...models.whitelist import reads_all
from .. import capacity, stages
from ..filters import EntryFilter
from ..rows import for_rows, rows_of
from .candidates import proposes

PAGE, PUBLIC = 25, 50


@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """What stands today: name, number, term; `?q=` a part of the name. Nobody needs an account (POL-11)."""
    today = local_day(clock.now())
    standing = Entry.objects.visible_to(request.user).standing(today)
    query = request.GET.get("q", "").strip()[:100].replace("\0", "")
    found = standing
    if query:
        called = Q(enterprise__name__icontains=query) | Q(enterprise__short_name__icontains=query)
        found = standing.filter(called)  # nobody is found by a telephone number here
    page = Paginator(found.select_related("enterprise").order_by("enterprise__name", "pk"), PUBLIC)
    context = {
        "q": query,
        "total": standing.count(),
        "page": page.get_page(request.GET.get("page")),
        "today": today,
        "works": reads_all(request.user),
        "own": bool(firms_of(request.user)),
    }
    return render(request, "whitelist/public.html", context)


# The officials' list ------------------------------------------------------------------------------------------------

TABS: tuple[dict[str, str], ...] = (
    {},
    {"standing": "1"},
    {"status": stages.REVIEW},
    {"objected": "1"},
    {"ending": "1"},
    {"status": stages.REMOVED},
)


@require_safe
@login_required
def entries(request: HttpRequest) -> HttpResponse:
    """All entries one may see; who is no inspector nor overseer is sent to the public list, a firm to its own."""
    if not reads_all(request.user):
        return redirect("whitelist:mine" if firms_of(request.user) else "whitelist:public")
    chosen, now = listed(request), clock.now()
    page = Paginator(for_rows(chosen.qs), PAGE).get_page(request.GET.get("page"))
    context = {
        "now": now,
        "filter": chosen,
        "page": page,
        "rows": rows_of(page, now),
        "tabs": _tabs(request),
        "more": chosen.narrows_further or "more" in request.GET,
        "proposes": proposes(request.user),
    }
    return filtered(request, render(request, "whitelist/all.html", context), "main")


def listed(request: HttpRequest) -> EntryFilter:
    """The list as it is narrowed; 404 for who reads no more than the public."""
    if not reads_all(request.user):
        raise Http404
    return EntryFilter(request.GET, Entry.objects.visible_to(request.user), request=request)


def _tabs(request: HttpRequest) -> list[dict[str, Any]]:
    names = [_("全部"), _("今天在册"), _("审查中"), _("有异议"), _("60 天内到期"), _("已移出")]
    every = {key for tab in TABS for key in tab}
    kept = {key: value for key, value in request.GET.items() if key not in {*every, "page"} and value}
    here = {key: request.GET[key] for key in every if request.GET.get(key)}
    found = []
    for name, sets in zip(names, TABS, strict=True):
        query = request.GET.copy()
        query.clear()
        query.update(kept | sets)
        found.append({"name": name, "url": f"{reverse('whitelist:all')}?{query.urlencode()}", "here": here == sets})
    return found


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The rows, filters and order of the list, all its pages (SEC-6)."""
    chosen = listed(request)
    columns = [
        _("编号"),
        _("企业"),
        _("统一社会信用代码"),
        _("网格"),
        pgettext("白名单的一批", "批次"),
        _("状态"),
        _("有效期自"),
        _("有效期至"),
    ]
    columns += [_("推荐时间"), _("同意的部门"), _("有异议的部门"), _("还没有审查的部门"), _("批准时间")]
    columns += [_("结束时间"), _("原因"), _("依据"), _("应于")]
    made = {"by": request.user, "at": clock.now(), "of": Entry, "filters": chosen.in_force()}
    return workbook(_("白名单"), columns, _cells(for_rows(chosen.qs)), **made)


def _cells(found: Any) -> Iterator[list[Any]]:
    for row in rows_of(found.iterator(chunk_size=1000), clock.now()):
        entry = row.entry
        said: dict[str, list[str]] = {"agrees": [], "objects": [], "": []}
        for one in entry.reviews.all():
            said[one.says].append(str(one.agency))
        yield [
            entry.number,
            entry.enterprise.name,
            entry.enterprise.uscc,
            entry.enterprise.place.name,
            entry.round.title,
            entry.status_name,
            entry.term_from,
            entry.term_until,
            entry.proposed_at,
            *(_("、").join(said[says]) for says in ("agrees", "objects", "")),
            entry.approved_at,
            entry.ended_at,
            entry.ended_for,
            entry.ended_basis,
            row.due.due_at if row.due else None,
        ]


# The firm's own -----------------------------------------------------------------------------------------------------


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """Whether one's firms stand, until when; why one was taken off, and the way to appeal."""
    firms = firms_of(request.user)
    if not firms:
        return without_firm(request)
    today = local_day(clock.now())
    own = Entry.objects.visible_to(request.user).filter(enterprise__in=firms).select_related("enterprise")
    by_firm: dict[int, list[Entry]] = {}
    for entry in own.prefetch_related("appeals").order_by("-term_from", "-pk"):
        by_firm.setdefault(entry.enterprise_id, []).append(entry)
    context = {
        "today": today,
        "firms": [
            _standing(firm, by_firm.get(firm.pk, []), request.user, today)
            for firm in Enterprise.objects.filter(pk__in=firms).order_by("name")
        ],
        "official": rights_of(request.user).is_official,
    }
    return render(request, "whitelist/mine.html", context)


def _standing(firm: Enterprise, entries: list[Entry], user: Any, today: Any) -> dict[str, Any]:
    """`now` is the entry that stands today; `last` the latest of the others."""
    now = next((entry for entry in entries if entry.stands_on(today)), None)
    last = None if now else next(iter(entries), None)
    return {
        "firm": firm,
        "now": now,
        "next": next((one for one in entries if one.status == stages.LISTED and one.term_from > today), None),
        "last": last,
        "appeals": bool(last and "appeal" in capacity.verbs_of(last, user)),
        "dismissed": next((one for one in last.appeals.all() if one.upheld is False), None) if last else None,
        "past": [entry for entry in entries if entry not in (now, last) and entry.status != stages.LISTED],
    }
