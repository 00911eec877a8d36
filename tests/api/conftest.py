import pytest
from rest_framework.test import APIClient

from tests.requests.factories import town

__all__ = ["town"]


@pytest.fixture
def as_(town):
    """`as_(town.handler)`: a client signed in as this person, who sends JSON."""

    def client(user) -> APIClient:
        signed_in = APIClient()
        signed_in.force_login(user)
        return signed_in

    return client


@pytest.fixture
def by(town):
    """`by(token)`: a client that brings the token."""

    def client(token: str) -> APIClient:
        bearer = APIClient()
        bearer.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return bearer

    return client


@pytest.fixture(autouse=True)
def _own_storage(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        }
    }
