"""The due badge: shape, words and colour say the same (look, decisions 4 and 5; DL-3)."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.worktime import words
from portal.worktime.calendar import calendar

SHAPES = {
    "green": "is-go",
    "yellow": "is-warn",
    "red": "is-late",
    "paused": "is-paused",
    "met": "is-met",
    "met_late": "is-met",
    "cancelled": "is-off",
}
MET = ("met", "met_late")
STOPPED = (*MET, "cancelled")


def badge(
    deadline: Any, now: datetime, *, big: bool = False, with_date: bool = False, act: str = "", done: str = ""
) -> SafeString:
    """The badge of a deadline at `now`; nothing where there is no deadline.

    `with_date` puts the date before the remaining working time, `act` the word after the date ("确认"), `done` replaces
    "按时办结" where something else was due. Without the date the badge carries it as its title: it is always in reach.
    """
    if deadline is None:
        return mark_safe("")
    light = deadline.light(now)
    happened = deadline.met_at if light in MET else deadline.paused_at if light == "paused" else None
    options = (big, with_date, str(act), str(done))
    return _badge(get_language(), now, light, deadline.due_at, happened, provisional(deadline), options)


@lru_cache(maxsize=2048)
def _badge(
    language: str | None,
    now: datetime,
    light: str,
    due_at: datetime | None,
    happened: datetime | None,
    mark: SafeString,
    options: tuple[bool, bool, str, str],
) -> SafeString:
    """Rows of a list share their due times: each badge is made once per page. The language is part of the key."""
    big, with_date, act, done = options
    said = _date_words(light, due_at, happened, words.local_day(now))
    soon = mark if light not in STOPPED else mark_safe("")
    shown = (
        format_html('<span><span class="sx-date">{}</span>{}{}</span>', said, act, soon) if with_date and said else ""
    )
    return format_html(
        '<span class="sx-due {}{}"{}>{}<b>{}</b>{}</span>',
        SHAPES[light],
        " sx-due--big" if big else "",
        "" if shown or not said else format_html(' title="{}"', said),
        shown,
        done if done and light == "met" else _say(light, due_at, now),
        "" if shown else soon,
    )


def _say(light: str, due_at: datetime | None, now: datetime) -> str:
    if light == "met":
        return _("按时办结")
    if light == "met_late":
        return _("超期办结")
    if light == "paused":
        return _("暂停")
    if light == "cancelled" or due_at is None:
        return _("不再计时")
    return words.near(calendar().remaining(now, due_at), due_at, today=words.local_day(now))


def _date_words(light: str, due_at: datetime | None, happened: datetime | None, today: date) -> str:
    if happened and light in MET:
        return words.moment(happened, today=today)
    if happened:
        return _("%(when)s起") % {"when": words.day(happened, today=today)}
    return words.by_when(due_at, today=today) if due_at else ""


def provisional(due: Any) -> SafeString:
    """The mark of a date in a year without the State Council's notice yet: it may move when that comes (DL-2).

    `due` is a deadline, or what was computed; nothing where its date is certain, or there is none.
    """
    if not getattr(due, "provisional", False):
        return mark_safe("")
    return format_html(' <span class="sx-chip" title="{}">{}</span>', _("放假安排公布后按公布的重新计算"), _("暂定"))
