from celery import shared_task

from .retention import flow


@shared_task
def forget() -> None:
    """Once a night: what personal data is over is forgotten (SEC-3)."""
    flow.forget()
