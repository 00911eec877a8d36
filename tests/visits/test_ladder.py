"""The ladder of visits fires once, tells the visitor and then the supervisor, and follows the calendar (DL-4, DL-6)."""

from datetime import timedelta

from portal.deadlines.sweep import sweep
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of
from portal.trail.models import Event
from portal.worktime.calendar import Limit, calendar
from requests.models import VisitDeadline, VisitFiring
from requests.visits import flow
from tests.visits.conftest import MONDAY


def letters(kind="deadline.rung"):
    """Who is told what by the messages of that kind that wait, in their order."""
    found = []
    for message in Message.objects.filter(kind=kind, subject_type="requests.visit").order_by("pk"):
        message.params["told_at"] = message.at.isoformat()
        from requests.models import Visit

        found.append([letter.to.username for letter in letters_of(message, Visit.objects.get(pk=message.subject_id))])
    return found


def test_each_rung_fires_once_and_tells_whom_it_means(town, planned):
    clock = planned.deadline
    sweep(clock.near_at)
    sweep(clock.near_at + timedelta(minutes=1))
    assert letters() == [["steward"]]
    sweep(clock.due_at)
    later = calendar().due(clock.due_at, Limit.working_days(3)).at
    sweep(later)
    sweep(later + timedelta(hours=1))
    assert letters() == [["steward"], ["steward"], ["steward", "supervisor"]]
    assert VisitFiring.objects.count() == 3
    assert Event.objects.filter(kind="deadline.rung", subject_id=planned.pk).count() == 3


def test_nothing_is_said_of_a_visit_that_was_made_or_moved(town, planned):
    clock = planned.deadline
    sweep(clock.near_at)
    flow.move(planned, by=town.steward, to=clock.due_at.date() + timedelta(days=7), reason="出差", at=clock.near_at)
    assert letters() == [[]]
    assert VisitDeadline.objects.get().cycle == 1


def test_a_cancelled_visit_climbs_no_ladder(town, planned):
    flow.cancel(planned, by=town.supervisor, reason="不需要", at=MONDAY)
    sweep(planned.deadline.due_at + timedelta(days=30))
    assert not VisitFiring.objects.exists()


def test_the_tickets_own_letters_are_still_the_tickets(town):
    """The same kind is told of two subjects: each by its own words."""
    from tests.requests import factories as make

    ticket = make.filed(town)
    due = ticket.deadlines.get(obligation="dispatch").due_at
    sweep(due)
    message = Message.objects.filter(kind="deadline.rung", subject_type="requests.ticket").order_by("pk").first()
    message.params["told_at"] = due.isoformat()
    assert letters_of(message, ticket)
