"""What a person reads after an act: what happened, what is next, by when (look: Words).

The first line is what happened, the second what is next; a toast shows the first one strong.
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.worktime.words import by_when, moment
from requests import links, serving, stages
from requests.done_dispatch import DISPATCHING
from requests.done_in_confidence import IN_CONFIDENCE
from requests.done_respite import RESPITE
from requests.joined import same_firm
from requests.journey import holder_name, work_by
from requests.models import Revisit, Ticket
from requests.models.handling import is_said_done

Said = tuple[str, str]


def done(ticket: Ticket, verb: str) -> str:
    """The two lines for the verb just done; the ticket is as it stands now."""
    words = IN_CONFIDENCE if ticket.confidential and verb in IN_CONFIDENCE else DONE
    return "\n".join(filter(None, words[verb](ticket)))


def _due(ticket: Ticket, *obligations: str) -> str:
    running = [d for d in ticket.open_deadlines if d.obligation in obligations and not d.is_paused]
    return by_when(running[0].due_at) if running else ""


def _lead(ticket: Ticket) -> str:
    return ticket.lead_department.short_name if ticket.lead_department else ""


def _told(ticket: Ticket) -> bool:
    """Whether the firm's side has got the message; a caller without an account gets none."""
    return links.reads_it(ticket)


def _read_by(ticket: Ticket, firm: str, complainant: str, nobody: str) -> str:
    """The sentence that holds: the firm reads it, of a confidential complaint its complainant alone, or nobody."""
    if not _told(ticket):
        return nobody
    return complainant if ticket.confidential else firm


def _next(sentence: str, due: str, **given: object) -> str:
    """The sentence with its due time; nothing where that clock does not run."""
    return sentence % {"due": due, **given} if due else ""


# 接诉 ---------------------------------------------------------------------------------------------------------


def _accepted(ticket: Ticket) -> Said:
    head = _("已受理，企业会收到通知") if _told(ticket) else _("已受理，对方没有账号，请打电话告诉他")
    return head, _next(_("交研判员，%(due)s定下由谁办。"), _due(ticket, "dispatch"))


def _supplement_asked(ticket: Ticket) -> Said:
    return _("已请企业补正"), _next(_("企业 %(due)s补齐，这期间中心的时限暂停。"), _due(ticket, "supplement"))


def _supplemented(ticket: Ticket) -> Said:
    return _("已补充，接着办"), _next(_("中心 %(due)s定下由谁办。"), _due(ticket, "dispatch"))


def _rejected(ticket: Ticket) -> Said:
    if not _told(ticket):
        return _("不予受理，对方没有账号"), _("请打电话告诉他依据和可以去哪里办。")
    return _("不予受理，企业已收到通知"), _("通知里有依据和可以去哪里办。")


def _review_asked(ticket: Ticket) -> Said:
    return _("已申请复核"), _next(_("督查员 %(due)s裁定，到时告知企业。"), _due(ticket, "review"))


def _review_ruled(ticket: Ticket) -> Said:
    if ticket.status == stages.TRIAGING:
        return _("已裁定受理，转回研判"), _next(_("%(due)s定下由谁办，企业会收到通知。"), _due(ticket, "dispatch"))
    return _("已裁定维持不予受理"), _("企业会收到裁定和理由。") if _told(ticket) else _("请打电话告诉他裁定和理由。")


def _written_back(ticket: Ticket) -> Said:
    return _("已登记写回热线"), _("接入系统会收到推送。") if ticket.line_system_id else ""


def _withdrawn(ticket: Ticket) -> Said:
    return _("已撤回，不再办理"), _("经过留着，需要时可以另提一件。")


# 流转、办理 ----------------------------------------------------------------------------------------------------


def _dispatched(ticket: Ticket) -> Said:
    head = _("已转交%(name)s，企业会收到通知") if _told(ticket) else _("已转交%(name)s，来电人没有账号，收不到通知")
    head = head % {"name": _lead(ticket)}
    return head, _next(_("%(name)s %(due)s签收。"), _due(ticket, "accept"), name=_lead(ticket))


def _merged(ticket: Ticket) -> Said:
    main = ticket.merged_into
    one_firm = main is not None and same_firm(ticket, main)
    said = _("已并入 %(number)s，企业会收到通知") if one_firm else _("已并入 %(number)s，两边的企业会收到通知")
    return said % {"number": main.number if main else ""}, _("主件有了答复会告诉这一边。")


