"""并案 (APP-16): one matter joins another, both numbers live on, nobody learns whose the other one is."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from portal.deadlines.sweep import sweep
from portal.outbox import rendering
from portal.outbox.models import Message
from requests import flow
from requests.done import done
from requests.joined import joined
from requests.models import Ticket
from requests.story import Story
from tests.requests import factories as make
from tests.requests.factories import MONDAY, fresh, sees

LATER = timedelta(hours=2)
KINDS = ("ticket.merged", "ticket.joined", "ticket.main_answered", "ticket.main_closed", "ticket.split")


def of_firm(town, **given):
    return make.accepted(town, **given)


def of_other_firm(town, **given):
    given = {"enterprise": town.foreign_firm, "by": town.other_member, "contact_name": "子非鱼"} | given
    return make.accepted(town, **given)


def merged(town, main, ticket, at=MONDAY + LATER):
    return flow.merge(ticket, by=town.triager, into=main, at=at)


def letters(kind):
    """(who, title, text) of the messages of one kind."""
    found = []
    for message in Message.objects.filter(kind=kind):
        found += [
            (letter.to.username, letter.title, letter.body)
            for letter in rendering.letters_of(message, rendering.subject_of(message))
        ]
    return found


def test_the_merged_one_ends_and_names_its_main(town):
    main, ticket = of_firm(town), of_firm(town)
    merged(town, main, ticket)
    ticket = fresh(ticket)
    assert (ticket.status, ticket.merged_into, ticket.closed_at) == ("merged", main, MONDAY + LATER)
    assert not ticket.deadlines.open().exists()
    assert fresh(main).status == "triaging"


def test_the_triager_reads_whether_one_firm_is_told_or_two(town):
    main = of_firm(town)
    assert done(merged(town, main, of_firm(town)), "merge").startswith(f"已并入 {main.number}，企业会收到通知\n")
    assert done(merged(town, main, of_other_firm(town)), "merge").startswith(
        f"已并入 {main.number}，两边的企业会收到通知\n"
    )


def test_a_matter_nobody_has_accepted_yet_may_join_and_its_first_answer_is_given(town):
    main, ticket = of_firm(town), make.filed(town)
    merged(town, main, ticket, MONDAY + timedelta(minutes=20))
    assert fresh(ticket).response_minutes == 20


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "closed"])
def test_nothing_joins_what_has_ended(town, refusal, status):
    main, ticket = make.AT[status](town), of_firm(town)
    assert refusal(flow.merge, ticket, by=town.triager, into=main).field == "into"


def test_nothing_joins_itself(town, refusal):
    ticket = of_firm(town)
    assert "它自己" in refusal(flow.merge, ticket, by=town.triager, into=ticket).sentence


def test_there_are_no_chains(town, refusal):
    first, second, third = of_firm(town), of_firm(town), of_firm(town)
    merged(town, first, second)
    assert "主件" in refusal(flow.merge, third, by=town.triager, into=second).sentence
    assert "反过来" in refusal(flow.merge, first, by=town.triager, into=third).sentence


@pytest.mark.parametrize("chain", ["into a merged one", "of one that has merged ones", "into itself"])
def test_the_database_refuses_chains_as_well(town, chain):
    first, second, third = of_firm(town), of_firm(town), of_firm(town)
    merged(town, first, second)
    ticket, into = {
        "into a merged one": (third, second),
        "of one that has merged ones": (first, third),
        "into itself": (third, third),
    }[chain]
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(status="merged", merged_into=into, closed_at=MONDAY)


def test_a_main_is_named_exactly_while_merged(town):
    main, ticket = of_firm(town), of_firm(town)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(status="merged", closed_at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(merged_into=main)


def test_a_confidential_matter_joins_nothing_and_nothing_joins_it(town, refusal):
    main, ticket = of_firm(town), of_firm(town)
    Ticket.objects.filter(pk=main.pk).update(confidential=True)
    assert refusal(flow.merge, ticket, by=town.triager, into=main).sentence == "没有这一件，请核对编号。"


def test_split_brings_it_back_to_triage_with_a_limit_of_its_own(town):
    main, ticket = of_firm(town), of_other_firm(town)
    merged(town, main, ticket)
    flow.split(ticket, by=town.triager, at=MONDAY + 2 * LATER)
    ticket = fresh(ticket)
    assert (ticket.status, ticket.merged_into, ticket.closed_at) == ("triaging", None, None)
    (dispatch,) = ticket.deadlines.open()
    assert (dispatch.obligation, dispatch.started_at) == ("dispatch", MONDAY + 2 * LATER)


def test_split_ends_with_the_main_closed(town, refusal):
    main, ticket = make.revisiting(town), of_other_firm(town)
    flow.merge(ticket, by=town.triager, into=main, at=main.moved_at)
    make.revisit(town, main)
    assert "已经办结" in refusal(flow.split, ticket, by=town.triager).sentence


@pytest.mark.parametrize("ended", ["rejected", "withdrawn"])
def test_what_was_merged_is_not_lost_with_a_main_that_ends_unanswered(town, ended):
    main, ticket = make.filed(town), of_other_firm(town)
    merged(town, main, ticket)
    at = MONDAY + 2 * LATER
    if ended == "rejected":
        flow.reject(main, by=town.intake_clerk, item=town.not_ours, go_to="向法院反映", at=at)
    else:
        flow.withdraw(main, by=town.enterprise_member, at=at)
    sweep(at + timedelta(minutes=1))
    assert fresh(ticket).status == "triaging"
    assert ("other_member", "诉求单独办理") in {
        (who, title.split("：")[0]) for who, title, _b in letters("ticket.split")
    }


def test_the_clock_leaves_alone_what_follows_a_running_matter(town):
    main, ticket = of_firm(town), of_other_firm(town)
    merged(town, main, ticket)
    sweep(MONDAY + 2 * LATER)
    assert fresh(ticket).status == "merged"


# What the two firms learn ------------------------------------------------------------------------------------------


def all_words(town, ticket, user):
    """Everything that the ticket's page says to a firm: its story, and the part about merging."""
    story = Story(ticket, firm_side=True)
    part = joined(ticket, user, MONDAY, firm_side=True)
    return "\n".join(f"{line.what} {line.text} {line.small}" for line in story.lines) + part.answer


