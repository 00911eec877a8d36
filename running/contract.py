"""Schemathesis, in an environment of its own: it needs the HTTP library of whose name our app `requests` is.

Made once under var/ from `requirements-contract.txt`, anew when that list changes. Never skipped: what cannot be had
ends the test with a sentence.
"""

import fcntl
import subprocess
import sys
from pathlib import Path

from running.bootstrap import ROOT, VAR, digest, find_uv, run

LIST = ROOT / "requirements-contract.txt"
HOME = VAR / "contract"


def schemathesis() -> Path:
    """The console script, installed now if need be. Raises Stop where the packages cannot be had."""
    script, stamp = HOME / "bin/schemathesis", HOME / "stamp"
    wanted = f"{digest(LIST)} {sys.version_info[0]}.{sys.version_info[1]}"
    VAR.mkdir(exist_ok=True)
    with open(VAR / "contract.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test processes want it at the same time
        if not script.exists() or not stamp.exists() or stamp.read_text() != wanted:
            _install()
            stamp.write_text(wanted)
    return script


def _install() -> None:
    python, uv = HOME / "bin/python", find_uv()
    if uv:
        run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, HOME])
        run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python, LIST])
    else:
        run([sys.executable, "-m", "venv", "--clear", HOME])
        run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", LIST])


def check(schema: str, *, seed: int, headers: dict[str, str], config: Path, arguments: list[str]) -> tuple[bool, str]:
    """Whether the answers of the server are as its description at the URL `schema` says, and the report."""
    command: list[str | Path] = [schemathesis(), "--config-file", config, "run", schema, "--seed", str(seed)]
    command += ["--no-color", *arguments]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=config.parent)
    return done.returncode == 0, done.stdout + done.stderr
