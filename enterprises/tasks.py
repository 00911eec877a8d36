"""The worker's tasks of this room, where Celery looks for them."""

from .imports.tasks import carry_on

__all__ = ["carry_on"]
