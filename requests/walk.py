"""Through a queue from ticket to ticket: which one comes next, and how many are left (“下一件”)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import gettext as _

from requests.agenda import Agenda, Item, open_to, ordered
from requests.filters import QueueFilter
from requests.models import Ticket
from requests.queues import Part, Queue, queues_of


@dataclass
class Working:
    """A queue as its reader has narrowed and sorted it."""

    queue: Queue
    part: Part | None
    agenda: Agenda
    filter: QueueFilter
    items: list[Item]


def working(request: HttpRequest, name: str, query: QueryDict) -> Working | None:
    """The queue of this name with what is in it now; None for who does not hold its role, or for a part it has not."""
    mine = queues_of(request.user)
    current = next((one for one in mine if one.name == name), None)
    part = current and current.part(query.get("part", ""))
    if current is None or (query.get("part") and part is None):
        return None
    agenda = Agenda(request.user, mine, current)
    chosen = QueueFilter(query, open_to(request.user), request=request, own=current.name == "handling")
    items = ordered(_left_by(chosen, agenda.of(current, part)), chosen.order)
    return Working(current, part, agenda, chosen, items)


def _left_by(chosen: QueueFilter, items: list[Item]) -> list[Item]:
    if not chosen.narrows:
        return items
    allowed = set(chosen.qs.filter(pk__in=[item.pk for item in items]).values_list("pk", flat=True))
    return [item for item in items if item.pk in allowed]


@dataclass(frozen=True)
class Walk:
    """Where a ticket stands on the way: `left` are those after it; the addresses lead to its neighbours."""

    title: str
    back: str
    left: int
    next_url: str
    previous_url: str

    @property
    def onward(self) -> str:
        """Where an act leads: to the next ticket, or back to the queue that is worked off."""
        return self.next_url or self.back


def walk(request: HttpRequest, came_from: str, ticket: Ticket) -> Walk | None:
    """The way on from this ticket through the queue whose address is `came_from`; None where there is no such queue."""
    parts = urlsplit(came_from[:500])
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    if match.view_name != "requests:queue" or parts.netloc:
        return None
    now = working(request, match.kwargs["name"], QueryDict(parts.query))
    if now is None:
        return None
    return _at(now, came_from, ticket)


def _at(now: Working, came_from: str, ticket: Ticket) -> Walk:
    """A ticket that has left the queue stands before its first one."""
    pks = [item.pk for item in now.items]
    index = pks.index(ticket.pk) if ticket.pk in pks else -1
    after, before = pks[index + 1 : index + 2], pks[max(index - 1, 0) : index]
    numbers = dict(Ticket.objects.filter(pk__in=after + before).order_by().values_list("pk", "number"))

    def url(pk: list[int]) -> str:
        if not pk or pk[0] not in numbers:
            return ""
        return f"{reverse('requests:ticket', args=[numbers[pk[0]]])}?{urlencode({'from': came_from})}"

    return Walk(_(now.queue.title), came_from, len(pks) - index - 1, url(after), url(before))
