"""Which calls a revisitor makes now: not twice in one half-day, not before the sealed reply is there (APP-13, 14)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import DateTimeField, DurationField, Exists, Func, OuterRef, Q, Value
from django.db.models.functions import Now

from portal.people.models import User
from portal.people.rights import Rights
from portal.worktime.calendar import SHANGHAI, calendar
from requests import stages
from requests.models import Result, Revisit
from requests.models.handling import HALF_DAY
from requests.models.ticket import Round

MIDNIGHT = datetime(2019, 12, 31, 16, tzinfo=UTC)  # of a day in Shanghai, which knows no summer time


def counts(at: datetime) -> bool:
    """Whether a call that nobody takes is an attempt: on a working day from opening to closing, noon included.

    APP-13 names three attempts and no hours; whoever calls a firm on Sunday evening has not tried to reach it.
    """
    at, known = at.astimezone(SHANGHAI), calendar()
    if not known.is_working(at.date()):
        return False
    morning = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return known.opens_at(morning) <= at < known.close(at.date())


def half_day() -> Func:
    """When the present half-day began: midnight or noon in Shanghai."""
    since = (Value(HALF_DAY, DurationField()), Now(), Value(MIDNIGHT, DateTimeField()))
    return Func(*since, function="date_bin", output_field=DateTimeField())


def _tried() -> Q:
    """Called in this half-day, and nobody was there."""
    return Q(Exists(Revisit.objects.filter(ticket=OuterRef("pk"), reached=False, at__gte=half_day())))


def _unsealed() -> Q:
    """The reply under seal is due and not delivered: the ticket could not close (see `overseen.scan_missing`)."""
    due = Q(kind=Result.Kind.CANNOT) | Q(round__in=(Round.SECOND, Round.ORDER))
    mine = Result.objects.filter(due, ticket=OuterRef("pk"), round=OuterRef("round"), signed_at__isnull=False)
    return Q(Exists(mine.filter(reply__scans__isnull=True)))


def to_call(user: User, rights: Rights) -> Q:
    return Q(status=stages.REVISITING) & ~_tried() & ~_unsealed()


def tried_just_now(user: User, rights: Rights) -> Q:
    return Q(status=stages.REVISITING) & _tried() & ~_unsealed()
