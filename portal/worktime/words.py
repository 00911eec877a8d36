"""How days, instants and spans of working time are said (look.md, "Words"): `11月24日(周二)17:00 前`.

Pages and messages say them with the same words. Nothing is computed here; the calendar does that. Chinese and English
differ in the order of the parts, so the two forms are code; only the sentences around them are in the catalogue.
"""

from datetime import date, datetime, timedelta
from typing import Protocol

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
ENGLISH_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ENGLISH_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

ENGLISH_HOLIDAYS = {
    "元旦": "New Year",
    "春节": "Spring Festival",
    "清明节": "Qingming Festival",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}


class Remaining(Protocol):
    """What `Calendar.remaining` answers: whole working days, or working minutes where there is less than one."""

    @property
    def days(self) -> int: ...
    @property
    def minutes(self) -> int: ...
    @property
    def late(self) -> bool: ...


def in_english() -> bool:
    return (get_language() or "").startswith("en")


def local_day(value: date | datetime) -> date:
    """The day in the town's time zone on which an instant falls; a date stays itself."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def this_year() -> int:
    return timezone.localdate().year


def day(value: date | datetime, *, weekday: bool = True, today: date | None = None) -> str:
    """`11月24日(周二)`, in English `Tue 24 Nov`; with the year where it is not this one."""
    on = local_day(value)
    other_year = on.year != (today.year if today else this_year())
    if in_english():
        name = f"{ENGLISH_WEEKDAYS[on.weekday()]} " if weekday else ""
        year = f" {on.year}" if other_year else ""
        return f"{name}{on.day} {ENGLISH_MONTHS[on.month - 1]}{year}"
    name = f"({WEEKDAYS[on.weekday()]})" if weekday else ""
    year = f"{on.year}年" if other_year else ""
    return f"{year}{on.month}月{on.day}日{name}"


def month(value: date) -> str:
    """`11月`, in English `Nov`."""
    return ENGLISH_MONTHS[value.month - 1] if in_english() else f"{value.month}月"


def clock_time(value: datetime) -> str:
    """`17:00`, in the town's time zone."""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{local:%H:%M}"


def at_time(value: datetime, *, today: date | None = None) -> str:
    """`11月24日(周二)17:00`, in English `Tue 24 Nov, 17:00`."""
    return f"{day(value, today=today)}{', ' if in_english() else ''}{clock_time(value)}"


def by_when(value: datetime, *, today: date | None = None) -> str:
    """The way a limit is said: `11月24日(周二)17:00 前`, in English `by Tue 24 Nov, 17:00`.

    Midnight is the end of the day before: `11月24日(周二)24:00 前`, `by the end of Tue 24 Nov`.
    """
    if clock_time(value) == "00:00":
        last = day(local_day(value) - timedelta(days=1), today=today)
        return f"by the end of {last}" if in_english() else f"{last}24:00 前"
    said = at_time(value, today=today)
    return f"by {said}" if in_english() else f"{said} 前"


def moment(value: datetime, *, today: date | None = None) -> str:
    """When something happened: `今天 11:05`, `11月20日 17:00`, `2025年11月20日 17:00`."""
    today = today or timezone.localdate()
    if local_day(value) == today:
        return f"{'today' if in_english() else '今天'} {clock_time(value)}"
    said = day(value, weekday=False, today=today)
    return f"{said}, {clock_time(value)}" if in_english() else f"{said} {clock_time(value)}"


def span(minutes: int) -> str:
    """A span of working minutes: `1 小时 40 分`, `45 分钟`, `3 小时`."""
    hours, rest = divmod(max(minutes, 0), 60)
    if not hours:
        return ngettext("%(minutes)s 分钟", "%(minutes)s 分钟", rest) % {"minutes": rest}
    if not rest:
        return ngettext("%(hours)s 小时", "%(hours)s 小时", hours) % {"hours": hours}
    return _("%(hours)s 小时 %(minutes)s 分") % {"hours": hours, "minutes": rest}


def is_public_holiday(name: str) -> bool:
    """Whether a calendar day's name is one of the law's holidays, and no typhoon or other local day."""
    return all(part in ENGLISH_HOLIDAYS for part in name.split("、"))


def holiday(name: str) -> str:
    """A calendar day's name: the law's holidays in the reader's language, also `国庆节、中秋节`; others as typed."""
    if not in_english():
        return name
    return " and ".join(ENGLISH_HOLIDAYS.get(part, part) for part in name.split("、"))


SHORT = 120  # working minutes: what is due so soon after the office opens is no working day


def near(remaining: Remaining, due: datetime, *, today: date | None = None) -> str:
    """The same as `left`, but `明天 09:30 前`, `周一 09:30 前` for what is due early on the next working day."""
    if remaining.late or remaining.days != 1 or remaining.minutes > SHORT:
        return left(remaining)
    ahead = (local_day(due) - (today or timezone.localdate())).days
    if ahead > 6:  # after a long holiday a weekday would not say which
        return by_when(due, today=today)
    if in_english():
        return f"by {clock_time(due)} {'tomorrow' if ahead == 1 else ENGLISH_WEEKDAYS[local_day(due).weekday()]}"
    return f"{'明天' if ahead == 1 else WEEKDAYS[local_day(due).weekday()]} {clock_time(due)} 前"


def left(remaining: Remaining) -> str:
    """`还剩 2 个工作日`, `还剩 1 小时 40 分`, `超期 5 小时 20 分`, `超期 6 个工作日` (DL-1, DL-3)."""
    days, late = remaining.days, remaining.late
    if not days and not remaining.minutes:
        return _("超期") if late else _("马上到期")
    if not days:
        words = _("超期 %(span)s") if late else _("还剩 %(span)s")
        return words % {"span": span(remaining.minutes)}
    if late:
        return ngettext("超期 %(days)s 个工作日", "超期 %(days)s 个工作日", days) % {"days": days}
    return ngettext("还剩 %(days)s 个工作日", "还剩 %(days)s 个工作日", days) % {"days": days}
