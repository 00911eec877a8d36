"""Every status × verb × role of visits, and who sees which, written by hand (SEC-1)."""

import pytest
from django.db import transaction

from inspections.models import Inspector, JointVisit, VisitCode
from inspections.visits import flow, stages
from inspections.visits.capacity import verbs_of
from portal.people.actors import CLOCK
from portal.people.refusal import Refused
from tests.inspections.visits import walks
from tests.inspections.visits.walks import DAY, NINE

PEOPLE = (
    "enterprise_member other_member former_member member_official intake_clerk triager handler deputy_head"
    " department_head revisitor steward project_assistant grid_member supervisor congress_observer leader data_officer"
    " policy_officer inspector evaluator auditor administrator stand_in nobody housing_second keeper_inspector"
    " keeper_second police_head fire_inspector fire_second fire_head"
)
FIRM = "enterprise_member member_official"
GO = "inspector housing_second"
HEADS = "department_head deputy_head stand_in"
KEEPER = "keeper_inspector keeper_second police_head"
OVERSEE = "supervisor leader"
NEAR = "steward project_assistant"

# The visit's status: {verb: who}; it is housing's alone. Recording and rating are other parts' verbs.
MAY = {
    "proposed": {},
    "scheduled": {
        "begin": GO,
        "issue_code": GO,
        "confirm_arrival": FIRM,
        "name_people": f"{GO} {HEADS}",
        "put_off": f"{KEEPER} {HEADS}",
        "cancel": f"{KEEPER} {HEADS} clock",
    },
    "under_way": {"issue_code": GO, "confirm_arrival": FIRM, "name_people": f"{GO} {HEADS}"},
    "done": {},
    "cancelled": {},
    "missed": {},
}
ELSEWHERE = {"schedule", "record", "rate", "begin_on_the_spot", "miss"}
SEES = f"{FIRM} {GO} {HEADS} {KEEPER} {OVERSEE} {NEAR}"
PROPOSED = f"{KEEPER} {OVERSEE}"
ABLE = "enterprise_member inspector department_head keeper_inspector fire_inspector clock"


def call(verb, visit, by):
    given = {"by": by, "at": NINE}
    if verb == "confirm_arrival":
        return flow.confirm_arrival(VisitCode.objects.filter(visit=visit).last() or code_of(visit), **given)
    given |= {
        "put_off": {"day": (NINE + DAY).date(), "reason": "企业停电"},
        "cancel": {"reason": "并入下月"},
        "name_people": {"people": Inspector.objects.filter(agency__visit_parts__visit=visit).distinct()},
    }.get(verb, {})
    return getattr(flow, verb)(visit, **given)


def code_of(visit):
    return VisitCode.objects.create(
        visit=visit, issued_at=NINE, expires_at=NINE + DAY, issued_by=visit.parts.get().inspectors.first().user
    )


@pytest.fixture
def everybody(of):
    return {name: of.town.people[name] for name in PEOPLE.split()} | {"clock": CLOCK}


def test_the_literal_knows_every_status_and_verb():
    assert set(MAY) == set(stages.STATUSES)
    known = {verb for may in MAY.values() for verb in may}
    assert known | ELSEWHERE == set(stages.VERBS)


@pytest.mark.parametrize("status", MAY)
def test_who_does_what_sees_what_and_has_which_buttons(of, everybody, status):
    visit = walks.fresh(walks.in_status(of, status))
    assert visit.status == status
    for verb in set(stages.VERBS) - ELSEWHERE:
        tried = everybody if verb in MAY[status] else ABLE.split()
        able = {name for name in tried if done(verb, visit, everybody[name])}
        assert able == set(MAY[status].get(verb, "").split()), verb
    seen = {name for name, who in everybody.items() if JointVisit.objects.visible_to(who).filter(pk=visit.pk)}
    assert seen == set((PROPOSED if status == "proposed" else SEES).split())
    for name, who in everybody.items():
        expected = {verb for verb, able in MAY[status].items() if name in able.split()}
        assert set(verbs_of(visit, who, NINE)) - ELSEWHERE == expected, name


def done(verb, visit, by):
    """Tried, and taken back."""
    try:
        with transaction.atomic():
            result = call(verb, visit, by)
            transaction.set_rollback(True)
    except Refused:
        return False
    return result is not None


def test_an_unannounced_visit_is_nobodys_near_the_firm_before_it_begins(of, everybody):
    visit = walks.in_status(of, "scheduled")
    JointVisit.objects.filter(pk=visit.pk).update(told_at=None, unannounced=True)
    seen = {name for name, who in everybody.items() if JointVisit.objects.visible_to(who).filter(pk=visit.pk)}
    assert seen == set(f"{GO} {HEADS} {KEEPER} {OVERSEE}".split())


def test_a_joint_visit_opens_itself_and_nothing_else_to_the_other_agency(of, everybody):
    """SEC-1: fire takes part in one visit; housing's own stays closed to it."""
    own, joint = walks.in_status(of, "done"), walks.joint(of)
    fire = of.fire_inspector
    assert walks.seen_by(fire) == {joint.pk}
    assert walks.seen_by(of.inspector) == {own.pk, joint.pk}
    assert set(verbs_of(joint, fire, NINE)) == {"begin", "issue_code", "name_people"}
    assert verbs_of(own, fire, NINE) == []
