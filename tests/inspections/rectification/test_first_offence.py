"""首违不罚: when it is allowed and why not; points: what they cost, what comes back, what follows (INS-7)."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from inspections.models import ChecklistItem, Finding, PointEntry, Rectification, Warned
from inspections.recording import stages as findings
from inspections.rectification import flow, papers, points
from inspections.rectification.points import Level
from portal.people.refusal import Refused
from tests.inspections.factories import Agencies

from .world import AT, check, finding, ordered

pytestmark = pytest.mark.django_db
MINOR = 1  # the second point of the checklist may be warned; it costs 2 points where it is ordered


def refused(one: Finding, of: Agencies, at: datetime = AT) -> str:
    with pytest.raises(Refused) as said:
        flow.warn(one, by=of.inspector, at=at)
    return said.value.sentence


def test_a_first_minor_offence_that_was_remedied_is_warned_with_a_paper(of: Agencies) -> None:
    made = flow.warn(finding(check(of), findings.WARN, item=MINOR), by=of.inspector, at=AT)
    assert made.finding.status == findings.WARNED
    paper = papers.warning(Warned.objects.get(pk=made.pk))
    assert (paper.title, paper.addressee) == ("首违不罚告知书", of.town.firm.name)
    assert not PointEntry.objects.exists()


@pytest.mark.parametrize(
    ("item", "given", "says"),
    [
        (0, {}, "不在首违不罚清单里"),
        (None, {}, "不在首违不罚清单里"),
        (MINOR, {"severity": findings.GENERAL}, "不是“轻微”"),
        (MINOR, {"remedied_on_the_spot": False}, "当场没有改正"),
    ],
)
def test_what_bars_it_is_said(of: Agencies, item: int | None, given: dict, says: str) -> None:
    assert says in refused(finding(check(of), findings.WARN, item=item, **given), of)


def test_the_same_within_two_years_is_no_first_offence_and_after_them_it_is(of: Agencies) -> None:
    flow.warn(finding(check(of), findings.WARN, item=MINOR), by=of.inspector, at=AT)
    almost = AT.replace(year=2028)
    assert "两年内不是首次" in refused(finding(check(of, at=almost), findings.WARN, item=MINOR), of, almost)
    Finding.objects.exclude(warned__isnull=False).delete()
    later = almost + timedelta(days=1)
    flow.warn(finding(check(of, at=later), findings.WARN, item=MINOR), by=of.inspector, at=later)
    assert Warned.objects.count() == 2


def test_an_earlier_order_counts_a_withdrawn_one_does_not(of: Agencies) -> None:
    one = ordered(of, item=MINOR)
    again = finding(check(of, at=AT + timedelta(days=7)), findings.WARN, item=MINOR)
    assert "两年内不是首次" in refused(again, of, AT + timedelta(days=7))
    flow.withdraw(one, by=of.department_head, reason="误判", at=AT)
    flow.warn(again, by=of.inspector, at=AT + timedelta(days=7))


def test_a_point_worded_anew_is_the_same_point(of: Agencies) -> None:
    flow.warn(finding(check(of), findings.WARN, item=MINOR), by=of.inspector, at=AT)
    old = ChecklistItem.objects.get(subject=of.subject(of.housing), number=2)
    ChecklistItem.objects.filter(pk=old.pk).update(ended_at=AT)
    new = ChecklistItem.objects.create(subject=old.subject, number=2, text="台账每日记录完整", minor=True)
    again = finding(check(of, at=AT + timedelta(days=7)), findings.WARN, item=new)
    assert "两年内不是首次" in refused(again, of, AT + timedelta(days=7))


def test_the_database_itself_keeps_a_second_first_offence_out(of: Agencies) -> None:
    first = flow.warn(finding(check(of), findings.WARN, item=MINOR), by=of.inspector, at=AT)
    second = finding(check(of, at=AT + timedelta(days=7)), findings.WARN, item=MINOR)
    known = {"enterprise": first.enterprise, "agency": first.agency, "item": first.item, "by": of.inspector, "at": AT}
    day = first.day + timedelta(days=7)
    with pytest.raises(IntegrityError, match="inspections_warned_first_alone"), transaction.atomic():
        Warned.objects.create(number="SW-X", finding=second, day=day, until=first.until + timedelta(days=7), **known)
    Warned.objects.create(  # the control: after the span it is let in
        number="SW-Y",
        finding=second,
        day=first.until + timedelta(days=1),
        until=first.until + timedelta(days=700),
        **known,
    )


def balance(of: Agencies) -> int:
    return points.balance(of.town.firm.pk, AT).left


def test_an_order_costs_the_items_points_and_gives_them_back_when_put_right_in_time(of: Agencies) -> None:
    one = ordered(of, item=MINOR)
    assert balance(of) == 10
    flow.submit(one, by=of.enterprise_member, text="已整改", at=AT)
    flow.accept(one, by=of.inspector, at=AT)
    assert balance(of) == 12
    assert set(PointEntry.objects.values_list("points", "why")) == {(-2, "deducted"), (2, "restored")}


def test_put_right_late_the_points_are_gone(of: Agencies) -> None:
    one = ordered(of, item=MINOR, days=2)
    flow.submit(one, by=of.enterprise_member, text="已整改", at=AT + timedelta(days=7))
    flow.accept(one, by=of.inspector, at=AT + timedelta(days=7))
    assert balance(of) == 10


def test_withdrawn_it_has_cost_nothing(of: Agencies) -> None:
    flow.withdraw(ordered(of, item=MINOR), by=of.department_head, reason="误判", at=AT)
    assert balance(of) == 12


def test_a_case_costs_too_and_a_new_year_begins_anew(of: Agencies) -> None:
    record = check(of)
    finding(record, findings.CASE, item=None, severity=findings.SERIOUS)
    flow.recorded(record.upload, by=of.inspector, at=AT)
    flow.recorded(record.upload, by=of.inspector, at=AT)
    assert balance(of) == 9
    assert points.balance(of.town.firm.pk, AT.replace(year=2027)).left == 12


@pytest.mark.parametrize(("spent", "level"), [(3, Level.FULL), (4, Level.LESS), (7, Level.LESS), (8, Level.LOW)])
def test_what_follows_from_what_is_left(of: Agencies, spent: int, level: Level) -> None:
    one = finding(check(of))
    PointEntry.objects.create(enterprise=of.town.firm, year=2026, finding=one, why="deducted", points=-spent, at=AT)
    assert points.balance(of.town.firm.pk, AT).level is level
    later = AT + timedelta(days=7)
    minor = finding(check(of, at=later), findings.WARN, item=MINOR)
    if level is Level.LOW:
        assert "不再适用首违不罚" in refused(minor, of, later)
    else:
        flow.warn(minor, by=of.inspector, at=later)
    assert Rectification.objects.count() == 0
