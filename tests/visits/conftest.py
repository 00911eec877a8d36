import uuid
from datetime import timedelta

import pytest

from enterprises.keylists import flow as lists
from enterprises.models import Stewardship
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.models import Visit, VisitPlan
from requests.visits.flow import planning, recording
from tests.requests import factories as make
from tests.requests.factories import moment, town

__all__ = ["town"]
MONDAY = moment("2026-11-02 09:00")


def wanted(**given):
    """A plan that the steward makes good at `town.firm` within two weeks."""
    known = {
        "title": "四季度走访",
        "source": VisitPlan.Source.CHOSEN,
        "goes": VisitPlan.Goes.STEWARD,
        "since": local_day(given.pop("at", MONDAY)),
    }
    known["until"] = known["since"] + timedelta(days=14)
    return planning.Wanted(**known | given)


def record(at, **given):
    """What a visitor writes down, with nothing that comes of it."""
    return recording.Record(**{"visited_at": at, "said": "订单饱满，缺熟练工。", "met_name": "庄周", **given})


@pytest.fixture
def planned(town):
    """One visit of the steward to the firm, planned on a Monday for a fortnight."""
    made = planning.plan_visits(wanted(firms=[town.firm]), by=town.supervisor, at=MONDAY)
    return made.plan.visits.get()


@pytest.fixture
def now_planned(town):
    """The same, planned just now by the database's clock: for the pages."""
    at = clock.now()
    made = planning.plan_visits(wanted(firms=[town.firm], at=at), by=town.supervisor, at=at)
    return made.plan.visits.get()


@pytest.fixture
def done(town, planned):
    at = MONDAY + timedelta(days=1)
    return recording.record_visit(planned, by=town.steward, record=record(at), key=uuid.uuid4(), at=at)


@pytest.fixture
def key_list(town):
    """Both firms on the town's approved list of this year, the leader in contact, the steward theirs."""
    Stewardship.objects.create(enterprise=town.foreign_firm, user=town.steward, since=make.LONG_AGO)
    at = moment("2026-01-05 10:00")
    made = lists.open_list("town", 2026, by=town.supervisor, at=at)
    for entry in lists.propose(made, by=town.triager, firms=[town.firm, town.foreign_firm], reason="好", at=at):
        lists.accept(entry, by=town.supervisor, at=at)
        lists.name_people(entry, by=town.supervisor, leader=town.leader, at=at)
    lists.submit(made, by=town.supervisor, at=at)
    return lists.approve(made, by=town.leader, at=at)


def fresh(visit):
    return Visit.objects.get(pk=visit.pk)
