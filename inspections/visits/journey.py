"""The line of one visit: 计划 → 通知 → 亮码 → 检查 → 记录 → 整改, read from the visit's own rows."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from portal.worktime import words
from requests.journey import AHEAD, DONE, HERE, Journey, Station

from ..models import JointVisit, JointVisitDeadline
from . import stages
from .capacity import parts_of

PLANNED, TOLD, CODE = pgettext_lazy("进程", "计划"), pgettext_lazy("进程", "通知"), pgettext_lazy("进程", "亮码")
VISITED, RECORDED = pgettext_lazy("进程", "检查"), pgettext_lazy("进程", "记录")
RECTIFIED = pgettext_lazy("进程", "整改")
NAMES = (PLANNED, TOLD, CODE, VISITED, RECORDED, RECTIFIED)
PAST_ALL = len(NAMES)


def journey(visit: JointVisit, now: datetime, rectified: bool | None = None) -> Journey:
    """`rectified`: whether what was found is put right; None where nothing had to be."""
    here, due = station_of(visit, rectified), due_of(visit)
    late = due is not None and due.is_overdue(now)
    stations = []
    for number, name in enumerate(NAMES):
        state = DONE if number < here else HERE if number == here else AHEAD
        stations.append(Station(str(number), str(name), state, late=late and state == HERE))
    for number, line in _lines(visit).items():
        stations[number].lines = [line]
    label = _("检查进程：%(status)s") % {"status": visit.status_name}
    return Journey(stations, [], label, late, here == PAST_ALL)


def station_of(visit: JointVisit, rectified: bool | None = None) -> int:
    """Where it stands, counted from 0; where it ended if nobody went."""
    if visit.status == stages.PROPOSED:
        return 0
    if visit.status == stages.UNDER_WAY:
        return 4 if any(part.recorded_at for part in parts_of(visit)) else 3
    if visit.status == stages.DONE:
        return 5 if rectified is False else PAST_ALL
    return 2 if visit.told_at or visit.unannounced else 1


def _lines(visit: JointVisit) -> dict[int, str]:
    """What stands under the stations, as far as it is known."""
    found = {0: _("现场赋码") if visit.on_the_spot else words.day(visit.created_at, weekday=False)}
    if visit.unannounced:
        found[1] = _("不事先告知")
    elif visit.told_at:
        found[1] = words.moment(visit.told_at)
    if visit.begun_at:
        found[3] = words.moment(visit.begun_at)
    else:
        found[2] = words.day(visit.day)
    if visit.done_at:
        found[4] = words.moment(visit.done_at)
    return found


def due_of(visit: JointVisit) -> JointVisitDeadline | None:
    """The record that is due soonest, while there is one."""
    read: list[JointVisitDeadline] | None = getattr(visit, "clocks", None)
    clocks = list(visit.deadlines.open().with_units()) if read is None else read
    return min(clocks, key=lambda clock: clock.due_at, default=None)
