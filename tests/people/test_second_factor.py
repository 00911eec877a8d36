"""The second factor (SEC-4): officials prove it before anything else; each code is good once; wrong ones slow down."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.desk.accounts import flow
from portal.people.checks import officials_have_a_second_factor
from portal.people.models import User
from portal.people.roles import Role
from tests.people.factor import ASK, HOME, SET_UP, clock, code_of, has_factor, lin, proven, signed_in
from tests.people.factories import PASSWORD, person, stand_in

__all__ = ["clock", "lin"]
pytestmark = pytest.mark.django_db


# Who is asked ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [HOME, "/queues/", "/tickets/", "/account/", "/admin/users/", "/nowhere/", "/"])
def test_an_official_without_one_comes_to_no_page_but_its_setting_up(lin, path):
    response = signed_in(lin).get(path)
    assert response.status_code == 302
    assert response.url.startswith(f"{SET_UP}?next=")


@pytest.mark.parametrize("path", [HOME, "/queues/", "/tickets/", "/account/", SET_UP, "/password/", "/"])
def test_an_official_with_one_comes_to_no_page_but_the_question(lin, path):
    has_factor(lin)
    client = signed_in(lin)
    for method in (client.get, client.post):
        response = method(path)
        assert response.status_code == 302
        assert response.url.startswith(f"{ASK}?next=")


def test_scripts_are_told_in_their_own_way(lin):
    client = signed_in(lin)
    assert client.get(HOME, headers={"HX-Request": "true"}).headers["HX-Redirect"].startswith(SET_UP)
    answer = client.get(HOME, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["sign_in"].startswith(SET_UP)


def test_whoever_stands_in_for_an_official_is_asked_too(lin, at):
    deputy = person(username="deputy", password=PASSWORD)
    assert signed_in(deputy).get(HOME).status_code == 200
    stand_in(deputy, lin, at("2026-11-01"), at("2026-12-01"))
    assert signed_in(deputy).get(HOME).status_code == 302


def test_a_firms_person_is_not_asked(settings):
    assert signed_in(person(Role.ENTERPRISE_MEMBER, username="zhou", password=PASSWORD)).get(HOME).status_code == 200


def test_where_the_site_does_not_ask_only_those_are_asked_who_have_one(lin, settings):
    settings.SECOND_FACTOR = False
    assert signed_in(lin).get(HOME).status_code == 200
    has_factor(lin)
    assert signed_in(lin).get(HOME).status_code == 302


def test_signing_out_and_the_language_stay_open(lin):
    has_factor(lin)
    assert signed_in(lin).post("/language/", {"language": "en"}).status_code == 302
    client = signed_in(lin)
    client.post("/sign-out/")
    assert "_auth_user_id" not in client.session


def test_a_first_password_is_changed_before_the_setting_up_and_after_the_question(lin):
    User.objects.update(must_change_password=True)
    assert signed_in(lin).get(HOME).url == reverse("accounts:password")
    assert signed_in(lin).get(reverse("accounts:password")).status_code == 200
    has_factor(User.objects.get(pk=lin.pk))
    client = signed_in(lin)
    assert client.get(reverse("accounts:password")).url.startswith(ASK)
    assert client.get(ASK).status_code == 200
    client.post(ASK, {"code": code_of(lin)})
    assert client.get(reverse("accounts:password")).status_code == 200


# The question ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:.3} {:.3}"])
def test_the_apps_code_opens_the_way_on(lin, typed):
    has_factor(lin)
    client, code = signed_in(lin), code_of(lin)
    typed = f"{code[:3]} {code[3:]}" if ":" in typed else typed.format(code)
    key = client.session.session_key
    response = client.post(ASK, {"code": typed, "next": "/account/"})
    assert (response.status_code, response.url) == (302, "/account/")
    assert client.get(HOME).status_code == 200
    assert client.session.session_key != key
    assert client.get(ASK).status_code == 302, "once is enough"


def test_next_leads_only_to_this_site(lin):
    has_factor(lin)
    response = signed_in(lin).post(ASK, {"code": code_of(lin), "next": "https://evil.example/"})
    assert response.url == reverse("desk:home")


def test_a_code_is_good_once(lin):
    has_factor(lin)
    code = code_of(lin)
    proven(lin)
    again = signed_in(lin).post(ASK, {"code": code})
    assert "已经用过" in again.content.decode()


def test_the_code_of_the_setting_up_is_used_up_as_well(lin):
    flow.offered(lin)
    code = code_of(lin)
    flow.set_factor(lin, by=lin, code=code)
    assert signed_in(lin).post(ASK, {"code": code}).status_code == 200


@pytest.mark.parametrize("steps, opens", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_go_wrong_by_half_a_minute(lin, steps, opens):
    has_factor(lin)
    TOTPDevice.objects.update(last_t=-1)
    assert signed_in(lin).post(ASK, {"code": code_of(lin, steps)}).status_code == (302 if opens else 200)


@pytest.mark.parametrize(
    "typed", ["", "000000", "12345", "abcdef", "１２３４５６", "' or 1=1", "9" * 40, "9" * 5000, "\0"]
)
def test_what_is_no_code_opens_nothing(lin, typed):
    has_factor(lin)
    client = signed_in(lin)
    assert client.post(ASK, {"code": typed}).status_code == 200
    assert client.get(HOME).status_code == 302


def test_the_code_of_another_opens_nothing(lin):
    has_factor(lin)
    other = person(Role.TRIAGER, username="wang", password=PASSWORD)
    codes = has_factor(other)
    client = signed_in(lin)
    for foreign in (codes[0], code_of(other)):
        assert client.post(ASK, {"code": foreign}).status_code == 200
        StaticDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)


def test_wrong_codes_make_the_next_wait_longer_and_longer_in_every_session(lin, clock):
    has_factor(lin)
    waits = []
    for _try in range(6):
        client = signed_in(lin)
        assert client.post(ASK, {"code": "000000"}).status_code == 200
        locked = signed_in(lin).post(ASK, {"code": code_of(lin)})
        assert locked.status_code == 429, "the right code does not help now"
        assert "秒再试" in locked.content.decode()
        device = TOTPDevice.objects.get(user=lin)
        waits.append((device.verify_is_allowed()[1]["locked_until"] - device.throttling_failure_timestamp).seconds)
        clock.shift(timedelta(seconds=waits[-1] + 1))
    assert waits == [1, 2, 4, 8, 16, 32]
    assert signed_in(lin).post(ASK, {"code": code_of(lin)}).status_code == 302
    assert TOTPDevice.objects.get(user=lin).throttling_failure_count == 0


def test_a_recovery_code_opens_once_and_is_kept_as_a_digest_only(lin):
    codes = has_factor(lin)
    assert len(set(codes)) == 10
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert not kept & {code.replace("-", "") for code in codes}
    assert signed_in(lin).post(ASK, {"code": codes[3].upper()}).status_code == 302
    assert signed_in(lin).post(ASK, {"code": codes[3]}).status_code == 200
    StaticDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert signed_in(lin).post(ASK, {"code": codes[4].replace("-", " ")}).status_code == 302
    assert StaticToken.objects.count() == 8


# A remembered device -----------------------------------------------------------------------------------------------


def again_on(device: Client, user: User) -> int:
    """The answer to the next sign-in in the same browser."""
    device.post("/sign-out/")
    assert device.post("/sign-in/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return device.get(HOME).status_code


def test_a_remembered_device_is_not_asked_for_thirty_days(lin, clock):
    has_factor(lin)
    device = proven(lin, remember="on")
    (cookie,) = [c for name, c in device.cookies.items() if name.startswith("second_factor")]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert again_on(device, lin) == 200
    clock.shift(timedelta(days=29))
    assert again_on(device, lin) == 200
    clock.shift(timedelta(days=2))
    device.cookies[cookie.key] = cookie.value  # a browser that keeps it longer than it should
    assert again_on(device, lin) == 302


def test_a_device_is_not_remembered_unless_wanted(lin, settings):
    has_factor(lin)
    assert again_on(proven(lin), lin) == 302
    settings.SECOND_FACTOR_DAYS = 0
    assert "remember" not in signed_in(lin).get(ASK).content.decode()


def test_one_persons_device_is_not_anothers(lin):
    has_factor(lin)
    device = proven(lin, remember="on")
    other = person(Role.TRIAGER, username="wang", password=PASSWORD)
    has_factor(other)
    device.cookies[f"second_factor_{other.pk}"] = device.cookies[f"second_factor_{lin.pk}"].value
    assert again_on(device, other) == 302


def test_a_new_password_or_set_up_forgets_the_device(lin, clock):
    has_factor(lin)
    device = proven(lin, remember="on")
    lin.set_password(PASSWORD)
    lin.save()
    assert again_on(device, lin) == 302
    clock.shift(timedelta(minutes=1))
    device.post(ASK, {"code": code_of(lin), "remember": "on"})
    clock.shift(timedelta(minutes=1))
    TOTPDevice.objects.create(user=lin, confirmed=False)
    new = TOTPDevice.objects.get(confirmed=False)
    flow.set_factor(lin, by=lin, code=f"{totp(new.bin_key):06d}")
    assert device.get(HOME).status_code == 302, "the session, too"
    assert again_on(device, lin) == 302


def test_a_forged_cookie_opens_nothing(lin):
    has_factor(lin)
    client = signed_in(lin)
    for value in ("", "x", "WyIxIl0:1a:forged"):
        client.cookies[f"second_factor_{lin.pk}"] = value
        assert client.get(HOME).status_code == 302


# What it costs, and the operator's check ---------------------------------------------------------------------------


def test_a_proven_session_costs_no_query_more(lin, settings):
    settings.SECOND_FACTOR = False
    without = queries_of(signed_in(lin))
    settings.SECOND_FACTOR = True
    has_factor(lin)
    assert queries_of(proven(lin)) == without


def queries_of(client: Client) -> int:
    assert client.get(HOME).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(HOME)
    return len(asked)


def test_a_site_without_it_is_warned_about(settings):
    assert officials_have_a_second_factor(None) == []
    settings.SECOND_FACTOR = False
    assert [warning.id for warning in officials_have_a_second_factor(None)] == ["people.W001"]
