"""Messages of orders, sealed replies, special reports, the congress observer's questions; see `requests.notices`."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.outbox import topics
from portal.outbox.models import Topic
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.words import by_when
from requests.models import SpecialReport, SupervisionOrder, Ticket, Verification
from requests.notices.letters import FIRM, Params, Words, tells
from requests.notices.supervision import in_charge, supervisors
from requests.recipients import responder

topics.put_under(Topic.MUST, "ticket.order_issued", "ticket.order_amended", "ticket.reported_up")
topics.put_under(Topic.WORK, "ticket.order_answered", "ticket.order_judged", "ticket.reply_delivered")
topics.put_under(Topic.NEWS, "ticket.verified")


def _order(params: Params) -> SupervisionOrder:
    return SupervisionOrder.objects.select_related("deadline", "department").get(pk=params["order"])


def _lead(ticket: Ticket) -> str:
    return ticket.lead_department.short_name if ticket.lead_department else ""


@tells("ticket.order_issued")
def order_issued(ticket: Ticket, params: Params) -> Iterator[Words]:
    order = _order(params)
    if order.state != "running":
        return  # answered before this was delivered
    given = {"number": order.number, "demand": order.demand, "due": by_when(order.deadline.due_at)}
    yield in_charge(ticket), _("督办单，请整改"), _("%(number)s：%(demand)s %(due)s答复。") % given
    yield responder(ticket), _("已下督办单"), _("%(number)s，部门 %(due)s答复。") % given


@tells("ticket.order_amended")
def order_amended(ticket: Ticket, params: Params) -> Iterator[Words]:
    order = _order(params)
    given = {"number": order.number, "demand": order.demand, "due": by_when(order.deadline.due_at)}
    yield in_charge(ticket), _("督办要求有修改"), _("%(number)s：%(demand)s %(due)s答复。") % given


@tells("ticket.order_answered")
def order_answered(ticket: Ticket, params: Params) -> Iterator[Words]:
    order = _order(params)
    if order.judged_at:
        return
    body = _("%(number)s，%(department)s答复：%(text)s 请评定整改到位没有。") % {
        "number": order.number,
        "department": order.department.short_name,
        "text": order.answer,
    }
    yield supervisors(), _("督办单有答复"), body


@tells("ticket.order_judged")
def order_judged(ticket: Ticket, params: Params) -> Iterator[Words]:
    order = _order(params)
    body = _("%(number)s评定为“%(judgement)s”：%(text)s") % {
        "number": order.number,
        "judgement": order.get_judgement_display(),
        "text": order.judgement_text,
    }
    yield [*in_charge(ticket), *responder(ticket)], _("督办单已评定"), body


@tells("ticket.reply_delivered")
def reply_delivered(ticket: Ticket, params: Params) -> Iterator[Words]:
    name = {"department": _lead(ticket)}
    if params["again"]:
        yield FIRM, _("盖章答复换了新件"), _("%(department)s重新送达盖章的书面答复，请以这份为准。") % name
    else:
        yield FIRM, _("盖章答复已送达"), _("%(department)s的书面答复已盖章，扫描件在诉求页下载。") % name
    yield responder(ticket), _("盖章答复已送达"), _("%(department)s已把盖章答复的扫描件送达企业。") % name


@tells("ticket.verified")
def verified(ticket: Ticket, params: Params) -> Iterator[Words]:
    """The firm learns that the congress asked; supervision what it found, where that is not well."""
    found = Verification.objects.select_related("by").get(pk=params["verification"])
    yield FIRM, _("人大来核实过"), _("人大督查员向您核实了这件诉求的办理情况，供人大督查，不影响办理。")
    if found.real and found.satisfied != Verification.Satisfied.NO:
        return
    body = _("%(name)s核实：%(real)s，企业%(satisfied)s。%(text)s") % {
        "name": found.by.name,
        "real": _("情况属实") if found.real else _("情况不属实"),
        "satisfied": found.get_satisfied_display(),
        "text": found.text,
    }
    to = [*supervisors(), *User.objects.holding(Role.LEADER)]
    yield to, _("人大核实发现问题"), body


@tells("ticket.reported_up")
def reported_up(ticket: Ticket, params: Params) -> Iterator[Words]:
    """To the leader, with the words to decide on; the paper stands with the ticket."""
    report = SpecialReport.objects.select_related("leader", "by").get(pk=params["report"])
    given = {"number": report.number, "name": report.by.name, "proposal": report.proposal}
    body = _("%(number)s，%(name)s报送。工作建议：%(proposal)s 全文在这件的“文书”里，可以打印，可以批示。")
    yield [report.leader], _("重大诉求专报，请阅"), body % given
