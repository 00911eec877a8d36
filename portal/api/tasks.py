"""Housekeeping of the API."""

from celery import shared_task
from django.db.models.functions import Now

from .idempotency import kept_for
from .models import Answer


@shared_task
def forget() -> None:
    """Once an hour: answers whose time is over."""
    Answer.objects.filter(at__lt=Now() - kept_for()).delete()
