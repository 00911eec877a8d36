"""Public notices, what anybody says against them, and who decides it (POL-5)."""

from datetime import timedelta

import pytest

from policies.claims import flow
from policies.claims.capacity import verbs_of
from policies.models import Claim, ClaimDeadline, Objection
from portal.deadlines.sweep import sweep
from portal.people.models import Membership
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.policies.claims import walks
from tests.policies.claims.walks import DAY, MONDAY, fresh
from tests.requests.factories import moment

SAID = {"text": "研发费用不实", "name": "许由", "phone": "0512-0000 9999"}
WEDNESDAY = MONDAY + 9 * DAY  # 18 November; the notice ends on the 19th at 17:00


def test_one_notice_is_of_one_round(town):
    mine = walks.to_publish(town)
    other = walks.send(walks.batch(town), town, firm=town.foreign_firm)
    with pytest.raises(Refused):
        flow.publish([mine, other], by=town.policy_officer, at=MONDAY + 3 * DAY)
    with pytest.raises(Refused):
        flow.publish([], by=town.policy_officer, at=MONDAY + 3 * DAY)
    flow.publish([mine], by=town.policy_officer, at=MONDAY + 3 * DAY)
    with pytest.raises(Refused):
        flow.publish([mine], by=town.policy_officer, at=MONDAY + 3 * DAY)


def test_several_go_up_together(town):
    mine = walks.to_publish(town)
    other = walks.send(mine.round, town, firm=town.foreign_firm)
    flow.accept(other, by=town.policy_officer, at=MONDAY + DAY)
    flow.approve(other, by=town.department_head, at=MONDAY + 2 * DAY)
    notice = flow.publish([mine, other], by=town.policy_officer, at=MONDAY + 3 * DAY)
    assert set(notice.claims.all()) == {mine, other}


@pytest.mark.parametrize("wrong", [{"text": " "}, {"text": "字" * 1001}, {"name": ""}, {"phone": "12"}])
def test_an_objection_says_what_and_who(town, wrong):
    claim = walks.public(town)
    with pytest.raises(Refused) as refused:
        flow.object_to(claim, at=WEDNESDAY, **SAID | wrong)
    assert refused.value.field == next(iter(wrong))


def test_anybody_objects_while_it_is_up_but_not_the_firm_itself(town):
    claim = walks.public(town)
    for at in (claim.publicity.begins_at - DAY, claim.publicity.ends_at):
        with pytest.raises(Refused):
            flow.object_to(claim, at=at, **SAID)
    with pytest.raises(Refused):
        flow.object_to(claim, by=town.enterprise_member, at=WEDNESDAY, **SAID)
    flow.object_to(claim, at=claim.publicity.ends_at - timedelta(seconds=1), **SAID)
    flow.object_to(claim, by=town.other_member, at=WEDNESDAY, **SAID | {"name": "巢父"})
    assert claim.objections.count() == 2
    assert ClaimDeadline.objects.open().filter(subject=claim, obligation="claim_objection").count() == 1


def test_the_same_objection_pressed_twice_is_one(town):
    claim = walks.public(town)
    first = flow.object_to(claim, at=WEDNESDAY, **SAID)
    assert flow.object_to(claim, at=WEDNESDAY, **SAID) == first
    assert flow.object_to(claim, at=WEDNESDAY, **SAID | {"phone": "0512-0000 8888"}) != first


def test_an_objection_leaves_no_name_in_the_trail(town):
    claim = walks.public(town)
    flow.object_to(claim, by=town.other_member, at=WEDNESDAY, **SAID)
    event = Event.objects.about(claim).get(kind="claim.objected")
    assert event.actor is None
    assert "许由" not in str(event.data)
    assert event.audience == "office"


def test_who_reads_an_objection(town):
    claim = walks.objected(town)
    seen = {name for name, user in town.people.items() if Objection.objects.visible_to(user).exists()}
    assert seen == {"policy_officer", "department_head", "deputy_head", "stand_in", "supervisor", "leader"}
    assert Claim.objects.visible_to(town.enterprise_member).filter(pk=claim.pk).exists()


def test_not_upheld_it_goes_back_to_the_notice(town):
    claim = walks.objected(town)
    said = claim.objections.get()
    claim = flow.decide_objection(said, by=town.deputy_head, upheld=False, answer="经核不属实", at=WEDNESDAY)
    assert claim.status == "publicity"
    assert not ClaimDeadline.objects.open().filter(subject=claim).exists()
    with pytest.raises(Refused):
        flow.decide_objection(said, by=town.deputy_head, upheld=True, answer="再想想", at=WEDNESDAY)
    sweep(claim.publicity.ends_at)
    assert fresh(claim).status == "payment"


def test_the_sweep_leaves_what_is_objected_to(town):
    claim = walks.objected(town)
    sweep(claim.publicity.ends_at + DAY)
    assert fresh(claim).status == "objection"
    at = moment("2026-11-24 10:00")
    claim = flow.decide_objection(claim.objections.get(), by=town.deputy_head, upheld=False, answer="不属实", at=at)
    assert claim.status == "payment"
    assert ClaimDeadline.objects.get(subject=claim, obligation="claim_pay").started_at == at


def test_every_objection_is_decided_before_it_goes_on(town):
    claim = walks.objected(town)
    flow.object_to(claim, **SAID | {"name": "巢父"}, at=WEDNESDAY)
    first, second = claim.objections.all()
    claim = flow.decide_objection(first, by=town.deputy_head, upheld=False, answer="不属实", at=WEDNESDAY)
    assert claim.status == "objection"
    claim = flow.decide_objection(second, by=town.deputy_head, upheld=False, answer="不属实", at=WEDNESDAY)
    assert claim.status == "publicity"


def test_one_upheld_settles_all(town):
    claim = walks.objected(town)
    flow.object_to(claim, **SAID | {"name": "巢父"}, at=WEDNESDAY)
    said = claim.objections.first()
    claim = flow.decide_objection(said, by=town.deputy_head, upheld=True, answer="费用重复列支", at=WEDNESDAY)
    assert (claim.status, claim.reason) == ("rejected", "费用重复列支")
    assert set(claim.objections.values_list("upheld", flat=True)) == {True}
    assert not ClaimDeadline.objects.open().filter(subject=claim).exists()


def test_who_approved_it_decides_only_where_there_is_nobody_else(town):
    claim = walks.objected(town)  # approved by the head; there is a deputy
    said = claim.objections.get()
    assert "decide_objection" not in verbs_of(claim, town.department_head, WEDNESDAY)
    with pytest.raises(Refused, match="其他负责人"):
        flow.decide_objection(said, by=town.department_head, upheld=False, answer="不属实", at=WEDNESDAY)
    Membership.objects.filter(user=town.deputy_head).update(until=WEDNESDAY)
    assert flow.decide_objection(said, by=town.department_head, upheld=False, answer="不属实", at=WEDNESDAY)


def test_too_many_open_objections_wait(town, monkeypatch):
    from policies.claims.flow import publishing

    monkeypatch.setattr(publishing, "MOST_OBJECTIONS", 1)
    claim = walks.objected(town)
    with pytest.raises(Refused):
        flow.object_to(claim, at=WEDNESDAY, **SAID)
