"""The test database: migrated by its owner, used by the application role, put back after each committing test."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import dj_database_url
import psycopg2
from django.conf import settings
from django.db import connection
from psycopg2 import sql

DIFFERS = "SELECT EXISTS ((TABLE {own} EXCEPT TABLE {copy}) UNION ALL (TABLE {copy} EXCEPT TABLE {own}))"
USED = """SELECT relname FROM pg_class WHERE relname = ANY(%s) AND relnamespace = 'public'::regnamespace
    AND pg_relation_size(oid) > 0"""
LOCK_TIMEOUT = "20s"  # a connection that a test left inside a transaction shows as an error, not as a hang


def put_out_of_reach(own: dict, worker: str) -> None:
    """Until the test database is made there is none: a wide fixture that opens the database without `django_db_setup`
    fails, and does not write into the developer's own. Every process of a parallel run (`worker`) has its own, a copy
    of the migrated one that `make test` names."""
    name = "_".join(filter(None, ["test", own["NAME"], worker]))
    own["TEST"] = {**own.get("TEST", {}), "NAME": name, "TEMPLATE": os.environ.get("TEST_TEMPLATE")}
    own["NAME"] = "not the test database: ask for django_db_setup"


def act_as_owner() -> None:
    _use(settings.DATABASE_OWNER_URL)


def act_as_application() -> None:
    _use(settings.DATABASE_URL)


def _use(url: str) -> None:
    connection.close()
    parsed = dj_database_url.parse(url)
    connection.settings_dict.update(USER=parsed["USER"], PASSWORD=parsed["PASSWORD"])


def be_watched() -> None:
    """No sweep runs beside the tests; their pages need not say so (tests/upkeep/test_watch.py)."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE deadlines_heartbeat SET swept_at = now() + interval '1 year'")


class Pristine:
    """The rows that are there when it is made; `restore()` puts them back after a test that committed.

    Django's own flush empties every table, the calendar and the tables of time limits included, and needs a right to
    truncate that the application role rightly lacks; so this runs as the owner.
    """

    def __init__(self, schema: str = "pristine") -> None:
        owner = dj_database_url.parse(settings.DATABASE_OWNER_URL)
        self._schema = schema
        self._dsn = {
            "host": owner["HOST"],
            "port": owner["PORT"] or None,
            "user": owner["USER"],
            "password": owner["PASSWORD"],
            "dbname": connection.settings_dict["NAME"],
            "options": f"-c lock_timeout={LOCK_TIMEOUT}",
        }
        with self._cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            self._tables = [name for (name,) in cursor.fetchall() if name != "django_migrations"]
            self._filled = self._with_rows(cursor)
            cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
            for table in self._filled:
                copy = sql.Identifier(schema, table)
                cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(copy))
                cursor.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(copy, sql.Identifier(table)))
            self._refill = [self._insert(cursor, table) for table in self._filled]

    def restore(self) -> None:
        connection.close()
        with self._cursor() as cursor:
            cursor.execute("SELECT has_parameter_privilege('session_replication_role', 'SET')")
            if cursor.fetchone()[0]:
                self._put_back(cursor)
            else:  # on a server that is not the suite's own
                self._make_anew(cursor)

    def _put_back(self, cursor) -> None:
        """Deletes and inserts what differs, triggers and foreign keys put aside: a tenth of the time of a truncation,
        which makes two hundred tables and their indexes anew."""
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(USED, [self._tables])
        for (table,) in cursor.fetchall():
            if table not in self._filled:
                cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for table, refill in zip(self._filled, self._refill, strict=True):
            names = {"own": sql.Identifier(table), "copy": sql.Identifier(self._schema, table)}
            cursor.execute(sql.SQL(DIFFERS).format(**names))
            if cursor.fetchone()[0]:
                cursor.execute(sql.SQL("DELETE FROM {own}").format(**names))
                cursor.execute(refill)

    def _make_anew(self, cursor) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, sorted(set(self._with_rows(cursor)) | set(self._filled))))
        cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        for statement in self._refill:  # foreign keys are deferred, so the order does not matter
            cursor.execute(statement)

    def _cursor(self) -> "_OneTransaction":
        return _OneTransaction(self._dsn)

    def _with_rows(self, cursor) -> list[str]:
        tests = [
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
            for table in self._tables
        ]
        cursor.execute(sql.SQL(" UNION ALL ").join(tests))
        return [name for (name,) in cursor.fetchall()]

    def _insert(self, cursor, table: str) -> sql.Composed:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
            " AND is_generated = 'NEVER' ORDER BY ordinal_position",
            [table],
        )
        columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in cursor.fetchall())
        # A trigger may have written the row of a version already (deadlines_tablesversion): then that one holds.
        statement = "INSERT INTO {} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {} ON CONFLICT DO NOTHING"
        return sql.SQL(statement).format(sql.Identifier(table), sql.Identifier(self._schema, table), columns=columns)


class Floor:
    """What there is again after each test that committed: what the migrations left, inside `kept` more than that."""

    def __init__(self) -> None:
        self._rows = Pristine()

    def restore(self) -> None:
        self._rows.restore()

    @contextmanager
    def kept(self, make: Callable[[], Any]) -> Iterator[Any]:
        """Inside the block what `make()` commits is there for every test; it gives what `make` gave."""
        below = self._rows
        try:
            made = make()
            self._rows = Pristine("kept")
            yield made
        finally:
            self._rows = below
            self.restore()


class _OneTransaction:
    """A short owner connection: committed when the block ends well, always closed."""

    def __init__(self, dsn: dict) -> None:
        self._connection = psycopg2.connect(**dsn)

    def __enter__(self):
        return self._connection.cursor()

    def __exit__(self, kind, error, traceback) -> None:
        if kind is None:
            self._connection.commit()
        self._connection.close()
