"""Bringing old cases in and taking them out again, in the caller's transaction: all or none.

What is closed gets no clock and no message and counts by its own dates; what is open goes to triage.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import ManyToOneRel, QuerySet
from django.utils.translation import gettext as _

from portal.files.importing import Act, Stale, Tell
from portal.trail.entries import record_each
from portal.trail.models import Audience, Event
from portal.worktime.calendar import SHANGHAI, calendar
from requests import limits, stages
from requests.flow.intake import first_responder
from requests.models import CaseImport, CaseImportRow, DayNumber, DeadlineFiring, Result, Ticket, TicketDeadline
from requests.models.ticket import Channel
from requests.old_cases.checking import compare_all

Outcome = CaseImportRow.Outcome
CHUNK = 1000
FILED, CLOSED = time(9), time(17)  # the old files name days only


def apply(batch: CaseImport, act: Act, tell: Tell) -> None:
    """Raises Stale before anything is written where the preview no longer holds."""
    rows = batch.rows.filter(outcome=Outcome.NEW).select_related("firm").order_by("pk")
    tell(5, _("正在核对有没有变动"))
    total, done = batch.new, 0
    for chunk in chunks(rows):
        demand_fresh(chunk)
        tell(10 + 85 * done // max(total, 1), _("已导入 %(done)s 件，共 %(total)s 件") % {"done": done, "total": total})
        _bring_in(chunk, act)
        done += len(chunk)


def chunks(rows: QuerySet[CaseImportRow]) -> Iterator[list[CaseImportRow]]:
    """In pieces of CHUNK, each a query of its own, so that memory stays small."""
    last = 0
    while piece := list(rows.filter(pk__gt=last)[:CHUNK]):
        yield piece
        last = piece[-1].pk


def demand_fresh(rows: list[CaseImportRow]) -> None:
    """What is applied is what was shown: no number has come meanwhile, no firm was added or renamed."""
    seen = [(row.outcome, row.firm_id) for row in rows]
    compare_all(rows)
    if seen != [(row.outcome, row.firm_id) for row in rows]:
        raise Stale


def _bring_in(rows: Sequence[CaseImportRow], act: Act) -> None:
    numbers = _numbers(rows)
    tickets = [_ticket(row, numbers[row.pk], act) for row in rows]
    Ticket.objects.bulk_create(tickets)
    Result.objects.bulk_create(filter(None, (_result(row, t, act) for row, t in zip(rows, tickets, strict=True))))
    for row, ticket in zip(rows, tickets, strict=True):
        row.ticket = ticket
        if not ticket.ended:
            limits.filed(ticket, act.at)
    CaseImportRow.objects.bulk_update(rows, ["ticket"])
    data = {ticket.pk: {"import": rows[0].batch_id} for ticket in tickets}
    record_each("ticket.imported", Ticket, data, by=act.by, at=act.at, grant=act.grant, audience=Audience.FIRM)


def _numbers(rows: Sequence[CaseImportRow]) -> dict[int, str]:
    """A number of ours for each row, of the day on which it was filed."""
    days = Counter(row.values["filed"] for row in rows)
    last = {day: DayNumber.take(date.fromisoformat(day), many=count) for day, count in sorted(days.items())}
    given: dict[int, str] = {}
    for row in reversed(rows):
        day = row.values["filed"]
        given[row.pk] = f"{settings.TICKET_PREFIX}-{day.replace('-', '')}-{last[day]:04d}"
        last[day] -= 1
    return given


def _at(day: str, hour: time) -> datetime:
    return datetime.combine(date.fromisoformat(day), hour, SHANGHAI)


def _ticket(row: CaseImportRow, number: str, act: Act) -> Ticket:
    values, firm = row.values, row.firm
    ticket = Ticket(
        number=number,
        old_number=row.old_number,
        status=stages.CLOSED if "closed" in values else stages.TRIAGING,
        enterprise=firm,
        business_name="" if firm else values["firm"],
        contact_name=values.get("contact_name", ""),
        contact_phone=values.get("contact_phone", ""),
        title=row.title,
        description=values.get("description") or row.title,
        category_id=values.get("category"),
        lead_department_id=values.get("department") if "closed" in values else None,
        place=firm.place if firm else None,
        channel=Channel.IMPORT,
        registered_by=act.by,
        filed_at=_at(values["filed"], FILED),
        moved_at=act.at,
    )
    if ticket.ended:
        _settle(ticket, values)
    else:
        ticket.first_responder = first_responder(firm, act.by, act.at)
    return ticket


def _settle(ticket: Ticket, values: dict[str, Any]) -> None:
    """What figures count (SUP-2), by the old dates; whether it was late is unknown where no limit is named."""
    ticket.closed_at = ticket.moved_at = _at(values["closed"], CLOSED)
    filed, closed = (date.fromisoformat(values[name]) for name in ("filed", "closed"))
    ticket.worked_days = max(calendar().working_days_between(filed, closed), 0) if filed.year >= 2019 else None
    ticket.worked_late = values["closed"] > values["due"] if "due" in values else None
    ticket.score, ticket.outcome = values.get("score"), values.get("outcome", "")


def _result(row: CaseImportRow, ticket: Ticket, act: Act) -> Result | None:
    """The old answer, where the department that gave it and its kind are known; else its words stay in the story."""
    values, closed_at = row.values, ticket.closed_at
    if closed_at is None or not {"outcome", "department"} <= values.keys():
        ticket.end_reason = values.get("reply", "")[:1000]
        return None
    return Result(
        ticket=ticket,
        department_id=values["department"],
        kind=values["outcome"],
        text=values.get("reply", ""),
        reported_by=act.by,
        reported_at=closed_at,
        signed_at=closed_at,
    )


# Undoing ---------------------------------------------------------------------------------------------------------

OWN = {CaseImportRow, TicketDeadline, Result}  # what the import itself made
QUIET = ("ticket.imported", "deadline.rung", "deadline.moved")


def undo(batch: CaseImport, act: Act, tell: Tell) -> int:
    """Takes out what nobody has touched since; the rest stays and is named. How many rows that is."""
    tell(10, _("正在看哪些后来办过"))
    rows = batch.rows.filter(outcome=Outcome.NEW).exclude(ticket=None).order_by("pk")
    list(Ticket.objects.filter(pk__in=rows.values("ticket")).order_by("pk").select_for_update().values_list("pk"))
    kept = 0
    for chunk in chunks(rows):
        used = used_since([row.ticket_id for row in chunk if row.ticket_id])
        for row in chunk:
            row.kept = ["used"] if row.ticket_id in used else []
        CaseImportRow.objects.bulk_update(chunk, ["kept"])
        gone = [row.ticket_id for row in chunk if row.ticket_id and not row.kept]
        kept += len(chunk) - len(gone)
        _remove(gone, batch, act)
    return kept


def used_since(tickets: Sequence[int]) -> set[int]:
    """Those of which something happened after the import, or to which a row of any room points."""
    events = Event.objects.filter(subject_type=Ticket._meta.label_lower, subject_id__in=tickets)
    touched = events.exclude(kind__in=QUIET).values_list("subject_id", flat=True)
    used = {pk for pk in touched if pk is not None}
    for relation in Ticket._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model not in OWN:
            field = relation.field.attname
            rows = relation.related_model._base_manager.filter(**{f"{field}__in": tickets})
            used.update(rows.order_by().values_list(field, flat=True).distinct())
    return used


def _remove(tickets: Sequence[int], batch: CaseImport, act: Act) -> None:
    data = {pk: {"import": batch.pk} for pk in tickets}
    record_each("ticket.import_undone", Ticket, data, by=act.by, at=act.at, grant=act.grant)
    clocks = TicketDeadline.objects.filter(subject__in=tickets)
    DeadlineFiring.objects.filter(deadline__in=clocks).delete()
    clocks.delete()
    Result.objects.filter(ticket__in=tickets).delete()
    Ticket.objects.filter(pk__in=tickets).delete()
