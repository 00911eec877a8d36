"""The acts about orders, sealed replies and the congress observer, as `loop_acts` has those of the loop."""

from datetime import timedelta

from requests import flow
from tests.requests import factories as make
from tests.requests import overdue
from tests.requests.sealing import scan

FIRM, OFFICE = "firm", "office"
TOLD, SILENT = True, False
NOW = overdue.NOW
HOUR = timedelta(hours=1)
DEMAND = "请主要负责人牵头，三日内拿出办法。"


def issue(town, ticket):
    return flow.issue_order(ticket, by=town.supervisor, demand=DEMAND, at=NOW)


def ordered(town):
    ticket = overdue.handling(town)
    issue(town, ticket)
    return make.fresh(ticket)


def answer(town, ticket):
    return flow.answer_order(ticket, by=town.handler, text="已到现场", at=NOW + HOUR)


def answered(town):
    ticket = ordered(town)
    answer(town, ticket)
    return make.fresh(ticket)


def unsealed(town):
    ticket = make.signoff(town, result="cannot")
    return make.fresh(flow.sign_off(ticket, by=town.department_head, at=ticket.moved_at + HOUR))


def deliver(town, ticket):
    return flow.deliver_scan(ticket, by=town.handler, files=[scan(town.handler)], at=ticket.moved_at + HOUR)


def verify(*, real):
    def act(town, ticket):
        given = {"real": real, "satisfied": "yes", "text": "打过电话"}
        return flow.verify(ticket, by=town.congress_observer, at=ticket.moved_at + HOUR, **given)

    return act


ACTS = {
    "issue_order": (overdue.handling, issue, [("order_issued", OFFICE, TOLD)]),
    "answer_order": (ordered, answer, [("order_answered", OFFICE, TOLD)]),
    "amend_order": (
        ordered,
        lambda town, t: flow.amend_order(t, by=town.supervisor, demand="两日内", at=NOW + HOUR),
        [("order_amended", OFFICE, TOLD)],
    ),
    "judge_order": (
        answered,
        lambda town, t: flow.judge_order(t, by=town.supervisor, judgement="met", text="看过", at=NOW + 2 * HOUR),
        [("order_judged", OFFICE, TOLD)],
    ),
    "deliver_scan": (unsealed, deliver, [("reply_delivered", FIRM, TOLD)]),
    "verify": (make.closed, verify(real=True), [("verified", FIRM, TOLD)]),
    "verify, not real": (make.closed, verify(real=False), [("verified", FIRM, TOLD)]),
}

PEOPLE = {"enterprise_member", "member_official"}
IN_CHARGE = {"handler", "department_head", "deputy_head", "stand_in"}
WHO_IS_TOLD = {
    "issue_order": {"督办单，请整改": IN_CHARGE, "已下督办单": {"steward"}},
    "answer_order": {"督办单有答复": {"supervisor"}},
    "amend_order": {"督办要求有修改": IN_CHARGE},
    "judge_order": {"督办单已评定": IN_CHARGE | {"steward"}},
    "deliver_scan": {"盖章答复已送达": PEOPLE | {"steward"}},
    "verify": {"人大来核实过": PEOPLE},
    "verify, not real": {"人大来核实过": PEOPLE, "人大核实发现问题": {"supervisor", "leader"}},
}
