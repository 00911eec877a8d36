"""A day in the life of the launcher: the real thing, in a copy of the checkout, with everything it starts."""

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import psycopg2
import pytest

from running import bootstrap, frontend, place
from running.measure import memory
from running.processes import Account, as_account
from running.test import temporary

COPIED = ("portal", "enterprises", "requests", "policies", "inspections", "running", "templates", "static", "locale")
FILES = ("manage.py", "package.json", "package-lock.json", "pyproject.toml", *bootstrap.LEVELS.values())
SMALL_TOWN = "--enterprises 14 --tickets 1"  # the smallest it makes
IDLE_LIMIT = 900  # MiB of PSS
COLD_LIMIT, WARM_LIMIT = 60, 8  # seconds to the first page
HIDDEN = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "SECRET_KEY", "DATA_DIR", "DEBUG", "SHAXI_STARTED"}


def without_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in HIDDEN}


class Launcher:
    """`python -m running run` in a folder, with its own words as they come."""

    def __init__(
        self, folder: Path, port: int, *, python: Path = Path(sys.executable), account: Account | None = None
    ) -> None:
        self.log = folder / f"launcher-{time.monotonic_ns()}.log"
        environment = without_settings() | {"PORT": str(port), "DEMO": "1", "DEMO_OPTIONS": SMALL_TOWN}
        environment["LD_LIBRARY_PATH"] = str(folder / "python/lib")
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [python, "-m", "running", "run"],
                cwd=folder,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **as_account(account),
            )

    def said(self, words: str, seconds: float = 60) -> float:
        """Waits for a sentence and returns the launcher's own seconds beside it."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if found := re.search(rf"\[ *([\d.]+)s\] .*{re.escape(words)}", self.log.read_text()):
                return float(found[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(f"never said {words!r}:\n{self.log.read_text()}")

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, *words: str, seconds: float = 30) -> psutil.Process:
        """The direct child whose command has these words, as soon as there is one."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for child in psutil.Process(self.process.pid).children():
                if all(word in " ".join(child.cmdline()) for word in words):
                    return child
            time.sleep(0.1)
        raise AssertionError(f"no child {words}:\n{self.log.read_text()}")


@pytest.fixture
def folder() -> Iterator[Path]:
    """The checkout's own files; packages are those of this environment, so that nothing is fetched."""
    with temporary() as copy:
        for name in COPIED:
            if (bootstrap.ROOT / name).exists():
                shutil.copytree(bootstrap.ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in FILES:
            shutil.copy(bootstrap.ROOT / name, copy / name)
        (copy / ".venv").symlink_to(Path(sys.prefix))
        (copy / "node_modules").symlink_to(frontend.MODULES)
        (copy / "var").mkdir(mode=0o755)
        (copy / "var/stamps.json").write_text(json.dumps(nothing_to_install(copy)))
        yield copy
        shutil.rmtree(place.elsewhere(copy), ignore_errors=True)


def nothing_to_install(copy: Path) -> dict[str, str]:
    class Installed(bootstrap.Stamps):
        path = copy / "no-such-file"

    stamps = Installed()
    stamps.get = {"python": "dev", "npm": "browser"}.__getitem__  # type: ignore[method-assign,assignment]
    packages = frontend.Packages(stamps, tests=False, node=list)
    return {"python": bootstrap.PythonPackages("run", stamps).stamp, "npm": packages.stamp}


@pytest.fixture
def port() -> int:
    """Free, and none of those (32768 and up) that a connection of a test beside this one may be given meanwhile."""
    for candidate in random.sample(range(20_000, 30_000), 50):
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", candidate))
            return candidate
    raise AssertionError("no port is free")


def all_ended(processes: list[psutil.Process], seconds: float = 20) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def crowd() -> float:
    """How many programs share each core: limits in seconds are those of a machine that has nothing else to do."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def accounts(folder: Path) -> int:
    owner = json.loads((folder / "var/running.json").read_text())["environment"]["DATABASE_OWNER_URL"]
    with closing(psycopg2.connect(owner)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_user")
        return cursor.fetchone()[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests are an ordinary user's already")
def test_an_ordinary_user_starts_it_in_a_folder_of_his_own(folder: Path, port: int) -> None:
    account = place.unprivileged()
    own_environment(folder)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)
    launcher = Launcher(folder, port, python=folder / ".venv/bin/python", account=account)
    launcher.said("The first page is up.", seconds=300)
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).status == 200
    assert (folder / "var/postgres/data/PG_VERSION").exists()
    assert {process.uids().real for process in launcher.family()} == {account.uid}
    launcher.process.send_signal(signal.SIGTERM)
    assert launcher.process.wait(60) == 0


def own_environment(folder: Path) -> None:
    """The packages of this environment under a copy of its Python, which may lie in root's own home."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    home, packages, venv = folder / "python", Path(pytest.__file__).parent.parent, folder / ".venv"
    left_out = shutil.ignore_patterns("site-packages", "test", "tests", "idlelib", "config-*", "__pycache__")
    shutil.copytree(Path(os.__file__).parent, home / "lib" / name, ignore=left_out)
    for shared in (Path(sys.base_prefix) / "lib").glob("libpython*"):
        shutil.copy2(shared, home / "lib")
    (home / "bin").mkdir()
    shutil.copy2(Path(sys.executable).resolve(), home / "bin" / name)
    venv.unlink()
    for directory in (venv / "bin", venv / "lib" / name):
        directory.mkdir(parents=True)
    (venv / "lib" / name / "site-packages").symlink_to(packages)
    (venv / "bin/python").symlink_to(home / "bin" / name)
    (venv / "pyvenv.cfg").write_text(f"home = {home / 'bin'}\n")


def by_hand(folder: Path, *words: str) -> str:
    """What manage.py says in a second terminal, to a Python that has no packages and was told no settings."""
    argv = [sys.executable, "-S", "manage.py", *words]
    return subprocess.run(argv, cwd=folder, env=without_settings(), check=True, capture_output=True, text=True).stdout


def test_started_used_hurt_stopped_and_started_again(folder: Path, port: int) -> None:
    first = Launcher(folder, port)
    assert first.said("The first page is up.", seconds=300) < COLD_LIMIT * crowd()
    assert urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10).status == 200

    second = Launcher(folder, port)
    assert second.process.wait(30) == 1
    assert "already running from this folder" in second.log.read_text(), "its port is taken too, by the portal itself"
    first.said("The demo town is loaded.", seconds=180)
    people = accounts(folder)
    assert people > 10
    assert by_hand(folder, "due", "2026-12-11", "15") == "2027-01-04\n"
    assert sum(memory(first.process.pid).values()) < IDLE_LIMIT

    hurt = [first.child("celery", "worker"), *first.child("celery", "worker").children()]
    hurt[0].kill()
    first.said("worker ended (code -9); it is started again")
    assert all_ended(hurt), "its own children must not live on"

    family = first.family()
    first.process.send_signal(signal.SIGINT)
    assert first.process.wait(60) == 0
    assert all_ended(family)

    again = Launcher(folder, port)
    assert again.said("The first page is up.") < WARM_LIMIT * crowd()
    again.child("celery", "worker")
    assert accounts(folder) == people
    assert "demo town" not in again.log.read_text()

    family = again.family()
    again.process.kill()
    again.process.wait()
    assert all_ended(family), "nothing may be left behind by a launcher that was killed"
