"""报告进展 (SLA-9): while its work is overdue, a department reports on the first working day of every following month.

The first report is owed as soon as the work is overdue, by the first working day of the month after its due day; each
report given makes the next one owed. It ends with the signature on the result, or with the ticket. One left out stays
open and red until it is given; months that passed meanwhile are not asked for again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.actors import CLOCK, Clock
from portal.people.models import User
from portal.people.refusal import required
from requests import limits, owed
from requests.flow.core import Refused, begin, note
from requests.models import ProgressReport, Ticket
from requests.models.conversation import Audience


@transaction.atomic
def owe_progress(ticket: Ticket, *, by: Clock = CLOCK, at: datetime | None = None) -> Ticket:
    """The work has become overdue: the first report is owed, counted from the due time also after an outage."""
    ticket, at = begin(ticket, "owe_progress", by, at)
    late = owed.overdue_work(at).filter(subject=ticket).first()
    if late is None or limits.running(ticket, "progress"):
        return ticket
    limits.progress_owed(ticket, late.due_at)
    note("ticket.progress_owed", ticket, by=by, at=late.due_at, firm_sees=False)
    return ticket


@transaction.atomic
def report_progress(
    ticket: Ticket, *, by: User, text: str, audience: str = Audience.OFFICE, at: datetime | None = None
) -> ProgressReport:
    """The month's report; the firm reads it where the department says so, officials always."""
    ticket, at = begin(ticket, "report_progress", by, at)
    deadline = owed.progress_due(ticket, at)
    if deadline is None:
        raise Refused(_("现在不用报进展：没有超期，或者这个月的已经报了。"))
    report = ProgressReport.objects.create(
        ticket=ticket,
        deadline=deadline,
        text=required(text, _("请写办到哪一步了，还差什么。"), "text"),
        audience=Audience.FIRM if audience == Audience.FIRM else Audience.OFFICE,
        by=by,
        at=at,
    )
    limits.progress_given(ticket, at)
    firm_sees = report.audience == Audience.FIRM
    note("ticket.progress_reported", ticket, by=by, at=at, firm_sees=firm_sees, progress=report.pk)
    return report
