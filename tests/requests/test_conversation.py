"""What is said: to the firm, by the firm, among officials; 催办 (APP-20)."""

from datetime import timedelta

import pytest

from requests import flow
from requests.story import Story
from tests.requests import factories as make
from tests.requests.factories import MONDAY, moment

AT = MONDAY + timedelta(days=1, hours=3)


@pytest.mark.parametrize("who", ["enterprise_member", "member_official"])
def test_the_firm_is_always_heard_by_the_firm(town, who):
    ticket = make.handling(town)
    comment = flow.write(ticket, by=town.people[who], text=" 几点来? ", audience="office", at=AT)
    assert (comment.text, comment.from_firm, comment.audience) == ("几点来?", True, "firm")


def test_an_internal_note_stays_among_officials(town, stored_file):
    ticket = make.handling(town)
    files = [stored_file("测算.txt")]
    note = flow.write(ticket, by=town.handler, text="预算不够", audience="office", files=files, at=AT)
    reply = flow.write(ticket, by=town.handler, text="下午到", at=AT)
    for official in (town.handler, town.triager, town.supervisor, town.steward):
        assert ticket.attachments.visible_to(official).exists()
    # The firm's side, and an official in his own case (§1): he is the firm here, whatever his office.
    for firm in (town.enterprise_member, town.member_official):
        assert not ticket.attachments.visible_to(firm).exists()
    for stranger in (town.other_member, town.former_member, town.police_handler, town.administrator):
        assert not ticket.attachments.visible_to(stranger).exists()
    assert {note.text, reply.text} <= {line.text for line in Story(ticket, firm_side=False).lines}
    to_firm = Story(ticket, firm_side=True)
    assert reply.text in {line.text for line in to_firm.lines}
    assert (note.text in str(to_firm.lines), to_firm.attachments) == (False, [])


def test_silence_is_no_message(town, refusal):
    assert refusal(flow.write, make.handling(town), by=town.handler, text=" ", at=AT).field == "text"


def test_files_of_a_message_belong_to_it(town, stored_file):
    ticket = make.handling(town)
    comment = flow.write(ticket, by=town.enterprise_member, text="见图", files=[stored_file("图.txt")], at=AT)
    attachment = ticket.attachments.get()
    assert (attachment.comment, attachment.audience, attachment.file.name) == (comment, "firm", "图.txt")


def test_app_20_urging_is_counted(town):
    ticket = make.handling(town)
    flow.urge(ticket, by=town.enterprise_member, text=" 又停了一天 ", at=AT)
    flow.urge(ticket, by=town.steward, at=AT + timedelta(days=1))
    assert make.fresh(ticket).urges == 2
    said = ticket.comments.get(from_firm=True)
    assert (said.text, said.author) == ("又停了一天", town.enterprise_member)
    times = make.events(ticket).filter(kind="ticket.urged").values_list("data__times", flat=True)
    assert list(times) == [1, 2]


def test_app_20_urging_once_a_day_is_enough(town, refusal):
    """Handler, heads and first responder are all told each time: a second click the same day tells nobody."""
    ticket = make.handling(town)
    flow.urge(ticket, by=town.enterprise_member, at=moment("2026-11-10 00:00"))
    refusal(flow.urge, ticket, by=town.steward, at=moment("2026-11-10 23:59"))
    assert make.fresh(ticket).urges == 1
    flow.urge(ticket, by=town.steward, at=moment("2026-11-11 00:00"))
    assert make.fresh(ticket).urges == 2


def test_what_the_steward_says_while_urging_is_not_the_firms_word(town):
    ticket = make.handling(town)
    flow.urge(ticket, by=town.steward, text="企业着急", at=AT)
    assert not ticket.comments.get(text="企业着急").from_firm


def test_app_20_urging_does_not_restart_a_clock(town):
    ticket = make.handling(town)
    before = list(ticket.deadlines.order_by("pk").values_list("due_at", "cycle"))
    flow.urge(ticket, by=town.enterprise_member, at=AT)
    flow.write(ticket, by=town.handler, text="在办", at=AT)
    assert list(ticket.deadlines.order_by("pk").values_list("due_at", "cycle")) == before
    assert make.fresh(ticket).moved_at == ticket.moved_at


@pytest.mark.parametrize("status", ["incomplete", "confirming", "closed"])
def test_app_20_nobody_is_urged_while_the_firm_itself_is_asked(town, refusal, status):
    ticket = make.AT[status](town)
    refusal(flow.urge, ticket, by=town.enterprise_member, at=ticket.moved_at)
    assert make.fresh(ticket).urges == 0
