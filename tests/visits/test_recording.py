"""A visit as it is written down: tickets and corrections in the same act, once however often it is sent (ENT-10)."""

import threading
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections

from enterprises.facts import correcting
from enterprises.models import Correction
from portal.outbox.models import Message
from portal.people.refusal import Refused
from portal.trail.models import Event
from requests.models import Ticket, Visit, VisitDeadline, VisitTicket
from requests.visits import flow
from requests.visits.flow import recording
from requests.visits.flow.recording import Fix, Found
from tests.facts.factories import fact, resources
from tests.requests import factories as make
from tests.visits.conftest import MONDAY, fresh, planned, record, wanted

__all__ = ["planned"]
AT = MONDAY + timedelta(days=1)
PROBLEMS = {
    "found": [Found("厂门口路灯坏了三盏，夜班不安全。"), Found("高温补贴政策看不懂，请人讲讲。", title="高温补贴")],
    "contact_phone": "13800000001",
    "consent": True,
}


def send(visit, by, key=None, **given):
    return recording.record_visit(visit, by=by, record=record(AT, **given), key=key or uuid.uuid4(), at=AT)


def test_problems_become_tickets_on_the_firms_behalf_in_the_same_act(town, planned):
    send(planned, town.steward, **PROBLEMS)
    first, second = Ticket.objects.order_by("pk")
    assert (first.channel, first.enterprise, first.filed_by) == ("visit", town.firm, town.steward)
    assert (first.contact_name, second.title) == ("庄周", "高温补贴")
    filed = Event.objects.get(kind="ticket.filed", subject_id=first.pk)
    assert (filed.actor, filed.role) == (town.steward, "steward")
    assert [row.ticket for row in planned.found.all()] == [first, second]
    assert Message.objects.filter(kind="ticket.filed").count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({**PROBLEMS, "consent": False}, "consent"),
        ({**PROBLEMS, "contact_phone": "12"}, "contact_phone"),
        ({**PROBLEMS, "met_name": " "}, "met_name"),
        ({"said": " "}, "said"),
        ({"visited_at": AT + timedelta(minutes=1)}, "visited_at"),
        ({"visited_at": AT - timedelta(days=61)}, "visited_at"),
        ({"way": "by_boat"}, "way"),
    ],
)
def test_what_is_missing_is_refused_and_nothing_is_left(town, planned, given, field):
    with pytest.raises(Refused) as info:
        send(planned, town.steward, **given)
    assert info.value.field == field
    assert (fresh(planned).status, Ticket.objects.count()) == ("planned", 0)


def test_sent_again_under_its_key_nothing_more_happens(town, planned):
    key = uuid.uuid4()
    send(planned, town.steward, key, **PROBLEMS)
    events = Event.objects.count()
    assert send(planned, town.steward, key, **PROBLEMS).status == "done"
    assert (Ticket.objects.count(), Event.objects.count()) == (2, events)
    with pytest.raises(Refused):  # another page, other words
        send(planned, town.steward, uuid.uuid4(), **PROBLEMS)
    with pytest.raises(Refused):
        send(planned, town.leader, key)


def test_an_unplanned_visit_is_once_under_its_key(town):
    key = uuid.uuid4()
    for _time in range(2):
        visit = recording.visit_unplanned(town.firm, by=town.steward, record=record(AT, **PROBLEMS), key=key, at=AT)
    assert (Visit.objects.count(), Ticket.objects.count()) == (1, 2)
    assert (visit.plan, visit.deadline, visit.status) == (None, None, "done")
    with pytest.raises(Refused):
        recording.visit_unplanned(town.firm, by=town.leader, record=record(AT), key=key, at=AT)
    with pytest.raises(Refused):  # not his firm
        recording.visit_unplanned(town.foreign_firm, by=town.steward, record=record(AT), key=uuid.uuid4(), at=AT)


def test_on_time_is_when_somebody_was_there(town, planned):
    due = planned.deadline.due_at
    late, there = due + timedelta(days=1), due - timedelta(hours=1)
    recording.record_visit(planned, by=town.steward, record=record(there), key=uuid.uuid4(), at=late)
    assert VisitDeadline.objects.get().light(late) == "met"


def test_somebody_else_may_go_and_the_visitor_is_told(town, planned):
    send(planned, town.grid_member)
    visit = fresh(planned)
    assert (visit.visitor, visit.recorded_by) == (town.steward, town.grid_member)
    assert Message.objects.get(kind="visit.recorded").params["instead_of"] == town.steward.pk


