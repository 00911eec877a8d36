"""What happens once: what is missing is asked for (APP-2), a review (APP-6), what a hotline is told (APP-1).

Pages and verbs ask the same functions, so that what is offered and what is refused cannot differ.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.people.rights import rights_of
from portal.trail.models import Event
from requests import stages
from requests.models import Result, Review, Ticket, TicketDeadline

ASKED_FOR = {"ask_supplement", "reject", "ask_review", "rule_review", "write_back"}


def may_ask_supplement(ticket: Ticket) -> bool:
    """Once for everything (APP-2)."""
    return not hasattr(ticket, "supplement")


def may_reject(ticket: Ticket) -> bool:
    """Not what a supervisor has ruled to be taken on (APP-6)."""
    return not hasattr(ticket, "review")


def may_ask_review(ticket: Ticket) -> bool:
    """Once, and not of what was rejected in an old system: there is no item of the list to look at."""
    return ticket.rejected_item_id is not None and not Review.objects.filter(ticket=ticket).exists()


def review_open(ticket: Ticket) -> bool:
    return Review.objects.filter(ticket=ticket, upheld=None).exists()


def rejected_by(ticket: Ticket, by: Any, at: datetime | None = None) -> bool:
    """Whether he rejected it, or whom he stands in for, or who stood in for him (APP-6)."""
    last = Event.objects.about(ticket).filter(kind="ticket.rejected").order_by("-at", "-pk").first()
    people = {by.pk, *(principal.pk for principal in rights_of(by, at).principals)}
    return last is not None and not people.isdisjoint({last.actor_id, last.principal_id})


def write_back_owed(ticket: Ticket) -> bool:
    """Whether the hotline's own date runs still: until the result was written back."""
    return TicketDeadline.objects.open().filter(subject=ticket, obligation="outer").exists()


def answered_by(ticket: Ticket) -> Result | None:
    """The latest signed result."""
    return ticket.results.filter(signed_at__isnull=False).order_by("-id").first()


@override("zh-hans")
def answer_to_hotline(ticket: Ticket) -> str:
    """What the clerk would write: the signed result in the firm's words, else how it ended and why.

    In Chinese, whatever his own language: the hotline reads it.
    """
    result = answered_by(ticket)
    if result is not None:
        lead = ticket.lead_department.name if ticket.lead_department else ""
        given = {"department": lead, "kind": result.get_kind_display(), "text": result.text}
        return _("%(department)s办理，结果：%(kind)s。%(text)s") % given
    if ticket.status == stages.REJECTED:
        given = {"item": str(ticket.rejected_item or ""), "go_to": ticket.instead}
        return _("不予受理，依据：%(item)s。已告知企业：%(go_to)s") % given
    return _("企业已撤回。%(reason)s") % {"reason": ticket.end_reason}


def answerable(ticket: Ticket, verbs: list[str], by: Any, at: datetime | None = None) -> list[str]:
    """Of the verbs that `by` may do by his office, those for which there is something to do now."""
    if not ASKED_FOR & set(verbs):
        return verbs
    obligations = {deadline.obligation for deadline in ticket.open_deadlines}
    there_is = {
        "ask_supplement": lambda: may_ask_supplement(ticket),
        "reject": lambda: may_reject(ticket),
        "ask_review": lambda: may_ask_review(ticket),
        "rule_review": lambda: "review" in obligations and not rejected_by(ticket, by, at),
        "write_back": lambda: "outer" in obligations,
    }
    return [verb for verb in verbs if verb not in there_is or there_is[verb]()]
