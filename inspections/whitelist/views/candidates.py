"""Candidates by criterion with their reasons, and the act that proposes many of them in one round (INS-1)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from enterprises.attributes.sight import hidden_from
from enterprises.attributes.values import of_firm
from enterprises.criteria.almost import changes
from enterprises.criteria.language import attributes_of
from enterprises.criteria.one import evaluate
from enterprises.criteria.reading import parse
from enterprises.criteria.words import change_words, sentence
from enterprises.models import Criterion, Enterprise, Place
from portal import trail
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import Entry
from ...models.whitelist import reads_all
from .. import criteria, flow, reasons, stages
from ..candidates import STATES, counts, eligible, of_state, rows
from ..capacity import proposer_grant
from ..flow import Proposed
from ..forms import RoundForm
from ..seeing import shown_not_open
from .batch import named

PAGE, MOST, MOST_CHANGES = 100, 1000, 3
NAMES = {"yes": gettext_lazy("符合"), "almost": gettext_lazy("差一点"), "unknown": gettext_lazy("待补充")}


def proposes(user: User) -> bool:
    rights = rights_of(user)
    return not rights.is_outside and proposer_grant(rights) is not None


@require_safe
@login_required
def candidates(request: HttpRequest) -> HttpResponse:
    """`?state=` yes, almost or unknown; `?q=`, `?place=`. For the agency that keeps plans and who oversees the town."""
    if not _reads(request.user):
        raise Http404
    criterion = criteria.admission()
    if criterion is None:
        return render(request, "whitelist/candidates.html", {"criterion": None})
    state = request.GET.get("state", "yes")
    found = narrowed(request.GET, request.user)
    counted = counts(found, criterion)
    shown = of_state(found, criterion, state) if state in STATES else found.none()
    firms = Paginator(shown.select_related("place").order_by("name", "pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "criterion": criterion,
        "asks": sentence(parse(criterion.current.tree)) if criterion.current else "",
        "edits": Criterion.objects.visible_to(request.user).filter(pk=criterion.pk).exists(),
        "state": state,
        "tabs": [(key, name, counted[key]) for key, name in NAMES.items()],
        "page": firms,
        "rows": rows(list(firms), criterion, request.user, local_day(clock.now())),
        "places": Place.objects.order_by("path"),
        "place": request.GET.get("place", ""),
        "narrows": bool(request.GET.get("q") or request.GET.get("place")),
        "proposes": proposes(request.user),
    }
    return render(request, "whitelist/candidates.html", context)


def _reads(user: User) -> bool:
    return reads_all(user) and (proposes(user) or rights_of(user).has("supervisor", "leader"))


def narrowed(asked: Any, user: User) -> Any:
    found = eligible(user)
    if query := asked.get("q", "").strip()[:100].replace("\0", ""):
        found = found.search(query)
    if code := asked.get("place", ""):
        place = Place.objects.filter(code=code.replace("\0", "")).first()
        found = found.in_place(place) if place else found.none()
    return found


@require_POST
@login_required
def propose(request: HttpRequest) -> HttpResponse:
    """First the round's name and term with all that were chosen; with `sure` the round is opened. `all` takes everybody
    who fits under the filters of the page.
    """
    criterion = criteria.admission()
    if not reads_all(request.user) or not proposes(request.user) or criterion is None:
        raise Http404
    fitting = of_state(narrowed(request.POST, request.user), criterion, "yes")
    if "all" not in request.POST:
        codes = named(request.POST, "firm")
        fitting = eligible(request.user).filter(uscc__in=codes)
    firms = list(fitting.select_related("place").order_by("name", "pk")[:MOST])
    if not firms:
        messages.info(request, _("请先选企业；选中的可能已被推荐。"))
        return redirect("whitelist:candidates")
    form = RoundForm(request.POST if "sure" in request.POST else None)
    if "sure" in request.POST and form.is_valid():
        try:
            return _opened(request, flow.propose(firms, by=request.user, **form.cleaned_data))
        except Refused as refused:
            refused.put_on(form)
    context = {"form": form, "firms": firms, "criterion": criterion}
    return render(request, "whitelist/propose.html", context, status=422 if form.errors else 200)


def _opened(request: HttpRequest, made: Proposed) -> HttpResponse:
    n = len(made.entries)
    said = ngettext("已推荐 %(n)s 家", "已推荐 %(n)s 家", n) % {"n": n}
    if not made.left_out:
        messages.success(request, f"{said}\n" + _("各部门已收到审查任务。"))
        return redirect("whitelist:round", made.round.pk)
    context = {"round": made.round, "said": said, "left_out": made.left_out}
    return render(request, "whitelist/proposed.html", context)


@require_safe
@login_required
def candidate(request: HttpRequest, uscc: str) -> HttpResponse:
    """Why one firm fits or not, node by node; what the reader may not see stays unsaid (SEC-11)."""
    criterion = criteria.admission()
    if not _reads(request.user) or criterion is None or criterion.current is None:
        raise Http404
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user).select_related("place"), uscc=uscc)
    node, known, day = parse(criterion.current.tree), of_firm(firm), local_day(clock.now())
    finding, hidden = evaluate(node, known, day), hidden_from(request.user, firm)
    if shown_not_open(attributes_of(node), hidden):
        trail.read(firm, by=request.user, what="whitelist")
    told = [] if hidden & set(attributes_of(node)) or finding.outcome else changes(node, known, day)
    context = {
        "firm": firm,
        "criterion": criterion,
        "outcome": finding.outcome,
        "lines": reasons.told(finding, hidden, day),
        "changes": [change_words(change, known) for change in told[:MOST_CHANGES]],
        "entry": Entry.objects.visible_to(request.user).filter(enterprise=firm, status__in=stages.OPEN).first(),
        "proposes": proposes(request.user) and finding.outcome,
    }
    return render(request, "whitelist/candidate.html", context)
