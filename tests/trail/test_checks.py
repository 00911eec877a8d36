"""Who may alter the trail is asked of the database, as the role that serves."""

import pytest
from django.db import connection

from portal.trail import checks
from portal.trail.checks import trail_is_out_of_reach


@pytest.mark.django_db
def test_the_application_may_read_and_add(monkeypatch) -> None:
    assert trail_is_out_of_reach(None) == []
    monkeypatch.setattr(checks, "ALTERABLE", checks.ALTERABLE.replace("trail", "people"))
    assert trail_is_out_of_reach(None), "the control: other tables it may change"


def test_a_database_that_does_not_answer_is_no_false_alarm(monkeypatch) -> None:
    from django.db import OperationalError

    def dead() -> None:
        raise OperationalError

    monkeypatch.setattr(connection, "cursor", dead)
    assert [found.id for found in trail_is_out_of_reach(None)] == ["trail.I001"]
