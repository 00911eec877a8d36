"""What one row of a list of tickets shows, the same in the queues and in the list of all tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from requests import lateness, stages
from requests.journey import Journey, holder_name, journey
from requests.models import Ticket, TicketDeadline
from requests.models.ticket import Channel, TicketQuerySet
from requests.reading import tickets_of


def here(request: HttpRequest) -> str:
    """The list's own address without the filters that were left empty: where an act in its panel leads back to."""
    query = urlencode([(key, value) for key, values in request.GET.lists() for value in values if value])
    return f"{request.path}?{query}" if query else request.path


def filtered(request: HttpRequest, response: HttpResponse, target: str) -> HttpResponse:
    """Where a changed filter fetched the part `target` of the page, the address bar follows."""
    if request.htmx.target == target:
        response["HX-Push-Url"] = here(request)
    return response


WAYS = dict(Channel.choices)
SHORT_WAYS = {
    Channel.HOTLINE.value: gettext_noop("热线"),
    Channel.CONGRESS.value: gettext_noop("人大"),
    Channel.IMPORT.value: gettext_noop("邮件"),
}


# What a row is made of: no more is read.
READ = (
    *("number", "title", "status", "round", "channel", "urgency", "complexity", "urges", "disputes", "dissatisfied"),
    *("business_name", "filed_by_id", "filed_at", "dispatched_at", "closed_at", "outer_due_at", "confidential"),
    *("enterprise_id", "enterprise__name", "enterprise__short_name", "handler_id", "handler__name"),
    *("lead_department_id", "lead_department__short_name", "supplement__ticket_id"),
)


@dataclass
class Row:
    """One ticket of a list. `due` is what the row stands by; `panel_url` leads, after an act, to the row behind it."""

    ticket: Ticket
    line: Journey
    due: TicketDeadline | None
    past: bool  # the firm let its own limit pass: said in grey, for it is no lateness of ours (DL-4)
    panel_url: str
    url: str
    is_unread: bool = False
    cells: Sequence[tuple[Any, Any]] = ()  # chosen columns and what stands in them, where the reader may choose
    as_co: bool = False  # the reader's department has only a part in it
    co_late: str = ""  # co-handling departments that are late, by name

    @property
    def id(self) -> str:
        return row_id(self.ticket)

    @property
    def answered_back(self) -> bool:
        """补正回件: what was missing is here, and the centre goes on with it."""
        return self.ticket.status in (stages.RECEIVED, stages.TRIAGING) and hasattr(self.ticket, "supplement")

    @property
    def holder(self) -> str:
        return holder_of(self.ticket)

    @property
    def way(self) -> str:
        """The channel in two characters, as a narrow column needs it."""
        if self.ticket.from_old_file:
            return _("旧件")
        short = SHORT_WAYS.get(self.ticket.channel)
        return _(short) if short else str(WAYS.get(self.ticket.channel, self.ticket.channel))


def rows_of(
    tickets: TicketQuerySet,
    dues: Mapping[int, datetime | None],
    now: datetime,
    back: str,
    *,
    came_from: str = "",
    needs: Sequence[str] = (),
) -> list[Row]:
    """The tickets with these keys, in this order; constant in queries. `back` is the list's own address.

    `dues` says by which of its deadlines each stands there; None is the first one open. `came_from` names the queue
    through which the ticket's page leads on (`requests.walk`), `needs` further fields that are shown.
    """
    found = {ticket.pk: ticket for ticket in read_rows(tickets.order_by().filter(pk__in=list(dues)), needs)}
    return rows_from([found[pk] for pk in dues if pk in found], now, back, dues=dues, came_from=came_from)


def read_rows(tickets: TicketQuerySet, needs: Sequence[str] = ()) -> list[Ticket]:
    """With everything that `rows_from` shows of them, `needs` being further fields; two queries."""
    return tickets_of(tickets, (*READ, *needs))


def rows_from(
    shown: Sequence[Ticket],
    now: datetime,
    back: str,
    *,
    dues: Mapping[int, datetime | None] | None = None,
    came_from: str = "",
) -> list[Row]:
    """The rows of tickets that `read_rows` gave; for the rest see `rows_of`."""
    wanted, panel, page = dues or {}, address("requests:panel"), address("requests:ticket")
    back, onward = quote_plus(back), f"?{urlencode({'from': came_from})}" if came_from else ""
    return [
        _row(
            ticket,
            wanted.get(ticket.pk),
            now,
            f"{panel % ticket.number}?next={back}{_way_back(shown, n)}",
            f"{page % ticket.number}{onward}",
        )
        for n, ticket in enumerate(shown)
    ]


@lru_cache(maxsize=8)
def address(name: str) -> str:
    """The address of a page of a ticket with `%s` for its number: to look it up for every row takes longer."""
    return reverse(name, args=["NUMBER"]).replace("%", "%%").replace("NUMBER", "%s")


def _row(ticket: Ticket, wanted: datetime | None, now: datetime, panel: str, url: str) -> Row:
    standing = (d for d in ticket.open_deadlines if d.due_at == wanted and not d.is_paused)
    due = next(standing, ticket.deadline)
    over = due is not None and due.light(now) == "red"
    firms = due is not None and due.obligor_kind == "enterprise"
    line = journey(ticket, now)
    line.late = over and not firms  # as the badge beside it: of this row's own limit
    return Row(ticket, line, due, over and firms, panel, url, co_late=lateness.co_late(ticket, now))


def _way_back(shown: Sequence[Ticket], index: int) -> str:
    """The row behind it as the end of an address in an address; a number needs no quoting."""
    after = shown[index + 1 : index + 2] or shown[max(index - 1, 0) : index]
    return "".join(f"%23{row_id(ticket)}" for ticket in after)


def row_id(ticket: Ticket) -> str:
    return f"row-{ticket.number}"


def holder_of(ticket: Ticket) -> str:
    """Who has it now; of what has ended, who led it."""
    if not ticket.ended:
        return holder_name(ticket)
    return ticket.lead_department.short_name if ticket.lead_department else ""
