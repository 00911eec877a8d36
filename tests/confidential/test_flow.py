"""The way of a confidential complaint, from the firm to its answer, and who is kept out of it (APP-18)."""

import re
import uuid

import pytest
from django.db import IntegrityError, transaction

from portal.people.models import Delegation, Membership
from portal.people.roles import Role
from requests import confiding, flow
from requests.capacity import capacities
from requests.models import Assignment, DayNumber, Ticket
from tests.confidential import factories as make
from tests.requests.factories import LONG_AGO, MONDAY, department, fresh, person, sees

READERS = {"supervisor", "enterprise_member"}


def readers(town, ticket):
    return {name for name, user in town.people.items() if sees(user, ticket)}


def test_from_the_moment_of_saving_only_who_filed_it_and_the_supervisor_read_it(town):
    assert readers(town, make.filed(town)) == READERS


def test_whoever_handles_it_by_name_reads_it_his_head_and_colleagues_do_not(town):
    ticket = make.entrusted(town, handlers=[town.handler])
    assert readers(town, ticket) == READERS | {"handler"}


def test_a_clerk_loses_it_with_the_saving(town):
    ticket = make.taken_down(town)
    assert readers(town, ticket) == {"supervisor"}
    assert capacities(ticket, town.intake_clerk) == frozenset()


def test_the_whole_way(town):
    ticket = make.revisiting(town)
    from requests.flow.feedback import Scores

    ticket = flow.record_revisit(ticket, by=town.supervisor, reached=True, real=True, scores=Scores(5))
    assert (ticket.status, ticket.kind) == ("closed", "complaint")
    assert readers(town, ticket) == READERS | {"economy_handler"}


def test_its_number_and_keys_take_none_of_the_ordinary_series(town):
    from tests.requests import factories as ordinary

    before = ordinary.filed(town)
    ticket = make.filed(town)
    after = ordinary.filed(town)
    assert re.fullmatch(r"TS-[A-HJ-NP-Z2-9]{6}", ticket.number)
    assert int(after.number[-4:]) == int(before.number[-4:]) + 1 == DayNumber.objects.get().last
    assert after.pk == before.pk + 1
    ordinary_clocks = [before.deadlines.latest("pk").pk, after.deadlines.earliest("pk").pk]
    assert ordinary_clocks[1] == ordinary_clocks[0] + 1
    assert ticket.pk > 2**40
    assert all(deadline.pk > 2**40 for deadline in ticket.deadlines.all())


def test_neither_title_nor_letters_say_what_it_is_about(town):
    assert make.filed(town).title == "保密投诉"


def test_the_same_form_sent_twice_is_one_complaint(town):
    key = uuid.uuid4()
    first = flow.complain(make.grievance(town), by=town.enterprise_member, key=key)
    assert flow.complain(make.grievance(town), by=town.enterprise_member, key=key) == first
    assert Ticket.objects.count() == 1


def test_nobody_complains_for_a_firm_that_is_not_his(town, refusal):
    for by in (town.other_member, town.former_member, town.steward):
        assert refusal(flow.complain, make.grievance(town), by=by, key=uuid.uuid4()).field == "enterprise"


def test_only_a_clerk_takes_one_down_and_not_in_his_own_case(town, refusal):
    assert refusal(flow.take_down, make.grievance(town), by=town.triager, key=uuid.uuid4())
    Membership.objects.create(user=town.member_official, role=Role.INTAKE_CLERK, since=LONG_AGO)
    assert refusal(flow.take_down, make.grievance(town), by=town.member_official, key=uuid.uuid4()).field


# Whom it is about -----------------------------------------------------------------------------------------------


def test_a_supervisor_named_in_it_does_not_read_it_another_does(town):
    other = person("second_supervisor", "关尹", (Role.SUPERVISOR, None))
    ticket = make.filed(town, persons=f"督查员{town.supervisor.name}")
    assert not sees(town.supervisor, ticket)
    assert sees(other, ticket)
    assert capacities(ticket, town.supervisor) == frozenset()


