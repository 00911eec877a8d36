"""What else happens: checks that the gate refused, a draw with its protocol, bookings, a report, an emergency."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import timedelta
from typing import Any

from enterprises.models import Enterprise, Member
from inspections.bookings import flow as booking
from inspections.draws import confirming
from inspections.draws import flow as drawing
from inspections.models import Agency, BlockedAttempt, Draw, Entry
from inspections.needs import stages as needs
from inspections.visits import flow as visiting
from portal.people.refusal import Refused
from portal.people.roles import Role
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day

from .quarter import next_quarter
from .staff import Staff
from .year import NAMES

BLOCKED = 60  # attempts of a year in a town of 372 whitelisted firms
CAPPED_WORDS = "企业今年的检查已到上限 4 次，不能再安排自选检查和随机抽查。"


def load(staff: Staff, firms: list[Enterprise], listed: set[int], words: dict[str, Any]) -> None:
    _blocked(staff, firms, listed)
    _draws(staff, words["said"])
    _asked(staff, words["said"])
    _on_the_spot(staff, firms, listed, words["said"])


def _blocked(staff: Staff, firms: list[Enterprise], listed: set[int]) -> None:
    """Since the whitelist stands; each month fewer."""
    entries = list(Entry.objects.filter(enterprise__in=listed, status="listed").order_by("pk"))
    if not entries:
        return
    others = [firm for firm in firms if firm.pk not in listed][:200]
    rows = []
    for n in range(max(6, BLOCKED * len(entries) // 372)):
        agency = staff.random.choice([one for one in staff.agencies if staff.subjects.get(one.pk)])
        capped = n % 6 == 5
        kind = needs.SELF_CHOSEN if n % 4 else needs.RANDOM
        at = staff.desk.office(staff.desk.back(int(190 * staff.random.random() ** 0.7) + 1))
        day = calendar().add_working_days(at.date(), 8)
        rows.append(
            BlockedAttempt(
                agency=agency,
                enterprise=staff.random.choice(others) if capped else staff.random.choice(entries).enterprise,
                subject=staff.random.choice(staff.subjects[agency.pk]),
                kind=kind,
                first=day,
                last=day + timedelta(days=20),
                why=BlockedAttempt.Why.CAP if capped else BlockedAttempt.Why.WHITELIST,
                way=("page", "import", "api")[n % 3],  # a draw leaves such firms out beforehand
                words=CAPPED_WORDS if capped else needs.SPARED[kind],
                by=staff.people[agency.pk][0].user,
                at=at,
            )
        )
    BlockedAttempt.objects.bulk_create(sorted(rows, key=lambda row: row.at))


def _draws(staff: Staff, said: dict[str, Any]) -> None:
    """For the next quarter, of two agencies: one draw confirmed, one whose public number is known and that waits."""
    frozen = filter(None, (_frozen(staff, agency, said) for agency in staff.agencies[1:]))
    if (made := next(frozen, None)) is None:
        return
    drawing.draw(made, by=made.frozen_by, text="15.2 7.9", at=staff.desk.after(made.frozen_at, 2))
    confirming.confirm(made, by=made.frozen_by, at=staff.desk.after(made.frozen_at, 3))
    next(frozen, None)


def _frozen(staff: Staff, agency: Agency, said: dict[str, Any]) -> Draw | None:
    """The agency's list of the first of its subjects that concerns anybody, fixed six working days ago."""
    first, last = next_quarter(staff.desk.today)
    at = staff.desk.office(staff.desk.back(6))
    for subject in staff.subjects.get(agency.pk, ()):
        wanted = drawing.Asked(
            title=f"{first.year} 年第{'一二三四'[first.month // 3]}季度随机抽查",
            subjects=[subject],
            first=first,
            last=last,
            basis=said["plan_basis"],
            source="固定名单次日 18 点市气象台公布的当日最高、最低气温（摄氏度，各一位小数）",
            known_on=local_day(at) + timedelta(days=1),
            take=12,
        )
        by = staff.people[agency.pk][0].user
        with suppress(Refused):  # nobody to draw from in a small town
            return drawing.freeze(agency, wanted, by=by, at=at, chance=lambda n: staff.random.randbytes(n).hex())
    return None


def _asked(staff: Staff, said: dict[str, Any]) -> None:
    """The demo's own firm books a check and reports people who came without a code."""
    member = Member.objects.current(staff.now).filter(user__username=Role.ENTERPRISE_MEMBER).order_by("pk").first()
    if member is None:
        return
    firm, by = member.enterprise, member.user
    at = staff.desk.office(staff.desk.back(1))
    fire = staff.agencies[2]
    wanted = booking.Asked(
        subject=staff.subjects[fire.pk][0],
        milestone="新生产线试生产",
        first=calendar().add_working_days(staff.desk.today, 8),
        last=calendar().add_working_days(staff.desk.today, 14),
        contact_name=by.name,
        contact_phone="0512-0000 6001",
        text=said["booking"],
    )
    booking.book(firm, wanted, by=by, key=uuid.uuid5(NAMES, "booking"), at=at)
    came = staff.desk.office(staff.desk.back(2))
    visiting.report(
        firm,
        by=by,
        came_at=came - timedelta(hours=1),
        who="两名中年男子，自称消防维保",
        said=said["codeless"],
        key=uuid.uuid5(NAMES, "codeless"),
        at=came,
    )


def _on_the_spot(staff: Staff, firms: list[Enterprise], listed: set[int], said: dict[str, Any]) -> None:
    """A complaint by night: its code was given at the door (INS-6)."""
    agency = staff.agencies[1]
    people = staff.people[agency.pk]
    firm = [one for one in firms if one.pk not in listed][-1]
    at = staff.desk.office(staff.desk.back(2))
    visiting.begin_on_the_spot(
        firm,
        by=people[0].user,
        subject=staff.subjects[agency.pk][0],
        kind=needs.CLUE,
        basis=f"{said['clue']}{at:%Y%m%d}0318",
        people=people[:2],
        key=uuid.uuid5(NAMES, "on the spot"),
        at=at,
    )
