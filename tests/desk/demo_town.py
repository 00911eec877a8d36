"""Loading a small demo town, and one number for all that was made."""

import hashlib
from datetime import datetime
from io import StringIO

from django.core.management import call_command

from enterprises.models import Enterprise
from portal.outbox.models import Delivery
from portal.people.models import User
from portal.trail.models import Event
from portal.worktime.calendar import SHANGHAI
from requests.models import Ticket

NOW = datetime(2026, 11, 20, 15, 20, tzinfo=SHANGHAI)


def load(enterprises: int, tickets: int, seed: int = 1) -> str:
    """Runs the command on the day of NOW; returns what it said."""
    said = StringIO()
    call_command("demo", enterprises=enterprises, tickets=tickets, seed=seed, today=NOW.date(), stdout=said)
    return said.getvalue()


def digest() -> str:
    """All that was made, without what must differ: keys of rows, hashes of passwords, paths of files."""
    lines = [*Enterprise.objects.order_by("uscc").values_list("uscc", "name", "place__code", "address", "phone")]
    lines += User.objects.order_by("username").values_list("username", "name", "mobile", "position")
    lines += (
        Ticket.objects.filter(confidential=False)
        .order_by("number")
        .values_list(
            "number", "filed_key", "status", "round", "title", "description", "enterprise__uscc", "filed_at", "moved_at"
        )
    )
    lines += Event.objects.order_by("at", "pk").values_list("kind", "at", "actor__username")
    lines += Delivery.objects.order_by("sent_at", "recipient__username", "pk").values_list(
        "recipient__username", "title", "body", "sent_at", "read_at"
    )
    return hashlib.sha256("\n".join(map(str, lines)).encode()).hexdigest()
