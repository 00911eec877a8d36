"""What waits to be planned (INS-3, INS-4): the needs of all agencies for the next quarter."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

from enterprises.models import Enterprise
from inspections.models import Need
from inspections.needs import stages
from inspections.numbers import number
from portal.worktime.calendar import calendar

from .staff import Staff
from .year import NAMES

SIZE, OF = 1500, 8000  # needs for so many firms
LEAST = 60
A_FIRM = 3.4  # needs on average
PARTS = 4  # of a team's day
FULL = 0.88  # of what the teams can do
LENGTHS = (20, 30, 45, 90)  # days of a window
OF_LISTED = ((stages.STATUTORY, 60), (stages.CAMPAIGN, 40))
OF_OTHERS = ((stages.SELF_CHOSEN, 30), (stages.RANDOM, 15), (stages.STATUTORY, 35), (stages.CAMPAIGN, 20))


def load(staff: Staff, firms: list[Enterprise], listed: set[int], words: dict[str, Any]) -> None:
    """Some 1,500 needs in a town of 8,000 firms; every fifth firm is on the whitelist."""
    first, last = next_quarter(staff.desk.today)
    count = min(max(LEAST, Enterprise.objects.count() * SIZE // OF), 4 * len(firms))
    wanted = max(int(count / A_FIRM), 1)
    spared = [firm for firm in firms if firm.pk in listed][: wanted // 5]
    others = [firm for firm in firms if firm.pk not in listed]
    chosen = spared + staff.random.sample(others, min(wanted - len(spared), len(others)))
    rows: dict[uuid.UUID, Need] = {}
    room = Room(staff, first, last)
    for n in range(3 * count):
        firm = chosen[n % len(chosen)]
        made = _need(staff, firm, firm.pk in listed, first, last, n, words["said"])
        if made.key not in rows and room.takes(made):
            made.number = number("JX", made.created_at)
            rows[made.key] = made
        if len(rows) == count:
            break
    Need.objects.bulk_create(rows.values(), batch_size=1000)


class Room:
    """What the agencies' teams can do in the span: nobody wants more checks than he has people for."""

    def __init__(self, staff: Staff, first: date, last: date) -> None:
        days = sum(calendar().is_working(first + timedelta(days=n)) for n in range((last - first).days + 1))
        self.left = {agency: int(len(teams) * days * PARTS * FULL) for agency, teams in staff.teams.items()}

    def takes(self, need: Need) -> bool:
        if self.left[need.agency_id] < need.parts:
            return False
        self.left[need.agency_id] -= need.parts
        return True


def next_quarter(today: date) -> tuple[date, date]:
    """Its first and last day."""
    month = (today.month - 1) // 3 * 3 + 4
    begins = date(today.year, month, 1) if month <= 12 else date(today.year + 1, 1, 1)
    return begins, (begins + timedelta(days=95)).replace(day=1) - timedelta(days=1)


def _need(
    staff: Staff, firm: Enterprise, is_listed: bool, first: date, last: date, n: int, said: dict[str, Any]
) -> Need:
    random = staff.random
    able = [agency for agency in staff.agencies if staff.subjects.get(agency.pk)]
    agency = able[(n // 7 + random.randint(0, 4)) % len(able)]
    subject = random.choice(staff.subjects[agency.pk])
    kinds = OF_LISTED if is_listed else OF_OTHERS
    kind = random.choices([kind for kind, _share in kinds], [share for _kind, share in kinds])[0]
    length = min(random.choice(LENGTHS), (last - first).days)
    begins = first + timedelta(days=random.randint(0, (last - first).days - length))
    at = staff.desk.office(staff.desk.back(random.randint(1, 15)))
    return Need(
        key=uuid.uuid5(NAMES, f"{firm.pk} {subject.pk} {kind} {begins}"),
        agency=agency,
        enterprise=firm,
        subject=subject,
        kind=kind,
        basis=said["campaign"] if kind == stages.CAMPAIGN else said["plan_basis"],
        first=begins,
        last=begins + timedelta(days=length),
        parts=subject.parts,
        skill=subject.skill,
        unannounced=subject.unannounced,
        status=stages.OPEN,
        created_by=staff.people[agency.pk][0].user,
        created_at=at,
    )
