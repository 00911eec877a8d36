"""Rounds 批次: which there are, and one with its progress: who has said what, what waits for whom (INS-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.worktime import clock

from ...models import Agency, Entry, EntryReview, RoundDeadline, WhitelistRound
from ...models.whitelist import reads_all
from .. import limits, stages
from ..rows import for_rows, rows_of
from .candidates import proposes
from .desk import condition, parts_of

PAGE, SHOWN = 25, 50
Says = EntryReview.Says
OF_ROUND = ("review", "objected", "approve")  # the parts of a desk that a round goes through


@require_safe
@login_required
def rounds(request: HttpRequest) -> HttpResponse:
    if not reads_all(request.user):
        raise Http404
    counted = {
        "n": Count("entries"),
        "waiting": Count("entries", filter=Q(entries__status__in=stages.PROPOSED)),
        "standing": Count("entries", filter=Q(entries__status=stages.LISTED)),
    }
    found = WhitelistRound.objects.visible_to(request.user).annotate(**counted).order_by("-at", "-pk")
    context = {
        "page": Paginator(found.select_related("by"), PAGE).get_page(request.GET.get("page")),
        "proposes": proposes(request.user),
    }
    return render(request, "whitelist/rounds.html", context)


@dataclass(frozen=True)
class Part:
    """How far one agency has come with a round."""

    agency: Agency
    agrees: int
    objects: int
    waits: int
    clock: RoundDeadline | None
    url: str

    @property
    def total(self) -> int:
        return self.agrees + self.objects + self.waits


@require_safe
@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One round; its first entries, and the way to all of them."""
    seen = WhitelistRound.objects.visible_to(request.user).select_related("criterion__criterion", "by")
    round, now = get_object_or_404(seen, pk=pk), clock.now()
    entries = Entry.objects.visible_to(request.user).filter(round=round)
    approval = RoundDeadline.objects.open().filter(subject=round, obligation=limits.APPROVE).with_units().first()
    context = {
        "now": now,
        "round": round,
        "statuses": _statuses(round, entries),
        "parts": _parts(request, round),
        "approval": approval,
        "n": entries.count(),
        "rows": rows_of(for_rows(entries).order_by("number")[:SHOWN], now),
        "shown": SHOWN,
        "list_url": f"{reverse('whitelist:all')}?round={round.pk}",
        "mine": _mine(request, round),
    }
    return render(request, "whitelist/round.html", context)


def _statuses(round: WhitelistRound, entries: Any) -> list[tuple[str, int, str]]:
    """How many stand where, each with the way to its list."""
    counted = dict(entries.order_by().values_list("status").annotate(n=Count("pk")))
    url = f"{reverse('whitelist:all')}?round={round.pk}&status="
    return [(_(name), counted[key], f"{url}{key}") for key, name in stages.STATUSES.items() if counted.get(key)]


def _parts(request: HttpRequest, round: WhitelistRound) -> list[Part]:
    """Each agency's progress; two queries and one for the clocks."""
    reviews = EntryReview.objects.visible_to(request.user).filter(entry__round=round).order_by()
    under_review = Q(says="", entry__status=stages.REVIEW)
    counted = reviews.values("agency").annotate(
        agrees=Count("pk", filter=Q(says=Says.AGREES)),
        objects=Count("pk", filter=Q(says=Says.OBJECTS)),
        waits=Count("pk", filter=under_review),
    )
    by_agency = {row.pop("agency"): row for row in counted}
    agencies = Agency.objects.filter(pk__in=by_agency).select_related("department").order_by("pk")
    clocks = {
        clock.department_id: clock
        for clock in RoundDeadline.objects.filter(subject=round, obligation=limits.REVIEW).order_by("pk")
    }
    url = f"{reverse('whitelist:all')}?round={round.pk}&waits="
    return [
        Part(agency, **by_agency[agency.pk], clock=clocks.get(agency.department_id), url=f"{url}{agency.pk}")
        for agency in agencies
    ]


def _mine(request: HttpRequest, round: WhitelistRound) -> list[tuple[str, int, str]]:
    """What of this round waits for the reader, with the way to that part of his desk."""
    entries, found = Entry.objects.visible_to(request.user).filter(round=round), []
    for part in parts_of(request.user):
        n = entries.filter(condition(part, request.user)).count() if part.key in OF_ROUND else 0
        if n:
            found.append((_(part.name), n, f"{reverse('whitelist:desk')}?part={part.key}&round={round.pk}"))
    return found
