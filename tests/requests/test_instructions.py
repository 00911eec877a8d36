"""批示 (APP-21): an obligation with addressee and limit, several at once, answered to the leader; the office's own."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from portal.deadlines.sweep import sweep
from portal.people.models import Delegation, Membership
from requests import flow
from requests.models import Instruction, Ticket, TicketDeadline
from requests.story import Story
from requests.views.mine import due_of
from tests.requests import factories as make
from tests.requests.factories import MONDAY, fresh, moment

NOON = moment("2026-11-11 12:00")  # a Wednesday
CLOSE = moment("2026-11-13 17:00")


def instruct(town, ticket, at=NOON, **given):
    given = {"text": "请分管领导到现场", "days": 2} | given
    if not {"department", "person"} & set(given):
        given["department"] = town.housing
    return flow.instruct(ticket, by=town.leader, at=at, **given)


def answer(ticket, by, at=NOON, **given):
    return flow.answer_instruction(ticket, by=by, text="已到现场", at=at, **given)


def test_it_runs_like_any_other_obligation_of_whom_it_names(town):
    instruction = instruct(town, make.handling(town))
    owed = instruction.deadline
    assert (owed.obligation, owed.obligor_kind, owed.department, owed.user) == (
        *("instruction", "department"),
        *(town.housing, None),
    )
    assert (owed.due_at, len(owed.rung_times)) == (CLOSE, 5)
    person = instruct(town, make.filed(town), person=town.steward)
    owed = person.deadline
    assert (owed.obligor_kind, owed.department, owed.user, len(owed.rung_times)) == ("centre", None, town.steward, 3)


def test_urgency_does_not_shorten_what_a_leader_has_set(town):
    ticket = make.handling(town, given_urgency="critical")
    assert instruct(town, ticket, days=4).deadline.due_at == moment("2026-11-17 17:00")


def test_a_date_goes_before_a_number_of_days(town):
    assert instruct(town, make.handling(town), until=date(2026, 11, 20)).deadline.due_at == moment("2026-11-20 17:00")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "  "}, "text"),
        ({"days": None}, "days"),
        ({"days": 0}, "days"),
        ({"days": 91}, "days"),
        ({"until": date(2026, 11, 10)}, "until"),
        ({"until": date(9999, 1, 1)}, "until"),
        ({"department": None}, "person"),
    ],
)
def test_what_cannot_be_instructed(town, refusal, given, field):
    assert refusal(instruct, town, make.handling(town), **given).field == field


def test_only_who_has_the_ticket_before_him_is_addressed(town, refusal):
    ticket = make.handling(town, co=[town.police])
    assert refusal(instruct, town, ticket, department=town.economy).field == "department"
    for name in (
        "police_handler",
        "economy_handler",
        "triager",
        "enterprise_member",
        "member_official",
        "former_handler",
    ):
        assert refusal(instruct, town, ticket, person=town.people[name]).field == "person", name
    for name in ("handler", "colleague", "department_head", "steward", "supervisor"):
        assert instruct(town, ticket, person=town.people[name]).addressee == town.people[name].name


def test_several_are_open_at_once_and_each_is_answered_alone(town, refusal):
    ticket = make.handling(town)
    first, second = instruct(town, ticket), instruct(town, ticket, days=1)
    assert answer(ticket, town.handler) == second  # the one due first
    assert [i.pk for i in Instruction.objects.open()] == [first.pk]
    assert answer(ticket, town.handler, instruction=first).pk == first.pk
    assert "没有等您答复的批示" in refusal(answer, ticket, town.handler, instruction=first).sentence
    assert set(TicketDeadline.objects.filter(obligation="instruction").values_list("met_at", flat=True)) == {NOON}


def test_by_name_it_is_his_or_of_who_stands_in_for_him(town, refusal):
    ticket = make.handling(town)
    instruct(town, ticket, person=town.handler)
    assert refusal(answer, ticket, town.colleague)
    Delegation.objects.create(
        principal=town.handler, deputy=town.colleague, since=make.LONG_AGO, until=NOON + timedelta(days=900)
    )
    town.forget()
    assert answer(ticket, town.colleague).answered_by == town.colleague


def test_when_he_has_left_his_head_answers(town):
    ticket = make.handling(town)
    instruct(town, ticket, person=town.colleague)
    Membership.objects.filter(user=town.colleague).update(until=make.LONG_AGO + timedelta(days=1))
    town.forget()
    assert answer(ticket, town.department_head)


def test_the_firm_never_learns_of_it(town):
    """Neither by the story nor by a time limit: not the one shown first, nor a lateness that is none of its own."""
    ticket = make.filed(town, filed_at=NOON)
    instruct(town, ticket, person=town.steward, days=1)
    ticket = fresh(ticket)
    assert {line.kind for line in Story(ticket, firm_side=True).lines} == {"ticket.filed"}
    assert [line.text for line in Story(ticket, firm_side=False).lines if line.internal] == ["请分管领导到现场"]
    assert due_of(ticket).obligation != "instruction"
    assert ticket.deadline.obligation != "instruction"
    dispatched = make.handling(town)
    instruct(town, dispatched, days=1)
    late = moment("2026-11-16 09:00")
    assert not Ticket.objects.filter(pk=dispatched.pk).overdue(late).exists()
    assert Ticket.objects.with_due().get(pk=dispatched.pk).next_due_at == moment("2026-12-01 17:00")


def test_a_ticket_closes_when_its_instructions_are_answered(town, refusal):
    ticket = make.revisiting(town)
    instruct(town, ticket, at=ticket.moved_at)
    assert "批示已答复" in refusal(make.revisit, town, ticket).sentence
    answer(ticket, town.handler, at=ticket.moved_at)
    assert make.revisit(town, ticket).status == "closed"


def test_with_a_withdrawn_ticket_it_falls_away(town):
    ticket = make.handling(town)
    instruct(town, ticket)
    flow.withdraw(ticket, by=town.enterprise_member, at=NOON)
    assert not Instruction.objects.open().exists()


def test_left_unanswered_it_climbs_the_ladder(town):
    instruction = instruct(town, make.handling(town))
    sweep(moment("2026-11-16 17:30"))
    assert list(instruction.deadline.firings.values_list("rung", flat=True)) == [1, 2, 3]


def test_who_may_read_it(town):
    instruct(town, make.handling(town))
    readers = ("leader", "supervisor", "handler", "department_head", "steward", "triager")
    others = ("enterprise_member", "member_official", "economy_handler", "administrator", "evaluator", "nobody")
    for name in (*readers, *others):
        assert Instruction.objects.visible_to(town.people[name]).exists() == (name in readers), name


def test_the_leaders_page_shows_his_own(client, town, django_assert_max_num_queries):
    url = reverse("requests:instructions")
    client.force_login(town.leader)
    assert "没有等答复的批示" in client.get(url).content.decode()
    first = make.handling(town)
    instruct(town, first)
    with django_assert_max_num_queries(COUNT):
        one = client.get(url)
    for _n in range(2):
        instruct(town, make.handling(town, filed_at=MONDAY))
    with django_assert_max_num_queries(COUNT):
        three = client.get(url)
    assert (one.context["page"].paginator.count, three.context["page"].paginator.count) == (1, 3)
    answer(first, town.handler)
    answered = client.get(url, {"tab": "answered"})
    assert [i.answer for i in answered.context["page"]] == ["已到现场"]
    assert "已到现场" in answered.content.decode()


COUNT = 10


def test_from_the_form_to_the_answer(client, town):
    ticket = make.handling(town, kind="consultation")
    client.force_login(town.leader)
    url = reverse("requests:verb", args=[ticket.number, "instruct"])
    page = client.get(url)
    assert page.context["form"].initial["department"] == town.housing.pk
    sent = {"text": "请到现场", "department": town.housing.pk, "days": "2", "once": "1"}
    assert client.post(url, sent).status_code == 303
    client.post(url, sent)  # the same form once more
    assert Instruction.objects.count() == 1
    client.force_login(town.handler)
    queue = client.get(reverse("requests:queue", args=["handling"]), {"part": "instruction"})
    assert ticket.title in queue.content.decode()
    answered = client.post(reverse("requests:verb", args=[ticket.number, "answer_instruction"]), {"text": "到了"})
    assert answered.status_code == 303
    assert Instruction.objects.get().answer == "到了"


# When somebody leaves (§1) ----------------------------------------------------------------------------------------


def test_what_he_was_instructed_by_name_goes_with_his_work(town, refusal):
    at = make.MONDAY + make.OPINION
    ticket = make.handling(town)
    asked = flow.instruct(ticket, by=town.leader, text="请抓紧", person=town.handler, days=3, at=at)
    flow.hand_over(town.handler, town.colleague, by=town.administrator, at=at)
    asked.deadline.refresh_from_db()
    assert (asked.deadline.user, asked.deadline.cycle) == (town.colleague, 0)
    assert flow.answer_instruction(ticket, by=town.colleague, text="已落实", at=at).answered_by == town.colleague
    other = flow.instruct(ticket, by=town.leader, text="请督办", person=town.supervisor, days=3, at=at)
    refused = refusal(flow.hand_over, town.supervisor, town.triager, by=town.administrator, at=at)
    assert ticket.number in refused.sentence
    assert other.deadline.user == town.supervisor
