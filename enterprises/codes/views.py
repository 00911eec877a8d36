"""The card with a firm's code, to look at and to print, and the way to a new one."""

import segno
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal.people.trying import attempt

from ..models import Enterprise, EnterpriseCode
from ..views import visible
from . import flow


@require_GET
@login_required
def card(request: HttpRequest, uscc: str) -> HttpResponse:
    """For whoever sees the firm and may have its code: its own people, and who may renew it."""
    firm, may_renew = _opened(request, uscc)
    code = EnterpriseCode.objects.filter(enterprise=firm, until=None).first()
    address = request.build_absolute_uri(reverse("desk:code", args=[code.token])) if code else ""
    context = {"firm": firm, "code": code, "address": address, "may_renew": may_renew}
    context |= {"qr": drawn(address)} if code else {}
    return render(request, "codes/card.html", context)


@require_POST
@login_required
def renew(request: HttpRequest, uscc: str) -> HttpResponse:
    firm, may_renew = _opened(request, uscc)
    if not may_renew:
        raise Http404
    seen = request.POST.get("seen", "")[:40]
    said = _("新的企业码已生成\n以前的已经失效") if seen else _("企业码已生成\n可以打印张贴，也可以存在手机里")
    attempt(request, said, flow.renew, firm, by=request.user, seen=seen)
    return redirect("enterprises:code", firm.uscc)


def _opened(request: HttpRequest, uscc: str) -> tuple[Enterprise, bool]:
    firm = visible(request, uscc)
    may_renew, _grant = flow.renews(firm, request.user)
    if not may_renew and not firm.members.current().filter(user=request.user).exists():
        raise Http404
    return firm, may_renew


def drawn(address: str) -> SafeString:
    """The QR as SVG; level Q, for it is printed small and gets dirty on a door."""
    code = segno.make(address, error="q", micro=False)
    svg = code.svg_inline(scale=1, border=4, omitsize=True, svgclass="cd-qr", lineclass=None, dark="#000", light="#fff")
    return mark_safe(svg)  # ours: segno's drawing of our own address
