"""The administrator's verbs on the calendar (DL-2): a year's notice, local days, office hours; each an event.

Every open deadline follows after the commit (`following.carry_on`), and those that moved are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.deadlines import following
from portal.deadlines.following import Cause, Preview
from portal.deadlines.held import tables
from portal.deadlines.models import Following
from portal.deadlines.revising import Refused, administrator
from portal.people.models import User
from portal.people.rights import Grant
from portal.trail import Audience, record
from portal.worktime import calendar as current
from portal.worktime import clock, gazette, held
from portal.worktime.calendar import SHANGHAI, Calendar, build
from portal.worktime.gazette import Notice
from portal.worktime.models import CalendarDay, CalendarVersion, OfficeHours, Origin
from portal.worktime.statutory import FIRST_YEAR, LAST_YEAR

__all__ = ["Refused", "import_notice", "lift", "override", "preview", "set_hours", "withdraw_hours"]

LONGEST = 31  # days of one local adjustment
SHORTEST_DAY = 60  # minutes of office time


def _begin(by: User | None, at: datetime | None) -> tuple[Grant | None, datetime]:
    """His right (none for the command line) and the instant; whoever else changes the calendar waits meanwhile."""
    grant = administrator(by, at) if by is not None else None
    CalendarVersion.objects.select_for_update(of=("self",), no_key=True).first()
    transaction.on_commit(held.end_request, robust=True)
    return grant, at or clock.now()


def _changed(
    kind: str, by: User | None, at: datetime, grant: Grant | None, note: str, given: Mapping[str, object], **data: Any
) -> Following:
    from portal.people.actors import CLOCK

    current.changed()
    version = CalendarVersion.objects.get()
    record(kind, version, by=by or CLOCK, at=at, data=data, audience=Audience.CLOSED, grant=grant)
    return following.ask(Cause.CALENDAR, by=by, at=at, note=note, given=given)


@transaction.atomic
def import_notice(notice: Notice, *, by: User | None, at: datetime | None = None) -> Following | None:
    """Put the State Council's notice in the place of its year's former one; None where nothing differs."""
    grant, at = _begin(by, at)
    if not gazette.replace(notice):
        return None
    note, given = gettext_noop("%(year)s 年放假通知"), {"year": notice.year}
    return _changed("calendar.notice_loaded", by, at, grant, note, given, year=notice.year, days=len(notice.days))


@transaction.atomic
def override(
    first: date, last: date, *, by: User, working: bool, name: str, reason: str, at: datetime | None = None
) -> Following:
    """Make these days off, or worked, in this town; a former local adjustment of one of them is replaced."""
    grant, at = _begin(by, at)
    days = _span(first, last)
    if not reason.strip():
        raise Refused(_("请写明原因。"), "reason")
    known = build()
    differing = [day for day in days if known.is_working(day) != working]
    if not differing:
        said = _("这几天本来就上班，不用调整。") if working else _("这几天本来就休息，不用调整。")
        raise Refused(said, "first")
    CalendarDay.objects.filter(origin=Origin.LOCAL, date__in=differing).delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(date=day, working=working, name=name, origin=Origin.LOCAL, reason=reason) for day in differing
    )
    data = {"days": differing, "working": working, "name": name, "reason": reason}
    given = {"day": f"{differing[0]:%Y-%m-%d}", "last": f"{differing[-1]:%Y-%m-%d}", "name": name}
    note = gettext_noop("%(day)s %(name)s") if len(differing) == 1 else gettext_noop("%(day)s至%(last)s %(name)s")
    return _changed("calendar.overridden", by, at, grant, note, given, **data)


def _span(first: date, last: date) -> list[date]:
    if last < first:
        raise Refused(_("结束日期不能早于开始日期。"), "last")
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise Refused(_("日历只到 %(first)s–%(last)s 年。") % {"first": FIRST_YEAR, "last": LAST_YEAR}, "first")
    if (last - first).days >= LONGEST:
        raise Refused(_("一次最多调整 %(n)s 天。") % {"n": LONGEST}, "last")
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@transaction.atomic
def lift(day: date, *, by: User, at: datetime | None = None) -> Following:
    """Take back the local adjustment of a day; the trail keeps what it said."""
    grant, at = _begin(by, at)
    row = CalendarDay.objects.filter(origin=Origin.LOCAL, date=day).first()
    if row is None:
        raise Refused(_("这一天没有本地调整，可能已经取消了。"))
    row.delete()
    data = {"days": [day], "working": row.working, "name": row.name, "reason": row.reason}
    note, given = gettext_noop("取消 %(day)s %(name)s"), {"day": f"{day:%Y-%m-%d}", "name": row.name}
    return _changed("calendar.lifted", by, at, grant, note, given, **data)


Spans = Sequence[tuple[time, time]]


@transaction.atomic
def set_hours(valid_from: date, spans: Spans, *, by: User, at: datetime | None = None) -> Following:
    """The office hours of every working day from that day on: one or two spans, in order."""
    grant, at = _begin(by, at)
    if valid_from < at.astimezone(SHANGHAI).date():
        raise Refused(_("生效日期不能早于今天：过去的时间已经算过了。"), "valid_from")
    if valid_from.year > LAST_YEAR:
        raise Refused(_("日历只到 %(first)s–%(last)s 年。") % {"first": FIRST_YEAR, "last": LAST_YEAR}, "valid_from")
    _check_spans(spans)
    rows = [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in spans]
    then = OfficeHours.objects.filter(valid_from__lte=valid_from).order_by("valid_from").last()
    if then is not None and then.spans == rows:
        raise Refused(_("和现行的一样，没有要改的。"))
    OfficeHours.objects.update_or_create(valid_from=valid_from, defaults={"spans": rows})
    note, given = gettext_noop("%(day)s 起的办公时间"), {"day": f"{valid_from:%Y-%m-%d}"}
    return _changed("calendar.hours_set", by, at, grant, note, given, valid_from=valid_from, spans=rows)


def _check_spans(spans: Spans) -> None:
    moments = [moment for span in spans for moment in span]
    if not spans or moments != sorted(set(moments)):
        raise Refused(_("时间要一段接一段，后一段在前一段之后。"))
    minutes = sum((c.hour - o.hour) * 60 + c.minute - o.minute for o, c in spans)
    if minutes < SHORTEST_DAY:
        raise Refused(_("一天至少办公 %(n)s 分钟。") % {"n": SHORTEST_DAY})


@transaction.atomic
def withdraw_hours(hours: OfficeHours, *, by: User, at: datetime | None = None) -> Following:
    """Take back office hours that do not hold yet."""
    grant, at = _begin(by, at)
    if hours.valid_from <= at.astimezone(SHANGHAI).date():
        raise Refused(_("已经生效的办公时间不能撤销，请另定新的。"))
    if not OfficeHours.objects.filter(pk=hours.pk).delete()[0]:
        raise Refused(_("已经撤销了。"))
    note, given = gettext_noop("撤销 %(day)s 起的办公时间"), {"day": f"{hours.valid_from:%Y-%m-%d}"}
    data = {"valid_from": hours.valid_from, "spans": hours.spans}
    return _changed("calendar.hours_withdrawn", by, at, grant, note, given, **data)


# What a change would move --------------------------------------------------------------------------------------------


class _Back(Exception):
    """Ends the trial: nothing of it stays."""


def preview(change: Callable[[], object]) -> Preview:
    """What `change`, one of these verbs, would move: tried in a transaction that is taken back. Raises its Refused."""
    known = _tried(change)
    seen, held = Preview(), tables()
    for Model in following.models_in_order():
        seen.add_all(Model.objects.open().order_by("due_at", "pk"), known, held)
    return seen


def _tried(change: Callable[[], object]) -> Calendar:
    try:
        with transaction.atomic():
            change()
            known = build()
            raise _Back
    except _Back:
        held.end_request()
    return known
