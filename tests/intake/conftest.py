from tests.requests.conftest import refusal, stored_file
from tests.requests.factories import town

__all__ = ["refusal", "stored_file", "town"]
