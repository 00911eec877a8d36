"""What the tests of the import share."""

import pytest

from tests.enterprises import factories


@pytest.fixture
def officer(db, settings, tmp_path):
    """The data officer of a town; what he uploads goes to a folder of the test."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    factories.town()
    return factories.person("data_officer", "data_officer")
