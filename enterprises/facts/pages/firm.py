"""The facts of one firm by line and resource, where each value came from, and the form to say that one is wrong."""

from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.people.refusal import Refused

from ...criteria.words import value_words
from ...models import Correction, Enterprise, Resource, ResourceColumn, firms_of
from .. import correcting
from ..freshness import State, standings
from ..periods import fits, period_name
from ..reading import History, history_of, rows_of
from ..saying import worded, words_of
from ..sight import Sight
from .blocks import Block, blocks_of, lines_of_rows, say_against
from .catalogue import today
from .forms import CorrectionForm

FEW, ALL = 3, 120


def visible(request: HttpRequest, uscc: str) -> Enterprise:
    return get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)


@require_safe
@login_required
def facts(request: HttpRequest, uscc: str) -> HttpResponse:
    """All that is known of a firm; `resource=` one of them with all its rows."""
    firm, code = visible(request, uscc), request.GET.get("resource", "")
    one = get_object_or_404(Resource, code=code) if code else None
    blocks = blocks_of(firm, request.user, resource=one, most=ALL if one else FEW)
    stale = {each.resource.pk: each for each in standings([block.resource for block in blocks], today())}
    for block in blocks:
        block.standing = stale[block.resource.pk]
        block.is_stale = block.standing.state == State.STALE
    own = firm.pk in firms_of(request.user)
    context = {
        "firm": firm,
        "own": own,
        "one": one,
        "lines": [_by_sight(line, list(group)) for line, group in groupby(blocks, key=_line)],
        "proposed": _proposed(firm, request),
        "corrects": own or correcting.may_propose(firm, request.user),
        "silent": [] if one else _silent(blocks, Sight(request.user, firm)),
    }
    return render(request, "facts/firm.html", context)


def _line(block: Block) -> Any:
    return block.resource.line


def _by_sight(line: Any, blocks: list[Block]) -> tuple[Any, list[Block], list[Block]]:
    """The blocks that say something to the reader, and those of which he learns only that they are there."""
    told = [block for block in blocks if block.sees or block.bands]
    return line, told, [block for block in blocks if block not in told]


def _silent(blocks: list[Block], sight: Sight) -> list[Resource]:
    """What he may read and of which this firm has nothing, but for complete registers, which say no by that."""
    known = [block.resource.pk for block in blocks]
    found = Resource.objects.filter(retired_at=None, complete=False).exclude(pk__in=known).select_related("line")
    return [resource for resource in found if sight.sees(resource)]


def _proposed(firm: Enterprise, request: HttpRequest) -> QuerySet[Correction]:
    """Corrections of rows that are not there yet would be seen nowhere else."""
    seen = Correction.objects.visible_to(request.user).proposed().filter(enterprise=firm)
    return seen.select_related("column__resource")


@require_safe
@login_required
def fact(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """One row: each value with source, batch, time and what it was before."""
    firm = visible(request, uscc)
    found = get_object_or_404(firm.facts.select_related("resource__line", "enterprise"), pk=pk)
    history = history_of(found, reader=request.user)
    if history is None:
        raise Http404
    context = {
        "firm": firm,
        "fact": found,
        "resource": found.resource,
        "values": _told(history),
        "named": found.item or period_name(found.period, found.resource.per),
        "corrects": firm.pk in firms_of(request.user) or correcting.may_propose(firm, request.user),
    }
    return render(request, "facts/fact.html", context)


def _told(history: History) -> list[dict[str, Any]]:
    """Each value about which something was said, and what it was before, the latest first."""
    (rows,) = rows_of([history.fact], {history.fact.resource_id: history.resource}).values()
    lines = lines_of_rows(rows)
    say_against(lines)
    told = []
    for value in lines[0].values:
        if value.cell or value.correction:
            said = history.of(value.column)
            before = [(_words(one.cell), one.cell, one.until) for one in said if one.until]
            told.append({"value": value, "before": before})
    return told


def _words(cell: Any) -> str:
    return "" if cell.value is None else value_words(cell.column.measure, cell.value)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def correct(request: HttpRequest, uscc: str, pk: int) -> HttpResponse:
    """The form that says a value is wrong; `period` and `item` in the address name the row, else they are asked for."""
    firm = visible(request, uscc)
    column = get_object_or_404(ResourceColumn.objects.select_related("resource__line"), pk=pk)
    own = firm.pk in firms_of(request.user)
    if not (own or correcting.may_propose(firm, request.user)) or not Sight(request.user, firm).sees(column.resource):
        raise Http404
    named = _row_named(request, column.resource)
    form = CorrectionForm(column, request.POST if request.method == "POST" else None, asks_row=named is None)
    if request.method == "POST" and form.is_valid():
        period, item = named or (form.cleaned_data.get("period"), form.cleaned_data.get("item", ""))
        given = {"period": period, "item": item, "reason": form.cleaned_data["reason"], "by": request.user}
        try:
            correcting.propose(firm, column, form.cleaned_data["plain"], **given)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("已提出，等%(line)s确认") % {"line": column.resource.line})
            return redirect("enterprises:facts", uscc)
    context = {
        "firm": firm,
        "column": column,
        "form": form,
        "own": own,
        "named": named,
        "when": (named[1] or period_name(named[0], column.resource.per)) if named else "",
        "stands": _stands(firm, column, *named) if named else "",
    }
    return render(request, "facts/correct.html", context, status=422 if form.errors else 200)


def _row_named(request: HttpRequest, resource: Resource) -> tuple[date | None, str] | None:
    """Period and item in the address, None where it has neither; 404 for what cannot be one."""
    given, item = request.GET.get("period", ""), request.GET.get("item", "")[:80]
    if not given and not item:
        return None
    try:
        period = date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Http404 from error
    if not fits(period, resource.per, today()) or bool(item) != bool(resource.item):
        raise Http404
    return period, item


def _stands(firm: Enterprise, column: ResourceColumn, period: Any, item: str) -> str:
    number = correcting.standing(firm, column, period, item)
    return worded(column.measure, number, words_of({number} if column.kind in ("text", "choice") else set()))
