"""The form of an amount after a click or a change, tried on one firm if its name is given."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from enterprises.attributes.sight import hidden_from
from enterprises.attributes.values import of_firm
from enterprises.models import Enterprise
from policies.models.policies import HEADS, WRITES_POLICIES
from portal.people.doors import only_for
from portal.worktime import clock

from .. import form
from ..language import Formula, parse
from ..reads import attributes_read
from ..words import money
from ..working import amount_of

PREFIX = re.compile(r"[a-z][a-z0-9_.-]{0,19}")


@require_POST
@only_for(WRITES_POLICIES, *HEADS)
def formula(request: HttpRequest) -> HttpResponse:
    prefix = request.GET.get("prefix", "f")
    if not PREFIX.fullmatch(prefix):
        raise Http404
    context = form.redraw(request.POST, prefix, writing=True)
    drawn = context["amount_form"]
    sample = request.POST.get(f"{prefix}.sample", "").strip()[:60]
    if sample and drawn["data"] is not None:
        drawn |= {"sample": sample, "preview": tried(parse(drawn["data"]), sample, request.user)}
    return render(request, "calculator/formula_fields.html", context)


def tried(read: Formula, sample: str, user: Any) -> dict[str, Any]:
    """What the formula gives one firm; nothing is reckoned in front of who may not read a value it needs (SEC-11)."""
    firm = Enterprise.objects.visible_to(user).search(sample).best_first(sample).first()
    if firm is None:
        return {"words": _("没有找到这家企业。")}
    if attributes_read(read) & hidden_from(user, firm):
        return {"words": _("这项算法用到不对您公开的数据，不能试算。")}
    worked = amount_of(read, of_firm(firm), {}, timezone.localdate(clock.now()))
    return {"firm": firm, "lines": worked.lines, "amount": None if worked.amount is None else money(worked.amount)}
