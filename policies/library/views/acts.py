"""The acts on a version and on a policy: one page each, with its form and what will happen (POL-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portal.people.doors import only_for
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import day as day_words
from portal.worktime.words import local_day

from ...models import Policy, PolicyVersion
from ...models.policies import WRITES_POLICIES
from .. import flow
from ..capacity import READS_DESK, standing, verbs_of
from ..doubts import doubts
from ..forms import PlainForm, ReasonForm
from ..stages import VERBS, WORKED_ON


@dataclass(frozen=True)
class Words:
    """An act: its name, the button, what is said when it is done, and whether it needs a reason."""

    name: Any
    button: Any
    done: Any
    reason: bool = False


WORDS = {
    "submit": Words(gettext_lazy("送审"), gettext_lazy("送审"), gettext_lazy("已送审\n审核的同事已收到通知。")),
    "approve": Words(gettext_lazy("审核通过"), gettext_lazy("通过"), gettext_lazy("已审核通过")),
    "send_back": Words(
        gettext_lazy("退回修改"), gettext_lazy("退回修改"), gettext_lazy("已退回\n编写的同事会看到理由。"), True
    ),
    "drop": Words(gettext_lazy("放弃这一版"), gettext_lazy("放弃这一版"), gettext_lazy("已放弃\n内容仍可查看。")),
    "end": Words(gettext_lazy("废止政策"), gettext_lazy("废止"), gettext_lazy("已废止\n不再匹配企业。"), True),
}


@require_http_methods(["GET", "POST"])
@only_for(*READS_DESK)
def act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """404 for what the person may not do; from a page that is out of date he is told how it stands now."""
    from .desk import kept

    verb = verb.replace("-", "_")
    policy = get_object_or_404(kept(request).select_related("current", "department"), code=code)
    if verb not in WORDS:
        raise Http404
    verbs = verbs_of(policy, request.user)
    working = policy.versions.filter(status__in=WORKED_ON).first()
    if verb not in verbs and _moved_on(policy, working, verb, request.user):
        return _told(request, policy, working)
    if verb not in verbs and (request.method == "GET" or not standing(policy, _by(request))):
        raise Http404
    words = WORDS[verb]
    typed = request.POST if request.method == "POST" else None
    form = (ReasonForm if words.reason else PlainForm)(typed, label_suffix="")
    back = reverse("policies:desk-policy", args=[policy.code])
    if request.method == "POST" and form.is_valid():
        subject = policy if verb == "end" else working
        if subject is None:
            raise Http404
        try:
            flow.VERBS[verb](subject, by=_by(request), **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, str(words.done))
            return redirect(back)
    return _page(request, policy, working, verb, form, back)


def _moved_on(policy: Policy, working: PolicyVersion | None, verb: str, user: Any) -> bool:
    """Whether it was his to do before somebody else, or he in another tab, brought the version on."""
    version = working or policy.current
    sources, _to, who = VERBS[verb]
    if version is None or version.status in sources:
        return False
    return not standing(policy, user, version=version).keys().isdisjoint(who)


def _told(request: HttpRequest, policy: Policy, working: PolicyVersion | None) -> HttpResponse:
    version = working or policy.current
    assert version is not None
    status = {"number": version.number, "status": version.status_name}
    messages.error(request, _("第 %(number)s 版现在是“%(status)s”，不用再做这一步。") % status)
    return redirect("policies:desk-policy", policy.code)


def _by(request: HttpRequest) -> Any:
    """Whoever is signed in; the door lets nobody else in."""
    return request.user


def _page(
    request: HttpRequest, policy: Policy, working: PolicyVersion | None, verb: str, form: forms.Form, back: str
) -> HttpResponse:
    words = WORDS[verb]
    title = working.title if working and verb != "end" else str(policy)
    context = {
        "form": form,
        "heading": words.name,
        "act": words.button,
        "back": back,
        "what": title,
        "note": _effect(verb, working),
        "doubts": doubts(working, local_day(clock.now())) if working and verb in ("submit", "approve") else [],
    }
    return render(request, "policies/act.html", context, status=422 if form.errors else 200)


def _effect(verb: str, working: PolicyVersion | None) -> str:
    """What will happen, in a sentence."""
    if verb == "submit":
        return _("由本部门负责人或另一名政策专员审核；审核期间不能再改。")
    if verb == "approve" and working is not None:
        if working.effective_on <= local_day(clock.now()):
            return _("通过后立即生效，对所有人公开，并按新条款匹配企业。")
        return _("通过后到 %(day)s 自动生效。") % {"day": day_words(working.effective_on)}
    if verb == "end":
        return _("废止后不再匹配企业，正文仍可查阅，不能恢复。已经收到的申报照常办理。")
    if verb == "drop":
        return _("放弃后不能再改，编号和内容仍留底。")
    return ""


@require_POST
@only_for(WRITES_POLICIES)
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """起草新版: with the words of the version in force, then straight to writing."""
    from .desk import kept

    policy = get_object_or_404(kept(request), code=code)
    try:
        flow.draft(policy, by=_by(request))
    except Refused as refused:
        messages.error(request, refused.sentence)
        return redirect("policies:desk-policy", policy.code)
    return redirect("policies:write", policy.code)