def betrays(town, words):
    firm = town.firm
    known = (firm.name, firm.short_name, "乌有", "SX-20261109-0001", town.enterprise_member.name, "13900000001")
    return [name for name in known if name and name in words]


def test_the_other_firm_follows_stage_and_answer_without_a_name(town):
    main = make.handling(town)
    ticket = of_other_firm(town)
    flow.merge(ticket, by=town.triager, into=main, at=main.filed_at + make.REPORTED)
    at = main.filed_at + make.REPORTED
    text = f"{town.firm.name}联系人{main.contact_name}反映的管网已疏通，电话{main.contact_phone}。"
    flow.report(main, by=main.handler, kind="solved", text=text, at=at)
    part = joined(fresh(ticket), town.other_member, MONDAY, firm_side=True)
    assert (part.main, part.main_status, part.answer) == (None, "待签批", "")
    flow.sign_off(main, by=town.department_head, at=at + LATER)
    part = joined(fresh(ticket), town.other_member, MONDAY, firm_side=True)
    assert part.main_status == "待企业确认"
    assert "管网已疏通" in part.answer
    told = [body for who, _t, body in letters("ticket.main_answered") if who == "other_member"]
    words = all_words(town, fresh(ticket), town.other_member) + "".join(told)
    assert betrays(town, words) == []
    assert main.contact_phone not in words
    assert not sees(town.other_member, main)


def test_both_firms_are_told_and_neither_learns_of_the_other(town):
    main, ticket = of_firm(town), of_other_firm(town)
    merged(town, main, ticket)
    to_merged = [body for who, _t, body in letters("ticket.merged") if who == "other_member"]
    to_main = [body for who, _t, body in letters("ticket.joined") if who == "enterprise_member"]
    assert to_merged == [f"中心正在办同样的问题，合在一起办，有了答复就告诉您。编号 {ticket.number} 一直有效。"]
    assert to_main == ["合在一起办，您这件的时限不变。"]


