"""The worker's part of the import of facts (`portal.files.importing`)."""

from celery import shared_task

from portal.files.importing import waking


@shared_task
def carry_on() -> None:
    from .work import carry_on as run  # Excel is loaded by the worker only

    run()


def wake() -> None:
    waking.wake(carry_on)
