"""Every status × verb × role of claims, and who sees which, written by hand (SEC-1)."""

from datetime import timedelta

import pytest
from django.db import transaction

from policies.claims import flow, stages
from policies.claims.capacity import verbs_of
from policies.models import Claim
from portal.people.actors import CLOCK
from portal.people.models import Membership
from portal.people.refusal import Refused
from tests.policies.claims import walks
from tests.requests import factories as make

PEOPLE = (
    "enterprise_member other_member former_member member_official intake_clerk triager handler deputy_head"
    " department_head revisitor steward project_assistant grid_member supervisor congress_observer leader"
    " data_officer policy_officer inspector evaluator auditor administrator stand_in nobody police_head"
    " economy_officer utilities_handler"
)
FIRM = "enterprise_member member_official"
HEADS = "department_head deputy_head stand_in"
REVIEWERS = "police_head economy_officer"
OFFICE = f"policy_officer {HEADS}"
OVERSEE = "supervisor leader"
NEAR = "steward project_assistant"

# The claim's status: {verb: who}; the round is kept by `town.housing`; police and economy review.
MAY = {
    "listed": {"confirm": FIRM, "decline": FIRM, "lapse": "clock"},
    "waiting": {"withdraw": FIRM, "lapse": "clock"},
    "submitted": {
        "accept": "policy_officer",
        "ask_supplement": "policy_officer",
        "reject": "policy_officer",
        "withdraw": FIRM,
    },
    "supplement": {"supplement": FIRM, "withdraw": FIRM, "lapse": "clock"},
    "review": {"give_review": REVIEWERS, "withdraw": FIRM},
    "approve": {"approve": HEADS, "send_back": HEADS, "reject": HEADS, "withdraw": FIRM},
    "publish": {"publish": "policy_officer", "withdraw": FIRM},
    "publicity": {},
    "objection": {"decide_objection": "deputy_head stand_in"},  # the head himself had approved it
    "payment": {"pay": "policy_officer"},
    "paid": {"confirm_receipt": FIRM, "rate": FIRM},
    "rejected": {"rate": FIRM},
    "withdrawn": {},
    "lapsed": {},
}
SEES = f"{FIRM} {OFFICE} {OVERSEE} {NEAR}"
SEES_TOO = {"review": REVIEWERS}  # SEC-2: while it is under review
VERBS = (
    *("confirm", "decline", "lapse", "move_up", "accept", "ask_supplement", "supplement", "give_review", "approve"),
    *("send_back", "reject", "withdraw", "publish", "decide_objection", "pay", "confirm_receipt", "rate"),
)
ABLE = "enterprise_member policy_officer department_head police_head clock"  # what no status allows, none of them may
AT = make.moment("2026-11-24 10:00")


def call(town, verb, claim, by):
    given = {"by": by, "at": AT}
    if verb == "publish":
        return flow.publish([claim], **given)
    if verb == "decide_objection":
        objection = claim.objections.first()
        if objection is None:
            raise Refused("there is none")
        return flow.decide_objection(objection, upheld=False, answer="不属实", **given)
    if verb == "give_review":
        department = {"police_head": town.police, "economy_officer": town.economy}.get(
            getattr(by, "username", ""), town.housing
        )
        return flow.give_review(claim, department=department, says="agrees", **given)
    given |= {
        "confirm": {"account": walks.ACCOUNT},
        "decline": {"reason": "不需要"},
        "ask_supplement": {"reason": "明细"},
        "supplement": {"text": "已补"},
        "send_back": {"reason": "请核实"},
        "reject": {"reason": "不符合"},
        "pay": {"paid_on": AT.date(), "voucher": "V-X"},
        "rate": {"stars": 5},
    }.get(verb, {})
    return getattr(flow, verb)(claim, **given)


@pytest.fixture
def everybody(town):
    walks.economy_officer(town)
    return {name: town.people[name] for name in PEOPLE.split()} | {"clock": CLOCK}


@pytest.fixture(params=MAY)
def standing(request, town, everybody):
    """The claim in each of its statuses."""
    return request.param, walks.fresh(walks.IN[request.param](town))


