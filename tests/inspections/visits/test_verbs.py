"""Beginning, putting off, cancelling, missing a visit; who goes instead; what the firm learns when (INS-4, INS-6)."""

from datetime import date, timedelta

import pytest

from inspections.models import Inspector, JointVisit, JointVisitDeadline, Need, VisitCode
from inspections.visits import flow, stages
from inspections.visits.history import history
from portal.deadlines.sweep import sweep
from portal.people.refusal import Refused
from portal.trail.models import Audience, Event
from tests.inspections import factories as make
from tests.inspections.visits import walks
from tests.inspections.visits.walks import DAY, FIRM, HEADS, NINE, fresh, told, whom
from tests.requests.factories import moment, person


def test_begun_the_code_holds_each_agency_owes_its_record_and_the_firm_is_told(of):
    visit = flow.begin(walks.joint(of), by=of.fire_inspector, at=NINE)
    assert (visit.status, visit.begun_at, fresh(visit).told_at) == (stages.UNDER_WAY, NINE, make.LONG_AGO)
    code = VisitCode.objects.get(visit=visit)
    assert code.holds(NINE)
    assert code.expires_at == NINE + timedelta(hours=12)
    owed = JointVisitDeadline.objects.open().filter(subject=visit)
    assert {one.department for one in owed} == {of.housing.department, of.fire.department}
    assert {one.due_at for one in owed} == {moment("2026-11-12 17:00")}  # 3 wd
    assert whom(visit, "joint_visit.begun") == [FIRM]
    assert [event.audience for event in Event.objects.about(visit)] == [Audience.FIRM, Audience.FIRM]
    with pytest.raises(Refused, match="检查中"):
        flow.begin(visit, by=of.inspector, at=NINE)


@pytest.mark.parametrize("day", [-DAY, DAY])
def test_only_on_its_day(of, day):
    visit = make.visit(of, of.town.firm)
    for verb in (flow.begin, flow.issue_code):
        with pytest.raises(Refused, match="检查日是"):
            verb(visit, by=of.inspector, at=NINE + day)


def test_the_day_is_the_towns_not_the_clocks(of):
    """Half past midnight in the town is still the day before in UTC."""
    visit = make.visit(of, of.town.firm)
    assert flow.begin(visit, by=of.inspector, at=moment("2026-11-09 00:30")).status == stages.UNDER_WAY


def test_who_goes_must_be_named_and_hold_a_certificate(of):
    visit = make.visit(of, of.town.firm)
    part = visit.parts.get()
    part.inspectors.remove(Inspector.objects.get(user=of.inspector))
    with pytest.raises(Refused, match="不在这次检查的人员里"):
        flow.begin(visit, by=of.inspector, at=NINE)
    with pytest.raises(Refused, match="不足两名"):
        flow.begin(visit, by=of.housing_second, at=NINE)
    both = Inspector.objects.filter(agency=of.housing)
    flow.name_people(visit, by=of.inspector, people=both, at=NINE)
    Inspector.objects.filter(user=of.inspector).update(valid_until=NINE.date() - DAY)
    with pytest.raises(Refused, match="执法证已过期"):
        flow.begin(fresh(visit), by=of.inspector, at=NINE)


def test_other_people_come_two_at_least_of_ones_own_agency(of):
    visit = walks.joint(of)
    fire = Inspector.objects.filter(agency=of.fire)
    for people in (fire[:1], Inspector.objects.filter(agency=of.housing), [*fire, make.inspector(of.leader, of.fire)]):
        with pytest.raises(Refused, match="至少两名"):
            flow.name_people(visit, by=of.fire_head, people=people, at=NINE)
    third = make.inspector(person("third", "被衣", ("inspector", of.fire.department)), of.fire)
    part = flow.name_people(visit, by=of.fire_head, people=[third, *fire[:1]], at=NINE)
    assert set(part.inspectors.all()) == {third, fire[0]}
    assert part.agency == of.fire
    assert visit.parts.get(agency=of.housing).inspectors.count() == 2


def test_put_off_the_code_of_the_former_day_is_dead_and_all_concerned_are_told(of):
    visit = make.visit(of, of.town.firm)
    code = flow.issue_code(visit, by=of.inspector, at=NINE)
    visit = flow.put_off(visit, by=of.keeper_inspector, day=date(2026, 11, 12), reason="企业停电", at=NINE)
    assert (visit.day, visit.status) == (date(2026, 11, 12), stages.SCHEDULED)
    assert (fresh(code).revoked_at, fresh(code).revoked_for) == (NINE, "moved")
    letters = told(visit, "joint_visit.put_off")[0]
    assert set(letters) == FIRM | {"inspector", "housing_second"}
    assert letters["enterprise_member"].title == "检查改期：11月9日(周一)改到11月12日(周四)"
    assert "企业停电。" in letters["enterprise_member"].body
    assert history(visit, firm_side=True)[-1].text == "从11月9日(周一)改到11月12日(周四)"


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 11, 9), "一样"),
        (date(2026, 11, 6), "已经过去"),
        (date(2026, 11, 14), "不是计划里的工作日"),
        (date(2026, 12, 1), "要在 11月9日到 11月13日之间"),
    ],
)
def test_not_to_a_day_that_breaks_a_rule(of, day, why):
    """The same day, a day gone by, a Saturday, a day outside of the needs' windows: the plan's rules are hard."""
    visit = make.visit(of, of.town.firm)
    with pytest.raises(Refused, match=why):
        flow.put_off(visit, by=of.department_head, day=day, reason="企业停电", at=NINE)
    assert fresh(visit).day == make.DAY


