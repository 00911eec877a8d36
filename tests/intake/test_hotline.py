"""写回热线: the hotline's own limit, what it is told, and by whom (APP-1)."""

import json
import uuid
from datetime import timedelta

import pytest
from django.utils import translation

from portal.outbox import hooks
from portal.outbox.models import Message
from portal.worktime import clock
from requests import flow, owed_intake
from requests.agenda import Agenda
from requests.models import Ticket, WriteBack
from requests.queues import queues_of
from requests.total import outer_limit
from tests.api import factories as lines
from tests.requests import factories as make
from tests.requests.factories import moment
from tests.requests.walks import verbs_for

OUTER = moment("2026-11-20 17:00")


def confirming(town, **given):
    given = {"channel": "hotline", "hotline_number": "TC-88", "outer_due_at": OUTER, "contact_name": "乌有先生"} | given
    ticket = make.registered(town, **given)
    at = ticket.filed_at
    order = {"kind": "coordination", "complexity": "ordinary", "category": town.category, "lead": town.housing}
    flow.dispatch(ticket, by=town.triager, co=[], at=at + make.DISPATCHED, **order)
    flow.take(ticket, by=town.handler, at=at + make.TAKEN)
    flow.log_contact(make.fresh(ticket), by=town.handler, text="已联系", at=at + make.CONTACTED)
    ticket = make.report(make.fresh(ticket), at + make.REPORTED)
    return flow.sign_off(ticket, by=town.department_head, at=at + make.SIGNED)


def to_write_back(town):
    queue = next(q for q in queues_of(town.intake_clerk) if q.name == "intake")
    return [item.pk for item in Agenda(town.intake_clerk, [queue], queue).of(queue, queue.part("write_back"))]


def write(town, ticket, at=None):
    flow.write_back(ticket, by=town.intake_clerk, text="已疏通管网", at=at or ticket.moved_at + timedelta(hours=1))
    return make.fresh(ticket)


def test_app_1_the_outer_date_is_a_clock_of_the_centre_that_makes_nothing_late(town):
    ticket = make.registered(town, channel="hotline", hotline_number="TC-88", outer_due_at=OUTER)
    clock = outer_limit(ticket)
    assert (clock.obligor_kind, clock.due_at) == ("centre", OUTER)
    ticket.deadlines.exclude(pk=clock.pk).delete()
    assert not Ticket.objects.overdue(OUTER + timedelta(days=9)).exists()
    assert make.fresh(ticket).deadline is None


def test_app_1_answered_it_waits_in_the_clerks_list_until_it_is_written_back(town):
    ticket = make.registered(town, channel="hotline", hotline_number="TC-1", outer_due_at=OUTER)
    assert to_write_back(town) == []
    assert "write_back" not in verbs_for(ticket, town.intake_clerk)
    ticket = confirming(town)
    assert to_write_back(town) == [ticket.pk]
    ticket = write(town, ticket)
    row = WriteBack.objects.get()
    assert (row.text, row.by, row.result) == ("已疏通管网", town.intake_clerk, ticket.result)
    assert to_write_back(town) == []
    assert outer_limit(ticket).met_at == row.at


def test_app_1_what_is_written_is_proposed_from_the_signed_result(town):
    assert owed_intake.answer_to_hotline(confirming(town)) == "住房和城乡建设局办理，结果：已解决。已疏通管网"
    rejected = make.rejected(town)
    assert "向受理法院反映" in owed_intake.answer_to_hotline(rejected)


def test_what_the_hotline_is_told_is_chinese_whatever_the_clerk_reads(town):
    with translation.override("en"):
        assert owed_intake.answer_to_hotline(confirming(town)) == "住房和城乡建设局办理，结果：已解决。已疏通管网"
        assert translation.get_language() == "en"


def test_app_1_once_for_each_result(town, refusal):
    ticket = write(town, confirming(town))
    assert "没有要写回热线的" in refusal(flow.write_back, ticket, by=town.intake_clerk, text="再写").sentence
    at = ticket.moved_at + timedelta(hours=2)
    again = flow.dispute(ticket, by=town.enterprise_member, reason="还在倒灌", at=at)
    assert not again.deadlines.open().filter(obligation="outer").exists()
    again = make.answer_again(town, make.fresh(again), at + timedelta(days=1))
    clock = again.deadlines.open().get(obligation="outer")
    assert clock.limit_amount == 1
    assert to_write_back(town) == [ticket.pk]


@pytest.mark.parametrize("end", ["closed", "rejected", "withdrawn"])
def test_app_1_it_is_owed_after_the_end_as_well(town, end):
    given = {"hotline_number": "TC-9", "outer_due_at": OUTER}
    ticket = make.AT[end](town, **given)
    assert [d.obligation for d in ticket.deadlines.open()] == ["outer"]
    assert to_write_back(town) == [ticket.pk]
    ticket = write(town, ticket)
    assert not ticket.deadlines.open().exists()
    if end == "closed":
        assert WriteBack.objects.get().result_id == ticket.result.pk


def test_app_1_written_back_before_it_closes_it_is_not_asked_for_again(town):
    ticket = write(town, confirming(town))
    flow.confirm(ticket, by=town.enterprise_member, at=ticket.moved_at + timedelta(hours=3))
    ticket = make.revisit(town, make.fresh(ticket))
    assert ticket.status == "closed"
    assert not ticket.deadlines.open().exists()


def test_app_1_a_hotline_without_a_date_is_told_within_a_day(town):
    ticket = confirming(town, outer_due_at=None)
    assert ticket.deadlines.open().get(obligation="outer").due_at == moment("2026-11-12 17:00")


def test_app_1_what_came_from_no_hotline_is_written_back_to_none(town):
    assert outer_limit(make.closed(town)) is None
    assert to_write_back(town) == []


def test_app_1_the_line_system_that_brought_it_gets_the_text_pushed(town, monkeypatch):
    monkeypatch.setattr(hooks, "check_url", lambda url: None)
    system, _token = lines.line(town, "12345 热线", channel="hotline")
    at = clock.now()
    given = {"by": town.administrator, "events": ["ticket.written_back"], "at": at}
    hooks.subscribe(system.user, url="https://hotline.example/hook", **given)
    matter = make.matter(town, channel="hotline", hotline_number="TC-5", outer_due_at=at + timedelta(days=9))
    ticket = flow.relay(matter, by=system.user, key=uuid.uuid4())
    ticket = flow.reject(ticket, by=town.intake_clerk, item=town.not_ours, go_to="向受理法院反映")
    write(town, ticket)
    message = Message.objects.get(kind="ticket.written_back")
    (push,) = hooks.pushed(message, make.fresh(ticket), at)
    assert push.recipient == system.user
    sent = json.loads(push.body)
    assert (sent["hotline_number"], sent["text"], sent["status"]) == ("TC-5", "已疏通管网", "rejected")


def test_app_1_a_limit_that_is_over_is_refused_before_anybody_is_told_of_it(town, refusal):
    given = {"channel": "hotline", "hotline_number": "TC-6", "outer_due_at": make.MONDAY}
    matter = make.matter(town, **given)
    error = refusal(flow.register, matter, by=town.intake_clerk, key=uuid.uuid4(), at=make.MONDAY)
    assert error.field == "outer_due_at"
    assert "已经过了" in error.sentence
    assert not Message.objects.exists()
