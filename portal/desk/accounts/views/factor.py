"""Setting up one's own second factor, its recovery codes, and the administrator's reset (SEC-4)."""

from base64 import b32encode

import segno
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.desk.accounts import flow
from portal.desk.accounts.forms import ConfirmResetForm, FactorForm, PasswordForm
from portal.desk.accounts.views.common import accepted, administrators, ask, done
from portal.people import factor
from portal.people.models import User
from portal.people.rights import rights_of


def _officials_only(request: HttpRequest) -> None:
    if not rights_of(request.user).is_official:
        raise Http404


@login_required
@never_cache
def set_up(request: HttpRequest) -> HttpResponse:
    """The QR code and the key to type; with the password and the app's code it holds, and the recovery codes show."""
    _officials_only(request)
    form = FactorForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            user, codes = flow.set_factor(request.user, by=request.user, code=form.cleaned_data["code"])
        except flow.Refused as refusal:
            form.add_error("code", str(refusal))
        else:
            request.user = user
            factor.let_in(request)
            return _shown(request, codes, fresh=True)
    device = flow.offered(request.user)
    context = {
        "form": form,
        "qr": qr(device),
        "key": key_in_groups(device),
        "issuer": settings.OTP_TOTP_ISSUER,
        "set": request.user.second_factor_at,
        "forced": factor.required_of(request.user) and not request.user.second_factor_at,
        "codes_left": StaticToken.objects.filter(device__user=request.user).count(),
    }
    return render(request, "accounts/factor.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
def codes(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes for the password, shown once."""
    _officials_only(request)
    if not request.user.second_factor_at:
        raise Http404
    form = PasswordForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        return _shown(request, flow.renew_codes(request.user, by=request.user), fresh=False)
    return ask(
        request,
        form,
        heading=_("换一套恢复码"),
        sub=_("新的 10 个马上生效，以前的全部作废。"),
        act=_("换新的，显示一次"),
        back=reverse("accounts:factor"),
    )


def _shown(request: HttpRequest, codes: list[str], *, fresh: bool) -> HttpResponse:
    return render(request, "accounts/factor_codes.html", {"codes": codes, "fresh": fresh})


@administrators
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    form = ConfirmResetForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and accepted(form, flow.reset_factor, person, by=request.user):
        return done(request, _("%(name)s 的两步验证已重置") % {"name": person.name}, "accounts:user", pk)
    return ask(
        request,
        form,
        heading=_("重置 %(name)s 的两步验证") % {"name": person.name},
        sub=_("请先当面或打电话确认是本人。重置后，他用密码登录，再重新设置；本人会收到消息。"),
        act=_("重置两步验证"),
        back=reverse("accounts:user", args=[pk]),
    )


def qr(device: TOTPDevice) -> SafeString:
    """The key as an inline drawing: attributes only, which a strict CSP allows; dark on white, whatever the theme."""
    code = segno.make(device.config_url, error="m", micro=False)
    return mark_safe(code.svg_inline(scale=5, dark="#000", light="#fff", svgclass="ac-qr", lineclass=None))


def key_in_groups(device: TOTPDevice) -> str:
    """The same key to be typed by hand, in groups of four."""
    plain = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(plain[i : i + 4] for i in range(0, len(plain), 4))
