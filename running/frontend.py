"""The front-end files: fetched by npm from the lock, and just those that pages use copied to `static/vendor`.

Whole `dist` folders would break the manifest of static files: they refer to source maps that are not in them.
"""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from running.sentences import Stop, say

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static/vendor"
FILES = (
    "@tabler/core/dist/css/tabler.min.css",
    "@tabler/core/dist/css/tabler.min.css.map",
    "htmx.org/dist/htmx.min.js",
    "echarts/dist/echarts.min.js",
)
LOCK = ROOT / "package-lock.json"
OLDEST_NODE = 18
# axe comes only for the tests, the browser only where there is none.
LEVELS = {"run": ["--omit=dev", "--omit=optional"], "dev": ["--omit=optional"], "browser": []}


class Packages:
    """node_modules as the lock says, and the copies in static/vendor."""

    def __init__(self, stamps, *, tests: bool, node: Callable[[], list[str]]) -> None:
        self._stamps = stamps
        self._node = node
        had = stamps.get("npm").partition(" ")[0]
        wanted = ("dev" if _has_browser() else "browser") if tests else "run"
        order = list(LEVELS)
        usable = had in order and MODULES.exists()
        self._level = max(wanted, had, key=order.index) if usable else wanted
        content = LOCK.read_bytes() + (ROOT / "package.json").read_bytes()
        self.stamp = f"{self._level} {hashlib.sha256(content).hexdigest()[:16]}"

    def begin(self) -> subprocess.Popen | None:
        """Starts `npm ci` if the lock changed; None if there is nothing to do."""
        if self._stamps.get("npm") == self.stamp and MODULES.exists():
            return None
        say("Fetching the front-end packages …")
        command = [*(installed_npm() or self._node()), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        output = subprocess.PIPE
        return subprocess.Popen(
            command + LEVELS[self._level], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, text=True
        )

    def finish(self, npm: subprocess.Popen | None) -> None:
        """Waits for npm and copies. Raises Stop with npm's own words."""
        if npm:
            output = npm.communicate()[0]
            if npm.returncode != 0:
                full = "ENOSPC" in output or "no space left" in output.lower()
                reason = (
                    "The disk is full." if full else "npm could not fetch the front-end packages; its words are above."
                )
                raise Stop(f"{output.strip()}\n\n{reason}")
            self._stamps.set("npm", self.stamp)
        copy()


def installed_npm() -> list[str] | None:
    """npm with a node that is not too old; None where there is none."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return None
    done = subprocess.run([node, "--version"], capture_output=True, text=True)
    major = done.stdout.strip().lstrip("v").partition(".")[0]
    return [npm] if major.isdigit() and int(major) >= OLDEST_NODE else None


def copy() -> None:
    """Copies FILES into static/vendor, and removes what is no longer among them."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    names = {Path(file).name for file in FILES}
    for old in VENDOR.iterdir():
        if old.name not in names:
            old.unlink()
    for file in FILES:
        source, target = MODULES / file, VENDOR / Path(file).name
        if not target.exists() or target.stat().st_mtime_ns != source.stat().st_mtime_ns:
            shutil.copy2(source, target)


def lock() -> None:
    """`npm install --package-lock-only`, then without the addresses npm adds: a lock names packages, not hosts."""
    subprocess.run(["npm", "install", "--package-lock-only", "--no-audit", "--no-fund"], cwd=ROOT, check=True)
    content = json.loads(LOCK.read_text())
    for package in content["packages"].values():
        package.pop("funding", None)
        package.pop("resolved", None)
    LOCK.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _has_browser() -> bool:
    from running import browser

    return browser.installed() is not None
