from pathlib import Path

import pytest
from django.test import Client

from portal.people.models import User
from tests.requests.factories import Town, town

__all__ = ["town"]


@pytest.fixture(autouse=True)
def place(settings, tmp_path) -> Path:
    """Files of a test lie in its own folder."""
    storage = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    return tmp_path


@pytest.fixture
def member(town: Town) -> Client:
    """The browser of the firm's member."""
    return signed_in(town.enterprise_member)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
