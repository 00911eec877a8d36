"""What the launcher says to the person at the terminal."""

import os
import sys
import time

# Kept across the launcher's own exec, so that the seconds shown are those since the person pressed Enter.
_started = float(os.environ.setdefault("SHAXI_STARTED", str(time.monotonic())))


class Stop(Exception):
    """Ends the launcher with one sentence that says what is wrong and what to do; exit code 1."""


def say(text: str) -> None:
    print(f"[{time.monotonic() - _started:5.1f}s] {text}", flush=True)


def plain(text: str = "") -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
