"""协办、升级、工作组: who has what part by when, and who reads it how long (APP-4, ORG-2, SLA-16, SEC-2)."""

from datetime import timedelta

import pytest

from portal.people.models import TaskGroup, TaskGroupMember
from requests import flow
from requests.capacity import capacities, verbs_with
from requests.models import Contribution, LevelRaise
from tests.requests import factories as make
from tests.requests.factories import sees

HOUR = timedelta(hours=1)


def clocks(ticket):
    return {(d.obligation, d.department_id) for d in ticket.deadlines.open()}


def verbs(ticket, by):
    ticket = make.fresh(ticket)
    return verbs_with(ticket, capacities(ticket, by), by, ticket.moved_at + 7 * HOUR)


def test_a_co_handler_takes_its_part_on_and_gives_its_own_result(town):
    ticket = make.dispatched(town, co=[town.police])
    assert clocks(ticket) == {("accept", town.housing.pk), ("co_accept", town.police.pk)}
    part = flow.take_part(ticket, by=town.police_handler, at=ticket.moved_at + HOUR)
    assert (part.taken_by, part.department) == (town.police_handler, town.police)
    assert "take_part" not in verbs(ticket, town.police_handler)
    ticket = flow.take(ticket, by=town.handler, at=ticket.moved_at + 2 * HOUR)
    assert {("handle", town.housing.pk), ("co_handle", town.police.pk)} <= clocks(ticket)
    given = {"by": town.police_handler, "text": "已清障", "outcome": "done", "at": ticket.moved_at + HOUR}
    assert flow.give_opinion(ticket, **given).get_outcome_display() == "本部门部分已办好"
    assert town.police.pk not in {department for _obligation, department in clocks(ticket)}


def test_an_opinion_takes_the_part_on_as_well(town):
    ticket = make.handling(town, co=[town.police], opinions=True)
    met = ticket.deadlines.filter(department=town.police, met_at__isnull=False)
    assert set(met.values_list("obligation", flat=True)) == {"co_accept", "co_handle"}


def test_an_unknown_outcome_is_refused(town, refusal):
    ticket = make.handling(town, co=[town.police])
    refused = refusal(flow.give_opinion, ticket, by=town.police_handler, text="x", outcome="magic")
    assert refused.field == "outcome"


def test_one_more_department_while_handling_has_its_limit_before_the_leads(town):
    ticket = make.handling(town)
    at = ticket.moved_at + HOUR
    part = flow.add_part(ticket, by=town.handler, department=town.police, instruction="请清障", at=at)
    assert {("co_accept", town.police.pk), ("co_handle", town.police.pk)} <= clocks(ticket)
    due = {d.obligation: d.due_at for d in ticket.deadlines.open()}
    assert due["co_handle"] < due["handle"]
    assert (make.fresh(ticket).complexity, part.instruction) == ("cross", "请清障")
    assert sees(town.police_handler, ticket)


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("housing", "请办", "department"),
        ("police", "请办", "department"),
        ("centre", "请办", "department"),
        ("economy", " ", "instruction"),
    ],
)
def test_who_is_there_already_or_dispatches_is_not_added(town, refusal, name, text, field):
    ticket = make.handling(town, co=[town.police])
    given = {"department": getattr(town, name), "instruction": text}
    assert refusal(flow.add_part, ticket, by=town.triager, **given).field == field


def test_a_part_that_is_ended_is_closed_at_once_its_own_opinion_stays(town, client):
    ticket = make.handling(town, co=[town.police], opinions=True)
    given = {"by": town.handler, "department": town.police, "reason": "已查清不归它"}
    part = flow.end_part(ticket, at=ticket.moved_at + 7 * HOUR, **given)
    assert (part.ended_by, part.ended_reason) == (town.handler, "已查清不归它")
    assert not sees(town.police_handler, ticket)
    client.force_login(town.police_handler)
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "已查排口" in page
    assert "已查清不归它" in page
    assert ticket.title not in page
    listed = client.get("/parts/").content.decode()
    assert ticket.number in listed
    assert ticket.title not in listed


