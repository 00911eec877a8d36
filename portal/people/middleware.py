"""What holds for everybody signed in: his language, idle time-out, a changed role, a password that must be changed."""

import time
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.rights import rights_of

NOTED_EVERY = 60  # seconds; activity is not written to the session more often
OPEN_TO_NEW_PASSWORDS = ("accounts:password", "people:second-factor", "people:sign-out", "people:language")


class SignedInMiddleware:
    """Speaks the user's language and ends sessions that are over (SEC-4).

    Requests made by scripts are not redirected to the sign-in page, which they would take for an answer: htmx is told
    to load it as a page, others get 401.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            person = cast(User, get_user(request))
            request.user = person  # himself, not the proxy that asks at every touch who it is
            why = why_over(request)
            if why:
                logout(request)
                return ask_to_sign_in(request, why)
            _speak(request, person.language)
            if person.must_change_password and request.path not in map(reverse, OPEN_TO_NEW_PASSWORDS):
                return redirect("accounts:password")
        response = self.get_response(request)
        if _by_script(request) and _leads_to_sign_in(response):
            return ask_to_sign_in(request)
        return response


def why_over(request: HttpRequest) -> str:
    """`idle` or `role` when the session has to end, else empty; notes the activity."""
    session, now = request.session, int(time.time())
    if now - session.get("seen", now) > settings.IDLE_MINUTES * 60:
        return "idle"
    grants = (grant for grant in rights_of(request.user).grants if grant.principal is None)
    held = sorted({f"{grant.role}:{grant.department_id or ''}" for grant in grants})
    if not set(session.get("held", held)) <= set(held):
        return "role"
    if session.get("held") != held:
        session["held"] = held
    asks_only = "X-Asks-Only" in request.headers  # an open page that looks for news is nobody's activity
    if now - session.get("seen", 0) >= NOTED_EVERY and not asks_only:
        session["seen"] = now
    return ""


def ask_to_sign_in(request: HttpRequest, why: str = "") -> HttpResponse:
    """The way to the sign-in page and back to the page the person is on, in the form the caller understands."""
    return send_to(request, resolve_url(settings.LOGIN_URL), why)


def send_to(request: HttpRequest, url: str, why: str = "") -> HttpResponse:
    """The way to a page of signing in and, with `next`, back to the page the person is on."""
    words = {"next": _page_of(request)} | ({"why": why} if why else {})
    url = f"{url}?{urlencode(words)}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": url})
    if _by_script(request):
        return JsonResponse({"detail": _("请重新登录"), "sign_in": url}, status=401)
    return redirect(url)


def _speak(request: HttpRequest, language: str) -> None:
    translation.activate(language)
    request.LANGUAGE_CODE = translation.get_language()


def _by_script(request: HttpRequest) -> bool:
    accepts = request.headers.get("Accept", "text/html")
    return request.headers.get("HX-Request") == "true" or "text/html" not in accepts


def _leads_to_sign_in(response: HttpResponse) -> bool:
    return isinstance(response, HttpResponseRedirect) and urlsplit(response.url).path == resolve_url(settings.LOGIN_URL)


def _page_of(request: HttpRequest) -> str:
    """The page on screen: for forms and scripts the one they were sent from, as their own address shows nothing."""
    if request.method == "GET" and not _by_script(request):
        return request.get_full_path()
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, allowed_hosts={request.get_host()}):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    parts = urlsplit(page)
    return parts._replace(scheme="", netloc="", fragment="").geturl()
