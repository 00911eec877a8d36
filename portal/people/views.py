"""Signing in and out, passwords, language, and one's own account."""

from math import ceil
from typing import Any

from axes.conf import settings as axes
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse_lazy
from django.utils import timezone, translation
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from portal.people.demo import DEMO_PASSWORD, demo_roles
from portal.people.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm, ProfileForm, SignInForm
from portal.people.lockout import locked_until, unlock
from portal.people.models import Delegation, Membership, User
from portal.people.rights import rights_of

WHY_SIGN_IN = {
    "idle": gettext_lazy("您有一段时间没有操作，为安全起见已退出。登录后回到原来的页面，已存的草稿还在。"),
    "role": gettext_lazy("您的角色有变动，请重新登录。"),
    "password": gettext_lazy("新密码已生效，请用它登录。"),
    "out": gettext_lazy("您已退出。"),
}


class SignIn(views.LoginView):
    """Takes a user name or a mobile number; a new session begins with each sign-in."""

    form_class = SignInForm
    template_name = "people/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demo = {"demo_roles": demo_roles(), "demo_password": DEMO_PASSWORD}
        return super().get_context_data(why=WHY_SIGN_IN.get(self.request.GET.get("why", "")), **demo, **kwargs)


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """What axes answers to a locked account or address (SEC-4): until when, and what else helps."""
    until = locked_until(request, credentials or {})
    minutes = max(ceil((until - timezone.now()).total_seconds() / 60), 1)
    context = {"limit": axes.AXES_FAILURE_LIMIT, "minutes": minutes, "until": until}
    return render(request, "people/locked.html", context, status=429)


@method_decorator(login_required, name="dispatch")
class ChangePassword(views.PasswordChangeView):
    """The sessions on other devices end, this one goes on."""

    form_class = ChangePasswordForm
    template_name = "people/password_change.html"

    def get_success_url(self) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL if self.forced else "people:account")

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        self.forced = self.request.user.must_change_password
        response = super().form_valid(form)
        messages.success(self.request, _("密码已改\n其他设备上的登录已退出"))
        return response


class ForgotPassword(views.PasswordResetView):
    form_class = ForgottenForm
    template_name = "people/password_forgotten.html"
    success_url = reverse_lazy("people:password-sent")


class PasswordSent(views.PasswordResetDoneView):
    template_name = "people/password_sent.html"


class SetPassword(views.PasswordResetConfirmView):
    """Reached by the mailed link; a new password also lifts a lock-out."""

    form_class = NewPasswordForm
    template_name = "people/password_set.html"

    def get_success_url(self) -> str:
        return f"{resolve_url(settings.LOGIN_URL)}?why=password"

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        unlock(self.user.username)
        return super().form_valid(form)


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


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """What the portal knows about me: how I am reached, what I may do, who stands in for whom."""
    form = ProfileForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        user = form.save()
        with translation.override(user.language):
            messages.success(request, _("已保存"))
        return redirect("people:account")
    context = {
        "form": form,
        "official": rights_of(request.user).is_official,
        "memberships": Membership.objects.filter(user=request.user).unfinished().select_related("department"),
        "given": Delegation.objects.filter(principal=request.user).unfinished().select_related("deputy"),
        "held": Delegation.objects.filter(deputy=request.user).unfinished().select_related("principal"),
    }
    return render(request, "people/account.html", context)
