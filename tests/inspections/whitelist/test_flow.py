"""The way of a firm onto the whitelist and off it again (INS-1), and what it does to checks that wait (INS-2)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from inspections.models import Appeal, Entry, EntryDeadline, Need, RoundDeadline
from inspections.needs import stages as needs
from inspections.visits import stages as visits
from inspections.whitelist import flow, reasons
from portal.people.refusal import Refused
from portal.trail.models import Event
from tests.inspections import factories as make
from tests.inspections.whitelist import walks
from tests.requests.factories import MONDAY, enterprise, moment


def owed(round):
    """Open clocks of a round: obligation, department, day due."""
    rows = RoundDeadline.objects.open().filter(subject=round).order_by("pk")
    return [(row.obligation, row.department and row.department.short_name, row.due_at.date()) for row in rows]


def test_the_straight_way_with_its_clocks(of):
    """Five working days for each agency, then five for the leaders (INS-1); a clock of the round, not of each firm."""
    made = walks.proposed(of, of.firm, of.foreign_firm)
    a, b = made.entries
    round = made.round
    assert [entry.status for entry in made.entries] == ["review", "review"]
    week = date(2026, 11, 16)
    assert owed(round) == [("whitelist_review", "住建局", week), ("whitelist_review", "消防站", week)]

    flow.review_many([a, b], by=of.inspector, agency=of.housing, says="agrees", at=walks.REVIEWED)
    assert owed(round) == [("whitelist_review", "消防站", week)]
    a = flow.review(a, by=of.fire_head, agency=of.fire, says="agrees", at=walks.REVIEWED)
    assert a.status == "approve"
    assert owed(round) == [("whitelist_review", "消防站", week)]  # the other firm is still owed

    flow.review(b, by=of.fire_head, agency=of.fire, says="agrees", at=walks.REVIEWED)
    assert owed(round) == [("whitelist_approve", None, date(2026, 11, 17))]
    a = flow.approve(a, by=of.leader, at=walks.APPROVED)
    assert len(owed(round)) == 1
    flow.refuse(b, by=of.leader, reason="再观察一年", at=walks.APPROVED)
    assert owed(round) == []
    met = RoundDeadline.objects.get(obligation="whitelist_approve")
    assert met.met_at == walks.APPROVED

    assert (a.status, a.term_from, a.term_until) == ("listed", walks.APPROVED.date(), walks.UNTIL)
    assert Entry.objects.standing(walks.APPROVED.date()).get() == a
    assert not Entry.objects.standing(walks.UNTIL + timedelta(days=1)).exists()
    round.refresh_from_db()
    assert round.published_at == walks.APPROVED


def test_an_objection_goes_back_to_who_proposed_it_and_on_with_the_answer(of):
    entry = walks.said(of, walks.under_review(of), objects=("fire",), only=("fire",))
    assert entry.status == "review"  # first all are heard
    entry = walks.said(of, entry, only=("housing",))
    assert (entry.status, owed(entry.round)) == ("objected", [])
    entry = flow.uphold(entry, by=of.keeper_second, reason=" 罚款 \n 已缴清 ", at=walks.UPHELD)
    assert (entry.status, entry.answer) == ("approve", "罚款 已缴清")
    assert [row[0] for row in owed(entry.round)] == ["whitelist_approve"]


@pytest.mark.parametrize("grounds", ["", "  \n\t ", "长" * 501])
def test_an_objection_has_grounds(of, grounds):
    with pytest.raises(Refused) as refused:
        flow.review(
            walks.under_review(of),
            by=of.inspector,
            agency=of.housing,
            says="objects",
            grounds=grounds,
            at=walks.REVIEWED,
        )
    assert refused.value.field == "grounds"


def test_an_agency_speaks_once(of):
    entry = walks.said(of, walks.under_review(of), only=("housing",))
    with pytest.raises(Refused):
        walks.said(of, entry, only=("housing",), objects=("housing",))
    assert entry.reviews.get(agency=of.housing).says == "agrees"


def test_where_no_other_agency_inspects_it_goes_straight_to_approval(of):
    of.housing.active = of.fire.active = False
    of.housing.save()
    of.fire.save()
    made = walks.proposed(of)
    assert made.entries[0].status == "approve"
    assert [row[0] for row in owed(made.round)] == ["whitelist_approve"]


def test_dropping_the_last_one_under_review_meets_the_clocks(of):
    entry = walks.under_review(of)
    flow.drop(entry, by=of.keeper_inspector, reason="企业将搬迁", at=walks.REVIEWED)
    assert owed(entry.round) == []


# Who is proposed --------------------------------------------------------------------------------------------------


def test_what_was_seen_is_kept_and_told_again_in_words(of):
    entry = walks.under_review(of)
    day = MONDAY.date()
    lines = [line.words for line in reasons.lines(entry.round.criterion.tree, entry.reasons, day, ())]
    assert "规上企业：符合（规上企业：是，来自统计，截至 2026-11-09）" in lines
    hidden = [line.words for line in reasons.lines(entry.round.criterion.tree, entry.reasons, day, {"major_hazards"})]
    assert "重大安全隐患等于 0 件：符合（重大安全隐患已有数据，数值不公开）" in hidden


def test_only_who_fits_today_is_proposed_the_others_are_named(of):
    small = enterprise("混沌五金店", "混沌五金", of.place)
    walks.admitted(of.firm, of.foreign_firm)
    walks.put(small, "above_scale", False, "统计", walks.DAY)
    walks.struck(of.foreign_firm, at=MONDAY)
    given = {"by": of.keeper_inspector, "title": "一批", "term_from": walks.DAY, "term_until": walks.UNTIL}
    made = flow.propose([of.firm, of.foreign_firm, small], at=MONDAY, **given)
    assert [entry.enterprise for entry in made.entries] == [of.firm]
    assert {firm for firm, _said in made.left_out} == {of.foreign_firm, small}
    with pytest.raises(Refused, match="混沌五金：按今天的数据不符合"):
        flow.propose([small], at=MONDAY, **given | {"title": "二批"})
    assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    ("stands", "said"), [("review", "已经推荐"), ("listed", "已在白名单上"), ("appeal", "移出申诉")]
)
def test_a_firm_is_proposed_once(of, stands, said):
    walks.IN[stands](of)
    with pytest.raises(Refused, match=said):
        walks.proposed(of, at=walks.JUDGED)


def test_after_its_end_a_firm_may_come_again(of):
    walks.removed(of)
    assert walks.proposed(of, at=walks.JUDGED).entries[0].status == "review"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"term_until": walks.DAY}, "term_until"),
        ({"term_until": date(2099, 1, 1)}, "term_until"),
        ({"term_from": date(2026, 11, 8)}, "term_from"),
        ({"firms": []}, "firms"),
    ],
)
def test_a_round_makes_sense(of, given, field):
    walks.admitted(of.firm)
    usual = {"firms": [of.firm], "title": "一批", "term_from": walks.DAY, "term_until": walks.UNTIL}
    asked = usual | given
    with pytest.raises(Refused) as refused:
        flow.propose(asked.pop("firms"), by=of.keeper_inspector, at=MONDAY, **asked)
    assert refused.value.field == field


def test_a_rounds_name_is_its_own(of):
    walks.proposed(of, title="2026 年第一批")
    with pytest.raises(Refused) as refused:
        walks.proposed(of, of.foreign_firm, title="2026 年第一批")
    assert refused.value.field == "title"


def test_without_the_criterion_nobody_is_proposed(of):
    with pytest.raises(Refused, match="准入条件"):
        flow.propose(
            [of.firm], by=of.keeper_inspector, title="一批", term_from=walks.DAY, term_until=walks.UNTIL, at=MONDAY
        )


# Approval ---------------------------------------------------------------------------------------------------------


def test_an_incident_since_the_proposal_bars_the_approval(of):
    entry = walks.to_approve(of)
    walks.put(of.firm, "accidents", 1, "应急管理", walks.REVIEWED.date())
    with pytest.raises(Refused, match="应当移出"):
        flow.approve(entry, by=of.leader, at=walks.APPROVED)


def test_many_at_once_name_what_was_refused(of):
    made = walks.proposed(of, of.firm, of.foreign_firm)
    a, b = (walks.said(of, entry) for entry in made.entries)
    walks.put(of.foreign_firm, "accidents", 1, "应急管理", walks.REVIEWED.date())
    batch = flow.approve_many([a, b, a], by=of.leader, at=walks.APPROVED)
    assert ([entry.pk for entry in batch.done], [entry.pk for entry, _said in batch.refused]) == ([a.pk], [b.pk])
    b.refresh_from_db()
    assert b.status == "approve"


def test_waiting_checks_that_it_bars_are_dropped_with_the_approval(of):
    """A self-chosen check and the scheduled visit that was for it alone; the statutory one goes on (INS-2)."""
    entry = walks.to_approve(of)
    day = date(2026, 12, 7)
    span = {"first": day, "last": day + timedelta(days=4)}
    chosen = make.need(of, of.firm, **span)
    lawful = make.need(of, of.firm, kind=needs.STATUTORY, **span)
    elsewhere = make.need(of, of.foreign_firm, **span)
    after = make.need(of, of.firm, first=date(2028, 1, 3), last=date(2028, 1, 7))
    visit = make.visit(of, of.firm, [make.need(of, of.firm, of.fire, **span)], day=day)
    flow.approve(entry, by=of.leader, at=walks.APPROVED)
    status = dict(Need.objects.values_list("pk", "status"))
    assert status[chosen.pk] == needs.DROPPED
    assert (status[lawful.pk], status[elsewhere.pk], status[after.pk]) == (needs.OPEN, needs.OPEN, needs.OPEN)
    visit.refresh_from_db()
    assert visit.status == visits.CANCELLED


# Renewal ----------------------------------------------------------------------------------------------------------

SOON = moment("2027-10-11 10:00")


def renewed(of, entry, until=date(2028, 11, 8), at=SOON):
    return flow.renew([entry], by=of.keeper_inspector, title="续期第一批", term_until=until, at=at)


def test_a_term_is_renewed_before_it_ends_and_the_next_follows_it(of):
    entry = walks.listed(of)
    with pytest.raises(Refused, match="60 天以内"):
        renewed(of, entry, at=moment("2027-09-01 10:00"))
    after = renewed(of, entry).entries[0]
    assert (after.status, after.term_from, after.renews) == ("review", date(2027, 11, 9), entry)
    with pytest.raises(Refused, match="已经在办续期"):
        renewed(of, entry)
    after = flow.approve(walks.said(of, after, at=SOON), by=of.leader, at=SOON + timedelta(days=1))
    assert after.status == "listed"
    assert Entry.objects.standing(date(2027, 11, 8)).get() == entry
    assert Entry.objects.standing(date(2027, 11, 9)).get() == after
    flow.expire(entry, at=walks.OVER)
    assert flow.expire(after, at=walks.OVER) is None
    assert [entry.status for entry in Entry.objects.order_by("pk")] == ["expired", "listed"]


def test_whoever_no_longer_fits_is_not_renewed(of):
    entry = walks.listed(of)
    walks.put(of.firm, "above_scale", False, "统计", SOON.date())
    with pytest.raises(Refused, match="不符合准入条件"):
        renewed(of, entry)


def test_the_database_lets_no_two_terms_of_a_firm_meet(of):
    entry = walks.listed(of)
    other = walks.to_approve(of, of.foreign_firm)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.filter(pk=other.pk).update(
            enterprise=entry.enterprise, status="listed", approved_at=walks.APPROVED, term_from=entry.term_until
        )


# Removal and appeal -----------------------------------------------------------------------------------------------


def test_a_removal_ends_the_next_term_too_and_what_is_being_decided(of):
    entry = walks.listed(of)
    after = renewed(of, entry).entries[0]
    given = {"reason": "发生事故", "basis": "调查报告", "by": of.supervisor}
    flow.remove(entry, at=SOON + timedelta(days=1), **given)
    after.refresh_from_db()
    assert (after.status, after.ended_for) == ("dropped", "发生事故")
    assert owed(after.round) == []
    assert not Entry.objects.standing(date(2026, 1, 1), date(2030, 1, 1)).exists()


@pytest.mark.parametrize("field", ["reason", "basis"])
def test_a_removal_says_why_and_by_what(of, field):
    given = {"reason": "拒不整改", "basis": "8 号"} | {field: "  "}
    with pytest.raises(Refused) as refused:
        flow.remove(walks.listed(of), by=of.supervisor, at=walks.REMOVED, **given)
    assert refused.value.field == field


def test_an_appeal_that_is_upheld_puts_it_back_for_the_rest_of_its_term(of):
    entry = walks.appealed(of)
    clock = EntryDeadline.objects.get(subject=entry)
    assert (clock.obligation, clock.due_at.date()) == ("whitelist_appeal", date(2026, 12, 1))
    entry = flow.restore(entry, by=of.supervisor, answer="整改属实", at=walks.JUDGED)
    assert (entry.status, entry.term_until, entry.ended_at, entry.ended_for) == ("listed", walks.UNTIL, None, "")
    clock.refresh_from_db()
    assert clock.met_at == walks.JUDGED
    appeal = Appeal.objects.get()
    assert (appeal.upheld, appeal.removed_for, appeal.answer) == (True, "拒不整改", "整改属实")


def test_an_appeal_that_is_dismissed_is_the_last_word(of):
    entry = flow.dismiss(walks.appealed(of), by=of.supervisor, answer="没有整改", at=walks.JUDGED)
    assert entry.status == "removed"
    with pytest.raises(Refused, match="已经申诉过"):
        flow.appeal(entry, by=of.enterprise_member, text="再申诉", at=walks.JUDGED)


def test_each_removal_may_be_appealed_once(of):
    entry = flow.restore(walks.appealed(of), by=of.supervisor, answer="属实", at=walks.JUDGED)
    later = walks.JUDGED + timedelta(days=5)
    entry = flow.remove(entry, by=of.fire_head, reason="堵塞通道", basis="11 号", at=later)
    assert flow.appeal(entry, by=of.enterprise_member, text="已清理", at=later).status == "appeal"


def test_a_new_proposal_takes_away_no_appeal_and_falls_with_its_success(of):
    """The firm is not told of it either: what is being decided is the office's."""
    entry = walks.removed(of)
    again = walks.proposed(of, at=walks.JUDGED).entries[0]
    entry = flow.appeal(entry, by=of.enterprise_member, text="已整改", at=walks.JUDGED)
    flow.restore(entry, by=of.supervisor, answer="属实", at=walks.JUDGED)
    again.refresh_from_db()
    assert (again.status, owed(again.round)) == ("dropped", [])
    assert Entry.objects.standing(walks.JUDGED.date()).get() == entry


