"""How long a session lasts, and what holds while it does (SEC-4)."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.utils import timezone, translation

from portal.people.models import Membership, User
from portal.people.roles import Role
from tests.people.factories import PASSWORD, hold, person

pytestmark = pytest.mark.django_db
PAGE = "/account/?tab=2"


@pytest.fixture
def user():
    return person(Role.TRIAGER, username="lin", password=PASSWORD)


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-23T07:00:00Z", tick=False) as traveller:
        yield traveller


def asked(response) -> tuple[str, str, str]:
    """Path, `next` and `why` of a redirect to the sign-in page."""
    parts = urlsplit(response["Location"])
    query = parse_qs(parts.query)
    return parts.path, query["next"][0], query.get("why", [""])[0]


def test_an_idle_session_ends_and_leads_back(client, user, clock, settings):
    client.force_login(user)
    assert client.get(PAGE).status_code == 200
    clock.shift(timedelta(minutes=settings.IDLE_MINUTES, seconds=1))
    response = client.get(PAGE)
    assert asked(response) == ("/sign-in/", PAGE, "idle")
    assert "没有操作" in client.get(response["Location"]).content.decode()
    assert client.get(PAGE).status_code == 302, "it is over for good"


def test_activity_keeps_the_session(client, user, clock, settings):
    client.force_login(user)
    for _ in range(3):
        assert client.get(PAGE).status_code == 200
        clock.shift(timedelta(minutes=settings.IDLE_MINUTES - 2))
    assert client.get(PAGE).status_code == 200


def test_activity_is_written_at_most_once_a_minute(client, user, clock, django_assert_max_num_queries):
    client.force_login(user)
    client.get(PAGE)
    session = client.session["seen"]
    clock.shift(timedelta(seconds=30))
    client.get(PAGE)
    assert client.session["seen"] == session
    clock.shift(timedelta(seconds=31))
    client.get(PAGE)
    assert client.session["seen"] == session + 61


def test_a_form_sent_too_late_leads_back_to_its_page(client, user, clock, settings):
    client.force_login(user)
    client.get(PAGE)
    clock.shift(timedelta(minutes=settings.IDLE_MINUTES + 1))
    response = client.post("/password/", {}, HTTP_REFERER=f"http://testserver{PAGE}#x")
    assert asked(response) == ("/sign-in/", PAGE, "idle")


def test_a_foreign_referer_is_not_the_way_back(client, user, clock, settings):
    client.force_login(user)
    client.get(PAGE)
    clock.shift(timedelta(minutes=settings.IDLE_MINUTES + 1))
    response = client.post("/password/", {}, HTTP_REFERER="https://evil.example/account/")
    assert "evil" not in response["Location"]


def test_htmx_loads_the_sign_in_page_as_a_page(client, user, clock, settings):
    htmx = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": f"http://testserver{PAGE}", "HTTP_ACCEPT": "*/*"}
    client.force_login(user)
    client.get(PAGE)
    clock.shift(timedelta(minutes=settings.IDLE_MINUTES + 1))
    response = client.get("/password/", **htmx)
    assert response.status_code == 200
    assert not response.content
    assert asked({"Location": response["HX-Redirect"]}) == ("/sign-in/", PAGE, "idle")
    again = client.get("/password/", **htmx)
    assert asked({"Location": again["HX-Redirect"]}) == ("/sign-in/", PAGE, ""), "also once nobody is signed in"


def test_other_scripts_get_401_and_no_page_that_looks_like_an_answer(client):
    response = client.post("/account/", {}, HTTP_ACCEPT="application/json", HTTP_REFERER="http://testserver/account/")
    assert response.status_code == 401
    assert response.json()["sign_in"] == "/sign-in/?next=%2Faccount%2F"


def test_a_lost_role_ends_the_session(client, user):
    client.force_login(user)
    assert client.get(PAGE).status_code == 200
    Membership.objects.filter(user=user).update(until=timezone.now() - timedelta(hours=1))
    response = client.get(PAGE)
    assert asked(response) == ("/sign-in/", PAGE, "role")
    assert "角色有变动" in client.get(response["Location"]).content.decode()


def test_a_gained_role_does_not(client, user):
    client.force_login(user)
    client.get(PAGE)
    hold(user, Role.REVISITOR)
    assert client.get(PAGE).status_code == 200
    Membership.objects.filter(user=user, role=Role.REVISITOR).update(until=timezone.now() - timedelta(hours=1))
    assert client.get(PAGE).status_code == 302


def test_the_session_of_one_who_left_is_over(client, user):
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(PAGE).status_code == 302


def test_a_first_password_must_be_changed_before_anything_else(client, user):
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    client.post("/sign-in/", {"username": "lin", "password": PASSWORD})
    assert client.get(PAGE)["Location"] == "/password/"
    assert client.get("/password/").status_code == 200
    new = "bamboo-ferry-1893"
    client.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert client.get(PAGE).status_code == 200


def test_pages_speak_the_accounts_language(client, user):
    User.objects.filter(pk=user.pk).update(language="en")
    client.force_login(user)
    response = client.get(PAGE, headers={"accept-language": "zh-hans"})
    assert response["Content-Language"] == "en"
    assert translation.get_language() == "en"


def test_strangers_switch_the_language_of_their_browser(client):
    response = client.post("/language/", {"language": "en", "next": "/sign-in/?next=/x/"})
    assert response["Location"] == "/sign-in/?next=/x/"
    assert client.get("/sign-in/")["Content-Language"] == "en"
    client.post("/language/", {"language": "zh-hans"})
    assert client.get("/sign-in/")["Content-Language"] == "zh-hans"


@pytest.mark.parametrize("language", ["xx", "", "en\r\nSet-Cookie: a=b"])
def test_an_unknown_language_changes_nothing(client, user, language):
    client.force_login(user)
    response = client.post("/language/", {"language": language, "next": "https://evil.example/"})
    assert "evil" not in response["Location"]
    assert "django_language" not in response.cookies
    assert User.objects.get(pk=user.pk).language == "zh-hans"


def test_switching_while_signed_in_stays_with_the_account(client, user):
    client.force_login(user)
    client.post("/language/", {"language": "en", "next": PAGE})
    assert User.objects.get(pk=user.pk).language == "en"
    assert client.get("/language/").status_code == 405


@pytest.fixture(autouse=True)
def _chinese_again():
    yield
    translation.activate("zh-hans")
