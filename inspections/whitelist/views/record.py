"""One entry: its line, why it was proposed, who said what, how it ended; and the pages of its verbs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.attributes.sight import hidden_from
from enterprises.models import CriterionVersion, firms_of
from portal import files, trail
from portal.people.models import User
from portal.people.refusal import Refused
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Appeal, AppealFile, Entry
from ...models.whitelist import reads_all
from .. import capacity, reasons, stages
from ..forms import AT_ONCE, FORMS, Act
from ..history import history
from ..journey import due_of, journey, where
from ..rows import for_rows
from ..seeing import shows_what_is_not_open

ENDS = ("drop", "refuse", "remove", "dismiss")  # never the filled button
WEIGHS = ("approve", "refuse", "uphold", "drop", "restore", "dismiss")  # beside these stands what was said


def found(request: HttpRequest, number: str) -> Entry:
    """The entry as its reader may fetch it; 404 else (SEC-1)."""
    return get_object_or_404(for_rows(Entry.objects.visible_to(request.user)), number=number.replace("\0", ""))


@require_safe
@login_required
def record(request: HttpRequest, number: str) -> HttpResponse:
    entry, now = found(request, number), clock.now()
    own = entry.enterprise_id in firms_of(request.user)
    office = reads_all(request.user) and not own
    context = {
        "now": now,
        "today": local_day(now),
        "entry": entry,
        "own": own,
        "office": office,
        "line": journey(entry, now) if office or own else None,
        "where": where(entry, now),
        "due": due_of(entry) if office or own else None,
        **next_acts(entry, request.user),
        **_told(entry, request.user, office, own),
    }
    return render(request, "whitelist/record.html", context)


def next_acts(entry: Entry, user: User) -> dict[str, Any]:
    """What the person can do now: the first is the filled button, what ends it never is."""
    able = capacity.verbs_of(entry, user)
    verbs = [verb for verb in FORMS if verb in able]
    rest = [verb for verb in verbs if verb not in ENDS]
    acts = [FORMS[verb] for verb in rest + [verb for verb in verbs if verb in ENDS]]
    return {
        "first": acts[0] if rest else None,
        "plain": acts[1:] if rest else acts,
        "at_once": AT_ONCE,
    }


def _told(entry: Entry, user: User, office: bool, own: bool) -> dict[str, Any]:
    """What is beyond the public's: reasons, reviews, appeals, the story; the firm reads its own end of it."""
    if not office and not own:
        return {"reasons": [], "incident": [], "reviews": [], "appeals": [], "history": []}
    hidden = hidden_from(user, entry.enterprise)
    if office and shows_what_is_not_open(entry, hidden):
        trail.read(entry.enterprise, by=user, what="whitelist")
    day = local_day(entry.proposed_at)
    return {
        "reasons": reasons.lines(entry.round.criterion.tree, entry.reasons, day, hidden) if entry.reasons else [],
        "incident": incident_lines(entry.incident, hidden),
        "reviews": entry.reviews.all() if office else [],
        "appeals": _appeals(entry),
        "history": history(entry, firm_side=own),
    }


def _appeals(entry: Entry) -> QuerySet[Appeal]:
    return entry.appeals.select_related("by", "decided_by").prefetch_related("files__file")


def incident_lines(kept: dict[str, Any], hidden: frozenset[str]) -> list[reasons.Line]:
    """Only what is met: the rest of the criterion took nobody off."""
    version = CriterionVersion.objects.filter(pk=kept.get("version")).first() if kept else None
    if version is None:
        return []
    told = reasons.lines(version.tree, kept["seen"], date.fromisoformat(kept["day"]), hidden)
    return [line for line in told if line.good and line.depth]


# Acts ---------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """A verb's form and the verb: 404 for what one may never do here, 409 where the entry has moved on."""
    entry = found(request, number)
    if verb not in FORMS or not _ever(entry, verb, request.user):
        raise Http404
    if verb not in capacity.verbs_of(entry, request.user):
        return _moved_on(request, entry, verb)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form: Act = FORMS[verb](*sent, entry=entry, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            form.do()
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, str(form.done))
            return redirect(_onward(request, entry))
    context: dict[str, Any] = {"form": form, "entry": entry, "back": entry.get_absolute_url()}
    if verb in WEIGHS:
        context |= {"reviews": entry.reviews.all(), "appeals": _appeals(entry)}
    return render(request, "whitelist/act.html", context, status=422 if form.errors else 200)


def _ever(entry: Entry, verb: str, user: User) -> bool:
    """Whether his part in it knows the verb at any status; an agency that was asked stays one of the review."""
    held = set(capacity.standing(entry, user))
    if "firm" not in held and any(capacity.review_grant(one.agency, user) for one in entry.reviews.all()):
        held.add("agency")
    return bool(held & set(stages.VERBS[verb][2]))


def _onward(request: HttpRequest, entry: Entry) -> str:
    if Entry.objects.visible_to(request.user).filter(pk=entry.pk).exists():
        return entry.get_absolute_url()
    return reverse("whitelist:desk")


def _moved_on(request: HttpRequest, entry: Entry, verb: str) -> HttpResponse:
    said = _("这家企业现在是“%(status)s”，不能再做这一步。") % {"status": entry.status_name}
    if entry.status in stages.VERBS[verb][0]:
        said = capacity.why_not(verb, entry, request.user) or _("本部门已经提过意见。")
    context = {"entry": entry, "name": FORMS[verb].name, "said": said}
    return render(request, "whitelist/moved_on.html", context, status=409)


@require_safe
@login_required
def appeal_file(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One paper or photo of an appeal, for whoever reads the appeal now (SEC-2)."""
    kept = AppealFile.objects.visible_to(request.user).filter(appeal__entry=found(request, number))
    return files.serve(get_object_or_404(kept.select_related("file"), pk=pk).file)
