"""Signing in and out, the mail that helps who forgot his password, and the language."""

from math import ceil
from typing import Any

from axes.conf import settings as axes
from django.conf import settings
from django.contrib.auth import views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from portal.people import factor
from portal.people.demo import DEMO_PASSWORD, demo_roles
from portal.people.forms import ForgottenForm, SecondFactorForm, SignInForm
from portal.people.lockout import client_address, locked_until, tries
from portal.people.models import User

REQUESTS, MINUTES = 20, 10  # of reset mails from one address, which a whole office may share

WHY_SIGN_IN = {
    "idle": gettext_lazy("您有一段时间没有操作，为安全起见已退出。登录后回到原来的页面，已存的草稿还在。"),
    "role": gettext_lazy("您的角色有变动，请重新登录。"),
    "password": gettext_lazy("新密码已生效，请用它登录。"),
}


class SignIn(views.LoginView):
    """Takes a user name or a mobile number; a new session begins with each sign-in."""

    form_class = SignInForm
    template_name = "people/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        roles = demo_roles()
        demo = {"demo_roles": roles, "demo_password": DEMO_PASSWORD if roles else ""}
        return super().get_context_data(why=WHY_SIGN_IN.get(self.request.GET.get("why", "")), **demo, **kwargs)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What axes answers to a locked account or address (SEC-4): until when, and what else helps."""
    until = locked_until(request, credentials or {})
    minutes = max(ceil((until - timezone.now()).total_seconds() / 60), 1)
    context = {"limit": axes.AXES_FAILURE_LIMIT, "minutes": minutes, "until": until}
    return render(request, "people/locked.html", context, status=429)


@login_required
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code after the password (SEC-4): each is good once, wrong ones make the next wait longer and longer (429)."""
    onward = _onward(request)
    if not request.user.second_factor_at or factor.passed(request):
        return redirect(onward)
    form = SecondFactorForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            if factor.check(request.user, form.cleaned_data["code"]):
                return _let_in(request, onward, remember=form.cleaned_data.get("remember", False))
            form.add_error("code", _("验证码不对，或已经用过。请填验证器现在显示的。"))
        except factor.TooMany as wait:
            status = 429
            seconds = max(ceil((wait.until - timezone.now()).total_seconds()), 1)
            form.add_error("code", _("试错太多，请过 %(time)s再试。") % {"time": _waiting(seconds)})
    return render(request, "people/second_factor.html", {"form": form, "next": onward}, status=status)


def _let_in(request: HttpRequest, onward: str, *, remember: bool) -> HttpResponse:
    factor.let_in(request)
    response = redirect(onward)
    if remember:
        factor.remember(request, response)
    return response


def _onward(request: HttpRequest) -> str:
    """Where the person wanted to go, on this site."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if allowed else resolve_url(settings.LOGIN_REDIRECT_URL)


def _waiting(seconds: int) -> str:
    if seconds < 60:
        return ngettext("%(n)s 秒", "%(n)s 秒", seconds) % {"n": seconds}
    return ngettext("%(n)s 分钟", "%(n)s 分钟", ceil(seconds / 60)) % {"n": ceil(seconds / 60)}


class ForgotPassword(views.PasswordResetView):
    """Asks for the mail; from one address so many times only, as each costs the worker a mail server's patience."""

    form_class = ForgottenForm
    template_name = "people/password_forgotten.html"
    success_url = reverse_lazy("people:password-sent")

    def form_valid(self, form: ForgottenForm) -> HttpResponse:
        if tries(f"people.forgotten.{client_address(self.request)}", MINUTES * 60) > REQUESTS:
            form.add_error(None, _("请求太多，请 %(minutes)s 分钟后再试。") % {"minutes": MINUTES})
            return self.render_to_response(self.get_context_data(form=form), status=429)
        return super().form_valid(form)


class PasswordSent(views.PasswordResetDoneView):
    template_name = "people/password_sent.html"


@require_POST
def speak(request: HttpRequest) -> HttpResponse:
    """Switches the language, for the account where somebody is signed in, and for this browser."""
    language, back = request.POST.get("language", ""), request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = resolve_url(settings.LOGIN_REDIRECT_URL)
    response = redirect(back)
    if language in User.Language.values:
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=language)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax", secure=request.is_secure()
        )
    return response
