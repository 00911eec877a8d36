"""The worker's part of matching: what fits is told within a minute, and rounds that close soon are called to mind."""

from celery import shared_task


@shared_task
def push() -> None:
    from .pushing import push, remind

    push()
    remind()
