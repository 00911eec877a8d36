from celery import shared_task

from . import seal as sealing


@shared_task
def seal() -> None:
    """Seal what was committed since the last time; a missed run is made up by the next."""
    sealing.seal()
