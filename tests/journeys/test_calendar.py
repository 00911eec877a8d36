"""In a real browser: the administrator puts the State Council's notice into the calendar (DL-2)."""

import pytest
from playwright.sync_api import expect

from portal.worktime.calendar import calendar
from tests.worktime.factories import day, other_holidays

pytestmark = pytest.mark.browser

HEADINGS = "日期,名称,类型\n"


@pytest.mark.expects_console("422")
def test_a_notice_is_refused_then_shown_and_then_imported(town, page, as_, tmp_path):
    wrong, incomplete, right = (tmp_path / f"{name}.csv" for name in ("草稿", "半年", "通知"))
    wrong.write_text(HEADINGS + "2027-01-01,元旦,也许\n", encoding="utf-8")
    short = HEADINGS + "2027-01-01,元旦,休息\n2027-01-04,元旦,休息\n"
    incomplete.write_text(short, encoding="utf-8")
    right.write_text(short + "".join(f"{one['date']},{one['name']},休息\n" for one in other_holidays(2027)), "utf-8")

    as_(town.administrator, "/admin/calendar/notice/")
    page.get_by_label("放假通知").set_input_files(wrong)
    page.get_by_role("button", name="先看通知里的日子").click()
    expect(page.get_by_text("类型要写").or_(page.get_by_text("第 2 行")).first).to_be_visible()

    page.get_by_label("放假通知").set_input_files(incomplete)
    page.get_by_role("button", name="先看通知里的日子").click()
    expect(page.get_by_text("春节、清明节、劳动节、端午节、中秋节、国庆节的假没有写全").first).to_be_visible()

    page.get_by_label("放假通知").set_input_files(right)
    page.get_by_role("button", name="先看通知里的日子").click()
    expect(page.get_by_role("heading", name="2027 年放假通知")).to_be_visible()
    expect(page.get_by_role("heading", name="通知里的日子")).to_be_visible()
    assert calendar().is_working(day("2027-01-04"))  # only shown so far
    page.get_by_role("button", name="导入，替换这一年原来的").click()
    page.wait_for_url("**/admin/following/*/")
    assert not calendar().is_working(day("2027-01-04"))


@pytest.mark.parametrize("viewport", ["phone"])
def test_the_tab_one_stands_on_is_in_sight_on_a_phone(town, page, as_):
    as_(town.administrator, "/admin/put-aside/")
    page.locator("form.sx-language").first.evaluate("form => form.submit()")
    expect(page.locator(".sx-tabs [aria-current]")).to_have_text("Timed actions")
    page.wait_for_load_state()
    here = page.locator(".sx-tabs [aria-current]").bounding_box()
    assert here["x"] + here["width"] <= page.viewport_size["width"]
