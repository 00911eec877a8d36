"""Why an act that a person may do to this ticket in this status has nothing to do now, said before he types anything.

What is offered comes from `capacity.verbs_with`; this only puts into words what it left out.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.worktime import clock
from portal.worktime.words import by_when
from requests import lateness, overseen, respite, stages
from requests.asked import group_at_work
from requests.models import Ticket

REASONS: dict[str, Any] = {
    "sign_off": gettext_lazy("不能办理的，二次交办和督办件的，由部门主要负责人签批。"),
    "ask_supplement": gettext_lazy("补正只能要求一次，这件已经要求过。缺的材料请打电话核对，或先流转。"),
    "reject": gettext_lazy("督查员复核后已裁定受理，不能再不予受理。"),
    "ask_review": gettext_lazy("复核只能申请一次，这件已经申请过，或者不能申请。"),
    "rule_review": gettext_lazy("没有等裁定的复核，或者不予受理是您自己定的，由别的督查员裁定。"),
    "write_back": gettext_lazy("已经写回热线，不用再写。"),
    "raise_level": gettext_lazy("已经是重大，不能再升。"),
    "contribute": gettext_lazy("现在没有工作组在办这件。"),
    "report_up": gettext_lazy("只有重大诉求写专报。"),
    "record_revisit": gettext_lazy("盖章答复还没有送达，送达后再打电话回访。"),
    "end_group": gettext_lazy("现在没有工作组在办这件。"),
    "end_part": gettext_lazy("现在没有部门在协办这件。"),
    "take_part": gettext_lazy("您部门的协办部分已经签收过。"),
    "give_opinion": gettext_lazy("您部门的协办意见已经提交过。"),
    "ask_return": gettext_lazy("已经有退回申请在等裁定，或者这件不能再退回。"),
    "rule_return": gettext_lazy("没有等您裁定的退回申请。"),
    "refer_to_chiefs": gettext_lazy("两次退回以后才报总召集人，已经报过的不再报。"),
    "give_view": gettext_lazy("这件没有报总召集人。"),
    "decide_raised": gettext_lazy("这件没有报总召集人。"),
    "reassign": gettext_lazy("这件在等总召集人定，先不改派。"),
    "approve_request": gettext_lazy("没有等您批的申请。"),
    "refuse_request": gettext_lazy("没有等您批的申请。"),
    "withdraw_request": gettext_lazy("您没有还没批的申请。"),
    "look_again": gettext_lazy("还没有到再看的时候。"),
    "answer_instruction": gettext_lazy("没有等您答复的批示。"),
    "answer_order": gettext_lazy("没有等答复的督办单；督办这一轮的结果就是答复。"),
    "amend_order": gettext_lazy("没有在办的督办单。"),
    "judge_order": gettext_lazy("没有等评定的督办单。"),
    "deliver_scan": gettext_lazy("这件没有要盖章送达的书面答复。"),
    "verify": gettext_lazy("只核实超期的和已经办结的。"),
    "make_commitment": gettext_lazy("没有超期，不用作公开承诺，或者已经作过。"),
    "approve_commitment": gettext_lazy("没有等审核的公开承诺。"),
    "return_commitment": gettext_lazy("没有等审核的公开承诺。"),
    "report_progress": gettext_lazy("现在不用报进展。"),
    "find": gettext_lazy("三确认齐了才能作认定，认定过的不再作。"),
    "report": gettext_lazy("先作认定，再报结果。"),
}


def why_not(ticket: Ticket, verb: str) -> str:
    """The sentence, as exact as the ticket's own facts allow."""
    if verb == "give_to_group":
        return (
            _("已经交给工作组，先结束再另交。")
            if group_at_work(ticket)
            else _("一般事项由一个部门办，先升级再交工作组。")
        )
    if verb == "issue_order":
        return _no_order(ticket)
    if verb in respite.ASKS:
        return _no_more_time(ticket)
    return str(REASONS.get(verb) or _("这一步现在没有要办的。"))


def _no_order(ticket: Ticket) -> str:
    order = overseen.order_running(ticket)
    if order is not None and order.deadline is not None:
        return _("已经有督办单在办，%(due)s答复。") % {"due": by_when(order.deadline.due_at)}
    late = lateness.co_late(ticket, clock.now())
    if late and ticket.status in stages.IN_DEPARTMENT:
        said = _("超期的是协办部门%(names)s；督办单只对主办部门下，协办的请领导批示给它，或者打电话催。")
        return said % {"names": late}
    return _("主办部门没有超期，督办单只对超期的件下。")


def _no_more_time(ticket: Ticket) -> str:
    if respite.request_of(ticket) is not None:
        return _("已经有一个申请在等批，批下来再申请。")
    return _("已经超期，或者延过的次数满了，不能再申请。")
