"""复核: a rejection is looked at once more, by a supervisor who did not reject it (APP-6, SLA-13)."""

from datetime import timedelta

import pytest

from portal.people.models import Delegation, Membership
from portal.people.roles import Role
from requests import flow
from requests.agenda import Agenda
from requests.models import ListItem, Review, Ticket
from requests.queues import queues_of
from tests.requests import factories as make
from tests.requests.factories import MONDAY
from tests.requests.walks import verbs_for

LATER = MONDAY + timedelta(days=1)


def asked(town, **filing):
    ticket = make.rejected(town, **filing)
    flow.ask_review(ticket, by=town.enterprise_member, reasons="法院已裁定不属其管辖", at=LATER)
    return make.fresh(ticket)


def ruled(town, ticket, *, upheld, by=None, at=LATER + timedelta(hours=2)):
    flow.rule_review(ticket, by=by or town.supervisor, upheld=upheld, ruling="法院裁定书属实", at=at)
    return make.fresh(ticket)


def open_clocks(ticket):
    return set(ticket.deadlines.open().values_list("obligation", flat=True))


def test_app_6_asked_for_with_reasons_the_supervisor_has_five_days(town):
    ticket = asked(town)
    assert (ticket.status, ticket.closed_at) == ("rejected", MONDAY + make.ACCEPTED)
    (clock,) = ticket.deadlines.open()
    assert (clock.obligation, clock.obligor_kind) == ("review", "centre")
    assert clock.due_at == make.moment("2026-11-17 17:00")


def test_app_6_once_only_and_with_reasons(town, refusal):
    ticket = make.rejected(town)
    assert refusal(flow.ask_review, ticket, by=town.enterprise_member, reasons=" ", at=LATER).field == "reasons"
    ticket = asked(town)
    assert (
        "只有一次" in refusal(flow.ask_review, ticket, by=town.enterprise_member, reasons="再看看", at=LATER).sentence
    )
    ruled(town, ticket, upheld=True)
    assert "只有一次" in refusal(flow.ask_review, ticket, by=town.enterprise_member, reasons="再看看").sentence


def test_app_6_upheld_it_stays_rejected_for_good(town):
    ticket = ruled(town, asked(town), upheld=True)
    assert (ticket.status, ticket.rejected_item) == ("rejected", town.not_ours)
    assert open_clocks(ticket) == set()
    assert verbs_for(ticket, town.enterprise_member) == verbs_for(ticket, town.supervisor) == []


def test_app_6_overturned_it_goes_back_to_triage_with_a_fresh_limit(town):
    ticket = ruled(town, asked(town), upheld=False)
    assert (ticket.status, ticket.closed_at, ticket.rejected_item, ticket.end_reason) == ("triaging", None, None, "")
    clock = ticket.deadlines.open().get()
    assert (clock.obligation, clock.started_at) == ("dispatch", LATER + timedelta(hours=2))
    assert (ticket.review.item, ticket.review.go_to) == (town.not_ours, "向受理法院反映")
    assert ticket in Ticket.objects.open()


def test_app_6_what_was_overturned_is_not_rejected_again(town, refusal):
    ticket = ruled(town, asked(town), upheld=False)
    refused = refusal(flow.reject, ticket, by=town.intake_clerk, item=town.not_ours, go_to="法院")
    assert "已裁定受理" in refused.sentence
    assert "dispatch" in verbs_for(ticket, town.triager)
    assert "reject" not in verbs_for(ticket, town.triager) + verbs_for(ticket, town.intake_clerk), "nor offered"


@pytest.mark.parametrize("how", ["himself", "for whom he stands in", "by who stood in for him"])
def test_app_6_who_rejected_it_does_not_rule(town, refusal, how):
    clerk = town.intake_clerk
    if how == "himself":
        Membership.objects.create(user=clerk, role=Role.SUPERVISOR, since=make.LONG_AGO)
        by = clerk
    else:
        principal, deputy = (clerk, town.supervisor) if how == "for whom he stands in" else (town.supervisor, clerk)
        if how == "by who stood in for him":
            Membership.objects.create(user=principal, role=Role.TRIAGER, department=town.centre, since=make.LONG_AGO)
            Membership.objects.filter(user=clerk).delete()
        until = LATER + timedelta(days=9)
        Delegation.objects.create(principal=principal, deputy=deputy, since=make.LONG_AGO, until=until)
        by = town.supervisor
    town.forget()
    ticket = asked(town)
    assert "另一位督查员" in refusal(flow.rule_review, ticket, by=by, upheld=True, ruling="维持", at=LATER).sentence
    assert "rule_review" not in verbs_for(ticket, by, LATER)
    assert Review.objects.get().is_open


def test_app_6_of_two_rulings_the_second_is_refused(town, refusal):
    ticket = ruled(town, asked(town), upheld=True)
    assert "没有待裁定" in refusal(flow.rule_review, ticket, by=town.supervisor, upheld=False, ruling="受理").sentence


def test_app_6_it_waits_in_the_supervisors_queue_although_the_matter_has_ended(town):
    ticket = asked(town)
    queue = next(q for q in queues_of(town.supervisor) if q.name == "supervision")
    agenda = Agenda(town.supervisor, [queue], queue)
    assert [item.pk for item in agenda.of(queue, queue.part("review"))] == [ticket.pk]
    ruled(town, ticket, upheld=True)
    assert Agenda(town.supervisor, [queue], queue).items == []


def test_app_6_a_review_makes_nothing_open_or_overdue(town):
    """The figures count a rejected matter as ended; the supervisor's delay is his own."""
    asked(town)
    assert not Ticket.objects.open().exists()
    assert not Ticket.objects.overdue(LATER + timedelta(days=60)).exists()
    assert ListItem.objects.get(pk=town.not_ours.pk).is_used
