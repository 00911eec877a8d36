"""A plan in a real browser: made, computed, moved by keys, by dragging and by the list of days, submitted, approved."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from inspections.models import Closure, JointVisit, Need, Plan, Rules
from inspections.planning import working
from inspections.visits import stages as visits
from portal.worktime import clock
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day
from tests.inspections.factories import agencies, need
from tests.journeys.conftest import as_, town

__all__ = ["as_", "town"]
pytestmark = pytest.mark.browser


def ordinary_week() -> list[date]:
    """Monday to Friday of the next week without a holiday that lies in one year."""
    day = local_day(clock.now())
    day += timedelta(days=7 - day.weekday())
    while True:
        week = [day + timedelta(days=n) for n in range(5)]
        if all(calendar().is_working(one) for one in week) and week[0].year == week[4].year:
            return week
        day += timedelta(days=7)


def visit_of(firm) -> JointVisit:
    return JointVisit.objects.get(enterprise=firm)


def card(page, firm):
    return page.locator(".pl-card", has_text=firm.short_name)


def column(page, day):
    return page.locator(f"[data-day='{day}']")


def stands(page, firm, day):
    """The card is on that day, and the week's script, which runs last, takes keys and drags."""
    expect(column(page, day).locator(".pl-card", has_text=firm.short_name)).to_be_visible()
    page.wait_for_load_state()


@pytest.mark.expects_console("422")
def test_a_plan_from_the_first_need_to_the_approval(page, town, as_, axe):
    of, week = agencies(town), ordinary_week()
    Rules.objects.create(pk=1, gap=1)
    window = {"first": week[0], "last": week[4]}
    for agency in (of.keeper, of.housing, of.fire):
        need(of, town.firm, agency, **window)
        need(of, town.foreign_firm, agency, **window)
    Closure.objects.create(enterprise=town.firm, first=week[2], last=week[2], reason="设备检修", at=clock.now())

    make(page, as_, of, week, axe)
    by_keys(page, town.firm, week)
    by_the_list_of_days(page, town.firm, week, axe)
    by_dragging(page, town.firm, week)
    approve(page, as_, of)
    assert set(Need.objects.values_list("status", flat=True)) == {"planned"}
    assert visit_of(town.firm).day == week[4]


def make(page, as_, of, week, axe):
    as_(of.keeper_inspector, "/inspections/plans/")
    page.get_by_role("link", name="编制计划").first.click()
    page.get_by_label("计划名称").fill("某周联合检查")
    page.get_by_label("从", exact=True).fill(str(week[0]))
    page.get_by_label("到", exact=True).fill(str(week[4]))
    page.get_by_text("只放进一部分需求").click()
    page.get_by_label("计算时间").fill("1")
    expect(page.get_by_text(re.compile("6 项需求.*2 家企业"))).to_be_visible()
    axe(page)
    page.get_by_role("button", name="放进计划").click()
    page.get_by_role("button", name="开始计算").click()
    expect(page.get_by_text("排队中，马上开始")).to_be_visible()
    assert working.carry_on() == 1
    expect(page.get_by_text("6 项需求并成 2 次检查，少上门 4 次")).to_be_visible()
    axe(page)


def by_keys(page, firm, week):
    """From Monday, where it is put first, with Shift and the right arrow; into the closed day it does not go."""
    page.get_by_role("link", name="看日历").click()
    stands(page, firm, visit_of(firm).day)
    if visit_of(firm).day != week[0]:
        card(page, firm).drag_to(column(page, week[0]))
        stands(page, firm, week[0])
    card(page, firm).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(column(page, week[1]).locator(".pl-card", has_text=firm.short_name)).to_be_focused()
    expect(page.get_by_text("重新计算不会动它")).to_be_visible()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.get_by_text("企业这天停产放假：设备检修。").first).to_be_visible()
    assert (visit_of(firm).day, visit_of(firm).locked) == (week[1], True)


def by_the_list_of_days(page, firm, week, axe):
    card(page, firm).focus()
    page.keyboard.press("m")
    days = page.get_by_role("dialog", name="移到哪一天")
    expect(days.get_by_text("设备检修")).to_be_visible()
    axe(page)
    days.locator(f"button[value='{week[3]}']").click()
    stands(page, firm, week[3])
    assert visit_of(firm).day == week[3]


def by_dragging(page, firm, week):
    card(page, firm).drag_to(column(page, week[4]))
    stands(page, firm, week[4])
    page.get_by_role("button", name="撤销").last.click()
    stands(page, firm, week[3])
    card(page, firm).drag_to(column(page, week[4]))
    stands(page, firm, week[4])


def approve(page, as_, of):
    page.get_by_role("link", name="返回计划").click()
    page.get_by_role("button", name="送审").click()
    expect(page.get_by_text("等另一位负责人批准")).to_be_visible()
    as_(of.police_head, f"/inspections/plans/{Plan.objects.get().number}/")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.get_by_text("已批准").first).to_be_visible()
    assert {one.status for one in JointVisit.objects.all()} == {visits.SCHEDULED}
