"""`python3 -m running run|test|check|bench|drill|…`: prepares the environment, then continues in it."""

import errno
import importlib
import os
import sys

from running import bootstrap
from running.sentences import Stop, complain

# Which packages a command needs: of the embedded services, none beyond those of the running portal, or (all others)
# the tests' tools as well.
LEVEL = {"run": "run", "measure": "none"}
COMMANDS = ("run", "test", "check", "bench", "drill", "messages", "lock", "measure")
MODULES = {"check": "checks"}  # the others are called like their command
INSIDE = "SHAXI_PREPARED"
FULL = "The disk is full"


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in COMMANDS:
        complain(f"usage: python3 -m running {'|'.join(COMMANDS)} …")
        return 2
    command, *rest = arguments
    if os.environ.pop(INSIDE, "") != str(os.getpid()):
        prepare(command)
        if not bootstrap.PYTHON.exists():
            raise Stop("Nothing is installed here yet; start with `make run`.")
        os.environ[INSIDE] = str(os.getpid())  # exec keeps the process, so a child never takes itself for prepared
        os.execv(bootstrap.PYTHON, [str(bootstrap.PYTHON), "-m", "running", *arguments])
    return dispatch(command, rest)


def prepare(command: str) -> None:
    """Installs what the command needs; `run` first looks for what would end it after minutes of downloads."""
    level = LEVEL.get(command, "dev")
    if level == "none":
        return
    if command == "run":
        from running.ports import check_free
        from running.state import TWICE, running

        if running():  # looked at first: another port, which a taken one asks for, would not help
            raise Stop(TWICE)
        check_free()
        if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
            level = "server"
    bootstrap.prepare(level, tests=command == "test")


def dispatch(command: str, rest: list[str]) -> int:
    return importlib.import_module(f"running.{MODULES.get(command, command)}").main(rest)


def ends_with_a_sentence(arguments: list[str]) -> int:
    try:
        return main(arguments)
    except Stop as stop:
        complain(f"\n{stop}")
        if bootstrap.says_full(str(stop)):  # in the words of whichever program met it first
            complain(f"\n{FULL} ({bootstrap.VAR}). Make room and start again.")
    except OSError as error:
        complain(f"\n{explained(error)}")
    except KeyboardInterrupt:
        complain("\nStopped.")
        return 130
    return 1


def explained(error: OSError) -> str:
    """A sentence for what a person can mend. Raises the error itself where it is none of these."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{FULL} ({error.filename or bootstrap.ROOT}). Make room and start again."
    if error.errno == errno.EROFS:
        return f"{error.filename} is on a disk that is mounted read-only. Start in a folder that can be written."
    if isinstance(error, PermissionError):
        return f"You may not write {error.filename}: it belongs to the user who started the portal here before."
    raise error


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  the one place that an older Python may reach
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    sys.exit(ends_with_a_sentence(sys.argv[1:]))
