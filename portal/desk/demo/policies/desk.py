"""Who does what in the demo's policies, and when: officers, heads, working days back from now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from random import Random
from typing import Any

from portal.people.models import Department, Membership, User
from portal.people.roles import Role
from portal.trail.models import Audience, Event, subject_type
from portal.worktime.calendar import SHANGHAI, calendar
from portal.worktime.words import local_day

OPENS, MINUTES = time(8, 45), 460  # when office acts begin, and within how many minutes
LUNCH = (time(11, 30), time(13, 30))
EPOCH_YEARS = timedelta(days=30)  # texts that are nearly a year old are moved to the next


@dataclass(frozen=True)
class Staff:
    """Of one department: who writes and works on claims, who decides."""

    department: Department
    officer: User | None
    head: User | None
    deputy: User | None

    @property
    def decider(self) -> User:
        """Who approves: the head, where there is one."""
        found = self.head or self.deputy
        assert found is not None, f"nobody decides in {self.department}"
        return found

    @property
    def reviewer(self) -> User:
        found = self.officer or self.deputy or self.head
        assert found is not None, f"nobody reviews in {self.department}"
        return found


class Desk:
    """Everybody in office by department, and the town's days."""

    def __init__(self, now: datetime, seed: int) -> None:
        self.now, self.today = now, local_day(now)
        self.random = Random(f"policies {seed}")

    @cached_property
    def departments(self) -> dict[str, Department]:
        return {department.short_name: department for department in Department.objects.order_by("pk")}

    @cached_property
    def staff(self) -> dict[int, Staff]:
        """One object per person, so that his rights are read once."""
        held: dict[tuple[int | None, str], User] = {}
        people: dict[int, User] = {}
        for row in Membership.objects.current(self.now).select_related("user").order_by("pk"):
            held.setdefault((row.department_id, row.role), people.setdefault(row.user_id, row.user))
        wanted = (Role.POLICY_OFFICER, Role.DEPARTMENT_HEAD, Role.DEPUTY_HEAD)
        return {one.pk: Staff(one, *(held.get((one.pk, role)) for role in wanted)) for one in self.departments.values()}

    @cached_property
    def own(self) -> int | None:
        """The department whose head and officers the demo's plain sign-ins are."""
        head = Membership.objects.filter(user__username=Role.DEPARTMENT_HEAD, role=Role.DEPARTMENT_HEAD).first()
        return head.department_id if head else None

    @cached_property
    def began(self) -> datetime:
        """From when on everybody is in office."""
        return Membership.objects.order_by("since").values_list("since", flat=True)[0] + timedelta(days=1)

    # Days -------------------------------------------------------------------------------------------------------

    def back(self, n: int, of: date | None = None) -> date:
        """The n-th working day before today, or before that day."""
        day = of or self.today
        known = calendar()
        while n > 0 or not known.is_working(day):
            day -= timedelta(days=1)
            n -= known.is_working(day)
        return day

    def office(self, day: date, since: datetime | None = None) -> datetime:
        """Some office hour of that day or the next working day, after `since` and not after now."""
        at = self._hour(calendar().add_working_days(day, 0))
        if since is not None and at <= since:
            soon = since + timedelta(minutes=self.random.randint(6, 40))
            at = soon if calendar().is_open(soon) else self._hour(calendar().add_working_days(local_day(since), 1))
        return min(at, self.now)

    def after(self, at: datetime, days: int) -> datetime:
        """Some office hour of the n-th working day after an instant."""
        return self.office(calendar().add_working_days(local_day(at), days), at)

    def _hour(self, day: date) -> datetime:
        at = datetime.combine(day, OPENS, SHANGHAI) + timedelta(minutes=self.random.randint(0, MINUTES))
        return at + timedelta(hours=2) if LUNCH[0] <= at.time() < LUNCH[1] else at

    def written_on(self, day: date, written_for: date) -> date:
        """A day of the texts, moved by as many whole years as have passed since they were written."""
        years = (self.today - written_for + EPOCH_YEARS).days // 365
        try:
            return day.replace(year=day.year + years)
        except ValueError:  # 29 February
            return day.replace(year=day.year + years, day=28)

    # Events -----------------------------------------------------------------------------------------------------

    def event(
        self,
        kind: str,
        subject: Any,
        at: datetime,
        by: User | None = None,
        role: str = "",
        *,
        firm_sees: bool = False,
        data: Mapping[str, Any] | None = None,
    ) -> Event:
        """As `trail.record` would have written it; the caller saves many at once."""
        return Event(
            kind=kind,
            subject_type=subject_type(subject),
            subject_id=subject.pk,
            actor=by,
            role=role,
            at=at,
            data=dict(data or {}),
            audience=Audience.FIRM if firm_sees else Audience.OFFICE,
        )
