import pytest

from tests.inspections.factories import Agencies, agencies
from tests.requests.factories import Town, town

__all__ = ["town"]


@pytest.fixture
def of(town: Town) -> Agencies:
    return agencies(town)
