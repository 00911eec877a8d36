"""Who works in the drill: Celery's sweepers and beats, and the gateway that is told."""

from __future__ import annotations

import os
import signal
from http.server import BaseHTTPRequestHandler, HTTPServer
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from running.processes import ends_with_parent

SWEEPERS, BEATS = 4, 2


def loaded() -> Any:
    """The Celery application with all that its programs import, so that a fork of this process starts at once."""
    import celery.apps.beat
    import celery.apps.worker
    import celery.bin.celery
    import celery.concurrency.solo
    import celery.worker.autoscale
    import celery.worker.consumer  # noqa: F401

    from portal.celery import app
    from portal.deadlines import sweep  # noqa: F401
    from portal.outbox import delivery  # noqa: F401

    app.loader.import_default_modules()
    app.finalize()
    return app


class Crew:
    """Celery's workers and beats, forked from this process in which all is loaded, and started again when they die."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.app, self.context = loaded(), get_context("fork")
        self.commands = {f"sweeper{n}": worker(n) for n in range(SWEEPERS)}
        self.commands |= {f"beat{n}": beat(n, logs) for n in range(BEATS)}
        self.processes: dict[str, Any] = {}
        self.starts = 0

    def tend(self) -> None:
        for name, command in self.commands.items():
            process = self.processes.get(name)
            if process is None or not process.is_alive():
                self.processes[name] = self.context.Process(target=self._run, args=(name, command), daemon=True)
                self.processes[name].start()
                self.starts += 1

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].join()

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.join()

    def _run(self, name: str, command: list[str]) -> None:
        if guard := ends_with_parent(signal.SIGKILL, os.getppid()):
            guard()
        log = os.open(self.logs / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        self.app.start(command)


def worker(number: int) -> list[str]:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR"]
    return ["--quiet", "worker", "--pool=solo", f"--hostname=sweeper{number}@drill", *quiet]


def beat(number: int, logs: Path) -> list[str]:
    return ["--quiet", "beat", f"--schedule={logs / f'beat{number}'}", "--pidfile=", "--loglevel=ERROR"]


class Gateway(BaseHTTPRequestHandler):
    """Writes down every key it is sent, then says yes."""

    told: Path

    def do_POST(self) -> None:
        with self.told.open("a") as file:
            file.write(self.headers["Idempotency-Key"] + "\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


def open_gateway(told: Path) -> tuple[Any, str]:
    """In a process of its own, which nobody kills; returns it with its address."""
    told.touch()
    Gateway.told = told
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    process = get_context("fork").Process(target=server.serve_forever, daemon=True)
    process.start()
    address = f"127.0.0.1:{server.server_port}"
    server.socket.close()
    return process, address
