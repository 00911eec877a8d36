"""流转 on the ticket's page: returns, what lies before the chiefs, the group at work."""

from __future__ import annotations

from functools import cached_property

from django.http import HttpRequest

from portal.people.models import TaskGroupMember
from portal.people.rights import rights_of
from requests.models import ChiefView, Referral, ReturnRequest, Ticket, TicketGroup
from requests.models.dispatch import chiefs
from requests.models.ticket import Complexity


class Dispatching:
    """What the tile shows officials; nothing of it to the firm's side, nor to a third party. A query for each kind."""

    def __init__(self, ticket: Ticket) -> None:
        self.ticket = ticket

    @cached_property
    def returns(self) -> list[ReturnRequest]:
        rows = ReturnRequest.objects.filter(ticket=self.ticket).select_related("assignment__department", "proposed")
        return list(rows.order_by("-pk"))

    @cached_property
    def referral(self) -> Referral | None:
        """The latest; only where a return came before it."""
        if not self.returns:
            return None
        return Referral.objects.filter(ticket=self.ticket).select_related("taker").order_by("-pk").first()

    @cached_property
    def views(self) -> list[tuple[TaskGroupMember, ChiefView | None]]:
        """Each chief with his latest view."""
        if self.referral is None:
            return []
        rows = self.referral.views.select_related("taker").order_by("pk")
        latest = {view.chief_id: view for view in rows}
        return [(chief, latest.get(pk)) for pk, chief in chiefs(self.referral.ended_at).items()]

    @cached_property
    def works(self) -> list[tuple[TicketGroup, list[TaskGroupMember]]]:
        """The groups, the latest first, that at work with its members."""
        rows = TicketGroup.objects.filter(ticket=self.ticket).select_related("group").order_by("-pk")
        return [(work, self._members(work)) for work in rows]

    def _members(self, work: TicketGroup) -> list[TaskGroupMember]:
        return [] if work.ended_at else list(work.group.memberships.current().select_related("user"))

    @property
    def force_wanted(self) -> bool:
        """A major matter under way has no task force yet (APP-4)."""
        major = self.ticket.complexity == Complexity.MAJOR and not self.ticket.ended
        return major and not any(
            work.ended_at is None and work.group.kind == "task_force" for work, _members in self.works
        )

    @property
    def any(self) -> bool:
        return bool(self.returns or self.works or self.force_wanted)


def dispatching_of(request: HttpRequest, ticket: Ticket, *, firm_side: bool) -> Dispatching | None:
    """None for whoever reads nothing of it."""
    if firm_side or not ticket.lead_department_id or rights_of(request.user).is_outside:
        return None
    return Dispatching(ticket)
