"""The same act on several entries: asked once, done one by one, and of those refused each with its sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_POST

from portal.people.models import User
from portal.people.refusal import Refused
from portal.worktime import clock
from requests.batch import chosen

from ...models import Agency, Entry, EntryReview
from .. import flow
from ..capacity import own_reviews
from ..flow import Batch
from ..forms import GroundsForm, ReasonForm, RenewalForm
from ..rows import for_rows, rows_of
from .desk import ACTS, condition, parts_of

MOST = 1000
NAMES = {
    "agree": gettext_noop("同意 %(n)s 家企业列入白名单"),
    "object": gettext_noop("对 %(n)s 家企业提出异议"),
    "uphold": gettext_noop("坚持推荐 %(n)s 家企业"),
    "drop": gettext_noop("撤回 %(n)s 家企业的推荐"),
    "approve": gettext_noop("批准 %(n)s 家企业列入白名单"),
    "refuse": gettext_noop("不批准 %(n)s 家企业"),
    "renew": gettext_noop("推荐 %(n)s 家企业续期"),
}
FOLLOWS = {
    "agree": gettext_noop("各部门都提过意见后报镇领导审批。"),
    "object": gettext_noop("异议和理由交推荐单位处理。"),
    "uphold": gettext_noop("异议和您的说明一起报镇领导审批。"),
    "drop": gettext_noop("这些企业不列入；以后符合条件可以再推荐。"),
    "approve": gettext_noop("立即生效并公开，企业收到通知；与之冲突的待办检查同时取消。"),
    "refuse": gettext_noop("这些企业不列入，推荐单位会看到理由。"),
    "renew": gettext_noop("开一个新批次，各部门重新审查；现在的有效期不受影响。"),
}
TYPED: dict[str, type[forms.Form]] = {
    "object": GroundsForm,
    "uphold": ReasonForm,
    "drop": ReasonForm,
    "refuse": ReasonForm,
    "renew": RenewalForm,
}


@require_POST
@login_required
def batch(request: HttpRequest, verb: str) -> HttpResponse:
    """First shows what was chosen and asks; with `sure` it acts. 404 for whoever never does this to any."""
    user: User = request.user
    part = ACTS.get(verb)
    if part is None or part not in parts_of(user):
        raise Http404
    back = f"{reverse('whitelist:desk')}?part={part.key}"
    wanted = Entry.objects.visible_to(user).filter(condition(part, user))
    if "all" not in request.POST:
        wanted = wanted.filter(number__in=named(request.POST, "c"))
    elif (round := request.POST.get("round", "")).isdecimal() and len(round) < 19:
        wanted = wanted.filter(round=round)
    entries = list(for_rows(wanted).order_by("proposed_at", "pk")[:MOST])
    if not entries:
        messages.info(request, _("请先选企业；选中的可能已被别人办理。"))
        return redirect(back)
    typed = request.POST if "sure" in request.POST else None
    form = TYPED[verb](typed, label_suffix="") if verb in TYPED and verb != "renew" else None
    form = RenewalForm(typed) if verb == "renew" else form
    if typed is not None and (form is None or form.is_valid()):
        try:
            return _done(request, act(verb, entries, user, form.cleaned_data if form else {}), back)
        except Refused as refused:
            if form is None:
                messages.error(request, refused.sentence)
                return redirect(back)
            refused.put_on(form)
    return _page(request, verb, entries, form, back)


def named(posted: QueryDict, box: str) -> list[str]:
    """What was ticked, or what the page that asked hands on: hundreds in one field, for a form has 500 at most."""
    return chosen([*posted.getlist(box), *posted.get("chosen", "").split()])


def _page(
    request: HttpRequest, verb: str, entries: Sequence[Entry], form: forms.Form | None, back: str
) -> HttpResponse:
    context = {
        "verb": verb,
        "name": _(NAMES[verb]) % {"n": len(entries)},
        "follows": _(FOLLOWS[verb]),
        "rows": rows_of(entries, clock.now()),
        "form": form,
        "back": back,
    }
    return render(request, "whitelist/batch.html", context, status=422 if form is not None and form.errors else 200)


def act(verb: str, entries: Sequence[Entry], user: User, typed: dict[str, Any]) -> Batch:
    """Raises Refused where none of it can be done."""
    if verb in ("agree", "object"):
        return _reviewed(verb, entries, user, typed)
    if verb == "renew":
        made = flow.renew(entries, by=user, **typed)
        firms = {entry.enterprise_id: entry for entry in entries}
        return Batch(made.entries, [(firms[firm.pk], said) for firm, said in made.left_out])
    verbs: dict[str, Callable[..., Batch]] = {
        "uphold": flow.uphold_many,
        "drop": flow.drop_many,
        "approve": flow.approve_many,
        "refuse": flow.refuse_many,
    }
    return verbs[verb](entries, by=user, **typed)


def _reviewed(verb: str, entries: Sequence[Entry], user: User, typed: dict[str, Any]) -> Batch:
    """For each of his agencies what it owes; who works for two says the same for both."""
    says = EntryReview.Says.AGREES if verb == "agree" else EntryReview.Says.OBJECTS
    by_agency: dict[Agency, list[Entry]] = {}
    for entry in entries:
        for own in own_reviews(entry, user):
            by_agency.setdefault(own.agency, []).append(entry)
    result = Batch()
    for agency, owed in by_agency.items():
        part = flow.review_many(owed, by=user, agency=agency, says=says, **typed)
        result.done += part.done
        result.refused += part.refused
    return result


def _done(request: HttpRequest, result: Batch, back: str) -> HttpResponse:
    n = len({entry.pk for entry in result.done})
    said = ngettext("办好 %(n)s 家", "办好 %(n)s 家", n) % {"n": n}
    if not result.refused:
        messages.success(request, f"{said}\n" + _("有关的人会收到通知。"))
        return redirect(back)
    left = ngettext("%(n)s 家没有办成", "%(n)s 家没有办成", len(result.refused)) % {"n": len(result.refused)}
    heading = _("，").join([said, left]) if n else left
    context = {"heading": heading, "refused": result.refused, "back": back}
    return render(request, "whitelist/batch_done.html", context)
