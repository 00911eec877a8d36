"""A small client for one machine: a connection for each request, a few threads, nothing but sockets."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

HOST = "127.0.0.1"


@dataclass
class Answer:
    seconds: float
    status: int
    wall: float
    cpu: float
    queries: int


@dataclass
class Measured:
    """Wall, CPU and queries as the server says, one request after the other; rate and percentiles with several."""

    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.answers) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        ordered = sorted(answer.seconds for answer in self.answers)
        return 1000 * ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0

    def middle(self, what: str) -> float:
        return float(median(getattr(answer, what) for answer in self.answers)) if self.answers else 0.0


def ask(port: int, request: bytes) -> Answer:
    """Raises OSError where nobody answers, ValueError where the answer is none."""
    begun = time.perf_counter()
    with socket.create_connection((HOST, port), timeout=30) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    seconds = time.perf_counter() - begun
    head = b"".join(parts).partition(b"\r\n\r\n")[0].decode("latin-1")
    status = int(head.split(" ", 2)[1])
    cost = next((line.partition(":")[2] for line in head.split("\r\n") if line.lower().startswith("x-bench:")), "0 0 0")
    wall, cpu, queries = cost.split()
    return Answer(seconds, status, float(wall), float(cpu), int(queries))


def run(port: int, make: Callable[[], bytes], *, threads: int, seconds: float) -> Measured:
    """Asks for so many seconds with so many threads; each sends the next request when the last is answered."""
    found, until = Measured(), time.perf_counter() + seconds
    lock = threading.Lock()

    def work() -> None:
        mine = []
        while time.perf_counter() < until:
            mine.append(ask(port, make()))
        with lock:
            found.answers += mine

    begun = time.perf_counter()
    workers = [threading.Thread(target=work, daemon=True) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found.seconds = time.perf_counter() - begun
    return found


def get(path: str, cookie: str = "") -> bytes:
    return _request("GET", path, cookie, b"", "")


def post(path: str, cookie: str, body: bytes) -> bytes:
    return _request("POST", path, cookie, body, "application/x-www-form-urlencoded")


def _request(method: str, path: str, cookie: str, body: bytes, kind: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "X-Forwarded-Proto: https", "Connection: close"]
    lines += [f"Referer: https://{HOST}/", "Accept: text/html,application/json", "Accept-Language: zh-CN"]
    lines += [f"Cookie: {cookie}"] if cookie else []
    lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"] if body else []
    return "\r\n".join([*lines, "", ""]).encode() + body
