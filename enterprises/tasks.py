"""The worker's tasks of this room, where Celery looks for them."""

from celery import shared_task

from . import sounds
from .attributes.tasks import follow
from .criteria.tasks import follow_the_day
from .facts.tasks import carry_on as carry_facts_on
from .imports.tasks import carry_on

__all__ = ["carry_facts_on", "carry_on", "fill_sounds", "follow", "follow_the_day"]


@shared_task
def fill_sounds() -> None:
    """Firms whose names were written past `Enterprise.save`."""
    sounds.fill()
