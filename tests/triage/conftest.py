from collections.abc import Iterator

import pytest

from requests.likeness import commonness
from tests.requests.conftest import refusal
from tests.requests.factories import town
from tests.ticket.conftest import as_

__all__ = ["as_", "refusal", "town"]


@pytest.fixture(autouse=True)
def _counted_anew() -> Iterator[None]:
    """How common a word is belongs to the town of one test."""
    commonness.forget()
    yield
    commonness.forget()
