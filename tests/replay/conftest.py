from tests.requests.factories import town  # noqa: F401
