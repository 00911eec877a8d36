"""The messages of the loop, one small function each: what happened, what is next, by when (look: Words)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.outbox import SECRET, Letter, Outsider, notice
from portal.outbox.models import Channel
from portal.people.models import User
from portal.people.rights import rights_of
from portal.people.roles import Role
from requests import links, stages
from requests.flow.core import run_on, stopped
from requests.models import Assignment, Comment, Result, ResultLink, Supplement, Ticket
from requests.models.handling import is_said_done
from requests.notices.letters import FIRM, Params, Words, due, letters_of, tells
from requests.recipients import department, handler, holder, responder, waited_for

# 接诉 ---------------------------------------------------------------------------------------------------------


@tells("ticket.filed")
def filed(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("%(firm)s提交，编号 %(number)s。%(due)s联系企业并受理。") % {
        "firm": ticket.firm_short_name,
        "number": ticket.number,
        "due": due(ticket, "first_response"),
    }
    receipt = _("已收到，编号 %(number)s。%(due)s有人联系您。") % {
        "number": ticket.number,
        "due": due(ticket, "first_response"),
    }
    yield FIRM, _("诉求已收到"), receipt
    yield responder(ticket), _("您是首问负责人"), body
    yield waited_for(ticket, stages.RECEIVED), _("新诉求待受理"), body


@tells("ticket.registered")
def registered(ticket: Ticket, params: Params) -> Iterator[Words]:
    receipt = _("中心已登记并受理，编号 %(number)s。%(due)s定下由谁办。") % {
        "number": ticket.number,
        "due": due(ticket, "dispatch"),
    }
    yield FIRM, _("诉求已受理"), receipt
    yield responder(ticket), _("您是首问负责人"), receipt
    yield waited_for(ticket, stages.TRIAGING), _("新诉求待研判"), _work(ticket, "dispatch")


@tells("ticket.accepted")
def accepted(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("已受理。%(due)s定下由谁办，到时告诉您。") % {"due": due(ticket, "dispatch")}
    yield FIRM, _("诉求已受理"), body
    yield waited_for(ticket, stages.TRIAGING), _("新诉求待研判"), _work(ticket, "dispatch")


@tells("ticket.supplement_asked")
def supplement_asked(ticket: Ticket, params: Params) -> Iterator[Words]:
    asked = Supplement.objects.get(ticket=ticket)
    body = _("请在 %(due)s一次补齐：%(items)s") % {"due": due(ticket, "supplement"), "items": asked.items}
    yield FIRM, _("请补充材料"), body
    yield responder(ticket), _("请补充材料"), body


@tells("ticket.supplemented")
def supplemented(ticket: Ticket, params: Params) -> Iterator[Words]:
    asked_from = Supplement.objects.get(ticket=ticket).asked_from
    body = _("%(firm)s已补充，请继续。%(due)s流转。") % {"firm": ticket.firm_short_name, "due": due(ticket, "dispatch")}
    yield waited_for(ticket, asked_from), _("补正回件"), body


@tells("ticket.rejected")
def rejected(ticket: Ticket, params: Params) -> Iterator[Words]:
    given = {"item": ticket.rejected_item or "", "go_to": stopped(ticket.instead)}
    body = _("依据：%(item)s。您可以：%(go_to)s") % given
    yield FIRM, _("诉求不予受理"), run_on(body, _("不同意的，可以申请一次复核。"))
    yield responder(ticket), _("诉求不予受理"), body


@tells("ticket.withdrawn")
def withdrawn(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("%(firm)s撤回了这件诉求，不用再办。") % {"firm": ticket.firm_short_name}
    yield holder(ticket, params["stood"]), _("企业已撤回"), body
    yield [*handler(ticket), *responder(ticket)], _("企业已撤回"), body


@tells("ticket.supplement_lapsed")
def supplement_lapsed(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("%(due)s没有补齐材料，按撤回处理。还要办的，请重新提交。") % {"due": due(ticket, "supplement")}
    yield FIRM, _("诉求按撤回处理"), body
    yield (
        responder(ticket),
        _("企业逾期未补正"),
        _("企业 %(due)s没有补齐材料，已按撤回处理。") % {"due": due(ticket, "supplement")},
    )


@notice("part.withdrawn", subject=Assignment)
def part_withdrawn(part: Assignment, params: Params) -> list[Letter]:
    """To the co-handlers, who no longer read the ticket, but their part."""
    words = _("企业撤回了这件诉求，不用再办。")
    people = User.objects.holding(Role.HANDLER, part.department)
    return letters_of(part.ticket, [(people, _("企业已撤回"), words)], None)


# 流转、办理 ----------------------------------------------------------------------------------------------------


def _work(ticket: Ticket, obligation: str) -> str:
    return _("%(firm)s，编号 %(number)s，%(due)s办好这一步。") % {
        "firm": ticket.firm_short_name,
        "number": ticket.number,
        "due": due(ticket, obligation),
    }


def _clock(ticket: Ticket) -> str:
    """The obligation whose clock runs while the department works; before it takes the ticket on, that to take it."""
    return "accept" if ticket.status == stages.ASSIGNED else ticket.work


@tells("ticket.dispatched")
def dispatched(ticket: Ticket, params: Params) -> Iterator[Words]:
    name = ticket.lead_department.short_name
    to_firm = _("已交%(department)s主办，%(due)s签收。") % {"department": name, "due": due(ticket, "accept")}
    yield FIRM, _("诉求已转交"), to_firm
    if ticket.status == stages.ASSIGNED:
        lead = department(ticket, Role.HANDLER, Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
        yield lead, _("新工单待签收"), _work(ticket, "accept")
    yield _co_people(ticket), _("新协办工单"), _("由%(department)s主办，请提协办意见。") % {"department": name}
    yield responder(ticket), _("诉求已转交"), to_firm


def _co_people(ticket: Ticket) -> list[User]:
    """The handlers of the departments that owe an opinion."""
    owed = ticket.assignments.filter(part=Assignment.Part.CO, ended_at=None, opinion_at=None)
    return [user for part in owed for user in User.objects.holding(Role.HANDLER, part.department_id)]


@tells("ticket.taken")
def taken(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("%(department)s %(person)s在办，%(due)s办结。电话 %(phone)s") % {
        "department": ticket.lead_department.short_name,
        "person": ticket.handler.name if ticket.handler else "",
        "due": due(ticket, ticket.work),
        "phone": (ticket.handler and ticket.handler.phone) or ticket.lead_department.phone,
    }
    yield FIRM, _("诉求开始办理"), body
    yield handler(ticket), _("您是承办人"), _work(ticket, ticket.work)
    yield responder(ticket), _("诉求开始办理"), body


@tells("ticket.handler_named")
def handler_named(ticket: Ticket, params: Params) -> Iterator[Words]:
    yield handler(ticket), _("您是承办人"), _work(ticket, _clock(ticket))


@tells("ticket.handed_over")
def handed_over(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("这件诉求移交给您，请接着办。编号 %(number)s。") % {"number": ticket.number}
    yield User.objects.filter(pk=params["after"]), _("工单移交"), body


@tells("ticket.opinion_given")
def opinion_given(ticket: Ticket, params: Params) -> Iterator[Words]:
    part = Assignment.objects.select_related("department").filter(ticket=ticket, department=params["department"]).last()
    body = _("%(department)s的协办意见已到。") % {"department": part.department.short_name}
    yield handler(ticket), _("协办意见已提交"), body


@tells("ticket.reported")
def reported(ticket: Ticket, params: Params) -> Iterator[Words]:
    result = Result.objects.get(pk=params["result"])
    if result.signed_at or result.sent_back_at:
        return  # done before this was delivered
    heads = (Role.DEPARTMENT_HEAD,) if result.signed_by_head_only else (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
    body = _("承办人已填写结果，请签批。") + _work(ticket, _clock(ticket))
    yield department(ticket, *heads), _("结果待签批"), body


@tells("ticket.sent_back")
def sent_back(ticket: Ticket, params: Params) -> Iterator[Words]:
    result = Result.objects.get(pk=params["result"])
    yield handler(ticket), _("结果退回修改"), _("理由：%(reason)s") % {"reason": result.sent_back_reason}


@notice("ticket.link_sent", subject=Ticket, outside=links.address)
def link_sent(ticket: Ticket, params: Params) -> list[Letter]:
    """APP-12: to the telephone from which the matter came; what it says is no more than what it is about."""
    body = _("您反映的“%(what)s”（%(number)s）有结果了。请点开看，%(due)s告诉我们办好没有：%(link)s") % {
        "what": ticket.title,
        "number": ticket.number,
        "due": due(ticket, "confirm"),
        "link": SECRET,
    }
    to = ResultLink.objects.get(pk=params["link"]).phone
    return [Letter(to=Outsider(mobile=to), title=_("诉求有结果了，请确认"), body=body, channels=[Channel.WEBHOOK])]


# 反馈、回访 ----------------------------------------------------------------------------------------------------


@tells("ticket.answered")
def answered(ticket: Ticket, params: Params) -> Iterator[Words]:
    result = Result.objects.get(pk=params["result"])
    done, unmet = (
        _("%(department)s答复：%(text)s 请在 %(due)s确认办好没有。"),
        _("%(department)s答复：%(text)s 有异议请在 %(due)s提出。"),
    )
    body = (done if result.is_done else unmet) % {
        "department": ticket.lead_department.short_name,
        "text": result.text,
        "due": due(ticket, "confirm"),
    }
    yield FIRM, _("结果请您确认") if result.is_done else _("诉求已有答复"), body
    office = _("结果已送企业，%(due)s等企业确认。") % {"due": due(ticket, "confirm")}
    yield [*handler(ticket), *responder(ticket)], _("结果已签批"), office


@tells("ticket.confirmed")
def confirmed(ticket: Ticket, params: Params) -> Iterator[Words]:
    said = _("%(firm)s确认办好，%(due)s回访。") if is_said_done(ticket) else _("%(firm)s对答复没有异议，%(due)s回访。")
    body = said % {"firm": ticket.firm_short_name, "due": due(ticket, "revisit")}
    yield [*handler(ticket), *responder(ticket), *User.objects.holding(Role.REVISITOR)], _("企业已确认"), body


@tells("ticket.disputed")
def disputed(ticket: Ticket, params: Params) -> Iterator[Words]:
    result = ticket.results.filter(answer=Result.Answer.DISPUTED).latest("id")
    said = (
        _("企业说没办好：%(reason)s %(due)s返工办结。")
        if result.is_done
        else _("企业不同意答复：%(reason)s %(due)s返工办结。")
    )
    body = said % {"reason": result.answer_text, "due": due(ticket, "rework")}
    told = [*handler(ticket), *department(ticket, Role.DEPUTY_HEAD), *responder(ticket)]
    yield told, _("企业有异议，请接着办"), body


@tells("ticket.confirmation_lapsed")
def confirmation_lapsed(ticket: Ticket, params: Params) -> Iterator[Words]:
    due_again = due(ticket, "confirm")
    yield FIRM, _("还等您确认结果"), _("请在 %(due)s看结果，确认或者提出异议。") % {"due": due_again}
    call = _("企业没有回应，请打电话问。%(due)s仍无回应转回访。") % {"due": due_again}
    yield responder(ticket), _("请联系企业确认结果"), call


@tells("ticket.left_unanswered")
def left_unanswered(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("企业两次未回应，%(due)s回访。") % {"due": due(ticket, "revisit")}
    yield User.objects.holding(Role.REVISITOR), _("未回应，转回访"), body


@tells("ticket.assigned_again")
def assigned_again(ticket: Ticket, params: Params) -> Iterator[Words]:
    yield from _again(ticket, _("二次交办"), due(ticket, "second"))


@tells("ticket.ordered")
def ordered(ticket: Ticket, params: Params) -> Iterator[Words]:
    yield from _again(ticket, _("督查督办"), due(ticket, "order"))
    yield User.objects.holding(Role.SUPERVISOR), _("督查督办"), _("企业两次不满意，已转督办。")


def _again(ticket: Ticket, title: str, until: str) -> Iterator[Words]:
    to_firm = _("您不满意，已要求%(department)s重新办理，%(due)s书面答复您。") % {
        "department": ticket.lead_department.short_name,
        "due": until,
    }
    yield FIRM, title, to_firm
    office = _("企业不满意，%(due)s办结并书面答复，由主要负责人签批。") % {"due": until}
    yield [*handler(ticket), *department(ticket, Role.DEPARTMENT_HEAD), *responder(ticket)], title, office


@tells("ticket.still_dissatisfied")
def still_dissatisfied(ticket: Ticket, params: Params) -> Iterator[Words]:
    yield User.objects.holding(Role.SUPERVISOR), _("督办后仍不满意"), _("督办后企业仍不满意，请跟进。")


@tells("ticket.closed")
def closed(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("已回访并办结。经过和答复可以随时查看。")
    if not params.get("reached", True):
        body = _("三次打电话都没有联系上，按“未联系上”办结。经过和答复可以随时查看。")
    yield FIRM, _("诉求已办结"), body
    yield [*handler(ticket), *responder(ticket)], _("诉求已办结"), body


# 往来 ---------------------------------------------------------------------------------------------------------


@tells("ticket.replied")
def replied(ticket: Ticket, params: Params) -> Iterator[Words]:
    comment = Comment.objects.select_related("author").get(pk=params["comment"])
    name = {"name": comment.author.name}
    yield FIRM, _("%(name)s回复您") % name, comment.text
    if ticket.status in stages.IN_DEPARTMENT:  # who handles it knows what others have told the firm
        yield handler(ticket), _("%(name)s回复了企业") % name, comment.text


@tells("ticket.firm_wrote")
def firm_wrote(ticket: Ticket, params: Params) -> Iterator[Words]:
    comment = Comment.objects.get(pk=params["comment"])
    yield [*holder(ticket), *responder(ticket)], _("企业留言"), comment.text


@tells("ticket.noted")
def noted(ticket: Ticket, params: Params) -> Iterator[Words]:
    comment = Comment.objects.get(pk=params["comment"])
    people = [user for user in handler(ticket) if not rights_of(user).is_outside] if ticket.handler else []
    yield [*people, *responder(ticket)], _("内部意见"), comment.text


@tells("ticket.urged")
def urged(ticket: Ticket, params: Params) -> Iterator[Words]:
    body = _("%(firm)s第 %(times)s 次催办。") % {"firm": ticket.firm_short_name, "times": params["times"]}
    heads = department(ticket, Role.DEPARTMENT_HEAD) if ticket.status in stages.IN_DEPARTMENT else []
    yield [*holder(ticket), *heads, *responder(ticket)], _("企业催办"), body
