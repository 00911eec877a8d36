"""Issue 6, 5: at the gate, on a phone, on a bad line: the visit stays on the device, then goes and is acted upon."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from enterprises.models import Correction
from portal.worktime import clock
from requests.models import Ticket, Visit, VisitDraft
from requests.visits.flow import planning
from tests.facts.factories import fact, resources
from tests.visits.conftest import wanted

pytestmark = pytest.mark.browser
KEPT = "没有网络，已存在这台设备上"


@pytest.fixture
def visit(town):
    """The steward's, planned just now; by the social insurance the firm has 52 people."""
    insured = resources()["social_insurance"]
    fact(town.firm, insured, by=town.data_officer, period=date(2026, 9, 1), insured=Decimal(52))
    at = clock.now()
    return planning.plan_visits(wanted(firms=[town.firm], at=at), by=town.supervisor, at=at).plan.visits.get()


@pytest.mark.expects_console("ERR_INTERNET_DISCONNECTED")
def test_a_visit_is_written_down_where_there_is_no_network(town, visit, page, as_):
    record = f"/visits/{visit.key}/record/"
    as_(town.steward, record, phone=True)
    said, status = page.locator("#id_said"), page.locator("[data-autosave-status]")
    page.context.set_offline(True)
    said.fill("三号车间停产检修，工人四十八名。")
    expect(status).to_have_text(KEPT)
    page.get_by_role("button", name="提交走访记录").click()  # the page stays, with what was typed
    expect(page.locator("#toasts")).to_contain_text(KEPT)
    expect(said).to_have_value("三号车间停产检修，工人四十八名。")
    assert not VisitDraft.objects.exists()

    page.goto("about:blank")  # the telephone was put away; it is taken out again where there is a network
    page.context.set_offline(False)
    page.goto(record)
    expect(said).to_have_value("三号车间停产检修，工人四十八名。")
    expect(status).to_contain_text("已存")
    assert VisitDraft.objects.get().data["said"].startswith("三号车间")

    page.get_by_label("见到谁").fill("庄周")
    page.locator("summary", has_text="问题 1").click()
    page.locator("#id_found0_text").fill("厂区外路灯坏了三盏，夜班不安全。")
    page.get_by_label("联系电话").fill("13800000001")
    page.get_by_label("企业同意代为提交诉求").check()
    page.locator("summary", has_text="更正 1").click()
    page.locator("#id_fix0_what").select_option(label="参保人数：52 人")
    page.locator("#id_fix0_value").fill("48")
    page.locator("#id_fix0_reason").fill("看了花名册")
    page.get_by_role("button", name="提交走访记录").click()
    page.wait_for_url(f"**/visits/{visit.key}/")
    ticket, correction = Ticket.objects.get(), Correction.objects.get()
    expect(page.get_by_text(ticket.number)).to_be_visible()
    assert (ticket.enterprise, correction.by, correction.state) == (town.firm, town.steward, "proposed")
    assert Visit.objects.get().status == "done"
    assert page.evaluate("localStorage.length") == 0
