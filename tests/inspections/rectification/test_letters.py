"""Who is told what: each step, and the whole ladder of an inspected firm that is late (INS-7, DL-4)."""

from datetime import timedelta

import pytest

from enterprises.models import Member
from inspections.models import Rectification, RectificationDeadline, RectificationFiring, Warned
from inspections.recording import stages as findings
from inspections.rectification import flow
from portal.deadlines.sweep import sweep
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of
from portal.worktime.calendar import Limit, calendar
from tests.inspections.factories import Agencies

from .world import AT, check, finding, ordered

pytestmark = pytest.mark.django_db
FIRM = {"enterprise_member", "member_official"}
HEADS = {"department_head", "deputy_head", "stand_in"}
LATER = AT + timedelta(days=1)


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


def test_the_order_says_what_and_by_when(of: Agencies) -> None:
    one = ordered(of)
    (letters,) = told(one, "rectification.ordered")
    assert set(letters) == FIRM
    letter = letters["enterprise_member"]
    assert (letter.title, letter.body) == ("请整改：台账缺三个月记录", "11月30日(周一)17:00 前整改并提交。")
    assert letter.url == one.get_absolute_url()


def test_each_step_goes_to_the_other_side_and_nobody_is_asked_for_what_is_done(of: Agencies) -> None:
    one = ordered(of)
    flow.ask_time(one, by=of.enterprise_member, until=(AT + timedelta(days=40)).date(), reason="等配件", at=LATER)
    assert whom(one, "rectification.time_asked") == [{"inspector"}]
    flow.give_time(one, by=of.inspector, at=LATER)
    assert whom(one, "rectification.time_given") == [FIRM]
    flow.submit(one, by=of.enterprise_member, text="已整改", at=LATER)
    assert whom(one, "rectification.submitted") == [{"inspector"}]
    flow.send_back(one, by=of.inspector, answer="缺照片", at=LATER)
    assert "还缺：缺照片" in told(one, "rectification.sent_back")[0]["enterprise_member"].body
    flow.submit(one, by=of.enterprise_member, text="补照片", at=LATER)
    flow.accept(one, by=of.inspector, at=LATER)
    assert whom(one, "rectification.accepted") == [FIRM]
    assert whom(one, "rectification.submitted") == [set(), set()]


def test_a_warning_goes_to_the_firm_with_its_paper(of: Agencies) -> None:
    made = flow.warn(finding(check(of), findings.WARN, item=1), by=of.inspector, at=AT)
    (letters,) = told(Warned.objects.get(pk=made.pk), "warning.given")
    assert set(letters) == FIRM
    assert letters["enterprise_member"].url == made.get_absolute_url()


def test_a_late_firm_climbs_to_inspector_head_supervisor_and_leader_in_charge(of: Agencies) -> None:
    one = ordered(of)
    clock = RectificationDeadline.objects.get(subject=one)
    sweep(clock.near_at)
    sweep(clock.near_at + timedelta(minutes=1))
    assert whom(one, "deadline.rung") == [FIRM]
    after = [calendar().due(clock.due_at, Limit.working_days(days)).at for days in (1, 3, 5)]
    for at in (clock.due_at, *after, after[-1] + timedelta(days=9)):
        sweep(at)
    assert whom(one, "deadline.rung") == [
        FIRM,
        FIRM | {"inspector"},
        {"inspector"} | HEADS,
        {"supervisor"},
        {"leader"},
    ]
    assert RectificationFiring.objects.count() == 5
    titles = [next(iter(letters.values())).title for letters in told(one, "deadline.rung")]
    assert titles[0].startswith("乌有精密“台账缺三个月记录”的整改：还剩")
    assert "超期" in titles[-1]


def test_nothing_is_said_any_more_once_it_is_sent(of: Agencies) -> None:
    one = ordered(of)
    sweep(RectificationDeadline.objects.get(subject=one).near_at)
    flow.submit(one, by=of.enterprise_member, text="已整改", at=LATER)
    assert whom(one, "deadline.rung") == [set()]


def test_where_the_firm_has_no_account_the_inspector_calls(of: Agencies) -> None:
    one = ordered(of)
    Member.objects.filter(enterprise=one.enterprise).update(until=AT)
    sweep(RectificationDeadline.objects.get(subject=one).near_at)
    assert whom(one, "deadline.rung") == [{"inspector"}]


def test_what_the_agency_owes_is_told_to_its_own(of: Agencies) -> None:
    one = ordered(of)
    flow.submit(one, by=of.enterprise_member, text="已整改", at=LATER)
    clock = RectificationDeadline.objects.open().get(subject=one)
    assert (clock.obligation, clock.department_id) == ("recheck", of.housing.department_id)
    sweep(clock.near_at)
    assert whom(one, "deadline.rung") == [{"inspector"}]


def test_a_low_rating_reaches_supervisors_and_no_agency(of: Agencies) -> None:
    visit = check(of).part.visit
    flow.rate(
        visit, by=of.enterprise_member, stars=2, comment="索要无关资料", at=LATER, **dict.fromkeys(CONDUCT, False)
    )
    assert whom(visit, "joint_visit.rated") == [{"supervisor"}]
    assert Rectification.objects.count() == 0


CONDUCT = ("showed_papers", "showed_code", "told_rights", "was_civil", "asked_no_more")
