"""A clerk's half-day by the keyboard alone: twenty mixed cases, from the full queue to the empty one, no mouse."""

import re
from collections import Counter

import pytest
from playwright.sync_api import expect

from portal.trail.models import Event
from requests.models import Ticket
from tests.journeys.test_morning import press
from tests.requests import factories as make
from tests.requests.factories import moment

pytestmark = pytest.mark.browser

COUNT_THE_MOUSE = """for (const kind of ["mousedown", "touchstart"])
    addEventListener(kind, () => sessionStorage.setItem("mouse", "used"), true);"""
# What the clerk does with each of the eighteen matters of the queue, the oldest first: accept, ask for what is
# missing, refuse; the last three are accepted together.
ACTS = "aabaaeabaaaebaa" + "xxx"
HEADS = [f"第 {n:02} 件" for n in range(len(ACTS))]


@pytest.fixture
def arrived(town) -> list[Ticket]:
    return [
        make.filed(town, filed_at=moment(f"2026-11-20 09:{n:02}"), title=head, urgency="ordinary")
        for n, head in enumerate(HEADS)
    ]


def test_twenty_mixed_cases(town, page, as_, arrived):
    page.add_init_script(COUNT_THE_MOUSE)
    as_(town.intake_clerk, "/queues/intake/")
    for n, act in enumerate(ACTS.rstrip("x")):
        expect(page.locator("#panel").get_by_role("heading", name=HEADS[n])).to_be_visible()  # it opened by itself
        {"a": accept, "b": ask_for_papers, "e": refuse}[act](page)
    accept_together(page, HEADS[-3:])
    for words in ("三号门前的路灯坏了三天，请派人修", "厂区东门积水，货车进不来"):
        take_down(page, town.enterprise_member.mobile, words)
    press(page, "g")  # back to the desk; the second letter has to come soon
    page.keyboard.press("q")
    page.wait_for_url(re.compile("/queues/intake/"))
    expect(page.locator("[data-rows] a.sx-row")).to_have_count(0)
    assert page.evaluate("sessionStorage.getItem('mouse')") is None
    statuses = Counter(Ticket.objects.values_list("status", flat=True))
    assert statuses == {"triaging": 10 + 3 + 2, "incomplete": 3, "rejected": 2}
    done = Event.objects.filter(actor=town.intake_clerk).exclude(kind__in=["ticket.viewed"]).values("subject_id")
    assert done.distinct().count() == 20


def accept(page) -> None:
    press(page, "a")


def ask_for_papers(page) -> None:
    press(page, "b")
    expect(page.locator("#panel").get_by_role("textbox").first).to_be_focused()
    page.keyboard.type("请补一张配电柜的照片")
    press(page, "Control+Enter")


def refuse(page) -> None:
    """The first item of the list with the space bar; where the firm should go is the item's own words."""
    press(page, "e")
    expect(page.locator("#panel").get_by_role("radio").first).to_be_focused()
    press(page, "Space", "Control+Enter")


def accept_together(page, heads: list[str]) -> None:
    expect(page.locator("#panel").get_by_role("heading", name=heads[0])).to_be_visible()
    expect(page.locator("[data-rows] a.sx-row")).to_have_count(len(heads))  # the one done has left, the list is anew
    press(page, "Escape")
    expect(page.locator("[data-split]")).not_to_have_class(re.compile("is-open"))  # by way of the history, so later
    press(page, "x", "j", "x", "j", "x")
    expect(page.get_by_text("已选 3 件")).to_be_visible()
    press(page, "Shift+A")
    expect(page.get_by_text(re.compile("已受理 3 件"))).to_be_visible()


def take_down(page, mobile: str, words: str) -> None:
    """A call comes in: the firm is found by the number, Enter leads through the fields, Ctrl+Enter registers it."""
    press(page, "n")
    page.wait_for_url("**/tickets/register/")
    page.wait_for_load_state()
    expect(page.locator("[name=contact_phone]")).to_be_focused()
    page.keyboard.type(mobile)
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="乌有精密")).to_be_checked()
    for _stop in range(12):
        if page.evaluate("document.activeElement.name") == "description":
            break
        press(page, "Enter")  # an answer still on its way would take the focus along
    expect(page.locator("[name=description]")).to_be_focused()
    page.keyboard.type(words)
    press(page, "Control+Enter")
    page.wait_for_url("**/receipt/?print=1")
