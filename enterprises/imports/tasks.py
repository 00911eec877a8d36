"""The worker's part: the database says what waits, a task or the beat only wakes."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError
from kombu.pools import producers

logger = logging.getLogger(__name__)

STALE = 30  # seconds after which a wake-up that nobody took is worth nothing: the beat rings every 10 s


@shared_task
def carry_on() -> None:
    from .work import carry_on as run  # Excel is loaded by the worker only

    run()


def wake() -> None:
    """Ask the worker to begin now. A broker that cannot be reached costs the person no time and no error."""
    connection = carry_on.app.connection_for_write(connect_timeout=1, transport_options={"max_retries": 0})
    try:
        with producers[connection].acquire(block=True, timeout=1) as producer:
            carry_on.apply_async(producer=producer, retry=False, expires=STALE)
    except (OperationalError, OSError) as error:
        logger.warning("worker not woken, the next beat will: %s", type(error).__name__)
