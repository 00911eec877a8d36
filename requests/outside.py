"""What a third party's people read of the tickets they were given (APP-7): no internal note of others, no firm's page.

A mediation organisation or a law firm reads what is written to the firm, what its own people wrote, and what was asked
of it; as lead it reads the co-handlers' opinions too, which are given to it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from portal.people.models import Membership, User
from portal.people.rights import rights_of
from portal.trail.models import Audience as Seen
from portal.trail.models import Event
from requests.models import Ticket
from requests.models.conversation import Audience

REASONED = {"ticket.returned", "ticket.reassigned", "ticket.raised_decided"}
TO_THE_LEAD = {"ticket.opinion_given", "ticket.return_refused"}


class Outside:
    """The eyes of one person of a third party on one ticket."""

    def __init__(self, ticket: Ticket, reader: User) -> None:
        self.places = rights_of(reader).workplaces
        self.leads = ticket.lead_department_id in self.places
        self.people = colleagues(reader)

    def reads(self, event: Event) -> bool:
        """What the firm reads, what his own people did, what was given to them."""
        given = event.data.get("department") in self.places or (self.leads and event.kind in TO_THE_LEAD)
        return event.audience == Seen.FIRM or event.actor_id in self.people or given

    def is_hushed(self, event: Event) -> bool:
        """Whether the reasons in it are not for him: it was about another department."""
        return event.kind in REASONED and not self.leads and event.actor_id not in self.people

    def opens(self, row: Any) -> bool:
        """Whether an attachment is his to open."""
        own = row.file.uploaded_by_id in self.people
        return row.audience == Audience.FIRM or own or (self.leads and row.assignment_id is not None)


def colleagues(reader: User) -> set[int]:
    """He himself and whoever holds or held an office in the units he works for."""
    places = rights_of(reader).workplaces
    return {reader.pk, *Membership.objects.filter(department__in=places).values_list("user", flat=True)}


def files_for(reader: User, at: datetime | None = None) -> Q:
    """The attachments that he opens, of tickets he reads: the condition of `Attachment.visible_to`."""
    places = rights_of(reader, at).workplaces
    led = Q(assignment__isnull=False, ticket__lead_department__in=places)
    return Q(audience=Audience.FIRM) | Q(file__uploaded_by__in=colleagues(reader)) | led
