"""One box over what a person may see: its page, and the list that opens under it while one types."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from portal.desk import finding
from portal.worktime import clock
from requests.journey import journey

SHOWN = 10
PROPOSED = 4


def _typed(request: HttpRequest) -> str:
    """What was typed, as it can be searched for: without what is no character."""
    return "".join(char for char in request.GET.get("q", "")[:100] if char.isprintable()).strip()


@require_safe
@login_required
def results(request: HttpRequest) -> HttpResponse:
    """The first ten of each group with how many there are; a whole number leads on at once."""
    query = _typed(request)
    if target := finding.jump(request.user, query):
        return redirect(target)
    now = clock.now()
    groups = finding.find(request.user, query, SHOWN)
    for group in groups:
        if group.key == "tickets":
            for hit in group.hits:
                hit.row.line = journey(hit.row, now)
    return render(request, "desk/search.html", {"q": query, "now": now, "groups": groups})


@require_safe
@login_required
def propose(request: HttpRequest) -> HttpResponse:
    """The list under the box: a few of each group, uncounted; nothing for less than two characters."""
    query = _typed(request)
    groups = finding.find(request.user, query, PROPOSED, counted=False) if len(query) > 1 else []
    return render(request, "desk/search_proposed.html", {"q": query, "groups": groups})
