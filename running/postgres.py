"""An embedded PostgreSQL as the launcher's child: made once, started in a tenth of a second, stopped fast."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from running import place
from running.processes import Account, Child, Children, as_account, last_lines
from running.sentences import Stop

OWNER, APPLICATION = "portal_owner", "portal_app"  # two roles from the first migration (SEC-5)
LONGEST_SOCKET = 100  # bytes; the kernel's limit is 107, with the terminating zero
LOCALES = ("C.UTF-8", "en_US.UTF-8", "C.utf8")  # with plain C the trigrams of Chinese words are empty
NAMELESS = (
    "PostgreSQL wants an account with a name, and number {} has none here. Add it to /etc/passwd, or set DATABASE_URL "
    "(and DATABASE_OWNER_URL) to a PostgreSQL of your own."
)
SETTINGS = {
    "shared_buffers": "64MB",
    "max_connections": "60",
    "max_locks_per_transaction": "256",  # restore makes every table, index and sequence in one transaction
    "jit": "off",
    "max_wal_size": "512MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


@dataclass
class Postgres:
    """A cluster in `home` with the roles `portal_owner` and `portal_app`; passwords are `secrets[role]`."""

    home: Path
    account: Account | None
    secrets: dict[str, str]
    log: Path
    throwaway: bool = False
    port: int = 0

    def start(self, children: Children, database: str = "portal") -> None:
        """Makes the cluster if need be, starts it, makes roles and database. Raises Stop in the server's own words."""
        programs = place.postgres_programs(self.account)
        if not (self.home / "data/PG_VERSION").exists():
            self._initialise(programs)
        self._check_version(programs)
        self.port = free_port()
        child = children.start(self._child(programs), rank=0)
        self._wait(child)
        self._prepare(database)

    def url(self, role: str, database: str = "portal") -> str:
        return f"postgres://{role}:{self.secrets[role]}@127.0.0.1:{self.port}/{database}"

    def _initialise(self, programs: Path) -> None:
        half = self.home / "data.half"
        failure = ""
        for locale in LOCALES:
            shutil.rmtree(half, ignore_errors=True)
            with tempfile.NamedTemporaryFile("w") as password:
                password.write(self.secrets["postgres"])
                password.flush()
                if self.account:
                    os.chown(password.name, self.account.uid, self.account.gid)
                done = subprocess.run(
                    [programs / "initdb", "-D", half, "-U", "postgres", f"--pwfile={password.name}"]
                    + ["--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin"]
                    + ["--builtin-locale=C.UTF-8", f"--locale={locale}", "--no-instructions"]
                    + (["--no-sync"] if self.throwaway else []),
                    capture_output=True,
                    text=True,
                    cwd="/",
                    **as_account(self.account),
                )
            if done.returncode == 0:
                half.rename(self.home / "data")
                return
            failure = done.stderr.strip() or done.stdout.strip()
            if "invalid locale" not in failure:
                break
        shutil.rmtree(half, ignore_errors=True)
        nameless = "does not exist" in failure and "user ID" in failure
        what = NAMELESS.format(os.geteuid()) if nameless else f"The database could not be made in {self.home}."
        raise Stop(f"{failure}\n\n{what}")

    def _check_version(self, programs: Path) -> None:
        data = (self.home / "data/PG_VERSION").read_text().strip()
        program = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, cwd="/").stdout
        if program.split()[-1].split(".")[0] != data:
            raise Stop(f"{self.home}/data was written by PostgreSQL {data}, the one here is {program.split()[-1]}.")

    def _child(self, programs: Path) -> Child:
        settings = {**SETTINGS, **(THROWAWAY if self.throwaway else {})}
        argv = [str(programs / "postgres"), "-D", str(self.home / "data"), "-p", str(self.port)]
        argv += ["-k", str(self._sockets()), "-h", "127.0.0.1"]
        argv += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Child(
            "PostgreSQL",
            argv,
            {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            ends_on=signal.SIGINT,  # fast shutdown: sessions are rolled back, nothing is lost
            patience=30,
            account=self.account,
            log=self.log,
            cwd=self.home,
        )

    def _sockets(self) -> Path:
        """Beside the data; a checkout with a very long path gets a directory under /tmp, named after it."""
        path = self.home / "s"
        if len(f"{path}/.s.PGSQL.65535".encode()) > LONGEST_SOCKET:
            path = Path("/tmp") / f"shaxi-{place.elsewhere().name}-{os.geteuid()}"
            if path.exists() and (path.is_symlink() or path.stat().st_uid != (self.account or _me()).uid):
                raise Stop(f"{path} belongs to somebody else; remove it.")
        return place.own(path, self.account)

    def connect(self, database: str = "postgres"):
        """As superuser, over our own socket: that cannot be somebody else's server."""
        connection = psycopg2.connect(
            host=str(self._sockets()),
            port=self.port,
            user="postgres",
            password=self.secrets["postgres"],
            dbname=database,
            connect_timeout=5,
        )
        connection.autocommit = True
        return connection

    def _wait(self, child: Child, seconds: float = 120) -> None:
        until = time.monotonic() + seconds  # recovery after a power cut may take its time
        while time.monotonic() < until:
            if child.died():
                raise Stop(f"PostgreSQL did not start:\n{last_lines(self.log)}")
            try:
                if self._takes_writes():
                    return
                time.sleep(0.05)
            except psycopg2.OperationalError as error:
                if "password authentication failed" in str(error):
                    raise Stop(f"{self.home} does not accept the password in {place.VAR}/secrets.json.") from error
                time.sleep(0.05)
        raise Stop(f"PostgreSQL did not get ready within {seconds:.0f} s:\n{last_lines(self.log)}")

    def _takes_writes(self) -> bool:
        """A cluster on its way back to a moment (deploy/wal) answers readers before it is there."""
        with closing(self.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT NOT pg_is_in_recovery()")
            return cursor.fetchone()[0]

    def _prepare(self, database: str) -> None:
        connection = self.connect()
        with connection.cursor() as cursor:
            for role in (OWNER, APPLICATION):
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
                verb = "ALTER" if cursor.fetchone() else "CREATE"
                create = "CREATEDB" if self.throwaway and role == OWNER else "NOCREATEDB"
                cursor.execute(
                    sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD %s").format(
                        sql.SQL(verb), sql.Identifier(role), sql.SQL(create)
                    ),
                    [self.secrets[role]],
                )
            if self.throwaway:  # the tests put rows back without asking triggers and foreign keys (tests/database.py)
                cursor.execute(f"GRANT SET ON PARAMETER session_replication_role TO {OWNER}")
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
            if not cursor.fetchone():
                cursor.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(database), sql.Identifier(OWNER))
                )
        connection.close()


def _me() -> Account:
    return Account("", os.geteuid(), os.getegid())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
