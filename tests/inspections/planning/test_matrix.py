"""Every status × verb × role of plans, and who sees which, written by hand (SEC-1)."""

import pytest
from django.db import transaction

from inspections.models import JointVisit, Need, Plan
from inspections.planning import approving, flow, stages
from inspections.planning.capacity import verbs_of
from inspections.visits import stages as visits
from portal.people.refusal import Refused
from tests.inspections.factories import DAY, need, plan, visit
from tests.inspections.planning.world import AT

pytestmark = pytest.mark.django_db

PEOPLE = (
    "enterprise_member other_member former_member member_official intake_clerk triager handler deputy_head"
    " department_head revisitor steward project_assistant grid_member supervisor congress_observer leader"
    " data_officer policy_officer inspector evaluator auditor administrator stand_in nobody police_head"
    " housing_second keeper_inspector keeper_second fire_inspector fire_head"
)
KEEPER = "keeper_inspector keeper_second police_head"
HEAD = "police_head"
AGENCIES = "inspector housing_second deputy_head department_head stand_in fire_inspector fire_head"
OVERSEE = "supervisor leader"

MAY = {
    "draft": {"take_in": KEEPER, "take_out": KEEPER, "compute": KEEPER, "drop": KEEPER},
    "computing": {"settle_for": KEEPER, "stop": KEEPER},
    "proposed": {
        "take_in": KEEPER,
        "take_out": KEEPER,
        "compute": KEEPER,
        "move": KEEPER,
        "lock": KEEPER,
        "unlock": KEEPER,
        "submit": KEEPER,
        "drop": KEEPER,
    },
    "submitted": {"send_back": HEAD, "approve": HEAD},
    "approved": {},
    "dropped": {},
}
SEES = f"{KEEPER} {OVERSEE}"
SEES_TOO = {"approved": AGENCIES}


@pytest.fixture(params=MAY)
def standing(request, of):
    """A plan in each of its statuses, with one proposed visit to the own firm on Monday."""
    known = {"submitted_by": of.keeper_inspector} if request.param in ("submitted", "approved") else {}
    made = plan(of, status=request.param, gap=10, **known)
    own = need(of, of.town.firm, last=DAY)
    visit(of, of.town.firm, [own], plan=made, status=visits.PROPOSED, told_at=None)
    need(of, of.town.foreign_firm)
    return request.param, made


def test_the_literal_knows_every_status_and_verb():
    assert set(MAY) == set(stages.STATUSES)
    known = {verb for verbs in MAY.values() for verb in verbs}
    assert known == set(stages.VERBS) - {"create", "finish"}


def test_who_does_what_sees_what_and_has_which_buttons(of, standing):
    status, made = standing
    _crews(of, made)
    able = "keeper_inspector police_head inspector fire_head supervisor leader department_head enterprise_member"
    for verb in set(stages.VERBS) - {"create", "finish"}:
        done = {name for name in able.split() if _done(of, verb, made, name)}
        assert done == set(MAY[status].get(verb, "").split()) & set(able.split()), verb
    for name in PEOPLE.split():
        expected = {verb for verb, who in MAY[status].items() if name in who.split()}
        assert set(verbs_of(made, of.town.people[name], AT)) == expected, name
    seen = {name for name in PEOPLE.split() if Plan.objects.visible_to(of.town.people[name]).filter(pk=made.pk)}
    assert seen == set(f"{SEES} {SEES_TOO.get(status, '')}".split())
    there = JointVisit.objects.filter(plan=made)
    proposals = {name for name in PEOPLE.split() if there.visible_to(of.town.people[name])}
    assert proposals == set(SEES.split())  # a proposal is its makers' alone, not even its agency's


def _crews(of, made):
    from inspections.models import Crew, VisitPart

    for part in VisitPart.objects.filter(visit__plan=made):
        Crew.objects.create(part=part, team=of.team(part.agency), parts=1)


def _done(of, verb, made, name):
    """Tried, and taken back."""
    by = of.town.people[name]
    there = JointVisit.objects.get(plan=made)
    own = Need.objects.filter(plan=made)
    calls = {
        "take_in": lambda: flow.take_in(made, by=by, at=AT),
        "take_out": lambda: flow.take_out(made, list(own), by=by, at=AT),
        "move": lambda: flow.move(made, [one.pk for one in own], None, by=by, at=AT) or True,
        "lock": lambda: flow.lock(made, there, by=by, at=AT) or True,
        "unlock": lambda: flow.unlock(made, there, by=by, at=AT) or True,
        "send_back": lambda: flow.send_back(made, by=by, reason="请核实", at=AT),
        "drop": lambda: flow.drop(made, by=by, reason="不需要", at=AT),
        "approve": lambda: approving.approve(made, by=by, at=AT),
    }
    try:
        with transaction.atomic():
            result = calls.get(verb, lambda: getattr(flow, verb)(made, by=by, at=AT))()
            transaction.set_rollback(True)
    except Refused:
        return False
    return bool(result)


@pytest.mark.parametrize("name", PEOPLE.split())
def test_who_makes_plans(of, name):
    need(of, of.town.firm)
    try:
        flow.create(by=of.town.people[name], title="某计划", first=DAY, last=DAY, at=AT)
    except Refused:
        able = False
    else:
        able = True
    assert able == (name in KEEPER.split())


def test_an_official_of_the_firm_sees_nothing_of_its_visit(of):
    """Not on the calendar, not in the list of needs, and he moves nothing there."""
    from enterprises.models import Member
    from tests.requests.factories import LONG_AGO

    made = plan(of, gap=10)
    own = need(of, of.town.firm, last=DAY)
    visit(of, of.town.firm, [own], plan=made, status=visits.PROPOSED, told_at=None)
    Member.objects.create(enterprise=of.town.firm, user=of.keeper_inspector, since=LONG_AGO)
    of.town.forget()
    assert not JointVisit.objects.visible_to(of.keeper_inspector).exists()
    assert not Need.objects.visible_to(of.keeper_inspector).exists()
    assert JointVisit.objects.visible_to(of.keeper_second).exists()  # the control
