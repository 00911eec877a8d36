"""An act page that could only refuse does not open: it says why, before anybody has typed a word."""

import pytest

from requests import flow
from requests.barred import REASONS
from requests.forms.verbs import FORMS
from tests.requests import factories as make
from tests.ticket.test_verbs import text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("make_it", "who", "verb", "why"),
    [
        (lambda town: make.handling(town), "supervisor", "end_group", "现在没有工作组在办这件"),
        (lambda town: make.handling(town), "triager", "give_to_group", "先升级再交工作组"),
        (lambda town: make.handling(town, complexity="major"), "department_head", "raise_level", "已经是重大"),
        (lambda town: make.signoff(town, result="cannot"), "deputy_head", "sign_off", "部门主要负责人签批"),
    ],
)
def test_what_could_only_be_refused_says_so_at_once(town, as_, make_it, who, verb, why):
    ticket, desk = make_it(town), as_(town.people[who])
    page = desk.see(ticket, f"{verb}/")
    assert page.status_code == 409
    assert why in text_of(page)
    assert f'href="/tickets/{ticket.number}/"' in page.content.decode()
    assert "<textarea" not in page.content.decode()


def test_app_6_the_one_review_is_not_asked_for_a_second_time(town, as_):
    ticket = make.rejected(town)
    desk = as_(town.enterprise_member)
    assert desk.see(ticket, "ask_review/").status_code == 200
    flow.ask_review(ticket, by=town.enterprise_member, reasons="材料齐了")
    page = desk.see(ticket, "ask_review/")
    assert (page.status_code, "只能申请一次" in text_of(page)) == (409, True)


def test_an_order_is_not_begun_where_nothing_is_late(town, as_):
    ticket = make.handling(town, filed_at=make.moment("2040-11-05 09:00"))
    page = as_(town.supervisor).see(ticket, "issue_order/")
    assert (page.status_code, "没有超期" in text_of(page)) == (409, True)


def test_there_is_a_sentence_for_every_verb_that_may_be_left_out():
    assert set(REASONS) <= set(FORMS)
