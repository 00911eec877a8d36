"""The board on the wall (SUP-1): it turns, follows, outlives the network and the release, and runs for months."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portal.desk import displays
from portal.desk.models import DisplayKey
from portal.desk.views import board
from portal.worktime import clock, words
from requests.models import DeadlineCommitment, Ticket
from tests.desk.overdue_town import commit, late

pytestmark = pytest.mark.browser

TURN = board.TURN * 1000  # ms
MINUTE = 61_000  # ms
SCREENS = [(1280, 720), (1920, 1080), (3840, 2160)]
LONG = "管线迁改要等电力部门的停电窗口，原定日期因保供取消，现场只完成一半，"  # 33 characters
ON = ".bd-item.is-on"


@pytest.fixture
def matters(town) -> list[Ticket]:
    """Three late ones: two lines of everything, as many words as there can be, none promised yet."""
    short, full, bare = (late(town, title=title) for title in ("雨污管网倒灌", LONG[:30] * 2, LONG[:30]))
    two_lines = commit(town, short)
    two_lines.reason = two_lines.wording = LONG
    two_lines.measure = LONG[:18]
    two_lines.save()
    promised = commit(town, full)
    promised.reason, promised.wording, promised.measure = LONG * 15, (LONG * 7)[:200], LONG * 15
    promised.save()
    Ticket.objects.filter(pk=full.pk).update(dissatisfied=1)  # with a branch on its line
    return [short, full, bare]


@pytest.fixture
def wall(town, page):
    """`wall()`: the screen in the lobby, on a clock that can be wound on."""

    def opened(width: int = 1920, height: int = 1080):
        key = displays.make("大厅", by=town.administrator)[1]
        page.set_viewport_size({"width": width, "height": height})
        page.clock.install()
        assert page.goto(f"/board/?key={key}").ok
        assert page.url.endswith("/board/")
        return page

    return opened


def title(page) -> str:
    return page.locator(f"{ON} h2").inner_text()


def test_it_turns_by_itself_and_begins_anew(matters, wall):
    page = wall()
    seen = []
    for _n in range(4):
        seen.append((title(page), page.locator(f"{ON} .bd-turn").inner_text()))
        assert page.locator(ON).count() == 1
        page.clock.run_for(TURN)
    assert [place for _title, place in seen] == [
        "第 1 件，共 3 件",
        "第 2 件，共 3 件",
        "第 3 件，共 3 件",
        "第 1 件，共 3 件",
    ]
    assert len({name for name, _place in seen}) == 3
    page.keyboard.press("ArrowLeft")
    assert title(page) == seen[0][0]


def test_it_fades_only_where_motion_is_welcome(matters, wall):
    page = wall()
    fades = "() => getComputedStyle(document.querySelector('.bd-item.is-on')).animationName"
    assert page.evaluate(fades) == "none"
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(fades) == "bd-come"


def test_what_changes_is_there_within_a_minute_and_the_turn_goes_on(town, matters, wall):
    page = wall()
    page.clock.run_for(TURN)
    before = title(page)
    late(town, title="新来的一件")
    page.evaluate("() => window.dispatchEvent(new Event('online'))")  # asks at once, without a turn
    page.locator(".bd-item").nth(3).wait_for(state="attached")
    assert (title(page), page.locator(ON).count()) == (before, 1)
    assert page.locator(f"{ON} .bd-turn").inner_text() == "第 2 件，共 4 件"
    late(town, title="又来的一件")
    page.clock.run_for(MINUTE)
    page.locator(".bd-item").nth(4).wait_for(state="attached")


@pytest.mark.expects_console("ERR_INTERNET_DISCONNECTED")
def test_without_the_network_it_goes_on_and_says_since_when(matters, wall):
    page = wall()
    since = page.locator("#since")
    assert since.is_hidden()
    page.context.set_offline(True)
    page.clock.run_for(MINUTE)
    since.wait_for()
    assert "数据截至" in since.inner_text()
    before = title(page)
    page.clock.run_for(TURN)
    assert title(page) != before
    page.context.set_offline(False)
    page.clock.run_for(MINUTE)
    since.wait_for(state="hidden")


@pytest.mark.expects_console("404")
def test_a_revoked_screen_goes_dark(town, matters, wall):
    page = wall()
    displays.revoke(DisplayKey.objects.get(), by=town.administrator)
    page.clock.run_for(MINUTE)
    page.get_by_text("这块屏已停用").wait_for()
    assert page.locator(".bd-item").count() == 0
    assert matters[0].title not in page.content()


def test_a_new_release_loads_itself(matters, wall, monkeypatch):
    page = wall()
    page.evaluate("window.former = true")
    with page.expect_response("**/board/items/") as asked:
        page.clock.run_for(MINUTE)
    asked.value.finished()  # a question still under way would swallow the next
    assert page.evaluate("window.former")
    monkeypatch.setattr(board, "release", lambda: "0123456789ab")
    page.clock.run_for(MINUTE)
    page.wait_for_function("() => !window.former")
    assert page.locator(ON).count() == 1


@pytest.mark.parametrize("branches", [0, 1])
@pytest.mark.parametrize("width, height", SCREENS)
def test_every_screen_shows_everything_large_enough(matters, wall, axe, width, height, branches):
    Ticket.objects.update(dissatisfied=branches)
    page = wall(width, height)
    smallest = 32 * width / 1920
    for _n in matters:
        small = page.evaluate(
            """([on, smallest]) => [...document.querySelectorAll(`${on} *, .bd-top *, .bd-foot *`)]
            .filter((one) => one.checkVisibility())
            .filter((one) => [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
            .filter((one) => !one.matches('.sx-vh') && parseFloat(getComputedStyle(one).fontSize) < smallest - .1)
            .map((one) => one.className || one.tagName)""",
            [ON, smallest],
        )
        assert small == []
        outside = page.evaluate(
            """(on) => [...document.querySelectorAll(`${on} *, .bd-foot *`)].filter((one) => {
                const box = one.getBoundingClientRect();
                return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1;
            }).map((one) => one.className || one.tagName)""",
            ON,
        )
        assert outside == []
        overlaps = page.evaluate(
            """(on) => document.querySelector(`${on} .bd-facts`).lastElementChild.getBoundingClientRect().bottom
            - document.querySelector(`${on} .sx-line`).getBoundingClientRect().top""",
            ON,
        )
        assert overlaps <= 1
        cut = page.evaluate(
            """(on) => [...document.querySelectorAll(`${on} .bd-facts > div`)]
            .map((one) => one.scrollHeight - one.clientHeight)""",
            ON,
        )
        assert max(cut) <= 1
        axe(page)
        page.keyboard.press("ArrowRight")


@pytest.mark.parametrize(("wording", "measure"), [(200, 30), (130, 90)])
def test_wording_and_measure_can_be_read_to_their_ends(matters, wall, wording, measure):
    Ticket.objects.update(dissatisfied=0)
    words = {"wording": (LONG * 7)[:wording], "measure": (LONG * 3)[:measure]}
    assert DeadlineCommitment.objects.filter(deadline__subject=matters[1]).update(**words) == 1
    page = wall()
    page.keyboard.press("ArrowRight")
    both = page.locator(f"{ON}.is-dense dd")
    for n, length in ((1, wording), (2, measure + len("措施："))):
        assert len(both.nth(n).inner_text()) == length
        assert both.nth(n).evaluate("(one) => one.scrollHeight - one.clientHeight") <= 1


def test_two_lines_of_promise_and_one_of_the_measure_keep_the_large_type(matters, wall):
    page = wall()
    both = page.locator(f"{ON}:not(.is-dense) dd")
    assert [both.nth(n).inner_text() for n in (1, 2)] == [LONG, f"措施：{LONG[:18]}"]
    sizes = [both.nth(n).evaluate("(one) => getComputedStyle(one).fontSize") for n in (1, 2)]
    assert sizes == ["44px", "32px"]


def test_nothing_late_is_worth_looking_at(town, wall, axe):
    page = wall()
    assert page.locator("h2").inner_text() == "今日无超期"
    assert page.locator(".bd-none .sx-stn").count() == 6
    page.clock.run_for(TURN * 3)
    axe(page)


def test_it_shows_the_towns_time_whatever_the_machine_believes(matters, wall):
    page = wall()
    now = timezone.localtime(clock.now())
    today = f"{now.month}月{now.day}日 {words.WEEKDAYS[now.weekday()]}"
    assert page.locator("#clock").inner_text().startswith(today)
    page.clock.set_system_time(now + timedelta(days=40))
    with page.expect_response("**/board/items/"):
        page.clock.run_for(MINUTE)
    expect(page.locator("#clock")).to_have_text(re.compile(f"^{today}"))


def test_five_thousand_turns_leave_no_more_than_they_found(matters, wall):
    """17 hours on the clock, 50 changes of what is shown: the heap grows by less than 10 MB, the page not at all."""
    page = wall()
    first = page.request.get("/board/items/").text()
    other = first.replace("雨污管网倒灌", "雨污管网又倒灌")
    bodies = [first, other]
    page.route(
        "**/board/items/",
        lambda route: route.fulfill(body=bodies[0], content_type="text/html; charset=utf-8", headers={"ETag": "x"}),
    )
    measure = page.context.new_cdp_session(page)

    def wind(turns: int) -> None:
        bodies.reverse()
        page.clock.run_for(TURN * turns)
        expected = "又倒灌" in bodies[0]
        page.wait_for_function("(other) => document.body.innerHTML.includes('又倒灌') === other", arg=expected)

    def used() -> tuple[int, int]:
        measure.send("HeapProfiler.collectGarbage")
        counted = measure.send("Memory.getDOMCounters")
        return measure.send("Runtime.getHeapUsage")["usedSize"], counted["nodes"]

    wind(100)
    wind(100)
    heap, nodes = used()
    for _n in range(50):
        wind(100)
    heap_after, nodes_after = used()
    assert heap_after - heap < 10 * 1024 * 1024
    assert nodes_after < 3 * nodes  # one that was just replaced may still be there
