"""`make drill`: the sweep under fire. Nothing that is killed, flushed or restarted may lose a rung or fire one twice.

1,000 tickets whose rungs come within 120 seconds of the database's clock; four sweepers and two beats under a
supervisor that starts them again; 20 of them are killed, the broker is flushed, PostgreSQL is restarted at once
(`-m immediate`), and deadlines are set back as by a restored table. Then the fired rungs, their events, the messages
and what the gateway was told are compared with what must have come. `--without-key` is the control: it must fail.
At last 1,000 races of “close” against “falls due”.

Own PostgreSQL and Valkey, thrown away afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from running import test
from running.bootstrap import PYTHON, ROOT
from running.processes import Child, Children, last_lines
from running.sentences import Stop, complain, plain, say
from running.test import temporary, test_environment

SETTINGS = "bench.drill_settings"


def main(arguments: list[str]) -> int:
    plan = vars(parsed(arguments))
    races = plan.pop("races")
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with temporary() as place, Children() as children:
        environment = test_environment(children, place, durable=True)
        migrate(environment)
        say(f"{plan['tickets']} tickets, {plan['seconds']:.0f} s, {plan['kills']} killed …")
        found = drill(children, environment, place, plan)
    for name, value in found.items():
        plain(f"  {name:12} {value}")
    faults = failed(found)
    for fault in faults:
        complain(f"FAILED  {fault}")
    return 1 if faults or not raced(races) else 0


def parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drill ARGS=", description=__doc__)
    parser.add_argument("--tickets", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=120.0, help="over which the rungs are spread")
    parser.add_argument("--kills", type=int, default=20, help="how often a sweeper or a beat is killed")
    parser.add_argument("--flushes", type=int, default=3, help="how often the broker is emptied")
    parser.add_argument("--restarts", type=int, default=3, help="how often PostgreSQL is stopped at once")
    parser.add_argument("--setbacks", type=int, default=3, help="how often deadlines are set back")
    parser.add_argument("--races", type=int, default=1000, help="how often “close” races against “falls due”")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of what is struck when")
    parser.add_argument("--without-key", dest="keyed", action="store_false", help="the control, which must fail")
    return parser.parse_args(arguments)


def migrate(environment: dict[str, str]) -> None:
    from running.bench import django

    say("Migrating …")
    django(environment, "migrate", "--no-input", "--verbosity=0")


def drill(children: Children, environment: dict[str, str], place: Path, plan: dict[str, Any]) -> dict[str, Any]:
    """Run bench/drill.py in a migrated database whose server is one of `children`; what it found. Raises Stop."""
    logs = place / "drill"
    logs.mkdir()
    log, postmaster = logs / "drill.log", place / "postgres/data/postmaster.pid"
    plan = plan | {"postmaster": str(postmaster), "logs": str(logs)}
    argv = [str(PYTHON), "-m", "bench.drill", json.dumps(plan)]
    environment = environment | {"DJANGO_SETTINGS_MODULE": SETTINGS}
    child = children.start(Child("drill", argv, environment, cwd=ROOT, log=log, once=True))
    while not child.died():
        children.tend()  # PostgreSQL, when the drill has stopped it
        children.forget_deaths()
        time.sleep(0.05)
    code = child.process.returncode if child.process else 1
    children.remove(child)
    if code:
        raise Stop(f"{last_lines(log, 30)}\n\nThe drill itself broke off ({code}).")
    found: dict[str, Any] = json.loads(last_lines(log, 1))
    return found


def raced(races: int) -> bool:
    """Whether every race of “close” against “falls due” had one legal outcome (tests/deadlines/test_races.py)."""
    if not races:
        return True
    say(f"{races} races of “close” against “falls due” …")
    os.environ["RACES"] = str(races)
    return test.main(["-q", "tests/deadlines/test_races.py"]) == 0


def failed(found: dict[str, Any]) -> list[str]:
    """What must not be."""
    faults = [f"{name}: {found[name]}" for name in ("lost", "twice", "wrong") if found[name]]
    return faults + [f"{name}: {found[name]}" for name in ("events", "messages", "told") if found[name] != "equal"]