@pytest.fixture
def over(town):
    """A part of 执法局 that is over: closed to it but for its own words."""
    ticket = make.handling(town, co=[town.police], opinions=True)
    given = {"by": town.handler, "department": town.police, "reason": "已查清不归它"}
    flow.end_part(ticket, at=ticket.moved_at + 7 * HOUR, **given)
    return make.fresh(ticket)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, True),
        ({"tab": "over"}, True),
        ({"tab": "mine"}, True),
        ({"tab": "open"}, False),
        ({"tab": "group"}, False),
        ({"q": "已查排口"}, True),
        ({"q": "查清不归", "tab": "over"}, True),
        ({"q": "完全没有的词"}, False),
    ],
)
def test_who_co_handled_finds_the_finished_part_again(town, client, over, asked, found):
    client.force_login(town.police_handler)
    shown = client.get("/parts/", asked).content.decode()
    assert (f"/tickets/{over.number}/" in shown) == found


def test_a_finished_part_is_found_by_its_number_not_by_a_title_that_is_closed(town, client, over):
    client.force_login(town.police_handler)
    assert over.number in client.get("/parts/", {"q": over.number[3:11]}).content.decode()
    assert over.number not in client.get("/parts/", {"q": over.title}).content.decode()
    assert client.get("/search/", {"q": over.number}).url == f"/tickets/{over.number}/"
    client.force_login(town.utilities_handler)
    assert client.get("/search/", {"q": over.number}).status_code == 200  # nowhere to go


def test_the_own_words_in_a_group_stay_readable_and_nothing_else(town, client):
    ticket = force(town, make.handling(town, co=[town.police], opinions=True))
    flow.contribute(ticket, by=town.economy_handler, text="可以错峰", at=ticket.moved_at + 2 * HOUR)
    ticket = flow.withdraw(ticket, by=town.enterprise_member, at=ticket.moved_at + 3 * HOUR)
    town.forget()
    client.force_login(town.economy_handler)
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "可以错峰" in page
    assert ticket.title not in page
    assert "可以错峰" in client.get("/parts/", {"tab": "group"}).content.decode()
    client.force_login(town.utilities_handler)
    assert client.get(f"/tickets/{ticket.number}/").status_code == 404
    assert "可以错峰" not in client.get("/parts/", {"tab": "group"}).content.decode()


