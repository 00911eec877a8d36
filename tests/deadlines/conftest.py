import pytest

from portal.deadlines import timed


@pytest.fixture
def no_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing happens by itself but what the test registers."""
    monkeypatch.setattr(timed, "TIMERS", {})
