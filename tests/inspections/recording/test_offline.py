"""Where the network is not: opened, filled in and signed on a phone, kept, and uploaded once it is back (INS-6)."""

import pytest
from playwright.sync_api import expect

from inspections.models import CheckItem, CheckPhoto, Finding, Signature, Upload
from tests.inspections.recording.conftest import needs_of, point
from tests.inspections.recording.pictures import jpeg

pytestmark = pytest.mark.browser
KEPT = """async () => {
    await navigator.serviceWorker.ready;
    const kept = await caches.match(location.pathname);
    const script = document.querySelector('script[src*="recording/form"]');
    return Boolean(kept && navigator.serviceWorker.controller && await caches.match(script.src));
}"""


def draw(page, whose):
    pad = page.locator(f"[data-pad={whose}]")
    pad.evaluate("pad => pad.scrollIntoView({block: 'center'})")
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 160, box["y"] + 90, steps=4)
    page.mouse.up()


@pytest.mark.parametrize("viewport", ["phone"])
@pytest.mark.expects_console(r"net::ERR_(INTERNET_DISCONNECTED|FAILED)")
def test_a_visit_in_a_cellar(of, housing, page, sign_in, axe):
    first, second = needs_of(housing)
    bad = f"n{first.pk}-i{point(housing, 2).pk}"
    sign_in(of.town.inspector)
    page.goto(f"/inspections/recording/{housing.pk}/")
    page.wait_for_function(KEPT)
    axe(page)

    page.context.set_offline(True)
    page.goto(f"/inspections/recording/{housing.pk}/")
    page.locator(f"#{bad}").get_by_role("radio", name="有问题").check()
    page.locator(f"#{bad}-text").fill("台账没有签字")
    page.locator(f"#{bad}").get_by_role("radio", name="当场改正").check()
    photo = {"name": "台账.jpg", "mimeType": "image/jpeg", "buffer": jpeg(2400, 1200)}
    page.locator(f"#{bad} [data-camera]").set_input_files(photo)
    expect(page.locator(f"#{bad} .rc-photo")).to_contain_text("未上传")
    page.locator(f"#n{first.pk} [data-rest]").click()
    page.get_by_role("button", name="下一项").click()
    page.locator(f"#n{second.pk} [data-rest]").click()
    page.get_by_role("button", name="下一项").click()
    expect(page.locator("#rc-sum")).to_contain_text("台账没有签字")
    for lacking, mend in (
        ("检查人员还没有签名", lambda: draw(page, "inspector")),
        ("请企业人员签名", lambda: draw(page, "firm")),
        ("请写签名的企业人员姓名", lambda: page.get_by_label("签名人姓名").fill("列御寇")),
    ):
        page.get_by_role("button", name="完成并上传").click()
        expect(page.get_by_role("alert").filter(has_text=lacking)).to_be_visible()
        mend()
        if lacking.endswith("签名"):  # whoever has signed is not told so any longer
            expect(page.get_by_role("alert").filter(has_text=lacking)).to_be_hidden()
    page.get_by_role("button", name="完成并上传").click()
    expect(page.locator("#rc-waiting-head")).to_have_text("已存在本机，尚未上传 1 件")

    page.goto("/inspections/recording/")
    expect(page.locator("#rc-held-head")).to_have_text("已存在本机，尚未上传 1 件")
    page.goto(f"/inspections/recording/{housing.pk}/")
    expect(page.locator("#rc-waiting")).to_be_visible()
    assert not Upload.objects.exists()

    page.context.set_offline(False)
    page.wait_for_url("**/record/")
    expect(page.get_by_text("台账没有签字")).to_be_visible()
    assert (Upload.objects.count(), CheckPhoto.objects.get().record.need) == (1, first)
    assert CheckItem.objects.count() == 4
    assert list(Finding.objects.values_list("text", "status")) == [("台账没有签字", "remedied")]
    assert set(Signature.objects.values_list("name", flat=True)) == {of.town.inspector.name, "列御寇"}

    page.context.clear_cookies()
    page.goto("/")
    page.wait_for_function("async () => (await caches.keys()).length === 0")
