import pytest
from django.test import Client

from tests.requests.factories import town  # noqa: F401  the fixture


@pytest.fixture
def signed_in(town):  # noqa: F811
    def client(name):
        made = Client()
        made.force_login(town.people[name])
        return made

    return client
