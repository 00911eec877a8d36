"""The worker's part of criteria: outcomes that change because days pass."""

from celery import shared_task


@shared_task
def follow_the_day() -> None:
    from .store import refresh_due  # NumPy is loaded where it is used

    refresh_due()
