"""The firm's pages in a real browser: one screen on a phone, and nothing that was written is ever lost."""

import re
import time

import pytest
from django.db import connection
from django.urls import reverse
from playwright.sync_api import Page, expect

from enterprises.models import Member
from portal.people.models import User
from requests.models import Attachment, Draft, Ticket
from tests.firm.factories import JPEG, TEXT, draft, member_of, one_more_firm
from tests.requests import factories as make
from tests.requests.factories import fresh

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = reverse("requests:file")
HOME = reverse("desk:firm")
SAVED = re.compile(r"草稿已存 \d\d:\d\d")
PASSWORD = "taicang-shaxi-2026"


@pytest.fixture
def firm_page(page: Page, town, sign_in) -> Page:
    sign_in(town.enterprise_member)
    return page


def write(page: Page, text: str) -> None:
    page.locator("#id_description").press_sequentially(text)


def status(page: Page):
    return page.locator("[data-autosave-status]")


def submit(page: Page) -> None:
    page.locator(".ph-foot button").click()


def photos(*names: str) -> list[dict]:
    return [{"name": name, "mimeType": "image/jpeg", "buffer": JPEG} for name in names]


def within(seconds: float, happened) -> bool:
    """Whether it comes to be so soon: what the browser sent last may still be on its way."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return True
        connection.close()
        time.sleep(0.1)
    return False


# One screen ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", ["phone"])
def test_a_matter_with_two_photos_is_filed_on_one_screen(firm_page, axe):
    page = firm_page
    page.goto(NEW)
    foot = page.locator(".ph-foot").bounding_box()
    assert foot["y"] + foot["height"] == pytest.approx(844, abs=1)
    assert page.evaluate("document.documentElement.scrollHeight") <= 844
    write(page, TEXT)
    page.locator("input[type=file]").set_input_files(photos("配电柜.jpg", "车间.jpg"))
    expect(page.locator(".sx-upload__one input[name=attachments]")).to_have_count(2)
    expect(page.locator("#id_category")).to_have_value("land-energy")
    expect(page.locator("#id_urgency")).to_have_value("urgent")
    expect(page.locator("#named")).to_have_text("园区东路夜里又停电，昨晚停了两次，数控线停机")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    axe(page)
    submit(page)
    page.wait_for_url("**/receipt/")
    ticket = Ticket.objects.get()
    assert ticket.description == TEXT
    assert sorted(a.file.name for a in ticket.attachments.all()) == ["车间.jpg", "配电柜.jpg"]
    expect(page.get_by_text(ticket.number)).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    axe(page)


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_readable_by_everybody(firm_page, town, axe, scheme):
    page = firm_page
    page.emulate_media(color_scheme=scheme)
    member_of(town.firm)
    Member.objects.create(enterprise=one_more_firm(town), user=town.enterprise_member, since=make.LONG_AGO)
    make.confirming(town)
    make.incomplete(town)
    make.handling(town)
    ticket = make.filed(town, title="园区东路夜里停电", description=TEXT)
    draft(town)
    for address in (HOME, NEW, reverse("requests:mine"), reverse("requests:receipt", args=[ticket.number])):
        page.goto(address)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(HOME)
    page.get_by_role("link", name="确认办好了").click()
    axe(page)


def test_a_choice_by_hand_stays_while_the_text_goes_on(firm_page):
    page = firm_page
    page.goto(NEW)
    write(page, "园区东路停电")
    expect(page.locator("#id_category")).to_have_value("land-energy")
    page.locator("#id_category").select_option("talent")
    page.locator("#id_category").blur()
    write(page, "，变压器坏了，车间停产")
    expect(page.locator("#act")).to_contain_text("有人联系您")
    expect(page.locator("#guess")).to_contain_text("您写了“停产”")
    expect(page.locator("#id_category")).to_have_value("talent")


def test_the_line_of_the_contact_says_what_is_typed_into_its_fields(firm_page):
    page = firm_page
    page.goto(NEW)
    page.locator(".ph-edit summary").first.click()
    page.get_by_label("联系电话").fill("13900001234")
    expect(page.locator("#who")).to_contain_text("139 **** 1234")


# Nothing is lost ----------------------------------------------------------------------------------------------


def test_what_is_written_is_saved_and_opens_again(firm_page):
    page = firm_page
    page.goto(NEW)
    write(page, "路灯坏了三盏")
    expect(status(page)).to_have_text(SAVED)
    page.goto(HOME)
    expect(page.get_by_role("link", name="路灯坏了三盏")).to_be_visible()
    page.goto(NEW)
    expect(page.locator("#id_description")).to_have_value("路灯坏了三盏")


def test_leaving_in_the_middle_of_a_word_loses_nothing(firm_page):
    page = firm_page
    page.goto(NEW)
    write(page, "路灯坏")
    page.goto(HOME)
    assert within(60, Draft.objects.exists)
    page.goto(NEW)
    expect(page.locator("#id_description")).to_have_value("路灯坏")


@pytest.mark.expects_console("ERR_INTERNET_DISCONNECTED")
def test_without_a_network_it_stays_on_the_device_and_is_saved_later(firm_page):
    page = firm_page
    page.goto(NEW)
    page.context.set_offline(True)
    write(page, "路灯坏了")
    expect(status(page)).to_have_text("没有网络，已存在这台设备上")
    page.context.set_offline(False)
    expect(status(page)).to_have_text(SAVED)
    assert Draft.objects.get().data["description"] == "路灯坏了"


@pytest.mark.expects_console("40[13]")
def test_the_session_ends_while_writing_and_nothing_is_lost(page, town, sign_in):
    user = User.objects.get(username="enterprise_member")
    user.set_password(PASSWORD)
    user.save()
    sign_in(user)
    page.goto(NEW)
    page.context.clear_cookies(name="sessionid")
    write(page, "路灯坏了三盏")
    expect(status(page)).to_have_text("没有存上，先存在这台设备上")
    expect(page.locator("#toasts")).to_contain_text("已退出登录")
    submit(page)
    page.get_by_label("用户名或手机号").fill("enterprise_member")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url("**/matters/drafts/**")
    expect(page.locator("#id_description")).to_have_value("路灯坏了三盏")
    submit(page)
    page.wait_for_url("**/receipt/")
    assert Ticket.objects.get().description == "路灯坏了三盏"
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.expects_console("40[13]")
def test_another_empty_page_leads_to_what_this_device_kept(firm_page, sign_in, town):
    page = firm_page
    page.goto(NEW)
    page.context.clear_cookies(name="sessionid")
    write(page, "路灯坏了三盏")
    expect(status(page)).to_have_text("没有存上，先存在这台设备上")
    sign_in(town.enterprise_member)
    page.goto(NEW)
    expect(page.locator("#id_description")).to_have_value("")
    page.get_by_role("link", name="接着写那一件").click()
    expect(page.locator("#id_description")).to_have_value("路灯坏了三盏")
    expect(status(page)).to_have_text(SAVED)


@pytest.mark.expects_console("40[13]")
def test_the_next_person_at_this_device_is_shown_nothing(firm_page, sign_in, town):
    page = firm_page
    page.goto(NEW)
    page.context.clear_cookies(name="sessionid")
    write(page, "路灯坏了三盏")
    expect(status(page)).to_have_text("没有存上，先存在这台设备上")
    sign_in(town.other_member)
    page.goto(NEW)
    expect(page.locator("#id_description")).to_have_value("")
    expect(page.locator("[data-draft-elsewhere]")).to_be_hidden()


def test_signed_in_anew_on_another_page_the_open_one_still_sends(firm_page, town):
    page = firm_page
    page.goto(NEW)
    write(page, "路灯坏了三盏")
    expect(status(page)).to_have_text(SAVED)
    page.context.clear_cookies(name="csrftoken")  # signing in gives a new one
    other = page.context.new_page()
    other.goto(reverse("accounts:own"))
    other.close()
    submit(page)
    page.wait_for_url("**/receipt/")
    assert Ticket.objects.count() == 1


# Twice --------------------------------------------------------------------------------------------------------


def test_two_clicks_are_one_ticket(firm_page):
    page = firm_page
    page.goto(NEW)
    write(page, TEXT)
    page.locator(".ph-foot button").dblclick()
    page.wait_for_url("**/receipt/")
    assert Ticket.objects.count() == 1


def test_back_after_sending_shows_the_receipt(firm_page):
    page = firm_page
    page.goto(NEW)
    write(page, TEXT)
    submit(page)
    page.wait_for_url("**/receipt/")
    page.go_back()
    page.reload()
    page.wait_for_url("**/receipt/")
    assert Ticket.objects.count() == 1


@pytest.mark.expects_console("409")
def test_the_same_draft_on_two_pages_is_one_ticket_and_no_word_is_lost(firm_page, town):
    page, begun = firm_page, draft(town, data={"description": "路灯坏了"})
    address = reverse("requests:draft", args=[begun.key])
    other = page.context.new_page()
    for one in (page, other):
        one.goto(address)
    submit(page)
    page.wait_for_url("**/receipt/")
    other.locator("#id_description").fill("另外，门口积水")
    expect(status(other)).to_contain_text("这件已经提交，编号")
    submit(other)
    expect(other.locator("#toasts")).to_contain_text("还没有提交")
    expect(other.locator("#id_description")).to_have_value("另外，门口积水")
    expect(other.locator("[data-draft-elsewhere]")).to_be_hidden()
    assert Ticket.objects.get().description == "路灯坏了"
    assert Draft.objects.get().data["description"] == "另外，门口积水"


# Files --------------------------------------------------------------------------------------------------------


def test_a_photo_taken_off_the_page_is_given_up(firm_page):
    page = firm_page
    page.goto(NEW)
    page.locator("input[type=file]").set_input_files(photos("一.jpg", "二.jpg"))
    expect(page.locator(".sx-upload__one input[name=attachments]")).to_have_count(2)
    page.get_by_role("button", name="去掉 一.jpg").click()
    assert within(60, lambda: [a.file.name for a in Attachment.objects.select_related("file")] == ["二.jpg"])
    page.reload()
    expect(page.get_by_text("二.jpg")).to_be_visible()
    expect(page.get_by_text("一.jpg")).to_have_count(0)


def test_what_is_sent_before_its_file_is_there_goes_by_itself(firm_page):
    page = firm_page
    page.goto(NEW)
    write(page, TEXT)
    held = []
    page.route("**/files/", lambda route: held.append(route))
    page.locator("input[type=file]").set_input_files(photos("慢.jpg"))
    expect(page.locator(".sx-upload__one")).to_have_count(1)
    submit(page)
    expect(page.get_by_text("文件传完会自动提交")).to_be_visible()
    submit(page)  # impatient
    assert not Ticket.objects.exists()
    held.pop().continue_()
    page.wait_for_url("**/receipt/")
    assert [a.file.name for a in Ticket.objects.get().attachments.all()] == ["慢.jpg"]


@pytest.mark.expects_console("422")
def test_a_refused_file_says_why_and_the_rest_is_filed(firm_page):
    page = firm_page
    page.goto(NEW)
    write(page, TEXT)
    bad = {"name": "坏.jpg", "mimeType": "image/jpeg", "buffer": b"<html><script>1</script></html>"}
    page.locator("input[type=file]").set_input_files([*photos("好.jpg"), bad])
    expect(page.locator(".sx-upload__one.is-wrong")).to_contain_text("坏.jpg")
    expect(page.locator(".sx-upload__one input[name=attachments]")).to_have_count(1)
    submit(page)
    page.wait_for_url("**/receipt/")
    assert [a.file.name for a in Ticket.objects.get().attachments.all()] == ["好.jpg"]


# Home ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_confirming_and_rating_where_it_stands(firm_page, town):
    page, ticket = firm_page, make.confirming(town)
    page.goto(HOME)
    opener = page.get_by_role("link", name="确认办好了")
    expect(opener).to_have_attribute("aria-expanded", "false")
    opener.click()
    expect(opener).to_have_attribute("aria-expanded", "true")
    page.get_by_role("radio", name="5 很满意").first.check()
    page.get_by_role("button", name="确认办好了").click()
    expect(page.get_by_role("heading", name="现在没有要您做的")).to_be_visible()
    ticket = fresh(ticket)
    assert ticket.status == "revisiting"
    assert ticket.ratings.get().overall == 5


def test_disputing_where_it_stands_closes_the_other_part(firm_page, town):
    page, ticket = firm_page, make.confirming(town)
    page.goto(HOME)
    page.get_by_role("link", name="确认办好了").click()
    page.get_by_role("link", name="没办好").click()
    expect(page.get_by_role("button", name="确认办好了")).to_be_hidden()
    page.wait_for_function("() => document.activeElement.matches('textarea')")  # the cursor is there already
    page.keyboard.type("还在积水")
    page.get_by_role("button", name="没办好，请部门接着办").click()
    expect(page.get_by_role("heading", name="现在没有要您做的")).to_be_visible()
    assert fresh(ticket).status == "handling"


def test_a_draft_is_dropped_after_it_was_asked_once(firm_page, town):
    page, asked = firm_page, []
    draft(town)
    page.goto(HOME)
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("button", name="不要了").click()
    expect(page.locator("#toasts")).to_contain_text("草稿已删除")
    assert asked == ["删除这份草稿和它的附件？不能恢复。"]
    assert not Draft.objects.exists()
