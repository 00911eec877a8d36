"""What stays readable: the firm's words about a result, the written reply, a co-handler's own part (APP-13, SEC-2)."""

from datetime import timedelta

import pytest

from enterprises.models import Member
from portal.files.models import StoredFile
from requests import flow
from requests.flow.feedback import Scores
from requests.models import Attachment, Ticket
from tests.requests.factories import (
    LONG_AGO,
    MONDAY,
    closed,
    confirming,
    handling,
    moment,
    registered,
    revisiting,
    withdrawn,
)

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=9)


def text_of(response):
    return response.content.decode()


# What the firm has against a result -----------------------------------------------------------------------------


@pytest.fixture
def rated(town):
    """Confirmed with one star and its reason: back to the department."""
    scores = Scores(1, attitude=2, text="泵装反了，一下雨就倒灌")
    return flow.confirm(confirming(town), by=town.enterprise_member, scores=scores, at=LATER)


@pytest.mark.parametrize("who", ["handler", "department_head", "supervisor", "enterprise_member"])
def test_the_rating_and_its_words_are_in_the_story(town, as_, rated, who):
    shown = text_of(as_(town.people[who]).see(rated))
    assert "泵装反了，一下雨就倒灌" in shown
    assert "总体 1 分，态度 2 分" in shown


def test_they_stand_above_the_next_result_and_its_signature(town, as_, rated):
    assert "泵装反了，一下雨就倒灌" in text_of(as_(town.handler).see(rated, "report/"))
    again = flow.report(rated, by=town.handler, kind="solved", text="已重装", written_reply="答复", at=LATER)
    assert "泵装反了，一下雨就倒灌" in text_of(as_(town.department_head).see(again.ticket, "sign_off/"))


def test_so_do_a_dispute_and_a_revisit(town, as_):
    disputed = flow.dispute(confirming(town), by=town.enterprise_member, reason="泵又停了", at=LATER)
    assert "泵又停了" in text_of(as_(town.handler).see(disputed, "report/"))
    called = revisiting(town)
    scores = Scores(2)
    called = flow.record_revisit(
        called, by=town.revisitor, reached=True, real=False, scores=scores, text="还在漏", at=LATER
    )
    shown = text_of(as_(town.handler).see(called, "report/"))
    assert "还在漏" in shown
    assert "总体 2 分" in shown


def test_nothing_is_held_against_a_first_result(town, as_):
    assert "企业为什么不满意" not in text_of(as_(town.handler).see(handling(town), "report/"))


def test_a_bad_rating_did_not_bring_it_to_the_revisit(town, as_, rated):
    lines = {line.kind: line for line in as_(town.handler).see(rated).context["story"].lines}
    assert (lines["ticket.confirmed"].station, lines["ticket.assigned_again"].station) == ("", "办理")
    content = as_(town.handler).see(revisiting(town)).context["story"].lines
    assert next(line.station for line in content if line.kind == "ticket.confirmed") == "回访"


# The written reply ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["handler", "enterprise_member"])
def test_the_written_reply_can_be_read_once_the_ticket_is_closed(town, as_, who):
    ticket = closed(town, result="cannot", written_reply="经核查，依据防洪规划不能改道，答复如下。")
    assert "经核查，依据防洪规划不能改道，答复如下。" in text_of(as_(town.people[who]).see(ticket))


def test_who_signs_it_reads_it_before_and_the_firm_does_not(town, as_):
    ticket = handling(town)
    flow.report(ticket, by=town.handler, kind="cannot", text="不能", written_reply="还没签的答复", at=ticket.moved_at)
    assert "还没签的答复" not in text_of(as_(town.enterprise_member).see(ticket))
    assert text_of(as_(town.department_head).see(ticket)).count("还没签的答复") == 1
    flow.sign_off(ticket, by=town.department_head)
    assert text_of(as_(town.department_head).see(ticket)).count("还没签的答复") == 1


# What a clerk types for hotline cases ---------------------------------------------------------------------------


def test_the_hotlines_limit_and_for_whom_it_was_lodged_are_shown(town, as_):
    ticket = registered(
        town,
        channel="hotline",
        hotline_number="TC-88",
        outer_due_at=moment("2026-11-20 17:00"),
        proxy_for="异地商会",
    )
    for shown in (as_(town.triager).see(ticket), as_(town.triager).see(ticket, "panel/")):
        assert "11月20日" in text_of(shown)
        assert "异地商会" in text_of(shown)
    to_firm = text_of(as_(town.enterprise_member).see(ticket))
    assert "异地商会" in to_firm
    assert "热线要求办结" not in to_firm


# The own part ---------------------------------------------------------------------------------------------------


@pytest.fixture
def parted(town):
    """Answered and confirmed; 执法局 has given its opinion before, with a file."""
    ticket = confirming(town, co=[town.police])
    part = ticket.assignments.get(part="co")
    stored = StoredFile.objects.create(
        name="排口.txt", size=3, content_type="text/plain", sha256="0" * 64, path="x", uploaded_by=town.police_handler
    )
    Attachment.objects.create(ticket=ticket, assignment=part, file=stored, audience="office")
    return ticket


@pytest.mark.parametrize("who", ["police_handler", "police_head"])
def test_sec_2_the_own_opinion_stays_readable_and_nothing_else(town, as_, parted, who):
    desk = as_(town.people[who])
    shown = desk.see(parted)
    assert shown.status_code == 200
    said = text_of(shown)
    assert "已查排口" in said
    assert "排口.txt" in said
    for hidden in (parted.title, parted.description, parted.contact_name, "已疏通管网", town.firm.name):
        assert hidden not in said
    assert desk.see(parted, "panel/").status_code == 404
    assert desk.see(parted, "receipt/").status_code == 404
    assert Attachment.objects.visible_to(town.people[who]).filter(ticket=parted).count() == 1


@pytest.mark.parametrize("who", ["economy_handler", "utilities_handler", "other_member", "administrator"])
def test_sec_2_to_others_there_is_no_part(town, as_, parted, who):
    assert as_(town.people[who]).see(parted).status_code == 404
    assert not Attachment.objects.visible_to(town.people[who]).filter(ticket=parted).exists()


def test_sec_2_nor_of_a_confidential_ticket_nor_in_the_own_case(town, as_, parted):
    Member.objects.create(enterprise=town.firm, user=town.police_head, since=LONG_AGO)
    assert as_(town.police_head).see(parted).context.get("parts") is not None  # the firm's page of it
    assert "已查排口" not in text_of(as_(town.police_head).see(parted))
    Ticket.objects.filter(pk=parted.pk).update(confidential=True)
    assert as_(town.police_handler).see(parted).status_code == 404


def test_a_withdrawn_ticket_leaves_the_part_without_an_opinion(town, as_):
    ticket = handling(town, co=[town.police])
    flow.withdraw(ticket, by=town.enterprise_member, at=ticket.moved_at)
    assert "没有提交意见" in text_of(as_(town.police_handler).see(ticket))
    assert as_(town.police_handler).see(withdrawn(town)).status_code == 404
