"""我的政策: what fits a firm, why, and what it can say of itself; and the same for an official who reads the firm."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enterprises.attributes import declaring
from enterprises.attributes.catalogue import TOWN, Attribute
from enterprises.attributes.forms import DeclareForm
from enterprises.attributes.sight import hidden_from
from enterprises.attributes.values import of_firm as known_of
from enterprises.criteria.words import value_words
from enterprises.models import Declaration, Enterprise, firms_of
from policies.claims.flow.barring import excluded
from policies.models import Clause, Muted, Round, Support, Way
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.trail.entries import read as note_read
from portal.worktime import clock

from .. import receipts
from ..explaining import explain
from ..matches import Match, Verdict, in_force, missing_of, of_firm, open_rounds
from .oversight import SEES_FIRMS

MOST_ASKED = 8  # facts in the small form, those first that decide most
ORDER = (Verdict.YES, Verdict.ALMOST, Verdict.UNKNOWN, Verdict.OPEN)


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """`?firm=`: one of the reader's firms; what is shown here counts as read (POL-4)."""
    return _mine(request, None)


def _mine(request: HttpRequest, form: DeclareForm | None) -> HttpResponse:
    firm, firms = own_firm(request)
    day = timezone.localdate(clock.now())
    known = known_of(firm)
    matches = of_firm(firm, day, known=known)
    shown = [match.clause.current_id for match in matches if match.verdict == Verdict.YES]
    receipts.read(request.user, [firm.pk], shown)
    asked = [(one, count) for one, count in missing_of(matches) if declaring.may_declare(one, known.get(one.code))]
    amended = _amended(request, firm)
    asked = [(one, 0) for one in amended] + asked
    context = {
        **_told(firm, matches, excluded(firm, clock.now())),
        "own": True,
        "firms": firms if len(firms) > 1 else [],
        "form": form or DeclareForm([one for one, _count in asked[:MOST_ASKED]]),
        "asked": len(asked),
        "amended": amended[0] if amended else None,
        "declared": _declared(firm, known),
    }
    return render(request, "matching/mine.html", context, status=422 if form is not None and form.errors else 200)


def own_firm(request: HttpRequest) -> tuple[Enterprise, list[Enterprise]]:
    """The firm asked for and all of the reader's; 404 for another's, and for who acts for none."""
    firms = list(
        Enterprise.objects.filter(pk__in=firms_of(request.user)).select_related("place").order_by("name", "pk")
    )
    wanted = request.POST.get("firm") or request.GET.get("firm")
    firm = next((one for one in firms if wanted in (None, "", one.uscc)), None)
    if firm is None:
        raise Http404
    return firm, firms


def _told(firm: Enterprise, matches: list[Match], barred: Collection[int] = ()) -> dict[str, Any]:
    """`barred`: clauses that the firm cannot claim beside what it has; they come last of their group."""
    shown = sorted(matches, key=lambda match: match.clause.pk in barred)
    groups = [(verdict, [match for match in shown if match.verdict == verdict]) for verdict in ORDER]
    return {
        "barred": barred,
        "firm": firm,
        "now": clock.now(),
        "groups": [(verdict.value, verdict.label, found) for verdict, found in groups if found],
        "yes": sum(match.verdict == Verdict.YES for match in matches),
        "almost": sum(match.verdict == Verdict.ALMOST for match in matches),
        "unknown": sum(match.verdict == Verdict.UNKNOWN for match in matches),
        "refused": [match for match in matches if match.verdict == Verdict.NO],
        "all": len(matches),
    }


def _amended(request: HttpRequest, firm: Enterprise) -> list[Attribute]:
    """`amend=`: what it has said of itself and nobody has verified, it may say otherwise."""
    code = request.POST.get("amend") or request.GET.get("amend", "")
    own = Declaration.objects.open().filter(enterprise=firm, attribute=code)
    return [TOWN[code]] if code in TOWN and own.exists() else []


def _declared(firm: Enterprise, known: Any) -> list[dict[str, Any]]:
    """What the firm says of itself now, in words, with whether it was verified."""
    rows = []
    for one in declaring.standing_words(firm):
        attribute, held = TOWN.get(one.attribute), known.get(one.attribute)
        if attribute is not None and held is not None:
            words = value_words(attribute, held.value)
            may_amend = one.state == Declaration.State.DECLARED
            said = {"attribute": attribute, "value": words, "state": one.get_state_display(), "at": one.at}
            rows.append({**said, "amend": may_amend})
    return rows


