"""Uploads that nobody kept: never attached to a subject, or left behind by a transaction that was undone."""

from datetime import datetime

from celery import shared_task
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import StoredFile
from .storing import shelf
from .taking import KEPT, unattached


@shared_task
def clean_up() -> None:
    """Once a day. Whatever a foreign key points to is kept, however old."""
    before = timezone.now() - KEPT
    remove_unattached(before)
    remove_strays(before)


def remove_unattached(before: datetime) -> int:
    """Remove those files, row and content; returns how many."""
    removed = 0
    for pk in list(_left_behind(before).values_list("pk", flat=True)):
        with transaction.atomic():
            # Locked first, so that nobody attaches the file between the look and the removal.
            StoredFile.objects.select_for_update().filter(pk=pk).first()
            stored = _left_behind(before).filter(pk=pk).first()
            if stored is None:
                continue
            path = stored.path
            stored.delete()
        default_storage.delete(path)
        removed += 1
    return removed


def _left_behind(before: datetime) -> QuerySet[StoredFile]:
    return unattached(StoredFile.objects.filter(at__lt=before))


def remove_strays(before: datetime) -> int:
    """Remove contents of this database's shelf, from before that instant, that no row knows; returns how many."""
    removed, own = 0, shelf()
    if not default_storage.exists(own):  # before the first upload
        return 0
    for folder in default_storage.listdir(own)[0]:
        paths = [f"{own}/{folder}/{name}" for name in default_storage.listdir(f"{own}/{folder}")[1]]
        known = set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in set(paths) - known:
            if default_storage.get_modified_time(path) < before:
                default_storage.delete(path)
                removed += 1
    return removed
