"""受理回执 for both sides: number, what, who, what happens next by when (APP-2, APP-22)."""

import pytest
from django.urls import reverse

from requests.models import Ticket
from tests.firm.conftest import signed_in
from tests.firm.factories import page_of
from tests.requests import factories as make

pytestmark = pytest.mark.django_db


def shown(client, ticket: Ticket, **query) -> str:
    return client.get(reverse("requests:receipt", args=[ticket.number]), query).content.decode()


def test_the_firm_reads_what_it_filed_and_what_happens_by_when(town, member):
    ticket = make.filed(town, filed_at=make.moment("2026-11-23 15:20"))
    page = shown(member, ticket)
    assert ticket.number in page
    assert "11月23日(周一)15:50 前" in page
    assert "11月24日(周二)17:00 前" in page
    assert "咨询 5 个工作日、协调 15 个工作日内办结" in page
    assert town.steward.name in page
    assert "138 **** 0001" in page
    assert "13800000001" not in page.replace(" ", "")
    assert ticket.description in page
    assert reverse("requests:register") not in page


def test_urgent_matters_are_promised_half_the_time(town, member):
    page = shown(member, make.filed(town, urgency="urgent"))
    assert "咨询 3 个工作日、协调 8 个工作日内办结" in page


def test_once_the_kind_is_known_only_its_limit_is_named(town, member):
    assert "15 个工作日内办结，每一步都能看到" in shown(member, make.dispatched(town))


def test_a_clerk_goes_on_to_the_next_case_and_the_receipt_prints(town):
    ticket = make.registered(town)
    page = shown(signed_in(town.intake_clerk), ticket, print="1")
    assert reverse("requests:register") in page
    assert "data-print-now" in page
    assert "已受理" in page
    assert "data-print-now" not in shown(signed_in(town.intake_clerk), ticket)


def test_a_steward_is_no_clerk(town):
    ticket = make.filed(town, by=town.steward)
    assert reverse("requests:register") not in shown(signed_in(town.steward), ticket)


def test_an_ended_matter_promises_nothing(town, member):
    page = shown(member, make.withdrawn(town))
    assert "已撤回" in page
    assert "工作日" not in page.partition("<main")[2].replace("个工作日内有人联系", "")


def test_a_waiting_clock_promises_no_date(town, member):
    assert "定下主办部门" not in shown(member, make.incomplete(town))


def test_only_who_filed_it_has_a_copy_to_forget(town, member):
    ticket = make.filed(town)
    mark = f'data-draft-kept="{page_of(ticket.filed_key)}"'
    assert mark in shown(member, ticket)
    assert mark not in shown(signed_in(town.intake_clerk), ticket)


def test_a_foreign_receipt_is_not_there(town):
    ticket = make.filed(town)
    for who in ("other_member", "former_member", "nobody", "administrator"):
        answer = signed_in(town.people[who]).get(reverse("requests:receipt", args=[ticket.number]))
        assert answer.status_code == 404
