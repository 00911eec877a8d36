"""The worker's task. The database says what is due; the broker only wakes."""

from celery import shared_task


@shared_task
def sweep() -> None:
    """Many at once do no harm: they skip each other's rows."""
    from portal.deadlines.sweep import sweep as run  # a task's module is read before the models are there

    run()
