"""The browser fixtures themselves: what they must catch is planted, and they catch it."""

import pytest

PLANT_SCRIPT = "document.head.appendChild(Object.assign(document.createElement('script'), {text: 'planted = 1'}))"


@pytest.mark.browser
@pytest.mark.parametrize(("viewport", "width"), [("desktop", 1280), ("phone", 390)])
def test_a_page_opens_at_its_width_with_its_style(page, viewport: str, width: int) -> None:
    page.goto("/")
    assert page.evaluate("window.innerWidth") == width
    assert page.evaluate("document.styleSheets.length") > 0
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") == "Asia/Shanghai"


@pytest.mark.browser
def test_a_policy_violation_is_caught(page, browser_trouble: list[str]) -> None:
    page.goto("/")
    with page.expect_console_message(lambda message: message.text.startswith("CSP: script-src")):
        page.evaluate(PLANT_SCRIPT)
    assert any(line.startswith("console: CSP: script-src") for line in browser_trouble)
    assert page.evaluate("typeof planted") == "undefined"
    browser_trouble.clear()


@pytest.mark.browser
def test_a_script_error_is_caught(page, browser_trouble: list[str]) -> None:
    page.goto("/")
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('planted') }, 0)")
    assert [line for line in browser_trouble if line.startswith("script:") and "planted" in line]
    browser_trouble.clear()


@pytest.mark.browser
@pytest.mark.expects_console(r"planted")
def test_a_message_that_is_wanted_does_not_fail_the_test(page) -> None:
    page.goto("/")
    page.evaluate("console.error('planted')")


@pytest.mark.browser
def test_an_unreadable_page_is_caught(page, axe) -> None:
    page.goto("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"/static/favicon.svg\">')")
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)
