"""The inspections' chapter of the demo: who inspects, who is left in peace, a year of visits, and the quarter to plan."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from ..policies.desk import Desk
from . import beside, quarter, spared, walked
from .staff import Staff
from .year import Year

HERE = Path(__file__).parent
SMALLEST = 40  # firms; a smaller town has agencies and nothing to inspect


def load(seed: int, now: datetime) -> None:
    """After the policies; the messages are held by the caller."""
    desk, words = Desk(now, seed), read()
    staff = Staff(desk, words)
    firms = staff.firms()
    if len(firms) < SMALLEST:
        return
    listed = spared.load(staff, firms, words)
    year = Year(staff, [firm for firm in firms if firm.pk not in listed], words)
    year.make()
    walked.load(staff, year, words)
    quarter.load(staff, firms, listed, words)
    beside.load(staff, firms, listed, words)


def read() -> dict[str, Any]:
    with (HERE / "inspections.toml").open("rb") as file:
        return tomllib.load(file)
