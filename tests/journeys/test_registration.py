"""A telephone case in under a minute, with the keyboard alone (issue 2, §4): found by number, registered, receipt."""

import pytest
from playwright.sync_api import expect

from requests.models import Ticket
from tests.requests import factories as make

pytestmark = pytest.mark.browser


def focused(page) -> str:
    """What the keyboard writes into: the field's name."""
    return page.evaluate("document.activeElement.name || document.activeElement.id || document.activeElement.tagName")


def tab_to(page, name: str, most: int = 20) -> None:
    for _ in range(most):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached by Tab, the last stop was {focused(page)}")


def test_a_caller_is_found_by_number_and_the_case_registered_without_a_mouse(town, page, as_):
    keys = page.keyboard
    as_(town.intake_clerk, "/queues/intake/")
    keys.press("n")
    page.wait_for_url("**/tickets/register/")
    assert focused(page) == "contact_phone"
    keys.type(town.enterprise_member.mobile)
    expect(page.get_by_role("radio", name="乌有精密")).to_be_checked()  # the only one with this number
    tab_to(page, "description")
    keys.type("昨夜大雨，3 号车间进水，请帮助疏通管网。")
    keys.press("Control+Enter")
    page.wait_for_url("**/receipt/?print=1")
    ticket = Ticket.objects.get()
    assert (ticket.enterprise, ticket.status, ticket.channel) == (town.firm, "triaging", "phone")
    assert (ticket.contact_name, ticket.registered_by) == ("钟离春", town.intake_clerk)
    expect(page.get_by_text(ticket.number).first).to_be_visible()


def test_a_business_not_on_file_is_registered_by_its_name(town, page, as_):
    keys = page.keyboard
    as_(town.intake_clerk, "/tickets/register/")
    keys.type("13800009999")
    tab_to(page, "business_name")
    keys.type("东门小吃店")
    tab_to(page, "contact_name")
    keys.type("无名氏")
    tab_to(page, "description")
    keys.type("门口道路积水")
    keys.press("Control+Enter")
    page.wait_for_url("**/receipt/?print=1")
    ticket = Ticket.objects.get()
    assert (ticket.enterprise, ticket.business_name, ticket.title) == (None, "东门小吃店", "门口道路积水")


def test_the_queue_is_worked_by_keys(town, page, as_):
    keys = page.keyboard
    first = make.filed(town, title="第一件")
    second = make.filed(town, title="第二件", filed_at=make.MONDAY.replace(hour=10))
    as_(town.intake_clerk, "/queues/intake/")
    panel = page.get_by_role("complementary", name="这一件")
    expect(panel.get_by_role("heading", name=first.title)).to_be_visible()
    keys.press("j")
    expect(panel.get_by_role("heading", name=second.title)).to_be_visible()
    keys.press("k")
    expect(panel.get_by_role("heading", name=first.title)).to_be_visible()
    keys.press("Enter")
    page.wait_for_url(f"**/tickets/{first.number}/**")
