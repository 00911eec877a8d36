"""People who act, and the database as its owner sees it, who alone could tamper with the trail."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import dj_database_url
import psycopg2
from django.conf import settings
from django.db import connection

from portal.people.models import User
from portal.trail import seal as sealing


def person(username: str = "luyue", name: str = "路越", **fields) -> User:
    return User.objects.create_user(username, name=name, **fields)


def connect(url: str, database: str = ""):
    parsed = dj_database_url.parse(url)
    keys = {"host": parsed["HOST"], "port": parsed["PORT"], "user": parsed["USER"], "password": parsed["PASSWORD"]}
    return psycopg2.connect(dbname=database or connection.settings_dict["NAME"], **keys)


TABLES = ("trail_event", "trail_seal", "trail_head")


@contextmanager
def tampering() -> Iterator:
    """A cursor of the owner, with everything that guards the trail's rows taken away for the time being."""
    owner = connect(settings.DATABASE_OWNER_URL)
    try:
        with owner, owner.cursor() as cursor:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE conrelid = 'trail_seal'::regclass AND contype = 'f'"
            )
            ((key, definition),) = cursor.fetchall()
            cursor.execute(f"ALTER TABLE trail_seal DROP CONSTRAINT {key}")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield cursor
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ALTER TABLE trail_seal ADD CONSTRAINT {key} {definition} NOT VALID")
    finally:
        owner.close()


def seal_all(count: int, batch: int = sealing.BATCH) -> None:
    """Seal until `count` events are sealed; a transaction that is just ending may hold the sealer back a moment."""
    end = time.monotonic() + 30
    while sealing.Seal.objects.count() < count:
        assert time.monotonic() < end, "the events are not sealed"
        if not sealing.seal(batch):
            time.sleep(0.05)
