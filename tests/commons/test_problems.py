"""Common problems (APP-16): who may do what when, what is never linked, and who learns of the measure."""

import pytest

from portal.deadlines import timed
from portal.outbox.models import Message
from portal.outbox.rendering import letters_of, to_accounts
from portal.trail.models import Event
from requests import commons, flow
from requests.flow.problems import verbs_of
from requests.models import CommonProblem, ProblemTicket
from requests.story import Story
from tests.commons import making
from tests.commons.making import LATER, NOW
from tests.requests import factories as make
from tests.requests.factories import fresh, moment

HOUSING = ("handler", "colleague", "deputy_head", "department_head", "stand_in")
DECIDES = frozenset({"decide_measure"})
GATHERS = {"link_tickets", "unlink_ticket", "name_owner", "edit_problem", "drop_problem"}
# status: {person: the verbs he may do}; the owner is `town.housing`. Whoever is not named may do nothing.
MAY = {
    "gathering": {
        "triager": GATHERS,
        "member_official": GATHERS,
        "supervisor": GATHERS | {"decide_measure"},
        **dict.fromkeys(HOUSING, DECIDES),
    },
    "decided": {
        "triager": GATHERS | {"close_problem"},
        "member_official": GATHERS | {"close_problem"},
        "supervisor": GATHERS | {"close_problem", "decide_measure"},
        **dict.fromkeys(HOUSING, DECIDES),
    },
    "closed": {},
    "dropped": {},
}
READ = {"triager", "member_official", "supervisor", "leader", "handler", "colleague", "deputy_head", "department_head"}
READ |= {"stand_in"}


@pytest.mark.parametrize("status", list(MAY))
def test_who_reads_and_who_does_what(town, status):
    problem = making.PROBLEMS[status](town)
    town.forget()
    may = {name: set(verbs_of(problem, user)) for name, user in town.people.items()}
    assert {name: verbs for name, verbs in may.items() if verbs} == MAY[status]
    reads = {name for name, user in town.people.items() if CommonProblem.objects.visible_to(user).exists()}
    assert reads == READ


def test_only_the_centre_opens_one(town, refusal):
    linked = making.tickets(town)
    for name in ("handler", "department_head", "leader", "enterprise_member", "administrator", "intake_clerk"):
        said = refusal(flow.open_problem, linked, by=town.people[name], title="倒灌", statement="进水", at=NOW)
        assert said.sentence == "这一步不由您办理。", name
    assert making.gathering(town, linked).links.count() == 2


def test_a_confidential_matter_is_never_linked_nor_counted(town, refusal):
    first, second = making.tickets(town)
    making.secret(second)
    said = refusal(flow.open_problem, [first, second], by=town.supervisor, title="倒灌", statement="进水", at=NOW)
    assert "保密件" in said.sentence
    third = make.accepted(town)
    problem = making.gathering(town, [first, third])
    making.secret(third)
    counted = CommonProblem.objects.with_counts().get(pk=problem.pk)
    assert (counted.ticket_count, counted.firm_count) == (1, 1)


def test_a_ticket_is_in_one_open_problem_at_most(town, refusal):
    linked = making.tickets(town)
    first = making.gathering(town, linked)
    said = refusal(making.gathering, town, linked[:1], title="另一个")
    assert linked[0].number in said.sentence
    assert first.title in said.sentence
    flow.drop_problem(first, by=town.triager, reason="不是一回事", at=NOW + LATER)
    again = making.gathering(town, linked, title="另一个", at=NOW + 2 * LATER)
    assert again.links.filter(active=True).count() == 2


def test_rejected_and_own_matters_are_refused(town, refusal):
    assert "不予受理" in refusal(making.gathering, town, [make.rejected(town)]).sentence
    said = refusal(
        flow.open_problem, making.tickets(town), by=town.member_official, title="倒灌", statement="进水", at=NOW
    )
    assert "您自己企业" in said.sentence
    assert refusal(making.gathering, town, []).field == "tickets"


def test_the_title_and_the_told_words_name_no_firm(town, refusal):
    linked = making.tickets(town)
    for title in ("乌有精密门口倒灌", "子虚 生物进水", "乌有精密制造进水", "致电１３８０００００００１"):
        assert refusal(making.gathering, town, linked, title=title).field == "title", title
    problem = making.owned(town, linked)
    measure = {"kind": "guide", "measure": "先修子虚生物门口。", "public_words": "先修子虚生物门口。"}
    assert refusal(flow.decide_measure, problem, by=town.department_head, at=NOW, **measure).field == "public_words"


def test_a_firm_linked_later_is_looked_for_as_well(town, refusal):
    """The words were fit for those linked then; what was linked since must not be named to the others either."""
    first, second = making.tickets(town)
    problem = making.decided(town, [first], words="从子虚生物门口修起。")
    flow.link_tickets(problem, by=town.triager, tickets=[second], at=NOW + 3 * LATER)
    said = refusal(flow.close_problem, problem, by=town.triager, at=NOW + 4 * LATER)
    assert "子虚生物" in said.sentence


def test_taking_one_out_and_the_last_stays(town, refusal):
    first, second = making.tickets(town)
    problem = making.gathering(town, [first, second])
    flow.unlink_ticket(problem, by=town.triager, ticket=second, at=NOW + LATER)
    assert refusal(flow.unlink_ticket, problem, by=town.triager, ticket=second, at=NOW).sentence.endswith(
        "不在这个共性问题里。"
    )
    assert "只剩这一件" in refusal(flow.unlink_ticket, problem, by=town.triager, ticket=first, at=NOW).sentence
    assert ProblemTicket.objects.filter(ticket=second).count() == 1, "nothing is deleted"


