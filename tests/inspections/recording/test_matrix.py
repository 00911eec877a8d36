"""Each status of the visit × each verb of its record × everybody, written by hand (SEC-1)."""

import pytest
from django.db import transaction

from inspections.models import Check, JointVisit, VisitPart
from inspections.recording import flow
from inspections.visits import stages
from portal.people.refusal import Refused
from tests.inspections.recording.conftest import AT, key, record

PEOPLE = (
    "enterprise_member other_member former_member member_official intake_clerk triager handler deputy_head"
    " department_head revisitor steward project_assistant grid_member supervisor congress_observer leader"
    " data_officer policy_officer inspector evaluator auditor administrator stand_in nobody police_head"
    " keeper_inspector keeper_second housing_second fire_inspector fire_second fire_head"
)
GO = "inspector housing_second"  # named to go for housing
RECORD = {"proposed": "", "scheduled": "", "under_way": GO, "done": "", "cancelled": "", "missed": ""}
AMEND = {"under_way": GO, "done": GO}  # a part that is recorded; fire's may still be open
READS = (
    "enterprise_member member_official inspector housing_second deputy_head department_head stand_in fire_inspector"
    " fire_second fire_head keeper_inspector keeper_second police_head supervisor leader"
)


def able(of, verb):
    found = set()
    for name in PEOPLE.split():
        try:
            with transaction.atomic():
                verb(of.town.people[name])
                transaction.set_rollback(True)
        except Refused:
            continue
        found.add(name)
    return found


def test_the_literal_knows_every_status():
    assert set(RECORD) == set(stages.STATUSES)


@pytest.mark.parametrize("status", RECORD)
def test_who_records(of, under_way, housing, status):
    sent = record(housing)
    JointVisit.objects.filter(pk=under_way.pk).update(status=status)
    housing = VisitPart.objects.get(pk=housing.pk)
    assert able(of, lambda by: flow.record(housing, by=by, record=sent, key=key(), at=AT)) == set(
        RECORD[status].split()
    )


@pytest.mark.parametrize("status", AMEND)
def test_who_amends_and_who_reads(of, under_way, housing, status):
    flow.record(housing, by=of.town.inspector, record=record(housing), key=key(), at=AT)
    JointVisit.objects.filter(pk=under_way.pk).update(status=status)
    assert able(of, lambda by: flow.amend(housing, by=by, text="更正", at=AT)) == set(AMEND[status].split())
    readers = {name for name in PEOPLE.split() if Check.objects.visible_to(of.town.people[name]).exists()}
    assert readers == set(READS.split())
