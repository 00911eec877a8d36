"""The board at `/board/`, for screens that bring a display key, and the administrator's page of these keys (SUP-1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django import forms
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import conditional_page, require_POST, require_safe

from portal.desk import displays
from portal.desk.board import Screen
from portal.desk.models import DisplayKey
from portal.people.doors import only_for
from portal.people.lockout import client_address, tries
from portal.people.roles import Role
from portal.people.trying import attempt
from portal.worktime import clock

COOKIE = "display"
COOKIE_AGE = 400 * 24 * 3600  # the longest that browsers keep one; each opening begins it anew
TURN = 12  # seconds for which an item stands
PER_MINUTE = 30  # of one screen, which asks once a minute
STRANGERS_PER_MINUTE = 20  # wrong keys from one address

administrators = only_for(Role.ADMINISTRATOR)
View = Callable[[HttpRequest], HttpResponse]


def for_displays(view: View) -> View:
    """Opens the view to a screen whose cookie holds a valid key, in the town's language whatever its browser speaks."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if too_many := _stranger(request, request.COOKIES.get(COOKIE, "")):
            return too_many
        with translation.override(settings.LANGUAGE_CODE):
            response = view(request)
        response["Cache-Control"] = "private, no-cache"
        return response

    return guarded


def _stranger(request: HttpRequest, key: str) -> HttpResponse | None:
    """None for a key that holds; 404 for any other, as if nothing were here; 429 for who asks too often."""
    address = f"board.stranger.{client_address(request)}"
    display = displays.display_of(key)
    who, limit = (f"board.{display.pk}", PER_MINUTE) if display else (address, STRANGERS_PER_MINUTE)
    if tries(who, 60) > limit:
        return HttpResponse(status=429, headers={"Retry-After": "60"})
    if display is None:
        raise Http404
    return None


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """`?key=` once: the key goes into a cookie of this address alone, and out of the address bar."""
    key = request.GET.get("key")
    if key is None:
        return screen(request)
    if too_many := _stranger(request, key):
        return too_many
    return _kept(redirect("desk:board"), key)


@for_displays
def screen(request: HttpRequest) -> HttpResponse:
    return _kept(render(request, "desk/board.html", {**_shown(), "turn": TURN}), request.COOKIES[COOKIE])


@require_safe
@for_displays
@conditional_page
def items(request: HttpRequest) -> HttpResponse:
    """What changes of the board; 304 while the screen has it already."""
    return render(request, "desk/board_items.html", _shown())


def _shown() -> dict[str, object]:
    now = clock.now()
    return {"screen": Screen(now), "now": now, "release": release()}


def release() -> str:
    """Changes with any style or script: a screen that runs for months loads itself anew."""
    return str(getattr(staticfiles_storage, "manifest_hash", ""))


def _kept(response: HttpResponse, key: str) -> HttpResponse:
    response.set_cookie(
        COOKIE,
        key,
        max_age=COOKIE_AGE,
        path=reverse("desk:board"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


# The administrator's page ----------------------------------------------------------------------------------------


class DisplayForm(forms.ModelForm):
    class Meta:
        model = DisplayKey
        fields = ["name"]


@administrators
@never_cache
def keys(request: HttpRequest) -> HttpResponse:
    """The screens; a POST makes one more and shows its address, in this answer and nowhere else."""
    form = DisplayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            display, key = displays.make(form.cleaned_data["name"], by=request.user)
        except displays.Refused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            address = request.build_absolute_uri(f"{reverse('desk:board')}?key={key}")
            return render(request, "desk/display_made.html", {"display": display, "address": address})
    rows = DisplayKey.objects.select_related("made_by").order_by("revoked_at", "name", "pk")
    status = 422 if form.errors else 200
    return render(request, "desk/displays.html", {"rows": rows, "form": form}, status=status)


@administrators
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    display = get_object_or_404(DisplayKey, pk=pk)
    said = _("%(name)s 已停用\n这块屏一分钟内不再显示") % {"name": display.name}
    attempt(request, said, displays.revoke, display, by=request.user)
    return redirect("desk:displays")
