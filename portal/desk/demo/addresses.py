"""Officials to whom no matter writes give the address at which they are reached, and are told so (SEC-4)."""

from __future__ import annotations

from datetime import datetime

from portal.desk.accounts import flow
from portal.desk.demo.office import later
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime.calendar import calendar

ROLES = (Role.ADMINISTRATOR, Role.AUDITOR, Role.EVALUATOR, Role.CONGRESS_OBSERVER)
ADDRESS = "{}@shaxi.example"  # a domain that nobody can own
DAYS, MORNING, STEP = 2, 40, 25  # working days ago; working minutes after the opening, and from one to the next


def load(now: datetime) -> None:
    """One after another in the course of a morning; the administrator can also try a forgotten password by it."""
    at = later(calendar().close_before(now, DAYS), MORNING)
    for number, role in enumerate(ROLES):
        user = User.objects.get(username=role)
        flow.edit_own(user, by=user, email=ADDRESS.format(role), at=later(at, STEP * (number + 1)))
