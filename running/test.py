"""`make test`: the whole suite on a PostgreSQL and a Valkey of its own, which are thrown away afterwards."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from running import messages
from running.bootstrap import PYTHON, ROOT
from running.processes import Children
from running.sentences import say
from running.stack import Stack

WORKERS = "2"
SERVERS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")  # never those of a running portal


def main(arguments: list[str]) -> int:
    """Runs pytest with `arguments` (nothing: everything, on two processes) and returns its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with temporary() as place, Children() as children:
        messages.compile_all()
        environment = test_environment(children, place)
        say("Running the tests …")
        parallel = [] if arguments else ["-n", WORKERS, "--dist", "worksteal"]
        return subprocess.run([PYTHON, "-m", "pytest", *parallel, *arguments], cwd=ROOT, env=environment).returncode


def test_environment(children: Children, place: Path) -> dict[str, str]:
    """Servers in `place`, and settings that do not depend on what this terminal happens to have set."""
    stack = Stack(children, place / "log", throwaway=place)
    for name in (*SERVERS, "DEBUG", "BASE_URL", "WEBHOOK_URL"):
        stack.environment.pop(name, None)
    stack.environment |= {"DEMO": "1", "DATA_DIR": str(place / "data"), "SECRET_KEY": "only-for-the-tests"}
    return stack.start()


@contextmanager
def temporary() -> Iterator[Path]:
    """A directory that the account which runs PostgreSQL may enter, gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="shaxi-test-"))
    place.chmod(0o755 if os.geteuid() == 0 else 0o700)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
