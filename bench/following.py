"""How long open clocks take to follow a changed calendar, as JSON: `python -m bench.following` in a spare database.

100,000 open clocks of 15 working days: the preview and the change where all of them move (their due times were never
reckoned), then where none does. The change is worked off in steps of one transaction each; no verb waits longer than
one of them, of which the first is told by itself.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django

OPEN, SUBJECTS = 100_000, 1_000

CLOCKS = """
INSERT INTO requests_ticketdeadline (subject_id, obligation, obligor_kind, department_id, started_at, limit_kind,
    limit_amount, hastened, due_at, provisional, near_at, cycle, rung_times, next_rung, next_rung_at)
SELECT t.id, 'follow' || n, 'centre', NULL, %(start)s::timestamptz - (n %% 10) * interval '1 day', 'working_days',
    15, 1, now(), false, now(), 0, ARRAY[]::timestamptz[], 1, NULL
FROM generate_series(1, %(rounds)s) n, (SELECT id FROM requests_ticket ORDER BY id LIMIT %(subjects)s) t"""


def seconds(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return round(time.perf_counter() - started, 2)


def fill(open_clocks: int) -> None:
    """Tickets where there are too few, and clocks that have never been reckoned."""
    from django.db import connection

    from portal.worktime import clock
    from requests.models import Ticket

    subjects, at = min(SUBJECTS, open_clocks), clock.now()
    said = {
        "status": "received",
        "business_name": "乌有记",
        "title": "计量",
        "description": "计量",
        "contact_name": "计量员",
        "channel": "online",
    }
    new = range(subjects - Ticket.objects.count())
    Ticket.objects.bulk_create(Ticket(number=f"FOLLOW-{n}", filed_at=at, moved_at=at, **said) for n in new)
    with connection.cursor() as cursor:
        cursor.execute(CLOCKS, {"rounds": open_clocks // subjects, "subjects": subjects, "start": at})


def measure(open_clocks: int = OPEN) -> dict[str, float]:
    """Seconds of each part, and how many clocks moved."""
    from portal.deadlines import adjusting, following
    from portal.people.models import Department, Membership, User
    from portal.worktime import words
    from portal.worktime.calendar import calendar
    from portal.worktime.clock import now

    fill(open_clocks)
    by, _made = User.objects.get_or_create(username="follow", defaults={"name": "计量员"})
    Membership.objects.get_or_create(
        user=by, role="administrator", department=Department.objects.first(), defaults={"since": now()}
    )
    found: dict[str, float] = {}
    far = next(day for n in range(300, 320) if calendar().is_working(day := words.local_day(now()) + timedelta(days=n)))
    for name, day in (("all", far), ("none", far + timedelta(days=7))):
        found[f"{name}_preview_s"] = seconds(lambda day=day: adjusting.preview(lambda: _close(day, by)))
        asked = _close(day, by)
        found[f"{name}_step_s"] = seconds(lambda: following.carry_on(0))
        found[f"{name}_follow_s"] = seconds(lambda: following.carry_on(3600))
        asked.refresh_from_db()
        found[f"{name}_moved"] = asked.moved
    return found


def _close(day: date, by: Any) -> Any:
    from portal.deadlines import adjusting

    return adjusting.override(day, day, by=by, working=False, name="停工", reason="计量")


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(measure(*map(int, sys.argv[1:]))) + "\n")
