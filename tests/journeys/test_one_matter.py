"""One matter from the firm's phone to the leader's figures, in a real browser, by everybody whose turn it is (issue 2)."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery
from portal.people.models import User
from portal.worktime import clock
from requests.models import Ticket
from tests.browser import VIEWPORTS
from tests.requests.factories import Town

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

STEPS = ["网上提交", "受理", "转交住建局主办", "签收，开始办理", "已联系企业", "签批，答复企业", "确认办好", "办结"]


@pytest.fixture
def photographs(tmp_path: Path) -> list[str]:
    paths = []
    for name in ("配电柜.png", "现场.png"):
        path = tmp_path / name
        content = BytesIO()
        Image.new("RGB", (40, 30), "navy").save(content, "PNG")
        path.write_bytes(content.getvalue())
        paths.append(str(path))
    return paths


def told(user: User) -> list[str]:
    """The titles in somebody's inbox, after everything queued was delivered."""
    deliver(clock.now())
    return [item.title for item in Delivery.objects.inbox(user)]


@pytest.mark.parametrize("viewport", ["phone"])
def test_a_matter_is_filed_carried_confirmed_and_closed(
    page, sign_in: Callable, axe: Callable, town: Town, photographs: list[str]
) -> None:
    number = file(page, sign_in, axe, town, photographs)
    ticket = Ticket.objects.get(number=number)
    assert ticket.attachments.count() == 2
    assert any("新诉求待受理" in title for title in told(town.intake_clerk))

    page.set_viewport_size(VIEWPORTS["desktop"])
    accept(page, sign_in, town, number)
    dispatch(page, sign_in, town, number)
    assert any("新工单待签收" in title for title in told(town.handler))
    handle(page, sign_in, town, number)
    assert any("结果请您确认" in title for title in told(town.enterprise_member))

    page.set_viewport_size(VIEWPORTS["phone"])
    confirm(page, sign_in, town, number)
    assert any("企业已确认" in title for title in told(town.revisitor))
    page.set_viewport_size(VIEWPORTS["desktop"])
    before = closed_this_month(page, sign_in, town)
    revisit(page, sign_in, town, number)
    assert closed_this_month(page, sign_in, town) == before + 1
    assert any("诉求已办结" in title for title in told(town.enterprise_member))
    read_the_story(page, sign_in, town, number)


def file(page, sign_in: Callable, axe: Callable, town: Town, photographs: list[str]) -> str:
    sign_in(town.enterprise_member)
    page.goto("/firm/")
    axe(page)
    page.goto("/matters/new/")
    page.get_by_label("遇到了什么事").fill("园区东路夜里又停电，昨晚停了两次，数控线停机。想知道什么时候能修好")
    page.locator("input[type=file]").set_input_files(photographs)
    page.locator(".sx-upload__one input[name=attachments]").nth(1).wait_for(state="attached")
    axe(page)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/receipt/")
    axe(page)
    return page.url.rstrip("/").split("/")[-2]


def choose(page, name: str, value: str) -> None:
    """One of the choices that stand side by side."""
    page.locator(f"input[name={name}][value='{value}']").check()


def accept(page, sign_in: Callable, town: Town, number: str) -> None:
    sign_in(town.intake_clerk)
    page.goto(f"/tickets/{number}/")
    page.get_by_role("button", name="受理").click()
    page.wait_for_load_state()
    assert Ticket.objects.get(number=number).status == "triaging"


def dispatch(page, sign_in: Callable, town: Town, number: str) -> None:
    sign_in(town.triager)
    page.goto(f"/tickets/{number}/dispatch/")
    choose(page, "kind", "coordination")
    page.get_by_label("类别").select_option(label="用地用能")
    page.get_by_label("主办部门").select_option(label="住建局")
    page.get_by_role("button", name="转交住建局，").click()
    page.wait_for_load_state()
    assert Ticket.objects.get(number=number).status == "assigned"


def handle(page, sign_in: Callable, town: Town, number: str) -> None:
    sign_in(town.handler)
    page.goto(f"/tickets/{number}/take/")
    page.get_by_role("button", name="签收").click()
    page.wait_for_load_state()
    page.goto(f"/tickets/{number}/log_contact/")
    page.get_by_label("联系了谁").fill("电话联系，约定明天上午到现场。")
    page.get_by_role("button", name="登记").click()
    page.wait_for_load_state()
    page.goto(f"/tickets/{number}/report/")
    choose(page, "kind", "solved")
    page.get_by_label("答复企业的话").fill("变压器已更换，夜间不再检修。")
    page.get_by_role("button", name="报结果").click()
    page.wait_for_load_state()
    sign_in(town.deputy_head)
    page.goto(f"/tickets/{number}/")
    page.get_by_role("button", name="同意").click()
    page.wait_for_load_state()
    assert Ticket.objects.get(number=number).status == "confirming"


def confirm(page, sign_in: Callable, town: Town, number: str) -> None:
    sign_in(town.enterprise_member)
    page.goto(f"/tickets/{number}/confirm/")
    choose(page, "overall", "5")
    page.get_by_role("button", name="确认办好了").click()
    page.wait_for_load_state()
    assert Ticket.objects.get(number=number).status == "revisiting"


def revisit(page, sign_in: Callable, town: Town, number: str) -> None:
    sign_in(town.revisitor)
    page.goto(f"/tickets/{number}/record_revisit/")
    choose(page, "reached", "yes")
    choose(page, "real", "yes")
    choose(page, "overall", "5")
    page.get_by_role("button", name="记下这次回访").click()
    page.wait_for_load_state()
    assert Ticket.objects.get(number=number).status == "closed"


def closed_this_month(page, sign_in: Callable, town: Town) -> int:
    """What the leader's page says was closed this month."""
    sign_in(town.leader)
    page.goto("/leader/")
    words = page.locator(".ld-three p", has_text="件办结").inner_text()
    return int("".join(char for char in words.partition("件办结")[0] if char.isdigit()))


def read_the_story(page, sign_in: Callable, town: Town, number: str) -> None:
    sign_in(town.enterprise_member)
    page.goto(f"/tickets/{number}/")
    story = page.locator(".sx-time").inner_text()
    missing = [step for step in STEPS if step not in story]
    assert not missing, missing
