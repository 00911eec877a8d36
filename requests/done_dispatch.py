"""What a person reads after an act of dispatch: returns, parts, levels, groups, the chiefs (see `requests.done`)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from portal.worktime.words import by_when
from requests import stages
from requests.asked import CHIEFS_TURN
from requests.models import Referral, ReturnRequest, Ticket
from requests.models.ticket import Complexity

Said = tuple[str, str]


def _due(ticket: Ticket, obligation: str) -> str:
    running = [d for d in ticket.open_deadlines if d.obligation == obligation and not d.is_paused]
    return by_when(running[0].due_at) if running else ""


def _lead(ticket: Ticket) -> str:
    return ticket.lead_department.short_name if ticket.lead_department else ""


def _to_accept(ticket: Ticket) -> str:
    return _("%(name)s %(due)s签收。") % {"name": _lead(ticket), "due": _due(ticket, "accept")}


def _return_asked(ticket: Ticket) -> Said:
    asked = ReturnRequest.objects.filter(ticket=ticket).last()
    if asked and asked.number >= CHIEFS_TURN:
        given = {"due": _due(ticket, "return")}
        return _("已申请退回"), _("督查员报总召集人，%(due)s定由谁办，定以前您部门的时限接着走。") % given
    who = _("中心") if asked and asked.number == 1 else _("督查员")
    given = {"who": who, "due": _due(ticket, "return")}
    return _("已申请退回"), _("%(who)s %(due)s裁定，裁定前您部门的时限接着走。") % given


def _return_ruled(ticket: Ticket) -> Said:
    ruled = ReturnRequest.objects.filter(ticket=ticket).exclude(ended_at=None).last()
    if ruled is None or ruled.outcome == ReturnRequest.Outcome.REFUSED:
        return _("不同意退回，部门会收到通知"), _("%(name)s接着办，时限没有变。") % {"name": _lead(ticket)}
    return _("同意退回，改由%(name)s主办") % {"name": _lead(ticket)}, _to_accept(ticket)


def _reassigned(ticket: Ticket) -> Said:
    return _("已改派%(name)s，两个部门和企业会收到通知") % {"name": _lead(ticket)}, _to_accept(ticket)


def _referred(ticket: Ticket) -> Said:
    return _("已报总召集人"), _("他们各自给意见，%(due)s定。") % {"due": _due(ticket, "return")}


def _viewed(ticket: Ticket) -> Said:
    return _("意见已记下"), _("总召集人看过各位的意见后定哪个部门办。")


def _decided(ticket: Ticket) -> Said:
    referral = Referral.objects.filter(ticket=ticket).select_related("taker").last()
    name = referral.taker.short_name if referral and referral.taker else _lead(ticket)
    after = _to_accept(ticket) if ticket.status == stages.ASSIGNED else _("时限没有变。")
    return _("已定由%(name)s办，不能再退回") % {"name": name}, after


def _part_taken(ticket: Ticket) -> Said:
    return _("已签收协办部分"), _("意见交%(name)s汇总。") % {"name": _lead(ticket)}


def _part_added(ticket: Ticket) -> Said:
    return _("已请部门协办，它会收到通知"), _("意见到了会告诉主办部门。")


def _part_ended(ticket: Ticket) -> Said:
    return _("协办已结束，部门会收到通知"), _("它看不到这件了，自己的意见还看得到。")


def _raised(ticket: Ticket) -> Said:
    head = _("已升为%(level)s事项") % {"level": ticket.get_complexity_display()}
    return head, _("请成立专班，并向镇领导专报。") if ticket.complexity == Complexity.MAJOR else ""


def _group_given(ticket: Ticket) -> Said:
    return _("已交工作组，成员会收到通知"), _("在办期间他们看得到这件。")


def _contributed(ticket: Ticket) -> Said:
    return _("工作组意见已提交"), _("承办人和组长会收到。")


def _group_ended(ticket: Ticket) -> Said:
    return _("工作组的工作已结束"), _("成员看不到这件了，提交过的意见留着。")


DISPATCHING: dict[str, Callable[[Ticket], Said]] = {
    "ask_return": _return_asked,
    "rule_return": _return_ruled,
    "reassign": _reassigned,
    "refer_to_chiefs": _referred,
    "give_view": _viewed,
    "decide_raised": _decided,
    "take_part": _part_taken,
    "add_part": _part_added,
    "end_part": _part_ended,
    "raise_level": _raised,
    "give_to_group": _group_given,
    "contribute": _contributed,
    "end_group": _group_ended,
}
