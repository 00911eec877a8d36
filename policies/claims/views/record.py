"""One claim: what is next, what was seen and found, who said what; and the pages of its verbs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.attributes.catalogue import TOWN
from enterprises.attributes.sight import hidden_from
from enterprises.criteria.naming import source_name
from enterprises.models import firms_of
from policies.claims import capacity, stages
from policies.claims.facts import in_words, retold, verified
from policies.claims.forms import AT_ONCE, FORMS, VerbForm
from policies.claims.history import history
from policies.claims.journey import due_of, journey, where
from policies.claims.papers import papers_of
from policies.claims.rows import for_rows
from policies.claims.words import money
from policies.models import Claim, ClaimFile
from portal import files
from portal.people.masks import mask_account, mask_phone
from portal.people.models import User
from portal.trail.entries import read
from portal.worktime import clock

WEIGHS = ("approve", "reject")  # acts beside which stands what was found and said
HANDLES = frozenset({"officer", "head", "reviewer"})  # for the purpose of the claim they see its values (SEC-11)


def found(request: HttpRequest, number: str) -> Claim:
    """The claim as its reader may fetch it; 404 else (SEC-1)."""
    return get_object_or_404(for_rows(Claim.objects.visible_to(request.user)), number=number.replace("\0", ""))


@require_safe
@login_required
def record(request: HttpRequest, number: str) -> HttpResponse:
    claim, now = found(request, number), clock.now()
    held = capacity.standing(claim, request.user)
    own = claim.enterprise_id in firms_of(request.user)
    context = {
        "now": now,
        "claim": claim,
        "own": own,
        "keeps": bool(held.keys() & {"officer", "head"}),
        "line": journey(claim, now),
        "where": where(claim, own=own),
        "due": None if claim.status in stages.ENDED else due_of(claim, own=own),
        "asked": money(claim.asked_amount),
        "amount": money(claim.amount),
        **next_acts(claim, request.user),
        **_known(claim, request.user, set(held), own),
        "account": claim.account if own or held.keys() & {"officer", "head"} else mask_account(claim.account),
        "phone": claim.contact_phone if own or held.keys() & HANDLES else mask_phone(claim.contact_phone),
        "reviews": _reviews(claim, request.user),
        "objections": _objections(claim, request.user),
        "supplement": getattr(claim, "supplement", None),
        "payment": getattr(claim, "payment", None),
        "paid": money(claim.payment.amount) if hasattr(claim, "payment") else "",
        "materials": claim.files.select_related("file"),
        "papers": papers_of(claim),
        "history": history(claim, firm_side=own),
    }
    return render(request, "claims/record.html", context)


def next_acts(claim: Claim, user: User) -> dict[str, Any]:
    """What the person can do now: the first is the filled button, what ends the claim never is."""
    verbs = [verb for verb in FORMS if verb in capacity.verbs_of(claim, user)]
    ends = [verb for verb in verbs if verb in ("withdraw", "decline", "reject", "send_back")]
    rest = [verb for verb in verbs if verb not in ends]
    plain, more = (rest[1:] + ends, []) if len(ends) == 1 else (rest[1:], ends)  # one act alone needs no menu
    forms = {verb: FORMS[verb](claim=claim, user=user) for verb in verbs}
    return {
        "first": forms[rest[0]] if rest else None,
        "plain": [forms[verb] for verb in plain],
        "more": [forms[verb] for verb in more],
        "at_once": AT_ONCE,
    }


def _reviews(claim: Claim, user: User) -> list[Any]:
    """Each department's part with its clock, as far as the reader may see them (SEC-2)."""
    reviews = list(claim.reviews.visible_to(user).current().select_related("department", "by"))
    if not reviews:
        return []
    clocks = {clock.department_id: clock for clock in claim.deadlines.filter(obligation="claim_review").order_by("pk")}
    for review in reviews:
        review.clock = clocks.get(review.department_id)  # type: ignore[attr-defined]
        review.money = money(review.amount)  # type: ignore[attr-defined]
    return reviews


def _objections(claim: Claim, user: User) -> Any:
    return claim.objections.visible_to(user).select_related("decided_by")


# What was known -----------------------------------------------------------------------------------------------------


def _known(claim: Claim, user: User, held: set[str], own: bool) -> dict[str, Any]:
    """Facts seen, deviations. Whoever handles the claim reads them for its purpose, which is noted (SEC-3, 11)."""
    hidden = hidden_from(user, claim.enterprise)
    codes = {one.get("attribute") for one in [*claim.seen, *claim.deviations]} & hidden
    if held & HANDLES:
        if codes:
            read(claim.enterprise, by=user, what="claim")
        codes = set()
    words = verified(claim)
    return {
        "seen": [_fact(one, codes, words) for one in claim.seen],
        "deviations": [_deviation(one, codes) for one in claim.deviations],
        "working": [] if codes else retold(claim),
    }


