"""What each department made of its policies in a period (POL-6): speed, coverage, convenience.

Claims are counted of the department that takes them on, as far as the reader sees them (`Claim.visible_to`). Speed is
of what was paid in the period: working days from filing to payment, and whether every clock of an office was met in
time. Convenience is of what was filed in it. Coverage is as it stands today, and so is no figure of a period that is
over: of the firms that fit a clause that is claimed here, how many claimed it; of what was pushed, how much was read.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from enterprises.models import Outcome
from policies.claims import limits, stages
from policies.models import Claim, ClaimFile, Clause, Payment, Policy, Pushed, Round, Way
from policies.models.policies import OVERSEE_POLICIES, kept_by
from portal.people.models import Department
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.calendar import SHANGHAI, calendar
from portal.worktime.periods import Period

from .scores import Figures, scored

CLAIMED_HERE = (Way.BY_DATA, Way.BY_REVIEW, Way.CLAIM_FREE)
GIVEN_UP = (stages.REJECTED, stages.WITHDRAWN, stages.LAPSED)


def departments_for(user: Any) -> list[Department]:
    """Whose figures he reads: who oversees the town all that keep policies, heads and policy officers their own."""
    keeping = Department.objects.filter(
        Q(pk__in=Policy.objects.order_by().values("department"))
        | Q(pk__in=Round.objects.order_by().values("department"))
    ).order_by("name")
    if rights_of(user).has(*OVERSEE_POLICIES):
        return list(keeping)
    return list(keeping.filter(pk__in=kept_by(user)))


def figures(
    user: Any, departments: Iterable[Department], period: Period, today: date | None = None
) -> dict[int, Figures]:
    """By department, scored: the same few queries however many there are."""
    keys = [department.pk for department in departments]
    found: dict[int, Figures] = defaultdict(Figures)
    claims = Claim.objects.visible_to(user).filter(round__department__in=keys).order_by()
    _speed(found, claims, period)
    _convenience(found, claims, period)
    if is_under_way(period, today or timezone.localdate(clock.now())):
        _matched(found, keys)
        _pushed(found, keys)
    return {key: scored(found[key]) for key in keys}


def is_under_way(period: Period, today: date) -> bool:
    """Whether what stands today belongs to it."""
    return period.first <= today <= period.last


def _speed(found: dict[int, Figures], claims: Any, period: Period) -> None:
    late = limits.late_in_offices().filter(subject=OuterRef("claim"))
    paid = Payment.objects.filter(claim__in=claims.values("pk"), paid_on__range=(period.first, period.last))
    known = calendar()
    rows = paid.annotate(late=Exists(late)).order_by()
    for department, filed_at, created_at, paid_on, is_late in rows.values_list(
        "claim__round__department", "claim__filed_at", "claim__created_at", "paid_on", "late"
    ):
        one = found[department]
        one.paid += 1
        one.on_time += not is_late
        one.days += max(known.working_days_between(_local(filed_at or created_at), paid_on), 0)


def _convenience(found: dict[int, Figures], claims: Any, period: Period) -> None:
    filed = claims.filter(filed_at__gte=midnight(period.first), filed_at__lt=midnight(period.last + timedelta(1)))
    files = ClaimFile.objects.filter(claim=OuterRef("pk")).order_by().values("claim").annotate(n=Count("pk"))
    rows = filed.annotate(files_asked=Subquery(files.values("n")))
    for department, way, materials, supplement in rows.values_list(
        "round__department", "round__way", "files_asked", "supplement"
    ):
        one = found[department]
        one.filed += 1
        one.without_papers += way in (Way.BY_DATA, Way.CLAIM_FREE)
        one.materials += materials or 0
        one.supplemented += supplement is not None


def standing(keys: list[int]) -> Any:
    """Clauses in force that could be claimed here: a round of one of their versions has opened."""
    today = timezone.localdate(clock.now())
    opened = Round.objects.filter(clause__clause=OuterRef("pk"), opens_at__lte=clock.now()).order_by()
    standing = Clause.objects.filter(ended_at=None, policy__in=Policy.objects.in_force(today).order_by().values("pk"))
    return standing.filter(Exists(opened), policy__department__in=keys, current__way__in=CLAIMED_HERE).order_by()


def fitting(keys: list[int]) -> Any:
    """Pairs of clause and firm where the firm fits, each with `held`: whether it has claimed."""
    held = Claim.objects.filter(
        enterprise=OuterRef("enterprise"), round__clause__clause__criterion=OuterRef("criterion")
    ).exclude(status__in=[*GIVEN_UP, stages.LISTED])
    fits = Outcome.objects.filter(
        criterion__in=standing(keys).filter(criterion__isnull=False).values("criterion"), outcome=Outcome.Is.YES
    )
    return fits.order_by().annotate(held=Exists(held.order_by()))


def pushes(keys: list[int]) -> Any:
    return Pushed.objects.filter(clause__version__policy__department__in=keys).order_by()


def _matched(found: dict[int, Figures], keys: list[int]) -> None:
    rows = fitting(keys).annotate(department=F("criterion__clause__policy__department"))
    for department, number, claimed in rows.values_list("department").annotate(
        number=Count("pk"), claimed=Count("pk", filter=Q(held=True))
    ):
        found[department].matched, found[department].claimed = number, claimed


def _pushed(found: dict[int, Figures], keys: list[int]) -> None:
    counted = (
        pushes(keys)
        .values_list("clause__version__policy__department")
        .annotate(number=Count("pk"), read=Count("pk", filter=Q(read_at__isnull=False)))
    )
    for department, number, read in counted:
        found[department].pushed, found[department].read = number, read


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def _local(at: datetime) -> date:
    return timezone.localtime(at, SHANGHAI).date()
