"""Visits on a firm's portrait: the last ones, the next, and for whoever is to make it the way to the form."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from enterprises.portraying import MOST_MOMENTS, Moment, NextAct, Portrait, block, next_act, past
from portal.desk.context import address
from requests.models.visits import Visit
from requests.visits import stages

SHOWN = 3
TOLD = ("key", "opens_at", "visited_at", "way", "said", "recorded_by__name")
YEAR = timedelta(365)


class Seen(NamedTuple):
    """What is told of every one of a firm's visits."""

    pk: int
    status: str
    visited_at: datetime | None


def _visits(portrait: Portrait) -> list[Seen]:
    """Those the reader may see; asked once, and no further question where there are none of a kind."""
    found: list[Seen] = portrait.once("visits", lambda: _seen(portrait))
    return found


def _seen(portrait: Portrait) -> list[Seen]:
    visible = Visit.objects.visible_to(portrait.reader).filter(enterprise=portrait.firm).order_by()
    return [Seen(*row) for row in visible.values_list(*Seen._fields)]


def _done(portrait: Portrait, most: int) -> list[Visit]:
    """The latest of those that took place; what the first page of the past needs is read once."""
    done = [one.pk for one in _visits(portrait) if one.status == stages.DONE]
    if not done:
        return []
    rows = Visit.objects.filter(pk__in=done).select_related("recorded_by").only(*TOLD).order_by("-visited_at")
    first: list[Visit] = portrait.once("latest visits", lambda: list(rows[: MOST_MOMENTS + 1]))
    return first[:most] if most <= MOST_MOMENTS + 1 else list(rows[:most])


@block("visits", template="portrait/visits.html", order=60, side=True)
def visits(portrait: Portrait) -> Mapping[str, Any] | None:
    """Those the reader may see; nothing where there are none."""
    if not _visits(portrait):
        return None
    ended = [one.visited_at for one in _visits(portrait) if one.status == stages.DONE and one.visited_at]
    lately = sum(at >= portrait.now - YEAR for at in ended)
    rows = [(visit, address("visits:visit", str(visit.key))) for visit in _done(portrait, SHOWN)]
    return {"lately": lately, "rows": rows, "url": address("visits:firm", portrait.firm.uscc)}


@past
def made(portrait: Portrait, most: int) -> Iterable[Moment]:
    for visit in _done(portrait, most):
        words = _("走访（%(way)s）") % {"way": visit.get_way_display()}
        who = visit.recorded_by.name if visit.recorded_by else ""
        yield Moment(visit.visited_at or visit.opens_at, words, who, address("visits:visit", str(visit.key)), "visit")


@next_act
def to_make(portrait: Portrait) -> NextAct | None:
    """The reader's own visit to this firm that is open now."""
    if portrait.own:
        return None
    planned = [one.pk for one in _visits(portrait) if one.status == stages.PLANNED]
    if not planned:
        return None
    own = Visit.objects.filter(pk__in=planned).of(portrait.reader).filter(opens_at__lte=portrait.now)
    visit = own.for_rows().order_by("opens_at").first()
    url = address("visits:record", str(visit.key)) if visit else ""
    if visit is None or not url:
        return None
    says = _("该去走访这家企业了")
    return NextAct(20, says, url, _("登记走访，问题当场转诉求"), visit.plan.title if visit.plan else "", visit.deadline)
