"""What holds of all tickets at any moment, whatever happened to them: questions to the rows that name who breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q

from portal.deadlines.flow import replay, stretches
from portal.outbox.models import Message
from portal.people.rights import rights_of
from portal.trail.models import Event
from portal.worktime.calendar import calendar
from requests import stages
from requests.flow.revisit import missing_to_close
from requests.models import Assignment, DeadlineFiring, DeadlinePause, Result, Revisit, Ticket, TicketDeadline
from requests.story import ARRIVES

Check = Callable[[datetime], Iterable[object]]
CHECKS: list[Check] = []

AFTER_THE_END = ("outer", "review", "order")  # what may still be owed of a matter that has ended
STANDS = {  # the open obligations of which one must run at each status
    "received": {"dispatch"},
    "incomplete": {"supplement"},
    "triaging": {"dispatch"},
    "assigned": {"accept"},
    "handling": {"handle", "mediation", "rework", "second", "order"},
    "suspended": {"handle", "mediation", "rework", "second", "order"},
    "signoff": {"handle", "mediation", "rework", "second", "order"},
    "confirming": {"confirm"},
    "revisiting": {"revisit"},
}


def broken(now: datetime) -> list[str]:
    """Every invariant that does not hold, with the first few that break it."""
    found = []
    for check in CHECKS:
        wrong = list(check(now))
        if wrong:
            found.append(f"{check.__name__}: {len(wrong)}, as {', '.join(map(str, wrong[:5]))}")
    return found


def invariant(check: Check) -> Check:
    CHECKS.append(check)
    return check


@invariant
def who_leads_it_has_its_one_open_lead_part(now: datetime) -> Iterable[object]:
    lead = Assignment.objects.filter(ticket=OuterRef("pk"), part="lead", ended_at=None)
    same = lead.filter(department=OuterRef("lead_department"))
    inside = Ticket.objects.filter(status__in=stages.IN_DEPARTMENT, confidential=False)
    return inside.exclude(Exists(same)).values_list("number", flat=True)


@invariant
def who_has_no_part_any_more_has_none_open(now: datetime) -> Iterable[object]:
    outside = (stages.RECEIVED, stages.INCOMPLETE, stages.TRIAGING, *stages.ENDED)
    return Assignment.objects.filter(ticket__status__in=outside, ended_at=None).values_list("ticket__number", flat=True)


@invariant
def what_has_ended_owes_nothing(now: datetime) -> Iterable[object]:
    owed = TicketDeadline.objects.open().filter(subject__status__in=stages.ENDED)
    return owed.exclude(obligation__in=AFTER_THE_END).values_list("subject__number", "obligation")


@invariant
def what_is_open_owes_its_next_step(now: datetime) -> Iterable[object]:
    for status, obligations in STANDS.items():
        clock = TicketDeadline.objects.open().filter(subject=OuterRef("pk"), obligation__in=obligations)
        for number in Ticket.objects.filter(status=status).exclude(Exists(clock)).values_list("number", flat=True):
            yield status, number


@invariant
def a_department_owes_only_while_it_has_a_part(now: datetime) -> Iterable[object]:
    part = Assignment.objects.filter(ticket=OuterRef("subject"), department=OuterRef("department"), ended_at=None)
    owed = TicketDeadline.objects.open().filter(obligor_kind="department", department__isnull=False)
    owed = owed.exclude(subject__confidential=True)
    return owed.exclude(Exists(part)).values_list("subject__number", "obligation")


@invariant
def clocks_stand_still_only_where_they_may(now: datetime) -> Iterable[object]:
    paused = TicketDeadline.objects.open().filter(paused_at__isnull=False)
    wrong = paused.exclude(subject__status__in=(stages.INCOMPLETE, stages.SUSPENDED))
    yield from wrong.values_list("subject__number", "obligation")
    pause = DeadlinePause.objects.filter(deadline=OuterRef("pk"), resumed_at=None)
    for standing, rows in ((True, paused), (False, TicketDeadline.objects.filter(paused_at=None))):
        odd = rows.exclude(Exists(pause)) if standing else rows.filter(Exists(pause))
        yield from odd.values_list("subject__number", "obligation")


@invariant
def due_times_follow_from_their_facts(now: datetime) -> Iterable[object]:
    known = calendar()
    for deadline in TicketDeadline.objects.open().filter(paused_at=None).prefetch_related("pauses"):
        if replay(deadline, known, stretches(deadline)).at != deadline.due_at:
            yield deadline.subject_id, deadline.obligation, deadline.due_at


@invariant
def rungs_have_their_event_and_message(now: datetime) -> Iterable[object]:
    fired = DeadlineFiring.objects.count()
    for kind, rows in (("events", Event.objects), ("messages", Message.objects)):
        number = rows.filter(kind="deadline.rung").count()
        if number != fired:
            yield kind, number, fired
    early = DeadlineFiring.objects.filter(rung_at__gt=now)
    yield from early.values_list("deadline__subject__number", "rung")


@invariant
def one_result_waits_for_its_signature_and_only_then(now: datetime) -> Iterable[object]:
    waiting = Count("results", filter=Q(results__signed_at=None, results__sent_back_at=None))
    counted = Ticket.objects.annotate(waiting=waiting)
    yield from counted.filter(status=stages.SIGNOFF).exclude(waiting=1).values_list("number", flat=True)
    # Withdrawn or given to another department meanwhile, it stays as it was written.
    open_ones = counted.filter(status__in=(stages.HANDLING, stages.CONFIRMING, stages.REVISITING, stages.CLOSED))
    yield from open_ones.filter(waiting__gt=0).values_list("number", "waiting")


@invariant
def dissatisfaction_is_counted_once_a_result(now: datetime) -> Iterable[object]:
    counted = Ticket.objects.annotate(n=Count("results", filter=Q(results__dissatisfied=True)))
    return counted.exclude(dissatisfied=F("n")).values_list("number", "dissatisfied", "n")


@invariant
def three_calls_at_most_and_none_after_an_answer(now: datetime) -> Iterable[object]:
    calls = Revisit.objects.values("result").annotate(n=Count("pk"), reached_n=Count("pk", filter=Q(reached=True)))
    return calls.filter(Q(n__gt=Revisit.ATTEMPTS) | Q(reached_n__gt=1)).values_list("result", "n")


@invariant
def silence_is_never_satisfaction(now: datetime) -> Iterable[object]:
    silent = Result.objects.filter(answer=Result.Answer.UNANSWERED, rating__isnull=False)
    yield from silent.values_list("ticket__number", flat=True)
    called = Revisit.objects.filter(ticket=OuterRef("pk"), reached=True)
    closed = Ticket.objects.filter(status=stages.CLOSED, score__isnull=False)
    yield from closed.exclude(Exists(called)).filter(ratings=None).values_list("number", flat=True)


@invariant
def closed_with_all_that_closing_asks_for(now: datetime) -> Iterable[object]:
    for ticket in Ticket.objects.filter(status=stages.CLOSED, confidential=False):
        if missing := missing_to_close(ticket):
            yield ticket.number, missing


@invariant
def who_handles_it_works_there(now: datetime) -> Iterable[object]:
    held = Ticket.objects.filter(status__in=(stages.HANDLING, stages.SIGNOFF), confidential=False)
    for ticket in held.exclude(handler=None).select_related("handler"):
        if ticket.lead_department_id not in rights_of(ticket.handler, now).workplaces:
            yield ticket.number, ticket.handler.username


@invariant
def the_trail_tells_of_every_step_in_order(now: datetime) -> Iterable[object]:
    kinds = [kind for kind, _stage in ARRIVES.items()]
    numbers = dict(Ticket.objects.values_list("pk", "number"))
    last: dict[int, datetime] = {}
    of_tickets = Event.objects.filter(subject_type="requests.ticket").order_by("pk")
    for subject, kind, at in of_tickets.values_list("subject_id", "kind", "at"):
        if kind in kinds and at < last.get(subject, at):
            yield numbers.get(subject, subject), kind
        if kind in kinds:
            last[subject] = at


@invariant
def nothing_is_told_twice(now: datetime) -> Iterable[object]:
    twice = Message.objects.values("key").annotate(n=Count("pk")).filter(n__gt=1)
    return twice.values_list("key", "n")


@invariant
def what_joined_another_joined_one_that_joined_none(now: datetime) -> Iterable[object]:
    joined = Ticket.objects.filter(status=stages.MERGED)
    yield from joined.filter(merged_into=None).values_list("number", flat=True)
    yield from joined.filter(merged_into__status=stages.MERGED).values_list("number", flat=True)
    yield from Ticket.objects.exclude(merged_into=None).exclude(status=stages.MERGED).values_list("number", flat=True)
