"""A queue as an Excel file: the tickets it shows, in its order, with the columns of the list of tickets (SEC-6)."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from portal.worktime import clock
from requests import columns
from requests.agenda import open_to
from requests.confiding import noting
from requests.models import Ticket
from requests.models.ticket import TicketQuerySet
from requests.walk import working

CHUNK = 500


@require_safe
@login_required
def export(request: HttpRequest, name: str) -> HttpResponse:
    """Part, filters and order of the queue, all its pages; persons masked as in every list (SEC-3)."""
    work = working(request, name, request.GET)
    if work is None:
        raise Http404
    at, wanted = clock.now(), list(columns.COLUMNS.values())
    tickets = noting(in_order(open_to(request.user), [item.pk for item in work.items]), request.user, "export")
    cells = columns.cells(tickets, wanted, at)
    given = {key: request.GET[key] for key in ("part", *work.filter.filters) if request.GET.get(key)}
    filters = {"queue": name, **{key: "…" if key == "q" else value for key, value in given.items()}}
    title = _("工作队列 %(name)s") % {"name": _(work.queue.title)}
    return workbook(title, columns.headings(wanted), cells, by=request.user, at=at, of=Ticket, filters=filters)


def in_order(tickets: TicketQuerySet, pks: list[int]) -> Iterator[Ticket]:
    """The tickets of these ids in this order, some hundred at a time."""
    for start in range(0, len(pks), CHUNK):
        chunk = pks[start : start + CHUNK]
        found = tickets.filter(pk__in=chunk).for_rows().select_related("place", "first_responder").in_bulk()
        yield from (found[pk] for pk in chunk if pk in found)