def test_the_same_firm_is_led_to_its_main_and_asked_nothing_twice(town):
    main, ticket = make.signoff(town), of_firm(town)
    flow.merge(ticket, by=town.triager, into=main, at=main.moved_at)
    flow.sign_off(main, by=town.department_head, at=main.moved_at + LATER)
    part = joined(fresh(ticket), town.enterprise_member, MONDAY, firm_side=True)
    assert (part.main, part.own) == (main, True)
    assert "enterprise_member" not in {who for who, _t, _b in letters("ticket.main_answered")}
    assert main.number in next(body for who, _t, body in letters("ticket.merged") if who == "enterprise_member")


def test_the_other_firm_says_it_is_not_solved_and_the_triager_hears(town):
    main, ticket = make.confirming(town), of_other_firm(town)
    flow.merge(ticket, by=town.triager, into=main, at=main.moved_at)
    flow.write(ticket, by=town.other_member, text="我们这边还在积水", at=main.moved_at + LATER)
    assert "triager" in {who for who, _t, _b in letters("ticket.firm_wrote")}


def test_the_end_of_the_main_is_told(town):
    main, ticket = make.revisiting(town), of_other_firm(town)
    flow.merge(ticket, by=town.triager, into=main, at=main.moved_at)
    make.revisit(town, main)
    told = {who: body for who, _t, body in letters("ticket.main_closed")}
    assert ticket.number in told["other_member"]


def test_it_counts_as_ended_by_merging_and_not_as_solved(town):
    main, ticket = of_firm(town), of_firm(town)
    merged(town, main, ticket)
    ticket = fresh(ticket)
    assert (ticket.outcome, ticket.worked_days, ticket.score) == ("", None, None)
    assert not Ticket.objects.filter(status="closed").exists()


def test_a_steward_of_the_merged_firm_learns_no_more_than_the_firm(town):
    """He may read his firm's matters only (SEC-1): of the main neither number nor title nor whom it names."""
    main = make.signoff(
        town, enterprise=town.foreign_firm, by=town.other_member, contact_name="子非鱼", title="隔壁厂的事"
    )
    ticket = of_firm(town)
    flow.merge(ticket, by=town.triager, into=main, at=main.moved_at)
    main.results.update(text="子非鱼反映的已办好")
    flow.sign_off(main, by=town.department_head, at=main.moved_at + LATER)
    story = Story(fresh(ticket), firm_side=False, reader=town.steward)
    part = joined(fresh(ticket), town.steward, MONDAY, firm_side=False)
    said = "".join(f"{line.what}{line.text}" for line in story.lines) + part.answer
    said += str([letter for kind in KINDS for letter in letters(kind) if letter[0] == "steward"])
    assert part.main is None
    assert [name for name in (main.number, "隔壁厂", "子非鱼") if name in said] == []


def test_what_the_same_firm_said_twice_is_not_called_another_firms(town):
    main = make.handling(town)
    again = make.accepted(town, filed_at=main.filed_at)
    flow.merge(again, by=town.triager, into=make.fresh(main), at=main.moved_at)
    said = [line.what for line in Story(fresh(main), firm_side=False, reader=town.handler).lines]
    assert "同一企业又反映同样的问题，一并办理" in said
    assert "另有企业反映同样的问题，一并办理" not in said


def test_the_case_itself_is_never_shown_as_the_main_one(town, as_):
    ticket, desk = make.accepted(town), as_(town.triager)
    for typed in (ticket.number, "abc"):
        page = desk.do(ticket, "merge", into=typed)
        assert page.status_code == 422
        assert f"并入 {ticket.number}" not in page.content.decode()
        assert 'class="tk-main"' not in page.content.decode()
    other = make.accepted(town)
    preview = desk.do(ticket, "merge", into=other.number, preview="1").content.decode()
    assert f"并入 {other.number}" in preview
    assert 'id="main-case"' in preview
    assert 'hx-swap-oob="true"' in preview


def test_the_firm_writes_to_the_main_case_and_not_to_the_one_merged_into_it(town, as_):
    main, merged = make.accepted(town), make.accepted(town)
    flow.merge(merged, by=town.triager, into=main)
    firm = as_(town.enterprise_member)
    assert "tk-compose" not in firm.see(merged).content.decode()
    assert "tk-compose" in firm.see(main).content.decode()
