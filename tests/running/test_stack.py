"""Servers of one's own are used as given, and one that does not answer is named."""

from pathlib import Path

import pytest
from django.conf import settings

from running import place
from running.processes import Children
from running.sentences import Stop
from running.stack import Stack, write_private
from running.test import test_environment as environment_of_tests


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


def test_an_address_may_come_in_a_file(given: Path, monkeypatch) -> None:
    file = given / "database_url"
    file.write_text(f"{settings.DATABASE_URL}\n")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("DATABASE_URL_FILE", str(file))
    with Children() as children:
        environment = Stack(children, given / "log").start()
    assert environment["DATABASE_URL"] == settings.DATABASE_URL
    assert "DATABASE_URL_FILE" not in environment
    assert not (given / "postgres").exists()


def test_the_tests_settings_do_not_depend_on_the_terminal(tmp_path: Path, monkeypatch) -> None:
    for name in ("DATABASE_URL_FILE", "TICKET_PREFIX", "IDLE_MINUTES", "WEBHOOK_URL"):
        monkeypatch.setenv(name, "of the terminal")
    monkeypatch.setattr(Stack, "start", lambda stack: stack.environment)
    assert "of the terminal" not in environment_of_tests(Children(), tmp_path).values()


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


@pytest.mark.parametrize(
    ("program", "sentence"),
    [
        (lambda: place.postgres_programs(None), "no embedded PostgreSQL .*set DATABASE_URL"),
        (place.valkey_program, "no embedded Valkey .*set REDIS_URL"),
    ],
)
def test_a_platform_without_the_servers_is_told_what_to_set(monkeypatch, program, sentence: str) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Stop, match=sentence):
        program()


def test_a_folder_that_the_account_cannot_use_is_left_with_what_it_holds(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(place, "VAR", tmp_path)
    monkeypatch.setattr(place, "can", lambda *argv: False)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres/data").touch()
    with pytest.raises(Stop, match="can write neither"):
        place.data_directory("postgres", None)
    assert (tmp_path / "postgres/data").exists()


def test_an_account_without_a_name_goes_by_its_number() -> None:
    assert place.name_of(0) == "root"
    assert place.name_of(3_999_999) == "3999999"


def test_a_private_file_replaces_the_old_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    write_private(path, "one")
    write_private(path, "two")
    assert path.read_text() == "two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]
