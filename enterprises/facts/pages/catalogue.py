"""The data officer's start page, the catalogue of resources, one of them, its empty workbook, and its editing."""

from io import BytesIO
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.people.doors import only_for
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.people.trying import tried
from portal.worktime import clock

from ...export import XLSX
from ...measures import Kind, Sensitivity, unit_name
from ...models import READS_EVERY_FIRM, Conflict, Correction, Delivery, Enterprise, FactImport, Line, Resource, lines_of
from .. import editing, undoing
from ..freshness import MONTHS, Standing, State, standings
from .forms import ColumnForm, ResourceForm

DELIVERS = (Role.DATA_OFFICER, Role.SUPERVISOR)
LATELY, LATEST = 8, 12
ORDER = {State.STALE: 0, State.NEVER: 1, State.DUE: 2, State.FRESH: 3}


def today() -> Any:
    return timezone.localdate(clock.now())


@require_safe
@only_for(*DELIVERS)
def start(request: HttpRequest) -> HttpResponse:
    """What the officer's lines have to do next; a supervisor sees all lines."""
    user: User = request.user
    lines = list(_lines(user))
    found = list(Resource.objects.filter(line__in=lines, retired_at=None).select_related("line"))
    standing = sorted(standings(found, today()), key=lambda one: ORDER[one.state])
    conflicts = Conflict.objects.visible_to(user).open().filter(fact__resource__line__in=lines)
    corrections = Correction.objects.visible_to(user).proposed().filter(column__resource__line__in=lines)
    last = Delivery.objects.filter(line__in=lines).select_related("resource", "line", "by").order_by("-at")
    context = {
        "lines": lines,
        "late": [one for one in standing if one.state in (State.STALE, State.NEVER)],
        "due": [one for one in standing if one.state == State.DUE],
        "fresh": sum(one.state == State.FRESH for one in standing),
        "conflicts": conflicts.count(),
        "corrections": corrections.count(),
        "deliveries": last[:LATELY],
        "imports": rights_of(user).has(Role.DATA_OFFICER),
    }
    return render(request, "facts/start.html", context)


def _lines(user: User) -> Any:
    if rights_of(user).has(Role.SUPERVISOR):
        return Line.objects.all()
    return lines_of(user)


@require_safe
@only_for(*READS_EVERY_FIRM)
def resources(request: HttpRequest) -> HttpResponse:
    """Everything the lines deliver, by line: how fresh it is and how many firms it covers."""
    chosen = request.GET.get("state", "")
    found = Resource.objects.filter(retired_at=None).select_related("line").order_by("line_id", "pk")
    standing = standings(found, today())
    tabs = [("", _("全部"), len(standing))]
    for state in (State.STALE, State.DUE, State.FRESH, State.NEVER):
        label = next((one.label for one in standing if one.state == state), "")
        if label:
            tabs.append((state.value, label, sum(one.state == state for one in standing)))
    shown = [one for one in standing if chosen in ("", one.state)]
    context = {
        "groups": [(line, list(group)) for line, group in groupby(shown, key=lambda one: one.resource.line)],
        "tabs": tabs,
        "chosen": chosen,
        "firms": Enterprise.objects.filter(status=Enterprise.Status.ACTIVE).count(),
        "sensitivity": WORDS,
        "works": rights_of(request.user).has(*DELIVERS),
    }
    return render(request, "facts/resources.html", context)


WORDS = {Sensitivity.OPEN: "open", Sensitivity.LINE: "line", Sensitivity.CLOSED: "closed"}


@require_safe
@only_for(*READS_EVERY_FIRM)
def resource(request: HttpRequest, code: str) -> HttpResponse:
    return _show(request, _found(code))


def _found(code: str) -> Resource:
    return get_object_or_404(Resource.objects.select_related("line__department"), code=code)


def _show(request: HttpRequest, one: Resource, status: int = 200, **forms: Any) -> HttpResponse:
    standing: Standing = standings([one], today())[0]
    edits = editing.grant_to_edit(request.user) is not None
    mine = lines_of(request.user)
    context = {
        "resource": one,
        "standing": standing,
        "columns": [(column, unit_name(column.display)) for column in one.columns.all()],
        "suppliers": one.suppliers.all(),
        "deliveries": _deliveries(one, request),
        "conflicts": Conflict.objects.visible_to(request.user).open().filter(fact__resource=one).count(),
        "imports": one.retired_at is None and mine.filter(pk__in=[one.line_id, *_suppliers(one)]).exists(),
        "edits": edits,
        **(
            {"form": ResourceForm(one), "column_form": ColumnForm(one)}
            if edits
            else {"form": None, "column_form": None}
        ),
        **forms,
    }
    return render(request, "facts/resource.html", context, status=status)


