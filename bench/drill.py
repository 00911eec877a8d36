"""The drill's inside: tickets whose rungs come in the next seconds, sweepers and beats that are killed, and the oracle.

`python -m bench.drill PLAN`, a JSON object (see `Plan`), in a database made for it; running/drill.py starts it. It
prints what it found as JSON. Everything is done to itself, its own children and the servers that the plan names.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import django

from bench.crew import Crew, open_gateway

LEAD = 1.0  # seconds before the first rung
AT_WORK_WITHIN = 60.0  # seconds after which the crew must have swept once
FIRED_WITHIN, TOLD_WITHIN = 60.0, 180.0  # seconds after the last rung

Rung = tuple[int, int, int]  # deadline, cycle, rung


@dataclass(frozen=True)
class Plan:
    """What happens to whom; `keyed` is False for the control, in which the unique keys are gone."""

    tickets: int
    seconds: float
    kills: int
    flushes: int
    restarts: int
    setbacks: int
    keyed: bool
    postmaster: str  # PostgreSQL's own file with its process id
    logs: str
    seed: int = 1


Expected = dict[Rung, datetime]


# What is put in ---------------------------------------------------------------------------------------------------


def receiver() -> int:
    """Whom every rung is told to."""
    from portal.people.models import Membership, User
    from portal.people.roles import Role
    from portal.worktime import clock

    user = User.objects.create(username="drill", name="竖亥", mobile="13800000000")
    Membership.objects.create(user=user, role=Role.SUPERVISOR, since=clock.now() - timedelta(days=1))
    return int(user.pk)


def town(plan: Plan, dice: random.Random) -> tuple[datetime, Expected]:
    """Tickets whose clocks reach their rungs within the drill, and every rung that must come, with its true time.

    Some clocks stand still and must stay silent.
    """
    from portal.people.models import Department
    from portal.worktime import clock
    from requests.models import Ticket, TicketDeadline

    now = clock.now()
    begins = now + timedelta(seconds=LEAD)
    office = Department.objects.create(name="无何有办", short_name="无何有办", kind="town_office")
    tickets = Ticket.objects.bulk_create(ticket(number, now) for number in range(plan.tickets))
    rows = TicketDeadline.objects.bulk_create(
        deadline(one, office, times(dice, begins, plan.seconds), still=number % 10 == 9)
        for number, one in enumerate(tickets)
    )
    last = begins + timedelta(seconds=plan.seconds)
    running = [row for row in rows if row.met_at is None]
    return begins, {(row.pk, 0, rung): at for row in running for rung, at in enumerate(row.rung_times, 1) if at <= last}


def always_open() -> None:
    """Messages wait for office hours; the drill does not."""
    from portal.worktime import calendar, clock
    from portal.worktime.models import CalendarDay, OfficeHours, Origin

    OfficeHours.objects.update(spans=[["00:00", "12:00"], ["12:00", "23:59:59"]])
    today = clock.now().astimezone(calendar.SHANGHAI).date()
    for ahead in (0, 1):
        day = today + timedelta(days=ahead)
        CalendarDay.objects.update_or_create(
            date=day, origin=Origin.LOCAL, defaults={"working": True, "reason": "演练"}
        )
    calendar.changed()


def ticket(number: int, at: datetime) -> Any:
    from requests.models import Ticket
    from requests.stages import RECEIVED

    return Ticket(
        number=f"SX-20261102-{number:04d}",
        status=RECEIVED,
        business_name="乌有记面馆",
        contact_name="乌有先生",
        contact_phone="13800000001",
        title="门前路灯不亮",
        description="门前路灯已三日不亮。",
        channel="online",
        filed_at=at,
        moved_at=at,
    )


def times(dice: random.Random, begins: datetime, seconds: float) -> list[datetime]:
    """One to three rungs within the drill, and one far beyond it."""
    within = sorted(dice.uniform(0, seconds) for _ in range(dice.randint(1, 3)))
    return [begins + timedelta(seconds=after) for after in (*within, 86400)]


def deadline(subject: Any, office: Any, rungs: list[datetime], *, still: bool) -> Any:
    from requests.models import TicketDeadline

    return TicketDeadline(
        subject=subject,
        obligation="handle",
        obligor_kind="department",
        department=office,
        started_at=subject.filed_at,
        limit_kind="until",
        limit_until=rungs[-1],
        due_at=rungs[-1],
        near_at=rungs[0],
        rung_times=rungs,
        met_at=subject.filed_at if still else None,
        next_rung_at=None if still else rungs[0],
    )


def without_keys() -> None:
    """The control: nothing in the database knows any more that a rung fires once."""
    import psycopg2
    from django.conf import settings

    from portal.deadlines import sweep

    sweep.ONCE = ""  # PostgreSQL refuses to look for a conflict with a key that is not there
    with psycopg2.connect(settings.DATABASE_OWNER_URL) as connection, connection.cursor() as cursor:
        for table, column in (("requests_deadlinefiring", "rung"), ("outbox_message", "key")):
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'u' AND EXISTS ("
                "SELECT FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey) AND attname = %s)",
                [table, column],
            )
            for (name,) in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


def short_notice(user: int) -> None:
    """One letter for each rung, and a claim that a killed worker held is taken up again in seconds."""
    from portal.outbox import Letter, channels, delivery
    from portal.outbox.letters import NOTICES, Notice
    from portal.outbox.models import Channel
    from portal.people.models import User
    from requests.models import Ticket

    def write(subject: Any, params: Any) -> list[Letter]:
        return [Letter(User.objects.get(pk=user), title=f"{params['deadline']}:{params['rung']}")]

    NOTICES["deadline.rung"] = Notice("deadline.rung", Ticket, write)
    channels.SEND[Channel.WEBHOOK] = post
    delivery.LEASE = timedelta(seconds=3)
    delivery.BACKOFF = [timedelta(seconds=1)] * 50


def post(row: Any) -> None:
    """As the channel does, without the cost of TLS that nobody speaks here."""
    from django.conf import settings

    way = HTTPConnection(settings.WEBHOOK_URL, timeout=5)
    way.request("POST", "/", headers={"Idempotency-Key": row.key})
    if way.getresponse().status != 204:
        raise OSError("the gateway refused")
    way.close()


# What is done to them ---------------------------------------------------------------------------------------------


def blows(plan: Plan, crew: Crew, dice: random.Random) -> list[tuple[float, Callable[[], None]]]:
    """When what is struck, counted in seconds from the first rung, in order."""
    from django.conf import settings

    names = sorted(crew.commands)

    def flush() -> None:
        import redis

        with redis.Redis.from_url(settings.REDIS_URL) as broker:
            broker.flushall()

    def restart() -> None:
        pid = int(Path(plan.postmaster).read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)  # as `pg_ctl stop -m immediate` does; whoever started it starts it again

    struck: list[Callable[[], None]] = [lambda: crew.kill(dice.choice(names))] * plan.kills
    struck += [flush] * plan.flushes + [set_back] * plan.setbacks
    at = [dice.uniform(0.05, 0.95) for _ in struck]
    at += [(place + dice.uniform(0.2, 0.8)) / plan.restarts for place in range(plan.restarts)]  # never two at once
    both = zip(at, struck + [restart] * plan.restarts, strict=True)
    return sorted(((share * plan.seconds, blow) for share, blow in both), key=lambda timed: timed[0])


def set_back() -> None:
    """Some deadlines stand again as they did at first, as after a table was restored from an older copy."""
    from requests.models import TicketDeadline

    fired = TicketDeadline.objects.open().filter(next_rung__gt=1).order_by("?")
    for pk, rungs in list(fired.values_list("pk", "rung_times")[:50]):
        TicketDeadline.objects.filter(pk=pk).update(next_rung=1, next_rung_at=rungs[0])


def strike(plan: Plan, crew: Crew, dice: random.Random, begins: float) -> int:
    """Tend and strike until the last rung has come; returns how many blows there were."""
    waiting, done = blows(plan, crew, dice), 0
    while time.time() < begins + plan.seconds:
        crew.tend()
        while waiting and waiting[0][0] < time.time() - begins:
            try:
                waiting[0][1]()
            except Exception as error:  # the database is just being restarted: try again
                if not is_away(error):
                    raise
                break
            waiting.pop(0)
            done += 1
        time.sleep(0.05)
    return done


def is_away(error: Exception) -> bool:
    from django.db import DatabaseError, InterfaceError, connection

    connection.close()
    return isinstance(error, DatabaseError | InterfaceError | FileNotFoundError | ProcessLookupError)


def until(holds: Callable[[], bool], crew: Crew, seconds: float) -> float:
    """Tend until it comes true or the time is over; returns how long it took."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        crew.tend()
        try:
            if holds():
                break
        except Exception as error:
            if not is_away(error):
                raise
        time.sleep(0.1)
    return round(time.monotonic() - started, 1)


