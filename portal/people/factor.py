"""The second factor of officials (SEC-4): at each sign-in a code of an authenticator app, or a recovery code.

It is set up and reset in `portal.desk.accounts`, which may write events. `User.second_factor_at` names the set-up:
what was passed or remembered under another one, or under none, counts no more.
"""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.people.middleware import send_to
from portal.people.models import User
from portal.people.rights import rights_of

SESSION_KEY = "second_factor"
SALT = "portal.people.factor"
ASK, SET_UP = "people:second-factor", "accounts:factor"
OPEN_UNTIL_ASKED = (ASK, "people:sign-out", "people:language")
OPEN_UNTIL_SET_UP = (SET_UP, "accounts:password", "people:sign-out", "people:language")


class TooMany(Exception):
    """Wrong codes were typed too often; `until` says when the next one is looked at."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


class SecondFactorMiddleware:
    """Whoever has a second factor proves it before anything else; whoever must have one sets it up first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if request.user.second_factor_at and not passed(request):
                return self._only(OPEN_UNTIL_ASKED, request)
            if not request.user.second_factor_at and required_of(request.user):
                return self._only(OPEN_UNTIL_SET_UP, request)
        return self.get_response(request)

    def _only(self, names: tuple[str, ...], request: HttpRequest) -> HttpResponse:
        """The page if it is one of those, else the way to the first of them."""
        if request.path in map(reverse, names):
            return self.get_response(request)
        return send_to(request, reverse(names[0]))


def required_of(user: User) -> bool:
    """Whether the person may not work without one: every official, a deputy too, where the site asks for it."""
    return settings.SECOND_FACTOR and rights_of(user).is_official


def passed(request: HttpRequest) -> bool:
    """Whether this session, or this device within the days it is remembered, has proved the present set-up."""
    mark = _mark(_user(request))
    if request.session.get(SESSION_KEY) == mark:
        return True
    if mark and _remembered(request) == _proof(_user(request)):
        request.session[SESSION_KEY] = mark
        return True
    return False


def check(user: User, typed: str) -> bool:
    """Whether it is the app's present code, or a recovery code; each is good once. Raises TooMany."""
    code = plain(typed)
    with transaction.atomic():
        if code.isdigit():
            return _verified(TOTPDevice.objects.filter(confirmed=True), user, code)
        return _verified(StaticDevice.objects, user, digest(code))


def _verified(devices: object, user: User, token: str) -> bool:
    device: Device | None = devices.select_for_update().filter(user=user).first()  # type: ignore[attr-defined]
    if device is None:
        return False
    allowed, why = device.verify_is_allowed()
    if not allowed:
        raise TooMany(why["locked_until"])
    return device.verify_token(token)


def let_in(request: HttpRequest) -> None:
    """This session has proved it; its key changes, as at any gain of rights."""
    request.session.cycle_key()
    request.session[SESSION_KEY] = _mark(_user(request))


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """On this device the code is not asked for again for some days; a new password or set-up ends that."""
    response.set_cookie(
        _cookie(_user(request)),
        signing.dumps(_proof(_user(request)), salt=SALT),
        max_age=settings.SECOND_FACTOR_DAYS * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def plain(typed: str) -> str:
    """A code as it is compared: without the blanks and hyphens it is read by."""
    return "".join(char for char in typed.lower() if char.isascii() and char.isalnum())


def digest(code: str) -> str:
    """A recovery code as it is kept."""
    return salted_hmac(SALT, plain(code), algorithm="sha256").hexdigest()[:16]


def _user(request: HttpRequest) -> User:
    """Behind `is_authenticated`, which the type checker does not follow."""
    return cast(User, request.user)


def _mark(user: User) -> str:
    return user.second_factor_at.isoformat() if user.second_factor_at else ""


def _proof(user: User) -> list[str]:
    return [str(user.pk), _mark(user), user.get_session_auth_hash()]


def _cookie(user: User) -> str:
    return f"second_factor_{user.pk}"


def _remembered(request: HttpRequest) -> list[str] | None:
    try:
        kept = request.COOKIES[_cookie(_user(request))]
        return signing.loads(kept, salt=SALT, max_age=settings.SECOND_FACTOR_DAYS * 24 * 3600)
    except (KeyError, signing.BadSignature):
        return None
