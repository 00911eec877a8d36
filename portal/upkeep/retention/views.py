"""What is kept for how long: the administrator's page, the auditor reads it, and the notice to all (SEC-3, SEC-10)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from enterprises.joining.flow import NOTICE
from portal.people.doors import only_for
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role

from . import flow
from .rules import BY_CODE


class PeriodForm(forms.Form):
    days = forms.IntegerField(
        label=gettext_lazy("保留天数"),
        min_value=1,
        error_messages={
            "required": gettext_lazy("请写保留多少天。"),
            "invalid": gettext_lazy("请写整数天，如 365。"),
            "min_value": gettext_lazy("至少 1 天。"),
        },
    )


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """What becomes of a person's data, told to everybody before he agrees; the periods are those of the rules."""
    kept = flow.told()
    context = {
        "edition": NOTICE,
        "kept": [one for one in kept if not one[0].inside],
        "inside": [one for one in kept if one[0].inside],
    }
    return render(request, "upkeep/notice.html", context)


@require_safe
@only_for(Role.ADMINISTRATOR, Role.AUDITOR)
def page(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
@only_for(Role.ADMINISTRATOR)
def change(request: HttpRequest, code: str) -> HttpResponse:
    if code not in BY_CODE:
        raise Http404
    form = PeriodForm(request.POST, label_suffix="", auto_id=f"id_{code}_%s")
    if form.is_valid():
        try:
            period = flow.set_period(code, form.cleaned_data["days"], by=request.user)
        except Refused as refused:
            form.add_error("days", str(refused))
        else:
            said = {"name": str(BY_CODE[code].name), "days": period.days}
            messages.success(request, _("“%(name)s”从今晚起保留 %(days)s 天") % said)
            return redirect("upkeep:retention")
    return _show(request, {code: form})


def _show(request: HttpRequest, tried: dict[str, PeriodForm] | None = None) -> HttpResponse:
    rows: list[dict[str, Any]] = []
    for kept in flow.in_force():
        form = (tried or {}).get(kept.rule.code)
        blank = PeriodForm(initial={"days": kept.days}, label_suffix="", auto_id=f"id_{kept.rule.code}_%s")
        rows.append({"kept": kept, "form": form or blank, "open": form is not None})
    last = flow.last_done()
    done = [{"name": BY_CODE[code].name, "count": count} for code, count in (last.data if last else {}).items()]
    context = {
        "rows": rows,
        "last": last,
        "done": done,
        "may_change": rights_of(request.user).has(Role.ADMINISTRATOR),
    }
    return render(request, "upkeep/retention.html", context, status=422 if tried else 200)
