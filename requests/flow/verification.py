"""核实: the congress observer asks the firm himself whether a result is real; he changes no ticket (handbook §1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.refusal import required
from requests import overseen
from requests.flow.core import Refused, begin, note
from requests.models import Ticket, Verification


@transaction.atomic
def verify(
    ticket: Ticket, *, by: User, real: bool, satisfied: str, text: str, at: datetime | None = None
) -> Verification:
    """Closed and overdue ordinary matters that he reads. The firm learns that the congress asked, not what it noted."""
    ticket, at = begin(ticket, "verify", by, at)
    if not overseen.verifiable(ticket, by, at):
        raise Refused(_("只核实已办结或超期的诉求。"))
    if satisfied not in Verification.Satisfied.values:
        raise Refused(_("请选企业满意不满意。"), "satisfied")
    text = required(text, _("请写向谁核实、企业怎么说。"), "text")
    found = Verification.objects.create(ticket=ticket, real=real, satisfied=satisfied, text=text, by=by, at=at)
    note("ticket.verified", ticket, by=by, at=at, verification=found.pk)
    return found
