"""A co-handler's delay is named as the co-handler's, wherever what is late is shown, counted, acted on (DL-4)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from portal.desk import figures
from portal.desk.board import _item
from portal.desk.figures.lateness import Overdue
from portal.people.models import User
from portal.worktime import clock
from requests import flow, lateness, stages
from requests.models import Instruction, Ticket, TicketDeadline
from requests.next_act import NextAct
from tests.requests.factories import Town, dispatched, fresh, handling, suspended

pytestmark = pytest.mark.django_db


def late_beside(ticket: Ticket) -> Ticket:
    """Every co-handler's clock ran out nine days ago, nobody else's has."""
    now = clock.now()
    clocks = TicketDeadline.objects.open().filter(subject=ticket)
    clocks.update(due_at=now + timedelta(days=9), near_at=now + timedelta(days=8))
    past = now - timedelta(days=9)
    clocks.filter(obligation__in=("co_accept", "co_handle")).update(
        due_at=past, near_at=past, paused_at=None, next_rung_at=None, started_at=past - timedelta(days=9)
    )
    return fresh(ticket)


@pytest.fixture
def ticket(town: Town) -> Ticket:
    return late_beside(handling(town, co=[town.police], title="排水沟堵了"))


def seen(client: Client, user: User, url: str):
    client.force_login(user)
    return client.get(url)


def test_the_leader_reads_and_instructs_whoever_is_late(client: Client, town: Town, ticket: Ticket) -> None:
    response = seen(client, town.leader, reverse("desk:leader"))
    worst, text = response.context["worst"], response.content.decode()
    assert worst.owner == f"协办 {town.police.short_name}"
    assert f"批示{town.police.short_name}，限期答复" in text
    assert f"其中 1 件在{town.police.short_name}" in response.context["finding"]
    form = seen(client, town.leader, reverse("requests:verb", args=[ticket.number, "instruct"])).context["form"]
    assert form.initial["department"] == town.police.pk


def test_dl_5_who_is_late_with_taking_it_on_owes_no_commitment(town: Town) -> None:
    given = dispatched(town)
    past = clock.now() - timedelta(days=9)
    given.deadlines.filter(obligation="accept").update(due_at=past, near_at=past, next_rung_at=None)
    (row,) = lateness.longest_first(Ticket.objects.overdue(clock.now()), clock.now())
    assert (row.late_obligation, row.late_promise) == ("accept", "")


def test_counts_by_department_are_of_its_own_clock(client: Client, town: Town, ticket: Ticket) -> None:
    now = clock.now()
    reader = figures.reader_of(town.leader)
    found = {one.key: one for one in figures.Picture(reader.tickets, now).by_department()}
    assert (found[town.police.pk].count, found[town.police.pk].late) == (1, 1)
    assert (found[town.housing.pk].count, found[town.housing.pk].late) == (1, 0)
    assert {one.key: one.count for one in Overdue(reader.tickets, now).by("department")} == {town.police.pk: 1}
    client.force_login(town.leader)
    for url in (found[town.police.pk].url, found[town.police.pk].late_url, found[town.housing.pk].url):
        assert client.get(url).context["page"].paginator.count == 1, url


def test_each_department_has_its_own_delay_on_its_desk(client: Client, town: Town, ticket: Ticket) -> None:
    lead = seen(client, town.department_head, reverse("desk:department"))
    assert lead.context["late_count"] == 0
    assert lead.context["rows"][0].own_clock.obligation == "handle"
    assert f"协办超期：{town.police.short_name}" in lead.content.decode()
    co = seen(client, town.people["police_head"], reverse("desk:department"))
    assert co.context["late_count"] == 1
    assert co.context["rows"][0].own_clock.department_id == town.police.pk


def test_a_desk_begins_with_what_the_department_itself_owes_first(client: Client, town: Town, ticket: Ticket) -> None:
    """A co-handler's delay is not the lead's: its row says nine days, another one tomorrow."""
    soon = handling(town, title="路灯不亮")
    later = clock.now() + timedelta(days=1)
    TicketDeadline.objects.open().filter(subject=soon).update(due_at=later, near_at=later)
    desk = seen(client, town.handler, reverse("desk:department"))
    assert [row.pk for row in desk.context["rows"]] == [soon.pk, ticket.pk]


def test_lists_verification_overdue_and_the_record_name_it(client: Client, town: Town, ticket: Ticket) -> None:
    named, list_url = town.police.short_name, reverse("requests:list") + "?overdue=1"
    for user, url in (
        (town.supervisor, list_url),
        (town.supervisor, reverse("desk:overdue")),
        (town.supervisor, reverse("requests:ticket", args=[ticket.number])),
        (town.people["congress_observer"], reverse("requests:verifications")),
    ):
        text = seen(client, user, url).content.decode()
        assert f"协办超期：{named}" in text or f"协办 {named}" in text, url
    refused = seen(client, town.supervisor, reverse("requests:verb", args=[ticket.number, "issue_order"]))
    assert f"超期的是协办部门{named}" in refused.content.decode()


def test_the_board_names_the_co_handler(town: Town, ticket: Ticket) -> None:
    from portal.desk.board import Units

    deadline = ticket.deadlines.open().filter(department=town.police).order_by("due_at").first()
    deadline.approved = []
    shown = _item(deadline, Units([deadline], clock.now()), {}, clock.now())
    assert (shown.is_lead, shown.department) == (False, town.police.short_name)


def test_a_late_co_handler_owes_no_commitment(town: Town, ticket: Ticket) -> None:
    now = clock.now()
    assert [one.late_promise for one in lateness.longest_first(Ticket.objects.overdue(now), now)] == [""]


def test_a_suspended_matter_says_whose_clock_runs_on_and_the_firm_reads_that_it_waits(
    client: Client, town: Town
) -> None:
    ticket = suspended(town, co=[town.police], title="等上级批复的")
    late_beside(ticket)
    TicketDeadline.objects.filter(subject=ticket, obligation="handle").update(paused_at=ticket.moved_at)
    ticket = fresh(ticket)
    other = handling(town, title="同一家的另一件")
    said = NextAct(ticket, town.supervisor, [], clock.now(), firm_side=False).sentence
    assert town.police.short_name in said
    assert "各部门" not in said
    assert ticket.status == stages.SUSPENDED
    pages = [reverse("requests:ticket", args=[one.number]) for one in (ticket, other)]
    for url in (*pages, reverse("desk:firm")):
        text = seen(client, town.enterprise_member, url).content.decode()
        assert "超期" not in text, url
        assert "暂停" in text, url


def test_what_a_co_handler_was_asked_and_has_not_answered_passes_to_the_lead(town: Town, refusal) -> None:
    ticket = handling(town, co=[town.police])
    at = ticket.moved_at + timedelta(hours=1)
    given = {"by": town.leader, "text": "请抓紧", "days": 3, "at": at}
    asked = flow.instruct(ticket, department=town.police, **given)
    assert asked.deadline.department == town.police
    assert "没有等您答复的批示" in refusal(flow.answer_instruction, ticket, by=town.handler, text="好", at=at).sentence
    answered = flow.instruct(ticket, department=town.police, **given)
    flow.answer_instruction(fresh(ticket), by=town.police_handler, text="已派人", instruction=answered, at=at)
    flow.end_part(fresh(ticket), by=town.handler, department=town.police, reason="不用了", at=at)
    left = Instruction.objects.open().select_related("deadline").get()
    assert (left.pk, left.deadline.department) == (asked.pk, town.housing)
    assert refusal(flow.instruct, fresh(ticket), department=town.police, **given).field == "department"


def test_the_panels_line_is_red_with_the_limit_beside_it_alone(client: Client, town: Town, ticket: Ticket) -> None:
    now = clock.now()
    ahead = {"due_at": now + timedelta(days=9), "near_at": now + timedelta(days=8), "started_at": now}
    TicketDeadline.objects.open().filter(subject=ticket).exclude(obligation="co_accept").update(**ahead)
    assert fresh(ticket).deadline.is_overdue(now), "the control: a co-handler has not accepted in time"
    panel = seen(client, town.handler, reverse("requests:panel", args=[ticket.number])).context
    assert not panel["next"].deadline.is_overdue(now)
    assert not panel["line"].late
