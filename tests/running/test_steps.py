"""What the launcher asks and remembers between two starts."""

import fcntl
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg2
import pytest
from django.conf import settings

from running import run, state
from running.processes import Child, Children
from running.sentences import Stop
from running.steps import Steps, migrated


@pytest.mark.parametrize(
    "name", ["portal/worktime/data/notices.csv", "portal/deadlines/presets.py", "requests/migrations/0002_x.py"]
)
def test_what_migrate_brings_is_brought_again_when_it_changes(tmp_path: Path, name: str) -> None:
    (tmp_path / "requirements.txt").touch()
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("2026\n")
    before = migrated(tmp_path)
    assert migrated(tmp_path) == before
    (tmp_path / name).write_text("2026\n2027\n")
    assert migrated(tmp_path) != before


def test_every_file_that_post_migrate_loads_from_is_watched() -> None:
    from portal.deadlines import presets
    from portal.trail import grants
    from portal.worktime import gazette
    from requests import catalogue
    from running.steps import MIGRATED, ROOT

    watched = {path for pattern in MIGRATED for path in ROOT.glob(pattern)}
    assert {Path(module.__file__) for module in (presets, grants, gazette, catalogue)} <= watched
    assert ROOT / "portal/worktime/data/notices.csv" in watched


def steps(tmp_path: Path, url: str) -> Steps:
    return Steps(Children(), {"DATABASE_URL": url}, tmp_path)


def test_a_database_is_known_again_by_another_address(tmp_path: Path) -> None:
    url = settings.DATABASE_URL
    assert steps(tmp_path, url).database() == steps(tmp_path, settings.DATABASE_OWNER_URL).database()
    other = url.rpartition("/")[0] + "/postgres"
    assert steps(tmp_path, url).database() != steps(tmp_path, other).database()


def test_a_database_that_does_not_answer_says_why(tmp_path: Path) -> None:
    with pytest.raises(psycopg2.OperationalError, match="refused"):
        steps(tmp_path, "postgres://nobody@127.0.0.1:1/none").is_empty()


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def test_the_first_page_is_asked_without_a_proxy(monkeypatch) -> None:
    with socket.socket() as nobody:  # a proxy that would take the question and never answer
        nobody.bind(("127.0.0.1", 0))
        nobody.listen()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with HTTPServer(("127.0.0.2", 0), Page) as server:
            threading.Thread(target=server.handle_request, daemon=True).start()
            run.wait_for_first_page(Child("web", [], {}), f"http://127.0.0.2:{server.server_port}/", seconds=3)


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.1", "127.0.0.1"), ("127.0.0.2", "127.0.0.2"), ("0.0.0.0", "127.0.0.1")]
)
def test_the_portal_is_asked_where_it_listens(host: str, own: str) -> None:
    with socket.socket() as listening:
        listening.bind((host, 0))
        assert run.address_of(listening) == f"http://{own}:{listening.getsockname()[1]}"


def test_a_launcher_that_was_killed_does_not_run(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(state, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(state, "STATE", tmp_path / "running.json")
    (tmp_path / "running.json").write_text('{"pid": 1, "environment": {}}')
    with open(tmp_path / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert state.state()["pid"] == 1
    with pytest.raises(Stop, match="does not run"):
        state.state()
