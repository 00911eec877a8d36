"""The web server's settings: `gunicorn --config deploy/gunicorn.py portal.wsgi`."""

import os
import shutil
import tempfile
from pathlib import Path

bind = os.environ.get("WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_WORKERS", "3"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # loaded once and shared
timeout = 60
graceful_timeout = 20
max_requests, max_requests_jitter = 10_000, 1_000  # what leaks does not leak for ever
worker_tmp_dir = "/dev/shm"
control_socket_disable = True

# Gunicorn's line for each request would show the whole address; the portal writes its own (portal/upkeep/logs.py).
logconfig_dict = {
    "formatters": {"generic": {"()": "portal.upkeep.logs.Json"}},
    "loggers": {
        "gunicorn.error": {"level": "INFO", "handlers": ["error_console"], "propagate": False},
        "gunicorn.access": {"level": "CRITICAL", "handlers": [], "propagate": False},
    },
}

# The workers' counters, shared through files; they begin anew whenever these settings are loaded.
_counters = Path(tempfile.gettempdir()) / "portal-counters"
shutil.rmtree(_counters, ignore_errors=True)
_counters.mkdir(mode=0o700)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counters)


def child_exit(server: object, worker: object) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[attr-defined]
