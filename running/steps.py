"""The steps between servers that answer and a page that opens; each is skipped when its inputs have not changed."""

import hashlib
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import psycopg2

from running import messages
from running.bootstrap import PYTHON, ROOT, Stamps, digest
from running.processes import Child, Children, last_lines
from running.sentences import Stop, say

MIGRATED = (
    *("*/migrations/*.py", "portal/*/migrations/*.py", "portal/*/data/*", "portal/worktime/gazette.py"),
    *("portal/deadlines/presets.py", "requests/catalogue.py", "portal/trail/grants.py"),
)


class Steps:
    """migrate, collectstatic and the compiled messages, with the environment of the portal's programs."""

    def __init__(self, children: Children, environment: dict[str, str], logs: Path) -> None:
        self._children = children
        self._environment = environment
        self._logs = logs
        self._stamps = Stamps()

    def run(self) -> None:
        """Brings database, static files and messages up to date. Raises Stop with the end of the failing step's log."""
        messages.compile_all()
        migrations = migrated()
        files = self._static_files()
        begun = []  # side by side: one waits for the database, the other compresses
        if self._stamps.get("migrate") != f"{migrations} {self._applied()}":
            say("Bringing the database up to date …")
            begun.append(self._begin("migrate", "--no-input"))
        if self._stamps.get("static") != files or not self._manifest().exists():
            begun.append(self._begin("collectstatic", "--no-input", "--clear", "--verbosity=0"))
        for child in begun:
            self._finish(child)
        self._stamps.set("migrate", f"{migrations} {self._applied()}")
        self._stamps.set("static", files)

    def _begin(self, command: str, *arguments: str) -> Child:
        log = self._logs / f"{command}.log"
        log.write_bytes(b"")
        argv = [str(PYTHON), "manage.py", command, *arguments]
        return self._children.start(Child(command, argv, self._environment, log=log, cwd=ROOT, once=True))

    def _finish(self, child: Child) -> None:
        code = child.process.wait() if child.process else 1
        self._children.remove(child)
        if code != 0:
            raise Stop(f"{last_lines(child.log, 25)}\n\n{child.name} failed; its log: {child.log}")

    def _applied(self) -> str:
        """How many migrations this very database has seen; another or a new database has seen another number."""
        try:
            return "{}/{}".format(*self._row("SELECT count(*), coalesce(max(id), 0) FROM django_migrations"))
        except psycopg2.errors.UndefinedTable:
            return "none"

    def is_empty(self) -> bool:
        """Whether nobody has an account here yet: then the demo town may be loaded."""
        return self._row("SELECT NOT EXISTS (SELECT FROM people_user)")[0]

    def database(self) -> str:
        """Which database of which server this is, whatever its address."""
        server = (
            "SELECT system_identifier, oid FROM pg_control_system(), pg_database WHERE datname = current_database()"
        )
        return "{}/{}".format(*self._row(server))

    def _row(self, query: str) -> tuple:
        with closing(psycopg2.connect(self._owner_url())) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()

    def _owner_url(self) -> str:
        return self._environment.get("DATABASE_OWNER_URL") or self._environment["DATABASE_URL"]

    def _static_files(self) -> str:
        return stat_digest(path for path in (ROOT / "static").rglob("*") if path.is_file()) + digest(
            ROOT / "requirements.txt"
        )

    def _manifest(self) -> Path:
        return Path(self._environment["DATA_DIR"]) / "static/staticfiles.json"


def migrated(root: Path = ROOT) -> str:
    """A digest of all that `migrate` brings: migrations, and what rooms load after each (post_migrate)."""
    files = [path for pattern in MIGRATED for path in sorted(root.glob(pattern))]
    return digest(root / "requirements.txt", *files)


def stat_digest(paths: Iterable[Path]) -> str:
    """A digest of names, sizes and times: reading megabytes of scripts at each start would take longer."""
    found = hashlib.sha256()
    for path in sorted(paths):
        stat = path.stat()
        found.update(f"{path.relative_to(ROOT)} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return found.hexdigest()[:16]
