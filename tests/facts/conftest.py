import pytest

from tests.facts import world as building


@pytest.fixture
def world(db):
    return building.build()


@pytest.fixture
def shelf(settings, tmp_path):
    """What is uploaded goes to a folder of the test."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
