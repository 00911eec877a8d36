"""接诉: APP-1, 2, 5, 6, 8, and what the firm may take back."""

import uuid
from datetime import timedelta

import pytest

from enterprises.models import Member, Stewardship
from portal.people.models import Membership
from requests import flow
from requests.models import DayNumber, Draft, Supplement, Ticket
from requests.models.ticket import Channel
from tests.requests import factories as make
from tests.requests.factories import ACCEPTED, LONG_AGO, MONDAY, moment
from tests.requests.walks import verbs_for

# APP-1: channels ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [c for c in Channel if c != Channel.ONLINE])
def test_app_1_every_channel_lands_in_the_one_queue(town, channel):
    ticket = make.registered(town, channel=channel)
    assert (ticket.status, ticket.channel) == ("triaging", channel)
    assert ticket in Ticket.objects.at_stage("triage")


def test_app_1_a_hotline_case_keeps_its_number_and_outer_due_date(town):
    outer = moment("2026-11-16 17:00")
    ticket = make.fresh(make.registered(town, channel="hotline", hotline_number="TC20261109-88", outer_due_at=outer))
    assert (ticket.hotline_number, ticket.outer_due_at) == ("TC20261109-88", outer)


def test_app_1_only_a_clerk_registers(town, refusal):
    error = refusal(flow.register, make.matter(town), by=town.triager, key=uuid.uuid4())
    assert error.sentence == "只有接诉员可以登记来电来访。"


# APP-2: what a matter carries -----------------------------------------------------------------------------------


def test_app_2_a_matter_carries_what_was_said(town):
    ticket = make.fresh(make.filed(town, urgency="urgent", proxy_for="无何有镇企业家协会"))
    assert ticket.status == "received"
    assert (ticket.enterprise, ticket.place, ticket.category) == (town.firm, town.place, town.category)
    assert (ticket.contact_name, ticket.contact_phone) == ("乌有先生", "13800000001")
    assert (ticket.urgency, ticket.proxy_for, ticket.confidential) == ("urgent", "无何有镇企业家协会", False)
    assert (ticket.filed_by, ticket.registered_by, ticket.filed_at) == (town.enterprise_member, None, MONDAY)


def test_app_2_a_business_not_on_file_is_registered_by_name(town):
    ticket = make.registered(town, enterprise=None, business_name=" 东门小吃店 ")
    assert (ticket.enterprise, ticket.business_name, ticket.firm_name) == (None, "东门小吃店", "东门小吃店")


def test_app_2_somebody_must_be_named(town, refusal):
    assert refusal(make.registered, town, enterprise=None, business_name=" ").field == "business_name"
    assert refusal(make.filed, town, enterprise=None).field == "enterprise"


@pytest.mark.parametrize("field", ["title", "description", "contact_name", "contact_phone"])
def test_app_2_a_blank_field_is_named(town, refusal, field):
    assert refusal(make.filed, town, **{field: "  "}).field == field
    assert not Ticket.objects.exists()
    assert not DayNumber.objects.exists()  # the number was not used up


@pytest.mark.parametrize("who", ["other_member", "former_member", "intake_clerk", "nobody"])
def test_app_2_only_the_firms_people_file_for_it(town, refusal, who):
    assert refusal(make.filed, town, by=town.people[who]).field == "enterprise"


@pytest.mark.parametrize("who", ["enterprise_member", "steward", "project_assistant"])
def test_app_2_whoever_files_on_behalf_is_kept_beside_the_firm(town, who):
    ticket = make.filed(town, by=town.people[who])
    assert (ticket.filed_by, ticket.enterprise) == (town.people[who], town.firm)


def test_app_2_the_draft_becomes_the_ticket_with_its_files(town, stored_file):
    draft = Draft.objects.create(user=town.enterprise_member, enterprise=town.firm, data={"title": "排水"})
    kept = draft.attachments.create(file=stored_file("进水.txt"))
    ticket = flow.file(make.matter(town), by=town.enterprise_member, key=draft.key, draft=draft, at=MONDAY)
    assert list(ticket.attachments.all()) == [kept]
    assert not Draft.objects.exists()


def test_app_2_the_same_form_sent_again_is_the_same_ticket(town):
    key = uuid.uuid4()
    first = make.filed(town, key=key)
    again = make.filed(town, key=key, title="另一个标题")
    assert again == first
    assert Ticket.objects.get().title == "雨污管网倒灌，3 号车间停产"
    assert DayNumber.objects.get().last == 1


