"""What a person reads after an act on a confidential complaint, where it goes another way (`requests.done`)."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from portal.worktime.words import by_when
from requests import confiding
from requests.flow.finding import still_missing
from requests.models import Ticket

Said = tuple[str, str]


def _accepted(ticket: Ticket) -> Said:
    return _("已受理"), _("请认定投诉对象，点名由谁办。")


def _entrusted(ticket: Ticket) -> Said:
    names = _("、").join(user.name for user in confiding.named(ticket))
    due = next((d for d in ticket.open_deadlines if d.obligation == "accept"), None)
    until = _("%(due)s签收。") % {"due": by_when(due.due_at)} if due else ""
    return _("已交%(names)s") % {"names": names}, until + _("他们的单位和负责人看不到。")


def _identified(ticket: Ticket) -> Said:
    return _("已认定"), _("所指的人从此看不到这件。")


def _unit_asked(ticket: Ticket) -> Said:
    return _("已请单位说明"), _("负责人答复了会告诉您和承办人。")


def _confirmed(ticket: Ticket) -> Said:
    missing = still_missing(ticket)
    if missing:
        return _("已记下"), _("还缺%(names)s。") % {"names": _("、").join(missing)}
    return _("已记下"), _("三确认齐了，可以作认定。")


def _found(ticket: Ticket) -> Said:
    return _("已作认定"), _("接着报结果，由督查员签批后答复投诉人。")


def _reported(ticket: Ticket) -> Said:
    return _("结果已报"), _("由督查员签批。")


def _answered(ticket: Ticket) -> Said:
    if ticket.registered_by_id is not None:
        return _("已签批"), _("投诉人没有账号，请您打电话告诉他，替他登记。")
    return _("已签批"), _("投诉人本人会收到通知。")


def _written(ticket: Ticket) -> Said:
    return _("已发送"), ""


IN_CONFIDENCE: dict[str, Callable[[Ticket], Said]] = {
    "accept": _accepted,
    "entrust": _entrusted,
    "identify": _identified,
    "ask_unit": _unit_asked,
    "record_confirmation": _confirmed,
    "find": _found,
    "report": _reported,
    "sign_off": _answered,
    "write": _written,
}