def test_cancelled_its_needs_wait_again(of):
    visit = make.visit(of, of.town.firm)
    code = flow.issue_code(visit, by=of.inspector, at=NINE)
    visit = flow.cancel(visit, by=of.department_head, reason="并入下月", at=NINE)
    need = Need.objects.get()
    assert (visit.status, need.status, need.visit, need.plan) == (stages.CANCELLED, "open", None, None)
    assert fresh(code).revoked_for == "cancelled"
    assert whom(visit, "joint_visit.cancelled") == [FIRM | {"inspector", "housing_second"}]
    other = make.visit(of, of.town.foreign_firm, [make.need(of, of.town.foreign_firm)])
    with pytest.raises(Refused, match="原因"):
        flow.cancel(other, by=of.department_head, reason=" ", at=NINE)


def test_missed_once_by_the_clock_when_its_day_is_over(of):
    visit, begun = make.visit(of, of.town.firm), walks.on_the_spot(of, firm=of.town.foreign_firm)
    sweep(moment("2026-11-09 23:59"))
    assert fresh(visit).status == stages.SCHEDULED
    for _twice in range(2):
        sweep(moment("2026-11-10 00:01"))
    assert (fresh(visit).status, fresh(begun).status) == (stages.MISSED, stages.UNDER_WAY)
    assert Event.objects.about(visit).filter(kind="joint_visit.missed").count() == 1
    assert whom(visit, "joint_visit.missed") == [FIRM | HEADS | {"inspector", "housing_second"}]
    assert flow.miss(fresh(visit), at=NINE + 3 * DAY) is None


def test_what_is_not_announced_reaches_the_firm_as_it_begins_and_not_a_word_before(of):
    """Not by letters about moving, missing, cancelling; afterwards not in the story."""
    hidden = {"told_at": None, "unannounced": True}
    missed = make.visit(of, of.town.foreign_firm, [make.need(of, of.town.foreign_firm)], **hidden)
    flow.miss(missed, at=NINE + DAY)
    assert whom(missed, "joint_visit.missed") == [HEADS | {"inspector", "housing_second"}]
    visit = make.visit(of, of.town.firm, **hidden)
    flow.put_off(visit, by=of.department_head, day=date(2026, 11, 10), reason="人手", at=NINE)
    assert whom(visit, "joint_visit.put_off") == [{"inspector", "housing_second"}]
    code = flow.issue_code(visit, by=of.inspector, at=NINE + DAY)
    assert visit.pk not in walks.seen_by(of.enterprise_member) | walks.seen_by(of.steward)
    flow.begin(visit, by=of.inspector, at=NINE + DAY)
    assert fresh(visit).told_at == NINE + DAY
    assert visit.pk in walks.seen_by(of.enterprise_member) & walks.seen_by(of.steward)
    assert whom(visit, "joint_visit.begun") == [FIRM]
    assert [one.what for one in history(visit, firm_side=True)] == ["开始检查"]
    assert VisitCode.objects.filter(visit=visit).count() == 1
    assert fresh(code).holds(NINE + DAY)


def test_the_ladder_of_a_record_climbs_to_the_leader_in_charge(of):
    of.housing.department.leader_in_charge = of.leader
    of.housing.department.save()
    visit = walks.begun(of)
    sweep(moment("2026-11-20 17:00"))
    rungs = whom(visit, "deadline.rung")
    assert rungs[0] == {"inspector", "housing_second"}
    assert set().union(*rungs) >= {"inspector", "department_head", "supervisor", "leader"}
    assert not set().union(*rungs) & FIRM


def test_the_whitelist_cancels_as_the_clock_a_visit_that_has_lost_its_last_need(of):
    from portal.people.actors import CLOCK

    visit = make.visit(of, of.town.firm)
    Need.objects.update(status="dropped", ended_at=NINE)
    assert flow.cancel(visit, by=CLOCK, reason="企业列入白名单", at=NINE).status == stages.CANCELLED
    assert Need.objects.get().status == "dropped"
    assert JointVisit.objects.get().ended_for == "企业列入白名单"
