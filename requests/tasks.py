"""The worker's tasks of the loop. The database says what is due; the beat only wakes."""

from celery import shared_task

from requests.old_cases.tasks import carry_on

__all__ = ["carry_on", "digest"]


@shared_task
def clusters() -> None:
    """Looks for tickets of several firms that say the same, once a night."""
    from requests.clusters import find_clusters

    find_clusters()


@shared_task
def digest() -> None:
    """Today's digests; several runs of a morning send each once."""
    from requests.digest import send

    send()
