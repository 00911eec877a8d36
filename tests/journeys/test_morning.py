"""A clerk's and a triager's morning by the keyboard alone: mixed cases one after the other, several at once, one taken
back, and what comes in meanwhile is there without loading the page again."""

import re

import pytest
from playwright.sync_api import expect

from tests.requests import factories as make
from tests.requests.factories import moment

pytestmark = pytest.mark.browser

INTAKE = re.compile("/queues/intake/")


AT_REST = """() => document.readyState === 'complete'
    && !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"""


def press(page, *keys: str) -> None:
    """One after the other, each when the page and its scripts are there and nothing is on its way."""
    for key in keys:
        page.wait_for_function(AT_REST)
        page.keyboard.press(key)


@pytest.fixture
def arrived(town):
    """Five matters, the oldest first, as the queue shows them."""
    return [
        make.filed(town, filed_at=moment(f"2026-11-20 09:{minute}0"), title=f"第 {minute} 件") for minute in range(5)
    ]


def statuses(tickets) -> list[str]:
    return [make.fresh(ticket).status for ticket in tickets]


def test_the_next_one_opens_though_a_newer_list_came_before_the_answer(town, page, as_, arrived):
    """The list that is asked for after one act may be drawn after the next act and arrive before its answer."""
    held = []
    page.route("**/accept/", lambda route: held.append((route, route.fetch())))
    as_(town.intake_clerk, "/queues/intake/")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="第 0 件")).to_be_visible()
    press(page, "a")
    while not held:
        page.wait_for_timeout(20)
    page.evaluate("window.sx.refresh()")
    expect(page.locator("[data-rows] a.sx-row")).to_have_count(4)
    [(route, answer)] = held
    route.fulfill(response=answer)
    expect(panel.get_by_role("heading", name="第 1 件")).to_be_visible()


def test_one_after_the_other_without_the_mouse(town, page, as_, arrived):
    as_(town.intake_clerk, "/queues/intake/")
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="第 0 件")).to_be_visible()  # the first is open
    press(page, "a")  # accepted: the next opens
    expect(panel.get_by_role("heading", name="第 1 件")).to_be_visible()
    press(page, "b")  # what is missing is asked for
    expect(panel.get_by_role("textbox").first).to_be_focused()
    page.keyboard.type("请补一张配电柜的照片")
    press(page, "Control+Enter")
    expect(panel.get_by_role("heading", name="第 2 件")).to_be_visible()
    press(page, "e")  # not ours: the reason from the list
    panel.get_by_role("combobox").or_(panel.get_by_role("radio")).first.wait_for()
    press(page, "Escape")
    assert statuses(arrived)[:3] == ["triaging", "incomplete", "received"]
    press(page, "?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()


def test_several_at_once_and_taken_back(town, page, as_, arrived):
    as_(town.intake_clerk, "/queues/intake/")
    page.locator("#panel").get_by_role("heading", name="第 0 件").wait_for()
    press(page, "Escape", "x", "j", "x", "j", "x")
    expect(page.get_by_text("已选 3 件")).to_be_visible()
    press(page, "Shift+A")
    expect(page.get_by_text(re.compile("已受理 3 件"))).to_be_visible()
    page.wait_for_url(INTAKE)
    assert statuses(arrived) == ["triaging"] * 3 + ["received"] * 2
    press(page, "u")  # within the half minute
    expect(page.get_by_role("link", name=re.compile("第 0 件"))).to_be_visible()
    assert statuses(arrived) == ["received"] * 5


def test_what_comes_in_is_shown_without_loading_the_page(town, page, as_, arrived):
    as_(town.intake_clerk, "/queues/intake/")
    page.locator("#panel").get_by_role("heading", name="第 0 件").wait_for()
    make.filed(town, filed_at=moment("2026-11-20 11:00"), title="刚来的一件")
    make.accepted(town, filed_at=moment("2026-11-20 11:10"))  # another clerk's
    page.evaluate("window.sx.ask()")  # what the page does every 20 seconds
    expect(page.get_by_text("有 1 件新的")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("刚来的一件"))).to_have_count(
        0
    )  # rows do not jump under the finger
    press(page, ".")
    expect(page.get_by_role("link", name=re.compile("刚来的一件"))).to_be_visible()
