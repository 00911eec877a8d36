"""Rounds 申报批次: which there are, one with its places and money, opening and closing; the claim-free list (POL-5)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policies.claims import capacity, flow, stages
from policies.claims.forms import CloseRoundForm, RoundForm
from policies.claims.rows import for_rows, rows_of
from policies.claims.views.lists import READS_CLAIMS
from policies.claims.words import money
from policies.models import Claim, ClauseVersion, Round, Way
from policies.models.claims import RoundQuerySet
from policies.models.policies import OVERSEE_POLICIES
from portal.people.doors import only_for
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock

PAGE, SHOWN = 25, 8
AT_ONCE = 200  # firms of a claim-free list in one request: two seconds
CLAIMED = (Way.BY_DATA, Way.BY_REVIEW, Way.CLAIM_FREE)
STATES = (("", gettext_lazy("全部")), ("open", gettext_lazy("正在受理")), ("over", gettext_lazy("已截止")))
NEEDS = ("clause__version__policy", "department")
APPROVED = (stages.PUBLISH, stages.PUBLICITY, stages.OBJECTION, stages.PAYMENT, stages.PAID)


def rounds_of(user: User) -> RoundQuerySet:
    """The rounds on whose pages he works, or which he oversees; who may claim what stands with the policy itself."""
    rights = rights_of(user)
    seen = Round.objects.visible_to(user)
    if rights.has(*OVERSEE_POLICIES):
        return seen
    if not rights.has(*READS_CLAIMS) or rights.is_outside:
        return seen.none()
    return seen.kept_by(user)


def own_clauses(user: User) -> Any:
    """The clauses in force of which he may open rounds."""
    mine = rights_of(user).departments(Role.POLICY_OFFICER)
    responsible = Q(responsible__in=mine) | Q(responsible=None, version__policy__department__in=mine)
    current = ClauseVersion.objects.filter(responsible, way__in=CLAIMED, clause__current=F("pk"))
    held = current.filter(version__policy__ended_at=None).select_related("version__policy")
    return held.order_by("version__title", "position", "pk")


@require_safe
@login_required
def rounds(request: HttpRequest) -> HttpResponse:
    """`?state=` open or over."""
    if not rights_of(request.user).has(*READS_CLAIMS):
        raise Http404
    now, mine, state = clock.now(), rounds_of(request.user), request.GET.get("state", "")
    chosen = {"": mine, "open": mine.open(now), "over": mine.exclude(pk__in=mine.open(now).values("pk"))}
    found = chosen.get(state, mine.none()).select_related(*NEEDS).annotate(n=Count("claims"))
    context = {
        "now": now,
        "states": STATES,
        "state": state,
        "page": Paginator(found.order_by("-opens_at", "-pk"), PAGE).get_page(request.GET.get("page")),
        "opens": rights_of(request.user).has(Role.POLICY_OFFICER),
    }
    return render(request, "claims/rounds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.POLICY_OFFICER)
def new(request: HttpRequest) -> HttpResponse:
    """开批次: `?clause=` chooses it beforehand."""
    typed = request.GET.get("clause", "")
    initial = {"clause": typed} if typed.isdecimal() else {}
    form = RoundForm(
        request.POST if request.method == "POST" else None, clauses=own_clauses(request.user), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = flow.open_round(form.cleaned_data["clause"].clause, by=request.user, **form.given())
        except Refused as refused:
            name = {"opens_at": "opens_on", "closes_at": "closes_on"}.get(refused.field or "", refused.field)
            form.add_error(name if name in form.fields else None, refused.sentence)
        else:
            messages.success(request, _("批次已开\n企业可以从政策页和“我的政策”申报。"))
            return redirect("claims:round", made.pk)
    return render(request, "claims/round_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One round; posting closes it early."""
    round = get_object_or_404(rounds_of(request.user).select_related(*NEEDS, "opened_by"), pk=pk)
    now, held = clock.now(), capacity.towards(round, request.user)
    form = CloseRoundForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST":
        if "officer" not in held:
            raise Http404
        if form.is_valid() and _closed(request, round, form):
            return redirect("claims:round", round.pk)
    claims = Claim.objects.visible_to(request.user).filter(round=round)
    context = {
        "now": now,
        "round": round,
        "form": form,
        "keeps": "officer" in held,
        "is_open": round.is_open(now),
        "ended": round.ended_at is not None or (round.closes_at is not None and round.closes_at <= now),
        "statuses": _statuses(round, claims),
        **_money(round, claims),
        **_places(round, claims),
        "waiting": rows_of(for_rows(claims.filter(status=stages.WAITING)).order_by("waits_since", "pk")[:SHOWN], now),
        "to_check": claims.filter(status__in=(stages.SUBMITTED, stages.APPROVE)).count(),
        "checked": claims.filter(status=stages.SUBMITTED, checked_at__isnull=False, deviations=[]).count(),
        "deviating": claims.filter(status__in=(stages.SUBMITTED, stages.APPROVE)).exclude(deviations=[]).count(),
        "list_url": f"{reverse('claims:all')}?round={round.pk}",
    }
    return render(request, "claims/round.html", context, status=422 if form.errors else 200)