def test_whoever_stands_again_need_not_appeal(of):
    entry = walks.removed(of)
    again = walks.said(of, walks.proposed(of, at=walks.JUDGED).entries[0], at=walks.JUDGED)
    flow.approve(again, by=of.leader, at=walks.JUDGED)
    with pytest.raises(Refused, match="重新列入"):
        flow.appeal(entry, by=of.enterprise_member, text="已整改", at=walks.JUDGED)


def test_coming_back_bars_waiting_checks_again(of):
    entry = walks.appealed(of)
    chosen = make.need(of, of.firm, first=date(2026, 12, 7), last=date(2026, 12, 11))
    flow.restore(entry, by=of.supervisor, answer="属实", at=walks.JUDGED)
    chosen.refresh_from_db()
    assert chosen.status == needs.DROPPED


def test_the_story_is_in_the_trail(of):
    entry = flow.dismiss(walks.appealed(of), by=of.supervisor, answer="没有整改", at=walks.JUDGED)
    events = Event.objects.about(entry).order_by("pk")
    assert [event.kind.partition(".")[2] for event in events] == [
        *("proposed", "reviewed", "reviewed", "listed", "removed", "appealed", "dismissed")
    ]
    firm = [event.kind.partition(".")[2] for event in Event.objects.about(entry).for_firm().order_by("pk")]
    assert firm == ["listed", "removed", "appealed", "dismissed"]
