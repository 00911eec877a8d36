"""The work lists of conflicts between sources and of corrections to confirm, and the pages on which a line decides."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.people.doors import only_for
from portal.people.refusal import Refused

from ...measures import Kind
from ...models import Conflict, Correction, Delivery, ResourceColumn, firms_of, lines_of
from .. import correcting, ruling
from ..periods import period_name
from ..saying import source_at, value_at, worded, words_of
from .catalogue import DELIVERS
from .forms import AnswerForm, RulingForm

PAGE = 30
DONE = ("kept", "taken", "gone")


# Conflicts --------------------------------------------------------------------------------------------------------


@require_safe
@only_for(*DELIVERS)
def conflicts(request: HttpRequest) -> HttpResponse:
    """What sources disagree about, that this line's own first; by delivery, so that a batch can be decided at once."""
    seen = Conflict.objects.visible_to(request.user).told().order_by("-delivery_id", "pk")
    tab = request.GET.get("tab", "open")
    chosen = seen.filter(state__in=DONE) if tab == "done" else seen.open()
    if batch := request.GET.get("delivery", ""):
        chosen = chosen.filter(delivery=batch) if batch.isdecimal() and len(batch) < 19 else chosen.none()
    page = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    counts = [("open", _("待处理"), seen.open()), ("done", _("已处理"), seen.filter(state__in=DONE))]
    rows = list(page.object_list)
    show_conflicts(rows, request)
    context = {
        "page": page,
        "groups": _by_delivery(rows, request),
        "tab": tab,
        "tabs": [(key, name, found.count()) for key, name, found in counts],
    }
    return render(request, "facts/conflicts.html", context)


def _by_delivery(rows: Sequence[Any], request: HttpRequest) -> list[dict[str, Any]]:
    """The rows of a page by the delivery that offered the new value, with how many it has open that he may decide."""
    mine = Conflict.objects.decided_by(request.user).open().filter(delivery__in={row.delivery_id for row in rows})
    counted = dict(mine.order_by().values_list("delivery").annotate(Count("pk")))
    groups: list[dict[str, Any]] = []
    for row in rows:
        if not groups or groups[-1]["delivery"] != row.delivery:
            groups.append({"delivery": row.delivery, "rows": [], "open": counted.get(row.delivery_id, 0)})
        groups[-1]["rows"].append(row)
    return groups


def show_conflicts(rows: Sequence[Any], request: HttpRequest) -> None:
    """Give each both values in words with source, batch and day, and whether he may decide; four queries."""
    resources = {row.fact.resource_id for row in rows}
    columns = {
        (column.resource_id, column.place): column for column in ResourceColumn.objects.filter(resource__in=resources)
    }
    numbers: set[int | None] = set()
    for row in rows:
        row.column = columns[row.fact.resource_id, row.place]
        row.stands = value_at(row.fact, row.place) if row.state == Conflict.State.OPEN else row.standing
        if row.column.kind in (Kind.TEXT, Kind.CHOICE):
            numbers |= {row.stands, row.offered}
    texts = words_of(numbers)
    came = {source_at(row.fact, row.place) for row in rows} - {None}
    sources = Delivery.objects.select_related("line", "by").in_bulk(came)
    mine = set(lines_of(request.user).values_list("pk", flat=True))
    for row in rows:
        row.had = worded(row.column.measure, row.stands, texts)
        row.gets = worded(row.column.measure, row.offered, texts)
        row.source = sources.get(source_at(row.fact, row.place) or 0) if row.state == Conflict.State.OPEN else None
        row.when = period_name(row.fact.period, row.fact.resource.per)
        row.decides = row.fact.resource.line_id in mine and row.state == Conflict.State.OPEN


