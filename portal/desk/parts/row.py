"""One row of a list of tickets. Made here and not of templates: a page has 25 of them with five cells each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.desk.parts import due, line
from portal.worktime import words


def draw(row: Any, now: datetime, *, picks: bool) -> SafeString:
    """A `requests.rows.Row` at `now`; `picks` gives it a box to choose it for a batch."""
    ticket = row.ticket
    cells = [_cell(row, column, text, now) for column, text in row.cells]
    cells = cells or [_way(row.way), _who(row), line.draw(row.line, size="row"), _due(row, now)]
    return format_html(
        '<div class="sx-item">{}<a class="sx-row{}" id="{}" href="{}" data-pk="{}" data-panel="{}">'
        '<span class="sx-row__what"><b>{}</b><span class="sx-row__chips">{}</span></span>{}</a></div>',
        _pick(ticket) if picks else "",
        " is-unread" if row.is_unread else "",
        row.id,
        row.url,
        ticket.pk,
        row.panel_url,
        ticket.title,
        format_html_join("", '<span class="sx-chip{}">{}</span>', _chips(row)),
        mark_safe("".join(cells)),
    )


def _pick(ticket: Any) -> SafeString:
    return format_html(
        '<label class="sx-item__pick"><input type="checkbox" name="t" value="{}" form="batch">'
        '<span class="sx-vh">{}</span></label>',
        ticket.number,
        _("选“%(title)s”") % {"title": ticket.title},
    )


def _chips(row: Any) -> list[tuple[str, Any]]:
    """(further class, words) of what makes the ticket unlike the others."""
    ticket, found = row.ticket, []
    if ticket.urgency in ("urgent", "critical"):
        found.append(
            (" sx-chip--ink" if ticket.urgency == "urgent" else " sx-chip--full", ticket.get_urgency_display())
        )
    if ticket.urges:
        found.append((" sx-chip--ink", ngettext("催办 %(n)s 次", "催办 %(n)s 次", ticket.urges) % {"n": ticket.urges}))
    if ticket.outer_due_at and not ticket.ended:  # the hotline's own limit, wherever the ticket is (APP-1)
        due_on = words.day(ticket.outer_due_at, weekday=False)
        found.append(("", _("热线 %(day)s") % {"day": due_on}))
    if row.answered_back:
        found.append(("", _("补正回件")))
    if row.as_co:
        found.append(("", _("协办")))
    if row.co_late:
        found.append((" sx-chip--ink", _("协办超期：%(names)s") % {"names": row.co_late}))
    if ticket.round != "first":
        found.append(("", ticket.get_round_display()))
    if ticket.complexity and ticket.complexity != "ordinary":
        found.append(("", ticket.get_complexity_display()))
    return found


def _cell(row: Any, column: Any, text: Any, now: datetime) -> SafeString:
    if column.key == "line":
        return line.draw(row.line, size="row")
    if column.key == "due":
        return _due(row, now)
    if column.key == "who":
        return _who(row)
    if column.key == "way":
        return _way(text)
    return format_html('<span class="{}">{}</span>', column.css, text)


def _way(words_of_it: str) -> SafeString:
    return format_html('<span class="sx-row__way">{}</span>', words_of_it)


def _who(row: Any) -> SafeString:
    ticket = row.ticket
    return format_html('<span class="sx-row__who" title="{}">{}</span>', ticket.firm_name, ticket.firm_short_name)


def _due(row: Any, now: datetime) -> SafeString:
    """What it stands by; of what has ended, how and when."""
    return format_html('<span class="sx-row__due">{}</span>', due.badge(row.due, now) if _stands(row) else _quiet(row))


def _stands(row: Any) -> bool:
    return bool(row.due) and not row.past


def _quiet(row: Any) -> SafeString:
    ticket, mute = row.ticket, '<span class="sx-small sx-mute">{}{}</span>'
    if row.past:
        return format_html(mute, _("企业没回应"), "")
    ended = ticket.closed_at
    day = format_html(' <span class="sx-date">{}</span>', words.day(ended, weekday=False)) if ended else ""
    return format_html(mute, ticket.status_name, day)
