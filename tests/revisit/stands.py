"""How a ticket comes to stand where replies, orders and calls begin."""

from datetime import timedelta

from requests import flow
from requests.flow.feedback import Scores
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.factories import MONDAY

DAY = timedelta(days=1)
FIRST = MONDAY + 3 * DAY  # the firm's answer to the first result
DEMAND = "请主要负责人牵头，三日内拿出办法。"


def unsealed(town):
    """“Cannot be met”, signed; the sealed reply is still to be delivered."""
    ticket = make.signoff(town, result="cannot")
    return make.fresh(flow.sign_off(ticket, by=town.department_head, at=MONDAY + make.SIGNED))


def second(town):
    """二次交办: dissatisfied once."""
    return make.fresh(_unhappy(town, make.confirming(town), FIRST))


def ordered(town):
    """督查督办: dissatisfied twice."""
    ticket = make.answer_again(town, second(town), FIRST + DAY)
    return make.fresh(_unhappy(town, ticket, FIRST + 2 * DAY))


def answered(town):
    """The order's own result is signed, the supervisor has not judged it."""
    return make.answer_again(town, ordered(town), FIRST + 3 * DAY)


def by_hand(town):
    """An order given by hand on overdue work."""
    flow.issue_order(overdue.handling(town), by=town.supervisor, demand=DEMAND, at=overdue.NOW)
    return make.Ticket.objects.latest("pk")


def major(town):
    """重大, with a special report before the leader."""
    ticket = make.handling(town, complexity="major")
    words = {"problem": "变压器不够", "proposal": "请供电所扩容"}
    flow.report_up(ticket, by=town.supervisor, leader=town.leader, at=ticket.filed_at + 2 * DAY, **words)
    return make.fresh(ticket)


def _unhappy(town, ticket, at):
    return flow.confirm(ticket, by=town.enterprise_member, scores=Scores(1, text="又堵了"), at=at)


# Those first that call the sweep: it goes over all that is there.
STANDS = {
    "late": overdue.handling,
    "by hand": by_hand,
    "received": make.filed,
    "handling": lambda town: make.handling(town, co=[town.police]),
    "unsealed": unsealed,
    "solved": make.confirming,
    "revisiting": make.revisiting,
    "second": second,
    "ordered": ordered,
    "answered": answered,
    "closed": make.closed,
    "major": major,
}
