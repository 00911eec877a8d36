"""A tenth of `make drill` with the real programs: kills, an empty broker, PostgreSQL stopped, rows set back."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from running import drill, place
from running.processes import Children
from running.test import temporary
from running.test import test_environment as environment_of_tests

TENTH = {"tickets": 100, "seconds": 8.0, "kills": 2, "flushes": 1, "restarts": 1, "setbacks": 2, "keyed": True}


@pytest.fixture
def servers(db: None) -> Iterator[tuple[Children, dict[str, str], Path]]:
    """A PostgreSQL that may be stopped, with a copy of the migrated test database, and a Valkey that may be emptied."""
    with temporary() as folder, Children() as children:
        environment = environment_of_tests(children, folder, durable=True)
        programs, dump = place.postgres_programs(place.unprivileged()), folder / "migrated.dump"
        name = connection.settings_dict["NAME"]
        migrated = urlsplit(settings.DATABASE_OWNER_URL)._replace(path=f"/{name}").geturl()
        subprocess.run([programs / "pg_dump", "-Fc", "-N", "pristine", "-f", dump, migrated], check=True)
        target = environment["DATABASE_OWNER_URL"]
        subprocess.run([programs / "pg_restore", "--no-owner", "--no-comments", "-d", target, dump], check=True)
        yield children, environment, folder


def test_nothing_is_lost_and_nothing_fires_twice(servers: tuple[Children, dict[str, str], Path]) -> None:
    found = drill.drill(*servers, TENTH)
    assert drill.failed(found) == []
    assert found["expected"] == found["fired"] > 150
    assert found["blows"] == 6
    assert found["starts"] == 8  # six at first, and one for each that was killed


GOOD: dict[str, Any] = {
    "lost": 0,
    "twice": 0,
    "wrong": 0,
    "events": "equal",
    "messages": "equal",
    "told": "equal",
}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"lost": 1}, "lost: 1"),
        ({"twice": 2}, "twice: 2"),
        ({"wrong": 1}, "wrong: 1"),
        ({"events": "3 events"}, "events: 3 events"),
        ({"told": "1 untold, 0 odd"}, "told: 1 untold, 0 odd"),
    ],
)
def test_every_fault_is_named(change: dict[str, Any], fault: str) -> None:
    assert drill.failed(GOOD) == []
    assert drill.failed(GOOD | change) == [fault]
