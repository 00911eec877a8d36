"""One town and a few tickets for all tests of a module: what a test changes is taken back after it."""

from types import SimpleNamespace

import pytest

from tests.requests import factories as make
from tests.requests.conftest import refusal
from tests.revisit import stands

__all__ = ["refusal"]


@pytest.fixture(scope="module")
def built(module_rows):
    """The town with a ticket for each stand of `stands.STANDS`, by its name."""
    town = make.build()
    return SimpleNamespace(town=town, tickets={name: stand(town).pk for name, stand in stands.STANDS.items()})


@pytest.fixture
def town(built, db):
    built.town.forget()
    return built.town


@pytest.fixture
def at(built, db):
    """`at("ordered")`: the ticket that stands so, read anew."""
    return lambda name: make.Ticket.objects.get(pk=built.tickets[name])
