"""The worker's part of the import of policies (`portal.files.importing`)."""

from celery import shared_task


@shared_task
def carry_on() -> None:
    from .work import IMPORTING  # Excel is loaded by the worker only

    IMPORTING.carry_on()
