"""The demo town is the same for the same seed, down to the minute of every step."""

import pytest
from django.db import transaction
from django.test import override_settings

from tests.desk.demo_town import digest, load

pytestmark = pytest.mark.django_db


def town_of(seed: int, tickets: int, settings_of_files: dict) -> str:
    """Loaded, read and taken back."""
    with override_settings(DEMO=True, STORAGES=settings_of_files), transaction.atomic():
        load(14, tickets, seed)
        found = digest()
        transaction.set_rollback(True)
    return found


def test_the_same_seed_gives_the_same_town_and_another_seed_another(settings, tmp_path):
    storages = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
    assert town_of(5, 11, storages) == town_of(5, 11, storages)
    assert town_of(5, 2, storages) != town_of(6, 2, storages)
