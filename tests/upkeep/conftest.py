"""A second database beside the tests' own, and uploads in a folder of the test's own."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from psycopg2 import sql

from tests.database import act_as_application, act_as_owner
from tests.requests.factories import town
from tests.trail.factories import connect

__all__ = ["town"]

Inside = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def uploads(settings, tmp_path: Path) -> Path:
    place = tmp_path / "uploads"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": place}},
    }
    return place


@contextmanager
def using(database: str, *, owner: bool) -> Iterator[None]:
    """This process's own connection, in another database or as another role, for the length of the block."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    (act_as_owner if owner else act_as_application)()
    try:
        yield
    finally:
        act_as_application()
        connection.settings_dict["NAME"] = own


@pytest.fixture
def as_owner(transactional_db: None) -> Inside:
    """`with as_owner():` the database as `backup` and `restore` use it."""
    return lambda: using(connection.settings_dict["NAME"], owner=True)


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[Inside]:
    """`with elsewhere():` an empty database as its owner; with `owner=False` as the portal then serves from it."""
    name = f"{connection.settings_dict['NAME']}_elsewhere"
    _alone(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)"), name)
    _alone(sql.SQL("CREATE DATABASE {}"), name)
    yield lambda owner=True: using(name, owner=owner)
    _alone(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)


def _alone(statement: sql.SQL, name: str) -> None:
    """Databases are made and dropped outside transactions."""
    owner = connect(settings.DATABASE_OWNER_URL, "postgres")
    owner.autocommit = True
    owner.cursor().execute(statement.format(sql.Identifier(name)))
    owner.close()
