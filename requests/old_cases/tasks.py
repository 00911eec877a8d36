"""The worker's part of the import of old cases (`portal.files.importing`)."""

from celery import shared_task


@shared_task
def carry_on() -> None:
    from requests.old_cases.work import CASES  # Excel is loaded by the worker only

    CASES.carry_on()
