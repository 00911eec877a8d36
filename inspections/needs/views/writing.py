"""提出, 修改 and 撤回: the form answers while one types, whether the gate would let it pass (INS-2)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import F, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import Enterprise, firms_of
from portal.people.models import User
from portal.people.trying import tried
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Agency, Entry, Inspector, Need, Subject, Team
from ...planning import joining
from .. import flow, gate, stages
from ..capacity import only_for_agencies, only_for_readers, standing, verbs_of
from ..forms import NeedForm, WindowForm, Withdraw, of_need, of_subject, own_subjects, usual_window
from ..history import history

LIKELY = 8  # firms offered to choose from
EDIT_SPACE = uuid.UUID("7a0c6d0c-3f0e-4a8e-9f58-5f6f6f1c2f77")


@dataclass
class Answer:
    """What the gate says of what is typed so far."""

    verdict: gate.Verdict
    listed: Entry | None
    used: int
    cap: int
    year: int
    near: list[gate.Standing]
    capped: bool


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def new(request: HttpRequest) -> HttpResponse:
    """提出检查需求; a GET with fields shows them as they are, so that parts of the page follow what is typed."""
    posted = request.method == "POST"
    form = NeedForm(request.POST if posted else None, user=request.user, initial=None if posted else _initial(request))
    if posted and form.is_valid():
        key = form.cleaned_data["key"]
        made = tried(form, flow.enter, form.wish(), by=request.user, key=key)
        if made is not None:
            messages.success(request, _("已提出 %(number)s\n等统筹部门排进检查计划。") % {"number": made.number})
            return redirect(made)
    typed = request.POST if posted else request.GET
    firm = _firm(typed.get("enterprise", ""), request.user)
    context = {
        "form": form,
        "q": typed.get("find", ""),
        "firm": firm,
        "firms": _firms(typed.get("find", ""), request.user, firm),
        "answer": _answer(form, firm, _subject(request.user, form["subject"].value())),
    }
    return render(request, "needs/new.html", context, status=422 if form.errors else 200)


def _initial(request: HttpRequest) -> dict[str, Any]:
    given = {name: request.GET[name] for name in NeedForm.base_fields if request.GET.get(name)}
    initial: dict[str, Any] = {"key": uuid.uuid4(), **usual_window(local_day(clock.now())), **given}
    subject = _subject(request.user, given.get("subject"))
    if subject is not None and (request.GET.get("fill") or "basis" not in given):
        initial |= of_subject(subject)
    return initial


def _subject(user: User, code: Any) -> Subject | None:
    code = str(code or "").replace("\0", "")
    return own_subjects(user).filter(code=code).first() if code else None


def _firm(code: str, user: User) -> Enterprise | None:
    code = code.strip().replace("\0", "")
    seen = Enterprise.objects.visible_to(user).exclude(pk__in=firms_of(user))  # what awaits his own he must not see
    return seen.filter(uscc=code).first() if code else None


def _firms(query: str, user: User, chosen: Enterprise | None) -> list[Enterprise]:
    """Those that the words find, the chosen one first; none of his own."""
    query = query.strip()[:100].replace("\0", "")
    found: list[Enterprise] = [chosen] if chosen else []
    if query:
        seen = Enterprise.objects.visible_to(user).exclude(pk__in=firms_of(user)).search(query)
        found += [firm for firm in seen.best_first(query)[:LIKELY] if chosen is None or firm.pk != chosen.pk]
    return found


def _answer(form: WindowForm, firm: Enterprise | None, subject: Subject | None) -> Answer | None:
    """None until firm, subject, kind and days are there."""
    window = _window(form)
    if firm is None or subject is None or window is None:
        return None
    return answer(firm, subject.agency, form["kind"].value(), *window, str(form["ordered_by"].value() or ""))


def _window(form: WindowForm) -> tuple[Any, Any] | None:
    try:
        first, last = (form.fields[name].clean(form[name].value()) for name in ("first", "last"))
    except ValidationError:
        return None
    return (first, last) if first <= last and (last - first).days < flow.LONGEST_DAYS else None


def answer(firm: Enterprise, agency: Agency, kind: str, first: Any, last: Any, ordered_by: str) -> Answer | None:
    """What stands in the way of such a check, and what one could join."""
    if kind not in stages.KINDS:
        return None
    stands = gate.Gate([firm.pk], first, last)
    here = stands.firms[firm.pk]
    return Answer(
        stands.judge(firm.pk, agency.pk, kind, first, last, ordered_by=ordered_by),
        Entry.objects.standing(first, last).filter(enterprise=firm).first(),
        here.used(first.year),
        stands.rules.yearly_cap,
        first.year,
        [visit for visit in stands.near(firm.pk, agency.pk, first, last) if not visit.unannounced],
        kind in stages.CAPPED,
    )


# One need ----------------------------------------------------------------------------------------------------------


def found(request: HttpRequest, number: str) -> Need:
    seen = Need.objects.visible_to(request.user)
    related = ("agency__department", "enterprise__place", "subject", "skill", "visit", "plan", "created_by")
    return get_object_or_404(seen.select_related(*related), number=number)


@require_safe
@only_for_readers
def need(request: HttpRequest, number: str) -> HttpResponse:
    """One need: what is wanted where and why, what became of it."""
    one = found(request, number)
    stands = one.visit is not None and one.status in (stages.PLANNED, stages.DONE)
    teams = Team.objects.filter(draw__rows__needs=one, drawn=F("draw__rows__team"))
    context = {
        "need": one,
        "visit": one.visit if stands else None,
        "drawn": teams.prefetch_related(Prefetch("members", Inspector.objects.select_related("user"))).first(),
        "verbs": [verb for verb in verbs_of(one, request.user) if verb in ("edit", "withdraw")],
        "joins": "agency" in standing(one, request.user) and joining.near(one, clock.now()).exists(),
        "listed": Entry.objects.standing(one.first, one.last).filter(enterprise=one.enterprise).first(),
        "history": history(one),
    }
    return render(request, "needs/need.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """修改; 404 for whose need it is not, 409 where it does not wait any more."""
    one = found(request, number)
    if (stopped := moved_on(request, one, "edit")) is not None:
        return stopped
    posted = request.method == "POST"
    typed = {name: value for name, value in request.GET.items() if name in WindowForm.base_fields}
    form = WindowForm(request.POST if posted else None, initial=of_need(one) | typed)
    if posted and form.is_valid():
        sent = uuid.uuid5(EDIT_SPACE, repr(sorted(map(str, form.cleaned_data.items()))))
        if tried(form, flow.edit, one, form.cleaned_data, by=request.user, key=sent) is not None:
            messages.success(request, _("已保存"))
            return redirect(one)
    context = {"form": form, "need": one, "answer": _answer(form, one.enterprise, one.subject)}
    return render(request, "needs/edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for_agencies
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """撤回."""
    one = found(request, number)
    if (stopped := moved_on(request, one, "withdraw")) is not None:
        return stopped
    form = Withdraw(request.POST if request.method == "POST" else None, label_suffix="")
    posted = request.method == "POST" and form.is_valid()
    if posted and tried(form, flow.withdraw, one, by=request.user, **form.cleaned_data) is not None:
        messages.success(request, _("已撤回"))
        return redirect(one)
    context = {"form": form, "need": one, "back": reverse("needs:need", args=[one.number])}
    return render(request, "needs/act.html", context, status=422 if form.errors else 200)


def moved_on(request: HttpRequest, one: Need, verb: str) -> HttpResponse | None:
    """404 for whose need it is not, 409 where the verb is not open any more; None: it is."""
    if "agency" not in standing(one, request.user):
        raise Http404
    if verb in verbs_of(one, request.user):
        return None
    if request.method == "POST" and one.status in stages.VERBS[verb][1]:
        return redirect(one)  # pressed twice
    return render(request, "needs/moved_on.html", {"need": one}, status=409)
