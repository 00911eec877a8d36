"""Signing in with a second factor: its codes, and clients that have proved it. The clock stands still."""

import time

import pytest
import time_machine
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.desk.accounts import flow
from portal.people.models import User
from portal.people.roles import Role
from tests.people.factories import PASSWORD, person

ASK, SET_UP, HOME = "/second-factor/", "/account/second-factor/", "/inbox/"
NOW = "2026-11-23T02:00:00Z"


@pytest.fixture(autouse=True)
def clock(settings):
    settings.SECOND_FACTOR = True
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def lin():
    return person(Role.TRIAGER, username="lin", password=PASSWORD)


def code_of(user: User, steps: int = 0) -> str:
    """What the authenticator shows now, or some half minutes from now."""
    device = TOTPDevice.objects.get(user=user)
    return f"{totp(device.bin_key, device.step, device.t0, device.digits, drift=steps):06d}"


def signed_in(user: User) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def has_factor(user: User) -> list[str]:
    """Sets it up a minute ago; returns the recovery codes."""
    flow.offered(user)
    with time_machine.travel(time.time() - 60, tick=False):
        return flow.set_factor(user, by=user, code=code_of(user))[1]


def proven(user: User, **more) -> Client:
    client = signed_in(user)
    assert client.post(ASK, {"code": code_of(user)} | more).status_code == 302
    return client
