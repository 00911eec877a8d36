"""智联查: what could be settled without a visit, many at once; and one settlement with its reasons."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from enterprises.attributes.sight import hidden_from
from enterprises.criteria.naming import named
from enterprises.criteria.reading import parsed
from enterprises.criteria.words import sentence
from enterprises.models import firms_of
from portal.people.models import User
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.words import local_day
from requests.forms.base import keys

from ...models import Agency, Need, Settlement
from ...models.agencies import OVERSEE_INSPECTIONS
from . import comparing, settling
from .comparing import NO, UNKNOWN, YES

PAGE = 50
VERDICTS = ((YES, gettext_lazy("可以办结")), (UNKNOWN, gettext_lazy("缺数据")), (NO, gettext_lazy("要上门")))


@require_safe
@login_required
def waiting(request: HttpRequest) -> HttpResponse:
    """`?said=` yes, unknown or no; `?agency=`."""
    own = set(Agency.objects.filter(active=True).worked_by(request.user).values_list("pk", flat=True))
    if not own and not _oversees(request.user):
        raise Http404
    said = request.GET.get("said", YES)
    said = said if said in dict(VERDICTS) else YES
    found = _narrowed(request)
    counts = comparing.counts(found)
    rows = comparing.of_verdict(found, said).select_related(
        "enterprise", "agency__department", "subject__settled_by__current"
    )
    page = Paginator(rows.order_by("last", "pk"), PAGE).get_page(request.GET.get("page"))
    shown = comparing.compared(list(page.object_list), request.user, local_day(clock.now()))
    context = {
        "page": page,
        "rows": [(one, one.verdict == YES and one.need.agency_id in own) for one in shown],
        "tabs": [(key, name, counts[key]) for key, name in VERDICTS],
        "said": said,
        "agency": request.GET.get("agency", ""),
        "agencies": Agency.objects.filter(active=True).select_related("department"),
    }
    return render(request, "draws/offsite.html", context)


def _oversees(user: Any) -> bool:
    rights = rights_of(user)
    return rights.has(*OVERSEE_INSPECTIONS) and not rights.is_outside


def _narrowed(request: HttpRequest) -> Any:
    found = comparing.waiting(Need.objects.visible_to(request.user))
    if agency := request.GET.get("agency", ""):
        found = found.filter(agency=agency) if agency.isdecimal() and len(agency) < 10 else found.none()
    return found


@require_POST
@login_required
def settle(request: HttpRequest) -> HttpResponse:
    """非现场办结 of what was ticked (`need`); each is looked at anew."""
    user = request.user
    if not Agency.objects.filter(active=True).worked_by(user).exists():
        raise Http404
    chosen = sorted(keys(request.POST.getlist("need")))[:PAGE]
    done, refused = settling.settle_many(Need.objects.visible_to(user).filter(pk__in=chosen).order_by("pk"), by=user)
    if done:
        said = ngettext("已办结 %(n)s 项，不再上门", "已办结 %(n)s 项，不再上门", done) % {"n": done}
        messages.success(request, said)
    for reason in refused[:5]:
        messages.error(request, reason)
    if not chosen:
        messages.error(request, _("请先勾选要办结的需求。"))
    return redirect(reverse("draws:offsite"))


@require_safe
@login_required
def settled(request: HttpRequest, number: str) -> HttpResponse:
    """One settlement: which data settled what, for the agency and the firm."""
    seen = Settlement.objects.visible_to(request.user).select_related(
        "need__enterprise", "need__agency__department", "need__subject", "criterion__criterion", "by"
    )
    found = get_object_or_404(seen, need__number=number)
    assert isinstance(request.user, User)
    named([found.criterion.criterion])
    own = found.need.enterprise_id in firms_of(request.user)
    lines = [tuple(line) for line in found.lines] if own else _anew(found, request.user)
    return render(request, "draws/settled.html", {"settlement": found, "lines": lines, "own": own})


def _anew(found: Settlement, user: User) -> list[tuple[int, bool | None, str]]:
    """The condition without values that are closed to an official (SEC-11): what it says, not what was seen."""
    hidden = hidden_from(user)
    if not comparing.reads_closed(parsed(found.criterion.tree), hidden):
        return [tuple(line) for line in found.lines]
    return [(0, True, sentence(parsed(found.criterion.tree)))]
