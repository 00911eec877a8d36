"""Naming and releasing a firm's steward: the tie is the firm's, the matters are the loop's, hence at the desk."""

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from enterprises import flow as firms
from enterprises.forms import StewardForm
from enterprises.views import allowed, done, refused, show, tied
from portal.people.refusal import Refused
from requests import flow as tickets


@require_POST
@login_required
def assign(request: HttpRequest, uscc: str) -> HttpResponse:
    """指定或更换: the one before him hands over, the firm's open matters too, in one transaction."""
    firm = allowed(request, uscc, "stewards")
    form = StewardForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                tie = firms.assign_steward(firm, by=request.user, **form.cleaned_data)
                moved = tickets.follow_steward(firm, by=request.user)
        except Refused as reason:
            form.add_error("user", reason.sentence)
        else:
            named = {"name": tie.user.name, "kind": str(tie.get_kind_display()), "also": _also(moved)}
            return done(request, firm, _("%(name)s 现在是这家企业的%(kind)s%(also)s"), **named)
    return show(request, firm, steward_form=form)


@require_POST
@login_required
def end(request: HttpRequest, uscc: str, tie: int) -> HttpResponse:
    """结束: whoever is next by the first-responder rule follows the firm's open matters on (APP-8)."""
    firm = allowed(request, uscc, "stewards")
    stewardship = tied(firm.stewardships, tie)
    try:
        with transaction.atomic():
            firms.end_steward(stewardship, by=request.user)
            moved = tickets.follow_steward(firm, by=request.user)
    except Refused as reason:
        return refused(request, firm, reason)
    named = {"name": stewardship.user.name, "also": _also(moved)}
    return done(request, firm, _("%(name)s 不再服务这家企业%(also)s"), **named)


def _also(moved: int) -> str:
    if not moved:
        return ""
    return ngettext("\n在办的 %(n)s 件诉求随之移交", "\n在办的 %(n)s 件诉求随之移交", moved) % {"n": moved}
