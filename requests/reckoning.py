"""“怎么算的”: how a deadline's due time came about, day by day, in words (DL-1)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from portal.deadlines.flow import counted_by, replay
from portal.worktime import words
from portal.worktime.calendar import calendar
from portal.worktime.limits import Limit, LimitKind, Pause, Step, StepKind
from requests.forms.base import amount as words_of
from requests.models import Ticket, TicketDeadline


def reckoning(deadline: TicketDeadline) -> list[str]:
    """One sentence for each day that was looked at, the due day last."""
    pauses = [Pause(pause.paused_at, pause.resumed_at) for pause in deadline.pauses.all()]
    limit = counted_by(deadline)
    return [_sentence(step, limit) for step in replay(deadline, calendar(), pauses).steps]


def basis_of(deadline: TicketDeadline, ticket: Ticket) -> str:
    """“协调 15 个工作日，紧急减半为 8 个”: the rule and what urgency made of it; empty where the limit is a date."""
    limit = deadline.limit
    if deadline.obligation == "progress":
        return _("超期期间每月第一个工作日")
    if limit.amount is None:
        return ""
    if limit.kind == LimitKind.BEFORE:
        return words_of(limit)
    what = ticket.get_kind_display() if deadline.obligation == "handle" else str(deadline.label)
    rule = deadline.rule
    if rule is None or not rule.amount or rule.amount == limit.amount:
        return _("%(what)s %(amount)s") % {"what": what, "amount": words_of(limit)}
    given = {
        "what": what,
        "amount": words_of(rule.limit or limit),
        "urgency": ticket.get_urgency_display(),
        "now": words_of(limit),
    }
    if deadline.hastened == 2:
        return _("%(what)s %(amount)s，%(urgency)s减半为 %(now)s") % given
    return _("%(what)s %(amount)s，%(urgency)s缩短为 %(now)s") % given


def _sentence(step: Step, limit: Limit) -> str:
    return _("%(day)s：%(what)s") % {"day": words.day(step.day), "what": what_of(step, limit)}


def what_of(step: Step, limit: Limit) -> str:
    """What a day was for a limit, in words."""
    if step.kind == StepKind.COUNTED:
        if limit.kind == LimitKind.WORKING_MINUTES:
            return _("计到 %(span)s") % {"span": words.span(step.counted)}
        return _("第 %(n)s 个工作日") % {"n": step.counted}
    off = _("%(name)s放假，不计") if words.is_public_holiday(step.name) else _("%(name)s，不计")
    begins = {
        LimitKind.WORKING_MINUTES: _("开始"),
        LimitKind.BEFORE: _("定下时限"),
        LimitKind.ON: _("开始"),
        LimitKind.UNTIL: _("定下日期"),
    }
    said = {
        StepKind.DAY: _("第 %(n)s 日") % {"n": step.counted},
        StepKind.EVENT: begins.get(limit.kind, _("开始，当天不计")),
        StepKind.WEEKEND: _("休息日，不计"),
        StepKind.HOLIDAY: off % {"name": words.holiday(step.name)},
        StepKind.PAUSED: pgettext("时限的一天", "暂停"),
        StepKind.RESUMED: _("恢复计时"),
        StepKind.MOVED: _("顺延"),
        StepKind.FIXED: _("定下的日期"),
        StepKind.OTHER: _("主办到期"),
        StepKind.BACK: _("往前第 %(n)s 个工作日") % {"n": step.counted},
    }
    return said[step.kind]
