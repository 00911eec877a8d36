"""The same act on several claims: each by its own verb, and of those refused each with its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext
from django.views.decorators.http import require_POST

from policies.claims import capacity, flow
from policies.claims.flow import Batch
from policies.claims.forms import DAY, THIS_CENTURY
from policies.claims.rows import for_rows, rows_of
from policies.claims.views.desk import BATCHES, parts_of
from policies.models import Claim
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.batch import chosen

MOST = 100
NAMES = {
    "accept": gettext_noop("受理 %(n)s 件申报"),
    "approve": gettext_noop("批准 %(n)s 件申报"),
    "publish": gettext_noop("公示 %(n)s 件申报"),
    "pay": gettext_noop("登记 %(n)s 件兑付"),
}
FOLLOWS = {
    "accept": gettext_noop("数据核校的报审批，审查遴选的请各部门同时审查。"),
    "approve": gettext_noop("按核定金额批准；要核减的请一件一件办。"),
    "publish": gettext_noop("同一批次的合成一份公示，人人可看。"),
    "pay": gettext_noop("每件一个凭证号，没有凭证号的这次不办。"),
}


class PaymentsForm(forms.Form):
    """One day for all, and for each claim its voucher; an empty one is left for another time."""

    paid_on = forms.DateField(label=gettext_lazy("兑付日期"), widget=DAY, validators=THIS_CENTURY)

    def __init__(self, *args: Any, claims: Iterable[Claim], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.claims = list(claims)
        for claim in self.claims:
            label = _("%(firm)s的凭证号") % {"firm": claim.enterprise.called}
            self.fields[f"voucher_{claim.pk}"] = forms.CharField(label=label, max_length=40, required=False)
        self.initial.setdefault("paid_on", local_day(clock.now()))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not any(data.get(f"voucher_{claim.pk}") for claim in self.claims):
            self.add_error(None, _("请至少写一个凭证号。"))
        return data

    def lines(self) -> list[tuple[Claim, str, date]]:
        day = self.cleaned_data["paid_on"]
        vouchers = ((claim, self.cleaned_data[f"voucher_{claim.pk}"].strip()) for claim in self.claims)
        return [(claim, voucher, day) for claim, voucher in vouchers if voucher]


@require_POST
@login_required
def batch(request: HttpRequest, verb: str) -> HttpResponse:
    """First shows what was chosen and asks; with `sure` it acts. 404 for who works on no claims."""
    rights = rights_of(request.user)
    if verb not in BATCHES or rights.is_outside or not parts_of(rights):
        raise Http404
    numbers = chosen(request.POST.getlist("c"))
    left = len(numbers[MOST:])
    seen = Claim.objects.visible_to(request.user).filter(number__in=numbers[:MOST])
    claims = list(for_rows(seen).order_by("round", "number"))
    if not claims:
        messages.info(request, _("请先选申报。"))
        return redirect("claims:desk")
    form = _payments(request, claims) if verb == "pay" else None
    if "sure" not in request.POST or (form is not None and not form.is_valid()):
        return _page(request, verb, claims, form, left)
    return _done(request, verb, act(verb, claims, request.user, form))


def _payments(request: HttpRequest, claims: list[Claim]) -> PaymentsForm:
    return PaymentsForm(request.POST if "sure" in request.POST else None, claims=claims)


def _page(request: HttpRequest, verb: str, claims: list[Claim], form: PaymentsForm | None, left: int) -> HttpResponse:
    rows: list[Any] = rows_of(claims, clock.now())
    context = {
        "verb": verb,
        "name": _(NAMES[verb]) % {"n": len(claims)},
        "follows": _(FOLLOWS[verb]),
        "rows": [(row, form[f"voucher_{row.claim.pk}"] if form else None) for row in rows],
        "form": form,
        "left": left and _("一次最多办 %(most)s 件，其余 %(left)s 件办完这些再选。") % {"most": MOST, "left": left},
        "back": _back(verb),
    }
    return render(request, "claims/batch.html", context, status=422 if form is not None and form.errors else 200)


def _back(verb: str) -> str:
    return f"{reverse('claims:desk')}?part={verb}"


def act(verb: str, claims: list[Claim], user: User, form: PaymentsForm | None) -> Batch:
    """Each claim for itself: what is refused hinders no other. Notices are one for each round."""
    result = Batch()
    able = [claim for claim in claims if _able(verb, claim, user, result)]
    if verb == "publish":
        for _round, together in groupby(able, key=lambda claim: claim.round_id):
            _try(list(together), lambda some: flow.publish(some, by=user), result)
    elif verb == "pay" and form is not None:
        for claim, voucher, day in form.lines():
            if claim in able:
                given = {"paid_on": day, "voucher": voucher}
                _try([claim], lambda some, given=given: flow.pay(some[0], by=user, **given), result)
    else:
        for claim in able:
            _try([claim], lambda some: getattr(flow, verb)(some[0], by=user), result)
    return result


def _able(verb: str, claim: Claim, user: User, result: Batch) -> bool:
    if verb in capacity.verbs_of(claim, user):
        return True
    why = capacity.why_not(verb, claim, user)
    result.refused.append((claim, why or _("现在是“%(status)s”，不用再做这一步。") % {"status": claim.status_name}))
    return False


def _try(claims: list[Claim], do: Any, result: Batch) -> None:
    try:
        with transaction.atomic():
            do(claims)
    except Refused as refused:
        result.refused += [(claim, refused.sentence) for claim in claims]
    else:
        result.done += claims


def _done(request: HttpRequest, verb: str, result: Batch) -> HttpResponse:
    n = len(result.done)
    said = ngettext("办好 %(n)s 件", "办好 %(n)s 件", n) % {"n": n}
    if not result.refused:
        messages.success(request, f"{said}\n" + _("有关的人会收到通知。"))
        return redirect(_back(verb))
    left = ngettext("%(n)s 件没有办成", "%(n)s 件没有办成", len(result.refused)) % {"n": len(result.refused)}
    heading = f"{said}，{left}" if n else left
    context = {"heading": heading, "refused": result.refused, "back": _back(verb)}
    return render(request, "claims/batch_done.html", context)
