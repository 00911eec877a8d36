"""What whoever filed a confidential complaint is told: that there is news, never what, and nobody else of the firm."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.outbox.delivery import deliver
from portal.outbox.models import Channel, Delivery
from requests import flow
from requests.models import TicketDeadline
from requests.notices.confidential import FIRM_TOLD, quiet
from tests.confidential import factories as make
from tests.requests.factories import fresh

NEWS = "您提交的保密投诉有新进展"


def told(user) -> list[str]:
    deliver()
    return list(
        Delivery.objects.filter(recipient=user, channel=Channel.INBOX).order_by("pk").values_list("title", flat=True)
    )


@pytest.mark.parametrize("kind", sorted(FIRM_TOLD))
def test_the_filer_hears_of_it_in_words_that_say_nothing(town, kind):
    ticket = make.handling(town)
    mine = [letter for letter in quiet(kind, ticket, {"by": town.supervisor.pk}) if letter.to == town.enterprise_member]
    assert [(letter.title, letter.body) for letter in mine] == [(NEWS, "请登录后看，只有您自己看得到。")]


@pytest.mark.parametrize("kind", ["ticket.entrusted", "ticket.found", "ticket.unit_answered", "ticket.noted"])
def test_what_is_between_officials_stays_there(town, kind):
    ticket = make.handling(town)
    people = {letter.to for letter in quiet(kind, ticket, {"by": None})}
    assert people
    assert town.enterprise_member not in people


def test_who_gave_it_by_telephone_has_no_account_to_be_told_by(town):
    ticket = make.taken_down(town)
    flow.accept(ticket, by=town.supervisor, at=ticket.filed_at + make.HOUR)
    assert quiet("ticket.accepted", fresh(ticket), {"by": town.supervisor.pk}) == []


def test_an_extension_is_asked_and_granted_and_only_the_filer_and_the_handler_are_told(town):
    ticket = make.handling(town)
    before = len(told(town.enterprise_member))
    due = TicketDeadline.objects.open().get(subject=ticket, obligation="handle").due_at
    until = timezone.localdate(due) + timedelta(days=7)
    at = ticket.filed_at + 5 * make.HOUR
    flow.ask_extension(ticket, by=make.named(ticket), until=until, reason="等监控录像", at=at)
    assert told(town.enterprise_member)[before:] == []
    flow.approve_request(fresh(ticket), by=town.supervisor, at=at + make.HOUR)
    assert told(town.enterprise_member)[before:] == [NEWS]
    for other in ("member_official", "steward", "department_head", "intake_clerk", "leader", "police_head"):
        assert told(town.people[other]) == [], other
