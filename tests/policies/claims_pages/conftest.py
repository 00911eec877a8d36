import pytest

from tests.requests.factories import town

__all__ = ["town"]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """What is uploaded here goes with the test."""
    held = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = settings.STORAGES | {"default": held}


@pytest.fixture
def as_(client):
    """`as_(town.policy_officer)`: the client, signed in as that person."""

    def sit_down(user):
        client.force_login(user)
        return client

    return sit_down
