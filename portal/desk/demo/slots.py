"""The words that vary from one telling of a matter to the next: places, days, amounts, people."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from enterprises.demo import ROADS
from portal.worktime.calendar import SHANGHAI, calendar

# Where a number meets a word it has a space, as everywhere in the portal; within a date and before 月, 日 it has none.
BESIDE_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff])(?<![年月])(?=\d)|(?<=\d)(?=[\u4e00-\u9fff])(?![年月日])")
NIGHTS = ("昨晚", "昨天夜里", "前天夜里")
OFTEN_REPORTED = ROADS[:2]  # so that the same problem is reported by several firms


class Slots:
    """What fills the braces of one matter's texts: chosen once, except for days, which are told from the speaker's."""

    def __init__(self, random: Random, fixed: Mapping[str, str], vary: Mapping[str, Sequence[Any]]) -> None:
        self.random = random
        self.fixed = {"last_night": random.choice(NIGHTS), **fixed}
        self.fixed |= {name: str(random.choice(values)) for name, values in vary.items()}

    def tell(self, text: str, at: datetime) -> str:
        """The text as somebody says it at `at`. Raises KeyError for a slot nobody fills."""
        return BESIDE_NUMBER.sub(" ", text.format_map(self.fixed | self._days(at)))

    def _days(self, at: datetime) -> dict[str, str]:
        today, known = at.astimezone(SHANGHAI).date(), calendar()
        last_month = today.replace(day=1) - timedelta(days=1)
        return {
            "past": named(today - timedelta(days=self.random.randint(3, 12))),
            "soon": named(known.add_working_days(today, self.random.randint(1, 2)), weekday=True),
            "later": named(known.add_working_days(today, self.random.randint(9, 20))),
            "last_month": f"{last_month.month}月",
        }


def road_of(address: str, random: Random) -> str:
    """The road in the firm's address if it is one of the town's; else any, one of the troubled ones more often."""
    named_in = [road for road in ROADS if road in address]
    return named_in[0] if named_in else random.choice((*ROADS, *OFTEN_REPORTED, *OFTEN_REPORTED))


def named(day: date, weekday: bool = False) -> str:
    """11月24日, or 11月24日(周二)."""
    end = f"({'周' + '一二三四五六日'[day.weekday()]})" if weekday else ""
    return f"{day.month}月{day.day}日{end}"
