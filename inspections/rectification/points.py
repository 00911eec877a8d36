"""包容执法积分 (INS-7): what a firm has left of a year's points, and what follows.

Each year begins with the points of the rules (12). What is ordered to be put right or given to a case of its own costs
the points of its item; without an item 1, a serious one 3. A first offence that is warned, and what is put right while
they look, cost nothing. Put right in time, all that it cost comes back; withdrawn, likewise. What follows:

    more than two thirds    nothing
    up to two thirds        `LESS`: the agencies are told to advise before they order
    up to one third         `LOW`: no first-offence warning any more in that year
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db.models import Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.worktime.words import local_day

from ..models import Finding, PointEntry, Rectification, Rules
from ..recording import stages as findings
from . import limits

WITHOUT_ITEM = {findings.MINOR: 0, findings.GENERAL: 1, findings.SERIOUS: 3}
Why = PointEntry.Why


class Level(Enum):
    FULL = gettext_noop("正常")
    LESS = gettext_noop("提醒：先指导后执法")
    LOW = gettext_noop("关注：今年不再适用首违不罚")


@dataclass(frozen=True)
class Balance:
    """What is left of `start` in a year; never told as less than none."""

    year: int
    start: int
    left: int

    @property
    def level(self) -> Level:
        if 3 * self.left <= self.start:
            return Level.LOW
        return Level.LESS if 3 * self.left <= 2 * self.start else Level.FULL

    @property
    def says(self) -> str:
        return _(self.level.value)


def balance(firm: int, at: datetime, *, leave_out: Q | None = None) -> Balance:
    """Of the firm (its key) in the year of `at`; two queries."""
    year, start = local_day(at).year, Rules.now().points_start
    lines = PointEntry.objects.filter(enterprise=firm, year=year)
    lines = lines.exclude(leave_out) if leave_out is not None else lines
    spent = lines.order_by().aggregate(n=Sum("points"))["n"] or 0
    return Balance(year, start, max(0, start + spent))


def level_before(finding: Finding, at: datetime) -> Level:
    """As it stood before this visit: what the same record orders does not bar its warnings."""
    this_visit = Q(finding__record__part__visit=finding.record.part.visit_id)
    return balance(finding.enterprise_id, at, leave_out=this_visit).level


def cost(finding: Finding) -> int:
    return finding.item.points if finding.item is not None else WITHOUT_ITEM[finding.severity]


def deduct(finding: Finding, at: datetime) -> None:
    """The firm is locked. Once for a finding."""
    if (n := cost(finding)) and not PointEntry.objects.filter(finding=finding, why=Why.DEDUCTED).exists():
        _write(finding, Why.DEDUCTED, -n, local_day(at).year, at)


def give_back(rectification: Rectification, at: datetime) -> None:
    """恢复: all of it, where every limit was kept; to the year that it was taken from."""
    if limits.in_time(rectification):
        _return(rectification.finding, Why.RESTORED, at)


def annul(rectification: Rectification, at: datetime) -> None:
    """What was withdrawn has cost nothing."""
    _return(rectification.finding, Why.ANNULLED, at)


def _return(finding: Finding, why: str, at: datetime) -> None:
    taken = PointEntry.objects.filter(finding=finding, why=Why.DEDUCTED).first()
    given = PointEntry.objects.filter(finding=finding).exclude(why=Why.DEDUCTED).exists()
    if taken is not None and not given:
        _write(finding, why, -taken.points, taken.year, at)


def _write(finding: Finding, why: str, points: int, year: int, at: datetime) -> None:
    PointEntry.objects.create(
        enterprise_id=finding.enterprise_id, year=year, finding=finding, why=why, points=points, at=at
    )
