from tests.requests.conftest import refusal
from tests.requests.factories import town

__all__ = ["refusal", "town"]
