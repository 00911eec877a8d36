from collections.abc import Callable

import pytest

from portal.outbox.delivery import deliver
from portal.people.models import User
from portal.worktime import clock
from requests.flow.undo import HOLD
from tests.browser import VIEWPORTS
from tests.files.factories import PDF, picture
from tests.requests.factories import Town, build

__all__ = ["town"]


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    """What is uploaded here goes with the test."""
    held = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "held"}}
    settings.STORAGES = settings.STORAGES | {"default": held}


@pytest.fixture
def town(live_server) -> Town:
    """The town of tests/requests, committed, so that the server sees it."""
    return build()


@pytest.fixture
def papers(tmp_path) -> list[str]:
    """A photo and a PDF on the person's device."""
    photo, scan = tmp_path / "进水.jpg", tmp_path / "检测报告.pdf"
    photo.write_bytes(picture("JPEG"))
    scan.write_bytes(PDF)
    return [str(photo), str(scan)]


@pytest.fixture
def as_(page, sign_in) -> Callable[..., None]:
    """`as_(town.handler, "/queues/handling/")`: that person at his desk, or on the phone with `phone=True`."""

    def sit_down(user: User, path: str = "/home/", *, phone: bool = False) -> None:
        page.goto("about:blank")  # what the former person left open asks nothing more, in another's name
        sign_in(user)
        page.set_viewport_size(VIEWPORTS["phone" if phone else "desktop"])
        page.goto(path)

    return sit_down


@pytest.fixture
def told(page, as_) -> Callable[..., None]:
    """`told(town.handler, "新工单待签收")`: what was queued is delivered, and he finds it unread in his inbox."""

    def look(user: User, title: str) -> None:
        deliver()
        deliver(at=clock.now() + HOLD)  # what could still be taken back
        as_(user, "/inbox/")
        page.get_by_role("link", name=title).first.wait_for()

    return look
