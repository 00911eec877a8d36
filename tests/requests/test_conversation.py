"""What is said: to the firm, by the firm, among officials; 催办 (APP-20)."""

from datetime import timedelta

import pytest

from requests import flow
from requests.models import Comment
from tests.requests import factories as make
from tests.requests.factories import MONDAY

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
        assert {note, reply} <= set(Comment.objects.visible_to(official))
        assert ticket.attachments.visible_to(official).exists()
    # The firm's side, and an official in his own case (§1): he is the firm here, whatever his office.
    for firm in (town.enterprise_member, town.member_official):
        assert note not in Comment.objects.visible_to(firm)
        assert reply in Comment.objects.visible_to(firm)
        assert not ticket.attachments.visible_to(firm).exists()
    for stranger in (town.other_member, town.former_member, town.police_handler, town.administrator):
        assert not Comment.objects.visible_to(stranger).exists()
        assert not ticket.attachments.visible_to(stranger).exists()


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
    flow.urge(ticket, by=town.steward, at=AT)
    assert make.fresh(ticket).urges == 2
    said = ticket.comments.get(from_firm=True)
    assert (said.text, said.author) == ("又停了一天", town.enterprise_member)
    times = make.events(ticket).filter(kind="ticket.urged").values_list("data__times", flat=True)
    assert list(times) == [1, 2]


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
