"""A class of problems from selected requests to the measure; a solved matter's answer spares the next firm a filing."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.worktime import clock
from requests.clusters import find_clusters
from requests.models import Article, CommonProblem, ProblemTicket
from tests.commons import making
from tests.requests import factories as make

pytestmark = pytest.mark.browser


def test_from_a_selection_to_the_measure_and_from_a_solved_matter_to_an_answer(town, page, as_, told):
    solved = making.solved(town)
    for ticket in making.tickets(town):
        assert ticket.status == "triaging"

    # the triager chooses them in the list
    as_(town.triager, "/tickets/?open=1")
    for box in page.locator(".sx-item__pick input").all():
        box.check()
    page.get_by_role("button", name="列为共性问题").click()
    page.get_by_label("标题").fill("雨天管网倒灌")
    page.get_by_label("是什么问题").fill("几家企业一下雨就进水。")
    page.get_by_role("button", name="列为共性问题").click()
    expect(page.get_by_role("heading", name="雨天管网倒灌")).to_be_visible()
    page.get_by_role("link", name="指定牵头").click()
    page.get_by_label("牵头部门").select_option(label="住建局")
    page.get_by_role("button", name="指定牵头").click()
    expect(page.get_by_text("住建局牵头，等定下措施")).to_be_visible()

    # the department decides, the centre tells
    told(town.department_head, "共性问题由您部门牵头")
    as_(town.department_head, "/problems/", phone=True)
    page.get_by_role("link", name="雨天管网倒灌").click()
    page.get_by_role("link", name="定措施").click()
    page.get_by_role("radio", name="改办理流程").check()
    page.get_by_label("措施", exact=True).fill("分两段改造，月底完工。")
    page.get_by_label("告知企业的话").fill("北片管网月底前改造完，不会再倒灌。")
    page.get_by_role("button", name="定措施").click()
    as_(town.triager, f"/problems/{CommonProblem.objects.get().pk}/")
    page.get_by_role("link", name="告知企业并办结").click()
    page.get_by_role("button", name="告知全部企业，办结").click()
    expect(page.get_by_text("措施已告知关联的企业")).to_be_visible()
    told(town.other_member, "您反映的这类问题有办法了")

    # a solved matter becomes an answer
    as_(town.handler, f"/tickets/{solved.number}/")
    page.get_by_role("link", name="写成知识条目").click()
    page.get_by_label("问题", exact=True).fill("雨污管网倒灌，找谁来疏通？")
    page.get_by_label("答案", exact=True).fill("打水务站电话，两小时内到现场。")
    page.get_by_label("公开给所有人").check()
    page.get_by_role("button", name="存好，送中心审核").click()
    expect(page.get_by_text("待审核").first).to_be_visible()
    article = Article.objects.get()
    as_(town.triager, f"/articles/{article.pk}/")
    page.get_by_role("link", name="审核通过，发布").click()
    page.get_by_role("button", name="审核通过，发布").click()
    expect(page.get_by_text("已发布").first).to_be_visible()

    # and is there when the next firm writes
    as_(town.enterprise_member, "/matters/new/", phone=True)
    page.get_by_label("遇到了什么事").fill("车间外雨污管网倒灌，请问找谁来疏通？")
    page.get_by_text("雨污管网倒灌，找谁来疏通？").click()
    expect(page.get_by_text("两小时内到现场")).to_be_visible()
    page.get_by_role("button", name="解决了，不用提交").click()
    expect(page.get_by_text("好的，没有提交")).to_be_visible()
    assert Article.objects.with_use().get().spared_count == 1
    assert make.Ticket.objects.count() == 3


def test_a_suggested_group_becomes_one_problem_and_is_not_suggested_again(town, page, as_):
    said = {
        "description": "一下雨雨污管网就倒灌，厂区门口积水半米，货车进不来",
        "filed_at": clock.now() - timedelta(days=3),
    }
    third = make.enterprise("虚无印染有限公司", "虚无印染", town.place)
    make.accepted(town, title="门口积水", **said)
    make.accepted(town, title="雨天倒灌", enterprise=town.foreign_firm, by=town.other_member, **said)
    make.registered(town, title="管网又堵", enterprise=third, **said)
    find_clusters()

    as_(town.triager, "/problems/suggested/")
    expect(page.get_by_text("倒灌", exact=True)).to_be_visible()  # the words they share
    page.get_by_role("button", name="列为共性问题").click()
    expect(page.get_by_role("heading", name="3 件列为共性问题")).to_be_visible()
    page.get_by_label("标题").fill("雨天管网倒灌")
    page.get_by_label("是什么问题").fill("几家企业一下雨就进水。")
    page.get_by_role("button", name="列为共性问题").click()
    expect(page.get_by_role("heading", name="雨天管网倒灌")).to_be_visible()
    assert ProblemTicket.objects.filter(active=True).count() == 3
    page.goto("/problems/suggested/")
    expect(page.get_by_role("heading", name="没有待看的一组")).to_be_visible()
