"""From the order to its end: proofs, decisions, more time, re-checks, and what each does to clocks and findings."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from inspections.models import Need, Rectification, RectificationDeadline
from inspections.needs import stages as needs
from inspections.recording import stages as findings
from inspections.rectification import flow, stages
from portal.people.refusal import Refused
from portal.worktime.words import local_day
from tests.inspections.factories import Agencies, visit
from tests.inspections.factories import need as need_row

from .world import AT, check, finding, ordered, recorded

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=3)


def clock(one: Rectification, obligation: str) -> RectificationDeadline:
    return RectificationDeadline.objects.open().get(subject=one, obligation=obligation)


def status_of(one: Rectification) -> str:
    return Rectification.objects.get(pk=one.pk).status


def test_the_default_limit_is_fifteen_working_days_of_the_inspected_firm(of: Agencies) -> None:
    due = clock(ordered(of), "rectify")
    assert (due.obligor_kind, local_day(due.due_at)) == ("inspected", date(2026, 11, 30))


def test_a_number_of_days_or_a_date_may_be_given(of: Agencies) -> None:
    assert local_day(clock(ordered(of, days=3), "rectify").due_at) == date(2026, 11, 12)
    by_date = flow.order(finding(check(of)), by=of.inspector, due=date(2026, 12, 4), at=AT)
    assert local_day(clock(by_date, "rectify").due_at) == date(2026, 12, 4)


@pytest.mark.parametrize("given", [{"days": 0}, {"days": 91}, {"due": date(2026, 11, 9)}, {"due": date(2028, 1, 1)}])
def test_a_limit_that_is_none_is_refused(of: Agencies, given: dict) -> None:
    with pytest.raises(Refused):
        flow.order(finding(check(of)), by=of.inspector, at=AT, **given)


def test_another_agencys_inspector_orders_nothing(of: Agencies) -> None:
    with pytest.raises(Refused):
        flow.order(finding(check(of)), by=of.fire_inspector, at=AT)


def test_a_finding_is_ordered_once(of: Agencies) -> None:
    one = ordered(of)
    with pytest.raises(Refused):
        flow.order(one.finding, by=of.inspector, at=AT)


def test_submitted_in_time_and_accepted_it_is_closed_with_its_finding(of: Agencies) -> None:
    one = ordered(of)
    flow.submit(one, by=of.enterprise_member, text="已补齐台账", at=LATER)
    assert not RectificationDeadline.objects.open().filter(subject=one, obligation="rectify").exists()
    assert clock(one, "recheck").department_id == of.housing.department_id
    flow.accept(one, by=of.department_head, at=LATER)
    one = Rectification.objects.get(pk=one.pk)
    assert (one.status, one.finding.status, one.ended_at) == (stages.CLOSED, findings.CLOSED, LATER)
    assert not RectificationDeadline.objects.open().filter(subject=one).exists()


def test_sent_back_it_has_a_limit_of_its_own_and_the_firm_reads_what_is_missing(of: Agencies) -> None:
    one = ordered(of)
    flow.submit(one, by=of.enterprise_member, text="已补齐台账", at=LATER)
    flow.send_back(one, by=of.inspector, answer="缺十月的签字", days=4, at=LATER)
    assert status_of(one) == stages.OPEN
    assert one.proofs.get().answer == "缺十月的签字"
    assert local_day(clock(one, "rectify").due_at) == date(2026, 11, 18)
    flow.submit(one, by=of.enterprise_member, text="已补签", at=LATER)
    assert one.proofs.count() == 2


def test_time_is_asked_for_once_before_it_is_due(of: Agencies) -> None:
    one = ordered(of, days=5)
    with pytest.raises(Refused):
        flow.ask_time(
            one, by=of.enterprise_member, until=date(2026, 11, 13), reason="等配件", at=AT
        )  # no later than it is
    flow.ask_time(one, by=of.enterprise_member, until=date(2026, 11, 20), reason="等配件", at=AT)
    flow.give_time(one, by=of.inspector, at=LATER)
    assert local_day(clock(one, "rectify").due_at) == date(2026, 11, 20)
    with pytest.raises(Refused):
        flow.ask_time(one, by=of.enterprise_member, until=date(2026, 11, 27), reason="再等", at=LATER)


def test_no_time_is_asked_for_when_it_is_late_but_what_was_asked_in_time_may_be_given_then(of: Agencies) -> None:
    late = ordered(of, days=2)
    after = AT + timedelta(days=7)
    with pytest.raises(Refused):
        flow.ask_time(late, by=of.enterprise_member, until=date(2026, 11, 27), reason="等配件", at=after)
    asked = ordered(of, days=2)
    flow.ask_time(asked, by=of.enterprise_member, until=date(2026, 11, 27), reason="等配件", at=AT)
    flow.give_time(asked, by=of.inspector, at=after)
    assert not Rectification.objects.overdue(after).filter(pk=asked.pk).exists()
    assert Rectification.objects.overdue(after).filter(pk=late.pk).exists()


def test_time_refused_leaves_the_limit_as_it_was(of: Agencies) -> None:
    one = ordered(of, days=5)
    flow.ask_time(one, by=of.enterprise_member, until=date(2026, 11, 27), reason="等配件", at=AT)
    flow.refuse_time(one, by=of.inspector, answer="配件当天可到", at=LATER)
    assert local_day(clock(one, "rectify").due_at) == date(2026, 11, 16)
    with pytest.raises(Refused):
        flow.give_time(one, by=of.inspector, at=LATER)


def test_a_recheck_is_a_follow_up_need_within_ten_working_days(of: Agencies) -> None:
    one = ordered(of)
    flow.submit(one, by=of.enterprise_member, text="已整改", at=AT)
    with translation.override("en"):  # the firm reads its basis, whoever called for it
        flow.call_recheck(one, by=of.inspector, at=AT)
    one = Rectification.objects.get(pk=one.pk)
    going = one.recheck
    assert going is not None
    assert going.basis == f"复查责令整改 {one.number}"
    assert (going.kind, going.came_by, going.status, going.unannounced) == ("follow_up", "recheck", "open", False)
    assert (going.first, going.last) == (date(2026, 11, 10), date(2026, 11, 23))
    assert local_day(clock(one, "recheck").due_at) == date(2026, 11, 23)


def test_a_visit_that_is_near_takes_the_recheck_along(of: Agencies) -> None:
    near = visit(of, of.town.firm, [need_row(of, of.town.firm, kind=needs.STATUTORY)], day=date(2026, 11, 13))
    one = ordered(of)
    flow.submit(one, by=of.enterprise_member, text="已整改", at=AT)
    flow.call_recheck(one, by=of.inspector, at=AT)
    going = Rectification.objects.get(pk=one.pk).recheck
    assert going is not None
    assert (going.status, going.visit_id) == (needs.PLANNED, near.pk)


def test_whoever_goes_again_reads_in_the_form_what_was_to_be_put_right(of: Agencies, client: Client) -> None:
    going = called(of).recheck
    assert going is not None
    part = visit(of, of.town.firm, [going, need_row(of, of.town.firm)], day=LATER.date()).parts.get()
    client.force_login(part.inspectors.get(user=of.inspector).user)
    shown = client.get(reverse("recording:form", args=[part.pk])).content.decode()
    assert shown.count("这次复查的问题") == shown.count("台账缺三个月记录") == 1
    assert "要看什么：看补记的台账" in shown


def test_two_findings_of_one_subject_are_looked_at_in_one_going(of: Agencies) -> None:
    record = check(of)
    both = [flow.order(finding(record, item=n), by=of.inspector, at=AT) for n in (0, 1)]
    for one in both:
        flow.submit(one, by=of.enterprise_member, text="已整改", at=AT)
        flow.call_recheck(one, by=of.inspector, at=AT)
    assert Need.objects.filter(came_by="recheck").count() == 1


def rechecked(of: Agencies, one: Rectification, *found: str) -> None:
    """Somebody went: the record of the re-check with these outcomes on the same point."""
    one = Rectification.objects.get(pk=one.pk)
    assert one.recheck is not None
    going = visit(of, one.enterprise, [one.recheck], day=LATER.date(), status="done", begun_at=LATER, done_at=LATER)
    record = recorded(of, going.parts.get(), one.recheck, at=LATER, by=of.inspector)
    for outcome in found:
        again = finding(record, outcome, item=one.finding.item)
        if outcome == findings.RECTIFY:
            flow.order(again, by=of.inspector, days=2, at=LATER)
    flow.recorded(record.upload, by=of.inspector, at=LATER)


def called(of: Agencies) -> Rectification:
    one = ordered(of)
    flow.submit(one, by=of.enterprise_member, text="已整改", at=AT)
    return flow.call_recheck(one, by=of.inspector, answer="看补记的台账", at=AT)


def test_a_clean_recheck_closes_it(of: Agencies) -> None:
    one = called(of)
    rechecked(of, one)
    assert status_of(one) == stages.CLOSED


def test_found_again_it_is_the_same_rectification_with_the_new_limit(of: Agencies) -> None:
    one = called(of)
    rechecked(of, one, findings.RECTIFY)
    assert status_of(one) == stages.OPEN
    assert Rectification.objects.count() == 1
    assert local_day(clock(one, "rectify").due_at) == date(2026, 11, 16)
    flow.submit(one, by=of.enterprise_member, text="这次改好了", at=LATER)
    flow.accept(one, by=of.inspector, at=LATER)
    assert set(one.again.values_list("status", flat=True)) == {findings.CLOSED}


def test_a_late_firm_is_gone_to_without_its_proof_and_stays_late(of: Agencies) -> None:
    one, after = ordered(of, days=2), AT + timedelta(days=7)
    with pytest.raises(Refused):
        flow.call_recheck(one, by=of.inspector, at=AT)
    flow.call_recheck(one, by=of.inspector, at=after)
    assert Rectification.objects.overdue(after).filter(pk=one.pk).exists()


def test_a_recheck_that_came_to_nothing_is_called_anew_and_one_that_waits_is_not(of: Agencies) -> None:
    one = called(of)
    with pytest.raises(Refused):
        flow.call_recheck(one, by=of.inspector, at=AT)
    Need.objects.filter(came_by="recheck").update(status=needs.LAPSED, ended_at=AT)
    flow.call_recheck(one, by=of.inspector, at=AT + timedelta(days=30))
    assert Need.objects.filter(came_by="recheck", status=needs.OPEN).count() == 1


def test_accepted_after_all_nobody_goes(of: Agencies) -> None:
    one = called(of)
    with pytest.raises(Refused):
        flow.accept(one, by=of.inspector, at=LATER)
    flow.accept(one, by=of.inspector, answer="照片足以证明", at=LATER)
    assert Need.objects.get(came_by="recheck").status == needs.DROPPED


def test_withdrawn_by_the_head_alone_nothing_is_owed(of: Agencies) -> None:
    one = ordered(of)
    with pytest.raises(Refused):
        flow.withdraw(one, by=of.inspector, reason="误判", at=LATER)
    flow.withdraw(one, by=of.department_head, reason="误判", at=LATER)
    one = Rectification.objects.get(pk=one.pk)
    assert (one.status, one.finding.status) == (stages.WITHDRAWN, findings.WITHDRAWN)
    assert not RectificationDeadline.objects.open().filter(subject=one).exists()