def _closed(request: HttpRequest, round: Round, form: CloseRoundForm) -> bool:
    try:
        flow.close_round(round, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as refused:
        refused.put_on(form)
        return False
    messages.success(request, _("批次已提前截止\n已申报的照常办理。"))
    return True


def _statuses(round: Round, claims: Any) -> list[tuple[str, int, str]]:
    """How many stand where, each with the way to its list."""
    counted = dict(claims.order_by().values_list("status").annotate(n=Count("pk")))
    url = f"{reverse('claims:all')}?round={round.pk}&status="
    return [(_(name), counted[key], f"{url}{key}") for key, name in stages.STATUSES.items() if counted.get(key)]


def _money(round: Round, claims: Any) -> dict[str, Any]:
    sums = claims.order_by().aggregate(
        asked=Sum("asked_amount", filter=Q(status__in=stages.OPEN)),
        approved=Sum("amount", filter=Q(status__in=APPROVED)),
        paid=Sum("payment__amount"),
    )
    share = int(100 * round.committed / round.budget) if round.budget else None
    return {
        "asked": money(sums["asked"] or Decimal(0)),
        "approved": money(sums["approved"] or Decimal(0)),
        "paid": money(sums["paid"] or Decimal(0)),
        "budget": money(round.budget) if round.budget else "",
        "committed": money(round.committed),
        "budget_share": share,
    }


def _places(round: Round, claims: Any) -> dict[str, Any]:
    taken = claims.filter(place__isnull=False).count() if round.quota else 0
    return {"taken": taken, "left": round.quota - taken if round.quota else None}


# Acts on a whole round ----------------------------------------------------------------------------------------------


@require_POST
@login_required
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """按数据核校: what was said is compared with the facts of today; `accept` takes on what deviates in nothing."""
    round = _kept(request, pk)
    try:
        if "accept" in request.POST:
            result = flow.accept_checked(round, by=request.user)
            messages.success(request, _taken_on(len(result.done), len(result.refused)))
        else:
            found = flow.check(round, by=request.user)
            told = {"n": found.claims, "bad": found.deviating}
            messages.success(request, _("核校了 %(n)s 件，%(bad)s 件有差异\n没有差异的可以一次受理。") % told)
    except Refused as refused:
        messages.error(request, refused.sentence)
    return redirect("claims:round", round.pk)


def _taken_on(n: int, refused: int) -> str:
    said = ngettext("受理了 %(n)s 件", "受理了 %(n)s 件", n) % {"n": n}
    left = ngettext("%(n)s 件没有办成，请逐件看", "%(n)s 件没有办成，请逐件看", refused) % {"n": refused}
    return f"{said}\n{left}" if refused else said


def _kept(request: HttpRequest, pk: int) -> Round:
    """A round that he keeps as policy officer; 404 else."""
    round = get_object_or_404(rounds_of(request.user).select_related(*NEEDS), pk=pk)
    if "officer" not in capacity.towards(round, request.user):
        raise Http404
    return round


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def list_firms(request: HttpRequest, pk: int) -> HttpResponse:
    """免申即享: shows first whom the list would have; posting makes it and asks each to confirm.

    A long list is made in several acts: each answer sends the page on to the next and says how far it has come.
    """
    round = _kept(request, pk)
    if round.way != Way.CLAIM_FREE:
        raise Http404
    if request.method == "POST":
        return _listed(request, round)
    firms = flow.fitting(round).select_related("place").order_by("name", "pk")
    page = Paginator(firms, PAGE).get_page(request.GET.get("page"))
    return render(request, "claims/round_list.html", {"round": round, "page": page})


def _listed(request: HttpRequest, round: Round) -> HttpResponse:
    after, before, all_of = (_counted(request, name) for name in ("after", "listed", "all"))
    try:
        made = flow.list_firms(round, by=request.user, after=after, most=AT_ONCE)
    except Refused as refused:
        messages.error(request, refused.sentence)
        return _gone_on(request, reverse("claims:round-list", args=[round.pk]))
    n = before + len(made.claims)
    said = ngettext("已列入 %(n)s 家，已请它们确认", "已列入 %(n)s 家，已请它们确认", n) % {"n": n}
    if made.after is None and not made.left_out and not after:
        messages.success(request, said)
        return redirect("claims:round", round.pk)
    all_of = all_of or n + len(made.left_out) + flow.fitting(round).filter(pk__gt=made.after or 0).count()
    context = {"round": round, "said": said, "made": made, "n": n, "all": all_of, "percent": 100 * n // max(all_of, 1)}
    part = request.headers.get("HX-Request") and after
    return render(request, "claims/round_listed_part.html" if part else "claims/round_listed.html", context)


def _counted(request: HttpRequest, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


def _gone_on(request: HttpRequest, address: str) -> HttpResponse:
    """A redirect of the whole page, also for a part of it."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