# APP-2: asked once for everything missing ----------------------------------------------------------------------


def test_app_2_what_is_missing_is_asked_once_and_the_ticket_goes_on_where_it_stopped(town, refusal, stored_file):
    for before in (make.filed(town), make.accepted(town)):
        asked = flow.ask_supplement(before, by=town.triager, items="进水照片", at=MONDAY + timedelta(hours=1))
        assert asked.status == "incomplete"
        back = flow.supplement(
            asked,
            by=town.enterprise_member,
            answer="照片附后",
            files=[stored_file("进水.txt")],
            at=MONDAY + timedelta(hours=2),
        )
        assert back.status == before.status
        assert back.attachments.count() == 1
        row = Supplement.objects.get(ticket=back)
        assert (row.items, row.answer, row.answered_by) == ("进水照片", "照片附后", town.enterprise_member)
        error = refusal(flow.ask_supplement, back, by=town.triager, items="还要执照", at=MONDAY + timedelta(hours=3))
        assert error.sentence.startswith("补正只能要求一次")
        assert "ask_supplement" not in verbs_for(back, town.triager, MONDAY + timedelta(hours=3))  # nor offered


def test_app_2_an_empty_question_and_an_empty_answer_are_refused(town, refusal):
    error = refusal(flow.ask_supplement, make.filed(town), by=town.intake_clerk, items=" ", at=MONDAY)
    assert error.field == "items"
    asked = make.incomplete(town)
    error = refusal(flow.supplement, asked, by=town.enterprise_member, answer=" ", at=asked.moved_at)
    assert error.field == "answer"


def test_app_2_the_centres_clock_waits_for_the_firm(town):
    """Tuesday 17:00 without the pause; asked on Monday, answered on Thursday: one working day is left."""
    asked = make.incomplete(town)
    waiting = asked.deadlines.get(obligation="dispatch")
    assert waiting.is_paused
    assert asked.deadlines.get(obligation="supplement").due_at == moment("2026-11-23 17:00")  # 10 wd
    back = flow.supplement(asked, by=town.enterprise_member, answer="已补", at=moment("2026-11-12 10:00"))
    running = back.deadlines.get(obligation="dispatch")
    assert (running.is_paused, running.due_at) == (False, moment("2026-11-13 17:00"))
    assert back.deadlines.get(obligation="supplement").met_at == moment("2026-11-12 10:00")


def test_app_10_an_overdue_clock_runs_on_while_the_firm_is_asked(town):
    late = moment("2026-11-12 10:00")  # due was Tuesday 17:00
    asked = flow.ask_supplement(make.accepted(town), by=town.triager, items="进水照片", at=late)
    assert asked.deadlines.get(obligation="dispatch").is_overdue(late)
    back = flow.supplement(asked, by=town.enterprise_member, answer="已补", at=late + timedelta(days=1))
    assert back.deadlines.get(obligation="dispatch").due_at == moment("2026-11-10 17:00")


# APP-5: numbers ------------------------------------------------------------------------------------------------


def test_app_5_numbers_ascend_within_a_day_of_the_town(town):
    late_evening = moment("2026-11-09 23:59")
    numbers = [make.filed(town, filed_at=at).number for at in (MONDAY, late_evening, moment("2026-11-10 00:00"))]
    assert numbers == ["SX-20261109-0001", "SX-20261109-0002", "SX-20261110-0001"]


def test_app_5_the_ten_thousandth_of_a_day_still_gets_a_number(town):
    DayNumber.objects.create(day=MONDAY.date(), last=9999)
    assert make.filed(town).number == "SX-20261109-10000"


# APP-6: rejecting ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["filed", "accepted"])
def test_app_6_a_rejection_names_the_item_and_says_where_to_go(town, before):
    at = MONDAY + timedelta(hours=1)
    ticket = getattr(make, before)(town)
    ticket = make.fresh(flow.reject(ticket, by=town.triager, item=town.not_ours, go_to="向受理法院反映", at=at))
    assert (ticket.status, ticket.closed_at) == ("rejected", at)
    assert (ticket.rejected_item, ticket.end_reason) == (town.not_ours, "向受理法院反映")
    assert not ticket.deadlines.open().exists()