def test_a_supervisor_of_the_accused_unit_does_not_read_it(town):
    Membership.objects.create(user=town.supervisor, role=Role.INSPECTOR, department=town.police, since=LONG_AGO)
    other = person("second_supervisor", "关尹", (Role.SUPERVISOR, None))
    ticket = make.filed(town)
    assert not sees(town.supervisor, ticket)
    assert sees(other, ticket)


def test_nor_one_of_a_unit_below_it(town):
    below = department("执法二中队", "town_office", parent=town.police)
    Membership.objects.create(user=town.supervisor, role=Role.HANDLER, department=below, since=LONG_AGO)
    assert not sees(town.supervisor, make.filed(town))


def test_nor_who_stands_in_for_a_supervisor_whom_it_names(town):
    deputy = person("deputy", "公孙龙")
    Delegation.objects.create(principal=town.supervisor, deputy=deputy, since=LONG_AGO, until=MONDAY.replace(year=2049))
    ordinary = make.filed(town)
    assert sees(deputy, ordinary)
    about_him = make.filed(town, persons=town.supervisor.name)
    assert not sees(deputy, about_him)


def test_where_it_is_about_all_supervisors_a_designated_leader_keeps_it(town):
    second = person("second_leader", "老聃", (Role.LEADER, None))
    Membership.objects.filter(user=second).update(on_duty=True)
    ticket = make.filed(town, description=f"{town.supervisor.name}收了对方的东西。")
    assert readers(town, ticket) == {"enterprise_member"}
    assert sees(second, ticket)
    assert flow.accept(ticket, by=second).status == "triaging"


def test_where_nobody_is_left_it_is_refused_rather_than_lost(town, refusal):
    words = f"{town.supervisor.name}和{town.leader.name}"
    assert refusal(flow.complain, make.grievance(town, persons=words), by=town.enterprise_member, key=uuid.uuid4())
    assert not Ticket.objects.exists()


def test_a_supervisor_says_whom_it_is_about_and_they_read_it_no_more(town):
    other = person("second_supervisor", "关尹", (Role.SUPERVISOR, None))
    ticket = make.filed(town, accused=None, unit_name="执法的")
    assert sees(other, ticket)
    flow.identify(ticket, by=town.supervisor, accused=town.police, people=[other])
    assert not sees(other, ticket)
    assert ticket.complaint.unit == "执法的"
    assert fresh(ticket).complaint.unit == town.police.name


def test_no_supervisor_excludes_himself_or_his_own_unit_without_another(town, refusal):
    ticket = make.filed(town)
    assert refusal(flow.identify, ticket, by=town.supervisor, accused=None, people=[town.supervisor]).field == "people"


# Who handles it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["police_handler", "police_head", "supervisor", "member_official", "nobody", "leader"])
def test_who_cannot_handle_it(town, refusal, who):
    ticket = make.accepted(town)
    assert refusal(flow.entrust, ticket, by=town.supervisor, handlers=[town.people[who]]).field == "handlers"


def test_nobody_of_a_unit_below_the_accused_handles_it(town, refusal):
    ticket = make.accepted(town, accused=town.housing)
    for who in (town.handler, town.utilities_handler):
        assert refusal(flow.entrust, ticket, by=town.supervisor, handlers=[who]).field == "handlers"


