"""The worker's tasks of the loop. The database says what is due; the beat only wakes."""

from celery import shared_task


@shared_task
def digest() -> None:
    """Today's digests; several runs of a morning send each once."""
    from requests.digest import send

    send()
