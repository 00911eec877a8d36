"""The course of a figure over months, quarters or years, as a line without axes, and how it changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import Attribute
from enterprises.facts.periods import period_name
from enterprises.measures import Kind
from enterprises.models import Enterprise

WIDTH, HEIGHT, PAD = 160, 32, 4
COUNTS = {"month": 13, "quarter": 9, "year": 4}  # a month has the same one of the year before beside it
A_YEAR = {"month": 12, "quarter": 4, "year": 1}  # in periods


@dataclass(frozen=True)
class Trend:
    """`points` (first day of the period, number as shown or None), the oldest first; `per` month, quarter or year."""

    points: Sequence[tuple[date, float | None]]
    per: str
    ratio: bool = False  # of a share the change is told in points

    @cached_property
    def change(self) -> str:
        """The latest period against the same one a year before; nothing where one of both is not there."""
        step = A_YEAR[self.per]
        now, before = self.points[-1][1], self.points[-1 - step][1] if len(self.points) > step else None
        if now is None or before is None:
            return ""
        if not self.ratio and before <= 0:
            return ""
        by = f"{now - before if self.ratio else 100 * (now - before) / before:+.1f}"
        if float(by) == 0:
            return _("同比持平")
        return (_("同比 %(by)s 个百分点") if self.ratio else _("同比 %(by)s%%")) % {"by": by}

    @cached_property
    def latest(self) -> str:
        return period_name(self.points[-1][0], self.per)

    @property
    def drawn(self) -> SafeString | str:
        """The line, dotted across what nobody said; the words of it for those who hear the page."""
        known = [(n, value) for n, (_day, value) in enumerate(self.points) if value is not None]
        if len(known) < 2:
            return ""
        low, high = min(value for _n, value in known), max(value for _n, value in known)
        step, span = (WIDTH - 2 * PAD) / (len(self.points) - 1), (high - low) or 1
        places = {n: (PAD + step * n, HEIGHT - PAD - (value - low) / span * (HEIGHT - 2 * PAD)) for n, value in known}
        runs = _runs(list(places))
        lines = [("ln", run) for run in runs if len(run) > 1]
        lines += [("gap", [before[-1], after[0]]) for before, after in pairwise(runs)]
        drawn = [(kind, " ".join(f"{places[n][0]:.1f},{places[n][1]:.1f}" for n in run)) for kind, run in lines]
        x, y = places[known[-1][0]]
        said = _("、").join(
            f"{period_name(day, self.per)} {value:,g}" for day, value in self.points if value is not None
        )
        return format_html(
            '<svg class="sx-chart pt-trend" viewBox="0 0 {} {}" preserveAspectRatio="xMinYMid" role="img"'
            ' aria-label="{}">{}<circle class="pt" cx="{}" cy="{}" r="3"/></svg>',
            WIDTH,
            HEIGHT,
            said,
            format_html_join("", '<polyline class="{}" points="{}"/>', drawn),
            f"{x:.1f}",
            f"{y:.1f}",
        )


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers that follow each other, apart from those after a gap."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def trends_of(firm: Enterprise, attributes: Sequence[Attribute], now: datetime) -> dict[str, Trend]:
    """By attribute, where there is a past to show; the same few queries whatever their periods."""
    numbers = {one.code: one for one in attributes if one.kind == Kind.NUMBER}
    if not numbers:
        return {}
    from enterprises.attributes.history import history, natural_periods  # NumPy is loaded where it is used

    per_of, found = natural_periods(numbers), {}
    lines = history(firm, {code: (per, COUNTS[per]) for code, per in per_of.items()}, day=timezone.localdate(now))
    for code, points in lines.items():
        shown = [(point.period, _shown(numbers[code], point.value)) for point in points]
        begun = next((n for n, (_day, value) in enumerate(shown) if value is not None), None)
        if begun is not None:
            found[code] = Trend(shown[begun:], per_of[code], numbers[code].display == "%")
    return found


def _shown(attribute: Attribute, value: object) -> float | None:
    return float(value / attribute.factor) if isinstance(value, Decimal) else None
