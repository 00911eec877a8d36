"""The worker's part of plans (`working`)."""

from celery import shared_task

from portal.files.importing import waking


@shared_task
def carry_on() -> None:
    from .working import carry_on as run  # OR-tools are loaded by the worker only, and only when a plan waits

    run()


def wake() -> None:
    waking.wake(carry_on)
