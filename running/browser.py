"""Finds a Chromium for the browser tests, or unpacks the one that comes from npm (docs: embedded Chromium)."""

import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from running.sentences import Stop

ROOT = Path(__file__).resolve().parent.parent
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Quiet flags: a test browser must not call home, and the sandbox cannot work as root.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PLAYWRIGHT_CACHE = (
    "ms-playwright/chromium-*/chrome-linux*/chrome",
    "ms-playwright/chromium_headless*/chrome-linux*/*shell",
)
BROTLI = (
    "const fs=require('fs'),z=require('zlib'),[a,b]=process.argv.slice(1);"
    "require('stream').pipeline(fs.createReadStream(a),z.createBrotliDecompress(),fs.createWriteStream(b),"
    "e=>{if(e)throw e})"
)


def installed() -> Path | None:
    """A Chromium of this machine that starts; `CHROMIUM` names one. None where there is none."""
    named = os.environ.get("CHROMIUM")
    for path in [named] if named else [*map(shutil.which, INSTALLED), *_from_playwright()]:
        if path and _starts(path, {}):
            return Path(path)
    if named:
        raise Stop(f"CHROMIUM={named} does not start (tried with --version).")
    return None


def find() -> tuple[Path, dict[str, str]]:
    """A Chromium that starts, and the environment it needs.

    Raises Stop with a sentence when there is none: browser tests are never skipped.
    """
    here = installed()
    return (here, {}) if here else _unpacked()


def _from_playwright() -> list[str]:
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return [str(path) for pattern in PLAYWRIGHT_CACHE for path in sorted(cache.glob(pattern), reverse=True)]


def _starts(path: str | Path, environment: dict[str, str]) -> bool:
    try:
        done = subprocess.run([path, "--version"], capture_output=True, env={**os.environ, **environment}, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _unpacked() -> tuple[Path, dict[str, str]]:
    """The browser of the npm package, unpacked once, with the libraries it carries for bare machines."""
    packed = ROOT / "node_modules/@sparticuz/chromium/bin"
    target = ROOT / "var/browser"
    binary = target / "chromium"
    if not packed.is_dir():
        raise Stop(
            "No Chromium found, and the one from npm is not there: run `make test`, or set CHROMIUM=/path/to/it."
        )
    if not (target / "complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        _brotli(packed / "chromium.br", binary)
        binary.chmod(0o755)
        for name in ("al2023", "fonts", "swiftshader"):
            archive = target / f"{name}.tar"
            _brotli(packed / f"{name}.tar.br", archive)
            with tarfile.open(archive) as content:
                content.extractall(target, filter="data")
            archive.unlink()
        (target / "complete").touch()
    for environment in ({}, {"LD_LIBRARY_PATH": str(target / "lib")}):
        if _starts(binary, environment):
            return binary, environment
    raise Stop(f"The Chromium from npm does not start on this machine ({binary}); set CHROMIUM=/path/to/another one.")


def _brotli(packed: Path, target: Path) -> None:
    """Unpacks with the node that Playwright carries: Python's library cannot read brotli."""
    from playwright._impl._driver import compute_driver_executable

    node = compute_driver_executable()[0]
    subprocess.run([node, "-e", BROTLI, str(packed), str(target)], check=True)
