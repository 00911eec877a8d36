"""The line of one rectification: 发现 → 责令 → 整改 → 审核 → 复查 → 完成, read from its own columns (INS-7)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from portal.worktime import words
from requests.journey import AHEAD, BEEN, DONE, HERE, Branch, Journey, Station

from ..models import Rectification, RectificationDeadline
from . import limits, stages

NAMES = (
    pgettext_lazy("进程", "发现"),
    pgettext_lazy("进程", "责令"),
    pgettext_lazy("进程", "整改"),
    pgettext_lazy("进程", "审核"),
    pgettext_lazy("进程", "复查"),
    pgettext_lazy("进程", "完成"),
)
AT = {stages.OPEN: 2, stages.SUBMITTED: 3, stages.RECHECK: 4, stages.CLOSED: 6, stages.WITHDRAWN: 2}
OWES = {stages.OPEN: limits.RECTIFY, stages.SUBMITTED: limits.RECHECK, stages.RECHECK: limits.RECHECK}


def journey(rectification: Rectification, now: datetime) -> Journey:
    """Costs no query where the rectification was read with `rows.for_rows`."""
    at, due = AT[rectification.status], due_of(rectification)
    late = due is not None and due.is_overdue(now)
    skipped = rectification.status == stages.CLOSED and rectification.recheck_id is None
    stations = []
    for number, name in enumerate(NAMES):
        state = DONE if number < at else AHEAD if number > at else HERE
        if rectification.status == stages.WITHDRAWN and number == at:
            state = BEEN
        if skipped and number == 4:
            continue
        stations.append(Station(str(number), str(name), state, late=late and state == HERE))
    stations[0].lines = [words.day(rectification.finding.at, weekday=False)]
    if (proofs := list(rectification.proofs.all())) and at > 2:
        stations[2].lines = [words.day(proofs[-1].at, weekday=False)]
    if rectification.ended_at and rectification.status == stages.CLOSED:
        stations[-1].lines = [words.day(rectification.ended_at, weekday=False)]
    label = _("整改进程：%(status)s") % {"status": rectification.status_name}
    return Journey(stations, _branches(rectification), label, late, rectification.status == stages.CLOSED)


def _branches(rectification: Rectification) -> list[Branch]:
    if rectification.status == stages.OPEN and any(one.verdict for one in rectification.proofs.all()):
        return [Branch("b-32", pgettext("整改", "退回"))]
    return []


def due_of(rectification: Rectification) -> RectificationDeadline | None:
    """The clock that its status waits for; a late firm's own where both run."""
    read: list[RectificationDeadline] | None = getattr(rectification, "clocks", None)
    clocks = list(rectification.deadlines.open().with_units()) if read is None else read
    wanted = [clock for clock in clocks if clock.obligation == OWES.get(rectification.status)]
    return min(wanted or clocks, key=lambda clock: clock.due_at, default=None)


def where(rectification: Rectification, *, own: bool) -> str:
    """Whose turn it is."""
    agency = {"agency": rectification.agency}
    if rectification.status == stages.OPEN:
        return _("请整改并提交") if own else _("等企业整改")
    if rectification.status == stages.SUBMITTED:
        return _("等%(agency)s审核") % agency
    if rectification.status == stages.RECHECK:
        return _("%(agency)s将到现场复查") % agency if own else _("等现场复查")
    return rectification.status_name
