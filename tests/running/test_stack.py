"""Servers of one's own are used as given, and one that does not answer is named."""

from pathlib import Path

import pytest
from django.conf import settings

from running.processes import Children
from running.sentences import Stop
from running.stack import Stack, write_private


@pytest.fixture
def given(monkeypatch, tmp_path: Path) -> Path:
    monkeypatch.setattr("running.place.VAR", tmp_path)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.setenv(name, getattr(settings, name))
    monkeypatch.delenv("SECRET_KEY", raising=False)
    return tmp_path


def test_servers_of_ones_own_are_used_and_none_is_started(given: Path) -> None:
    with Children() as children:
        environment = Stack(children, given / "log").start()
    assert environment["DATABASE_URL"] == settings.DATABASE_URL
    assert environment["REDIS_URL"] == settings.REDIS_URL
    assert not (given / "postgres").exists()
    assert not (given / "valkey").exists()


def test_the_secret_is_made_once_and_is_nobody_elses_to_read(given: Path) -> None:
    with Children() as children:
        first = Stack(children, given / "log").start()["SECRET_KEY"]
        assert Stack(children, given / "log").start()["SECRET_KEY"] == first
    assert len(first) >= 50
    assert (given / "secrets.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgres://nobody:x@127.0.0.1:1/none"),
        ("DATABASE_OWNER_URL", "postgres://nobody:x@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://127.0.0.1:1/0"),
        ("REDIS_URL", "nonsense"),
    ],
)
def test_a_server_that_does_not_answer_is_named(given: Path, monkeypatch, name: str, url: str) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(Stop, match=f"^{name} does not answer"), Children() as children:
        Stack(children, given / "log").start()


def test_a_private_file_replaces_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    write_private(path, "one")
    write_private(path, "two")
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
