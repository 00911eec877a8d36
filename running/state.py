"""Whether the portal runs from this folder, and with what settings. Standard library only: `manage.py` asks too."""

import fcntl
import json

from running.bootstrap import VAR
from running.sentences import Stop

LOCK = VAR / "lock"  # held by the launcher while it runs
TWICE = "The portal is already running from this folder; stop that one first (Ctrl-C there)."
STATE = VAR / "running.json"  # written by run.py; holds secrets, so only its owner reads it


def state() -> dict:
    """`pid` and `environment` of the running portal. Raises Stop if none runs here."""
    if not STATE.exists() or not running():
        raise Stop("The portal does not run from this folder; start it with `make run` in another terminal.")
    return json.loads(STATE.read_text())


def running() -> bool:
    """Whether a launcher holds its lock: a killed one leaves its state behind."""
    if not LOCK.exists():
        return False
    with open(LOCK, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
