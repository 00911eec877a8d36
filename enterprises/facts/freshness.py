"""How fresh what a resource knows is, and when the next delivery is due (ENT-2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Resource
from .periods import MONTHS, first_of, last_of, period_name


class State(StrEnum):
    FRESH = "fresh"
    DUE = "due"  # the next is to be delivered, its time is not over
    STALE = "stale"  # its time is over
    NEVER = "never"


@dataclass(frozen=True)
class Standing:
    """`period` is the latest that is there, `next` the one to come; `due` the day until which."""

    resource: Resource
    firms: int
    period: date | None
    delivered_at: datetime | None
    next: date | None
    due: date | None
    state: State

    @property
    def period_name(self) -> str:
        return period_name(self.period, self.resource.per)

    @property
    def next_name(self) -> str:
        return period_name(self.next, self.resource.per) if self.resource.per in MONTHS else ""

    @property
    def label(self) -> str:
        return {
            State.FRESH: _("最新"),
            State.DUE: _("待报"),
            State.STALE: _("过期未报"),
            State.NEVER: _("从未报送"),
        }[self.state]


def standings(resources: Iterable[Resource], today: date) -> list[Standing]:
    """One query for any number of resources."""
    listed = list(resources)
    known = _known([resource.pk for resource in listed])
    return [_standing(resource, *known[resource.pk], today) for resource in listed]


def _known(resources: list[int]) -> dict[int, tuple[int, date | None, datetime | None]]:
    """Of each resource how many firms its latest period (or its register) has, that period, and the last delivery."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT r.id, n.firms, p.latest, d.at FROM unnest(%s::bigint[]) r (id)
            LEFT JOIN LATERAL (SELECT max(period) AS latest FROM enterprises_fact WHERE resource_id = r.id) p ON true
            LEFT JOIN LATERAL (SELECT count(DISTINCT enterprise_id) AS firms FROM enterprises_fact
                WHERE resource_id = r.id AND period IS NOT DISTINCT FROM p.latest) n ON true
            LEFT JOIN LATERAL (SELECT max(at) AS at FROM enterprises_delivery
                WHERE resource_id = r.id AND undone_at IS NULL AND way IN ('file', 'api')) d ON true""",
            [resources],
        )
        return {pk: (firms, latest, at) for pk, firms, latest, at in cursor.fetchall()}


def _standing(resource: Resource, firms: int, period: date | None, at: datetime | None, today: date) -> Standing:
    upcoming, due = _next(resource, period, at)
    if at is None and period is None:
        state = State.NEVER
    elif due is not None and due < today:
        state = State.STALE
    elif upcoming is not None and last_of(upcoming, resource.per) < today and resource.per in MONTHS:
        state = State.DUE
    else:
        state = State.FRESH
    return Standing(resource, firms, period, at, upcoming, due, state)


def _next(resource: Resource, period: date | None, at: datetime | None) -> tuple[date | None, date | None]:
    """The period to come, and the day until which it, or the next delivery of a register, is due."""
    wait = timedelta(days=resource.due_days)
    if resource.per in MONTHS:
        if period is None:
            return None, None
        upcoming = first_of(last_of(period, resource.per) + timedelta(days=1), resource.per)
        return upcoming, last_of(upcoming, resource.per) + wait
    return None, timezone.localdate(at) + wait if at else None
