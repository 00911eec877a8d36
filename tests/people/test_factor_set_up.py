"""Setting up one's second factor, renewing its codes, and the administrator's reset (SEC-4)."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.management import CommandError, call_command
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.desk.accounts import flow
from portal.outbox.delivery import deliver
from portal.outbox.models import Delivery
from portal.people.models import User
from portal.people.roles import Role
from portal.trail.models import Event
from tests.people.factor import ASK, HOME, SET_UP, clock, code_of, has_factor, lin, proven, signed_in
from tests.people.factories import PASSWORD, administrator, person

__all__ = ["clock", "lin"]
pytestmark = pytest.mark.django_db


# Setting up --------------------------------------------------------------------------------------------------------


def test_setting_up_shows_the_key_and_then_the_codes_once(lin):
    client = signed_in(lin)
    page = client.get(SET_UP)
    shown = page.content.decode()
    assert "<svg" in shown
    assert "style=" not in shown.split("<svg", 1)[1].split("</svg>")[0]
    assert page.context["key"].replace(" ", "") in TOTPDevice.objects.get(user=lin).config_url
    assert client.get(SET_UP).context["key"] == page.context["key"], "the same while it waits"
    assert client.get(ASK).status_code == 302, "nothing to ask for yet"

    done = client.post(SET_UP, {"code": code_of(lin), "password": PASSWORD})
    codes = done.context["codes"]
    assert all(code in done.content.decode() for code in codes)
    assert "no-store" in done["Cache-Control"]
    assert client.get(HOME).status_code == 200, "this session has proved it"
    assert signed_in(lin).get(HOME).url.startswith(ASK)
    assert Event.objects.filter(kind="user.second_factor_set", actor=lin, audience="closed").count() == 1
    deliver()
    assert Delivery.objects.inbox(lin).get().title == "两步验证已设好"


@pytest.mark.parametrize(
    "given, field", [({"code": "000000"}, "code"), ({"password": "wrong"}, "password"), ({"password": ""}, "password")]
)
def test_setting_up_needs_the_code_and_the_password(lin, given, field):
    client = signed_in(lin)
    client.get(SET_UP)
    response = client.post(SET_UP, {"code": code_of(lin), "password": PASSWORD} | given)
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert User.objects.get(pk=lin.pk).second_factor_at is None
    assert not StaticToken.objects.exists()


def test_a_new_telephone_takes_the_place_of_the_old(lin, clock):
    codes = has_factor(lin)
    client, old = proven(lin), TOTPDevice.objects.get(user=lin)
    clock.shift(timedelta(minutes=2))
    client.get(SET_UP)
    new = TOTPDevice.objects.get(confirmed=False)
    client.post(SET_UP, {"code": f"{totp(new.bin_key):06d}", "password": PASSWORD})
    assert list(TOTPDevice.objects.values_list("pk", "confirmed")) == [(new.pk, True)]
    clock.shift(timedelta(minutes=2))
    other = signed_in(lin)
    for worthless in (f"{totp(old.bin_key):06d}", codes[0]):
        assert other.post(ASK, {"code": worthless}).status_code == 200


def test_the_same_page_sent_twice_sets_up_once(lin):
    client = signed_in(lin)
    client.get(SET_UP)
    form = {"code": code_of(lin), "password": PASSWORD}
    client.post(SET_UP, form)
    assert client.post(SET_UP, form).status_code == 422
    assert Event.objects.filter(kind="user.second_factor_set").count() == 1


def test_new_recovery_codes_need_the_password_and_end_the_old(lin):
    old = has_factor(lin)
    client = proven(lin)
    assert client.post(f"{SET_UP}codes/", {"password": "wrong"}).context["form"].errors
    new = client.post(f"{SET_UP}codes/", {"password": PASSWORD}).context["codes"]
    assert signed_in(lin).post(ASK, {"code": old[0]}).status_code == 200
    StaticDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert signed_in(lin).post(ASK, {"code": new[0]}).status_code == 302


def test_nobody_sets_up_for_another(lin):
    other = person(Role.TRIAGER, username="wang")
    flow.offered(lin)
    with pytest.raises(flow.Refused):
        flow.set_factor(lin, by=other, code=code_of(lin))
    with pytest.raises(flow.Refused):
        flow.renew_codes(lin, by=other)


# Resetting ---------------------------------------------------------------------------------------------------------


def test_an_administrator_resets_and_the_person_is_told(lin):
    has_factor(lin)
    working = proven(lin)
    admin = administrator(username="admin", password=PASSWORD)
    has_factor(admin)
    office = proven(admin)
    url = reverse("accounts:user-factor", args=[lin.pk])
    assert "重置 某" in office.get(url).content.decode()
    response = office.post(url)
    assert "已重置" in str(*get_messages(response.wsgi_request))
    assert working.get(HOME).url.startswith(SET_UP), "his session stops until it is set up anew"
    assert not TOTPDevice.objects.filter(user=lin).exists()
    assert not StaticDevice.objects.filter(user=lin).exists()
    event = Event.objects.get(kind="user.second_factor_reset")
    assert (event.actor, event.subject_id, event.role) == (admin, lin.pk, "administrator")
    deliver()
    assert "两步验证已重置" in Delivery.objects.inbox(lin).values_list("title", flat=True)


def test_who_is_no_administrator_resets_nothing_and_nobody_his_own(lin):
    has_factor(lin)
    admin = administrator(username="admin")
    has_factor(admin)
    other = person(Role.TRIAGER, username="wang")
    for subject, by in ((lin, other), (lin, lin), (admin, admin), (other, admin)):
        with pytest.raises(flow.Refused):
            flow.reset_factor(subject, by=by)
    assert User.objects.filter(second_factor_at__isnull=False).count() == 2


def test_the_operator_resets_the_last_administrators(capsys):
    admin = administrator(username="admin")
    with pytest.raises(CommandError, match="没有设"):
        call_command("reset_second_factor", "admin")
    has_factor(admin)
    call_command("reset_second_factor", "ADMIN")
    assert User.objects.get().second_factor_at is None
    assert Event.objects.get(kind="user.second_factor_reset").actor is None
    with pytest.raises(CommandError, match="no account"):
        call_command("reset_second_factor", "nobody")