# What came of it --------------------------------------------------------------------------------------------------


def compare(expected: Expected, user: int, letters: Path) -> dict[str, Any]:
    """The rungs that fired, their events and messages, beside what the oracle says."""
    from portal.deadlines.models import TimedFailure
    from portal.outbox.models import Message
    from portal.trail.models import Event
    from requests.models import DeadlineFiring

    rows = list(DeadlineFiring.objects.values_list("deadline", "cycle", "rung", "rung_at"))
    fired = Counter(row[:3] for row in rows)
    wrong = {row[:3] for row in rows if expected.get(row[:3]) != row[3]}
    data = Event.objects.filter(kind="deadline.rung").values_list("data", flat=True)
    events = Counter((said["deadline"], said["cycle"], said["rung"]) for said in data)
    keys = {f"deadline.rung:requests.ticketdeadline:{pk}:{cycle}:{rung}" for pk, cycle, rung in expected}
    queued = Counter(Message.objects.values_list("key", flat=True))
    told = Counter(key.removesuffix(f":{user}:webhook") for key in letters.read_text().split())
    return {
        "expected": len(expected),
        "fired": len(rows),
        "lost": len(expected.keys() - fired.keys()),
        "twice": sum(times > 1 for times in fired.values()),
        "wrong": len(wrong),
        "events": "equal" if events == Counter(expected.keys()) else f"{events.total()} events",
        "messages": "equal" if queued == Counter(keys) else f"{queued.total()} messages",
        "told": "equal" if told.keys() == keys else f"{len(keys - told.keys())} untold, {len(told.keys() - keys)} odd",
        "told again": told.total() - len(told),
        "put aside": TimedFailure.objects.count(),
    }


