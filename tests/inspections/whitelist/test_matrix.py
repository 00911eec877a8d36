"""Every status × verb × role of the whitelist, and who sees which, written by hand (SEC-1)."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from enterprises.models import Member
from inspections.models import Entry
from inspections.whitelist import flow, stages
from inspections.whitelist.capacity import verbs_of
from portal.people.actors import CLOCK
from portal.people.models import Delegation
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.inspections.whitelist import walks
from tests.requests import factories as make

PEOPLE = (
    "enterprise_member other_member former_member member_official intake_clerk triager handler deputy_head"
    " department_head revisitor steward project_assistant grid_member supervisor congress_observer leader"
    " data_officer policy_officer inspector evaluator auditor administrator stand_in nobody police_head police_handler"
    " utilities_handler keeper_inspector keeper_second housing_second fire_inspector fire_head second_supervisor"
)
FIRM = "enterprise_member member_official"
KEEPER = "keeper_inspector keeper_second police_head"
HOUSING = "inspector housing_second deputy_head department_head stand_in"  # its heads and who stands in
FIRE = "fire_inspector fire_head"
HEADS = "police_head deputy_head department_head stand_in fire_head"
SUPERVISORS = "supervisor second_supervisor"

# The entry's status: {verb: who}; in review neither agency has spoken yet, in appeal the police head had removed it.
MAY = {
    "review": {"review": f"{HOUSING} {FIRE}", "drop": KEEPER},
    "objected": {"uphold": KEEPER, "drop": KEEPER},
    "approve": {"approve": "leader", "refuse": "leader"},
    "listed": {"remove": f"{HEADS} {SUPERVISORS}", "remove_by_incident": "clock", "expire": "clock", "renew": KEEPER},
    "dropped": {},
    "removed": {"appeal": FIRM},
    "appeal": {"restore": SUPERVISORS, "dismiss": SUPERVISORS},
    "expired": {},
}
INSIDE = f"{KEEPER} {HOUSING} {FIRE} {SUPERVISORS} leader"
NEAR = "steward project_assistant"  # of the firm
SEES = {
    "review": INSIDE,
    "objected": INSIDE,
    "approve": INSIDE,
    "listed": f"{PEOPLE} anonymous",
    "dropped": INSIDE,
    "removed": f"{INSIDE} {FIRM} {NEAR}",
    "appeal": f"{INSIDE} {FIRM} {NEAR}",
    "expired": f"{INSIDE} {FIRM} {NEAR}",
}
VERBS = (
    *("review", "uphold", "drop", "approve", "refuse", "remove", "remove_by_incident", "appeal"),
    *("restore", "dismiss", "renew", "expire"),
)
ABLE = "keeper_inspector inspector fire_head leader supervisor enterprise_member clock"
SOON = make.moment("2027-10-11 10:00")  # the term ends within sixty days
AT = {"listed": SOON}


def call(of, verb, entry, by, at):
    given = {"by": by, "at": at}
    if verb == "review":
        agency = of.fire if by in (of.fire_inspector, of.fire_head) else of.housing
        return flow.review(entry, agency=agency, says="agrees", **given)
    if verb == "remove_by_incident":
        walks.struck(entry.enterprise, at=at)
    if verb == "expire":
        return flow.expire(entry, by=by, at=walks.OVER)
    if verb == "renew":
        return flow.renew([entry], title="续期一批", term_until=walks.UNTIL + timedelta(days=365), **given)
    given |= {
        "uphold": {"reason": "罚款已缴清"},
        "drop": {"reason": "再看一年"},
        "refuse": {"reason": "再看一年"},
        "remove": {"reason": "拒不整改", "basis": "通知书 9 号"},
        "appeal": {"text": "已经整改"},
        "restore": {"answer": "属实"},
        "dismiss": {"answer": "不属实"},
    }.get(verb, {})
    return getattr(flow, verb)(entry, **given)


@pytest.fixture
def everybody(of):
    walks.second_supervisor(of)
    people = {name: of.town.people.get(name) for name in PEOPLE.split()}
    from portal.people.models import User

    people["second_supervisor"] = User.objects.get(username="second_supervisor")
    return people | {"clock": CLOCK}


def test_the_literal_knows_every_status_and_verb():
    assert set(MAY) == set(stages.STATUSES)
    assert set(VERBS) == set(stages.VERBS) - {"propose"}


@pytest.mark.parametrize("status", MAY)
def test_who_does_what_sees_what_and_has_which_buttons(of, everybody, status):
    entry = walks.IN[status](of)
    assert entry.status == status
    at = AT.get(status, walks.JUDGED)
    for verb in VERBS:
        tried = everybody if verb in MAY[status] else ABLE.split()
        able = {name for name in tried if done(of, verb, entry, everybody[name], at)}
        assert able == set(MAY[status].get(verb, "").split()), verb
    people = {name: person for name, person in everybody.items() if name != "clock"}
    for name, person in people.items():
        expected = {verb for verb, who in MAY[status].items() if name in who.split()}
        assert set(verbs_of(entry, person, at)) == expected, name
    seen = {name for name, one in (people | {"anonymous": AnonymousUser()}).items() if sees(entry, one)}
    assert seen == set(SEES[status].split())


def sees(entry, person):
    return Entry.objects.visible_to(person).filter(pk=entry.pk).exists()


def done(of, verb, entry, by, at):
    """Tried, and taken back."""
    try:
        with transaction.atomic():
            result = call(of, verb, entry, by, at)
            transaction.set_rollback(True)
    except Refused:
        return False
    return result is not None


PROPOSE = set(KEEPER.split())


def test_who_proposes(of, everybody):
    walks.admitted(of.firm)
    given = {"title": "一批", "term_from": walks.DAY, "term_until": walks.UNTIL, "at": make.MONDAY}
    able = set()
    for name, person in everybody.items():
        if name == "clock":
            continue
        try:
            with transaction.atomic():
                flow.propose([of.firm], by=person, **given)
                transaction.set_rollback(True)
            able.add(name)
        except Refused:
            pass
    assert able == PROPOSE


def test_an_official_of_the_firm_is_the_firm_alone(of):
    """Own case: he neither proposes, reviews, approves nor removes his own firm, whatever his offices."""
    for who in (of.keeper_inspector, of.inspector, of.leader, of.supervisor):
        Member.objects.create(enterprise=of.firm, user=who, since=make.LONG_AGO)
    of.town.forget()
    walks.admitted(of.firm)
    given = {"title": "一批", "term_from": walks.DAY, "term_until": walks.UNTIL, "at": make.MONDAY}
    with pytest.raises(Refused):
        flow.propose([of.firm], by=of.keeper_inspector, **given)
    entry = walks.under_review(of, by=of.keeper_second)
    assert verbs_of(entry, of.inspector, walks.REVIEWED) == []
    with pytest.raises(Refused):
        flow.review(entry, by=of.inspector, agency=of.housing, says="agrees", at=walks.REVIEWED)
    entry = flow.review(entry, by=of.housing_second, agency=of.housing, says="agrees", at=walks.REVIEWED)
    entry = walks.said(of, entry, only=("fire",))
    assert not done(of, "approve", entry, of.leader, walks.APPROVED)
    assert not Entry.objects.visible_to(of.leader).exists()  # his firm is told of nothing that is being decided


def test_a_third_party_inspects_nothing(of):
    office = make.department("某检测公司", "third_party")
    assessor = make.person("assessor", "瞿鹊子", ("inspector", office), ("department_head", office))
    entry = walks.under_review(of)
    assert not sees(entry, assessor)
    assert verbs_of(entry, assessor, walks.REVIEWED) == []


def test_one_agency_does_not_speak_for_another(of):
    entry = walks.under_review(of)
    with pytest.raises(Refused):
        flow.review(entry, by=of.fire_head, agency=of.housing, says="agrees", at=walks.REVIEWED)
    with pytest.raises(Refused):
        flow.review(entry, by=of.keeper_inspector, agency=of.keeper, says="agrees", at=walks.REVIEWED)


# Two people -------------------------------------------------------------------------------------------------------


def lend(principal, deputy):
    Delegation.objects.create(
        principal=principal, deputy=deputy, since=make.LONG_AGO, until=make.LONG_AGO + timedelta(days=36500)
    )


@pytest.mark.parametrize("way", ["himself", "his deputy", "for another"])
def test_who_proposed_it_does_not_approve_it(of, way):
    """Neither himself, nor by whoever stands in for him, nor as the deputy of a leader for whom he proposed."""
    proposer = make.person("both", "长梧子", ("inspector", of.town.police), ("leader", None))
    approver = proposer
    if way == "his deputy":
        approver = make.person("deputy", "鬷蔑", ("leader", None))
        lend(proposer, approver)
    if way == "for another":
        deputy = make.person("deputy", "鬷蔑")
        lend(proposer, deputy)
        proposer, approver = deputy, proposer
    entry = walks.to_approve(of, by=proposer)
    assert "approve" not in verbs_of(entry, approver, walks.APPROVED)
    with pytest.raises(Refused, match="由您推荐"):
        flow.approve(entry, by=approver, at=walks.APPROVED)
    assert flow.approve(entry, by=of.leader, at=walks.APPROVED).status == "listed"


def test_who_removed_it_does_not_judge_the_appeal(of):
    entry = flow.remove(walks.listed(of), by=of.supervisor, reason="拒不整改", basis="8 号", at=walks.REMOVED)
    entry = flow.appeal(entry, by=of.enterprise_member, text="已整改", at=walks.APPEALED)
    with pytest.raises(Refused, match="由您移出"):
        flow.restore(entry, by=of.supervisor, answer="属实", at=walks.JUDGED)
    assert flow.restore(entry, by=walks.second_supervisor(of), answer="属实", at=walks.JUDGED).status == "listed"


def test_the_events_of_officials_name_their_office(of):
    entry = walks.dropped(of)
    roles = list(Event.objects.about(entry).order_by("pk").values_list("kind", "role"))
    assert roles == [
        ("whitelist.proposed", "inspector"),
        ("whitelist.reviewed", "inspector"),
        ("whitelist.reviewed", "inspector"),
        ("whitelist.dropped", "inspector"),
    ]
