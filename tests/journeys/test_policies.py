"""Issue 7 in a real browser: a changed fact, the match told, the claim on a phone, the money, and a word of thanks."""

import re
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from enterprises.attributes import stale
from enterprises.facts.delivering import deliver as bring
from enterprises.facts.describing import load
from enterprises.models import Delivery, Resource
from policies.claims import flow
from policies.matching.pushing import push
from policies.models import Claim
from portal.worktime import clock
from portal.worktime.words import local_day
from tests.policies.factories import clause, officer_of, policy, round_

pytestmark = pytest.mark.browser

RD = {"compare": ["rd_cost_last_year", ">=", 1000000]}
RATE = {"rate": "0.1", "of": "rd_cost_last_year", "cap": "300000"}
LIST = [{"name": "研发项目清单", "attribute": "", "required": True, "note": "列明项目和起止时间"}]


def press(page, name: str, role: str = "button") -> None:
    page.get_by_role(role, name=re.compile(f"^{name}")).first.click()


def spends(town, cost: int) -> None:
    """The line of statistics reports what the firm spent last year, and the worker follows."""
    year = date(local_day(clock.now()).year - 1, 1, 1)
    resource = Resource.objects.get(code="rd_activity")
    row = (town.firm.pk, year, "", {"cost": Decimal(cost)})
    bring(resource, [row], line=resource.line, way=Delivery.Way.FILE, by=town.data_officer)
    stale.mark_for_the_day()
    stale.carry_on()
    push()


def a_round(town):
    """Reviewed by two departments besides the one that keeps it; open since 9 November, without an end."""
    made = clause(
        town,
        policy(town, title="研发投入奖励办法", summary="按上年研发费用的一成补助。"),
        title="研发费用补助",
        tree=RD,
        formula=RATE,
        way="by_review",
        reviewers=(town.police, town.economy),
        materials=LIST,
    )
    return round_(made, days=None, quota=5, order="first_come", budget=Decimal(1000000))


def claim_on_a_phone(town, page, papers) -> Claim:
    """From the letter to the page of what fits, and from there to one prefilled page."""
    page.get_by_role("link", name="符合 1 条政策").first.click()
    expect(page.get_by_text("研发费用补助").first).to_be_visible()
    press(page, "去申报", "link")
    expect(page.get_by_text("上年研发费用 200 万元 × 10%").first).to_be_visible()
    page.locator("input[type=file]").first.set_input_files(papers[1])
    expect(page.locator("input[name=stored_0]")).to_have_count(1)
    page.get_by_label("联系电话").fill("0512-0000 1234")
    page.get_by_label("开户银行").fill("示例银行沙溪支行")
    page.get_by_label("银行账号").fill("6222 0000 1111 2222")
    page.get_by_label("以上内容属实").check()
    press(page, "提交申报 20 万元")
    page.wait_for_url("**/policies/claims/ZC-*/")
    return Claim.objects.get()


def review(town, page, as_, claim) -> None:
    """受理 asks both departments at once; each answers for itself."""
    as_(town.policy_officer, "/policies/claims/desk/")
    page.get_by_role("link", name=re.compile("乌有精密")).click()
    press(page, "受理，请")
    expect(page.get_by_text("联合审查中").first).to_be_visible()
    for officer, says in ((town.police_head, "同意"), (town.people["economy_officer"], "同意但核减")):
        as_(officer, f"/policies/claims/{claim.number}/")
        press(page, "提审查意见", "link")
        page.get_by_role("radio", name=says, exact=True).check()
        if says != "同意":
            page.get_by_label("建议金额").fill("150000")
            page.get_by_label("说明").fill("一个项目不属于研发活动。")
        press(page, "提审查意见")
        page.wait_for_url(lambda url: "give_review" not in url)


def decide(town, page, as_, claim) -> None:
    as_(town.department_head, f"/policies/claims/{claim.number}/")
    press(page, "批准", "link")
    expect(page.get_by_label("核定金额")).to_have_value("150000")
    expect(page.get_by_text("一个项目不属于研发活动。")).to_be_visible()
    press(page, "批准，接着公示")
    page.wait_for_url(f"**/{claim.number}/")


def publish(town, page, as_, claim) -> None:
    """Everybody reads the notice; then its time passes."""
    as_(town.policy_officer, "/policies/claims/desk/?part=publish")
    page.get_by_role("checkbox", name="选乌有精密").check()
    press(page, "公示选中的")
    press(page, "公示 1 件申报")
    expect(page.get_by_text("办好 1 件")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/policies/claims/publicity/")
    page.get_by_role("link", name=re.compile("研发费用补助")).click()
    expect(page.get_by_role("cell", name="15 万元")).to_be_visible()
    assert "6222" not in page.content()
    claim.refresh_from_db()
    flow.end_publicity(claim, at=claim.publicity.ends_at)


def pay(town, page, as_, claim) -> None:
    as_(town.policy_officer, f"/policies/claims/{claim.number}/")
    press(page, "登记兑付", "link")
    page.get_by_label("凭证号").fill("PZ-2026-0001")
    press(page, "登记兑付 15 万元")
    page.wait_for_url(f"**/{claim.number}/")
    expect(page.get_by_text("已兑付").first).to_be_visible()


def thank(page, claim) -> None:
    """From the letter about the money: received, and five stars."""
    page.goto(f"/policies/claims/{claim.number}/")
    press(page, "钱已收到")
    expect(page.get_by_text("已确认收款")).to_be_visible()
    press(page, "评价", "link")
    page.get_by_role("radio", name="5 很满意").check()
    press(page, "评价")
    expect(page.get_by_text("5 分").first).to_be_visible()


def test_a_changed_fact_becomes_money(town, page, as_, told, papers):
    load()
    a_round(town)
    town.people["economy_officer"] = officer_of(town.economy, "economy_officer")
    spends(town, 500000)
    assert not Claim.objects.exists()
    spends(town, 2000000)
    told(town.enterprise_member, "符合 1 条政策")
    as_(town.enterprise_member, "/inbox/", phone=True)
    claim = claim_on_a_phone(town, page, papers)
    assert (claim.status, claim.asked_amount) == ("submitted", Decimal(200000))
    told(town.policy_officer, "申报")
    review(town, page, as_, claim)
    decide(town, page, as_, claim)
    publish(town, page, as_, claim)
    pay(town, page, as_, claim)
    as_(town.enterprise_member, "/inbox/", phone=True)
    thank(page, claim)
    claim = Claim.objects.get()
    assert (claim.status, claim.amount, claim.stars) == ("paid", Decimal(150000), 5)
    assert claim.payment.received_by == town.enterprise_member