def test_the_literal_knows_every_status_and_verb():
    assert set(MAY) == set(stages.STATUSES)
    assert set(VERBS) == set(stages.VERBS) - {"submit", "list_firms", "object", "end_publicity"}


def test_who_does_what_sees_what_and_has_which_buttons(town, standing, everybody):
    """In one test, for the walk to a status costs more than all the questions about it."""
    status, claim = standing
    assert claim.status == status
    for verb in VERBS:
        tried = everybody if verb in MAY[status] else ABLE.split()
        able = {name for name in tried if done(town, verb, claim, everybody[name])}
        assert able == set(MAY[status].get(verb, "").split()), verb
    del everybody["clock"]
    for name, person in everybody.items():
        expected = {verb for verb, who in MAY[status].items() if name in who.split()}
        assert set(verbs_of(claim, person, AT)) == expected, name
    seen = {name for name, person in everybody.items() if Claim.objects.visible_to(person).filter(pk=claim.pk)}
    assert seen == set(f"{SEES} {SEES_TOO.get(status, '')}".split())


def done(town, verb, claim, by):
    """Tried, and taken back."""
    try:
        with transaction.atomic():
            result = call(town, verb, claim, by)
            transaction.set_rollback(True)
    except Refused:
        return False
    return result is not None


def test_an_official_of_the_firm_is_the_firm_alone(town, everybody):
    """Own case: he decides nothing about it, whatever his offices."""
    claim = walks.submitted(town)
    from enterprises.models import Member

    Member.objects.create(enterprise=town.firm, user=town.policy_officer, since=make.LONG_AGO)
    town.forget()
    assert verbs_of(claim, town.policy_officer, AT) == ["withdraw"]
    assert flow.check(claim.round, by=town.policy_officer, at=AT).claims == 0
    assert not done(town, "accept", claim, town.policy_officer)


def test_reviewers_of_their_own_firms_claim_read_it_as_the_firm(town, everybody):
    from enterprises.models import Member

    claim = walks.reviewing(town)
    Member.objects.create(enterprise=town.firm, user=town.police_head, since=make.LONG_AGO)
    town.forget()
    assert not done(town, "give_review", claim, town.police_head)


def test_with_the_office_ends_what_it_opened(town, everybody):
    claim = walks.submitted(town)
    Membership.objects.filter(user=town.policy_officer).update(role="revisitor", department=town.centre)
    town.policy_officer.forget_rights()
    assert not Claim.objects.visible_to(town.policy_officer).exists()
    assert not done(town, "accept", claim, town.policy_officer)


def test_a_third_party_sees_and_does_nothing(town, everybody):
    office = make.department("某评估机构", "third_party")
    assessor = make.person("assessor", "评估员", ("policy_officer", office), ("department_head", office))
    claim = walks.submitted(town, way="by_review", reviewers=(office,))
    flow.accept(claim, by=town.policy_officer, at=walks.MONDAY)
    assert not Claim.objects.visible_to(assessor).exists()
    with pytest.raises(Refused):
        flow.give_review(claim, by=assessor, department=office, says="agrees", at=AT)


def test_the_events_of_officials_name_their_office(town, everybody):
    from portal.trail.models import Event

    claim = walks.to_publish(town)
    flow.publish([claim], by=town.policy_officer, at=walks.MONDAY + timedelta(days=3))
    roles = dict(Event.objects.about(claim).filter(kind__startswith="claim.").values_list("kind", "role"))
    assert roles == {
        "claim.submitted": "",
        "claim.checked": "policy_officer",
        "claim.accepted": "policy_officer",
        "claim.approved": "department_head",
        "claim.published": "policy_officer",
    }


def test_the_stand_in_acts_in_anothers_name(town, everybody):
    from portal.trail.models import Event

    claim = walks.to_approve(town)
    flow.approve(claim, by=town.stand_in, at=walks.MONDAY + timedelta(days=2))
    event = Event.objects.about(claim).get(kind="claim.approved")
    assert (event.actor, event.principal) == (town.stand_in, town.department_head)
