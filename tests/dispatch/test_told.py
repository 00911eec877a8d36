"""The department whose part ended is told of its part alone: of the ticket it reads nothing any more (SEC-2)."""

from portal.outbox.delivery import deliver
from portal.outbox.models import Channel, Delivery
from tests.requests import dispatch_acts as acts
from tests.requests import factories as make


def told(title):
    rows = Delivery.objects.filter(channel=Channel.INBOX, title__startswith=title).select_related("recipient")
    return {row.recipient.username: row for row in rows}


def test_the_former_lead_hears_that_another_has_it(town):
    ticket = acts.asked(town)
    acts.grant(town, ticket)
    deliver()
    letters = told("已改由其他部门办")
    assert set(letters) == {"handler", "colleague", "department_head", "deputy_head", "stand_in"}
    assert "按职责清单" in letters["handler"].body
    assert ticket.title not in letters["handler"].title + letters["handler"].body


def test_a_co_handler_hears_that_its_part_ended(town):
    ticket = acts.crossing(town)
    acts.ACTS["end_part"][1](town, ticket)
    deliver()
    assert set(told("协办已结束")) == {"police_handler", "police_head"}


def test_the_clerks_hear_for_a_unit_without_accounts(town):
    unit = make.department("海关驻镇办", "county", short="海关")
    make.dispatched(town, lead=unit)
    deliver()
    assert {"intake_clerk", "second_clerk"} <= set(told("新工单待签收"))
