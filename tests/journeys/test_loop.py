"""The main job in a real browser (issue 2): a matter from the firm's phone through six stations to closed."""

import re
from contextlib import nullcontext

import pytest
from playwright.sync_api import expect

from requests.models import Draft, Ticket
from tests.requests import factories as make
from tests.worker import eventually

pytestmark = pytest.mark.browser

SAID = "昨夜大雨，3 号车间进水，三台设备停产，请帮助疏通广漠路管网。"


def number_in(page) -> str:
    return re.search(r"SX-\d{8}-\d{4,}", page.url).group()


def do(page, name: str, role: str = "button") -> None:
    """Presses what begins with these words; there is one such thing on the page."""
    page.get_by_role(role, name=re.compile(f"^{name}")).click()


def open_count(page) -> int:
    return int(re.match(r"(\d+) 件在办", page.get_by_role("heading", name="件在办").first.inner_text()).group(1))


def file_from_a_phone(town, page, as_, papers) -> str:
    """接诉: one screen, a photo and a scan; the number on the receipt."""
    as_(town.enterprise_member, "/matters/new/", phone=True)
    page.get_by_label("遇到了什么事").fill(SAID)
    page.locator("input[type=file]").first.set_input_files(papers)
    expect(page.get_by_text("进水.jpg")).to_be_visible()
    expect(page.get_by_text("检测报告.pdf")).to_be_visible()
    expect(page.locator("input[name=attachments]")).to_have_count(2)  # until then the form waits for its files
    do(page, "提交，")
    page.wait_for_url("**/receipt/")
    number = number_in(page)
    expect(page.get_by_text(number).first).to_be_visible()
    ticket = Ticket.objects.get(number=number)
    assert sorted(a.file.name for a in ticket.attachments.all()) == ["检测报告.pdf", "进水.jpg"]
    assert ticket.description == SAID
    return number


def accept(town, page, as_) -> None:
    """The clerk, in the queue."""
    as_(town.intake_clerk, "/queues/intake/")
    do(page, "受理，")
    expect(page.get_by_role("heading", name="都受理完了")).to_be_visible()


def dispatch(town, page, as_) -> None:
    """研判, 流转: in the panel beside the list, the button says what will follow."""
    as_(town.triager, "/queues/triage/")
    panel = page.get_by_role("complementary", name="这一件")
    panel.get_by_role("radio", name="协调").check()
    panel.get_by_label("类别").select_option(label="安全环保")
    panel.get_by_label("主办部门").select_option(label="住建局")
    do(panel, "转交住建局，15 个工作日内办结")
    expect(page.get_by_role("heading", name="都流转完了")).to_be_visible()


def handle(town, page, as_, told, number) -> None:
    """办理: taken, called, reported, signed."""
    as_(town.handler, f"/tickets/{number}/")
    do(page, "签收，15 个工作日内办结")
    do(page, "登记联系企业", "link")
    page.get_by_label("联系了谁").fill("已电话联系，下午到现场")
    do(page, "登记，企业能看到")
    page.wait_for_url(f"**/tickets/{number}/")
    do(page, "填写办理结果", "link")
    page.get_by_role("radio", name="已解决").check()
    page.get_by_label("答复企业的话").fill("管网已疏通，水泵已修好，今后每周巡查。")
    do(page, "报结果，送签批")
    page.wait_for_url(f"**/tickets/{number}/")
    told(town.deputy_head, "结果待签批")
    as_(town.deputy_head, f"/tickets/{number}/")
    do(page, "同意，送企业")
    expect(page.get_by_role("list", name=re.compile("现在反馈，第 5 站"))).to_be_visible()


def confirm(town, page, as_) -> None:
    """反馈: the firm confirms and rates, on the phone again."""
    as_(town.enterprise_member, "/firm/", phone=True)
    expect(page.get_by_text("管网已疏通")).to_be_visible()
    do(page, "确认办好了", "link")
    page.get_by_role("group", name="总体满意吗").get_by_role("radio", name="5 很满意").check()
    do(page, "确认办好了")
    page.wait_for_url(lambda url: "confirm" not in url)


def call_back(town, page, as_, number) -> None:
    """回访, and closed."""
    as_(town.revisitor, f"/tickets/{number}/record_revisit/")
    page.get_by_role("radio", name="属实", exact=True).check()
    page.get_by_role("group", name="总体满意吗").get_by_role("radio", name="4 满意").check()
    do(page, "记下第 1 次回访")
    page.wait_for_url(lambda url: "record_revisit" not in url)
    assert Ticket.objects.get(number=number).status == "closed"


