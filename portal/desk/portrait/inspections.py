"""Inspections on a firm's portrait (INS-10): visits, what was found, what is open, the points; as far as one reads."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from enterprises.portraying import Moment, NextAct, Portrait, block, next_act, past
from inspections.models import Finding, JointVisit, Rectification, RectificationDeadline
from inspections.models.agencies import READS_INSPECTIONS
from inspections.rectification import points, stages
from inspections.visits import stages as visits
from portal.desk.context import address
from portal.people.rights import rights_of
from portal.worktime import words

YEAR = timedelta(365)


def _reads(portrait: Portrait) -> bool:
    """The firm itself, and who inspects or oversees: nobody else near the firm reads what was found."""
    rights = rights_of(portrait.reader)
    return portrait.own or (rights.has(*READS_INSPECTIONS) and not rights.is_outside)


class Made(NamedTuple):
    """A visit that took place, as far as the page needs it."""

    number: str
    done_at: datetime | None


class Running(NamedTuple):
    """What is to be put right, as far as the page needs it."""

    pk: int
    status: str
    is_overdue: bool


def _visits(portrait: Portrait) -> list[Made]:
    """Those of the year that took place, the latest first; asked once."""
    found: list[Made] = portrait.once("joint visits", lambda: _made(portrait))
    return found


def _made(portrait: Portrait) -> list[Made]:
    seen = JointVisit.objects.visible_to(portrait.reader).filter(enterprise=portrait.firm, status=visits.DONE)
    lately = seen.filter(day__gte=words.local_day(portrait.now - YEAR)).order_by("-day", "-pk")
    return [Made(*row) for row in lately.values_list(*Made._fields)[:100]]


def _open(portrait: Portrait) -> list[Running]:
    found: list[Running] = portrait.once("rectifications", lambda: _running(portrait))
    return found


def _running(portrait: Portrait) -> list[Running]:
    seen = Rectification.objects.visible_to(portrait.reader).filter(enterprise=portrait.firm).running()
    seen = seen.with_overdue(portrait.now)
    return [Running(*row) for row in seen.order_by().values_list(*Running._fields)[:100]]


@block("inspections", template="portrait/inspections.html", order=65, side=True)
def inspections(portrait: Portrait) -> Mapping[str, Any] | None:
    """Nothing where the firm was never inspected, as far as the reader knows."""
    if not _reads(portrait) or not (_visits(portrait) or _open(portrait)):
        return None
    lately = portrait.now - YEAR
    uscc = portrait.firm.uscc
    return {
        "visits": len(_visits(portrait)),
        "findings": Finding.objects.visible_to(portrait.reader)
        .filter(enterprise=portrait.firm, at__gte=lately)
        .count(),
        "open": len(_open(portrait)),
        "late": sum(one.is_overdue for one in _open(portrait)),
        "balance": points.balance(portrait.firm.pk, portrait.now),
        "url": address("inspections:mine") if portrait.own else address("inspections:of-firm", uscc),
        "open_url": address("rectification:mine") if portrait.own else f"{address('rectification:all')}?firm={uscc}",
        "points_url": address("rectification:points-of", uscc),
    }


@past
def inspected(portrait: Portrait, most: int) -> Iterable[Moment]:
    """Visits and what was put right; those who read neither see nothing."""
    if not _reads(portrait):
        return
    for visit in _visits(portrait)[:most]:
        if visit.done_at is not None:
            yield Moment(
                visit.done_at,
                pgettext("经过", "涉企检查"),
                "",
                address("inspections:visit", visit.number),
                "inspection",
            )


@next_act
def to_put_right(portrait: Portrait) -> NextAct | None:
    """The firm's own: what is due first of what it has to put right."""
    if not portrait.own:
        return None
    waits = [one.pk for one in _open(portrait) if one.status == stages.OPEN]
    clocks = RectificationDeadline.objects.running().filter(subject__in=waits, obligor_kind="inspected")
    clock = clocks.select_related("subject__finding").order_by("due_at").first() if waits else None
    if clock is None:
        return None
    said = clock.subject.finding.text
    return NextAct(10, _("有检查发现的问题要整改"), clock.subject.get_absolute_url(), _("提交整改"), said, clock)
