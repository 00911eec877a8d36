"""What other pages show of visits: where a ticket was born."""

from portal.people.models import User
from requests.models import Ticket, Visit
from requests.models.ticket import Channel


def visit_of(ticket: Ticket, user: User) -> Visit | None:
    """The visit at which the matter was found, if the reader sees it; one query, and only for those of visits."""
    if ticket.channel != Channel.VISIT:
        return None
    return Visit.objects.visible_to(user).filter(found__ticket=ticket).select_related("recorded_by").first()
