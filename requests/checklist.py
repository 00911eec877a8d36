"""办结清单 (APP-14): what must be there before a ticket may close, whether it is, and where to mend what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from requests import overseen, stages
from requests.models import Assignment, Result, Revisit, Ticket

AT_THE_END = (stages.CONFIRMING, stages.REVISITING, stages.CLOSED)


@dataclass(frozen=True)
class Item:
    """`verbs` mend what is missing, the first that may be done now; else it is found at `place` on the page."""

    name: str
    there: bool
    verbs: tuple[str, ...] = ()
    place: str = "#story"
    url: str = ""  # where whoever reads it mends it himself

    def for_reader(self, ticket: Ticket, verbs: Collection[str]) -> Item:
        """With the way to the act, if he may do it, or else to the place where it will be seen."""
        if self.there:
            return self
        verb = next((verb for verb in self.verbs if verb in verbs), None)
        url = reverse("requests:verb", args=[ticket.number, verb]) if verb else self._place(ticket)
        return Item(self.name, self.there, self.verbs, self.place, url)

    def _place(self, ticket: Ticket) -> str:
        return f"{reverse('requests:ticket', args=[ticket.number])}{self.place}"


def items(ticket: Ticket) -> list[Item]:
    """Everything in the order in which it comes about."""
    at_work = ticket.status in stages.IN_DEPARTMENT  # what was answered before a return or a second assignment is past
    result = None if at_work else ticket.results.exclude(signed_at=None).order_by("-id").first()
    return [
        Item(
            _("已联系企业"),
            ticket.deadlines.filter(obligation="contact", met_at__isnull=False).exists(),
            ("log_contact",),
        ),
        *_parts(ticket),
        Item(_("办理结果"), result is not None or ticket.status == stages.SIGNOFF, ("report",)),
        Item(_("负责人签批"), result is not None, ("sign_off",)),
        *_written(ticket, result),
        *_asked(ticket),
        Item(_("企业已知晓结果"), result is not None and bool(result.answer), ("confirm",)),
        *_archived(ticket),
        _called(ticket, result),
    ]


def _parts(ticket: Ticket) -> Iterator[Item]:
    """The co-handlers' opinions; parts that ended without one, taken back or given to another, are owed no more."""
    owed = Q(opinion_at__isnull=False) | Q(ended_at=None)
    parts = ticket.assignments.filter(owed, part=Assignment.Part.CO).select_related("department").order_by("id")
    for part in parts:
        name = _("%(name)s意见") % {"name": part.department.short_name}
        yield Item(name, part.opinion_at is not None, ("give_opinion",))


def _written(ticket: Ticket, result: Result | None) -> Iterator[Item]:
    if result is not None and result.needs_written_reply:
        yield Item(_("书面答复"), bool(result.written_reply), ("report",))
        yield Item(_("盖章答复已送达"), not overseen.scan_missing(ticket, result), ("deliver_scan",))


def _asked(ticket: Ticket) -> Iterator[Item]:
    if ticket.instructions.exists():
        yield Item(_("批示已答复"), not ticket.instructions.open().exists(), ("answer_instruction",))


def _called(ticket: Ticket, result: Result | None) -> Item:
    """Reached, or tried as often as APP-13 asks; a call that nobody took is not yet a revisit."""
    calls = list(ticket.revisits.filter(result=result)) if result else []
    reached, over = any(call.reached for call in calls), len(calls) >= Revisit.ATTEMPTS
    return Item(_("三次未联系上") if over and not reached else _("已回访"), reached or over, ("record_revisit",))


def _archived(ticket: Ticket) -> Iterator[Item]:
    """Whether what was attached is still there to be opened; asked when it goes to its end."""
    if ticket.status not in AT_THE_END:
        return
    paths = list(ticket.attachments.values_list("file__path", flat=True))
    if paths:
        yield Item(_("附件已归档"), all(default_storage.exists(path) for path in paths), (), "?tab=files#story")


def missing_to_close(ticket: Ticket) -> list[str]:
    """The names of what the checklist still lacks; empty when the ticket may close."""
    return [item.name for item in items(ticket) if not item.there]