def test_app_6_neither_item_nor_direction_may_be_missing(town, refusal):
    ticket = make.filed(town)
    by, at = town.intake_clerk, MONDAY + ACCEPTED
    assert refusal(flow.reject, ticket, by=by, item=town.ours, go_to="法院", at=at).field == "item"
    assert refusal(flow.reject, ticket, by=by, item=town.not_ours, go_to=" ", at=at).field == "go_to"
    town.not_ours.active = False
    assert refusal(flow.reject, ticket, by=by, item=town.not_ours, go_to="法院", at=at).field == "item"


# Withdrawing ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["received", "incomplete", "triaging", "assigned", "handling", "signoff"])
def test_the_firm_takes_its_matter_back_and_all_work_ends(town, before):
    ticket = make.AT[before](town)
    at = ticket.moved_at + timedelta(hours=5)
    ticket = make.fresh(flow.withdraw(ticket, by=town.enterprise_member, reason=" 已自行疏通 ", at=at))
    assert (ticket.status, ticket.closed_at, ticket.end_reason) == ("withdrawn", at, "已自行疏通")
    assert not ticket.deadlines.open().exists()
    assert not ticket.assignments.filter(ended_at=None).exists()
    assert not ticket.results.filter(sent_back_at=None).exists()


def test_taking_back_an_unanswered_matter_is_no_first_response(town):
    ticket = make.withdrawn(town)
    first = ticket.deadlines.get(obligation="first_response")
    assert (first.met_at, first.cancelled_at) == (None, MONDAY + ACCEPTED)
    assert ticket.first_response_at is None


# APP-8: first responder ----------------------------------------------------------------------------------------


def test_app_8_the_steward_comes_first(town):
    assert make.filed(town).first_responder == town.steward
    assert make.registered(town).first_responder == town.steward


def test_app_8_then_the_project_assistant(town):
    Stewardship.objects.filter(kind="steward").update(until=LONG_AGO)
    assert make.filed(town).first_responder == town.project_assistant


def test_app_8_else_the_clerk_who_registered_it(town):
    ticket = make.registered(town, enterprise=town.foreign_firm, by=town.second_clerk)
    assert ticket.first_responder == town.second_clerk


def test_app_8_else_the_clerk_on_duty(town):
    Membership.objects.filter(user=town.intake_clerk).update(on_duty=False)
    Membership.objects.filter(user=town.second_clerk).update(on_duty=True)
    ticket = make.filed(town, enterprise=town.foreign_firm, by=town.other_member)
    assert ticket.first_responder == town.second_clerk


def test_app_8_with_nobody_on_duty_still_a_clerk(town):
    Membership.objects.filter(on_duty=True).update(on_duty=False)
    ticket = make.filed(town, enterprise=town.foreign_firm, by=town.other_member)
    assert ticket.first_responder == town.intake_clerk


def test_a_membership_that_ends_ends_filing_at_once(town, refusal):
    Member.objects.filter(user=town.enterprise_member).update(until=MONDAY)
    assert refusal(make.filed, town, filed_at=MONDAY).field == "enterprise"
    assert make.filed(town, filed_at=MONDAY - timedelta(minutes=1)).status == "received"


def test_app_8_on_duty_is_who_is_on_duty_now(town):
    """His duty of last year, under a membership that has ended, does not make him the one whom every firm calls."""
    Membership.objects.filter(user=town.intake_clerk).update(until=LONG_AGO + timedelta(days=1))
    Membership.objects.create(
        user=town.intake_clerk, role="intake_clerk", department=town.centre, since=LONG_AGO + timedelta(days=2)
    )
    Membership.objects.filter(user=town.second_clerk).update(on_duty=True)
    ticket = make.filed(town, enterprise=town.foreign_firm, by=town.other_member)
    assert ticket.first_responder == town.second_clerk


@pytest.mark.parametrize("firm", ["firm", "foreign_firm"])
def test_app_8_nobody_follows_the_case_of_his_own_firm(town, firm):
    """§1: own case. A steward or a clerk who is of the firm himself is passed over."""
    firm = getattr(town, firm)
    for official in (town.steward, town.project_assistant, town.intake_clerk):
        Member.objects.create(enterprise=firm, user=official, since=LONG_AGO)
    town.forget()
    assert make.filed(town, enterprise=firm, by=town.steward).first_responder == town.second_clerk
