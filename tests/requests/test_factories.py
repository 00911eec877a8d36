"""The factories bring a ticket to the status they are named for."""

import pytest

from requests import stages
from tests.requests.factories import AT


@pytest.mark.parametrize("status", stages.STATUSES)
def test_each_factory_reaches_its_status(town, status):
    assert AT[status](town).status == status