def _split(ticket: Ticket) -> Said:
    return _("已拆出，单独办理"), _next(_("%(due)s定下由谁办。"), _due(ticket, "dispatch"))


def _taken(ticket: Ticket) -> Said:
    told = [
        _next(_("%(due)s联系企业并登记。"), _due(ticket, "contact")),
        _next(_("%(due)s办结。"), work_by(ticket)),
    ]
    firm, nobody = _("已签收，企业会收到通知"), _("已签收，对方没有账号，收不到通知")
    return _read_by(ticket, firm, _("已签收，投诉人本人会收到通知"), nobody), "".join(told)


def _handler_named(ticket: Ticket) -> Said:
    head = _("已指定%(name)s承办，本人会收到通知") % {"name": ticket.handler.name if ticket.handler else ""}
    if ticket.status == stages.ASSIGNED:
        return head, _next(_("%(due)s签收。"), _due(ticket, "accept"))
    return head, _next(_("%(due)s办结。"), work_by(ticket))


def _contacted(ticket: Ticket) -> Said:
    head = _read_by(ticket, _("已登记，企业能看到"), _("已登记，投诉人本人能看到"), _("已登记联系"))
    return head, _next(_("%(due)s填写办理结果。"), work_by(ticket))


def _opinion_given(ticket: Ticket) -> Said:
    return _("协办意见已提交"), _("由%(name)s汇总后报结果。") % {"name": _lead(ticket)}


def _reported(ticket: Ticket) -> Said:
    if ticket.lead_department is not None and serving.is_headless(ticket.lead_department):
        return _("结果已报，这个单位没有负责人账号"), _next(_("请代为签批，%(due)s送企业。"), work_by(ticket))
    return _("结果已报，负责人已收到通知"), _next(_("%(due)s签批送企业。"), work_by(ticket))


def _signed(ticket: Ticket) -> Said:
    due = _due(ticket, "confirm")
    if links.sent(ticket):
        return _("已签批，确认链接已发到来电人手机"), _next(_("来电人 %(due)s点开确认。"), due)
    if not _told(ticket):
        return _("已签批，对方没有账号，请打电话告诉他结果"), _next(_("%(due)s问清楚办好没有，替他登记。"), due)
    return _("已签批，结果已送企业"), _next(_("企业 %(due)s确认。"), due)


def _sent_back(ticket: Ticket) -> Said:
    return _("已退回承办人修改"), _next(_("时限接着走，%(due)s办结。"), work_by(ticket))


# 反馈、回访 ----------------------------------------------------------------------------------------------------


def _again(ticket: Ticket) -> str:
    return _next(_("%(name)s %(due)s再办并答复。"), work_by(ticket), name=_lead(ticket))


def _call(ticket: Ticket) -> str:
    """Who calls by when, and then closes it: of a confidential complaint the supervisor."""
    due = _due(ticket, "revisit")
    if ticket.confidential:
        return _next(_("督查员 %(due)s打电话回访，然后办结。"), due)
    return _next(_("中心 %(due)s打电话回访，然后办结。"), due)


def _confirmed(ticket: Ticket) -> Said:
    if ticket.status == stages.HANDLING:
        return _("已记下企业不满意，重新办理"), _again(ticket)
    said = _("已确认办好") if is_said_done(ticket) else _("已记下没有异议")
    return said, _call(ticket)


def _disputed(ticket: Ticket) -> Said:
    if ticket.status == stages.HANDLING:
        said = _("已记下没办好，交回部门") if is_said_done(ticket) else _("已记下异议，交回部门")
        return said, _again(ticket)
    return _("已记下没办好") if is_said_done(ticket) else _("已记下异议"), _call(ticket)


def _revisited(ticket: Ticket) -> Said:
    if ticket.status == stages.CLOSED:
        told = _("企业和承办人已收到通知。"), _("投诉人本人和承办人已收到通知。"), _("承办人已收到通知。")
        return _("已记下回访，这件办结"), _read_by(ticket, *told)
    if ticket.status == stages.HANDLING:
        return _("已记下企业不满意，重新办理"), _again(ticket)
    last = ticket.revisits.filter(result=ticket.result).latest("attempt")
    left = Revisit.ATTEMPTS - last.attempt
    again = ngettext("还可以再打 %(n)s 次，%(when)s 起打。", "还可以再打 %(n)s 次，%(when)s 起打。", left)
    return _("已记下没联系上"), again % {"n": left, "when": moment(last.next_at)}