def drill(plan: Plan) -> dict[str, Any]:
    from django.conf import settings
    from django.db import connection

    from portal.deadlines.models import Heartbeat
    from portal.outbox.models import Delivery, Message, State
    from portal.worktime import clock
    from requests.models import DeadlineFiring

    always_open()
    user, letters = receiver(), Path(plan.logs) / "told.txt"
    if not plan.keyed:
        without_keys()
    short_notice(user)
    gateway, settings.WEBHOOK_URL = open_gateway(letters)
    settings.WEBHOOK_SECRET = "drill"
    began = clock.now()
    connection.close()  # before anybody is forked
    crew, dice = Crew(Path(plan.logs)), random.Random(plan.seed)
    try:
        up = until(lambda: Heartbeat.objects.filter(swept_at__gt=began).exists(), crew, AT_WORK_WITHIN)
        begins, expected = town(plan, dice)
        struck = strike(plan, crew, dice, begins.timestamp())
        late = until(lambda: DeadlineFiring.objects.count() >= len(expected), crew, FIRED_WITHIN)
        told = until(lambda: not _waiting(Message, State) and not _waiting(Delivery, State), crew, TOLD_WITHIN)
    finally:
        crew.stop()
        gateway.kill()
    found = {"at work after": up, "blows": struck, "starts": crew.starts, "fired after": late, "told after": told}
    return found | compare(expected, user, letters)


def _waiting(model: Any, State: Any) -> bool:
    return bool(model.objects.filter(state=State.QUEUED).exists())


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(drill(Plan(**json.loads(sys.argv[1])))) + "\n")
