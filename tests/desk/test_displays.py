"""The screens of the board (SUP-1): a key instead of a sign-in, for this address alone, until it is revoked."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client

from portal.deadlines.sweep import sweep
from portal.desk import displays
from portal.desk.models import DisplayKey
from portal.desk.views import board as views
from portal.people.refusal import Refused
from portal.trail.models import Audience, Event
from tests.desk.overdue_town import OCTOBER, commit, late
from tests.requests.factories import Town, handling

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(town: Town) -> str:
    return displays.make("大厅", by=town.administrator)[1]


@pytest.fixture
def screen(client: Client, key: str) -> Client:
    """A screen that has opened the board with its key."""
    assert client.get(f"/board/?key={key}").status_code == 302
    return client


# The key ----------------------------------------------------------------------------------------------------------


def test_only_a_digest_is_kept(town: Town, key: str) -> None:
    row = DisplayKey.objects.get()
    assert key not in str([getattr(row, field.attname) for field in row._meta.concrete_fields])
    assert displays.display_of(key) == row
    made = Event.objects.get(kind="display.made")
    assert (made.actor, made.role, made.audience) == (town.administrator, "administrator", Audience.CLOSED)


@pytest.mark.parametrize("wrong", ["", "x", "é" * 43, "A" * 43, "\0" * 43, "A" * 100_000])
def test_another_text_is_no_key(key: str, wrong: str) -> None:
    assert displays.display_of(wrong) is None


@pytest.mark.parametrize("name", ["supervisor", "leader", "intake_clerk"])
def test_only_an_administrator_makes_and_revokes(town: Town, key: str, name: str) -> None:
    with pytest.raises(Refused):
        displays.make("另一块", by=getattr(town, name))
    with pytest.raises(Refused):
        displays.revoke(DisplayKey.objects.get(), by=getattr(town, name))
    assert displays.display_of(key) is not None


def test_a_revoked_key_holds_no_more_and_cannot_be_revoked_again(town: Town, key: str) -> None:
    display = displays.revoke(DisplayKey.objects.get(), by=town.administrator)
    assert displays.display_of(key) is None
    with pytest.raises(Refused):
        displays.revoke(display, by=town.administrator)
    assert Event.objects.filter(kind="display.revoked").count() == 1
    displays.make("大厅", by=town.administrator)  # its name is free again


def test_two_screens_in_use_have_two_names(town: Town, key: str) -> None:
    with pytest.raises(Refused) as refused:
        displays.make("大厅", by=town.administrator)
    assert refused.value.field == "name"


# The board --------------------------------------------------------------------------------------------------------


def test_the_key_leaves_the_address_bar_and_stays_in_a_cookie_of_the_board(client: Client, key: str) -> None:
    response = client.get(f"/board/?key={key}")
    assert (response.status_code, response["Location"]) == (302, "/board/")
    cookie = response.cookies["display"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/board/", True, "Lax")
    assert client.get("/board/").status_code == 200
    assert DisplayKey.objects.get().last_seen_at is not None


@pytest.mark.parametrize("path", ["/board/", "/board/items/", "/board/?key=", "/board/?key=falsch", "/board/?key=%00"])
def test_without_a_key_there_is_nothing(client: Client, key: str, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_sign_in_is_no_key(client: Client, town: Town) -> None:
    client.force_login(town.supervisor)
    assert client.get("/board/").status_code == 404


def test_a_revoked_screen_gets_nothing_more(screen: Client, town: Town) -> None:
    assert screen.get("/board/items/").status_code == 200
    displays.revoke(DisplayKey.objects.get(), by=town.administrator)
    assert screen.get("/board/items/").status_code == 404
    assert screen.get("/board/").status_code == 404


def test_the_answer_is_304_until_something_changes(screen: Client, town: Town) -> None:
    first = screen.get("/board/items/")
    again = screen.get("/board/items/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    late(town)
    changed = screen.get("/board/items/", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "雨污管网倒灌" in changed.content.decode()


def test_a_new_release_is_a_change(screen: Client, monkeypatch) -> None:
    first = screen.get("/board/items/")
    monkeypatch.setattr(views, "staticfiles_storage", SimpleNamespace(manifest_hash="0123456789ab"))
    second = screen.get("/board/items/", headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert 'data-release="0123456789ab"' in second.content.decode()


def test_the_wall_speaks_chinese_whatever_its_browser_prefers(screen: Client) -> None:
    page = screen.get("/board/", headers={"Accept-Language": "en"}).content.decode()
    assert "今日无超期" in page


def test_the_board_costs_the_same_however_much_is_late(
    screen: Client, town: Town, django_assert_max_num_queries
) -> None:
    costs = []
    for more in (1, 2):
        for _n in range(more):
            commit(town, handling(town, filed_at=OCTOBER, co=[town.police]))
        sweep()
        screen.get("/board/items/")
        with django_assert_max_num_queries(16) as counted:
            page = screen.get("/board/items/").content.decode()
        assert page.count("<article") == (1 if more == 1 else 3)
        costs.append(len(counted.captured_queries))
    assert costs[0] == costs[1]


def test_a_screen_that_asks_too_often_waits(screen: Client) -> None:
    answers = [screen.get("/board/items/").status_code for _n in range(views.PER_MINUTE + 1)]
    assert (answers[0], answers[-1]) == (200, 429)


def test_guessing_ends_soon_and_does_not_stop_a_screen_at_the_same_address(screen: Client) -> None:
    stranger = Client()
    answers = [stranger.get(f"/board/?key={n}").status_code for n in range(views.STRANGERS_PER_MINUTE + 1)]
    assert (answers[0], answers[-1]) == (404, 429)
    assert screen.get("/board/items/").status_code == 200


def test_what_people_wrote_is_text(screen: Client, town: Town) -> None:
    late(town, title='<img src=x onerror="alert(1)">')
    page = screen.get("/board/").content.decode()
    assert "<img" not in page
    assert "&lt;img src=x" in page


def test_nothing_on_the_page_is_inline(screen: Client, town: Town) -> None:
    late(town)
    page = screen.get("/board/").content.decode()
    assert not re.search(r"\son\w+=|style=|<style|<script(?![^>]*src=)", page)


# The administrator's page -----------------------------------------------------------------------------------------


def test_the_address_with_the_key_is_shown_once(client: Client, town: Town) -> None:
    client.force_login(town.administrator)
    made = client.post("/admin/displays/", {"name": "二楼"})
    (address,) = re.findall(r"http://testserver(/board/\?key=[\w-]{43})", made.content.decode())
    assert "no-store" in made["Cache-Control"]
    assert address.partition("=")[2] not in client.get("/admin/displays/").content.decode()
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", ["", " ", "大" * 41, "大厅"])
def test_a_screen_needs_a_name_of_its_own(client: Client, town: Town, key: str, name: str) -> None:
    client.force_login(town.administrator)
    assert client.post("/admin/displays/", {"name": name}).status_code == 422
    assert DisplayKey.objects.count() == 1


def test_revoking_twice_says_so(client: Client, town: Town, key: str) -> None:
    client.force_login(town.administrator)
    address = f"/admin/displays/{DisplayKey.objects.get().pk}/revoke/"
    for said in ("大厅 已停用\n这块屏一分钟内不再显示", "大厅 已停用。"):
        page = client.post(address, follow=True)
        assert [str(message) for message in page.context["messages"]] == [said]
