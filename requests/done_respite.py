"""What a person reads after an act about more time (see `requests.done`)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from portal.worktime.words import by_when, day
from requests import respite
from requests.journey import work_by
from requests.models import SecondLook, Ticket

Said = tuple[str, str]


def _asked(ticket: Ticket) -> Said:
    request = respite.request_of(ticket)
    who = _("服务中心") if request is None or request.head_at else _("部门负责人")
    due = respite.decision_due(ticket)
    next_line = _("%(due)s批复；批下来以前时限照走。") % {"due": by_when(due.due_at)} if due else ""
    return _("申请已送%(who)s") % {"who": who.lower()}, next_line


def _approved(ticket: Ticket) -> Said:
    suspension = respite.suspension_of(ticket)
    if suspension is not None:
        said = _("时限暂停，%(day)s自动恢复办理；企业和承办人会收到通知。") % {"day": day(suspension.until)}
        return _("已同意挂起"), said
    due = respite.decision_due(ticket)
    if due is not None:
        return _("已同意，送服务中心批"), _("服务中心 %(due)s批复。") % {"due": by_when(due.due_at)}
    return _("已同意延期"), _("%(due)s办结；企业和承办人会收到通知。") % {"due": work_by(ticket)}


def _refused(ticket: Ticket) -> Said:
    return _("不同意，已告诉申请的人"), _("时限照走，%(due)s办结。") % {"due": work_by(ticket)}


def _withdrawn(ticket: Ticket) -> Said:
    return _("申请已撤回"), _("时限照走，%(due)s办结。") % {"due": work_by(ticket)}


def _ended(ticket: Ticket) -> Said:
    return _("已恢复办理"), _("时限接着走，%(due)s办结；企业和承办人会收到通知。") % {"due": work_by(ticket)}


def _looked(ticket: Ticket) -> Said:
    look = ticket.looks.filter(looked_at__isnull=False).latest("looked_at")
    planned = respite.look_of(ticket)
    if look.found == SecondLook.Found.UNCHANGED and planned is not None:
        return _("已记下，条件没有变化"), _("%(day)s再看。") % {"day": day(planned.due_at)}
    if look.follow_up is not None:
        return _("已另开一件 %(number)s") % {"number": look.follow_up.number}, _("交研判；企业会收到通知。")
    return _ended(ticket)


RESPITE: dict[str, Callable[[Ticket], Said]] = {
    "ask_extension": _asked,
    "ask_suspension": _asked,
    "approve_request": _approved,
    "refuse_request": _refused,
    "withdraw_request": _withdrawn,
    "end_suspension": _ended,
    "look_again": _looked,
}
