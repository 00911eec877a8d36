"""按事项生成: what would come of it first, then the needs (INS-3)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from portal.people.refusal import Refused
from portal.people.trying import tried
from portal.worktime import clock
from portal.worktime.words import local_day

from .. import generating
from ..capacity import only_for_agencies
from ..forms import GenerateForm, own_subjects, usual_window

LEFT_OUT = {
    "whitelist": gettext_lazy("在白名单内，不作自选检查"),
    "cap": gettext_lazy("今年检查已到上限"),
    "multi_head": gettext_lazy("其他部门近期已有检查，应并入"),
    "done": gettext_lazy("今年已查过或已有需求"),
    "settled": gettext_lazy("数据比对就能办结"),
    "unknown": gettext_lazy("缺数据，不知道是否涉及"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def generate(request: HttpRequest) -> HttpResponse:
    """A GET with the fields previews; the POST of the same does it."""
    posted = request.method == "POST"
    given: Any = request.POST if posted else request.GET if "subject" in request.GET else None
    form = GenerateForm(given, user=request.user, initial=usual_window(local_day(clock.now())))
    preview = None
    if given is not None and form.is_valid():
        wanted = [form.cleaned_data[name] for name in ("subject", "kind", "first", "last")]
        if posted:
            made = tried(form, generating.generate, *wanted, by=request.user, basis=form.cleaned_data["basis"])
            if made is not None:
                return _done(request, made)
        preview = _preview(form, wanted, request)
    context = {
        "form": form,
        "preview": preview,
        "subjects": own_subjects(request.user).exclude(concerns=None).exists(),
    }
    return render(request, "needs/generate.html", context, status=422 if form.errors else 200)


def _preview(form: GenerateForm, wanted: list[Any], request: HttpRequest) -> dict[str, Any] | None:
    try:
        due = generating.due(*wanted, by=request.user)
    except Refused as refused:
        refused.put_on(form)
        return None
    left = [(LEFT_OUT[why], due.left_out[why]) for why in LEFT_OUT if due.left_out[why]]
    return {"firms": len(due.firms), "left": left, "most": generating.MOST}


def _done(request: HttpRequest, made: list[Any]) -> HttpResponse:
    if made:
        said = ngettext("已生成 %(n)s 项检查需求", "已生成 %(n)s 项检查需求", len(made)) % {"n": len(made)}
        messages.success(request, said)
    else:
        messages.success(request, _("没有要生成的：该查的都已有需求"))
    return redirect(f"{reverse('needs:needs')}?status=open&way=generated")
