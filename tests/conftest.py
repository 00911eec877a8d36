"""Fixtures every room can use. Real PostgreSQL and Valkey; `make test` brings both (running/test.py).

The test database is made and migrated by the owner role and then used by the application role, so that a privilege
the application does not have in production it does not have here either.
"""

import gc
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.utils import translation

from tests import database
from tests.browser import axe, browser, browser_trouble, page, sign_in, viewport
from tests.undefined import Strict
from tests.worker import worker

__all__ = ["axe", "browser", "browser_trouble", "page", "sign_in", "viewport", "worker"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--cases", type=int, default=12, help="how many cases tests/replay plays through the loop")


def pytest_configure(config: pytest.Config) -> None:
    """Cheap password hashes, plain static names, strict templates, and a Valkey database for every xdist worker."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    database.put_out_of_reach(settings.DATABASES["default"], worker)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Strict()
    url = f"{settings.REDIS_URL.rsplit('/', 1)[0]}/{int(worker.removeprefix('gw') or 0) + 1}"
    settings.REDIS_URL = settings.CELERY_BROKER_URL = settings.CACHES["default"]["LOCATION"] = url


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was loaded stays: looking through it again and again for garbage took an eighth of the suite's time."""
    gc.freeze()


@pytest.fixture(autouse=True)
def in_the_sites_language() -> Iterator[None]:
    """A request leaves the language of whoever asked with the thread: the next test begins without it."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    database.act_as_owner()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> Iterator[database.Floor]:
    with django_db_blocker.unblock():
        database.be_watched()
        floor = database.Floor()
        database.act_as_application()
    patch = pytest.MonkeyPatch()
    patch.setattr("django.test.TransactionTestCase._fixture_teardown", lambda case: floor.restore())
    yield floor
    patch.undo()
    with django_db_blocker.unblock():
        database.act_as_owner()


@pytest.fixture(scope="module")
def module_files(tmp_path_factory) -> Iterator[None]:
    """What a module's fixture stores in files lies in a folder of that module."""
    held = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("files")},
    }
    with override_settings(STORAGES={**settings.STORAGES, "default": held}):
        yield


@pytest.fixture(scope="module")
def module_rows(django_db_setup, django_db_blocker, module_files: None) -> Iterator[None]:
    """A module's fixture that asks for this makes its rows once for all tests of the module; what a test changes of
    them ends with it, and they end with the module. For modules in which nothing commits; else `Floor.kept`."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _empty_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """What one test put into the cache, a session or a lock-out, is not there for the next."""
    yield
    touches_database = {"db", "transactional_db", "live_server", "worker"} & set(request.fixturenames)
    if touches_database or request.node.get_closest_marker("django_db"):
        from django.core.cache import cache

        cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _it_is_2026() -> Iterator[None]:
    """Days are told without their year in the year of the tests' stories, whenever the tests run."""
    patch = pytest.MonkeyPatch()
    patch.setattr("portal.worktime.words.this_year", lambda: 2026)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def at() -> Callable[[str], datetime]:
    """`at("2026-11-23 15:20")`: that moment in Asia/Shanghai; a date alone is its midnight."""

    def moment(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))

    return moment
