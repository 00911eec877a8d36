"""One town and a few tickets for all tests of a module: what a test changes is taken back after it."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import override_settings

from tests.requests import factories as make
from tests.requests.conftest import refusal
from tests.revisit import stands

__all__ = ["refusal"]


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker, tmp_path_factory):
    """The town with a ticket for each stand of `stands.STANDS`, by its name."""
    held = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path_factory.mktemp("files")},
    }
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with (
        django_db_blocker.unblock(),
        override_settings(STORAGES={"default": held, "staticfiles": plain}),
        transaction.atomic(),
    ):
        town = make.build()
        yield SimpleNamespace(town=town, tickets={name: stand(town).pk for name, stand in stands.STANDS.items()})
        transaction.set_rollback(True)


@pytest.fixture
def town(built, db):
    built.town.forget()
    return built.town


@pytest.fixture
def at(built, db):
    """`at("ordered")`: the ticket that stands so, read anew."""
    return lambda name: make.Ticket.objects.get(pk=built.tickets[name])
