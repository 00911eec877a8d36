"""The six-station line, the signature of the product (look.md): one journey, drawn at five sizes.

A journey is anything with `stations` (six, each with `name`, `state` in done/here/ahead/been, `who`, `lines`, `short`,
`late`; for the flow also `count`, `url`, `late_count`, `late_url`), `branches` (`cls` such as "b-43": from station 4
back to 3, `text`; for the flow `count`, `url`), `label` (what it says in words), `late` and `closed`.
"""

from functools import lru_cache
from typing import Any

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

ROW_LETTERS = {"done": "d", "here": "h", "been": "b", "ahead": ""}


def draw(journey: Any, size: str = "full") -> SafeString:
    """The journey as HTML at `size`: full (record), mid (panel, phone, receipt), row (list), flow (figures), board."""
    if journey is None:
        return mark_safe("")
    if size == "row":
        return _row_of(journey)
    station = _flow_station if size == "flow" else _station
    branch = _flow_branch if size == "flow" else _branch
    return format_html(
        '<ol class="sx-line sx-line--{}{}" aria-label="{}">{}{}</ol>',
        size,
        mark_safe("" if journey.branches else " is-straight"),
        _label(journey),
        format_html_join("", "{}", ((station(s),) for s in journey.stations)),
        format_html_join("", "{}", ((branch(b, _height_of(b, journey.branches)),) for b in journey.branches)),
    )


def _height_of(branch: Any, branches: Any) -> str:
    """An arc that spans another one stands above it."""
    if any(other.cls != branch.cls and _spans(branch.cls, other.cls) for other in branches):
        return " is-outer"
    return " is-inner" if any(b.cls != branch.cls and _spans(b.cls, branch.cls) for b in branches) else ""


def _spans(outer: str, inner: str) -> bool:
    """Whether "b-64", from 6 back to 4, covers "b-54"."""
    return outer[-2] >= inner[-2] and outer[-1] <= inner[-1]


def _label(journey: Any) -> str:
    """The journey's own words, or which station of six it is at."""
    if getattr(journey, "label", ""):
        return str(journey.label)
    for number, station in enumerate(journey.stations, start=1):
        if station.state == "here":
            return _("现在%(station)s，第 %(number)s 站，共 6 站") % {"station": station.name, "number": number}
    return _("六站都已走完") if journey.closed else _("诉求进程")


def _station(station: Any) -> SafeString:
    here = station.state == "here"
    classes = f"is-{station.state}" if station.state != "been" else "is-ahead is-been"
    late = bool(getattr(station, "late", False))
    return format_html(
        '<li class="sx-stn {}{}"{}><i></i><b>{}{}</b>{}{}{}</li>',
        classes,
        " is-late" if late else "",
        mark_safe(' aria-current="step"' if here else ""),
        station.name,
        format_html('<span class="sx-vh">{}</span>', _("（已超期）")) if late else "",
        format_html("<small>{}</small>", station.short) if getattr(station, "short", "") else "",
        format_html("<em>{}</em>", station.who) if getattr(station, "who", "") else "",
        format_html_join("", "<span>{}</span>", ((line,) for line in getattr(station, "lines", ()) or ())),
    )


def _branch(branch: Any, height: str) -> SafeString:
    return format_html('<li class="sx-branch {}{}"><span>{}</span></li>', branch.cls, height, branch.text)


def _flow_station(station: Any) -> SafeString:
    late = getattr(station, "late_count", 0) or 0
    return format_html(
        '<li class="sx-stn is-done{}"><i></i>{}<b>{}</b>{}</li>',
        " has-late" if late else "",
        _linked(station.count, getattr(station, "url", None), "n"),
        station.name,
        _linked(_("超期 %(count)s") % {"count": late}, getattr(station, "late_url", None), "sx-lateword")
        if late
        else "",
    )


def _flow_branch(branch: Any, height: str) -> SafeString:
    count, url = getattr(branch, "count", None), getattr(branch, "url", None)
    shown = "" if count is None else format_html(" {}", _linked(count, url, "k"))
    return format_html('<li class="sx-branch {}{}"><span>{}{}</span></li>', branch.cls, height, branch.text, shown)


def _linked(text: Any, url: str | None, css: str) -> SafeString:
    if url:
        return format_html('<a class="{}" href="{}">{}</a>', css, url, text)
    return format_html('<span class="{}">{}</span>', css, text)


def _row_of(journey: Any) -> SafeString:
    states = tuple(station.state for station in journey.stations)
    branches = tuple(dict.fromkeys(branch.cls for branch in journey.branches))
    return _row(states, branches, bool(journey.late), _label(journey))


@lru_cache(maxsize=1024)
def _row(states: tuple[str, ...], branches: tuple[str, ...], late: bool, label: str) -> SafeString:
    """A list shows 25 of these and a town has few different ones: each shape is built once per process."""
    stations = "".join(f'<i class="{ROW_LETTERS[s]}"></i>' if ROW_LETTERS[s] else "<i></i>" for s in states)
    arcs = "".join(f'<u class="{conditional_escape(cls)}"></u>' for cls in branches)
    return format_html(
        '<span class="sx-line sx-line--row{}" role="img" aria-label="{}">{}{}</span>',
        " is-late" if late else "",
        label,
        mark_safe(stations),
        mark_safe(arcs),
    )
