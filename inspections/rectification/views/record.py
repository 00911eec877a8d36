"""One rectification: what was found, what was sent, whose turn it is; its acts, files and papers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.models import firms_of
from portal import files
from portal.people.models import User
from portal.people.trying import tried
from portal.worktime import clock

from ...models import CheckPhoto, JointVisit, Need, PointEntry, ProofFile, Rectification
from .. import limits, points, stages
from ..capacity import standing, verbs_of, why_not
from ..forms import FORMS, VerbForm
from ..history import history
from ..journey import due_of, journey, where
from ..papers import papers_of
from ..rows import for_rows

MORE = ("withdraw",)  # never the filled button, and aside


def found(request: HttpRequest, number: str) -> Rectification:
    """As its reader may fetch it; 404 else (SEC-1)."""
    rows = for_rows(Rectification.objects.visible_to(request.user)).select_related(
        "finding__record__need__subject", "finding__record__part", "ordered_by", "ended_by"
    )
    return get_object_or_404(rows, number=number.replace("\0", ""))


@require_safe
@login_required
def record(request: HttpRequest, number: str) -> HttpResponse:
    one, now, user = found(request, number), clock.now(), request.user
    own = one.enterprise_id in firms_of(user)
    sent_late = limits.sent_late(one)
    context = {
        "now": now,
        "one": one,
        "own": own,
        "line": journey(one, now),
        "where": where(one, own=own),
        "due": _due(one, own),
        **next_acts(one, user),
        "proofs": one.proofs.prefetch_related("files__file").select_related("by", "decided_by"),
        "sent_late": sent_late,
        "late": bool(sent_late) or limits.is_late(one, now),
        "asked": getattr(one, "more_time", None),
        "photos": _photos(one, user),
        "visit": _visit(one.visit_id, user),
        "going": _going(one, user, own),
        "cost": _cost(one),
        "balance": points.balance(one.enterprise_id, now),
        "papers": papers_of(one),
        "history": history(one, firm_side=own),
    }
    return render(request, "rectification/record.html", context)


def _due(one: Rectification, own: bool) -> Any:
    """The firm is told of its own limits, not by when an agency has to look."""
    due = None if one.status in stages.ENDED else due_of(one)
    return None if own and due is not None and due.obligor_kind != "inspected" else due


def next_acts(one: Rectification, user: Any) -> dict[str, Any]:
    """What the person can do now: the first is the filled button, what takes all of it back never is."""
    able = verbs_of(one, user)
    verbs = [verb for verb in FORMS if verb in able]
    rest = [_button(verb) for verb in verbs if verb not in MORE]
    more = [_button(verb) for verb in verbs if verb in MORE]
    plain, more = (rest[1:], more) if rest else (more, [])  # one act alone needs no menu
    return {"first": rest[0] if rest else None, "plain": plain, "more": more, "may_ask": "ask_time" in verbs}


def _button(verb: str) -> dict[str, str]:
    return {"verb": verb, "name": str(FORMS[verb].name)}


def _photos(one: Rectification, user: Any) -> list[CheckPhoto]:
    """What was photographed at the point that was found wanting."""
    taken = CheckPhoto.objects.visible_to(user).filter(record=one.finding.record_id)
    return list(taken.filter(item=one.finding.item_id)[:12])


def _visit(visit: int, user: Any) -> JointVisit | None:
    return JointVisit.objects.visible_to(user).filter(pk=visit).first()


def _going(one: Rectification, user: Any, own: bool) -> dict[str, Any] | None:
    """The re-check: its window for officials who read needs, its day for whoever reads the visit; else nothing."""
    if one.recheck is None:
        return None
    visit = _visit(one.recheck.visit_id, user) if one.recheck.visit_id else None
    need = Need.objects.visible_to(user).filter(pk=one.recheck_id).first() if not own else None
    return {"visit": visit, "need": need} if visit is not None or need is not None else None


def _cost(one: Rectification) -> dict[str, int]:
    lines = PointEntry.objects.filter(finding=one.finding_id)
    return {
        "taken": -sum(x.points for x in lines if x.points < 0),
        "given": sum(x.points for x in lines if x.points > 0),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """A verb's form and the verb: 404 for what one may never do here, 409 where it has moved on."""
    one, user = found(request, number), request.user
    if verb not in FORMS or not set(standing(one, user)) & set(stages.VERBS[verb][2]):
        raise Http404
    if verb not in verbs_of(one, user):
        return _moved_on(request, one, verb)
    form = FORMS[verb](
        request.POST if request.method == "POST" else None, request.FILES or None, rectification=one, user=user
    )
    if request.method == "POST" and form.is_valid() and _done(form):
        messages.success(request, str(form.done))
        return redirect(one)
    context = {"form": form, "one": one, "back": one.get_absolute_url()}
    return render(request, "rectification/act.html", context, status=422 if form.errors else 200)


def _done(form: VerbForm) -> bool:
    """In one transaction with the files that came with the form itself."""
    with transaction.atomic():
        done = tried(form, form.call) is not None
        transaction.set_rollback(not done)
    return done


def _moved_on(request: HttpRequest, one: Rectification, verb: str) -> HttpResponse:
    said = _("这项整改现在是“%(status)s”，不能再做这一步。") % {"status": one.status_name}
    if one.status in stages.VERBS[verb][0]:
        said = why_not(verb, one, clock.now()) or _("这一步不由您办理。")
    context = {"back": one.get_absolute_url(), "name": FORMS[verb].name, "said": said}
    return render(request, "rectification/moved_on.html", context, status=409)


@require_POST
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Stores one file ahead of its form, for whoever acts for a firm: 201, or 422 with the sentence."""
    user: User = request.user  # type: ignore[assignment]
    if not firms_of(user):
        raise Http404
    return files.take_upload(request.FILES.get("file"), by=user)


@require_safe
@login_required
def download(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One photo or paper of a proof, for whoever reads the rectification now (SEC-2)."""
    one = get_object_or_404(Rectification.objects.visible_to(request.user), number=number.replace("\0", ""))
    kept = ProofFile.objects.select_related("file").filter(proof__rectification=one)
    return files.serve(get_object_or_404(kept, pk=pk).file)
