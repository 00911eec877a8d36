"""Signing in by user name or mobile number, and being locked out (SEC-4)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as configured
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from portal.people.demo import DEMO_PASSWORD
from portal.people.lockout import ADDRESS_TIMES, client_address
from portal.people.models import User
from portal.people.roles import Role
from tests.people.factories import PASSWORD, person

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"
LIMIT = configured.AXES_FAILURE_LIMIT


def sign_in(client, username, password=PASSWORD, **more):
    return client.post(SIGN_IN, {"username": username, "password": password} | more, REMOTE_ADDR="192.0.2.7")


def signed_in(client) -> str | None:
    return client.session.get("_auth_user_id")


@pytest.fixture
def lin():
    return person(Role.TRIAGER, username="Lin", mobile="13800000021", password=PASSWORD)


@pytest.mark.parametrize("typed", ["Lin", "lin", " LIN ", "13800000021", "+86 138 0000 0021"])
def test_user_name_and_mobile_both_open(client, lin, typed):
    response = sign_in(client, typed)
    assert response.status_code == 302
    assert response.url == reverse("desk:home")
    assert signed_in(client) == str(lin.pk)


@pytest.mark.parametrize("typed, password", [("lin", "wrong"), ("nobody", PASSWORD), ("13800000099", PASSWORD)])
def test_wrong_is_wrong_in_the_same_words(client, lin, typed, password):
    response = sign_in(client, typed, password)
    assert signed_in(client) is None
    assert response.context["form"].non_field_errors() == [f"用户名、手机号或密码不对。还可以试 {LIMIT - 1} 次。"]


def test_the_inactive_cannot_sign_in_and_are_not_told_why(client, lin):
    User.objects.filter(pk=lin.pk).update(is_active=False)
    assert "密码不对" in sign_in(client, "lin").content.decode()
    assert signed_in(client) is None


def test_each_sign_in_begins_a_new_session(client, lin):
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = "before"
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    sign_in(client, "lin")
    assert client.session.session_key != before


@pytest.mark.parametrize(
    "next_url, leads_to",
    [
        ("/account/?tab=1", "/account/?tab=1"),
        ("https://evil.example/", "home"),
        ("//evil.example/", "home"),
        ("javascript:alert(1)", "home"),
    ],
)
def test_next_leads_only_to_this_site(client, lin, next_url, leads_to):
    response = sign_in(client, "lin", next=next_url)
    assert response.url == (reverse("desk:home") if leads_to == "home" else leads_to)


def test_whoever_is_signed_in_passes_by(client, lin):
    client.force_login(lin)
    assert client.get(SIGN_IN).url == reverse("desk:home")


def test_signing_out_needs_a_post(client, lin):
    client.force_login(lin)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert signed_in(client) is None


def test_an_account_is_locked_after_the_limit_however_it_is_named(client, lin):
    for typed in ["lin", "LIN", "13800000021", "138 0000 0021"]:
        assert sign_in(client, typed, "wrong").status_code == 200
    response = sign_in(client, "Lin", "wrong")
    assert response.status_code == 429
    said = response.content.decode()
    assert "15 分钟后" in said
    until = timezone.localtime() + timedelta(minutes=15)
    assert re.search(rf"{until:%H}:\d\d", said)
    assert sign_in(client, "13800000021", PASSWORD).status_code == 429, "the right password does not help now"


def test_the_lock_ends_by_itself_and_trying_does_not_prolong_it(client, lin):
    with time_machine.travel("2026-11-23T07:00:00Z", tick=False) as clock:
        for _ in range(LIMIT):
            sign_in(client, "lin", "wrong")
        clock.shift(timedelta(minutes=10))
        assert "5 分钟后（15:15）" in sign_in(client, "lin", "wrong").content.decode()
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(client, "lin").status_code == 302


def test_success_forgets_earlier_mistakes(client, lin):
    for _ in range(LIMIT - 1):
        sign_in(client, "13800000021", "wrong")
    assert sign_in(client, "13800000021").status_code == 302
    client.logout()
    assert sign_in(client, "lin", "wrong").status_code == 200


def test_one_persons_mistakes_do_not_lock_out_his_office(client, lin):
    person(username="wang", password=PASSWORD)
    for _ in range(LIMIT + 3):
        sign_in(client, "wang", "wrong")
    assert sign_in(client, "lin").status_code == 302


def test_ones_own_sign_in_does_not_lift_the_count_against_another(client, lin):
    """Otherwise anybody with an account guesses without end: four tries, his own sign-in, four tries."""
    person(username="wang", password=PASSWORD)
    for _ in range(LIMIT - 1):
        sign_in(client, "lin", "wrong")
    assert sign_in(client, "wang").status_code == 302
    client.logout()
    assert sign_in(client, "lin", "wrong").status_code == 429


def test_a_colleagues_sign_in_lifts_no_lock(client, lin):
    person(username="wang", password=PASSWORD)
    for _ in range(LIMIT):
        sign_in(client, "lin", "wrong")
    assert sign_in(client, "wang").status_code == 302
    client.logout()
    assert sign_in(client, "lin").status_code == 429


def test_the_lock_names_its_own_time_and_not_that_of_a_colleagues_slip(client, lin):
    person(username="wang", password=PASSWORD)
    with time_machine.travel("2026-11-23T07:00:00Z", tick=False) as clock:
        for _ in range(LIMIT):
            sign_in(client, "lin", "wrong")
        clock.shift(timedelta(minutes=10))
        sign_in(client, "wang", "wrong")
        assert "5 分钟后（15:15）" in sign_in(client, "lin").content.decode()


def test_an_address_is_free_as_soon_as_enough_is_forgotten(client, lin):
    """Not only when the last of the failures is: the page names the time from which it really opens."""
    with time_machine.travel("2026-11-23T07:00:00Z", tick=False) as clock:
        for number in range(LIMIT * ADDRESS_TIMES - 1):
            sign_in(client, f"name{number}", "wrong")
        clock.shift(timedelta(minutes=10))
        assert "5 分钟后（15:15）" in sign_in(client, "onemore", "wrong").content.decode()
        clock.shift(timedelta(minutes=5, seconds=1))
        assert sign_in(client, "lin").status_code == 302


def test_names_are_folded_and_found_by_the_unique_index():
    """Two accounts that may both exist are two when signing in as well."""
    own, other = person(username="linus"), person(username="linuſ")
    assert User.objects.signing_in_as("LINUS").get() == own
    assert User.objects.signing_in_as("linuſ").get() == other
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "user_name_once_in_any_case" in User.objects.signing_in_as("linus").explain()


def test_an_address_that_tries_many_names_is_locked(client, lin):
    for number in range(LIMIT * ADDRESS_TIMES - 1):
        assert sign_in(client, f"name{number}", "wrong").status_code == 200
    assert sign_in(client, "onemore", "wrong").status_code == 429
    assert sign_in(client, "lin").status_code == 429
    other = client.post(SIGN_IN, {"username": "lin", "password": PASSWORD}, REMOTE_ADDR="192.0.2.8")
    assert other.status_code == 302


@pytest.mark.parametrize(
    "proxies, forwarded, address",
    [
        (0, "198.51.100.1", "192.0.2.7"),
        (1, "198.51.100.1", "198.51.100.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1, 192.0.2.1", "198.51.100.1"),
        (2, "198.51.100.1", "192.0.2.7"),
        (1, "", "192.0.2.7"),
        (1, "<script>", "192.0.2.7"),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
    ids=["no proxy", "one", "forged first entry", "two", "fewer than expected", "none named", "no address", "IPv6"],
)
def test_behind_proxies_the_address_is_the_one_they_saw(rf, settings, proxies, forwarded, address):
    settings.PROXY_COUNT = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR="192.0.2.7", **headers)) == address


def test_the_demo_offers_its_roles_and_nothing_else_does(client, settings):
    person(Role.TRIAGER, username="triager", password=DEMO_PASSWORD)
    settings.DEMO = True
    page = client.get(SIGN_IN).content.decode()
    assert DEMO_PASSWORD in page
    assert "研判员" in page
    assert "审计员" not in page, "there is no such user here"
    settings.DEMO = False
    response = client.get(SIGN_IN)
    assert DEMO_PASSWORD not in response.content.decode()
    assert response.context["demo_password"] == ""


def test_after_the_demo_its_password_opens_nothing(client, settings):
    triager = person(Role.TRIAGER, username="triager", password=DEMO_PASSWORD)
    settings.DEMO = False
    assert "密码不对" in sign_in(client, "triager", DEMO_PASSWORD).content.decode()
    settings.DEMO = True
    sign_in(client, "triager", DEMO_PASSWORD)
    assert signed_in(client) == str(triager.pk)
