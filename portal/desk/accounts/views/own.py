"""One's own account: how one is reached, one's password, one's roles and deputies."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.translation import gettext as _

from portal.desk.accounts import flow
from portal.desk.accounts.views.common import accepted
from portal.people.forms import ChangePasswordForm, NewPasswordForm, ProfileForm
from portal.people.models import Delegation, Membership
from portal.people.rights import rights_of


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """What the portal knows about me: how I am reached, what I may do, who stands in for whom."""
    form = ProfileForm(request.POST or None, request=request)
    if request.method == "POST" and accepted(form, flow.edit_own, request.user, by=request.user):
        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("已保存"))
        return redirect("accounts:own")
    context = {
        "form": form,
        "official": rights_of(request.user).is_official,
        "memberships": Membership.objects.filter(user=request.user).unfinished().select_related("department"),
        "given": Delegation.objects.filter(principal=request.user).unfinished().select_related("deputy"),
        "held": Delegation.objects.filter(deputy=request.user).unfinished().select_related("principal"),
    }
    return render(request, "people/account.html", context)


class ChangePassword(views.PasswordChangeView):
    """The sessions on other devices end, this one goes on."""

    form_class = ChangePasswordForm
    template_name = "people/password_change.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: ChangePasswordForm) -> HttpResponse:
        forced = self.request.user.must_change_password
        try:
            user = flow.change_password(form.user, by=self.request.user, new=form.cleaned_data["new_password1"])
        except flow.Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("密码已改\n其他设备上的登录已退出"))
        return redirect(settings.LOGIN_REDIRECT_URL if forced else "accounts:own")


class SetPassword(views.PasswordResetConfirmView):
    """Reached by the mailed link."""

    form_class = NewPasswordForm
    template_name = "people/password_set.html"

    def form_valid(self, form: NewPasswordForm) -> HttpResponse:
        try:
            flow.change_password(self.user, by=self.user, new=form.cleaned_data["new_password1"])
        except flow.Refused as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        self.request.session.pop(views.INTERNAL_RESET_SESSION_TOKEN, None)
        return redirect(f"{resolve_url(settings.LOGIN_URL)}?why=password")
