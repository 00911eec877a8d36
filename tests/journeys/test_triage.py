"""At triage: a suggestion taken by its key, a duplicate merged from the panel, and both followed to the answer."""

import pytest
from playwright.sync_api import expect

from requests import flow
from requests.models import Suggestion, Ticket
from tests.requests import factories as make
from tests.requests.factories import MONDAY

pytestmark = pytest.mark.browser

FLOODED = {"title": "仓库进水", "description": "雨后仓库进水，排水管网堵塞，请疏通。"}


def test_a_suggestion_is_taken_a_duplicate_merged_and_both_are_followed(town, page, as_):
    precedent = make.accepted(town, **FLOODED)
    ended = {"status": "closed", "closed_at": MONDAY, "lead_department": town.housing}
    Ticket.objects.filter(pk=precedent.pk).update(**ended)
    main = make.accepted(town, **FLOODED)
    foreign = {"enterprise": town.foreign_firm, "by": town.other_member}
    ticket = make.accepted(town, **FLOODED, **foreign, filed_at=MONDAY.replace(hour=10))

    as_(town.triager, f"/tickets/{main.number}/dispatch/")
    expect(page.get_by_text("最相近的一件由住建局办结")).to_be_visible()
    expect(page.get_by_label("主办部门")).to_have_value("")
    page.keyboard.press("t")
    expect(page.get_by_label("主办部门")).to_have_value(str(town.housing.pk))
    expect(page.get_by_text("已按建议填入")).to_be_visible()
    page.get_by_role("radio", name="协调").check()
    page.get_by_role("button", name="转交住建局").click()
    page.wait_for_url(f"**/tickets/{main.number}/")
    assert Suggestion.objects.get(ticket=main).chosen_department == town.housing

    page.goto("/queues/triage/")
    panel = page.get_by_role("complementary", name="这一件")
    panel.get_by_role("link", name="并入它").first.click()
    panel.get_by_role("button", name=f"并入 {main.number}").click()
    expect(page.get_by_text(f"已并入 {main.number}")).to_be_visible()

    main = flow.take(make.fresh(main), by=town.handler)
    flow.log_contact(main, by=town.handler, text="约好现场看")
    flow.report(main, by=town.handler, kind="solved", text="乌有精密门口的管网已疏通。")
    flow.sign_off(main, by=town.department_head)
    as_(town.other_member, f"/tickets/{ticket.number}/", phone=True)
    expect(page.get_by_text("门口的管网已疏通").first).to_be_visible()
    expect(page.get_by_text("乌有精密")).to_have_count(0)
    as_(town.enterprise_member, f"/tickets/{main.number}/", phone=True)
    expect(page.get_by_text("另有企业反映同样的问题").first).to_be_visible()
