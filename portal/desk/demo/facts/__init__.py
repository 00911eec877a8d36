"""Three years of facts for the invented firms (ENT-2): plausible, with honest gaps and conflicts, one town per seed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from enterprises.attributes import stale
from enterprises.facts import describing
from enterprises.models import Enterprise, Line
from portal.desk.demo.units import unit_rows
from portal.people.models import Department

from .declared import make_declared
from .disputes import make_conflicts
from .giving import Giving
from .profile import Firms
from .registers import Registers
from .series import Series


def make_facts(firms: Sequence[Enterprise], seed: int, now: datetime) -> int:
    """Lines to their departments, what they delivered until `now`, and all attributes; returns how many facts.

    The firms have industry and place loaded. Written as deliveries are, in one go instead of a thousand.
    """
    describing.load()
    settle_lines()
    columns = Firms(firms, seed, timezone.localdate(now))
    giving = Giving(columns, now)
    Series(giving).add()
    Registers(giving).add()
    count = giving.write()
    make_conflicts(now)
    make_declared(columns)
    stale.carry_on(at=now)
    return count


def settle_lines() -> None:
    """Each line to the department that speaks for it in the demo."""
    departments = {department.name: department for department in Department.objects.all()}
    for row in unit_rows():
        Line.objects.filter(code__in=row.get("lines", ())).update(department=departments[row["name"]])
