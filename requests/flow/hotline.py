"""写回热线: the hotline from which a matter came is told how it came out (APP-1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.refusal import required
from requests import limits, owed_intake
from requests.flow.core import Refused, begin, note
from requests.models import Ticket, WriteBack


@transaction.atomic
def write_back(ticket: Ticket, *, by: User, text: str, at: datetime | None = None) -> WriteBack:
    """Records what the hotline was told, by whom and when; a line system that brought the matter in gets it pushed.

    Once for each signed result, and once for an end without one; a later result is to be written back as well.
    """
    ticket, at = begin(ticket, "write_back", by, at)
    if not owed_intake.write_back_owed(ticket):
        raise Refused(_("现在没有要写回热线的，可能刚有人写回过。"))
    row = WriteBack.objects.create(
        ticket=ticket,
        result=owed_intake.answered_by(ticket),
        text=required(text, _("请写明写回热线的内容。"), "text"),
        by=by,
        at=at,
    )
    limits.written_back(ticket, at)
    note("ticket.written_back", ticket, by=by, at=at, firm_sees=False, write_back=row.pk)
    return row
