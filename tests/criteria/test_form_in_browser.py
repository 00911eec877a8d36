"""The form of criteria as somebody uses it: choose, nest, see the count, save, on both widths; axe finds nothing."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from enterprises.attributes.values import Put, put_many
from enterprises.models import Criterion
from tests.browser import VIEWPORTS
from tests.enterprises import factories

pytestmark = pytest.mark.browser


@pytest.mark.expects_console("htmx:(afterRequest|sendAbort)")  # a later change takes the place of an earlier one
def test_a_criterion_is_written_counted_and_saved(live_server, page, sign_in, axe):
    factories.town()
    made = [factories.firm(number) for number in range(1, 7)]
    put_many(Put(firm.pk, "headcount", Decimal(10 * n), "人社", date(2026, 6, 30)) for n, firm in enumerate(made, 1))
    put_many(Put(firm.pk, "high_tech", firm == made[5], "科技", date(2026, 6, 30)) for firm in made)
    sign_in(factories.person("officer", "policy_officer"))

    page.set_viewport_size(VIEWPORTS["desktop"])
    page.goto("/enterprises/criteria/new/")
    axe(page)
    page.get_by_label("名称").fill("三十人以上或高新")
    first = page.get_by_role("group", name="第1条", exact=True)
    first.get_by_label("指标").select_option("headcount")
    first.get_by_label("比较").select_option(">=")
    first.get_by_label("数值").fill("30")
    first.get_by_label("数值").press("Tab")
    counts = page.locator(".cr-counts")
    expect(counts.get_by_text("4", exact=True)).to_be_visible()
    expect(page.get_by_text("“职工总数”应在 120 天内更新")).to_be_visible()

    page.get_by_role("button", name="加一条").first.click()
    second = page.get_by_role("group", name="第2条", exact=True)
    second.get_by_label("指标").select_option("high_tech")
    expect(counts.get_by_text("1", exact=True)).to_be_visible()
    page.get_by_role("button", name="加一条").first.click()
    third = page.get_by_role("group", name="第3条", exact=True)
    third.get_by_label("怎样取数").select_option("words")
    third.get_by_label("条件", exact=True).fill("职工人数不低于 30")
    third.get_by_label("条件", exact=True).press("Tab")
    expect(third.get_by_text("“职工人数不低于30”不是目录里的指标，是不是：职工人数同比")).to_be_visible()
    axe(page)
    third.get_by_label("条件", exact=True).fill("职工总数不低于 30")
    third.get_by_label("条件", exact=True).press("Tab")
    expect(counts.get_by_text("1", exact=True)).to_be_visible()
    page.locator("select[name='r.join']").select_option("none")
    expect(counts.get_by_text("2", exact=True).first).to_be_visible()
    axe(page)
    page.set_viewport_size(VIEWPORTS["phone"])
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="三十人以上或高新")).to_be_visible()
    saved = Criterion.objects.get(name="三十人以上或高新")
    assert saved.outcomes.filter(outcome=1).count() == 2

    page.goto("/enterprises/attributes/?q=职工")
    axe(page)
    page.get_by_role("link", name="职工总数", exact=True).click()
    expect(page.get_by_role("link", name="三十人以上或高新")).to_be_visible()
    axe(page)
