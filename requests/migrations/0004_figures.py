"""What the figures read (SUP-2): settled facts in the ticket's own row, and months of tickets from two indexes alone."""

from datetime import date
from zoneinfo import ZoneInfo

from django.db import migrations, models
from django.db.models import F

SHANGHAI = ZoneInfo("Asia/Shanghai")
ON_ARRIVAL = ("phone", "counter", "visit", "meeting")
READ = ["id", "status", "confidential", "handler", "filed_by", "enterprise", "lead_department"]
READ += ["category", "place", "channel"]
SETTLED = ["worked_days", "worked_late", "score", "outcome"]


def settle(apps, schema_editor):
    """The facts of the tickets there are; the calendar is asked once for each."""
    Ticket = apps.get_model("requests", "Ticket")
    tickets = Ticket.objects.filter(models.Q(first_response_at__isnull=False) | models.Q(status="closed"))
    if not tickets.exists():
        return
    from portal.worktime.calendar import build

    known = build()
    for ticket in tickets.iterator(chunk_size=1000):
        if ticket.first_response_at and ticket.channel not in ON_ARRIVAL:
            ticket.response_minutes = known.working_minutes_between(ticket.filed_at, ticket.first_response_at)
        if ticket.status == "closed":
            _close(apps, ticket, known)
        ticket.save(update_fields=["response_minutes", *SETTLED])


def _close(apps, ticket, known):
    def rows(name, **found):
        return apps.get_model("requests", name).objects.filter(**found).order_by("-id")

    days = known.working_days_between(_day(ticket.filed_at), _day(ticket.closed_at))
    late = rows("TicketDeadline", subject=ticket, met_at__gt=F("due_at"))
    rated = rows("Revisit", ticket=ticket, reached=True).first() or rows("Rating", ticket=ticket).first()
    answer = rows("Result", ticket=ticket, signed_at__isnull=False).first()
    ticket.worked_days = max(days, 0)
    ticket.worked_late = late.filter(obligation__in=["handle", "rework", "second", "order"]).exists()
    ticket.score = rated.overall if rated else None
    ticket.outcome = answer.kind if answer else ""


def _day(instant) -> date:
    return instant.astimezone(SHANGHAI).date()


class Migration(migrations.Migration):
    dependencies = [("requests", "0003_line_and_consent"), ("worktime", "0001_initial")]

    operations = [
        migrations.AddField("ticket", "response_minutes", models.PositiveIntegerField(null=True, blank=True)),
        migrations.AddField("ticket", "worked_days", models.PositiveIntegerField(null=True, blank=True)),
        migrations.AddField("ticket", "worked_late", models.BooleanField(null=True, blank=True)),
        migrations.AddField("ticket", "score", models.PositiveSmallIntegerField(null=True, blank=True)),
        migrations.AddField("ticket", "outcome", models.CharField(max_length=10, blank=True, default="")),
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="ticket", name="requests_ti_closed__fddd52_idx"),
        migrations.AddIndex(
            "ticket", models.Index(fields=["closed_at"], include=[*READ, *SETTLED], name="ticket_closed")
        ),
        migrations.AddIndex(
            "ticket", models.Index(fields=["filed_at"], include=[*READ, "response_minutes"], name="ticket_filed")
        ),
    ]
