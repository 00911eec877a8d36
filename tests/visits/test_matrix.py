"""Every status × verb × role of visits, and who sees which, written by hand (SEC-1)."""

import uuid
from datetime import timedelta

import pytest
from django.db import transaction

from portal.people.models import Membership
from portal.people.refusal import Refused
from requests.models import Visit
from requests.visits import flow
from requests.visits.capacity import verbs_of
from requests.visits.flow import planning, recording
from tests.visits.conftest import MONDAY, record, wanted

PEOPLE = (
    "enterprise_member other_member former_member member_official intake_clerk triager handler deputy_head"
    " department_head revisitor steward project_assistant grid_member supervisor congress_observer leader"
    " data_officer policy_officer inspector evaluator auditor administrator stand_in nobody"
)
AT = MONDAY + timedelta(days=1)
GOES = "steward project_assistant grid_member supervisor leader"
OVERSEES = "supervisor leader"

# The visit's status: {verb: who}; it is planned for the steward and to `town.firm`.
MAY = {
    "planned": {
        "record_visit": GOES,
        "not_reached": GOES,
        "move": f"steward {OVERSEES}",
        "reassign": OVERSEES,
        "cancel": OVERSEES,
    },
    "done": {"answer": "enterprise_member member_official"},
    "cancelled": {},
}
SEES = {
    "planned": GOES,
    "done": f"{GOES} enterprise_member member_official",
    "cancelled": GOES,
}
VERBS = ("record_visit", "not_reached", "move", "reassign", "cancel", "answer")


def call(town, verb, visit, by):
    if verb == "record_visit":
        return recording.record_visit(visit, by=by, record=record(AT), key=uuid.uuid4(), at=AT)
    given = {
        "not_reached": {"why": "absent"},
        "move": {"to": (MONDAY + timedelta(days=17)).date(), "reason": "出差"},
        "reassign": {"visitor": town.grid_member},
        "cancel": {"reason": "不需要"},
        "answer": {"answer": "confirmed"},
    }[verb]
    return getattr(flow, verb)(visit, by=by, at=AT, **given)


@pytest.fixture(params=MAY)
def standing(request, town, planned):
    """The visit in each of its statuses."""
    if request.param == "done":
        recording.record_visit(planned, by=town.steward, record=record(AT), key=uuid.uuid4(), at=AT)
    if request.param == "cancelled":
        flow.cancel(planned, by=town.supervisor, reason="不需要", at=AT)
    return request.param, Visit.objects.get(pk=planned.pk)


def test_who_does_what(town, standing):
    status, visit = standing
    for verb in VERBS:
        able = set()
        for name in PEOPLE.split():
            try:
                with transaction.atomic():
                    call(town, verb, visit, town.people[name])
                    transaction.set_rollback(True)
            except Refused:
                continue
            able.add(name)
        assert able == set(MAY[status].get(verb, "").split()), verb


def test_the_buttons_are_what_may_be_done(town, standing):
    status, visit = standing
    for name in PEOPLE.split():
        expected = {verb for verb, who in MAY[status].items() if name in who.split()}
        assert set(verbs_of(visit, town.people[name], AT)) == expected, name


def test_who_sees_it(town, standing):
    status, visit = standing
    seen = {name for name in PEOPLE.split() if Visit.objects.visible_to(town.people[name]).filter(pk=visit.pk)}
    assert seen == set(SEES[status].split())


def test_a_third_party_sees_and_does_nothing(town, planned):
    from tests.requests import factories as make

    office = make.department("某律师事务所", "third_party")
    lawyer = make.person("lawyer", "律师", ("handler", office))
    assert not Visit.objects.visible_to(lawyer).exists()
    with pytest.raises(Refused):
        call(town, "record_visit", planned, lawyer)


def test_who_plans_and_who_visits_without_a_plan(town):
    planned, unplanned = set(), set()
    for name in PEOPLE.split():
        person = town.people[name]
        for able, act in (
            (planned, lambda by=person: planning.plan_visits(wanted(firms=[town.firm]), by=by, at=MONDAY)),
            (
                unplanned,
                lambda by=person: recording.visit_unplanned(
                    town.firm, by=by, record=record(AT), key=uuid.uuid4(), at=AT
                ),
            ),
        ):
            try:
                with transaction.atomic():
                    act()
                    transaction.set_rollback(True)
            except Refused:
                continue
            able.add(name)
    assert planned == set(OVERSEES.split())
    assert unplanned == set(GOES.split())


def test_with_the_office_ends_what_the_name_opened(town, planned):
    Membership.objects.filter(user=town.steward).update(role="revisitor")
    town.steward.forget_rights()
    assert not Visit.objects.visible_to(town.steward).exists()
    with pytest.raises(Refused):
        call(town, "record_visit", planned, town.steward)


def test_with_the_tie_ends_what_it_opened(town, planned):
    from enterprises.models import Stewardship

    Stewardship.objects.filter(user=town.project_assistant).delete()
    town.forget()
    assert not Visit.objects.visible_to(town.project_assistant).exists()
    with pytest.raises(Refused):
        call(town, "record_visit", planned, town.project_assistant)
