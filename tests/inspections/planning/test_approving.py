"""The approval: all at once, by another person, never against a rule, whatever happened meanwhile (INS-2, INS-4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from inspections.models import Away, Inspector, JointVisit, Need, Plan, PlanDeadline
from inspections.needs import stages as needs
from inspections.planning import approving, flow, stages
from inspections.visits import stages as visits
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of, subject_of
from portal.people.models import Membership
from portal.people.refusal import Refused
from portal.people.roles import Role
from portal.trail.models import Event
from tests.inspections.factories import DAY, need, visit
from tests.inspections.planning.world import AT, computed, drafted, three_agencies_at, visits_of
from tests.requests.factories import LONG_AGO

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(of):
    """Two visits, one of them unannounced; and a need that finds no place."""
    three_agencies_at(of, of.town.firm)
    need(of, of.town.foreign_firm, unannounced=True)
    need(of, of.town.foreign_firm, of.fire)
    need(of, of.town.foreign_firm, skill=of.gas, kind=needs.STATUTORY)
    plan = computed(drafted(of), of)
    return flow.submit(plan, by=of.keeper_inspector, at=AT)


def approve(plan, of, **kwargs):
    return approving.approve(plan, by=of.police_head, at=AT + timedelta(hours=1), **kwargs)


def test_visits_stand_needs_are_planned_and_the_rest_waits(of, submitted):
    plan = approve(submitted, of)
    assert (plan.status, plan.approved_by, plan.figures["visits"], plan.figures["unserved"]) == (
        stages.APPROVED,
        of.police_head,
        2,
        1,
    )
    there = visits_of(plan)
    assert {one.status for one in there} == {visits.SCHEDULED}
    assert [one.number for one in there] == ["JC-20261106-0001", "JC-20261106-0002"]
    assert {one.visit for one in Need.objects.filter(status=needs.PLANNED)} == set(there)
    left = Need.objects.get(status=needs.OPEN)
    assert (left.plan, left.visit, left.unplaced["plan"]) == (None, None, plan.pk)


def test_a_firm_is_told_only_of_what_may_be_told(of, submitted):
    plan = approve(submitted, of)
    told = JointVisit.objects.get(plan=plan, enterprise=of.town.firm)
    quiet = JointVisit.objects.get(plan=plan, enterprise=of.town.foreign_firm)
    assert (told.unannounced, told.told_at) == (False, AT + timedelta(hours=1))
    assert (quiet.unannounced, quiet.told_at) == (True, None)
    assert [one.subject_id for one in Message.objects.filter(kind="joint_visit.scheduled")] == [told.pk]
    events = Event.objects.filter(kind="joint_visit.scheduled")
    assert {one.subject_id: one.audience for one in events} == {told.pk: "firm", quiet.pk: "office"}
    assert not JointVisit.objects.visible_to(of.other_member).exists()


def test_who_gets_a_letter(of, submitted):
    approve(submitted, of)
    letters = {}
    for message in Message.objects.filter(kind__in=["joint_visit.scheduled", "inspection_plan.approved"]):
        found = letters_of(message, subject_of(message))
        letters[message.kind] = {one.to.username: one.title for one in found}
    assert set(letters["joint_visit.scheduled"]) >= {"enterprise_member"}
    assert "执法局、" in letters["joint_visit.scheduled"]["enterprise_member"]
    told = letters["inspection_plan.approved"]
    assert told["fire_inspector"] == "检查计划“十一月联合检查”已批准，消防站有 2 次检查"
    assert told["inspector"] == "检查计划“十一月联合检查”已批准，住建局有 2 次检查"
    assert "police_head" not in told  # he did it himself
    assert not {"steward", "enterprise_member", "other_member"} & set(told)


def test_nobody_approves_what_he_submitted(of, submitted):
    flow.send_back(submitted, by=of.police_head, reason="再看看", at=AT)
    plan = flow.submit(submitted, by=of.police_head, at=AT)
    with pytest.raises(Refused, match="由您送审"):
        approve(plan, of)
    deputy = of.keeper_second
    Membership.objects.create(user=deputy, role=Role.DEPUTY_HEAD, department=of.town.police, since=LONG_AGO)
    of.town.forget()
    assert approving.approve(plan, by=deputy, at=AT).status == stages.APPROVED


def test_the_clock_of_the_approval(of, submitted):
    clock = PlanDeadline.objects.get(subject=submitted)
    assert (clock.obligation, clock.department) == ("plan_approve", of.town.police)
    assert clock.due_at.date() == date(2026, 11, 11)
    flow.send_back(submitted, by=of.police_head, reason="消防一组十日有培训", at=AT)
    clock.refresh_from_db()
    assert clock.met_at == AT
    again = flow.submit(submitted, by=of.keeper_inspector, at=AT)
    approve(again, of)
    assert not PlanDeadline.objects.open().exists()


@pytest.mark.parametrize("verb", ["submit", "approve"])
def test_what_changed_meanwhile_is_found(of, submitted, verb):
    inspector = Inspector.objects.get(user=of.inspector)
    Inspector.objects.filter(pk=inspector.pk).update(active=False)
    if verb == "submit":
        flow.send_back(submitted, by=of.police_head, reason="再看看", at=AT)
        with pytest.raises(Refused, match="住建局 11月.*没有原定的检查组可派"):
            flow.submit(submitted, by=of.keeper_inspector, at=AT)
    else:
        with pytest.raises(Refused, match="乌有精密：住建局 11月.*没有原定的检查组可派"):
            approve(submitted, of)
    assert not JointVisit.objects.exclude(status=visits.PROPOSED).exists()


def test_other_changes_are_found_too(of, submitted):
    there = JointVisit.objects.get(enterprise=of.town.firm)
    Away.objects.create(team=of.team(of.fire), first=there.day, last=there.day)
    with pytest.raises(Refused, match="乌有精密"):
        approve(submitted, of)
    Away.objects.all().delete()
    own = there.needs.first()
    Need.objects.filter(pk=own.pk).update(first=there.day + timedelta(days=1), last=there.day + timedelta(days=9))
    with pytest.raises(Refused, match="这项检查要在"):
        approve(submitted, of)
    Need.objects.filter(pk=own.pk).update(first=own.first, last=own.last)
    stood = visit(of, of.town.firm, [need(of, of.town.firm, kind=needs.STATUTORY)], day=there.day + timedelta(days=8))
    with pytest.raises(Refused, match="有一次检查，两次之间至少 10 个工作日"):
        approve(submitted, of)
    JointVisit.objects.filter(pk=stood.pk).update(status=visits.CANCELLED)
    assert approve(submitted, of).status == stages.APPROVED  # the control


def test_what_is_past_is_not_approved(of, submitted):
    with pytest.raises(Refused, match="已经过去"):
        approving.approve(submitted, by=of.police_head, at=AT + timedelta(days=30))


def test_a_head_of_the_firm_is_not_told_its_name(of, submitted):
    from enterprises.models import Member

    Member.objects.create(enterprise=of.town.firm, user=of.police_head, since=LONG_AGO)
    of.town.forget()
    there = JointVisit.objects.get(enterprise=of.town.firm)
    Away.objects.create(team=of.team(of.fire), first=there.day, last=there.day)
    with pytest.raises(Refused) as refused:
        approve(submitted, of)
    assert "乌有" not in refused.value.sentence
    assert "一家企业" in refused.value.sentence


def test_the_last_line_is_the_database(of, submitted, monkeypatch):
    """Were our own check blind, the gate’s triggers would still refuse, and all of the approval with it."""
    from tests.inspections.factories import listed

    with transaction.atomic():
        listed(of, of.town.firm)  # what the gate looks at when the transaction ends has not been looked at yet
        monkeypatch.setattr(approving, "faults", lambda plan, at: [])
        with pytest.raises(Refused, match="批准没有成功：有企业刚列入白名单"):
            approve(submitted, of)
        assert Plan.objects.get(pk=submitted.pk).status == stages.SUBMITTED
        assert set(JointVisit.objects.values_list("status", flat=True)) == {visits.PROPOSED}
        monkeypatch.undo()
        with pytest.raises(Refused, match="乌有精密：已列入白名单"):
            approve(submitted, of)
        transaction.set_rollback(True)  # nor is it ever


def test_approving_twice_is_once(of, submitted):
    approve(submitted, of)
    with pytest.raises(Refused, match="已批准"):
        approve(submitted, of)
    assert Message.objects.filter(kind="joint_visit.scheduled").count() == 1


def test_queries_do_not_grow_with_the_plan(of, django_assert_max_num_queries):
    from tests.inspections.planning.world import firms

    three_agencies_at(of, *firms(of, 3))
    small = flow.submit(computed(drafted(of), of), by=of.keeper_inspector, at=AT)
    with django_assert_max_num_queries(60):
        approving.demand_lawful(small, of.police_head, AT)


def test_dropping_gives_the_needs_back(of):
    three_agencies_at(of, of.town.firm)
    plan = computed(drafted(of), of)
    flow.drop(plan, by=of.keeper_inspector, reason="改到下月", at=AT)
    assert not JointVisit.objects.exists()
    assert Need.objects.waiting(DAY, DAY).count() == 3


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"first": AT.date()}, "最早从明天开始"),
        ({"last": DAY - timedelta(days=1)}, "不能早于"),
        ({"first": DAY, "last": DAY + timedelta(days=400)}, "最长 200 天"),
        ({"first": date(2026, 12, 20), "last": date(2027, 1, 10)}, "不能跨年"),
        ({"first": date(2026, 11, 7), "last": date(2026, 11, 8)}, "没有工作日"),
        ({"first": date(9999, 12, 1), "last": date(9999, 12, 31)}, "最远只能编到明年"),
        ({"gap": 3}, "间隔请填 10 到"),
        ({"seconds": 0}, "计算时间请填"),
        ({"title": " "}, "请写计划名称"),
    ],
)
def test_what_cannot_be_a_plan(of, given, sentence):
    need(of, of.town.firm)
    with pytest.raises(Refused, match=sentence):
        drafted(of, **given)
    assert not Plan.objects.exists()
