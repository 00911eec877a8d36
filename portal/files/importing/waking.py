"""The database says what waits, a task or the beat only wakes."""

import logging
from typing import Any

from kombu.exceptions import OperationalError
from kombu.pools import producers

logger = logging.getLogger(__name__)

STALE = 30  # seconds after which a wake-up that nobody took is worth nothing: the beat rings every 10 s


def wake(task: Any) -> None:
    """Ask the worker to begin now. A broker that cannot be reached costs the person no time and no error."""
    connection = task.app.connection_for_write(connect_timeout=1, transport_options={"max_retries": 0})
    try:
        with producers[connection].acquire(block=True, timeout=1) as producer:
            task.apply_async(producer=producer, retry=False, expires=STALE)
    except (OperationalError, OSError) as error:
        logger.warning("worker not woken, the next beat will: %s", type(error).__name__)