def _deliveries(one: Resource, request: HttpRequest) -> list[Any]:
    """The latest, each with the way to its import, where it can be looked at and undone, for whoever may see that."""
    found: list[Any] = list(one.deliveries.select_related("line", "by", "resource__line").order_by("-at")[:LATEST])
    seen = FactImport.objects.visible_to(request.user).filter(delivery__in=found)
    imports = dict(seen.order_by().values_list("delivery", "pk"))
    for delivery in found:
        pk = imports.get(delivery.pk)
        delivery.file_url = reverse("enterprises:fact-import", args=[pk]) if pk else ""
        pushed = delivery.way == Delivery.Way.API and delivery.undone_at is None
        delivery.undoes = pushed and undoing.grant_for(delivery, request.user) is not None
    return found


def _suppliers(one: Resource) -> list[int]:
    return list(one.suppliers.values_list("pk", flat=True))


@require_safe
@only_for(*READS_EVERY_FIRM)
def template(request: HttpRequest, code: str) -> HttpResponse:
    """An empty workbook with the headings that the import knows, to be filled in."""
    from xlsxwriter import Workbook  # here, because it is rarely needed

    one, content = _found(code), BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        sheet, head = book.add_worksheet(one.name[:31]), book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})  # codes are texts: as numbers their last digits are lost
        for number, heading in enumerate(headings(one)):
            sheet.set_column(number, number, max(14, len(heading) * 2 + 2), text if number == 0 else None)
            sheet.write_string(0, number, heading, head)
        sheet.freeze_panes(1, 0)
    response = HttpResponse(content.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, f"{one.name}.xlsx")
    return response


def headings(one: Resource) -> list[str]:
    """Firm, period, item, and the columns with their units, as the import reads them; always in Chinese."""
    found = ["统一社会信用代码", "企业名称"]
    if one.per in MONTHS:
        found.append("所属期")
    elif one.per == Resource.Per.DAY:
        found.append("截至日期")
    if one.item:
        found.append(one.item)
    for column in one.columns.all():
        unit = column.display if column.kind == Kind.NUMBER else ""
        found.append(f"{column.name}（{unit}）" if unit else column.name)
    return found


@require_POST
@only_for(*DELIVERS)
def undo(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Takes back what a system pushed; what came from a file is taken back on its import's page."""
    pushed = Delivery.objects.filter(resource__code=code, way=Delivery.Way.API).select_related("resource__line", "line")
    delivery = get_object_or_404(pushed, pk=pk)
    if undoing.grant_for(delivery, request.user) is None:
        raise Http404
    try:
        undone = undoing.undo(delivery, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤销，%(count)s 行恢复原值") % {"count": undone.restored})
    return redirect("enterprises:resource", code)


@require_POST
@only_for(*DELIVERS)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    one = _editable(request, code)
    form = ResourceForm(one, request.POST)
    if form.is_valid() and tried(form, editing.edit, one, by=request.user, **form.cleaned_data) is not None:
        messages.success(request, _("已保存"))
        return redirect("enterprises:resource", code)
    return _show(request, one, 422, form=form)


@require_POST
@only_for(*DELIVERS)
def add_column(request: HttpRequest, code: str) -> HttpResponse:
    one = _editable(request, code)
    form = ColumnForm(one, request.POST)
    if form.is_valid():
        column = tried(form, editing.add_column, one, by=request.user, **form.cleaned_data)
        if column is not None:
            messages.success(request, _("已增加“%(column)s”") % {"column": column})
            return redirect("enterprises:resource", code)
    return _show(request, one, 422, column_form=form)


@require_POST
@only_for(*DELIVERS)
def retire(request: HttpRequest, code: str) -> HttpResponse:
    one = _editable(request, code)
    try:
        editing.retire(one, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("enterprises:resource", code)


def _editable(request: HttpRequest, code: str) -> Resource:
    one = _found(code)
    if editing.grant_to_edit(request.user) is None:
        raise Http404
    return one
