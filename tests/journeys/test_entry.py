"""Getting in, in a real browser: a stranger registers, a caller answers by his link, an official sets up two steps."""

import pytest
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from enterprises.models import Invitation, JoinRequest, NumberProof
from portal.people.models import User
from tests.requests import callers, factories

pytestmark = pytest.mark.browser
PASSWORD = "riverside-lantern-7"


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.expects_console("422")
@pytest.mark.parametrize("viewport", ["phone"])
def test_a_stranger_registers_on_his_phone(page, axe, town):
    page.goto("/register/")
    axe(page)
    page.get_by_label("手机号").fill("13900000021")
    page.get_by_role("button", name="发验证码").click()
    page.get_by_label("短信里的 6 位数字").fill(NumberProof.objects.get().code)
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("您的姓名").fill("无是公")
    page.get_by_label("设密码").fill(PASSWORD)
    page.get_by_label("再输一次密码").fill(PASSWORD)
    page.get_by_label("统一社会信用代码").fill(town.firm.uscc)
    expect(page.get_by_text(town.firm.name)).to_be_visible()
    axe(page)
    assert fits(page)
    page.get_by_label("证明材料").set_input_files(
        {"name": "执照.txt", "mimeType": "text/plain", "buffer": "营业执照".encode()}
    )
    page.get_by_role("button", name="提交，由中心核对").click()
    expect(page.get_by_text("同意个人信息告知书才能受理").first).to_be_visible()
    assert page.get_by_label("证明材料").evaluate("(input) => input.files[0].name") == "执照.txt"  # nothing is lost
    assert page.get_by_label("您的姓名").input_value() == "无是公"
    axe(page)
    page.get_by_label("同意个人信息告知书").check()
    page.get_by_role("button", name="提交，由中心核对").click()
    expect(page.get_by_text("中心正在核对证明材料")).to_be_visible()
    expect(page.get_by_text("申请已收到")).to_be_visible()
    assert JoinRequest.objects.get().enterprise == town.firm
    axe(page)


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_the_clerks_pages_are_readable_by_everybody(page, axe, town, sign_in):
    request = JoinRequest.objects.create(
        user=town.nobody, uscc=town.firm.uscc, enterprise=town.firm, notice="1", asked_at=factories.MONDAY
    )
    Invitation.objects.create(
        enterprise=town.firm,
        mobile="13900000022",
        invited_by=town.steward,
        at=factories.MONDAY,
        expires_at=factories.MONDAY,
    )
    sign_in(town.intake_clerk)
    for path in (
        "/registrations/",
        reverse("joining:request", args=[request.pk]),
        reverse("joining:invite", args=[town.firm.uscc]),
    ):
        page.goto(path)
        axe(page)
        assert fits(page), path


@pytest.mark.parametrize("viewport", ["phone"])
def test_a_caller_says_by_his_link_that_it_is_not_done(page, axe, town):
    ticket = callers.confirming(town)
    page.goto(reverse("requests:link", args=[callers.link_of(ticket).token]))
    axe(page)
    assert fits(page)
    page.get_by_text("没办好", exact=True).click()
    page.get_by_label("哪里没办好").fill("又漏水了")
    page.get_by_role("button", name="没办好，请部门").click()
    expect(page.get_by_role("heading", name="已记下没办好")).to_be_visible()
    axe(page)


@pytest.mark.parametrize("viewport", ["desktop", "phone"])
def test_an_official_sets_up_the_second_step_before_anything_else(page, axe, town, sign_in, settings):
    settings.SECOND_FACTOR = True
    triager = User.objects.get(pk=town.triager.pk)
    triager.set_password(PASSWORD)
    triager.save()
    sign_in(triager)
    page.goto("/queues/triage/")
    expect(page.get_by_role("heading", name="设两步验证")).to_be_visible()
    axe(page)
    assert fits(page)
    key = TOTPDevice.objects.get(user=triager).bin_key
    page.get_by_label("验证器显示的 6 位数字").fill(f"{totp(key):06d}")
    page.get_by_label("现在的密码").fill(PASSWORD)
    page.get_by_role("button", name="设好，显示恢复码").click()
    expect(page.get_by_role("listitem").locator("code")).to_have_count(10)
    axe(page)
    page.goto("/queues/triage/")
    expect(page.get_by_role("heading", name="设两步验证")).to_have_count(0)
