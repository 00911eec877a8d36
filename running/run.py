"""`make run`: the whole portal on this machine, from one launcher that starts, tends and stops every part."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from running.bootstrap import PYTHON, ROOT, VAR, Stamps
from running.ports import listen
from running.processes import Child, Children
from running.sentences import Stop, complain, plain, say
from running.stack import Stack, write_private
from running.state import LOCK, STATE, TWICE
from running.steps import Steps

LOGS = VAR / "log"
SIGN_INS = """import django; django.setup()
from portal.people.demo import DEMO_BOARD, DEMO_PASSWORD
from portal.people.roles import Role
print(DEMO_BOARD, DEMO_PASSWORD, *Role.values)"""
WEB_WORKERS, WEB_THREADS, TASK_WORKERS = 2, 4, 2


class Asked(Exception):
    """Somebody asked the launcher to end: Ctrl-C, SIGTERM or a closed terminal."""


def main(arguments: list[str]) -> int:
    """Runs until asked to end. Raises Stop where something that is needed cannot be had."""
    VAR.mkdir(exist_ok=True)
    with one_at_a_time(), ending_on_signals(), Children() as children:
        listening = listen()
        try:
            serve(children, listening)
        except Asked:
            plain()
            say("Stopping …")
        finally:
            ignore_signals()
            STATE.unlink(missing_ok=True)
            listening.close()
    say("Stopped. The data is kept.")
    return 0


def serve(children: Children, listening: socket.socket) -> None:
    own = address_of(listening)
    address = os.environ.get("BASE_URL") or own
    stack = Stack(children, LOGS)
    stack.environment["BASE_URL"] = address
    environment = stack.start()
    steps = Steps(children, environment, LOGS)
    steps.run()
    serving = {name: value for name, value in environment.items() if name != "DATABASE_OWNER_URL"}
    web = children.start(web_server(serving, listening))
    wait_for_first_page(web, f"{own}/")
    remember(environment)
    announce(address, environment, stack)
    for child in task_servers(serving):
        children.start(child)
    demo = start_demo(children, environment, steps)
    while True:
        if demo and demo.died():
            demo = finish_demo(children, demo)
        children.tend()
        time.sleep(0.3)


def address_of(listening: socket.socket) -> str:
    """Where this machine finds the portal: on the one address it is bound to, if it is bound to one."""
    host, port = listening.getsockname()[:2]
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two launchers in one checkout would start two servers on one data directory."""
    with open(LOCK, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Stop(TWICE) from error
        yield


@contextmanager
def ending_on_signals() -> Iterator[None]:
    def ask(number: int, frame: object) -> None:
        ignore_signals()
        raise Asked

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    try:
        yield
    except Asked:  # asked before the first page: nothing more to say than that it ended
        say("Stopped.")
        raise SystemExit(130) from None


def ignore_signals() -> None:
    """While stopping: a second Ctrl-C must not leave half of the servers behind."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def web_server(environment: dict[str, str], listening: socket.socket) -> Child:
    argv = [str(PYTHON), "-m", "gunicorn", "portal.wsgi", f"--bind=fd://{listening.fileno()}", "--no-control-socket"]
    argv += [f"--workers={WEB_WORKERS}", f"--threads={WEB_THREADS}", "--timeout=60", "--graceful-timeout=10"]
    argv += ["--log-level=warning"]
    # Loaded once and shared by the workers; code that changes must be loaded by each anew.
    argv += ["--reload" if is_on(environment, "DEBUG") else "--preload"]
    return Child("web", argv, environment, cwd=ROOT, pass_fds=(listening.fileno(),))


def task_servers(environment: dict[str, str]) -> list[Child]:
    celery = [str(PYTHON), "-m", "celery", "-A", "portal", "--quiet"]
    if os.geteuid() == 0:  # said by Celery at every start; here it is the launcher's own doing
        environment = {**environment, "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    worker = [*celery, "worker", f"--concurrency={TASK_WORKERS}", "--loglevel=WARNING"]
    worker += ["--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--loglevel=WARNING", f"--schedule={VAR / 'beat-schedule'}", "--pidfile="]
    return [Child("worker", worker, environment, cwd=ROOT), Child("beat", beat, environment, cwd=ROOT)]


def wait_for_first_page(web: Child, address: str, seconds: float = 60) -> None:
    """Returns when the portal answers anything but a failure. Raises Stop if it does not."""
    until = time.monotonic() + seconds
    opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))  # no proxy finds this machine
    while time.monotonic() < until:
        if web.died():
            raise Stop("The web server ended at once; its words are above.")
        try:
            opener.open(address, timeout=seconds).close()
            return
        except urllib.error.HTTPError as answer:
            if answer.code < 500:
                return
            raise Stop(f"The first page answers with {answer.code}; the reason is above.") from answer
        except OSError:
            time.sleep(0.05)
    raise Stop(f"The first page did not come within {seconds:.0f} s.")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect (to HTTPS, say) is an answer; following it could leave this machine."""

    def redirect_request(self, *args: object) -> None:
        return None


def announce(address: str, environment: dict[str, str], stack: Stack) -> None:
    say("The first page is up.")
    plain(f"\n  {address}\n")
    if is_on(environment, "DEMO"):
        done = subprocess.run([PYTHON, "-c", SIGN_INS], cwd=ROOT, env=environment, capture_output=True, text=True)
        board, password, *names = done.stdout.split() or ["", ""]
        if names:
            plain(f"  Demo sign-ins, all with the password {password}:")
            for start in range(0, len(names), 5):
                plain("    " + "  ".join(names[start : start + 5]))
            plain(f"\n  The lobby's screen: {address.rstrip('/')}{board}\n")
    places = [VAR, *(path for path in stack.data if not path.is_relative_to(VAR))]
    plain(f"  Data in {' and '.join(map(str, places))}, logs in {LOGS}. Ctrl-C stops everything and keeps the data.\n")


def is_on(environment: dict[str, str], name: str) -> bool:
    """As the settings read a switch."""
    return environment.get(name, "0").lower() in {"1", "true", "yes", "on"}


def remember(environment: dict[str, str]) -> None:
    """For a second terminal; the file holds secrets, so only this user reads it."""
    ours = {name: value for name, value in environment.items() if os.environ.get(name) != value}
    write_private(STATE, json.dumps({"pid": os.getpid(), "environment": ours}))


def start_demo(children: Children, environment: dict[str, str], steps: Steps) -> Child | None:
    """Loads the demo town beside the running portal if nobody has an account yet, or a load was cut off."""
    if not is_on(environment, "DEMO"):
        return None
    stamps = Stamps()
    loading = f"loading {steps.database()}"  # cut off in another database says nothing about this one
    if stamps.get("demo") != loading and not steps.is_empty():
        return None
    stamps.set("demo", loading)
    say("Loading the demo town; the portal can be used meanwhile …")
    argv = [str(PYTHON), "manage.py", "demo", *os.environ.get("DEMO_OPTIONS", "").split()]
    return children.start(Child("demo", argv, environment, cwd=ROOT, patience=5, once=True))


def finish_demo(children: Children, demo: Child) -> None:
    code = demo.process.returncode if demo.process else 1
    children.remove(demo)
    if code == 0:
        Stamps().set("demo", "loaded")
        say("The demo town is loaded.")
    else:
        complain(f"The demo town could not be loaded (code {code}); the next start tries again.")
