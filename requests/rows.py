"""What one row of a list of tickets shows, the same in the queues and in the list of all tickets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from requests import stages
from requests.journey import holder_name, journey
from requests.models import Ticket
from requests.models.ticket import Channel


def rows_of(tickets: QuerySet, pks: Sequence[int]) -> list[Ticket]:
    """The tickets with these keys, in this order, with what a row shows; constant in queries."""
    found = {ticket.pk: ticket for ticket in tickets.for_rows().select_related("supplement").filter(pk__in=pks)}
    return [found[pk] for pk in pks if pk in found]


def dress(rows: Iterable[Ticket], now: datetime, back: str) -> list[Ticket]:
    """Gives each row its line, its way in, and the address of its panel, whose act leads back to the row after it."""
    rows = list(rows)
    for index, ticket in enumerate(rows):
        after = rows[index + 1 : index + 2] or rows[index - 1 : index]
        ticket.line = journey(ticket, now)
        ticket.row_id = row_id(ticket)
        ticket.way = way_of(ticket)
        ticket.shown_due = own_due(ticket)
        ticket.past = firm_let_it_pass(ticket, now)
        ticket.holder = holder_name(ticket) if not ticket.ended else led_by(ticket)
        target = back + "".join(f"#{row_id(other)}" for other in after)
        ticket.panel_url = f"{reverse('requests:panel', args=[ticket.number])}?{urlencode({'next': target})}"
        ticket.answered_back = ticket.status in (stages.RECEIVED, stages.TRIAGING) and hasattr(ticket, "supplement")
    return rows


def row_id(ticket: Ticket) -> str:
    return f"row-{ticket.number}"


def led_by(ticket: Ticket) -> str:
    return ticket.lead_department.short_name if ticket.lead_department else ""


def way_of(ticket: Ticket) -> str:
    """The channel in two characters, as a narrow column needs it."""
    short = {Channel.HOTLINE: _("热线"), Channel.CONGRESS: _("人大"), Channel.IMPORT: _("邮件")}
    return short.get(Channel(ticket.channel)) or str(ticket.get_channel_display())


def own_due(ticket: Ticket) -> object:
    """The deadline the row is ordered by: in a queue that of whoever works there, else the first open one."""
    wanted = getattr(ticket, "order_at", None)
    return next((d for d in ticket.open_deadlines if d.due_at == wanted and not d.is_paused), ticket.deadline)


def firm_let_it_pass(ticket: Ticket, now: datetime) -> bool:
    """Whether what the row shows is the firm's own limit, past: said in grey, for it is no lateness of ours (DL-4)."""
    due = ticket.shown_due
    return due is not None and due.obligor_kind == "enterprise" and due.due_at < now
