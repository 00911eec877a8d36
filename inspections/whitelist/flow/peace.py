"""What coming onto the list does to checks that wait (INS-2): those it bars are dropped in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_noop

from portal.people.actors import CLOCK
from portal.worktime.words import local_day

from ...models import Entry, JointVisit, Need
from ...needs import stages as needs
from ...needs.flow import bar, blocked
from ...visits import stages as visits
from ...visits.flow import cancel
from .core import for_the_record

LISTED = gettext_noop("企业已列入白名单。")


def locked_needs(firms: Iterable[int]) -> None:
    """The visits and needs that may be barred, before their firms: whoever edits one of them locks it first, too."""
    pending = set(firms)
    scheduled = JointVisit.objects.filter(enterprise__in=pending, status__in=(visits.PROPOSED, visits.SCHEDULED))
    list(scheduled.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))
    waiting = Need.objects.filter(enterprise__in=pending, status__in=needs.WAITING, kind__in=needs.BLOCKED)
    list(waiting.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def leave_all_in_peace(entries: list[Entry], at: datetime) -> None:
    """The same for many: one question of all of them, and an act for each that has something to drop."""
    first = max(min(entry.term_from for entry in entries), local_day(at))
    last = max(entry.term_until for entry in entries)
    waiting = Need.objects.filter(blocked(first, last), enterprise__in=[entry.enterprise_id for entry in entries])
    wanted = set(waiting.order_by().values_list("enterprise", flat=True))
    for entry in entries:
        if entry.enterprise_id in wanted:
            leave_in_peace(entry, at)


def leave_in_peace(entry: Entry, at: datetime) -> None:
    """From today on; a scheduled visit that is left without any need is cancelled with them."""
    first = max(entry.term_from, local_day(at))
    if not Need.objects.filter(blocked(first, entry.term_until), enterprise=entry.enterprise_id).exists():
        return
    barred = bar(entry.enterprise, first, entry.term_until, by=CLOCK, at=at)
    touched = {need.visit_id: need.visit for need in barred if need.visit is not None}
    for visit in touched.values():
        left = Need.objects.filter(visit=visit, status=needs.PLANNED).exists()
        if visit.status == visits.SCHEDULED and not left:
            cancel(visit, by=CLOCK, reason=for_the_record(LISTED), at=at)
