"""The frame in a real browser: every part without a serious finding, the queue by keyboard, forms that lose nothing."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import expect

from inspections.models import Agency
from portal.desk.context import Shell
from portal.people.models import Department, Membership, User
from portal.people.roles import DEPARTMENT_ROLES, Role
from tests.desk.workbench import heard

pytestmark = pytest.mark.urls("tests.desk.urls")


@pytest.fixture(autouse=True)
def _bench():
    heard.clear()


@pytest.fixture
def official(at):
    def make(*roles: str, **facts) -> User:
        user = User.objects.create_user(f"u{User.objects.count()}", name="顾言", **facts)
        for role in roles:
            Membership.objects.create(user=user, role=role, since=at("2020-01-01"))
        return user

    return make


@pytest.fixture
def official_of(official, at):
    """A user with these roles; those that belong to a department get one."""

    def make(roles) -> User:
        user = official(*(role for role in roles if role not in DEPARTMENT_ROLES))
        for role in DEPARTMENT_ROLES.intersection(roles):
            unit = Department.objects.create(name="住建办", short_name="住建办", kind=Department.Kind.TOWN_OFFICE)
            Membership.objects.create(user=user, role=role, department=unit, since=at("2020-01-01"))
        return user

    return make


def said(kind: str) -> list[dict]:
    return [what for name, what in heard if name == kind]


# Looks --------------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("viewport", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_is_readable_by_everybody(page, axe, settings, official, sign_in, scheme):
    settings.DEBUG = True
    sign_in(official(Role.TRIAGER, Role.LEADER, theme=scheme))
    page.goto("/parts/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", scheme)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.browser
@pytest.mark.parametrize("viewport", ["desktop", "phone"])
@pytest.mark.expects_console("404")
def test_a_missing_page_says_what_to_do(page, axe):
    page.goto("/no-such-page/")
    expect(page.get_by_role("heading", level=1)).to_have_text("没有这个页面")
    expect(page.get_by_role("link", name="登录后再看")).to_be_visible()
    axe(page)


# The queue by keyboard ----------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_row_opens_beside_the_list_and_back_closes_it(page):
    page.goto("/bench/")
    page.locator("#r2").click()
    expect(page.get_by_role("heading", name="panel 2")).to_be_visible()
    expect(page.locator("#r2")).to_have_attribute("aria-current", "true")
    assert page.url.endswith("/bench/#r2")
    page.go_back()
    expect(page.locator("#panel")).to_be_hidden()
    page.reload()
    expect(page.locator("#panel")).to_be_hidden()


@pytest.mark.browser
def test_keys_walk_the_rows_and_do_the_act(page):
    page.goto("/bench/")
    page.keyboard.press("j")
    expect(page.locator("#r1")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("#r2")).to_be_focused()
    page.locator("#r2").click()
    expect(page.get_by_role("heading", name="panel 2")).to_be_visible()
    page.wait_for_function("() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    page.keyboard.press("t")
    expect(page.locator("#r2")).to_have_count(0)
    expect(page.get_by_role("heading", name="panel 3")).to_be_visible()
    (done,) = said("done")
    assert done["number"] == 2
    assert done["token"]
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


@pytest.mark.browser
def test_letters_typed_into_a_field_are_letters(page):
    page.goto("/bench/")
    page.locator("#words").focus()
    page.keyboard.type("jjt?")
    expect(page.locator("#words")).to_have_value("jjt?")
    expect(page.locator("#keys")).to_be_hidden()


@pytest.mark.browser
def test_keys_can_be_switched_off(page):
    page.goto("/bench/")
    page.keyboard.press("?")
    page.get_by_label("在这台设备上使用快捷键").uncheck()
    page.get_by_role("dialog").get_by_role("button", name="关闭").click()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator("#r1")).not_to_be_focused()


@pytest.mark.browser
@pytest.mark.parametrize("viewport", ["phone"])
@pytest.mark.expects_console("404")
def test_on_a_phone_a_row_is_a_link(page):
    page.goto("/bench/")
    page.locator("#r1").click()
    page.wait_for_url("**/bench/sent/?row=1")
    assert not said("panel")


# Forms lose nothing ---------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_two_clicks_send_once(page):
    page.goto("/bench/")
    page.locator("#words").fill("x")
    page.evaluate("() => { const go = document.querySelector('#plain button'); go.click(); go.click(); }")
    page.wait_for_url("**/bench/sent/")
    (sent,) = said("sent")
    assert sent["act"] == ["go"]  # the pressed button is still named


@pytest.mark.browser
def test_leaving_with_unsent_words_asks(page):
    page.goto("/bench/")
    page.locator("#words").type("x")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/bench/sent/")
    assert asked == ["beforeunload"]


@pytest.mark.browser
def test_a_draft_is_kept_as_it_is_written(page):
    page.goto("/bench/")
    page.locator("#text").type("停电")
    expect(page.locator("[data-autosave-status]")).to_have_text(re.compile(r"草稿已存 \d\d:\d\d"))
    assert said("draft")[-1]["text"] == "停电"


@pytest.mark.browser
@pytest.mark.expects_console("ERR_INTERNET_DISCONNECTED")
def test_without_a_network_the_draft_stays_on_the_device_and_is_sent_later(page):
    page.goto("/bench/")
    page.context.set_offline(True)
    page.locator("#text").type("停电")
    expect(page.locator("[data-autosave-status]")).to_have_text("没有网络，已存在这台设备上")
    page.context.set_offline(False)
    expect(page.locator("[data-autosave-status]")).to_have_text(re.compile("草稿已存"))
    assert said("draft")[-1]["text"] == "停电"
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.browser
@pytest.mark.expects_console("ERR_FAILED")
def test_what_was_not_saved_is_there_again_and_gone_once_it_was_sent(page):
    page.goto("/bench/")
    page.route("**/bench/draft/", lambda route: route.abort())
    page.locator("#text").type("停电")
    expect(page.locator("[data-autosave-status]")).to_have_text("没有存上，先存在这台设备上")
    page.goto("/bench/")
    expect(page.locator("#text")).to_have_value("停电")
    page.get_by_role("button", name="send").click()
    page.wait_for_url("**/bench/sent/")
    page.goto("/bench/")
    expect(page.locator("#text")).to_have_value("")


@pytest.mark.browser
@pytest.mark.expects_console("422")
def test_several_files_at_once_each_with_its_own_answer(page):
    page.goto("/bench/")
    page.locator("#chooser").set_input_files(
        [
            {"name": "配电柜.txt", "mimeType": "text/plain", "buffer": b"x"},
            {"name": "bad.exe", "mimeType": "application/octet-stream", "buffer": b"MZ"},
        ]
    )
    expect(page.locator(".sx-upload__one.is-wrong")).to_have_text(re.compile("bad.exe 不能传"))
    expect(page.locator("input[name=files]")).to_have_count(1)
    page.locator("#chooser").set_input_files({"name": "big.txt", "mimeType": "text/plain", "buffer": b"x" * 1_100_000})
    expect(page.locator(".sx-upload__one.is-wrong").last).to_have_text(re.compile("big.txt 超过 1 MB"))
    page.get_by_role("button", name="去掉 bad.exe").click()
    page.get_by_role("button", name="send").click()
    page.wait_for_url("**/bench/sent/")
    (sent,) = said("sent")
    assert len(sent["files"]) == 1


# The colour of a device, and who sees what ------------------------------------------------------------------------


@pytest.mark.browser
def test_the_colour_of_this_device_is_kept(page, official, sign_in):
    sign_in(official(Role.TRIAGER))
    page.goto("/bench/")
    page.locator(".sx-nav__me details.sx-menu summary").click()
    page.get_by_label("深色").check(force=True)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def frame(user) -> Shell:
    request = RequestFactory().get("/")
    request.user = user
    return Shell(request)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("roles", "places"),
    [
        ([Role.ENTERPRISE_MEMBER], ["首页", "诉求", "提交诉求", "政策", "企业", "申报", "服务", "检查", "时限"]),
        ([Role.TRIAGER], ["待办", "时限", "诉求", "企业", "政策", "服务", "共性问题", "知识库"]),
        (
            [Role.DEPARTMENT_HEAD],
            ["待办", "时限", "诉求", "企业", "政策", "申报", "看板", "共性问题", "知识库", "情况说明"],
        ),
        (
            [Role.LEADER],
            [
                "诉求",
                "企业",
                "政策",
                "申报",
                "检查",
                "服务",
                "走访",
                "看板",
                "兜底",
                "批示",
                "督办",
                "议程",
                "共性问题",
                "知识库",
            ],
        ),
        ([Role.ADMINISTRATOR], ["用户", "部门", "时限", "受理范围", "接入系统", "消息", "督效屏", "个人信息保留"]),
        ([Role.POLICY_OFFICER], ["时限", "企业", "政策", "申报", "知识库"]),
        ([Role.AUDITOR], ["保密件", "企业数据查阅", "个人信息保留"]),
        ([Role.INSPECTOR], ["检查", "时限", "企业", "知识库"]),
    ],
)
def test_a_person_is_shown_the_places_of_his_roles(official_of, roles, places):
    assert [place.name for place in frame(official_of(roles)).places] == places


@pytest.mark.django_db
@pytest.mark.parametrize("active", [True, False])
def test_only_heads_of_departments_that_inspect_find_the_inspections(official_of, active):
    head = official_of([Role.DEPARTMENT_HEAD])
    Agency.objects.create(department=Department.objects.get(), active=active)
    assert ("检查" in [place.name for place in frame(head).places]) is active


@pytest.mark.django_db
def test_what_does_not_fit_into_the_bar_is_under_more(official_of):
    shell = frame(official_of((Role.TRIAGER, Role.LEADER)))
    fits, there = shell.fitting, [place.name for place in shell.places]
    assert 4 <= fits < len(there)
    assert [place.name for place, narrow in shell.more if not narrow] == there[fits:]
    assert [place.name for place, narrow in shell.more if narrow] == there[4:fits]
    assert [place.name for place in shell.beyond_dock] == there[4:]
    few = frame(official_of((Role.AUDITOR,)))
    assert (few.fitting, few.more) == (len(few.places), [])


@pytest.mark.django_db
def test_the_frame_costs_one_query(official, django_assert_num_queries):
    user = official(Role.TRIAGER)
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=user.pk)
    Shell(request).rights  # the middleware has read them for every request  # noqa: B018
    with django_assert_num_queries(1):
        shell = Shell(request)
        assert (shell.unread, bool(shell.places), bool(shell.dock), shell.title) == (0, True, True, "研判员")


def test_nobody_is_shown_nothing_of_the_office():
    shell = frame(AnonymousUser())
    assert [place.name for place in shell.places] == ["首页", "政策", "服务", "检查"]
    assert (shell.unread, shell.dock, shell.search_url, shell.title) == (0, [], "", "")


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_our_own_failure_is_told_without_any_context(name):
    page = render_to_string(name)
    assert "回首页" in page
    assert 'href="/"' in page
