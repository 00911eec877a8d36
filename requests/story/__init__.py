"""The story of a ticket: the trail's events with what was said and attached, newest first (APP-19, APP-20).

What an event says in words is told by one of the `TELLERS`, each of which knows its own rows and loads them at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from enterprises.models import Member
from portal.people.actors import LinkHolder
from portal.people.models import Department, Membership, User
from portal.people.rights import rights_of
from portal.people.roles import DEPARTMENT_ROLES, Role
from portal.trail.models import Audience as Seen
from portal.trail.models import Event
from requests import stages
from requests.models import Attachment, Ticket
from requests.models.conversation import Audience
from requests.outside import Outside
from requests.story.commons import Commons
from requests.story.confidential import Confidential
from requests.story.dispatch import Dispatch
from requests.story.intake import Intake
from requests.story.loop import Loop, objections, scores
from requests.story.merging import Merging
from requests.story.orders import Orders
from requests.story.respite import Respite
from requests.story.supervision import Supervision
from requests.story.teller import Said, Teller

__all__ = ["Line", "Said", "Story", "Teller", "objections", "scores", "tabs"]

TALK = {
    "ticket.supplement_asked",
    "ticket.supplemented",
    "ticket.replied",
    "ticket.firm_wrote",
    "ticket.contacted",
    "ticket.urged",
    "ticket.noted",
    "ticket.opinion_given",
    "ticket.contributed",
}

# Events that bring a ticket to a station, and which.
ARRIVES = {
    "ticket.filed": stages.INTAKE,
    "ticket.registered": stages.INTAKE,
    "ticket.accepted": stages.TRIAGE,
    "ticket.review_overturned": stages.TRIAGE,
    "ticket.dispatched": stages.DISPATCH,
    "ticket.returned": stages.DISPATCH,
    "ticket.reassigned": stages.DISPATCH,
    "ticket.taken": stages.HANDLE,
    "ticket.assigned_again": stages.HANDLE,
    "ticket.ordered": stages.HANDLE,
    "ticket.answered": stages.FEEDBACK,
    "ticket.confirmed": stages.REVISIT,
    "ticket.disputed": stages.HANDLE,
    "ticket.left_unanswered": stages.REVISIT,
    "ticket.closed": stages.REVISIT,
    "ticket.reopened": stages.TRIAGE,
}
AGAIN = {"ticket.assigned_again", "ticket.ordered"}  # what sends a ticket round again, at the instant of the answer


@dataclass
class Line:
    """One entry: who, what, when, the words said and the files with them."""

    at: datetime
    who: str
    what: str
    kind: str
    stage: bool = False
    internal: bool = False
    talk: bool = False
    text: str = ""
    small: str = ""
    files: list[Attachment] = field(default_factory=list)
    deputy: str = ""  # for whom it was done (AB角)
    unit: str = ""  # where the person belongs: the firm, the centre, a department
    role: str = ""  # under which right, as the trail has it
    station: str = ""  # the station it brought the ticket to
    written: str = ""  # the written reply that went with a result (SLA-8)


TELLERS: tuple[type[Teller], ...] = (
    Loop,
    Intake,
    Supervision,
    Orders,
    Commons,
    Confidential,
    Respite,
    Dispatch,
    Merging,
)


class Story:
    """All lines of a ticket for one side. A constant number of queries, however long the story."""

    def __init__(self, ticket: Ticket, *, firm_side: bool, reader: User | None = None) -> None:
        self.ticket, self.firm_side = ticket, firm_side
        self.outside = Outside(ticket, reader) if reader is not None and rights_of(reader).is_outside else None
        events = Event.objects.about(ticket).select_related("actor", "principal").order_by("at", "pk")
        self.events = [e for e in events if self._reads(e)]
        members = Member.objects.filter(enterprise=ticket.enterprise_id)
        self.firm_people = set(members.values_list("user", flat=True))  # now or then
        proxies = Member.objects.filter(enterprise=ticket.proxy_id) if ticket.proxy_id else Member.objects.none()
        self.proxies = set(proxies.values_list("user", flat=True))
        self.again = {event.at for event in self.events if event.kind in AGAIN}
        self.units, self.served = self._units(), self._served()
        self.attachments = self._open(ticket.attachments.select_related("file", "scan"))
        self.tellers: dict[type[Teller], Any] = {
            teller: teller(ticket, self.events, firm_side=firm_side) for teller in TELLERS
        }
        self.tellers[Merging].reader = reader
        self.lines = [self._line(event) for event in reversed(self.events)]

    @property
    def supervision(self) -> Supervision:
        return self.tellers[Supervision]

    @property
    def respite(self) -> Respite:
        return self.tellers[Respite]

    @property
    def orders(self) -> Orders:
        return self.tellers[Orders]

    def _open(self, rows: Iterable[Any]) -> list[Any]:
        """Of comments or files those that this side reads."""
        if self.outside is not None:
            return [row for row in rows if self.outside.opens(row)]
        return [row for row in rows if not self.firm_side or row.audience == Audience.FIRM]

    def _reads(self, event: Event) -> bool:
        if self.outside is not None:
            return self.outside.reads(event)
        return not self.firm_side or event.audience == Seen.FIRM

    def _served(self) -> dict[int, str]:
        """The units for which something was recorded (ORG-1)."""
        named = {e.data["for_unit"] for e in self.events if "for_unit" in e.data}
        return dict(Department.objects.filter(pk__in=named).values_list("pk", "short_name")) if named else {}

    def _units(self) -> dict[tuple[int, str], list[Membership]]:
        """In which departments the actors held the role they acted in."""
        wanted = [(e.principal_id or e.actor_id, e.role) for e in self.events if e.role in DEPARTMENT_ROLES]
        if not wanted:
            return {}
        users, roles = {pk for pk, _role in wanted}, {role for _pk, role in wanted}
        found: dict[tuple[int, str], list[Membership]] = {}
        for held in Membership.objects.filter(user__in=users, role__in=roles).select_related("department"):
            found.setdefault((held.user_id, held.role), []).append(held)
        return found

    def _unit(self, event: Event) -> str:
        """“企业”, “住建局”, “企业服务中心”, “服务管家”: in the words the firm may read as well."""
        if not event.role:  # the clock, the firm's people, a system that speaks for the firm by its own name
            if event.actor_id in self.proxies:
                return self.ticket.proxy.name
            return _("企业") if event.actor_id in self.firm_people else ""
        if event.role == LinkHolder.role:
            return _("企业")
        if event.role in (Role.INTAKE_CLERK, Role.TRIAGER, Role.REVISITOR):
            return _("企业服务中心")
        held = self.units.get((event.principal_id or event.actor_id, event.role), [])
        then = [m for m in held if m.since <= event.at and (m.until is None or m.until > event.at)] or held
        own = [m for m in then if m.department_id == self.ticket.lead_department_id] or then
        return own[0].department.short_name if own else str(Role(event.role).label)

    @property
    def talk(self) -> list[Line]:
        """What was said to and by the firm."""
        return [line for line in self.lines if line.talk and not line.internal]

    @property
    def internal(self) -> list[Line]:
        return [line for line in self.lines if line.internal]

    def _line(self, event: Event) -> Line:
        what, text, small = self._said(event)
        if self.outside is not None and self.outside.is_hushed(event):
            text = small = ""
        station = self._station(event)
        return Line(
            at=event.at,
            who=_("系统") if event.kind in AGAIN else event.who,  # by rule, whosever answer brought it about
            what=what,
            kind=event.kind,
            stage=bool(station),
            internal=event.audience != Seen.FIRM,
            talk=event.kind in TALK,
            text=text,
            small=small,
            files=self._files(event),
            deputy=event.principal.name if event.principal else self.served.get(event.data.get("for_unit"), ""),
            unit="" if event.kind in AGAIN else self._unit(event),
            role=str(Role(event.role).label) if event.role in Role.values else "",
            station=_(stages.STAGES[station]) if station else "",
            written=self.tellers[Loop].written(event),
        )

    def _station(self, event: Event) -> str:
        """Where it brought the ticket; an answer that sent it round again, or was about an order, has the next say."""
        if event.kind in ("ticket.confirmed", "ticket.disputed"):
            if event.at in self.again:
                return ""
            if any(e.kind == "ticket.still_dissatisfied" and e.at == event.at for e in self.events):
                return stages.REVISIT
        return ARRIVES.get(event.kind, "")

    def _said(self, event: Event) -> Said:
        for teller in self.tellers.values():
            if (said := teller.said(event)) is not None:
                return said
        return event.kind, "", ""

    def _files(self, event: Event) -> list[Attachment]:
        """What was attached in the act that the event tells of."""
        tellers = self.tellers.values()
        return [file for file in self.attachments if any(teller.came_with(file, event) for teller in tellers)]


def tabs(story: Story) -> Iterable[tuple[str, str, int | None]]:
    """The tabs above the story: (key, name, count); the first shows everything and counts nothing."""
    yield "all", _("全部"), None
    yield "firm", _("与中心和部门") if story.firm_side else _("与企业"), len(story.talk)
    if not story.firm_side:
        yield "internal", _("内部"), len(story.internal)
    yield "files", _("附件"), len(story.attachments)
    if not story.firm_side:
        yield "trail", _("留痕"), len(story.lines)
