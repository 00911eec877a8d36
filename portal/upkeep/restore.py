"""`manage.py restore SOURCE`: a backup back into database and uploads, then proof that it is whole (SEC-9)."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from portal.trail import seal

from . import manifest, programs
from .manifest import DUMP, FILES, Manifest
from .programs import Refused

LOCK_TIMEOUT = "30s"  # somebody still at work shows as an error, not as a hang
HEAD_LINES = 60  # pg_restore's own settings stand before the first of these lines

EMPTY = """SELECT NOT EXISTS (
    SELECT FROM pg_tables WHERE schemaname !~ '^pg_' AND schemaname <> 'information_schema')"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()"""
CLEAR = """
SET client_min_messages = warning;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    EXECUTE 'CREATE SCHEMA public AUTHORIZATION pg_database_owner';
    EXECUTE 'GRANT USAGE ON SCHEMA public TO PUBLIC';
END $$;
"""


@dataclass
class Restored:
    """What is there now: `faults` are differences from the backup in words, `pending` are migrations made since."""

    manifest: Manifest
    files: int
    sealed: int
    faults: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)


def restore(source: Path, *, replace: bool = False) -> Restored:
    """Restores `source` as the owner of the database; with `replace` what is there now is lost.

    The database comes back in one transaction: where it fails, all is as before. Raises Refused with a sentence,
    before anything is changed wherever that can be known.
    """
    made = manifest.check(source)
    place = programs.folder("pg_restore", "psql")
    _check_fits(made, replace)
    kept = [name for _sum, name in manifest.sums(source) if name != DUMP]
    try:
        _place(source, kept)
    except OSError as error:
        raise Refused(_("文件写不进 %(place)s：%(why)s") % {"place": _uploads(), "why": error.strerror}) from error
    _load(source / DUMP, place, replace)
    if replace:
        _remove_others({name.removeprefix(f"{FILES}/") for name in kept})
    cache.clear()  # sessions and figures of the former database
    return _verified(made, len(kept))


def _check_fits(made: Manifest, replace: bool) -> None:
    roles = {"owner": made.owner, "application": made.application}
    if (manifest.owner(), manifest.application()) != (made.owner, made.application):
        here = {"here": f"{manifest.owner()}, {manifest.application()}"}
        raise Refused(
            _("备份里的权限写给角色 %(owner)s 和 %(application)s，这里是 %(here)s：请用同名的角色") % (roles | here)
        )
    if made.server > programs.server_version():
        versions = {"there": made.server, "here": programs.server_version()}
        raise Refused(_("备份来自 PostgreSQL %(there)s，这里是 %(here)s：不能恢复到更旧的版本") % versions)
    unknown = set(made.migrations) - set(_on_disk())
    if unknown:
        raise Refused(
            _("备份来自更新版本的系统（%(name)s）：请先升级程序再恢复") % {"name": ", ".join(sorted(unknown)[:3])}
        )
    if not _ask(EMPTY) and not replace:
        raise Refused(_("数据库不是空的：要用备份取代现有的全部数据，请加 --replace"))
    if others := _ask(OTHERS):
        raise Refused(_("还有 %(count)s 个程序连着数据库：请先停下 web、worker 和 beat") % {"count": others})


def _on_disk() -> list[str]:
    return [f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations]


def _uploads() -> Path:
    return Path(default_storage.path(""))


def _place(source: Path, names: Iterable[str]) -> None:
    """Uploads never change under their names, so putting them there first harms nobody if the database then fails."""
    _uploads().mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in names:
        target = _uploads() / name.removeprefix(f"{FILES}/")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = target.with_name(f"{target.name}.half")
        shutil.copyfile(source / name, half)
        half.chmod(0o600)
        half.replace(target)


def _remove_others(kept: set[str]) -> None:
    for path in _uploads().rglob("*"):
        if path.is_file() and str(path.relative_to(_uploads())) not in kept:
            path.unlink()


def _load(dump: Path, place: Path, replace: bool) -> None:
    """pg_restore writes the statements, psql runs them in one transaction, after those that clear the database."""
    environment = programs.environment() | {"PGOPTIONS": f"-c lock_timeout={LOCK_TIMEOUT}"}
    old = programs.server_version() < 17
    connection.close()
    reader: list[str | Path] = [place / "pg_restore", "--no-owner", "--file=-", dump]
    writer: list[str | Path] = [
        place / "psql",
        "--no-psqlrc",
        "--quiet",
        "--set=ON_ERROR_STOP=1",
        "--single-transaction",
    ]
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(reader, stdout=subprocess.PIPE, stderr=said) as reading,
        subprocess.Popen(
            writer, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said, env=environment
        ) as writing,
    ):
        with suppress(BrokenPipeError):  # psql stopped at an error, which it has said
            writing.stdin.write(CLEAR.encode() if replace else b"")  # type: ignore[union-attr]
            writing.stdin.writelines(_statements(reading.stdout, old))  # type: ignore
            if reading.wait():
                writing.kill()  # the end of its input would count as the end of a table: half a dump, committed
        with suppress(BrokenPipeError):
            writing.stdin.close()  # type: ignore[union-attr]
        reading.kill()
        if writing.wait():
            said.seek(0)
            why = said.read().decode(errors="replace").strip()
            raise Refused(_("数据库没有恢复，仍是原来的样子：%(why)s") % {"why": why})


def _statements(lines: Iterable[bytes], old: bool) -> Iterator[bytes]:
    """pg_restore 17 and newer set a limit, among their first lines, that servers before 17 do not know."""
    for number, line in enumerate(lines):
        if not (old and number < HEAD_LINES and line.startswith(b"SET transaction_timeout")):
            yield line


def _verified(made: Manifest, files: int) -> Restored:
    report = seal.verify(made.head)
    found = Restored(made, files, report.sealed, list(report.faults))
    rows = manifest.row_counts()
    for name in sorted(set(rows) | set(made.rows)):
        if rows.get(name) != made.rows.get(name):
            counts = {"name": name, "there": made.rows.get(name), "here": rows.get(name)}
            found.faults.append(_("表 %(name)s 应有 %(there)s 行，实有 %(here)s 行") % counts)
    if manifest.privileges() != made.privileges:
        found.faults.append(_("角色的权限与备份时不同"))
    found.pending = sorted(set(_on_disk()) - set(made.migrations))
    return found


def _ask(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return int(cursor.fetchone()[0])