def test_the_list_of_own_parts_costs_the_same_at_one_and_three(town, client, django_assert_max_num_queries):
    client.force_login(town.police_handler)
    make.handling(town, co=[town.police], opinions=True)
    client.get("/parts/")
    counts = []
    for more in (0, 2):
        for _n in range(more):
            make.dispatched(town, co=[town.police])
        with django_assert_max_num_queries(20) as asked:
            client.get("/parts/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_it_is_raised_never_lowered_and_running_clocks_keep_their_limit(town, refusal):
    ticket = make.handling(town)
    due = ticket.deadlines.get(obligation="handle").due_at
    at = ticket.moved_at + HOUR
    flow.raise_level(ticket, by=town.department_head, complexity="difficult", reason="牵涉多家", at=at)
    assert LevelRaise.objects.get().before == "ordinary"
    assert ticket.deadlines.get(obligation="handle").due_at == due
    for complexity in ("ordinary", "cross", "difficult", "gigantic"):
        refused = refusal(flow.raise_level, ticket, by=town.triager, complexity=complexity, reason="x")
        assert refused.field == "complexity"
    assert refusal(flow.raise_level, ticket, by=town.handler, complexity="major", reason="x")
    flow.raise_level(ticket, by=town.supervisor, complexity="major", reason="影响投产", at=at)
    assert "raise_level" not in verbs(ticket, town.supervisor)


def test_to_cross_with_whoever_joins_in(town, refusal):
    ticket = make.handling(town)
    given = {"by": town.triager, "complexity": "cross", "reason": "要一起办", "at": ticket.moved_at + HOUR}
    assert refusal(flow.raise_level, ticket, **given).field == "co"
    flow.raise_level(ticket, co=[town.police], **given)
    assert ("co_handle", town.police.pk) in clocks(ticket)


def force(town, ticket, at=None, **given):
    given = {"members": [town.economy_handler], "convener": town.police_head, "reason": "每周碰头"} | given
    flow.give_to_group(ticket, by=town.triager, at=at or ticket.moved_at + HOUR, **given)
    return make.fresh(ticket)


def test_a_task_force_reads_it_while_it_lasts_and_ends_with_the_matter(town):
    ticket = force(town, make.handling(town, co=[town.police], opinions=True))
    town.forget()
    assert sees(town.economy_handler, ticket)
    assert "contribute" in verbs(ticket, town.economy_handler)
    assert "end_group" not in verbs(ticket, town.economy_handler)
    assert "end_group" in verbs(ticket, town.police_head)
    flow.contribute(ticket, by=town.economy_handler, text="可以错峰", at=ticket.moved_at + 2 * HOUR)
    assert Contribution.objects.get().work.convener == town.police_head
    ticket = flow.withdraw(ticket, by=town.enterprise_member, at=ticket.moved_at + 3 * HOUR)
    assert not sees(town.economy_handler, ticket)
    group = TaskGroup.objects.get(purpose=ticket.number)
    assert not group.active
    assert not group.memberships.current(ticket.closed_at).exists()


def test_a_standing_group_goes_on_when_its_work_on_the_item_ends(town):
    group = TaskGroup.objects.create(name="企业服务组", kind="standing")
    TaskGroupMember.objects.create(group=group, user=town.economy_handler, since=make.LONG_AGO)
    ticket = make.handling(town, complexity="difficult")
    ticket = force(town, ticket, group=group)
    assert sees(town.economy_handler, ticket)
    flow.end_group(ticket, by=town.supervisor, reason="已理顺", at=ticket.moved_at + 2 * HOUR)
    assert not sees(town.economy_handler, ticket)
    group.refresh_from_db()
    assert group.active
    assert group.memberships.current().exists()


def test_who_leaves_the_group_reads_it_no_longer(town):
    ticket = force(town, make.handling(town, complexity="difficult"))
    assert sees(town.economy_handler, ticket)
    inside = TaskGroupMember.objects.get(user=town.economy_handler)
    inside.end_at(ticket.moved_at + HOUR)
    inside.save()
    assert not sees(town.economy_handler, ticket)


@pytest.mark.parametrize(
    ("complexity", "given", "field"),
    [
        ("major", {"group": "standing"}, "group"),
        ("difficult", {"group": "chiefs"}, "group"),
        ("difficult", {"members": [], "convener": None}, "group"),
        ("difficult", {"convener": None}, "convener"),
        ("difficult", {"members": ["enterprise_member"]}, "members"),
        ("difficult", {"members": ["member_official"]}, "members"),  # his own firm's case
        ("difficult", {"members": ["nobody"]}, "members"),
    ],
)
def test_which_groups_are_refused(town, refusal, complexity, given, field):
    if isinstance(given.get("group"), str):
        given = {"group": TaskGroup.objects.create(name="组", kind=given["group"])}
    if given.get("members"):
        given = given | {"members": [town.people[name] for name in given["members"]]}
    ticket = make.handling(town, complexity=complexity)
    assert refusal(force, town, ticket, **given).field == field


def test_one_group_at_a_time_and_none_for_an_ordinary_matter(town, refusal):
    ticket = force(town, make.handling(town, complexity="difficult"))
    assert "先结束" in refusal(force, town, ticket, at=ticket.moved_at + 2 * HOUR).sentence
    assert "先升级" in refusal(force, town, make.handling(town)).sentence


def test_to_take_a_part_is_taken_back_within_half_a_minute(town):
    from portal import outbox
    from requests.flow.undo import HOLD, before

    ticket = make.dispatched(town, co=[town.police])
    at = ticket.moved_at + HOUR
    stood = before(ticket, "take_part")
    with outbox.waiting(HOLD):
        flow.take_part(ticket, by=town.police_handler, at=at)
    flow.undo(ticket, by=town.police_handler, before=stood, at=at + timedelta(seconds=5))
    assert ticket.assignments.get(part="co").taken_at is None
    assert ("co_accept", town.police.pk) in clocks(ticket)
