"""Who is told what of the whitelist (INS-1), once for a round, and the ladders of its clocks (DL-4)."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from inspections.models import Entry, EntryDeadline, RoundDeadline, WhitelistRound
from inspections.whitelist import flow
from portal.deadlines.sweep import sweep
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of
from portal.trail.models import Event
from tests.inspections.whitelist import walks
from tests.requests.factories import moment

FIRM = {"enterprise_member", "member_official"}
STEWARDS = {"steward", "project_assistant"}
KEEPER = {"keeper_inspector", "keeper_second", "police_head"}
HOUSING = {"inspector", "housing_second", "department_head", "deputy_head", "stand_in"}
FIRE = {"fire_inspector", "fire_second", "fire_head"}


def told(subject, kind):
    """Who gets which letter of the messages of that kind, in their order."""
    found = []
    for message in Message.objects.filter(kind=kind, subject_id=subject.pk).order_by("pk"):
        message.params["told_at"] = message.at.isoformat()
        fresh = type(subject).objects.get(pk=subject.pk)
        found.append({letter.to.username: letter for letter in letters_of(message, fresh)})
    return found


def whom(subject, kind):
    return [set(letters) for letters in told(subject, kind)]


def test_a_round_of_two_firms_is_one_letter_to_each(of):
    made = walks.proposed(of, of.firm, of.foreign_firm)
    (letters,) = told(made.round, "whitelist_round.opened")
    assert set(letters) == HOUSING | FIRE
    assert letters["fire_head"].title == "请审查白名单“第 1 批”：2 家企业"
    assert letters["fire_head"].body == "11月16日(周一)17:00 前逐家或一次提出意见；有异议的写明理由。"
    assert letters["fire_head"].url == made.round.get_absolute_url()


def test_who_comes_next_hears_of_it_once(of):
    made = walks.proposed(of, of.firm, of.foreign_firm)
    a, b = made.entries
    walks.said(of, a)
    assert whom(made.round, "whitelist_round.to_approve") == []
    walks.said(of, b, objects=("fire",))
    assert whom(made.round, "whitelist_round.to_approve") == [{"leader"}]
    assert whom(made.round, "whitelist_round.reviewed") == [KEEPER]
    flow.approve(a, by=of.leader, at=walks.APPROVED)
    assert whom(made.round, "whitelist_round.to_approve") == [set()]  # nobody is asked for what is done
    flow.uphold(b, by=of.keeper_inspector, reason="已缴清", at=walks.APPROVED)
    assert whom(made.round, "whitelist_round.to_approve") == [{"leader"}, {"leader"}]


def test_without_an_objection_the_keeper_is_left_alone(of):
    entry = walks.to_approve(of)
    assert whom(entry.round, "whitelist_round.reviewed") == [set()]


def test_the_firm_hears_of_coming_on_and_going_off_and_of_nothing_before(of):
    entry = walks.appealed(of)
    kinds = "proposed reviewed"
    assert not Message.objects.filter(kind__in=[f"whitelist.{kind}" for kind in kinds.split()]).exists()
    assert Message.objects.filter(kind="whitelist.listed").count() == 1
    assert whom(entry, "whitelist.listed") == [set()]  # it stands no more
    (letters,) = told(entry, "whitelist.appealed")
    assert set(letters) == {"supervisor"}
    entry = flow.dismiss(entry, by=of.supervisor, answer="没有整改", at=walks.JUDGED)
    (letters,) = told(entry, "whitelist.removed")
    assert set(letters) >= FIRM | STEWARDS | {"supervisor"}
    assert letters["enterprise_member"].body == "原因：拒不整改。依据：责令改正通知书 8 号。有不同意见可以申诉一次。"
    (letters,) = told(entry, "whitelist.dismissed")
    assert set(letters) == FIRM | KEEPER
    assert "没有整改" in letters["enterprise_member"].body


def test_being_listed_in_words(of):
    entry = walks.listed(of)
    (letters,) = told(entry, "whitelist.listed")
    assert set(letters) == FIRM | STEWARDS
    assert letters["enterprise_member"].title == "贵企业已列入检查白名单"
    assert "11月12日" in letters["enterprise_member"].body


def climb(Model, clock):
    """The rungs at their times, one after the other; each once though the sweep comes twice."""
    for at in clock.rung_times:
        sweep(at)
        sweep(at + timedelta(seconds=1))
    return [set(letters) for letters in told(clock.subject, "deadline.rung")]


@pytest.fixture
def in_charge(of):
    """The fire station's own leader."""
    of.fire.department.leader_in_charge = of.leader
    of.fire.department.save()