# 往来 ---------------------------------------------------------------------------------------------------------


def _urged(ticket: Ticket) -> Said:
    return _("已催办，经办人和负责人已收到提醒"), _("现在%(holder)s在办。") % {"holder": holder_name(ticket)}


def _written(ticket: Ticket) -> Said:
    return _("已发送"), ""


# 督查 ---------------------------------------------------------------------------------------------------------


def _instructed(ticket: Ticket) -> Said:
    return _("已批示，落实的人会收到通知"), _("答复了会告诉您；到期没答复，按时限逐级提醒。")


def _answered_instruction(ticket: Ticket) -> Said:
    return _("已答复，批示的领导会收到通知"), ""


def _committed(ticket: Ticket) -> Said:
    return _("承诺已送审"), _("督查员批准后公开，退回会告诉您。")


def _commitment_approved(ticket: Ticket) -> Said:
    return _("承诺已批准并公开"), _("督效屏和企业都看得到，部门会收到通知。")


def _commitment_returned(ticket: Ticket) -> Said:
    return _("承诺已退回"), _("部门重写后再送审。")


def _progress_reported(ticket: Ticket) -> Said:
    return _("进展已报告"), _next(_("下一次 %(due)s报，办结就不用再报。"), _due(ticket, "progress"))


def _order_issued(ticket: Ticket) -> Said:
    return _("督办单已下，部门会收到通知"), _next(
        _("%(name)s %(due)s答复。"), _due(ticket, "order"), name=_lead(ticket)
    )


def _order_answered(ticket: Ticket) -> Said:
    return _("已答复督办单"), _("督查员评定整改到位没有，评定了会告诉您。")


def _order_amended(ticket: Ticket) -> Said:
    return _("督办要求已修改"), _("部门会收到通知，时限不变。")


def _order_judged(ticket: Ticket) -> Said:
    return _("督办单已评定"), _("部门会收到通知，督办单办结。")


def _scan_delivered(ticket: Ticket) -> Said:
    if not _told(ticket):
        return _("盖章答复已存档，对方没有账号"), _("请把纸质答复送到或寄到。")
    return _("盖章答复已送达，企业会收到通知"), _("传错了可以再传一份，原来的留在机关。")


def _verified(ticket: Ticket) -> Said:
    return _("核实已记下"), _("督查员和镇领导看得到；企业知道人大来问过。")


def _reported_up(ticket: Ticket) -> Said:
    report = ticket.special_reports.select_related("leader").last()
    given = {"number": report.number, "name": report.leader.name}
    return _("专报已报送%(name)s") % given, _("%(number)s，在“文书”里，可以打印盖章。") % given


DONE: dict[str, Callable[[Ticket], Said]] = {
    "issue_order": _order_issued,
    "answer_order": _order_answered,
    "amend_order": _order_amended,
    "judge_order": _order_judged,
    "deliver_scan": _scan_delivered,
    "verify": _verified,
    "report_up": _reported_up,
    "accept": _accepted,
    "ask_supplement": _supplement_asked,
    "supplement": _supplemented,
    "reject": _rejected,
    "withdraw": _withdrawn,
    "ask_review": _review_asked,
    "rule_review": _review_ruled,
    "write_back": _written_back,
    "dispatch": _dispatched,
    "merge": _merged,
    "split": _split,
    "take": _taken,
    "name_handler": _handler_named,
    "log_contact": _contacted,
    "give_opinion": _opinion_given,
    "report": _reported,
    "sign_off": _signed,
    "send_back": _sent_back,
    "confirm": _confirmed,
    "dispute": _disputed,
    "record_revisit": _revisited,
    "urge": _urged,
    "instruct": _instructed,
    "answer_instruction": _answered_instruction,
    "make_commitment": _committed,
    "approve_commitment": _commitment_approved,
    "return_commitment": _commitment_returned,
    "report_progress": _progress_reported,
    **RESPITE,
    **DISPATCHING,
    "write": _written,
}
