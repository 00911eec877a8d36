"""`manage.py backup TARGET`: database, uploads and what is needed to trust them, as one directory (SEC-9)."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.files.models import StoredFile
from portal.trail import seal

from . import manifest, programs
from .manifest import CHUNK, DUMP, FILES, SUMS, WITHOUT_ROWS, Manifest
from .programs import Refused


def backup(target: Path) -> Manifest:
    """Writes the directory `target`, which must not exist yet; it appears when all of it is there, or not at all.

    Database, counts and trail head are those of one moment, while the portal goes on working. Uploads that the
    database knows and the disk does not have are named in `missing`. Raises Refused with a sentence.
    """
    if target.exists():
        raise Refused(_("%(target)s 已经存在：备份要写到新的目录") % {"target": target})
    try:
        with _half(target) as half:
            made, files = _database(half)
            lines = [f"{manifest.digest(half / DUMP)}  {DUMP}", *_files(half, files, made)]
            (half / SUMS).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            made.write(half)
            _to_disk(half)
            half.rename(target)
    except OSError as error:
        raise Refused(_("备份写不进 %(target)s：%(why)s") % {"target": target, "why": error.strerror}) from error
    return made


@contextmanager
def _half(target: Path) -> Iterator[Path]:
    """Only its owner may read what everybody's data is in; gone if anything fails."""
    half = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".half", dir=target.absolute().parent))
    try:
        yield half
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _database(half: Path) -> tuple[Manifest, list[tuple[int, str, str]]]:
    """Dumps, counts and lists within one snapshot; returns what it found and (pk, path, SHA-256) of the uploads."""
    program = programs.folder("pg_dump") / "pg_dump"
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        without = [f"--exclude-table-data=public.{name}" for name in WITHOUT_ROWS]
        command: list[str | Path] = [
            program,
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--file={half / DUMP}",
            *without,
        ]
        done = subprocess.run(command, env=programs.environment(), capture_output=True, text=True)
        if done.returncode:
            raise Refused(_("pg_dump 没有做成：%(why)s") % {"why": done.stderr.strip()})
        files = list(StoredFile.objects.order_by("path").values_list("pk", "path", "sha256"))
        found = Manifest(
            made_at=timezone.now().isoformat(timespec="seconds"),
            server=programs.server_version(),
            owner=manifest.owner(),
            application=manifest.application(),
            head=seal.head(),
            privileges=manifest.privileges(),
            rows=manifest.row_counts(),
            migrations=manifest.migrations(),
        )
    return found, files


def _files(half: Path, files: list[tuple[int, str, str]], made: Manifest) -> Iterator[str]:
    """Copies the uploads and yields their lines for SHA256SUMS; a changed one is kept, but named like a missing one."""
    lost = {}
    for pk, path, expected in files:
        target = half / FILES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            found = _copy(path, target)
        except FileNotFoundError:
            lost[pk] = path
            continue
        if found != expected:
            lost[pk] = path
        yield f"{found}  {FILES}/{path}"
    # What nobody kept may have been cleaned up since the snapshot; then nothing is lost.
    still = set(StoredFile.objects.filter(pk__in=lost).values_list("pk", flat=True))
    made.missing = [path for pk, path in lost.items() if pk in still]


def _copy(path: str, target: Path) -> str:
    found = hashlib.sha256()
    with default_storage.open(path) as source, target.open("wb") as copy:
        while chunk := source.read(CHUNK):
            found.update(chunk)
            copy.write(chunk)
    target.chmod(0o600)
    return found.hexdigest()


def _to_disk(half: Path) -> None:
    """Before the name says that it is whole: a power cut must not leave a backup of zeros."""
    for path in [*half.rglob("*"), half, half.parent]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