def test_a_fact_that_is_otherwise_is_proposed_to_its_line(town, planned):
    insured = resources()["social_insurance"]
    column = insured.columns.get(code="insured")
    fact(town.firm, insured, by=town.data_officer, period=date(2026, 9, 1), insured=Decimal(52))
    fix = Fix(column, Decimal(48), "看了花名册", date(2026, 9, 1), "", "fix0_value")
    send(planned, town.steward, fixes=[fix])
    correction = Correction.objects.get()
    assert (correction.by, correction.state, correction.column) == (town.steward, "proposed", column)
    assert planned.corrected.get().correction == correction


def test_a_correction_that_is_refused_refuses_all_of_it(town, planned, monkeypatch):
    def no(*args, **given):
        raise Refused("和现有的值一样", "value")

    monkeypatch.setattr(recording, "propose", no)
    assert correcting.propose is not no
    with pytest.raises(Refused) as info:
        send(planned, town.steward, **PROBLEMS, fixes=[Fix(None, None, "x", field="fix1_value")])
    assert info.value.field == "fix1_value"
    assert (fresh(planned).status, Ticket.objects.count(), VisitTicket.objects.count()) == ("planned", 0, 0)


def test_not_reached_moved_and_once_more(town, planned):
    flow.not_reached(planned, by=town.steward, why="absent", at=AT)
    with pytest.raises(Refused):
        flow.not_reached(planned, by=town.steward, why="absent", at=AT + timedelta(hours=1))
    assert fresh(planned).deadline.is_open
    flow.move(planned, by=town.steward, to=date(2026, 11, 20), reason="负责人出差", at=AT)
    assert fresh(planned).deadline.due_at == make.moment("2026-11-20 17:00")
    with pytest.raises(Refused):
        flow.move(planned, by=town.steward, to=date(2026, 11, 25), reason="又出差", at=AT)
    flow.move(planned, by=town.supervisor, to=date(2026, 11, 6), reason="提前", at=AT)
    assert fresh(planned).deadline.due_at == make.moment("2026-11-06 17:00")
    assert VisitDeadline.objects.open().count() == 1


def test_events_hold_no_words_that_somebody_wrote(town, planned):
    flow.move(planned, by=town.steward, to=date(2026, 11, 20), reason="负责人住院", at=AT)
    send(planned, town.steward, note="老板想搬走", **PROBLEMS)
    told = str(list(Event.objects.values_list("data", flat=True))) + str(
        list(Message.objects.values_list("params", flat=True))
    )
    for words in ("住院", "搬走", "路灯", "缺熟练工", "庄周"):
        assert words not in told


def test_put_off_by_the_visitor_only_before_it_is_due(town, planned):
    late = planned.deadline.due_at + timedelta(minutes=1)
    with pytest.raises(Refused):
        flow.move(planned, by=town.steward, to=date(2026, 11, 30), reason="忙", at=late)


def test_reassigned_the_clock_goes_on(town, planned):
    due = planned.deadline.due_at
    flow.reassign(planned, by=town.supervisor, visitor=town.leader, at=AT)
    clock = VisitDeadline.objects.get()
    assert (clock.user, clock.due_at, clock.is_open) == (town.leader, due, True)
    for wrong in (town.handler, town.member_official, town.leader):
        with pytest.raises(Refused):
            flow.reassign(planned, by=town.supervisor, visitor=wrong, at=AT)


def test_who_leaves_hands_his_visits_over(town, planned):
    assert flow.hand_over(town.steward, town.project_assistant, by=town.administrator, at=AT) == 1
    assert fresh(planned).visitor == town.project_assistant
    with pytest.raises(Refused):
        flow.hand_over(town.project_assistant, town.handler, by=town.administrator, at=AT)


def test_the_firm_answers_once(town, done):
    with pytest.raises(Refused):
        flow.answer(done, by=town.enterprise_member, answer="commented", text=" ", at=AT)
    flow.answer(done, by=town.enterprise_member, answer="commented", text="第二条推迟了", at=AT)
    with pytest.raises(Refused):
        flow.answer(done, by=town.enterprise_member, answer="confirmed", at=AT)


@pytest.mark.django_db(transaction=True)
def test_sent_from_two_places_at_once_it_is_one_visit():
    town = make.build()
    from requests.visits.flow import planning

    visit = planning.plan_visits(wanted(firms=[town.firm]), by=town.supervisor, at=MONDAY).plan.visits.get()
    key, gate, wrong = uuid.uuid4(), threading.Barrier(4), []

    def go():
        try:
            gate.wait(10)
            send(visit, type(town.steward).objects.get(pk=town.steward.pk), key, **PROBLEMS)
        except Exception as error:  # every thread must report
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=go) for _n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert wrong == []
    assert (Ticket.objects.count(), Visit.objects.filter(status="done").count()) == (2, 1)
    connection.close()
