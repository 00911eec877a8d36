"""督查督办: an order to put a matter right, by the rule or by hand; answered, amended, judged (SLA-13, SEC-1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.refusal import required
from portal.trail.aside import aside
from portal.worktime.words import local_day
from requests import limits, overseen
from requests.flow.core import Refused, begin, note
from requests.models import Result, SerialNumber, SupervisionOrder, Ticket, TicketDeadline

BY_RULE = "企业两次不满意。请主要负责人牵头重新办理，在时限内办结并书面答复企业。"  # what the rule demands (APP-13)


def issue_by_rule(ticket: Ticket, at: datetime) -> SupervisionOrder:
    """Twice dissatisfied: the round that has just begun is an order; its clock is the order's (APP-13)."""
    deadline = limits.running(ticket, "order")
    assert deadline is not None
    return _issued(ticket, deadline, SupervisionOrder.Cause.DISSATISFIED, BY_RULE, None, at)


@transaction.atomic
def issue_order(ticket: Ticket, *, by: User, demand: str, at: datetime | None = None) -> SupervisionOrder:
    """下督办单: by hand, on a matter that is late with a department; its clock runs beside the late one (SLA-13)."""
    ticket, at = begin(ticket, "issue_order", by, at)
    demand = required(demand, _("请写要求部门做什么。"), "demand")
    if overseen.order_running(ticket) is not None or limits.running(ticket, "order") is not None:
        raise Refused(_("这件已经在督办，等部门办结或答复后再看。"))
    if not overseen.orderable(ticket, at):
        raise Refused(_("这件没有超期，督办单只对超期的件下。"))
    deadline = limits.ordered(ticket, at)
    order = _issued(ticket, deadline, SupervisionOrder.Cause.OVERDUE, demand, by, at)
    note("ticket.order_issued", ticket, by=by, at=at, firm_sees=False, order=order.pk)
    return order


def _issued(
    ticket: Ticket, deadline: TicketDeadline, cause: str, demand: str, by: User | None, at: datetime
) -> SupervisionOrder:
    year = local_day(at).year
    assert ticket.lead_department is not None
    return SupervisionOrder.objects.create(
        pk=aside() if ticket.confidential else None,
        ticket=ticket,
        year=year,
        serial=None if ticket.confidential else SerialNumber.take(f"order:{year}"),
        cause=cause,
        department=ticket.lead_department,
        deadline=deadline,
        demand=demand,
        issued_by=by,
        issued_at=at,
    )


@transaction.atomic
def answer_order(ticket: Ticket, *, by: User, text: str, at: datetime | None = None) -> SupervisionOrder:
    """答复督办: what the department has done about an order given by hand; that of the rule ends with the result."""
    ticket, at = begin(ticket, "answer_order", by, at)
    order = overseen.order_running(ticket)
    if order is None or not order.by_hand:
        raise Refused(_("没有等您答复的督办单：两次不满意的督办件，报办理结果就是答复。"))
    limits.order_answered(order.deadline, at)
    _answer(order, required(text, _("请写怎么整改的。"), "text"), by, at)
    note("ticket.order_answered", ticket, by=by, at=at, firm_sees=False, order=order.pk)
    return order


def _answer(order: SupervisionOrder, text: str, by: User, at: datetime, result: Result | None = None) -> None:
    order.answer, order.answered_by, order.answered_at, order.result = text, by, at, result
    order.save()


def answered_by_result(ticket: Ticket, result: Result, by: User, at: datetime) -> None:
    """The signed result is the answer to whatever order was running: its clock is met with it."""
    order = overseen.order_running(ticket)
    if order is None:
        return
    _answer(order, result.text, by, at, result)
    note("ticket.order_answered", ticket, by=by, at=at, firm_sees=False, order=order.pk)


@transaction.atomic
def amend_order(ticket: Ticket, *, by: User, demand: str, at: datetime | None = None) -> SupervisionOrder:
    """修改督办要求: while the department works on it; the former words stay in the trail, the limit stands."""
    ticket, at = begin(ticket, "amend_order", by, at)
    order = overseen.order_running(ticket)
    if order is None:
        raise Refused(_("没有在办的督办单。"))
    former, order.demand = order.demand, required(demand, _("请写要求部门做什么。"), "demand")
    if order.demand == former:
        raise Refused(_("要求没有改动。"), "demand")
    order.save()
    note("ticket.order_amended", ticket, by=by, at=at, firm_sees=False, order=order.pk, former=former)
    return order


@transaction.atomic
def judge_order(ticket: Ticket, *, by: User, judgement: str, text: str, at: datetime | None = None) -> SupervisionOrder:
    """评定督办: whether what the department did is enough; that ends the order, whatever becomes of the matter."""
    ticket, at = begin(ticket, "judge_order", by, at)
    order = overseen.order_to_judge(ticket)
    if order is None:
        raise Refused(_("没有等评定的督办单。"))
    if judgement not in SupervisionOrder.Judgement.values:
        raise Refused(_("请选整改到位没有。"), "judgement")
    order.judgement_text = required(text, _("请写评定的理由。"), "text")
    order.judgement, order.judged_by, order.judged_at = judgement, by, at
    order.save()
    note("ticket.order_judged", ticket, by=by, at=at, firm_sees=False, order=order.pk)
    return order
