"""`make test`: the whole suite on a PostgreSQL and a Valkey of its own, which are thrown away afterwards."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from running import messages
from running.bootstrap import PYTHON, ROOT, VAR
from running.processes import Children
from running.sentences import say
from running.stack import Stack

# A browser and a database often wait for each other, so one more than there are cores.
WORKERS = str(min(os.cpu_count() or 2, 7) + 1)  # Valkey has a database for each


def main(arguments: list[str]) -> int:
    """Runs pytest with `arguments` (nothing: everything, on several processes) and returns its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with temporary() as place, Children() as children:
        messages.compile_all()
        environment = test_environment(children, place)
        migrate(environment)
        say("Running the tests …")
        parallel = [] if arguments else ["-n", WORKERS, "--dist", "worksteal"]
        return subprocess.run([PYTHON, "-m", "pytest", *parallel, *arguments], cwd=ROOT, env=environment).returncode


def migrate(environment: dict[str, str]) -> None:
    """Once for all: every process of the suite works in a copy of this database (tests/database.py)."""
    say("Migrating …")
    subprocess.run([PYTHON, "manage.py", "migrate", "--no-input", "-v0"], cwd=ROOT, env=environment, check=True)
    environment["TEST_TEMPLATE"] = urlsplit(environment["DATABASE_OWNER_URL"]).path.removeprefix("/")


def test_environment(children: Children, place: Path, **kind: bool) -> dict[str, str]:
    """Servers in `place`, and settings that do not depend on what this terminal happens to have set.

    `durable=True` is for servers that are killed: what was committed is still there when they start again.
    """
    stack = Stack(children, place / "log", throwaway=place, **kind)
    for name in names_of_settings():
        stack.environment.pop(name, None)
        stack.environment.pop(f"{name}_FILE", None)
    stack.environment |= {"DEMO": "1", "DATA_DIR": str(place / "data"), "SECRET_KEY": "only-for-the-tests"}
    # Compiled once and kept for the next run: two of a program's four seconds of starting, whatever the terminal says.
    stack.environment.pop("PYTHONDONTWRITEBYTECODE", None)
    stack.environment["PYTHONPYCACHEPREFIX"] = str(VAR / "bytecode")
    return stack.start()


def names_of_settings() -> set[str]:
    """What portal/settings.py reads from the environment."""
    return set(re.findall(r"""\b(?:env|flag)\(\s*"([A-Z_]+)\"""", (ROOT / "portal/settings.py").read_text()))


@contextmanager
def temporary() -> Iterator[Path]:
    """A directory that the account which runs PostgreSQL may enter, gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="shaxi-test-"))
    place.chmod(0o755 if os.geteuid() == 0 else 0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
