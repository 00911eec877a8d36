"""What a backup says about itself, and what a restored database is compared with."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from .programs import Refused

FORMAT = 1
DUMP, SUMS, MANIFEST, FILES = "database.dump", "SHA256SUMS", "manifest.json", "files"
CHUNK = 1024 * 1024
# Everybody signs in again after a restore: a session ended since must not come back to life.
WITHOUT_ROWS = ("django_session",)

# Who may do what with which table, less what its owner may anyway.
PRIVILEGES = """
SELECT coalesce(string_agg(line, ',' ORDER BY line), '') FROM (
    SELECT format('%s %s %s', c.relname, coalesce(r.rolname, 'public'), a.privilege_type) AS line
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'S', 'v', 'p') AND a.grantee <> c.relowner
) lines"""


@dataclass
class Manifest:
    """`head` is the trail's end when the backup was made, `sums` the SHA-256 of the list of all other sums."""

    made_at: str
    server: int
    owner: str
    application: str
    head: str
    privileges: str
    rows: dict[str, int]
    migrations: list[str]
    sums: str = ""
    missing: list[str] = field(default_factory=list)
    format: int = FORMAT

    def write(self, place: Path) -> None:
        self.sums = digest(place / SUMS)
        (place / MANIFEST).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, place: Path) -> "Manifest":
        """Raises Refused where there is none, or one of another format."""
        try:
            content = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                raise Refused(_("备份 %(place)s 是另一个版本的格式，这里读不了") % {"place": place})
            return cls(**content)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise Refused(
                _("%(place)s 不是完整的备份：缺 %(name)s 或读不懂") % {"place": place, "name": MANIFEST}
            ) from error


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sums(place: Path) -> Iterator[tuple[str, str]]:
    """(SHA-256, path in the backup) of all it holds, as `sha256sum --check` reads them too."""
    for line in (place / SUMS).read_text(encoding="utf-8").splitlines():
        found, _gap, name = line.partition("  ")
        yield found, name


def check(place: Path) -> Manifest:
    """Reads the manifest and every file. Raises Refused naming the first that is missing or damaged."""
    manifest = Manifest.read(place)
    if not (place / SUMS).is_file() or digest(place / SUMS) != manifest.sums:
        raise Refused(_("备份已损坏：%(name)s 与清单不符") % {"name": SUMS})
    for expected, name in sums(place):
        path = place / name
        if not path.resolve().is_relative_to(place.resolve()):
            raise Refused(_("备份已损坏：%(name)s 不在备份里") % {"name": name})
        if not path.is_file():
            raise Refused(_("备份不完整：缺 %(name)s") % {"name": name})
        if digest(path) != expected:
            raise Refused(_("备份已损坏：%(name)s 的内容变了") % {"name": name})
    return manifest


def row_counts() -> dict[str, int]:
    """Rows by table of this database, less those that are not kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if name not in WITHOUT_ROWS]
        counts = {}
        for name in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(name)}")
            counts[name] = cursor.fetchone()[0]
    return counts


def privileges() -> str:
    return hashlib.sha256(_one(PRIVILEGES).encode()).hexdigest()


def owner() -> str:
    return _one("SELECT current_user")


def application() -> str:
    return settings.DATABASE_APP_ROLE


def migrations() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        return [name for (name,) in cursor.fetchall()]


def _one(query: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchone()[0])