@require_POST
@only_for(*DELIVERS)
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    conflict = get_object_or_404(Conflict.objects.visible_to(request.user).select_related("fact__resource"), pk=pk)
    form = RulingForm(request.POST)
    if not form.is_valid():
        return _ask_reason(request)
    taking = form.cleaned_data["act"] == "take"
    try:
        (ruling.take if taking else ruling.keep)(
            conflict, by=request.user, reason=form.cleaned_data["reason"], seen=form.cleaned_data["seen"]
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已采用新值，数据马上更新") if taking else _("已维持原值，理由已告知报送的条线"))
    return _back(request)


@require_POST
@only_for(*DELIVERS)
def rule_all(request: HttpRequest, pk: int) -> HttpResponse:
    """One decision for all that a delivery left open."""
    seen = Conflict.objects.visible_to(request.user).filter(delivery=pk)
    delivery = get_object_or_404(Delivery.objects.select_related("resource"), pk=pk, conflicts__in=seen[:1])
    form = RulingForm(request.POST)
    if not form.is_valid():
        return _ask_reason(request)
    taking = form.cleaned_data["act"] == "take"
    try:
        count = (ruling.take_all if taking else ruling.keep_all)(
            delivery, by=request.user, reason=form.cleaned_data["reason"]
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        done = ngettext("%(count)s 项采用新值", "%(count)s 项采用新值", count) if taking else ""
        kept = ngettext("%(count)s 项维持原值", "%(count)s 项维持原值", count)
        messages.success(request, (done or kept) % {"count": count})
    return _back(request)


def _ask_reason(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("请写明理由"))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    response = redirect("enterprises:conflicts")
    batch = request.POST.get("delivery", "")
    if batch.isdecimal():
        response["Location"] += f"?delivery={batch}"
    return response


# Corrections ------------------------------------------------------------------------------------------------------


@require_safe
@only_for(*DELIVERS)
def corrections(request: HttpRequest) -> HttpResponse:
    seen = _told(Correction.objects.visible_to(request.user))
    tab = request.GET.get("tab", "open")
    states = (Correction.State.CONFIRMED, Correction.State.REJECTED)
    chosen = seen.filter(state__in=states).order_by("-ruled_at") if tab == "done" else seen.proposed()
    page = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    show_corrections(page.object_list, request)
    tabs = [
        ("open", _("待确认"), seen.proposed().count()),
        ("done", _("已处理"), seen.filter(state__in=states).count()),
    ]
    return render(request, "facts/corrections.html", {"page": page, "tab": tab, "tabs": tabs})


def _told(found: QuerySet[Correction]) -> QuerySet[Correction]:
    return found.select_related("enterprise", "column__resource__line", "by", "ruled_by")


def show_corrections(rows: Sequence[Any], request: HttpRequest) -> None:
    worded_ones = [row for row in rows if row.column.kind in (Kind.TEXT, Kind.CHOICE)]
    texts = words_of({number for row in worded_ones for number in (row.was, row.value)})
    mine = set(lines_of(request.user).values_list("pk", flat=True))
    for row in rows:
        row.had, row.gets = (worded(row.column.measure, number, texts) for number in (row.was, row.value))
        row.when = row.item or period_name(row.period, row.column.resource.per)
        row.decides = row.column.resource.line_id in mine and row.state == Correction.State.PROPOSED


@require_safe
@login_required
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """One correction: for whoever proposed it, the firm, and the line that decides."""
    return _show(request, pk, AnswerForm())


def _show(request: HttpRequest, pk: int, form: AnswerForm) -> HttpResponse:
    found = get_object_or_404(_told(Correction.objects.visible_to(request.user)), pk=pk)
    show_corrections([found], request)
    own = found.enterprise_id in firms_of(request.user)
    context = {"correction": found, "form": form, "by_name": not own or found.from_firm}
    return render(request, "facts/correction.html", context, status=422 if form.errors else 200)


@require_POST
@only_for(*DELIVERS)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Correction.objects.visible_to(request.user).select_related("column__resource"), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, pk, form)
    verb = correcting.reject if form.cleaned_data["act"] == "reject" else correcting.confirm
    try:
        verb(found, by=request.user, answer=form.cleaned_data["answer"])
    except Refused as refusal:
        if refusal.field is None:  # nothing in the form would mend it
            messages.error(request, str(refusal))
            return redirect("enterprises:correction", pk)
        form.add_error(refusal.field, str(refusal))
        return _show(request, pk, form)
    done = _("已更正，数据马上更新") if verb is correcting.confirm else _("已答复提出人，数据不变")
    messages.success(request, done)
    return redirect("enterprises:corrections")
