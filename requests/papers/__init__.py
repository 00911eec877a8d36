"""The papers a ticket has (APP-22): which there are, who may have them, each made from the rows when asked for.

It says what held on the day it was issued, and below that what has changed since (`issued`).
Whoever reads the ticket reads the receipt and the signed replies; the rest is the office's own (SEC-1). A paper is
named by its kind and its number among those of the ticket, so that no row's key stands in an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, override

from portal.people.models import User
from portal.people.rights import rights_of
from requests import stages
from requests.models import SupervisionOrder, Ticket, WrittenReply
from requests.models.ticket import Complexity
from requests.papers import forms, letters
from requests.papers.paper import Paper

# Who reads special reports: who answers for the matter, and those they go to (APP-4).
REPORTS = frozenset({"triager", "supervisor", "leader", *stages.LEAD})
NAMES = {
    "receipt": gettext_lazy("受理回执"),
    "handover": gettext_lazy("交办单"),
    "second": gettext_lazy("二次交办单"),
    "reply": gettext_lazy("书面答复"),
    "order": gettext_lazy("督办单"),
    "report": gettext_lazy("专报"),
}


@dataclass(frozen=True)
class Offer:
    """One paper of a ticket: `n` counts those of its kind from 1, `about` says which it is where there are several."""

    ticket: Ticket
    kind: str
    n: int
    make: Callable[[], Paper]
    about: str = ""
    called: str = ""  # where its name is not that of its kind

    @property
    def name(self) -> str:
        return gettext(self.called) if self.called else str(NAMES[self.kind])

    @property
    def url(self) -> str:
        return reverse("requests:paper", args=[self.ticket.number, self.kind, self.n])

    @property
    def word_url(self) -> str:
        return reverse("requests:paper-word", args=[self.ticket.number, self.kind, self.n])

    def paper(self) -> Paper:
        """In Chinese, whatever the reader's language: it is a document of the town."""
        with override("zh-hans"):
            return self.make()


def papers_of(ticket: Ticket, held: frozenset[str], reader: User | None = None) -> list[Offer]:
    """The papers that somebody with these capacities, who reads the ticket, may have; a third party its own (APP-7)."""
    if held <= set(stages.FIRM_SIDE):
        return list(_open(ticket))
    rights = rights_of(reader)
    return [*_open(ticket), *_office(ticket, held, rights.workplaces if rights.is_outside else None)]


def _open(ticket: Ticket) -> Iterator[Offer]:
    yield Offer(ticket, "receipt", 1, partial(forms.receipt, ticket), called=forms.receipt_name(ticket))
    for n, reply in enumerate(_replies(ticket), 1):
        about = reply.number or reply.department.short_name
        yield Offer(ticket, "reply", n, partial(letters.reply, ticket, reply), about)


def _replies(ticket: Ticket) -> list[WrittenReply]:
    if ticket.status in (stages.RECEIVED, stages.INCOMPLETE, stages.TRIAGING) or not ticket.lead_department_id:
        return []
    rows = WrittenReply.objects.filter(result__ticket=ticket, result__signed_at__isnull=False)
    return list(rows.select_related("result__reported_by", "department").order_by("id"))


def _office(ticket: Ticket, held: frozenset[str], only: frozenset[int] | None = None) -> Iterator[Offer]:
    """`only`: the departments to which the papers must have gone, None for all."""
    prefetch_related_objects([ticket], "assignments__department")  # the page has them
    parts = sorted(ticket.assignments.all(), key=attrgetter("pk")) if ticket.lead_department_id else []
    for n, part in enumerate(parts, 1):
        about = f"{part.department.short_name} {part.get_part_display()}"
        if only is None or part.department_id in only:
            yield Offer(ticket, "handover", n, partial(forms.hand_over, ticket, part), about)
    if ticket.dissatisfied:
        again = ticket.deadlines.filter(obligation="second").order_by("id")
        for n, deadline in enumerate(again, 1):
            yield Offer(ticket, "second", n, partial(forms.second, ticket, deadline))
    for n, order in enumerate(sorted(orders_of(ticket), key=attrgetter("pk")), 1):
        if only is None or order.department_id in only:
            yield Offer(ticket, "order", n, partial(forms.order, ticket, order), order.number)
    if only is None and ticket.complexity == Complexity.MAJOR and held & REPORTS:
        reports = ticket.special_reports.select_related("leader").order_by("id")
        for n, report in enumerate(reports, 1):
            yield Offer(ticket, "report", n, partial(letters.special_report, ticket, report), report.number)


def orders_of(ticket: Ticket) -> list[SupervisionOrder]:
    """Its supervision orders, the latest first; read once for a page."""
    rows = SupervisionOrder.objects.select_related("department", "deadline", "issued_by", "answered_by", "judged_by")
    prefetch_related_objects([ticket], Prefetch("orders", rows))
    return list(ticket.orders.all())


def find(ticket: Ticket, held: frozenset[str], kind: str, n: int, reader: User | None = None) -> Offer | None:
    """The paper of that name, if there is one and he may have it."""
    return next((one for one in papers_of(ticket, held, reader) if (one.kind, one.n) == (kind, n)), None)
