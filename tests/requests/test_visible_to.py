"""Who reads a ticket: the rows of the SEC-1 table, and what ends access (SEC-2)."""

import pytest
from django.contrib.auth.models import AnonymousUser

from enterprises.models import Member, PlaceMember, Stewardship
from portal.people.models import Membership, User
from requests import stages
from requests.capacity import is_firm_side
from requests.models import Ticket
from tests.requests import factories as make
from tests.requests.factories import LONG_AGO

# Everybody in the town, and at which statuses of an ordinary ticket of `town.firm`, led by `town.housing` with
# `town.police` co-handling, he may read it.
EVERY = "received incomplete triaging assigned handling suspended signoff confirming revisiting closed rejected"
EVERY += " withdrawn merged"
WITH_DEPARTMENT = "assigned handling suspended signoff confirming revisiting closed"
CO_HANDLING = "assigned handling suspended signoff"  # ends with the signature
READS = {
    "enterprise_member": EVERY,
    "member_official": EVERY,
    "other_member": "",
    "former_member": "",
    "nobody": "",
    "intake_clerk": EVERY,
    "second_clerk": EVERY,
    "triager": EVERY,
    "handler": WITH_DEPARTMENT,
    "colleague": WITH_DEPARTMENT,
    "former_handler": "",
    "deputy_head": WITH_DEPARTMENT,
    "department_head": WITH_DEPARTMENT,
    "stand_in": WITH_DEPARTMENT,
    "utilities_handler": "",
    "economy_handler": "",
    "police_handler": CO_HANDLING,
    "police_head": CO_HANDLING,
    "revisitor": "confirming revisiting closed",
    "steward": EVERY,
    "project_assistant": EVERY,
    "grid_member": EVERY,
    "supervisor": EVERY,
    "congress_observer": "closed",
    "leader": EVERY,
    "data_officer": "",
    "policy_officer": "",
    "inspector": "",
    "evaluator": "",
    "auditor": "",
    "administrator": "",
}


def test_everybody_in_the_town_and_every_status_is_in_the_table(town):
    assert set(READS) == set(town.people)
    assert set(EVERY.split()) == set(make.AT) == set(stages.STATUSES)


@pytest.mark.parametrize("status", make.AT)
def test_sec_1_who_reads_an_ordinary_ticket(town, status):
    with_co = {"co": [town.police]} if status in WITH_DEPARTMENT else {}
    ticket = make.AT[status](town, **with_co)
    # Seen from that very moment, when nothing is overdue yet.
    at = ticket.moved_at
    readers = {name for name, user in town.people.items() if Ticket.objects.visible_to(user, at).filter(pk=ticket.pk)}
    assert readers == {name for name, statuses in READS.items() if status in statuses.split()}


def test_sec_1_the_anonymous_read_nothing(town):
    make.closed(town)
    assert not Ticket.objects.visible_to(AnonymousUser()).exists()


def test_sec_1_the_congress_observer_reads_what_is_overdue(town):
    ticket = make.handling(town)  # due on 1 December
    seen = Ticket.objects.visible_to(town.congress_observer, make.moment("2026-12-01 17:00"))
    assert ticket not in seen
    assert ticket in Ticket.objects.visible_to(town.congress_observer, make.moment("2026-12-01 17:01"))


def test_sec_1_the_revisitor_reads_what_went_back_dissatisfied(town):
    assert make.sees(town.revisitor, make.revisiting(town, stars=1))
    assert not make.sees(town.revisitor, make.handling(town))


def test_sec_1_who_follows_a_ticket_reads_it(town):
    ticket = make.registered(town, enterprise=town.foreign_firm)
    Membership.objects.filter(user=town.intake_clerk).update(role="inspector", department=town.police)
    assert make.sees(town.intake_clerk, ticket)  # first responder, now in another office
    Membership.objects.filter(user=town.intake_clerk).update(until=LONG_AGO)
    assert not make.sees(town.intake_clerk, ticket)


CONFIDENTIAL = {"supervisor", "handler", "enterprise_member"}


def test_sec_1_a_confidential_ticket_is_for_supervisor_named_handler_and_filer(town):
    ticket = make.handling(town, co=[town.police])
    Ticket.objects.filter(pk=ticket.pk).update(confidential=True)
    readers = {name for name, user in town.people.items() if make.sees(user, ticket)}
    assert readers == CONFIDENTIAL


def test_sec_2_what_ends_ends_access_at_once(town):
    ticket = make.handling(town, co=[town.police])
    ends = [
        (town.enterprise_member, Member),
        (town.steward, Stewardship),
        (town.grid_member, PlaceMember),
        (town.police_handler, Membership),
        (town.triager, Membership),
    ]
    for user, tie in ends:
        assert make.sees(user, ticket)
        if user == town.steward:
            Ticket.objects.update(first_responder=town.project_assistant)
        tie.objects.filter(user=user).update(until=LONG_AGO)
        assert not make.sees(user, ticket), user.username
    User.objects.filter(pk=town.supervisor.pk).update(is_active=False)
    assert not make.sees(town.supervisor, ticket)


def test_a_firms_role_alone_is_no_office(town):
    """`enterprise_member` as a role opens the firm's side only: no internal note, no other firm's ticket."""
    Membership.objects.create(user=town.enterprise_member, role="enterprise_member", since=LONG_AGO)
    user = User.objects.get(pk=town.enterprise_member.pk)
    mine, other = make.handling(town), make.filed(town, enterprise=town.foreign_firm, by=town.other_member)
    assert list(Ticket.objects.visible_to(user)) == [mine]
    assert is_firm_side(user)
    assert not make.sees(user, other)
