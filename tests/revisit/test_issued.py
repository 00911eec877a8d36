"""A paper keeps what it said on the day it was issued, with whole dates; what changed later stands below (APP-22)."""

from datetime import date, timedelta

import pytest
from django.test import Client

from portal.people.models import User
from requests import flow
from requests.models import SpecialReport
from requests.papers import forms, letters
from requests.papers.paper import Facts
from tests.requests import factories as make
from tests.requests import overdue

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def said(paper) -> dict[str, str]:
    return {label: value for block in paper.blocks if isinstance(block, Facts) for label, value in block.rows}


def handed(ticket, part="lead"):
    """The rows of the hand-over form, of the ticket as it is now."""
    ticket = make.fresh(ticket)
    return said(forms.hand_over(ticket, ticket.assignments.filter(part=part).earliest("id")))


def extended(town, ticket):
    at = ticket.filed_at + 3 * DAY
    flow.ask_extension(ticket, by=town.department_head, until=date(2026, 12, 18), reason="等材料", at=at)
    return flow.approve_request(make.fresh(ticket), by=town.triager, at=at + timedelta(hours=1))


def test_dates_are_whole_and_no_day_is_today(town, at):
    rows = handed(at("handling"))
    assert rows["交办时间"] == f"2026年11月9日 10:00，{town.triager.name}"
    assert rows["签收时限"] == "2026年11月10日 17:00前"
    assert rows["签收"] == f"{town.handler.name} 2026年11月10日 09:00"
    assert rows["办理时限"] == "自签收起 15 个工作日\n2026年11月10日起算，2026年12月1日 17:00前"


def test_an_extension_leaves_the_issued_date_and_says_since_when_another_holds(town, at):
    ticket = at("handling")
    before = handed(ticket)["办理时限"]
    extended(town, ticket)
    assert handed(ticket)["办理时限"] == f"{before}\n2026年11月12日同意延期，改为2026年12月18日 17:00前"


def test_a_suspension_is_told_with_its_days_and_the_date_that_holds_after_it(town):
    ticket = make.suspended(town)
    assert handed(ticket)["办理时限"].endswith("2026年12月1日 17:00前\n2026年11月10日起暂停计时")
    at = ticket.filed_at + 3 * DAY
    flow.end_suspension(ticket, by=town.department_head, text="批复到了", at=at)
    assert handed(ticket)["办理时限"].splitlines()[-2:] == ["2026年11月12日恢复计时", "现为2026年12月3日 17:00前"]


def test_an_ended_part_says_so_and_keeps_its_limits(town, at):
    ticket = at("handling")
    before = handed(ticket, "co")
    assert before["签收时限"] == "2026年11月10日 17:00前"
    end = ticket.filed_at + 2 * DAY
    flow.end_part(ticket, by=town.handler, department=town.police, reason="不用它了", at=end)
    after = handed(ticket, "co")
    assert after.pop("现状") == "已于2026年11月11日 09:00结束"
    assert after == before
    assert handed(ticket)["协办单位"] == "综合执法局（2026年11月11日结束）"


def test_who_joins_later_and_a_higher_level_stand_with_their_day(town, at):
    ticket = at("handling")
    later = ticket.filed_at + 2 * DAY
    flow.add_part(ticket, by=town.handler, department=town.economy, instruction="请算账", at=later)
    flow.raise_level(make.fresh(ticket), by=town.triager, complexity="difficult", reason="牵涉广", at=later)
    rows = handed(ticket)
    assert rows["协办单位"] == "综合执法局、经济发展局（2026年11月11日起）"
    assert rows["类型"] == "协调，多跨（2026年11月11日升为疑难），普通"


def test_an_order_keeps_its_first_demand(town, at):
    ticket = at("by hand")
    flow.amend_order(ticket, by=town.supervisor, demand="两日内到现场", at=overdue.NOW + DAY)
    paper = forms.order(ticket, ticket.orders.get())
    told = [(block.heading, block.text) for block in paper.blocks if not isinstance(block, Facts)]
    assert told == [("要求", "请主要负责人牵头，三日内拿出办法。"), ("2026年11月20日改为", "两日内到现场")]
    assert said(paper)["答复时限"] == "2026年11月26日 17:00前"


def test_the_receipt_is_of_what_came_in_until_it_is_accepted(town, at):
    came = forms.receipt(at("received"))
    assert (came.title, said(came)["定下主办部门"]) == ("收件回执", "2026年11月10日 17:00前")
    accepted = forms.receipt(at("handling"))
    assert (accepted.title, said(accepted)["受理时间"]) == ("受理回执", "2026年11月9日 09:10")
    assert said(accepted)["定下主办部门"] == "2026年11月10日 17:00前"  # as it was said, though it was met since
    assert forms.receipt(make.rejected(town)).title == "收件回执"


# The special report ----------------------------------------------------------------------------------------------


def test_app_4_the_report_has_a_number_keeps_its_words_and_is_told_to_the_leader(town, at, refusal):
    ticket = at("major")
    report = SpecialReport.objects.get(ticket=ticket)
    assert report.number == f"沙专报〔2026〕{report.serial}号"
    before = letters.special_report(ticket, report)
    later = ticket.moved_at + 5 * DAY
    flow.add_part(ticket, by=town.handler, department=town.police, instruction="请到场", at=later)
    flow.end_part(make.fresh(ticket), by=town.handler, department=town.police, reason="到过了", at=later)
    make.report(make.fresh(ticket), later)
    assert letters.special_report(make.fresh(ticket), report) == before
    words = {"leader": town.leader, "problem": "还没通电", "proposal": "再催", "at": later}
    assert flow.report_up(ticket, by=town.triager, **words).serial == report.serial + 1
    assert refusal(flow.report_up, ticket, by=town.triager, **words | {"leader": town.handler}).field == "leader"
    assert refusal(flow.report_up, ticket, by=town.triager, **words | {"proposal": " "}).field == "proposal"
    assert "重大" in refusal(flow.report_up, at("handling"), by=town.triager, **words).sentence


def test_the_form_sends_it_and_the_leader_opens_the_paper(town, at):
    ticket, client = at("major"), Client()
    client.force_login(User.objects.get(pk=town.triager.pk))
    address = f"/tickets/{ticket.number}/report_up/"
    assert "报送专报" in client.get(address).content.decode()
    given = {"leader": town.leader.pk, "problem": "三家都说不归自己", "proposal": "请定一家牵头"}
    assert client.post(address, given | {"proposal": ""}).status_code == 422
    assert client.post(address, given).status_code == 303
    client.force_login(User.objects.get(pk=town.leader.pk))
    page = client.get(f"/tickets/{ticket.number}/papers/report/2/").content.decode()
    assert "三家都说不归自己" in page
    assert f"{town.leader.name}同志" in page
    client.force_login(User.objects.get(pk=town.intake_clerk.pk))
    story = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert f"报送专报给{town.leader.name}" in story
    assert "请定一家牵头" not in story


# The sealed reply before the call ---------------------------------------------------------------------------------


def test_app_14_nobody_is_asked_to_call_before_the_sealed_reply(town, at):
    ticket = at("unsealed")
    flow.confirm(ticket, by=town.enterprise_member, at=ticket.moved_at + DAY)
    client = Client()
    client.force_login(User.objects.get(pk=town.revisitor.pk))
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    assert "等部门送达盖章答复" in page
    assert f"/tickets/{ticket.number}/record_revisit/" not in page.partition("<aside")[0].partition("sx-acts")[2][:2000]
    assert client.get(f"/tickets/{ticket.number}/record_revisit/").status_code == 409
