"""The messages of the loop, one small function each: what happened, what is next, by when (look: Words).

Recipients are resolved at delivery; whoever may no longer read the ticket is dropped by the outbox (SEC-1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from enterprises.models import Member
from portal.outbox import Letter, notice
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.words import by_when
from requests import limits, stages
from requests.models import Assignment, Comment, Result, Supplement, Ticket
from requests.models.ticket import Channel, Round

Params = Mapping[str, Any]


# Who ----------------------------------------------------------------------------------------------------------


def firm(ticket: Ticket) -> list[User]:
    """The firm's people: who filed it, and the firm's other members while their membership lasts."""
    if not ticket.enterprise_id:
        return []
    members = Member.objects.current().filter(enterprise=ticket.enterprise_id, user__is_active=True)
    return [member.user for member in members.select_related("user")]


def department(ticket: Ticket, *roles: str) -> list[User]:
    people = [user for role in roles for user in User.objects.holding(role, ticket.lead_department)]
    return _once(people)


def handler(ticket: Ticket) -> list[User]:
    """The named handler; before there is one, all handlers of the lead department."""
    return [ticket.handler] if ticket.handler else department(ticket, Role.HANDLER)


def holder(ticket: Ticket) -> list[User]:
    """Whoever has the next act."""
    if ticket.status == stages.RECEIVED:
        return list(User.objects.holding(Role.INTAKE_CLERK))
    if ticket.status == stages.TRIAGING:
        return list(User.objects.holding(Role.TRIAGER))
    if ticket.status == stages.SIGNOFF:
        return department(ticket, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
    if ticket.status == stages.REVISITING:
        return list(User.objects.holding(Role.REVISITOR))
    return handler(ticket)


def responder(ticket: Ticket) -> list[User]:
    return [ticket.first_responder] if ticket.first_responder else []


def _once(people: Iterable[User]) -> list[User]:
    return list({user.pk: user for user in people}.values())


def letters(ticket: Ticket, to: Iterable[User], title: str, body: str, *, but: int | None = None) -> list[Letter]:
    """The same words to several people, each once, not to the one who did it."""
    url = reverse("requests:ticket", args=[ticket.number])
    heading = _("%(title)s：%(what)s") % {"title": title, "what": ticket.title}
    return [Letter(to=user, title=heading, body=body, url=url) for user in _once(to) if user.pk != but]


def due(ticket: Ticket, obligation: str) -> str:
    """“11月24日(周二)17:00 前” of the latest such clock, stopped since or not; empty where there was none."""
    latest = ticket.deadlines.filter(obligation=obligation).order_by("-id").first()
    return by_when(latest.due_at) if latest else ""


# 接诉 ---------------------------------------------------------------------------------------------------------


@notice("ticket.filed", subject=Ticket)
def filed(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("%(firm)s提交，编号 %(number)s。%(due)s联系企业并受理。") % {
        "firm": ticket.firm_short_name,
        "number": ticket.number,
        "due": due(ticket, "first_response"),
    }
    receipt = _("已收到，编号 %(number)s。%(due)s有人联系您。") % {
        "number": ticket.number,
        "due": due(ticket, "first_response"),
    }
    told = letters(ticket, firm(ticket), _("诉求已收到"), receipt)
    if ticket.channel == Channel.ONLINE:
        told += letters(ticket, User.objects.holding(Role.INTAKE_CLERK), _("新诉求待受理"), body, but=params["by"])
    return told + letters(ticket, responder(ticket), _("您是首问负责人"), body, but=params["by"])


@notice("ticket.registered", subject=Ticket)
def registered(ticket: Ticket, params: Params) -> list[Letter]:
    receipt = _("中心已登记并受理，编号 %(number)s。%(due)s定下由谁办。") % {
        "number": ticket.number,
        "due": due(ticket, "dispatch"),
    }
    told = letters(ticket, firm(ticket), _("诉求已受理"), receipt)
    told += letters(ticket, responder(ticket), _("您是首问负责人"), receipt, but=params["by"])
    return told + letters(ticket, holder(ticket), _("新诉求待研判"), _work(ticket, "dispatch"), but=params["by"])


@notice("ticket.accepted", subject=Ticket)
def accepted(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("已受理。%(due)s定下由谁办，到时告诉您。") % {"due": due(ticket, "dispatch")}
    told = letters(ticket, firm(ticket), _("诉求已受理"), body)
    return told + letters(ticket, holder(ticket), _("新诉求待研判"), _work(ticket, "dispatch"), but=params["by"])


@notice("ticket.supplement_asked", subject=Ticket)
def supplement_asked(ticket: Ticket, params: Params) -> list[Letter]:
    asked = Supplement.objects.get(ticket=ticket)
    body = _("请在%(due)s一次补齐：%(items)s") % {"due": due(ticket, "supplement"), "items": asked.items}
    return letters(ticket, [*firm(ticket), *responder(ticket)], _("请补充材料"), body, but=params["by"])


@notice("ticket.supplemented", subject=Ticket)
def supplemented(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("%(firm)s已补充，请继续。%(due)s流转。") % {"firm": ticket.firm_short_name, "due": due(ticket, "dispatch")}
    return letters(ticket, holder(ticket), _("补正回件"), body, but=params["by"])


@notice("ticket.rejected", subject=Ticket)
def rejected(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("依据：%(item)s。您可以：%(go_to)s") % {"item": ticket.rejected_item, "go_to": ticket.end_reason}
    return letters(ticket, [*firm(ticket), *responder(ticket)], _("诉求不予受理"), body, but=params["by"])


@notice("ticket.withdrawn", subject=Ticket)
def withdrawn(ticket: Ticket, params: Params) -> list[Letter]:
    told = [*handler(ticket)] if ticket.lead_department_id else []
    body = _("%(firm)s撤回了这件诉求，不用再办。") % {"firm": ticket.firm_short_name}
    return letters(ticket, [*told, *responder(ticket)], _("企业已撤回"), body, but=params["by"])


# 流转、办理 ----------------------------------------------------------------------------------------------------


def _work(ticket: Ticket, obligation: str) -> str:
    return _("%(firm)s，编号 %(number)s，%(due)s办好这一步。") % {
        "firm": ticket.firm_short_name,
        "number": ticket.number,
        "due": due(ticket, obligation),
    }


def _clock(ticket: Ticket) -> str:
    """The obligation whose clock runs while the department works; before it takes the ticket on, that to take it."""
    return "accept" if ticket.status == stages.ASSIGNED else limits.WORK[Round(ticket.round)]


@notice("ticket.dispatched", subject=Ticket)
def dispatched(ticket: Ticket, params: Params) -> list[Letter]:
    name = ticket.lead_department.short_name
    to_firm = _("已交%(department)s主办，%(due)s签收。") % {"department": name, "due": due(ticket, "accept")}
    told = letters(ticket, [*firm(ticket), *responder(ticket)], _("诉求已转交"), to_firm)
    lead = department(ticket, Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
    told += letters(ticket, lead, _("新工单待签收"), _work(ticket, "accept"), but=params["by"])
    co = _("由%(department)s主办，请提协办意见。") % {"department": name}
    return told + letters(ticket, _co_people(ticket), _("新协办工单"), co, but=params["by"])


def _co_people(ticket: Ticket) -> list[User]:
    parts = ticket.assignments.filter(part=Assignment.Part.CO, ended_at=None).values_list("department", flat=True)
    return [user for part in parts for user in User.objects.holding(Role.HANDLER, part)]


@notice("ticket.taken", subject=Ticket)
def taken(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("%(department)s %(person)s在办，%(due)s办结。电话 %(phone)s") % {
        "department": ticket.lead_department.short_name,
        "person": ticket.handler.name if ticket.handler else "",
        "due": due(ticket, "handle"),
        "phone": (ticket.handler and ticket.handler.phone) or ticket.lead_department.phone,
    }
    told = letters(ticket, [*firm(ticket), *responder(ticket)], _("诉求开始办理"), body)
    return told + letters(ticket, handler(ticket), _("您是承办人"), _work(ticket, "handle"), but=params["by"])


@notice("ticket.handler_named", subject=Ticket)
def handler_named(ticket: Ticket, params: Params) -> list[Letter]:
    return letters(ticket, handler(ticket), _("您是承办人"), _work(ticket, _clock(ticket)), but=params["by"])


@notice("ticket.handed_over", subject=Ticket)
def handed_over(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("这件诉求移交给您，请接着办。编号 %(number)s。") % {"number": ticket.number}
    return letters(ticket, User.objects.filter(pk=params["after"]), _("工单移交"), body, but=params["by"])


@notice("ticket.opinion_given", subject=Ticket)
def opinion_given(ticket: Ticket, params: Params) -> list[Letter]:
    part = Assignment.objects.select_related("department").filter(ticket=ticket, department=params["department"]).last()
    body = _("%(department)s的协办意见已到。") % {"department": part.department.short_name}
    return letters(ticket, handler(ticket), _("协办意见已提交"), body, but=params["by"])


@notice("ticket.reported", subject=Ticket)
def reported(ticket: Ticket, params: Params) -> list[Letter]:
    result = Result.objects.get(pk=params["result"])
    heads = (Role.DEPARTMENT_HEAD,) if result.signed_by_head_only else (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
    body = _("承办人已填写结果，请签批。") + _work(ticket, _clock(ticket))
    return letters(ticket, department(ticket, *heads), _("结果待签批"), body, but=params["by"])


@notice("ticket.sent_back", subject=Ticket)
def sent_back(ticket: Ticket, params: Params) -> list[Letter]:
    result = Result.objects.get(pk=params["result"])
    body = _("理由：%(reason)s") % {"reason": result.sent_back_reason}
    return letters(ticket, handler(ticket), _("结果退回修改"), body, but=params["by"])


# 反馈、回访 ----------------------------------------------------------------------------------------------------


@notice("ticket.answered", subject=Ticket)
def answered(ticket: Ticket, params: Params) -> list[Letter]:
    result = Result.objects.get(pk=params["result"])
    body = _("%(department)s答复：%(text)s 请在%(due)s确认办好没有。") % {
        "department": ticket.lead_department.short_name,
        "text": result.text,
        "due": due(ticket, "confirm"),
    }
    told = letters(ticket, firm(ticket), _("结果请您确认"), body)
    office = _("结果已送企业，%(due)s等企业确认。") % {"due": due(ticket, "confirm")}
    return told + letters(ticket, [*handler(ticket), *responder(ticket)], _("结果已签批"), office, but=params["by"])


@notice("ticket.confirmed", subject=Ticket)
def confirmed(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("%(firm)s确认办好，%(due)s回访。") % {"firm": ticket.firm_short_name, "due": due(ticket, "revisit")}
    told = [*handler(ticket), *responder(ticket), *User.objects.holding(Role.REVISITOR)]
    return letters(ticket, told, _("企业已确认"), body, but=params["by"])


@notice("ticket.disputed", subject=Ticket)
def disputed(ticket: Ticket, params: Params) -> list[Letter]:
    reason = ticket.results.filter(answer=Result.Answer.DISPUTED).latest("id").answer_text
    body = _("企业说没办好：%(reason)s %(due)s返工办结。") % {"reason": reason, "due": due(ticket, "rework")}
    told = [*handler(ticket), *department(ticket, Role.DEPUTY_HEAD), *responder(ticket)]
    return letters(ticket, told, _("企业有异议，请接着办"), body, but=params["by"])


@notice("ticket.confirmation_lapsed", subject=Ticket)
def confirmation_lapsed(ticket: Ticket, params: Params) -> list[Letter]:
    due_again = due(ticket, "confirm")
    call = _("企业没有回应，请打电话问。%(due)s仍无回应转回访。") % {"due": due_again}
    told = letters(ticket, responder(ticket), _("请联系企业确认结果"), call)
    ask = _("请在%(due)s确认办好没有。") % {"due": due_again}
    return told + letters(ticket, firm(ticket), _("还等您确认结果"), ask)


@notice("ticket.left_unanswered", subject=Ticket)
def left_unanswered(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("企业两次未回应，%(due)s回访。") % {"due": due(ticket, "revisit")}
    return letters(ticket, User.objects.holding(Role.REVISITOR), _("未回应，转回访"), body)


@notice("ticket.assigned_again", subject=Ticket)
def assigned_again(ticket: Ticket, params: Params) -> list[Letter]:
    return _again(ticket, params, _("二次交办"), due(ticket, "second"))


@notice("ticket.ordered", subject=Ticket)
def ordered(ticket: Ticket, params: Params) -> list[Letter]:
    told = _again(ticket, params, _("督查督办"), due(ticket, "order"))
    body = _("企业两次不满意，已转督办。")
    return told + letters(ticket, User.objects.holding(Role.SUPERVISOR), _("督查督办"), body)


def _again(ticket: Ticket, params: Params, title: str, until: str) -> list[Letter]:
    office = _("企业不满意，%(due)s办结并书面答复，由主要负责人签批。") % {"due": until}
    told = [*handler(ticket), *department(ticket, Role.DEPARTMENT_HEAD), *responder(ticket)]
    to_firm = _("您不满意，已要求%(department)s重新办理，%(due)s书面答复您。") % {
        "department": ticket.lead_department.short_name,
        "due": until,
    }
    return letters(ticket, told, title, office, but=params["by"]) + letters(ticket, firm(ticket), title, to_firm)


@notice("ticket.still_dissatisfied", subject=Ticket)
def still_dissatisfied(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("督办后企业仍不满意，请跟进。")
    return letters(ticket, User.objects.holding(Role.SUPERVISOR), _("督办后仍不满意"), body)


@notice("ticket.closed", subject=Ticket)
def closed(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("已回访并办结。经过和答复可以随时查看。")
    return letters(
        ticket, [*firm(ticket), *handler(ticket), *responder(ticket)], _("诉求已办结"), body, but=params["by"]
    )


# 往来 ---------------------------------------------------------------------------------------------------------


@notice("ticket.replied", subject=Ticket)
def replied(ticket: Ticket, params: Params) -> list[Letter]:
    comment = Comment.objects.select_related("author").get(pk=params["comment"])
    return letters(ticket, firm(ticket), _("%(name)s回复您") % {"name": comment.author.name}, comment.text)


@notice("ticket.firm_wrote", subject=Ticket)
def firm_wrote(ticket: Ticket, params: Params) -> list[Letter]:
    comment = Comment.objects.get(pk=params["comment"])
    told = [*holder(ticket), *responder(ticket)]
    return letters(ticket, told, _("企业留言"), comment.text, but=params["by"])


@notice("ticket.noted", subject=Ticket)
def noted(ticket: Ticket, params: Params) -> list[Letter]:
    comment = Comment.objects.get(pk=params["comment"])
    people = [ticket.handler] if ticket.handler else []
    return letters(ticket, [*people, *responder(ticket)], _("内部意见"), comment.text, but=params["by"])


@notice("ticket.urged", subject=Ticket)
def urged(ticket: Ticket, params: Params) -> list[Letter]:
    body = _("%(firm)s第 %(times)s 次催办。") % {"firm": ticket.firm_short_name, "times": params["times"]}
    heads = department(ticket, Role.DEPARTMENT_HEAD) if ticket.status in stages.IN_DEPARTMENT else []
    return letters(ticket, [*holder(ticket), *heads, *responder(ticket)], _("企业催办"), body, but=params["by"])
