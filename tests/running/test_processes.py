"""The launcher's children: ended with it, in order, whatever they do; started again when they die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from running.processes import LONGEST_WAIT, Child, Children
from running.sentences import Stop

ROOT = Path(__file__).resolve().parent.parent.parent


def shell(name: str, script: str, **options) -> Child:
    return Child(name, ["/bin/sh", "-c", script], dict(os.environ), **options)


def eventually(holds: Callable[[], bool], seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_what_uses_the_services_ends_before_them(tmp_path: Path) -> None:
    story = tmp_path / "story"
    script = f"trap 'echo $0 >> {story}; exit' TERM; echo ready >> {story}; while :; do sleep 0.05; done"
    with Children() as children:
        for name, rank in (("postgres", 0), ("web", 1), ("worker", 1)):
            children.start(Child(name, ["/bin/sh", "-c", script, name], dict(os.environ)), rank=rank)
        assert eventually(lambda: story.exists() and story.read_text().count("ready") == 3)
    names = story.read_text().split()[3:]
    assert names[-1] == "postgres"
    assert set(names) == {"web", "worker", "postgres"}


def test_a_child_that_will_not_end_is_killed_with_its_own_children(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"trap '' TERM; sleep 600 & echo $$ $! > {pids}; wait; wait"
    with Children() as children:
        children.start(shell("stubborn", script, patience=0.3))
        assert eventually(lambda: pids.exists() and len(pids.read_text().split()) == 2)
    parent, grandchild = map(int, pids.read_text().split())
    assert not psutil.pid_exists(parent)
    assert eventually(lambda: not psutil.pid_exists(grandchild))


def test_a_dead_child_is_started_again_and_later_each_time_it_dies_young(monkeypatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("running.processes.time.monotonic", lambda: clock[0])
    with Children() as children:
        child = children.start(shell("flaky", "exit 3"))
        waits = []
        for _ in range(9):
            child.process.wait()
            children.tend()
            waits.append(child.restart_at - clock[0])
            children.tend()
            assert child.died(), "it waits before it starts again"
            clock[0] = child.restart_at
            children.tend()
    assert waits == [1, 2, 4, 8, 16, 32, LONGEST_WAIT, LONGEST_WAIT, LONGEST_WAIT]


def test_a_child_that_lived_long_starts_again_at_once(monkeypatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("running.processes.time.monotonic", lambda: clock[0])
    with Children() as children:
        child = children.start(shell("steady", "exit 0"))
        child.deaths = 5
        child.process.wait()
        clock[0] += 3600
        children.tend()
        assert child.restart_at - clock[0] == 1


def test_a_child_that_does_one_job_is_not_started_again() -> None:
    with Children() as children:
        child = children.start(shell("migrate", "exit 0", once=True))
        child.process.wait()
        children.tend()
        assert child.restart_at == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a death signal")
def test_a_killed_launcher_leaves_nothing_behind() -> None:
    program = (
        "import os, time\n"
        "from running.processes import Child, Children\n"
        "child = Children().start(Child('x', ['/bin/sleep', '600'], dict(os.environ)))\n"
        "print(child.process.pid, flush=True)\n"
        "time.sleep(600)"
    )
    launcher = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    child = psutil.Process(int(launcher.stdout.readline()))
    assert child.is_running()
    launcher.send_signal(signal.SIGKILL)
    launcher.communicate()
    assert eventually(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)


def test_a_missing_program_is_a_sentence() -> None:
    with pytest.raises(Stop, match="web cannot be started: .*No such file"), Children() as children:
        children.start(Child("web", ["/nowhere/gunicorn"], {}))
