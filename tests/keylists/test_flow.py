"""A year's key list from its opening to its approval, and the year after (ENT-9)."""

import pytest
from django.db import IntegrityError, transaction

from enterprises.keylists import flow, stages
from enterprises.keylists.standing import in_force, leader_contacts, standing_of
from enterprises.models import KeyEntry, KeyList, Stewardship
from portal.outbox.models import Message
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.keylists.conftest import JANUARY
from tests.requests import factories as make
from tests.requests.factories import moment

ROLES = ("supervisor", "triager", "supervisor", "leader")


def refused(call, *args, **given):
    with pytest.raises(Refused) as info:
        call(*args, **given)
    return info.value


def test_a_list_is_opened_once_for_a_level_and_year(town, drafted):
    assert refused(flow.open_list, "town", 2026, by=town.supervisor, at=JANUARY).field == "year"
    assert flow.open_list("district", 2026, by=town.supervisor, at=JANUARY).size == 13
    assert drafted.size == 200


def test_the_same_firm_is_on_a_level_once_whoever_writes_it(town, drafted):
    refused(flow.propose, drafted, by=town.department_head, firms=[town.firm], reason="再推荐", at=JANUARY)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyEntry.objects.create(of=drafted, enterprise=town.firm, state="standing", carried=True, proposed_at=JANUARY)


def test_stewards_propose_only_the_firms_they_look_after(town, drafted):
    Stewardship.objects.filter(enterprise=town.foreign_firm).update(user=town.project_assistant)
    assert (
        "不是"
        in refused(flow.propose, drafted, by=town.steward, firms=[town.foreign_firm], reason="好", at=JANUARY).sentence
    )
    Stewardship.objects.filter(enterprise=town.foreign_firm).update(user=town.steward)
    town.forget()
    assert len(flow.propose(drafted, by=town.steward, firms=[town.foreign_firm], reason="好", at=JANUARY)) == 1


def test_nobody_proposes_the_firm_he_belongs_to(town, drafted):
    refused(flow.propose, drafted, by=town.member_official, firms=[town.firm], reason="我家", at=JANUARY)


def test_a_list_goes_up_only_when_all_is_decided_and_everybody_has_his_people(town, drafted):
    assert "没有审核" in refused(flow.submit, drafted, by=town.supervisor, at=JANUARY).sentence
    entry = drafted.entries.get()
    flow.accept(entry, by=town.supervisor, at=JANUARY)
    assert "乌有精密" in refused(flow.submit, drafted, by=town.supervisor, at=JANUARY).sentence
    flow.name_people(entry, by=town.supervisor, leader=town.leader, at=JANUARY)
    Stewardship.objects.filter(enterprise=town.firm).delete()
    assert "服务管家" in refused(flow.submit, drafted, by=town.supervisor, at=JANUARY).sentence
    flow.name_people(entry, by=town.supervisor, leader=town.leader, steward=town.steward, at=JANUARY)
    assert flow.submit(drafted, by=town.supervisor, at=JANUARY).status == stages.APPROVING


def test_more_firms_than_places_do_not_go_up(town, accepted):
    (more,) = flow.propose(accepted, by=town.triager, firms=[town.foreign_firm], reason="好", at=JANUARY)
    flow.accept(more, by=town.supervisor, at=JANUARY)
    flow.name_people(more, by=town.supervisor, leader=town.leader, at=JANUARY)
    flow.set_size(accepted, by=town.supervisor, size=1, at=JANUARY)
    assert "名额" in refused(flow.submit, accepted, by=town.supervisor, at=JANUARY).sentence


def test_sent_back_it_can_be_changed_again_and_the_reason_stands(town, accepted):
    flow.submit(accepted, by=town.supervisor, at=JANUARY)
    entry = accepted.entries.get()
    refused(flow.remove, entry, by=town.supervisor, reason="搬走了", at=JANUARY)
    back = flow.send_back(accepted, by=town.leader, reason="再核对名额", at=JANUARY)
    assert (back.status, back.returned_for) == (stages.DRAFTING, "再核对名额")
    assert flow.remove(entry, by=town.supervisor, reason="搬走了", at=JANUARY).state == stages.REMOVED


def test_nobody_reviews_what_he_proposed(town, drafted):
    from portal.people.models import Membership

    Membership.objects.create(user=town.triager, role="supervisor", since=make.LONG_AGO)
    town.forget()
    refused(flow.accept, drafted.entries.get(), by=town.triager, at=JANUARY)


def test_an_approved_list_changes_no_more_but_its_people(town, approved):
    entry = approved.entries.get()
    assert entry.steward == town.steward
    for call in (flow.remove, flow.decline):
        refused(call, entry, by=town.supervisor, reason="…", at=JANUARY)
    other = make.person("second_leader", "第二领导", ("leader", None))
    assert flow.name_people(entry, by=town.supervisor, leader=other, at=JANUARY).leader == other
    assert leader_contacts([town.firm.pk], JANUARY) == {town.firm.pk: other}


def test_the_next_year_begins_with_what_stood_and_the_old_one_stays(town, approved):
    autumn = moment("2026-11-20 10:00")
    following = flow.open_list("town", 2027, by=town.supervisor, at=autumn)
    (carried,) = following.entries.all()
    assert (carried.carried, carried.leader, carried.state) == (True, town.leader, stages.STANDING)
    flow.remove(carried, by=town.supervisor, reason="产能外迁", at=autumn)
    (came,) = flow.propose(following, by=town.triager, firms=[town.foreign_firm], reason="增长快", at=autumn)
    flow.accept(came, by=town.supervisor, at=autumn)
    flow.name_people(came, by=town.supervisor, leader=town.leader, at=autumn)
    flow.submit(following, by=town.supervisor, at=autumn)
    flow.approve(following, by=town.leader, at=autumn)
    assert [e.enterprise for e in KeyList.objects.get(year=2026).entries.standing()] == [town.firm]
    assert [e.enterprise for e in in_force(at=autumn)] == [town.firm]  # next year's does not hold yet
    assert [e.enterprise for e in in_force(at=moment("2027-01-04 09:00"))] == [town.foreign_firm]
    assert [s.holds for s in standing_of(town.firm, town.handler, autumn)] == [True]


def test_what_was_removed_or_declined_comes_back_while_the_list_is_made(town, drafted):
    entry = drafted.entries.get()
    flow.decline(entry, by=town.supervisor, reason="规模不够", at=JANUARY)
    assert flow.put_back(entry, by=town.supervisor, at=JANUARY).state == stages.STANDING
    flow.remove(entry, by=town.supervisor, reason="搬走", at=JANUARY)
    (again,) = flow.propose(drafted, by=town.triager, firms=[town.firm], reason="没有搬", at=JANUARY)
    refused(flow.put_back, entry, by=town.supervisor, at=JANUARY)
    assert again.state == stages.PROPOSED


def test_each_step_leaves_an_event_with_the_right_and_tells_who_is_next(town, approved):
    kinds = ["key_list.opened", "key_list.proposed", "key_list.submitted", "key_list.approved"]
    found = Event.objects.filter(kind__startswith="key_list").order_by("pk")
    assert [(e.kind, e.role) for e in found] == list(zip(kinds, ROLES, strict=True))
    told = set(Message.objects.values_list("kind", flat=True))
    assert set(kinds) | {"key_entry.accepted"} <= told