def told(kind, subject):
    """The letters of the latest message of that kind, by user name."""
    message = Message.objects.filter(kind=kind, subject_id=subject.pk).latest("pk")
    return {letter.user.username: letter for letter in to_accounts(letters_of(message, subject))}


def test_the_measure_is_told_to_every_firm_once_and_to_the_handlers(town):
    first = make.handling(town)
    same = make.accepted(town)
    (_own, other) = making.tickets(town)
    problem = making.closed(town, [first, same, other])
    to_first, to_same, to_other = (told("ticket.measure_told", ticket) for ticket in (first, same, other))
    assert "北片管网" in to_first["enterprise_member"].body
    assert "enterprise_member" not in to_same, "a firm is told once"
    assert "北片管网" in to_other["other_member"].body
    assert "分两段改造" in to_first["handler"].body
    for letters in (to_first, to_other):
        for name in {"enterprise_member", "other_member"} & letters.keys():
            assert not any(word in letters[name].title + letters[name].body for word in ("分两段", problem.title))
    assert fresh(first).problems.get().active is False


def test_the_story_tells_each_side_its_part(town):
    linked = making.tickets(town)
    problem = making.closed(town, linked)
    office, firm = (Story(fresh(linked[0]), firm_side=side) for side in (False, True))
    assert {"列入共性问题", "共性问题有了措施"} <= {line.what for line in office.lines}
    assert any(problem.title in line.small for line in office.lines)
    (line,) = (line for line in firm.lines if line.kind == "ticket.measure_told")
    assert (line.text, line.small) == (problem.public_words, "")
    assert problem.title not in "".join(f"{line.what}{line.text}{line.small}" for line in firm.lines)


def test_without_a_measure_nothing_is_told(town, refusal):
    problem = making.owned(town)
    assert "不能再做这一步" in refusal(flow.close_problem, problem, by=town.triager, at=NOW).sentence
    said = refusal(flow.decide_measure, problem, by=town.handler, kind="nonsense", measure="", public_words="", at=NOW)
    assert said.field == "kind"


def test_the_owner_works_in_the_department_and_the_day_lies_ahead(town, refusal):
    problem = making.gathering(town)
    given = {"by": town.triager, "department": town.housing, "at": NOW}
    assert refusal(flow.name_owner, problem, owner=town.police_handler, **given).field == "owner"
    for day in ("2026-11-20", "2025-01-01", "2029-01-01"):
        assert refusal(flow.name_owner, problem, until=moment(f"{day} 00:00").date(), **given).field == "until", day
    named = flow.name_owner(problem, owner=town.handler, until=moment("2026-11-22 00:00").date(), **given)
    assert named.due_at == moment("2026-11-23 17:00"), "a Sunday moves to the next working day"
    assert set(told("problem.owner_named", named)) == {"handler", "department_head", "stand_in"}


def test_the_clock_reminds_once_for_one_due_time(town):
    problem = making.owned(town, owner=town.handler)
    late = moment("2026-11-25 17:01")
    assert timed.run(moment("2026-11-25 16:59")).done == 0
    assert timed.run(late).parked == 0
    timed.run(late)
    events = Event.objects.filter(kind="problem.overdue", subject_id=problem.pk)
    assert [event.at for event in events] == [moment("2026-11-25 17:00")]
    assert {"handler", "department_head", "supervisor"} <= set(told("problem.overdue", problem))
    given = {"by": town.triager, "department": town.housing, "at": late}
    flow.name_owner(problem, until=moment("2026-11-27 00:00").date(), **given)
    assert timed.run(moment("2026-11-27 17:01")).parked == 0
    assert events.all().count() == 2


def test_a_decided_one_is_reminded_of_nothing(town):
    making.decided(town)
    timed.run(moment("2026-12-30 17:00"))
    assert not Event.objects.filter(kind="problem.overdue").exists()


def test_the_light_of_its_time(town):
    problem = making.owned(town)
    assert [problem.light(moment(f"2026-11-{day}")) for day in ("24 12:00", "25 09:00", "25 17:01")] == [
        "green",
        "yellow",
        "red",
    ]
    done = making.decided(town)
    assert done.light(moment("2027-01-01 00:00")) == "met"


def test_nothing_but_the_table_is_allowed(town, refusal):
    for status in ("closed", "dropped"):
        problem = making.PROBLEMS[status](town)
        name = commons.PROBLEM_STATUSES[status]
        for verb, given in (
            ("link_tickets", {"tickets": making.tickets(town)}),
            ("edit_problem", {"title": "新", "statement": "新"}),
            ("drop_problem", {"reason": "撤"}),
            ("close_problem", {}),
        ):
            said = refusal(getattr(flow, verb), problem, by=town.supervisor, at=NOW, **given)
            assert name in said.sentence, (status, verb)


def test_an_edit_keeps_the_former_words_in_the_trail(town):
    problem = making.gathering(town)
    flow.edit_problem(problem, by=town.triager, title="雨天进水", statement="几家企业一下雨就进水。", at=NOW + LATER)
    event = Event.objects.get(kind="problem.edited", subject_id=problem.pk)
    assert event.data["former"] == {"title": "雨天管网倒灌", "category": town.category.pk}
