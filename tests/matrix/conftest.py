from types import SimpleNamespace

import pytest

from tests.matrix import world
from tests.requests.factories import build, town

__all__ = ["town"]


@pytest.fixture(scope="module")
def laid_out(module_rows) -> SimpleNamespace:
    """The town with all that the addresses are asked for, made once for a module, and `where` that is."""
    town = build()
    return SimpleNamespace(town=town, where=world.build(town))


@pytest.fixture
def where(laid_out, db) -> dict[str, tuple]:
    """Address arguments by a short name (`world.build`)."""
    laid_out.town.forget()
    return laid_out.where
