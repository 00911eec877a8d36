"""`make measure`: the memory of the portal that runs from this folder, each shared page counted once (PSS).

Linux only, and as the user who runs the portal: it reads /proc.
"""

import contextlib
import re
from collections import Counter
from pathlib import Path

from running.sentences import plain
from running.state import state

NAMES = {"gunicorn": "web", "worker": "worker", "beat": "beat", "postgres": "PostgreSQL", "valkey": "Valkey"}


def main(arguments: list[str]) -> int:
    total = Counter(memory(state()["pid"]))
    for name, mebibytes in total.most_common():
        plain(f"{name:12} {mebibytes:7.0f} MiB")
    plain(f"{'together':12} {total.total():7.0f} MiB")
    return 0


def memory(launcher: int) -> dict[str, float]:
    """MiB of PSS by program: the launcher and all its descendants."""
    found: Counter[str] = Counter()
    for process in family(launcher):
        try:
            rollup = (process / "smaps_rollup").read_text()
            command = (process / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        kibibytes = int(re.findall(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[0])
        name = next((label for sign, label in NAMES.items() if sign in command), "launcher")
        found[name] += kibibytes / 1024
    return dict(found)


def family(first: int) -> list[Path]:
    """The /proc entries of a process and of all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        # pid (name with anything in it) state parent …
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            parent = int(entry.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.parent.name))
    known = [first]
    for pid in known:
        known += children.get(pid, [])
    return [Path("/proc") / str(pid) for pid in known]
