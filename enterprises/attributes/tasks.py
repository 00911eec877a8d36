"""The worker's part of attributes: firms of which something changed are computed within a minute."""

from celery import shared_task


@shared_task
def follow() -> None:
    from .stale import carry_on

    carry_on()
