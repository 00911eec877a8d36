"""A real Celery worker beside the tests, on the test's own database and broker."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection


def eventually(holds: Callable[[], bool], seconds: float = 120) -> bool:
    """Whether it comes true within that time, which is a busy machine's; asked ten times a second."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


@pytest.fixture
def worker(transactional_db: None) -> Iterator[subprocess.Popen]:
    """A worker that serves until the test ends. What it should see must be committed, hence `transactional_db`."""
    database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "portal", "--quiet", "worker", "--pool=solo", "--loglevel=WARNING"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database, "REDIS_URL": settings.REDIS_URL},
    )
    yield process
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
