"""Setting how long something is kept, and forgetting what is over: every night, a few hundred rows at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.actors import CLOCK
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail import record
from portal.trail.models import Event
from portal.worktime import clock

from ..models import RetentionPeriod
from .rules import BY_CODE, RULES, Rule

CHUNK = 500  # rows in one transaction, so that nobody waits for it
MOST_DAYS = 36500
SET, DONE = "retention.set", "retention.done"


@dataclass(frozen=True)
class Kept:
    """A rule as it is in force, with how many rows are over now."""

    rule: Rule
    days: int
    waiting: int


def in_force(at: datetime | None = None) -> list[Kept]:
    """All rules with their periods and what waits to be forgotten."""
    at, periods = at or clock.now(), _periods()
    return [
        Kept(rule, periods[rule.code], rule.over(at - timedelta(days=periods[rule.code])).count()) for rule in RULES
    ]


def period_of(code: str) -> int:
    """Days for which it is kept now. KeyError for no such rule."""
    return _periods()[code]


def told() -> list[tuple[Rule, int]]:
    """All rules with their days, those of firms' people first: what the notice names, so that it cannot differ."""
    periods = _periods()
    return [(rule, periods[rule.code]) for rule in sorted(RULES, key=lambda rule: rule.inside)]


def _periods() -> dict[str, int]:
    return {rule.code: rule.days for rule in RULES} | dict(RetentionPeriod.objects.values_list("code", "days"))


@transaction.atomic
def set_period(code: str, days: int, *, by: User, at: datetime | None = None) -> RetentionPeriod:
    """Keep it for so many days from now on. Raises Refused below what law and work need, KeyError for no such rule."""
    rule, grant = BY_CODE[code], rights_of(by, at).grant(Role.ADMINISTRATOR)
    if grant is None:
        raise Refused(_("只有管理员可以改保留期限"))
    if not rule.least <= days <= MOST_DAYS:
        raise Refused(_("“%(name)s”至少保留 %(least)s 天，最多 %(most)s 天") % _said(rule))
    at = at or clock.now()
    former = _periods()[code]
    period, _made = RetentionPeriod.objects.update_or_create(code=code, defaults={"days": days, "by": by, "at": at})
    record(SET, period, by=by, at=at, grant=grant, data={"code": code, "former": former, "days": days})
    return period


def _said(rule: Rule) -> dict[str, object]:
    return {"name": str(rule.name), "least": rule.least, "most": MOST_DAYS}


def forget(at: datetime | None = None) -> dict[str, int]:
    """Forget all that is over; how many rows by each rule. Twice does no more than once; a killed one is taken up."""
    at, periods = at or clock.now(), _periods()
    done = {rule.code: _forget(rule, at - timedelta(days=periods[rule.code])) for rule in RULES}
    done = {code: count for code, count in done.items() if count}
    if done:
        with transaction.atomic():
            record(DONE, RetentionPeriod, by=CLOCK, at=at, data=done)
    return done


def _forget(rule: Rule, before: datetime) -> int:
    count = 0
    while True:
        with transaction.atomic():
            rows = rule.over(before).order_by("pk")
            found = list(rows.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:CHUNK])
            if not found:
                return count
            rule.forget(rows.model._base_manager.filter(pk__in=found))
            count += len(found)


def last_done() -> Event | None:
    return Event.objects.filter(kind=DONE).order_by("-pk").first()