def test_the_database_refuses_the_accused_unit_as_well(town):
    ticket = make.entrusted(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(lead_department=town.police)
    part = {"part": "co", "assigned_by": town.supervisor, "assigned_at": MONDAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(ticket=ticket, department=town.police, **part)


def test_each_of_those_named_can_take_it_and_no_other(town, refusal):
    ticket = make.entrusted(town, handlers=[town.economy_handler, town.handler])
    assert refusal(flow.take, ticket, by=town.colleague)
    assert flow.take(ticket, by=town.handler).handler == town.handler


def test_given_to_others_the_former_lose_it_and_the_clock_begins_anew(town):
    ticket = make.handling(town)
    flow.entrust(ticket, by=town.supervisor, handlers=[town.handler])
    assert not sees(town.economy_handler, ticket)
    assert sees(town.handler, ticket)
    assert fresh(ticket).status == "assigned"
    assert fresh(ticket).lead_department == town.housing
    open_now = ticket.deadlines.open().filter(obligor_kind="department")
    assert set(open_now.values_list("obligation", "department")) == {("accept", town.housing.pk)}


def test_a_colleague_added_takes_nothing_from_the_clock(town):
    ticket = make.handling(town)
    due = ticket.deadlines.get(obligation="handle").due_at
    other = person("second_economy", "关尹", (Role.HANDLER, town.economy))
    flow.entrust(ticket, by=town.supervisor, handlers=[town.economy_handler, other])
    assert sees(other, ticket)
    assert fresh(ticket).status == "handling"
    assert ticket.deadlines.get(obligation="handle", met_at=None).due_at == due


# Finding --------------------------------------------------------------------------------------------------------


def test_no_finding_before_the_three_confirmations_and_no_result_before_the_finding(town, refusal):
    ticket = make.handling(town)
    by = town.economy_handler
    assert "听取被投诉单位" in refusal(flow.find, ticket, by=by, outcome="founded", text="属实").sentence
    assert "认定" in refusal(flow.report, ticket, by=by, kind="solved", text="已改正").sentence
    for what in ("complainant", "unit", "expert"):
        flow.record_confirmation(ticket, by=by, what=what, text="已核实")
    assert "现场" in refusal(flow.find, ticket, by=by, outcome="founded", text="属实").sentence


@pytest.mark.parametrize("what", ["complainant", "unit", "site"])
def test_only_an_expert_may_be_found_unnecessary(town, refusal, what):
    ticket = make.handling(town)
    given = {"what": what, "text": "没必要", "waived": True}
    assert refusal(flow.record_confirmation, ticket, by=town.economy_handler, **given).field == "waived"


def test_the_unit_gets_the_supervisors_words_and_answers_once(town, refusal):
    ticket = make.handling(town)
    asked = flow.ask_unit(ticket, by=town.supervisor, text="请说明今年入企检查出示证件的规定和做法。")
    assert not sees(town.police_head, ticket)
    assert list(type(asked).objects.visible_to(town.police_head)) == [asked]
    assert not type(asked).objects.visible_to(town.police_handler).exists()
    assert not type(asked).objects.visible_to(town.department_head).exists()
    flow.answer_unit_question(asked, by=town.police_head, text="均已出示")
    assert refusal(flow.answer_unit_question, asked, by=town.police_head, text="再答")
    assert not sees(town.police_head, ticket)


@pytest.mark.parametrize("word", ["乌有精密", "乌有先生", "13800000001", "计然"])
def test_words_that_tell_who_complains_are_not_sent_to_the_unit(town, refusal, word):
    ticket = make.handling(town)
    town.enterprise_member.name, told = "计然", f"请说明在{word}的检查"
    type(town.enterprise_member).objects.filter(pk=town.enterprise_member.pk).update(name="计然")
    assert word in refusal(flow.ask_unit, fresh(ticket), by=town.supervisor, text=told).sentence


def test_reading_as_one_and_as_rows_agree_for_everybody(town):
    """`visible_to` and `standing` are written twice: whoever has a capacity reads it, and the other way round."""
    second = person("second_supervisor", "关尹", (Role.SUPERVISOR, None))
    people = {**town.people, "second_supervisor": second}
    tickets = [make.filed(town), make.handling(town), make.taken_down(town), make.filed(town, persons=second.name)]
    for ticket in tickets:
        for name, user in people.items():
            assert sees(user, ticket) == bool(capacities(fresh(ticket), user)), (name, ticket.number)


def test_ordinary_tickets_are_read_as_before_by_supervisors(town):
    from tests.requests import factories as ordinary

    assert sees(town.supervisor, ordinary.filed(town))
    assert confiding.keepers(make.filed(town)) == [town.supervisor]
