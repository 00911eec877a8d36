"""Tickets without any verb, to hang deadlines on."""

from datetime import datetime
from typing import Any

from portal import deadlines
from portal.people.models import Department
from requests.models import Ticket, TicketDeadline
from requests.stages import RECEIVED
from tests.worktime.factories import instant


def ticket() -> Ticket:
    filed = instant("2026-11-02 09:00")
    return Ticket.objects.create(
        number=f"SX-20261102-{Ticket.objects.count() + 1:04d}",
        status=RECEIVED,
        business_name="乌有记面馆",
        contact_name="乌有先生",
        contact_phone="13800000001",
        title="门前路灯不亮",
        description="门前路灯已三日不亮。",
        channel="online",
        filed_at=filed,
        moved_at=filed,
    )


def department(name: str = "建设局") -> Department:
    return Department.objects.get_or_create(name=name, defaults={"short_name": name, "kind": "town_office"})[0]


def running(subject: Ticket, obligation: str = "handle", at: str = "2026-11-16 09:00", **given: Any) -> TicketDeadline:
    """A department's clock; by default a coordination's 15 working days."""
    given.setdefault("obligor_kind", "department")
    if given["obligor_kind"] == "department":
        given.setdefault("department", department())
    return deadlines.start(TicketDeadline, subject, obligation, at=instant(at), **given)


def fresh(deadline: TicketDeadline) -> TicketDeadline:
    return TicketDeadline.objects.get(pk=deadline.pk)


def times(deadline: TicketDeadline) -> list[datetime]:
    return list(deadline.rung_times)
