import pytest

from portal.deadlines import timed
from portal.people.models import User
from tests.requests.factories import person


@pytest.fixture
def no_timers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing happens by itself but what the test registers."""
    monkeypatch.setattr(timed, "TIMERS", {})


@pytest.fixture
def admin(db: None) -> User:
    return person("keeper", "某管理员", ("administrator", None))
