"""`make check`: what can be told without running the portal. Each check is a function that returns its complaints."""

import os
import re
import subprocess
from collections.abc import Callable
from importlib.metadata import distributions
from pathlib import Path

from packaging.requirements import Requirement

from running import messages
from running.bootstrap import PYTHON, ROOT
from running.sentences import plain, say
from running.templates import stray_chinese, unused

ROOMS = ("portal", "enterprises", "requests", "policies", "inspections")
KERNEL_ROOMS = ("people", "worktime", "trail", "outbox", "files", "deadlines", "api", "upkeep")
KERNEL = tuple(f"portal/{room}" for room in KERNEL_ROOMS)
LONGEST_FILE, LONGEST_FUNCTION = 400, 40  # lines
NOTHING_THERE = "postgres://nobody:nothing@127.0.0.1:1/none"  # these checks read no database
PRODUCTION = {
    "SECRET_KEY": "x" * 25 + "0123456789abcdefghijklmnopqrstuvwxyz",
    "DATABASE_URL": NOTHING_THERE,
    "DATABASE_OWNER_URL": NOTHING_THERE.replace("nobody", "owner"),
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "ALLOWED_HOSTS": "portal.example",
    "BASE_URL": "https://portal.example",
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "DEMO": "0",
    "DEBUG": "0",
    "BEHIND_PROXY": "1",
}


def main(arguments: list[str]) -> int:
    """All checks, or those named; 1 if any has a complaint."""
    unknown = set(arguments) - CHECKS.keys()
    if unknown:
        plain(f"No such check: {', '.join(sorted(unknown))}. There are: {', '.join(CHECKS)}.")
        return 2
    bad = [name for name in arguments or CHECKS if not _passes(name)]
    plain(f"\n{'All checks passed.' if not bad else 'To mend: ' + ', '.join(bad)}")
    return 1 if bad else 0


def _passes(name: str) -> bool:
    complaints = CHECKS[name]()
    say(f"{'ok  ' if not complaints else 'FAIL'} {name}")
    for complaint in complaints:
        plain(f"      {complaint}")
    return not complaints


def run(*command: str) -> list[str]:
    """The output's lines if the program fails, nothing if it does well."""
    done = subprocess.run(
        [PYTHON, "-W", "ignore", *command],
        cwd=ROOT,
        env={**os.environ, **PRODUCTION},
        capture_output=True,
        text=True,
    )
    return (done.stdout + done.stderr).strip().splitlines() or ["failed"] if done.returncode else []


def style() -> list[str]:
    concise = ("--quiet", "--output-format=concise", ".")
    return run("-m", "ruff", "check", *concise) + run("-m", "ruff", "format", "--check", *concise)


def types() -> list[str]:
    return run("-m", "mypy", "--no-error-summary", *typed())


def typed() -> list[str]:
    """The kernel and every room's verbs, `flow.py` or `flow/`, so that those of a new room are not forgotten."""
    found = (path.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("flow*"))
    flows = sorted(str(path) for path in found if path.name in ("flow", "flow.py"))
    return [*KERNEL, "requests/stages.py", *(flow for flow in flows if not flow.startswith(KERNEL))]


def imports() -> list[str]:
    return run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")


def translations() -> list[str]:
    return messages.faults()


def migrations() -> list[str]:
    return run("-m", "django", "makemigrations", "--check", "--dry-run")


def deployment() -> list[str]:
    """With settings like a production site's; a warning fails too."""
    return run("-m", "django", "check", "--deploy", "--fail-level", "WARNING")


def templates() -> list[str]:
    return [f"{name} is used by nobody" for name in unused()]


def chinese() -> list[str]:
    return [f"{place}: {text}" for place, text in stray_chinese()]


def distributions_needing_requests() -> list[str]:
    """Our app of that name shadows the HTTP library, so nothing installed may depend on it (docs/architecture.md)."""
    found = []
    for distribution in distributions():
        for line in distribution.requires or ():
            needed = Requirement(line)
            if needed.name.lower() == "requests" and (not needed.marker or needed.marker.evaluate({"extra": ""})):
                found.append(f"{distribution.name} needs the library `requests`")
    return found


def sizes() -> list[str]:
    """A file that needs a scroll bar is two files, a function that needs one is two functions."""
    found = []
    for path in sorted(path for room in (*ROOMS, "running", "tests") for path in (ROOT / room).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        place = path.relative_to(ROOT)
        if len(lines) > LONGEST_FILE:
            found.append(f"{place} has {len(lines)} lines, at most {LONGEST_FILE}")
        if "tests" not in place.parts:  # a journey through the whole loop is one story
            found += [f"{place}:{at} {name} has {n} lines, at most {LONGEST_FUNCTION}" for at, name, n in _long(path)]
    return found


def _long(path: Path) -> list[tuple[int, str, int]]:
    import ast

    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    sized = [(node.lineno, node.name, (node.end_lineno or node.lineno) - node.lineno + 1) for node in functions]
    return [entry for entry in sized if entry[2] > LONGEST_FUNCTION]


def locks() -> list[str]:
    """A lock names packages and hashes, never the host they came from."""
    files = [*ROOT.glob("requirements*.txt"), ROOT / "running/tools.txt", ROOT / "package-lock.json"]
    return [
        f"{path.name} names a host: {found}"
        for path in files
        for found in re.findall(r"https?://\S+", path.read_text())
    ]


CHECKS: dict[str, Callable[[], list[str]]] = {
    "style": style,
    "types": types,
    "imports": imports,
    "translations": translations,
    "migrations": migrations,
    "deployment": deployment,
    "templates": templates,
    "chinese": chinese,
    "requests": distributions_needing_requests,
    "sizes": sizes,
    "locks": locks,
}
