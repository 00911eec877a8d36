"""In a real browser: the administrator puts the State Council's notice into the calendar (DL-2)."""

import pytest
from playwright.sync_api import expect

from portal.worktime.calendar import calendar
from tests.worktime.factories import day

pytestmark = pytest.mark.browser

HEADINGS = "日期,名称,类型\n"


@pytest.mark.expects_console("422")
def test_a_notice_is_refused_then_shown_and_then_imported(town, page, as_, tmp_path):
    wrong, right = tmp_path / "草稿.csv", tmp_path / "通知.csv"
    wrong.write_text(HEADINGS + "2027-01-01,元旦,也许\n", encoding="utf-8")
    right.write_text(HEADINGS + "2027-01-01,元旦,休息\n2027-01-04,元旦,休息\n", encoding="utf-8")

    as_(town.administrator, "/admin/calendar/notice/")
    page.get_by_label("放假通知").set_input_files(wrong)
    page.get_by_role("button", name="先看通知里的日子").click()
    expect(page.get_by_text("类型要写").or_(page.get_by_text("第 2 行")).first).to_be_visible()

    page.get_by_label("放假通知").set_input_files(right)
    page.get_by_role("button", name="先看通知里的日子").click()
    expect(page.get_by_role("heading", name="2027 年放假通知")).to_be_visible()
    expect(page.get_by_role("heading", name="通知里的日子")).to_be_visible()
    assert calendar().is_working(day("2027-01-04"))  # only shown so far
    page.get_by_role("button", name="导入，替换这一年原来的").click()
    page.wait_for_url("**/admin/following/*/")
    assert not calendar().is_working(day("2027-01-04"))
