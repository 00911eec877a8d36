import pytest

from enterprises.keylists import flow
from enterprises.models import Stewardship
from tests.requests import factories as make
from tests.requests.factories import moment, town

__all__ = ["town"]
JANUARY = moment("2026-01-05 10:00")


@pytest.fixture
def drafted(town):
    """The town's list of this year with one firm proposed; both firms have stewards."""
    Stewardship.objects.create(enterprise=town.foreign_firm, user=town.steward, since=make.LONG_AGO)
    made = flow.open_list("town", 2026, by=town.supervisor, at=JANUARY)
    flow.propose(made, by=town.triager, firms=[town.firm], reason="龙头企业", at=JANUARY)
    return made


@pytest.fixture
def accepted(town, drafted):
    """The firm is accepted and has its leader contact: the list could be approved."""
    entry = drafted.entries.get()
    flow.accept(entry, by=town.supervisor, at=JANUARY)
    flow.name_people(entry, by=town.supervisor, leader=town.leader, at=JANUARY)
    return drafted


@pytest.fixture
def approved(town, accepted):
    flow.submit(accepted, by=town.supervisor, at=JANUARY)
    return flow.approve(accepted, by=town.leader, at=JANUARY)
