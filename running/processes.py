"""Child processes: each in a session of its own, ended with the launcher, restarted when it dies.

All are started from the launcher's main thread: the kernel sends the death signal when the *thread* that forked ends.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from running.sentences import Stop, complain, say

PR_SET_PDEATHSIG = 1
STEADY = 60.0  # seconds; a child that lived longer starts again at once, with no back-off from earlier deaths
LONGEST_WAIT = 60.0  # seconds between two starts of a child that keeps dying
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """Whom a child runs as, where the launcher itself is root."""

    name: str
    uid: int
    gid: int


@dataclass
class Child:
    """One long-lived program and how to start, end and restart it."""

    name: str
    argv: list[str]
    environment: dict[str, str]
    ends_on: signal.Signals = signal.SIGTERM
    patience: float = 15.0  # seconds between asking it to end and killing it
    account: Account | None = None
    log: Path | None = None
    cwd: Path | None = None
    pass_fds: tuple[int, ...] = ()
    process: subprocess.Popen | None = None
    started: float = 0.0
    deaths: int = 0
    restart_at: float = 0.0
    once: bool = False  # ends by itself when its work is done

    def start(self) -> None:
        """Starts the program. Raises Stop where it is missing or may not be run."""
        output = self.log.open("ab") if self.log else None
        try:
            self.process = subprocess.Popen(
                self.argv,
                env=self.environment,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                start_new_session=True,
                preexec_fn=ends_with_parent(self.ends_on, os.getpid()),
                pass_fds=self.pass_fds,
                **as_account(self.account),
            )
        except OSError as error:
            raise Stop(f"{self.name} cannot be started: {error}") from error
        finally:
            if output:
                output.close()
        self.started = time.monotonic()

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def ask_to_end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.ends_on)

    def wait_or_kill(self) -> None:
        """Waits for the end that was asked for; then ends the whole session the child was given."""
        if not self.process:
            return
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            complain(f"{self.name} did not stop within {self.patience:.0f} s and is killed.")
        self.process.kill()
        self.process.wait()
        self.end_session()
        self.process = None

    def end_session(self) -> None:
        """Kills what the program itself had started and left behind: it has a session, so a group, of its own."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)  # type: ignore[union-attr]


def as_account(account: Account | None) -> dict:
    """The arguments of subprocess that make a program run as `account`, with none of root's groups."""
    return {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}


def ends_with_parent(death_signal: signal.Signals, parent: int) -> Callable[[], None] | None:
    """What a child must call between fork and exec; None where the kernel cannot do it."""
    if _libc is None:  # only Linux has it; elsewhere an orderly end is the only one
        return None
    prctl = _libc.prctl

    def between_fork_and_exec() -> None:
        prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return between_fork_and_exec


class Children:
    """The launcher's children in the order they were started; leaving the `with` block stops them in reverse order.

    Children of one `rank` are asked together: rank 0 services (PostgreSQL, Valkey), rank 1 what uses them.
    """

    def __init__(self) -> None:
        self._ranks: list[tuple[int, Child]] = []

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, kind, error, traceback) -> None:
        self.stop()

    def start(self, child: Child, *, rank: int = 1) -> Child:
        child.start()
        self._ranks.append((rank, child))
        return child

    def remove(self, child: Child) -> None:
        """Forgets a child that has done its work, or stops it first."""
        child.ask_to_end()
        child.wait_or_kill()
        self._ranks = [(rank, other) for rank, other in self._ranks if other is not child]

    def stop(self) -> None:
        for rank in sorted({rank for rank, _ in self._ranks}, reverse=True):
            these = [child for level, child in self._ranks if level == rank]
            for child in reversed(these):
                child.ask_to_end()
            for child in reversed(these):
                child.wait_or_kill()
        self._ranks.clear()

    def tend(self) -> None:
        """One round of looking after: a dead child is started again, later each time it dies young."""
        for _, child in self._ranks:
            now = time.monotonic()
            if child.once or not child.died():
                continue
            if not child.restart_at:
                child.end_session()
                child.deaths = 1 if now - child.started > STEADY else child.deaths + 1
                wait = min(2.0 ** (child.deaths - 1), LONGEST_WAIT)
                child.restart_at = now + wait
                code = child.process.returncode if child.process else "?"
                say(f"{child.name} ended (code {code}); it is started again in {wait:.0f} s.")
            elif now >= child.restart_at:
                child.restart_at = 0.0
                child.start()

    def forget_deaths(self) -> None:
        """For whoever kills them on purpose: each starts again as soon as after its first death."""
        for _, child in self._ranks:
            child.deaths = 0


def last_lines(path: Path | None, count: int = 8) -> str:
    """The end of a log, for the sentence that says why something did not start."""
    if path is None:
        return ""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""
