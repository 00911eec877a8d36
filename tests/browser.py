"""Browser fixtures: Chromium through Playwright; a policy violation or a script error fails the test that caused it."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

VIEWPORTS = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# What was right is neither described nor sent: half of the time that axe takes on a long page.
AXE_RUN = "async (options) => (await axe.run(document, {...options, resultTypes: ['violations']})).violations"
PATIENCE = 90_000  # milliseconds until something awaited counts as missing: a busy machine is slow, not wrong
REPORT_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
    console.error(`CSP: ${event.violatedDirective} blocked ${event.blockedURI} at ${event.sourceFile}`));"""


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the run: the installed one, or the one npm brings (running/browser.py)."""
    from playwright.sync_api import expect, sync_playwright

    from running.browser import FLAGS, find

    expect.set_options(timeout=PATIENCE)
    path, environment = find()
    # Playwright's loop makes Django think it runs asynchronously; every query here is made by the test's own thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=str(path), args=FLAGS, env={**os.environ, **environment}, headless=True
        )
        yield chromium
        chromium.close()


@pytest.fixture
def viewport() -> str:
    """`desktop` (1280) or `phone` (390): `@pytest.mark.parametrize("viewport", ["desktop", "phone"])`."""
    return "desktop"


@pytest.fixture
def browser_trouble(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """What the browser complained of; anything not named by `expects_console` fails the test."""
    trouble: list[str] = []
    yield trouble
    wanted = [mark.args[0] for mark in request.node.iter_markers("expects_console")]
    left = [line for line in trouble if not any(re.search(pattern, line) for pattern in wanted)]
    assert not left, "The browser complained:\n" + "\n".join(left)


@pytest.fixture
def page(browser, viewport: str, browser_trouble: list[str], live_server):
    """A page of its own context, in Chinese and in Shanghai; paths are relative to the live server."""
    phone = viewport == "phone"
    context = browser.new_context(
        viewport=VIEWPORTS[viewport],
        is_mobile=phone,
        has_touch=phone,
        locale="zh-CN",
        timezone_id=settings.TIME_ZONE,
        base_url=live_server.url,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    context.add_init_script(REPORT_VIOLATIONS)
    tab = context.new_page()
    tab.on("console", lambda message: message.type == "error" and browser_trouble.append(_complaint(message)))
    tab.on("pageerror", lambda error: browser_trouble.append(f"script: {error}"))
    yield tab
    context.close()


@pytest.fixture
def sign_in(page, live_server) -> Callable:
    """`sign_in(user)`: the page belongs to that user from now on, without the sign-in form."""
    from django.test import Client

    def enter(user) -> None:
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])

    return enter


@pytest.fixture(scope="session")
def axe() -> Callable:
    """`axe(page)` fails on a serious or critical WCAG 2.2 AA finding and names rule and element."""
    source = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")

    def check(page, *, without: tuple[str, ...] = ()) -> None:
        page.evaluate(source)
        # Preloading copies imported style sheets into <style> elements, which the policy rightly refuses.
        rules = {rule: {"enabled": False} for rule in without}
        options = {"runOnly": AXE_TAGS, "preload": False, "rules": rules}
        found = [finding for finding in page.evaluate(AXE_RUN, options) if finding["impact"] in {"serious", "critical"}]
        assert not found, f"{page.url}\n{in_words(found)}"

    return check


def in_words(findings: list[dict]) -> str:
    """What axe found, with the first places of each."""
    return "\n".join(
        f"{finding['id']} ({finding['impact']}): {finding['help']}\n    " + "\n    ".join(_places(finding))
        for finding in findings
    )


def _places(finding: dict) -> list[str]:
    return [f"{node['target'][0]}  {node['html'][:160]}" for node in finding["nodes"][:5]]


def _complaint(message) -> str:
    """With the address that it is about."""
    return f"console: {message.text} {message.location.get('url', '')}".rstrip()
