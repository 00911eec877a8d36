"""Figures drawn on the server (look, decision 9): bars, a trend, shares. Attributes only, no style, no script.

Widths are percentages of the figure and heights are pixels: a figure fits any tile, and its words keep their size.
One bar is lake, the subject of the sentence above; the others are quiet; red is the late part and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

BAR_SHARE = 84  # percent of the track that the longest bar fills; the rest is for its number
TREND_LEFT, TREND_RIGHT = 2, 84  # percent; beyond the right end stands the latest value
TREND_TOP, TREND_BASE = 24, 116  # pixels
GOAL_LABEL = 30  # percent, from the left, that the words of the goal may take
SHARE_GAP = 0.5  # percent
SHARE_LABEL = 18  # percent that a label needs


def part(item: Any, name: str, default: Any = None) -> Any:
    """A field of an item that may be a mapping or an object."""
    return item.get(name, default) if isinstance(item, Mapping) else getattr(item, name, default)


def percent(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def _sentence(items: Iterable[Any], unit: str) -> str:
    """What the figure says, for those who hear it."""
    said = []
    for item in items:
        late = part(item, "late", 0) or 0
        extra = _("（超期 %(late)s）") % {"late": late} if late else ""
        said.append(f"{part(item, 'label')} {part(item, 'value')}{unit}{extra}")
    return _("、").join(said)


def bars(items: Iterable[Any], *, unit: str = "", label: str = "") -> SafeString:
    """Horizontal bars. Items: `label`, `value`, `late` (of them late), `url`, `late_url`, `subject` (the lake one).

    Without a subject the longest bar is the one.
    """
    items = list(items)
    if not items:
        return mark_safe("")
    longest = max((float(part(item, "value") or 0) for item in items), default=0) or 1
    marked = any(part(item, "subject", False) for item in items)
    top = max(items, key=lambda item: float(part(item, "value") or 0))
    rows = ((_bar(item, longest, part(item, "subject", False) if marked else item is top, unit),) for item in items)
    return format_html('<ul class="sx-bars" aria-label="{}">{}</ul>', label, format_html_join("", "{}", rows))


def _bar(item: Any, longest: float, subject: bool, unit: str) -> SafeString:
    value, late = part(item, "value") or 0, part(item, "late", 0) or 0
    width = float(value) / longest * BAR_SHARE
    late_width = max(float(late) / longest * BAR_SHARE, 1) if late else 0
    return format_html(
        '<li><span class="sx-bars__name">{}</span>'
        '<svg class="sx-chart" width="100%" height="28" aria-hidden="true">'
        '<rect class="{}" x="0" y="8" width="{}" height="12" rx="2"/>{}'
        '<text class="k" x="{}" dx="8" y="19">{}</text></svg>'
        '<span class="sx-vh">{}{}</span><span class="sx-bars__late">{}</span></li>',
        _link(part(item, "label"), part(item, "url")),
        "bar" if subject else "soft",
        percent(width),
        format_html('<rect class="barlate" x="0" y="8" width="{}" height="12" rx="2"/>', percent(late_width))
        if late
        else "",
        percent(width),
        value,
        value,
        unit,
        _link(_("超期 %(count)s") % {"count": late}, part(item, "late_url")) if late else "",
    )


def _link(text: Any, url: str | None) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text) if url else format_html("{}", text)


def trend(
    points: Sequence[tuple[str, float]], *, goal: float | None = None, unit: str = "", goal_label: str = ""
) -> SafeString:
    """A line over (label, value) points, oldest first, the latest named at its end; `goal` as a dashed line."""
    if not points:
        return mark_safe("")
    values = [float(value) for _label, value in points]
    low, high = _scale([*values, *([] if goal is None else [goal])])
    step = (TREND_RIGHT - TREND_LEFT) / max(len(points) - 1, 1)
    places = [(TREND_LEFT + step * n, _height(value, low, high)) for n, value in enumerate(values)]
    said = _sentence(({"label": label, "value": _number(value)} for label, value in points), unit)
    last_x, last_y = places[-1]
    return format_html(
        '<svg class="sx-chart" width="100%" height="140" role="img" aria-label="{}"><title>{}</title>'
        '<line class="axis" x1="0" x2="100%" y1="{}" y2="{}"/>{}{}'
        '<circle class="pt" cx="{}" cy="{}" r="4"/><text class="b" x="{}" dx="10" y="{}">{}{}</text>{}{}</svg>',
        said,
        said,
        TREND_BASE,
        TREND_BASE,
        _goal_line(_height(goal, low, high)) if goal is not None else "",
        format_html_join(
            "",
            '<line class="ln" x1="{}" y1="{}" x2="{}" y2="{}"/>',
            ((percent(a[0]), a[1], percent(b[0]), b[1]) for a, b in pairwise(places)),
        ),
        percent(last_x),
        last_y,
        percent(last_x),
        last_y + 5,
        _number(values[-1]),
        unit,
        _goal_words(goal, goal_label, unit, low, high, places) if goal is not None else "",
        _axis_labels([label for label, _value in points], [x for x, _y in places]),
    )


def _scale(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = (high - low) * 0.1 or abs(high) * 0.1 or 1
    return low - room, high + room


def _height(value: float, low: float, high: float) -> float:
    return round(TREND_BASE - (value - low) / (high - low) * (TREND_BASE - TREND_TOP), 1)


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _goal_line(y: float) -> SafeString:
    return format_html('<line class="goal" x1="0" x2="{}" y1="{}" y2="{}"/>', percent(TREND_RIGHT), y, y)


def _goal_words(
    goal: float, label: str, unit: str, low: float, high: float, places: list[tuple[float, float]]
) -> SafeString:
    """The label of the dashed line: above or below it, at its beginning or its end, where the trend is farthest.

    It is drawn over the trend, edged with the paper: a trend that falls and rises leaves no room at all.
    """
    y = _height(goal, low, high)
    heights = [y - 10] + ([y + 12] if y + 18 <= TREND_BASE else [])
    ends = ((0, "start"), (TREND_RIGHT - 2, "end"))
    spots = [(x, anchor, middle) for x, anchor in ends for middle in heights if middle > 10]
    x, anchor, middle = max(spots or [(0, "start", y - 10)], key=lambda spot: _room(spot[0], spot[2], places))
    return format_html(
        '<text class="s over" x="{}" y="{}" text-anchor="{}">{}</text>',
        percent(x),
        middle + 4,
        anchor,
        label or _("目标 %(goal)s") % {"goal": f"{_number(goal)}{unit}"},
    )


def _room(x: float, middle: float, places: list[tuple[float, float]]) -> float:
    """How far the trend, also between its points, keeps from a label at this end of the goal, in pixels."""
    first, last = (x, x + GOAL_LABEL) if x < GOAL_LABEL else (x - GOAL_LABEL, x)
    found = [abs(height - middle) for at, height in places if first <= at <= last]
    for (a, b), (c, d) in pairwise(places):
        for step in range(1, 8):
            at = a + (c - a) * step / 8
            if first <= at <= last:
                found.append(abs(b + (d - b) * step / 8 - middle))
    return min(found, default=TREND_BASE)


def _axis_labels(labels: list[str], xs: list[float]) -> SafeString:
    """About five labels, the first and the last among them, never two that would touch."""
    last = len(labels) - 1
    every = max(round(len(labels) / 4), 1)
    shown = [n for n in range(0, len(labels), every) if n != last and last - n >= every * 0.6] + [last]
    anchors = {0: "start"}
    return format_html_join(
        "",
        '<text class="s" x="{}" y="136" text-anchor="{}">{}</text>',
        ((percent(xs[n]), anchors.get(n, "middle"), labels[n]) for n in shown),
    )


def shares(items: Iterable[Any], *, unit: str = "") -> SafeString:
    """One bar cut into parts (ageing), at most five. Items as for `bars`; parts marked `subject` are lake."""
    items = [item for item in items if part(item, "value")]
    total = sum(float(part(item, "value")) for item in items)
    if not total:
        return mark_safe("")
    starts, cells, x = [], [], 0.0
    for item in items:
        width = float(part(item, "value")) / total * 100
        css = "bar" if part(item, "subject", False) else "soft"
        cells.append((css, percent(x), percent(max(width - SHARE_GAP, 0.3))))
        starts.append(x)
        x += width
    return format_html(
        '<svg class="sx-chart" width="100%" height="56" role="group" aria-label="{}">{}{}</svg>',
        _sentence(items, unit),
        format_html_join("", '<rect class="{}" x="{}" y="0" width="{}" height="16" rx="2"/>', cells),
        format_html_join(
            "",
            '<text class="b" x="{}" y="36">{}{}</text><text x="{}" y="54">{}</text>',
            (
                (percent(at), part(item, "value"), unit, percent(at), _link(part(item, "label"), part(item, "url")))
                for item, at in zip(items, _spread(starts), strict=True)
            ),
        ),
    )


def _spread(starts: list[float]) -> list[float]:
    """Where the labels stand: under the start of their part, pushed apart where parts are too narrow for them."""
    places = list(starts)
    for n in range(1, len(places)):
        places[n] = max(places[n], places[n - 1] + SHARE_LABEL)
    limit = 100.0
    for n in reversed(range(len(places))):
        limit = places[n] = min(places[n], limit - SHARE_LABEL)
    return places