def read_the_story(town, page, as_, number) -> None:
    """Each step is in the timeline of the firm, and nothing internal."""
    as_(town.enterprise_member, f"/tickets/{number}/", phone=True)
    story = page.locator("main").inner_text()
    steps = ["网上提交", "受理", "转交住建局主办", "签收，开始办理", "已联系企业", "签批，答复企业", "确认办好", "办结"]
    assert [step for step in steps if step not in story] == []
    assert "填写结果，送签批" not in story
    as_(town.handler, f"/tickets/{number}/?tab=trail")
    assert "填写结果，送签批" in page.locator("main").inner_text()


def test_a_matter_goes_from_the_firms_phone_to_closed_and_the_leader_sees_it(town, page, as_, told, papers):
    make.handling(town, enterprise=town.foreign_firm, by=town.other_member)  # something else is going on
    as_(town.leader, "/leader/")
    before = open_count(page)
    number = file_from_a_phone(town, page, as_, papers)
    told(town.intake_clerk, "新诉求待受理")
    as_(town.leader, "/leader/")
    assert open_count(page) == before + 1
    accept(town, page, as_)
    told(town.triager, "新诉求待研判")
    dispatch(town, page, as_)
    told(town.handler, "新工单待签收")
    handle(town, page, as_, told, number)
    told(town.enterprise_member, "结果请您确认")
    confirm(town, page, as_)
    told(town.revisitor, "企业已确认")
    call_back(town, page, as_, number)
    told(town.enterprise_member, "诉求已办结")
    read_the_story(town, page, as_, number)
    as_(town.leader, "/leader/")
    assert open_count(page) == before
    expect(page.get_by_text("本月 1 件办结，1 件按时")).to_be_visible()


def test_what_did_not_satisfy_goes_round_again_and_everybody_sees_the_branch(town, page, as_, told):
    ticket = make.confirming(town)
    as_(town.enterprise_member, f"/tickets/{ticket.number}/", phone=True)
    do(page, "没办好", "link")
    page.get_by_label("哪里没办好").fill("泵又停了")
    do(page, "没办好，请部门")
    page.wait_for_url(lambda url: "dispute" not in url)
    told(town.handler, "企业有异议，请接着办")
    as_(town.handler, f"/tickets/{ticket.number}/")
    expect(page.get_by_role("listitem").filter(has_text="企业有异议").first).to_be_visible()
    assert make.fresh(ticket).round == "rework"

    ticket = make.revisiting(town)
    as_(town.revisitor, f"/tickets/{ticket.number}/record_revisit/")
    page.get_by_role("radio", name="不属实", exact=True).check()
    page.get_by_role("group", name="总体满意吗").get_by_role("radio", name="1 很不满意").check()
    do(page, "记下第 1 次回访")
    page.wait_for_url(lambda url: "record_revisit" not in url)
    told(town.department_head, "二次交办")
    as_(town.department_head, f"/tickets/{ticket.number}/")
    expect(page.get_by_role("listitem").filter(has_text="二次交办").first).to_be_visible()
    assert make.fresh(ticket).round == "second"


def test_the_form_sent_twice_is_one_ticket(town, page, as_):
    as_(town.enterprise_member, "/matters/new/", phone=True)
    page.get_by_label("遇到了什么事").fill(SAID)
    page.get_by_role("button", name=re.compile("^提交，")).dblclick()
    page.wait_for_url("**/receipt/")
    page.go_back()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("while_saving", [False, True], ids=["at once", "while it is being saved"])
def test_leaving_the_page_loses_nothing(town, page, as_, while_saving):
    as_(town.enterprise_member, "/matters/new/", phone=True)
    if while_saving:
        page.route("**/save/", lambda route: None, times=1)  # this save never arrives
    page.get_by_label("紧急程度").select_option(label="紧急")
    with page.expect_request("**/save/") if while_saving else nullcontext():
        page.get_by_label("遇到了什么事").fill(SAID)
    page.goto("/firm/")
    assert eventually(lambda: Draft.objects.filter(data__description=SAID).exists(), seconds=10)
    page.goto("/matters/new/")
    expect(page.get_by_label("遇到了什么事")).to_have_value(SAID)
    expect(page.get_by_label("紧急程度")).to_have_value("urgent")