def test_a_late_agency_climbs_its_ladder(of, in_charge):
    """Near the inspectors, then their heads too, the supervisor, the leader in charge (DL-4)."""
    entry = walks.said(of, walks.under_review(of), only=("housing",))
    clock = RoundDeadline.objects.open().get(department=of.fire.department)
    near, due, after_one, after_three, *rest = climb(RoundDeadline, clock)
    assert near == {"fire_inspector", "fire_second"}
    assert due == {"fire_inspector", "fire_second", "fire_head"}
    assert (after_one, after_three) == ({"supervisor"}, {"leader"})
    assert rest == [set()]  # the agenda is a place, nobody in particular
    assert entry.status == "review"


def test_the_leaders_own_clock_and_the_supervisors(of):
    entry = walks.to_approve(of)
    clock = RoundDeadline.objects.get(obligation="whitelist_approve")
    assert climb(RoundDeadline, clock) == [{"leader"}, {"supervisor"}, {"leader"}]
    other = walks.appealed(of, of.foreign_firm)
    clock = EntryDeadline.objects.get(subject=other)
    assert climb(EntryDeadline, clock) == [{"supervisor"}, {"supervisor"}, {"leader"}]
    assert entry.round != other.round


def test_a_clock_that_was_met_says_nothing(of):
    entry = walks.under_review(of)
    clock = RoundDeadline.objects.filter(subject=entry.round).first()
    sweep(clock.near_at)
    walks.said(of, entry, at=clock.near_at)
    assert whom(entry.round, "deadline.rung") == [set(), set()]


def test_letters_reach_only_who_may_see_it(of):
    """A round is told to nobody outside of the agencies, whatever a ladder says."""
    round = walks.under_review(of).round
    assert not WhitelistRound.objects.visible_to(of.enterprise_member).filter(pk=round.pk).exists()
    assert not Entry.objects.visible_to(of.enterprise_member).exists()


# Before terms end ---------------------------------------------------------------------------------------------------

SIXTY, THIRTY = (walks.UNTIL - timedelta(days=n) for n in (60, 30))


def on(day):
    return moment(f"{day} 09:00")


def test_the_agency_that_proposes_is_told_60_and_30_days_before_a_term_ends(of):
    """Once each for a round, however many firms and sweeps; nobody earlier (INS-1)."""
    made = walks.proposed(of, of.firm, of.foreign_firm)
    for entry in made.entries:
        flow.approve(walks.said(of, entry), by=of.leader, at=walks.APPROVED)
    sweep(on(SIXTY - timedelta(days=1)))
    assert whom(made.round, "whitelist_round.ending") == []
    for day in (SIXTY, SIXTY + timedelta(days=1), THIRTY - timedelta(days=1)):
        sweep(on(day))
    (letters,) = told(made.round, "whitelist_round.ending")
    assert set(letters) == KEEPER
    assert letters["keeper_inspector"].title == "白名单“第 1 批”2027年11月8日(周一)到期：2 家企业还没有续期"
    for day in (THIRTY, THIRTY + timedelta(days=1), walks.UNTIL):
        sweep(on(day))
    assert whom(made.round, "whitelist_round.ending") == [KEEPER, KEEPER]


def test_who_comes_late_to_it_is_told_once(of):
    """The clock stood still for two months: one letter, not two."""
    round = walks.listed(of).round
    for minutes in range(2):
        sweep(on(THIRTY) + timedelta(minutes=minutes))
    assert whom(round, "whitelist_round.ending") == [KEEPER]


def test_a_round_whose_firms_are_being_renewed_needs_no_reminder(of):
    entry = walks.listed(of)
    walks.admitted(of.firm, at=on(SIXTY))
    flow.renew([entry], by=of.keeper_inspector, title="续", term_until=walks.UNTIL.replace(year=2028), at=on(SIXTY))
    sweep(on(SIXTY) + timedelta(minutes=1))
    assert whom(entry.round, "whitelist_round.ending") == []


def test_many_are_approved_in_as_many_statements_as_one(of):
    """Whatever is asked, written and told is asked, written and told of all of them at once."""
    made = walks.proposed(of, of.firm, of.foreign_firm)
    entries = [walks.said(of, entry) for entry in made.entries]
    counts = []
    for chosen in (entries[:1], entries):
        with transaction.atomic(), CaptureQueriesContext(connection) as asked:
            flow.approve_many(chosen, by=of.leader, at=walks.APPROVED)
            transaction.set_rollback(chosen is not entries)
        counts.append(len(asked))
    assert counts[1] <= counts[0] + 1  # one firm of a round leaves its clock running
    assert [whom(entry, "whitelist.listed") for entry in entries] == [[FIRM | STEWARDS], [{"other_member"}]]
    told = Event.objects.filter(kind="whitelist.listed", subject_id__in=[entry.pk for entry in entries])
    assert {(one.actor, one.role, one.audience) for one in told} == {(of.leader, "leader", "firm")}