@require_POST
@login_required
def declare(request: HttpRequest) -> HttpResponse:
    """The firm supplies facts that are missing; its matches are those of the new values on the next page."""
    firm, _firms = own_firm(request)
    known, day = known_of(firm), timezone.localdate(clock.now())
    asked = [one for one, _count in missing_of(of_firm(firm, day, known=known))]
    asked += _amended(request, firm)
    attributes: list[Attribute] = [one for one in asked if one.code in request.POST][:40]
    form = DeclareForm(attributes, request.POST)
    if attributes and form.is_valid():
        try:
            made = declaring.declare(firm, form.values(), by=request.user)
        except Refused as refused:
            refused.put_on(form)
        else:
            said = _("已报 %(n)s 项，匹配结果已更新\n自报的数据会标明“待核实”，核实前可以改")
            messages.success(request, said % {"n": len(made)})
            return _back(firm)
    if not attributes:
        messages.error(request, _("这些数据已经有了，匹配结果已更新"))
        return _back(firm)
    return _mine(request, form)


def _back(firm: Enterprise) -> HttpResponse:
    response = redirect("matching:mine")
    response["Location"] += f"?firm={firm.uscc}"
    return response


# Why --------------------------------------------------------------------------------------------------------------


@require_safe
@login_required
def why(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One clause and the reader's own firm, node by node."""
    firm, _firms = own_firm(request)
    return _explained(request, firm, _clause(code, number), own=True)


@require_safe
@login_required
def of_why(request: HttpRequest, uscc: str, code: str, number: int) -> HttpResponse:
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)
    return _explained(request, firm, _clause(code, number), own=firm.pk in firms_of(request.user))


def _clause(code: str, number: int) -> Clause:
    day = timezone.localdate(clock.now())
    return get_object_or_404(in_force(day), policy__code=code, number=number)


def _explained(request: HttpRequest, firm: Enterprise, clause: Clause, *, own: bool) -> HttpResponse:
    day = timezone.localdate(clock.now())
    found = explain(clause, firm, request.user, day)
    if own:
        receipts.read(request.user, [firm.pk], [clause.current_id])
    elif found.told:
        note_read(firm, request.user, what="policy")  # SEC-3: values that are not open to everybody were shown
    back = f"{reverse('matching:mine')}?firm={firm.uscc}" if own else reverse("matching:of", args=[firm.uscc])
    known = known_of(firm)
    asked = [one for one in found.missing if declaring.may_declare(one, known.get(one.code))]
    context = {
        "firm": firm,
        "clause": clause,
        "version": clause.current,
        "policy": clause.policy,
        "found": found,
        "own": own,
        "round": _claimed_in(clause) if own and found.verdict not in (Verdict.NO, Verdict.ALMOST) else None,
        "back": back,
        "form": DeclareForm(asked) if own and asked else None,
    }
    return render(request, "matching/why.html", context)


def _claimed_in(clause: Clause) -> Round | None:
    """The round in which the firm can claim by itself now."""
    found = open_rounds([clause.current_id]).get(clause.current_id)
    return found if found is not None and found.way != Way.CLAIM_FREE else None


@require_safe
@login_required
def of(request: HttpRequest, uscc: str) -> HttpResponse:
    """What fits a firm, for whoever may read it; hidden values stay unsaid (SEC-11)."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("place"), uscc=uscc)
    if firm.pk in firms_of(request.user):
        return _back(firm)
    rights = rights_of(request.user)
    day = timezone.localdate(clock.now())
    hidden = hidden_from(request.user, firm)
    context = {
        **_told(firm, of_firm(firm, day, hidden=hidden)),
        "own": False,
        "may_list": rights.has(*SEES_FIRMS),
    }
    return render(request, "matching/of.html", context)


# Muted kinds ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def muted(request: HttpRequest) -> HttpResponse:
    """Kinds of support of which the person wants no pushes and no reminders (POL-4): for whoever may get any."""
    if not firms_of(request.user) and not rights_of(request.user).has(Role.STEWARD):
        raise Http404
    if request.method == "POST":
        wanted = set(request.POST.getlist("wanted"))
        off = [support for support in Support.values if support not in wanted]
        Muted.objects.filter(user=request.user).exclude(support__in=off).delete()
        rows = [Muted(user=request.user, support=support) for support in off]
        Muted.objects.bulk_create(rows, ignore_conflicts=True)
        messages.success(request, _("已保存"))
        return redirect("matching:muted")
    muted_now = set(Muted.objects.filter(user=request.user).values_list("support", flat=True))
    kinds = [(support.value, support.label, support.value not in muted_now) for support in Support]
    return render(request, "matching/muted.html", {"kinds": kinds})
