import pytest

from tests.requests.conftest import refusal, stored_file
from tests.requests.dispatch_acts import convene
from tests.requests.factories import town

__all__ = ["chiefs", "refusal", "stored_file", "town"]


@pytest.fixture
def chiefs(town):
    return convene(town)