def _fact(one: dict[str, Any], hidden: set[Any], verified: dict[str, str]) -> dict[str, Any]:
    code = one.get("attribute", "")
    return {
        "name": str(TOWN.get(code) or code),
        "value": _("数值不公开") if code in hidden else in_words(code, one.get("value")),
        "source": source_name(one.get("source", "")),
        "day": one.get("day") or "",
        "declared": bool(one.get("declared")),
        "verified": "" if code in hidden else verified.get(code, ""),
    }


def _deviation(one: dict[str, Any], hidden: set[Any]) -> dict[str, str]:
    if one.get("formula"):
        return {"name": _("金额"), "said": _sum(one.get("said")), "found": _sum(one.get("found"))}
    if "condition" in one:
        found = _("不符合") if one.get("found") == "no" else _("待补充")
        return {"name": one["condition"], "said": _("符合"), "found": found}
    code = one.get("attribute", "")
    named = {"name": str(TOWN.get(code) or code)}
    if code in hidden:
        return named | {"said": _("数值不公开"), "found": _("数值不公开")}
    return named | {"said": in_words(code, one.get("said")), "found": in_words(code, one.get("found"))}


def _sum(value: Any) -> str:
    return "—" if value in (None, "") else money(Decimal(str(value)))


# Acts ---------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """A verb's form and the verb: 404 for what one may never do here, 409 where the claim has moved on."""
    claim = found(request, number)
    if verb not in FORMS or not set(capacity.standing(claim, request.user)) & set(stages.VERBS[verb][2]):
        raise Http404
    back = reverse("claims:claim", args=[claim.number])
    if verb not in capacity.verbs_of(claim, request.user):
        return _moved_on(request, claim, verb)
    form = FORMS[verb](
        request.POST if request.method == "POST" else None, request.FILES or None, claim=claim, user=request.user
    )
    if request.method == "POST":
        with transaction.atomic():
            done = form.do()
            transaction.set_rollback(not done)
        if done:
            messages.success(request, str(form.done))
            return redirect(_onward(request, claim))
    stands = claim.asked_amount if claim.amount is None else claim.amount
    context = {"form": form, "claim": claim, "back": back, "amount": money(stands), **_uploads(form)}
    if verb in WEIGHS:
        context |= {"reviews": _reviews(claim, request.user)} | _known(claim, request.user, {"head"}, own=False)
    if verb == "decide_objection":
        context |= {"objections": _objections(claim, request.user).open(), "keeps": True}
    return render(request, "claims/act.html", context, status=422 if form.errors else 200)


def _onward(request: HttpRequest, claim: Claim) -> str:
    """To the claim; to the desk where the act took it out of his sight: a review that is over (SEC-2)."""
    if Claim.objects.visible_to(request.user).filter(pk=claim.pk).exists():
        return reverse("claims:claim", args=[claim.number])
    return reverse("claims:desk")


def _moved_on(request: HttpRequest, claim: Claim, verb: str) -> HttpResponse:
    said = _("这件申报现在是“%(status)s”，不能再做这一步。") % {"status": claim.status_name}
    if claim.status in stages.VERBS[verb][0]:
        said = capacity.why_not(verb, claim, request.user) or _("这一步不由您办理。")
    context = {"claim": claim, "name": FORMS[verb].name, "said": said}
    return render(request, "claims/moved_on.html", context, status=409)


def _uploads(form: VerbForm) -> dict[str, Any]:
    if "files" not in form.fields:
        return {}
    return {"most": settings.FILES_PER_SUBJECT, "most_mb": settings.FILE_MAX_BYTES // 1024 // 1024}


@require_safe
@login_required
def download(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """One material, for whoever reads the claim now; an old link ends with the right (SEC-2)."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user), number=number.replace("\0", ""))
    return files.serve(get_object_or_404(ClaimFile.objects.select_related("file"), claim=claim, pk=pk).file)


@require_POST
@login_required
def upload(request: HttpRequest) -> HttpResponse:
    """Stores one file ahead of its form, for whoever acts for a firm: 201, or 422 with the sentence."""
    if not firms_of(request.user):
        raise Http404
    return files.take_upload(request.FILES.get("file"), by=request.user)
