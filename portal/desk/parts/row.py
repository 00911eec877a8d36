"""One row of a list of tickets. Made here and not of templates: a page has 25 of them with five cells each.

Whatever is not ours is escaped where it is put in.
"""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Any

from django.utils.html import format_html
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
    chips = "".join(f'<span class="sx-chip{css}">{escape(str(said))}</span>' for css, said in _chips(row))
    return mark_safe(
        f'<div class="sx-item">{_pick(ticket) if picks else ""}<a class="sx-row{" is-unread" if row.is_unread else ""}"'
        f' id="{escape(row.id)}" href="{escape(row.url)}" data-pk="{ticket.pk}" data-panel="{escape(row.panel_url)}">'
        f'<span class="sx-row__what"><b>{escape(ticket.heading)}</b><span class="sx-row__chips">{chips}</span></span>'
        f"{''.join(cells)}</a></div>"
    )


def _pick(ticket: Any) -> str:
    said = _("选“%(title)s”") % {"title": ticket.heading}
    return (
        f'<label class="sx-item__pick"><input type="checkbox" name="t" value="{escape(ticket.number)}" form="batch"'
        f' data-status="{ticket.status}">'
        f'<span class="sx-vh">{escape(said)}</span></label>'
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


def _cell(row: Any, column: Any, text: Any, now: datetime) -> str:
    if column.key == "line":
        return line.draw(row.line, size="row")
    if column.key == "due":
        return _due(row, now)
    if column.key == "who":
        return _who(row)
    if column.key == "way":
        return _way(text)
    return f'<span class="{column.css}">{escape(str(text))}</span>'


def _way(words_of_it: str) -> str:
    return f'<span class="sx-row__way">{escape(str(words_of_it))}</span>'


def _who(row: Any) -> str:
    name, short_name = row.ticket.firm_name, row.ticket.firm_short_name
    return f'<span class="sx-row__who" title="{escape(name)}">{escape(short_name)}</span>'


def _due(row: Any, now: datetime) -> str:
    """What it stands by; of what has ended, how and when."""
    return f'<span class="sx-row__due">{due.badge(row.due, now) if _stands(row) else _quiet(row)}</span>'


def _stands(row: Any) -> bool:
    return bool(row.due) and not row.past


def _quiet(row: Any) -> SafeString:
    ticket, mute = row.ticket, '<span class="sx-small sx-mute">{}{}</span>'
    if row.past:
        return format_html(mute, _("企业没回应"), "")
    ended = ticket.closed_at
    day = format_html(' <span class="sx-date">{}</span>', words.day(ended, weekday=False)) if ended else ""
    return format_html(mute, ticket.status_name, day)
