"""What supervision asks for stands in the queues: instructions, commitments, reports; first, while there is any."""

from portal.deadlines.sweep import sweep
from requests import flow
from requests.agenda import Agenda
from requests.queues import queues_of
from requests.views.queues import tabs
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.factories import fresh, moment

LONG_AGO = moment("2025-11-10 09:00")  # overdue whenever the test runs: the queues ask the database what is late


def parts(user):
    """{(queue, part): how many} of what is not empty, with rights read anew."""
    user = type(user).objects.get(pk=user.pk)
    return dict(Agenda(user, queues_of(user)).counts)


def late(town):
    ticket = make.handling(town, filed_at=LONG_AGO, kind="consultation")
    sweep(moment("2025-11-20 10:00"))
    return fresh(ticket)


def promise(town, ticket):
    return overdue.promise(town, ticket, at=moment("2025-11-20 10:00"), until=moment("2025-11-24 10:00").date())


def test_from_the_department_to_the_supervisor_and_back(town):
    ticket = late(town)
    assert parts(town.handler) == parts(town.department_head) == {("handling", "commitment"): 1}
    assert parts(town.supervisor) == {("supervision", "waiting"): 1}
    promise(town, ticket)
    assert parts(town.supervisor) == {("supervision", "approve"): 1}
    assert parts(town.handler) == {("handling", "progress"): 1}  # December's report is long overdue
    flow.return_commitment(ticket, by=town.supervisor, reason="太笼统", at=moment("2025-11-20 11:00"))
    assert parts(town.handler) == {("handling", "commitment"): 1}
    promise(town, fresh(ticket))
    flow.approve_commitment(ticket, by=town.supervisor, at=moment("2025-11-20 12:00"))
    assert parts(town.supervisor) == {}
    flow.report_progress(ticket, by=town.handler, text="在等材料")
    assert parts(town.handler) == {("handling", "handling"): 1}


def test_another_departments_lateness_is_not_asked_of_them(town):
    late(town)
    assert parts(town.economy_handler) == parts(town.police_head) == {}


def test_an_instruction_stands_first_for_whom_it_names(town):
    ticket = make.handling(town)
    flow.instruct(ticket, by=town.leader, text="请抓紧", person=town.handler, days=9, at=ticket.moved_at)
    assert parts(town.handler) == {("handling", "instruction"): 1}
    assert parts(town.colleague) == {("handling", "handling"): 1}
    flow.instruct(ticket, by=town.leader, text="请跟到底", person=town.steward, days=9, at=ticket.moved_at)
    assert parts(town.steward) == {("followed", "instruction"): 1}
    flow.instruct(ticket, by=town.leader, text="请督办", person=town.supervisor, days=9, at=ticket.moved_at)
    assert parts(town.supervisor) == {("supervision", "instruction"): 1}


def test_the_rare_tabs_are_there_only_while_something_is_in_them(town):
    make.handling(town)
    user = town.handler
    queue = queues_of(user)[0]
    shown = [tab["part"] for tab in tabs(Agenda(user, [queue]), queue, None)]
    assert shown == ["", "assigned", "handling", "signoff", "co", "waiting"]
    late(town)
    assert "commitment" in [tab["part"] for tab in tabs(Agenda(user, [queue]), queue, None)]


def test_the_list_costs_the_same_for_any_number(client, town, django_assert_max_num_queries):
    client.force_login(town.supervisor)
    for n in (1, 3):
        while parts(town.supervisor).get(("supervision", "approve"), 0) < n:
            promise(town, late(town))
        with django_assert_max_num_queries(18):
            page = client.get("/queues/supervision/")
        assert page.context["page"].paginator.count == n
