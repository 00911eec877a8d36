"""Back to a moment (SEC-9): the scripts of deploy/wal on a cluster of their own, with PostgreSQL's own programs."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from running import bootstrap, place, postgres
from running.postgres import Postgres
from running.processes import Children, as_account
from running.test import temporary

SECRETS = {"postgres": "p", "portal_owner": "o", "portal_app": "a"}


@dataclass
class Site:
    """A cluster that archives its log, and the scripts as its operator runs them."""

    home: Path
    server: Postgres
    scripts: Path

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    def script(self, name: str, *arguments: str) -> subprocess.CompletedProcess:
        programs = place.postgres_programs(self.server.account)
        environment = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "ARCHIVE": str(self.archive),
            "PGDATA": str(self.home / "data"),
            "PGHOST": str(self.home / "s"),
            "PGPORT": str(self.server.port),
            "PGPASSWORD": SECRETS["postgres"],
            "KEEP": "1",
        }
        command = ["/bin/sh", str(self.scripts / f"{name}.sh"), *arguments]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, cwd="/", **as_account(self.server.account)
        )

    def ask(self, query: str) -> list[tuple]:
        with closing(self.server.connect("portal")) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def site(monkeypatch) -> Iterator[Site]:
    with temporary() as folder:
        account = place.unprivileged()
        scripts = shutil.copytree(bootstrap.ROOT / "deploy/wal", folder / "wal")
        home = place.own(folder / "postgres", account)
        archive = f"ARCHIVE={home}/archive sh {scripts}/archive.sh %p %f"
        monkeypatch.setitem(postgres.SETTINGS, "archive_mode", "on")
        monkeypatch.setitem(postgres.SETTINGS, "archive_command", archive)
        monkeypatch.setitem(postgres.SETTINGS, "fsync", "off")
        yield Site(home, Postgres(home, account, SECRETS, folder / "log"), scripts)


def test_back_to_the_moment_before_the_mistake(site: Site) -> None:
    with Children() as children:
        site.server.start(children)
        site.ask("CREATE TABLE story AS SELECT 'before the copy' AS line")
        first = Path(site.script("base").stdout.strip())
        assert first.parent == site.archive / "base"
        site.ask("INSERT INTO story VALUES ('after the copy')")
        time.sleep(1.1)  # the copy is named by its second
        ((moment,),) = site.ask("SELECT now()::text")
        site.ask("DROP TABLE story")
        assert "stop it first" in site.script("rewind", moment).stderr

    assert "to come" in site.script("rewind", "2999-01-01 00:00:00+08").stderr
    assert "no time zone" in site.script("rewind", "2026-11-22 10:15:00").stderr
    assert "no copy from before" in site.script("rewind", "2020-01-01 00:00:00+08").stderr
    done = site.script("rewind", moment)
    assert done.returncode == 0, done.stderr

    with Children() as children:
        site.server.start(children)
        assert site.ask("SELECT line FROM story") == [("before the copy",), ("after the copy",)]
        site.ask("INSERT INTO story VALUES ('and on')")  # it takes writes again, and its log is archived
        second = Path(site.script("base").stdout.strip())
    assert list((site.archive / "base").iterdir()) == [second], "old copies go, with the log only they needed"
    assert not (site.archive / "wal/000000010000000000000001").exists()
    assert len(list(site.home.glob("data.before-*"))) == 1

    assert site.script("rewind", "latest").returncode == 0
    with Children() as children:
        site.server.start(children)
        assert site.ask("SELECT count(*) FROM story") == [(3,)]


def test_the_archive_keeps_what_it_has(site: Site) -> None:
    site.archive.parent.mkdir(exist_ok=True)
    piece = site.scripts / "piece"
    piece.write_text("one")
    assert site.script("archive", str(piece), "0" * 24).returncode == 0
    assert site.script("archive", str(piece), "0" * 24).returncode == 0
    piece.write_text("two")
    assert site.script("archive", str(piece), "0" * 24).returncode != 0
    assert (site.archive / "wal" / ("0" * 24)).read_text() == "one"
