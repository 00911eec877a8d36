"""A department's own part in a ticket that is closed to it: its opinion stays readable (SEC-2)."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from requests.models import Assignment


def own_part(request: HttpRequest, number: str) -> HttpResponse:
    """What was asked of his department and what it said, and nothing else of the ticket; 404 where it had no part."""
    parts = Assignment.objects.visible_to(request.user).filter(ticket__number=number, part=Assignment.Part.CO)
    parts = parts.select_related("ticket", "department", "opinion_by").prefetch_related("attachments__file")
    if not parts:
        raise Http404
    return render(request, "requests/part.html", {"ticket": parts[0].ticket, "parts": parts})
