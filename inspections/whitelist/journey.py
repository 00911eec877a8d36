"""The line of one entry: 推荐 → 审查 → 审批 → 在册 → 期满, read from its own columns (INS-1)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy

from portal.worktime.words import local_day
from requests.journey import AHEAD, BEEN, DONE, HERE, Branch, Journey, Station

from ..models import Entry, EntryDeadline, RoundDeadline
from . import limits, stages

NAMES = (
    pgettext_lazy("进程", "符合"),
    pgettext_lazy("进程", "推荐"),
    pgettext_lazy("进程", "审查"),
    pgettext_lazy("进程", "审批"),
    pgettext_lazy("进程", "在册"),
    pgettext_lazy("进程", "期满"),
)
AT = {
    stages.REVIEW: 2,
    stages.OBJECTED: 2,
    stages.APPROVE: 3,
    stages.LISTED: 4,
    stages.REMOVED: 4,
    stages.APPEAL: 4,
    stages.EXPIRED: 6,
}
MOST_NAMED = 3  # agencies that a line names
OWED = {stages.REVIEW: limits.REVIEW, stages.APPROVE: limits.APPROVE}  # of the round, which is told of the entry


def journey(entry: Entry, now: datetime) -> Journey:
    """Costs no query where the entry was read with `rows.for_rows`."""
    at, due = station_of(entry), due_of(entry)
    late = due is not None and due.is_overdue(now)
    gone = entry.status in (stages.REMOVED, stages.APPEAL, stages.DROPPED)
    stations = []
    for number, name in enumerate(NAMES):
        state = DONE if number < at else AHEAD if number > at else BEEN if gone else HERE
        stations.append(Station(str(number), str(name), state, late=late and state == HERE))
    label = _("白名单进程：%(status)s") % {"status": entry.status_name}
    return Journey(stations, _branches(entry), label, late, entry.status == stages.EXPIRED)


def station_of(entry: Entry) -> int:
    """Where it stands, or stood when it was dropped."""
    if entry.status != stages.DROPPED:
        return AT[entry.status]
    return 2 if any(not one.says for one in entry.reviews.all()) else 3


def _branches(entry: Entry) -> list[Branch]:
    if entry.status == stages.OBJECTED:
        return [Branch("b-32", _("有异议"))]
    return [Branch("b-54", _("已移出"))] if entry.status in (stages.REMOVED, stages.APPEAL) else []


def due_of(entry: Entry) -> RoundDeadline | EntryDeadline | None:
    """The clock beside it: the appeal's its own, the review's and the approval's that of its round."""
    if entry.status == stages.APPEAL:
        return next(iter(_clocks(entry, "clocks")), None)
    if (obligation := OWED.get(entry.status)) is None:
        return None
    clocks = [clock for clock in _clocks(entry.round, "clocks") if clock.obligation == obligation]
    return min(clocks, key=lambda clock: clock.due_at, default=None)


def _clocks(subject: object, kept: str) -> list:
    read = getattr(subject, kept, None)
    return list(subject.deadlines.open().with_units()) if read is None else read  # type: ignore[attr-defined]


def where(entry: Entry, now: datetime) -> str:
    """Whose turn it is, or how long it stands."""
    if entry.status == stages.REVIEW:
        owing = [str(one.agency) for one in entry.reviews.all() if not one.says]
        if len(owing) > MOST_NAMED:
            return _("等%(agency)s等 %(n)s 个部门审查") % {"agency": owing[0], "n": len(owing)}
        return _("等%(agencies)s审查") % {"agencies": _("、").join(owing)} if owing else entry.status_name
    if entry.status == stages.OBJECTED:
        n = sum(one.says == "objects" for one in entry.reviews.all())
        return ngettext("%(n)s 个部门有异议，等推荐单位处理", "%(n)s 个部门有异议，等推荐单位处理", n) % {"n": n}
    if entry.status == stages.APPROVE:
        return _("等镇领导审批")
    if entry.status == stages.LISTED and entry.term_from > local_day(now):
        return _("有效期还没有开始")
    return entry.status_name
