from tests.requests.factories import town

__all__ = ["town"]
