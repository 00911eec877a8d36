"""What dispatch leaves to do on one ticket now: a return to rule on, a part to take, a group to end (APP-4, APP-9).

Pages and verbs ask the same functions (see `requests.owed`), so that what is offered and what is refused cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from requests import stages
from requests.models import Assignment, Referral, ReturnRequest, Ticket, TicketGroup
from requests.models.ticket import Complexity, Round

LEVELS = list(Complexity.values)
RETURNS = {"ask_return", "rule_return", "refer_to_chiefs", "give_view", "decide_raised", "reassign"}
GROUPS = {"give_to_group", "contribute", "end_group"}
PARTS = {"take_part", "end_part"}
CHIEFS_TURN = 3  # from which return on nobody but the chiefs rules: two rounds nobody accepted it (NET-6)


def open_return(ticket: Ticket) -> ReturnRequest | None:
    """The department's request to return it that waits for a ruling."""
    return ReturnRequest.objects.open().filter(ticket=ticket).select_related("assignment__department").first()


def open_referral(ticket: Ticket) -> Referral | None:
    return Referral.objects.open().filter(ticket=ticket).first()


def group_at_work(ticket: Ticket) -> TicketGroup | None:
    return TicketGroup.objects.working().filter(ticket=ticket).select_related("group").first()


def lead_part(ticket: Ticket) -> Assignment | None:
    return ticket.assignments.filter(part=Assignment.Part.LEAD, ended_at=None).select_related("department").first()


def rules_on(request: ReturnRequest, held: Iterable[str]) -> bool:
    """The centre rules on the first return, a supervisor on the second, on a further one the chiefs alone (APP-9)."""
    if request.number >= CHIEFS_TURN:
        return False
    return ("supervisor" if request.number > 1 else "triager") in held


def refusals(ticket: Ticket) -> int:
    """How often a department asked to return it, without taking that back."""
    return ReturnRequest.objects.counted().filter(ticket=ticket).count()


def higher(ticket: Ticket) -> list[str]:
    """The levels above its own."""
    return LEVELS[LEVELS.index(ticket.complexity) + 1 :] if ticket.complexity else []


def asked(ticket: Ticket, verbs: list[str], held: Iterable[str], by: Any, at: datetime | None = None) -> list[str]:
    """Of the verbs that `by` may do by his office, those for which there is something to do now."""
    wanted = set(verbs)
    there_is: dict[str, Any] = {}
    if wanted & RETURNS:
        there_is |= _returns(ticket, held)
    if wanted & GROUPS:
        work = group_at_work(ticket)
        there_is |= {"give_to_group": not work and ticket.complexity != Complexity.ORDINARY}
        there_is |= {"contribute": work, "end_group": work}
    if wanted & PARTS:
        there_is |= _parts(ticket, by, at)
    if "report_up" in wanted:
        there_is["report_up"] = ticket.complexity == Complexity.MAJOR
    if "raise_level" in wanted:
        there_is["raise_level"] = higher(ticket)
    return [verb for verb in verbs if there_is.get(verb, True)]


def _returns(ticket: Ticket, held: Iterable[str]) -> dict[str, Any]:
    """In one query: the open request, an open referral, the refusals so far, whether the chiefs named the lead."""
    requests = ReturnRequest.objects.filter(ticket=OuterRef("pk"))
    found = Ticket.objects.filter(pk=ticket.pk).annotate(
        asks=Exists(requests.open()),
        lies=Exists(Referral.objects.open().filter(ticket=OuterRef("pk"))),
        named=Exists(
            Assignment.objects.filter(ticket=OuterRef("pk"), part=Assignment.Part.LEAD, ended_at=None, by_chiefs=True)
        ),
    )
    row = found.values("asks", "lies", "named").get()
    asks, lies = row["asks"], row["lies"]
    request = open_return(ticket) if asks and not lies else None
    return {
        "ask_return": ticket.round == Round.FIRST and not (asks or lies or row["named"]),
        "rule_return": request and rules_on(request, held),
        "refer_to_chiefs": not lies and "supervisor" in held and may_be_referred(ticket),
        "give_view": lies,
        "decide_raised": lies,
        "reassign": not lies,
    }


def may_be_referred(ticket: Ticket) -> bool:
    """After two rounds in which nobody accepted it; never a confidential one, which leaders don't read (NET-6)."""
    return not ticket.confidential and refusals(ticket) >= CHIEFS_TURN - 1


def _parts(ticket: Ticket, by: Any, at: datetime | None) -> dict[str, Any]:
    from requests.capacity import co_parts, own_parts

    mine = own_parts(ticket, by, at)
    return {
        "take_part": any(part.taken_at is None and part.opinion_at is None for part in mine),
        "end_part": co_parts(ticket),
    }


# What waits, for queues and lists -------------------------------------------------------------------------------


def to_rule(*, supervisor: bool) -> Q:
    """Tickets with a return to rule on: by the centre, or by a supervisor."""
    waiting = ReturnRequest.objects.open().filter(number__gt=1) if supervisor else ReturnRequest.objects.open()
    first = waiting if supervisor else waiting.filter(number=1)
    return Q(status__in=(stages.ASSIGNED, stages.HANDLING), pk__in=first.values("ticket")) & ~before_chiefs()


def before_chiefs() -> Q:
    """Tickets that lie before the chiefs (待兜底)."""
    return Q(pk__in=Referral.objects.open().values("ticket"))


# What the list can be narrowed to.
RETURNED = {"waits": _("退回待裁定"), "chiefs": _("待兜底"), "ever": _("退回过")}


def returned_as(how: str) -> Q:
    """`waits` for a ruling, lies before the `chiefs`, or was `ever` asked to be returned and not taken back."""
    if how == "chiefs":
        return before_chiefs()
    rows = ReturnRequest.objects.open() if how == "waits" else ReturnRequest.objects.counted()
    return Q(pk__in=rows.values("ticket"))


def without_force() -> Q:
    """Major matters under way to which no task force was given yet (APP-4)."""
    forces = TicketGroup.objects.working().filter(group__kind="task_force")
    return Q(status__in=(stages.ASSIGNED, stages.HANDLING), complexity=Complexity.MAJOR) & ~Q(
        pk__in=forces.values("ticket")
    )
