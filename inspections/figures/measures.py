"""What each figure is called, how it reads, how it is counted, and which list is behind it (INS-9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from portal.worktime.periods import Period

from ..needs import stages as needs
from ..visits import stages as visits
from .counting import Figures


@dataclass(frozen=True)
class Measure:
    """One figure. `part` of `whole` is a share in per cent, else `value` is the number itself.

    `view` lists what it counts, with the filters of `days` for the period and `asks` beside them.
    """

    key: str
    title: Any
    definition: Any
    unit: Any = ""
    part: str = ""
    whole: str = ""
    view: str = ""
    days: tuple[str, str] = ("", "")
    asks: Mapping[str, object] | None = None
    told_to_overseers: bool = False

    def value(self, figures: Figures) -> float | int | None:
        return figures.percent(self.part, self.whole) if self.part else getattr(figures, self.key)

    def text(self, figures: Figures) -> str:
        value = self.value(figures)
        return "—" if value is None else f"{value:g}%" if self.part else f"{value:,}"

    def note(self, figures: Figures) -> str:
        """The two numbers of a share."""
        if not self.part or not getattr(figures, self.whole):
            return ""
        return _("%(part)s / %(whole)s") % {
            "part": getattr(figures, self.part),
            "whole": getattr(figures, self.whole),
        }

    def url(self, period: Period, filters: Mapping[str, object]) -> str:
        """The list behind it in a period."""
        query = {**filters, **(self.asks or {})} | dict(zip(self.days, (period.first, period.last), strict=True))
        return f"{reverse(self.view)}?{urlencode(query)}"


VISITS, NEEDS, DAY = "inspections:visits", "needs:needs", ("day_from", "day_to")
DONE = {"status": visits.DONE}

MEASURES = (
    Measure(
        "visits",
        gettext_lazy("上门检查"),
        gettext_lazy("这一期间查完的检查，一次上门算一次，几家部门一起去也是一次。"),
        gettext_lazy("次"),
        view=VISITS,
        days=DAY,
        asks=DONE,
    ),
    Measure(
        "joint_share",
        gettext_lazy("综合查一次"),
        gettext_lazy("两家以上部门一起去的，占上门检查的比例。"),
        part="joint",
        whole="visits",
        view=VISITS,
        days=DAY,
        asks=DONE | {"joint": 1},
    ),
    Measure(
        "per_visit",
        gettext_lazy("每次查完的需求"),
        gettext_lazy("查完的检查需求除以上门次数。"),
        pgettext_lazy("检查", "项"),
        view=NEEDS,
        days=("done_from", "done_to"),
    ),
    Measure(
        "saved",
        gettext_lazy("少上门"),
        gettext_lazy("查完的检查需求减去上门次数：逐项去查要多上门这么多次。"),
        gettext_lazy("次"),
        view=NEEDS,
        days=("done_from", "done_to"),
    ),
    Measure(
        "settled",
        gettext_lazy("非现场办结"),
        gettext_lazy("比对数据就办结、不用上门的检查需求。"),
        pgettext_lazy("检查", "项"),
        view=NEEDS,
        days=("ended_from", "ended_to"),
        asks={"status": needs.SETTLED},
    ),
    Measure(
        "blocked",
        gettext_lazy("拦下"),
        gettext_lazy("因白名单、年度上限或多头检查被拦下的检查。"),
        gettext_lazy("次"),
        view="needs:blocked",
        days=("since", "until"),
    ),
    Measure(
        "hit_rate",
        gettext_lazy("发现问题"),
        gettext_lazy("发现问题的检查，占上门检查的比例；按部门看，只算本部门发现的。"),
        part="hits",
        whole="visits",
        view=VISITS,
        days=DAY,
        asks=DONE | {"found": 1},
    ),
    Measure(
        "spot_share",
        gettext_lazy("现场赋码"),
        gettext_lazy("没有计划、到现场才赋码的检查（突发情况、投诉线索），占上门检查的比例。"),
        part="spot",
        whole="visits",
        view=VISITS,
        days=DAY,
        asks=DONE | {"spot": 1},
    ),
    Measure(
        "on_time_share",
        gettext_lazy("整改按时"),
        gettext_lazy("这一期间责令的整改中，企业到现在没有逾期的比例。"),
        part="on_time",
        whole="ordered",
        view="rectification:all",
        days=("ordered_from", "ordered_to"),
    ),
    Measure(
        "rating",
        gettext_lazy("企业评价"),
        gettext_lazy("这一期间的检查，企业打的星平均几颗，三个评价以上才算。"),
        gettext_lazy("星"),
        view="rectification:ratings",
        days=DAY,
        asks=DONE,
        told_to_overseers=True,
    ),
)
MEASURE = {measure.key: measure for measure in MEASURES}
