"""The agenda of the next supervision meeting (SUP-5): what is five working days overdue, with its figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.export import workbook
from portal.desk.figures.beside import Beside, Item
from portal.people.doors import only_for
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock, words
from portal.worktime.calendar import calendar
from requests.flow import agenda
from requests.forms.base import prose
from requests.models import AgendaNote, DeadlineCommitment, Ticket, TicketDeadline
from requests.owed import PROMISED

READERS = (Role.SUPERVISOR, Role.LEADER, Role.CONGRESS_OBSERVER)
MOVED = {"invalid_choice": gettext_lazy("这一件刚才有人动过，请看过再定。")}  # what another tab offered is over


class NoteForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("做什么"),
        choices=[(agenda.REMARK.value, gettext_lazy("加备注")), (agenda.REMOVED.value, gettext_lazy("移出议程"))],
        widget=forms.RadioSelect,
        initial=agenda.REMARK.value,
        error_messages=MOVED,
    )
    text = prose(
        gettext_lazy("备注，或者移出的理由"),
        max_length=500,
        error_messages={"required": gettext_lazy("请写备注，或者移出的理由。")},
    )


class RestoreForm(forms.Form):
    kind = forms.ChoiceField(choices=[(agenda.RESTORED.value, "")], widget=forms.HiddenInput, error_messages=MOVED)
    text = prose(
        gettext_lazy("为什么重新列入"),
        max_length=500,
        error_messages={"required": gettext_lazy("请写为什么重新列入。")},
    )


@require_safe
@only_for(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """The items, the longest overdue first; below them what was taken off, and why."""
    now = clock.now()
    items, others = _read(request, agenda.on_agenda(), now), _others(request, now)
    context = {
        "now": now,
        "items": items,
        "others": others,
        "removed": _read(request, agenda.taken_off(), now),
        "finding": _finding(items, others, now),
        "departments": _by_department(items, others),
        "uncommitted": sum(item.promises and item.commitment is None for item in items),
        "broken": sum(item.commitment is not None and item.commitment.state == "broken" for item in items),
        "may_note": rights_of(request.user).has(Role.SUPERVISOR),
    }
    return render(request, "desk/agenda.html", context)


@require_safe
@only_for(*READERS)
def export(request: HttpRequest) -> HttpResponse:
    """The same items as an Excel file (SEC-6)."""
    now = clock.now()
    cells = [*_cells(_read(request, agenda.on_agenda(), now)), *_other_cells(_others(request, now), now)]
    return workbook(_("督查例会议程"), _headings(), cells, by=request.user, at=now, of=Ticket)


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(Role.SUPERVISOR)
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A remark, taking off, putting on again; 404 for what is not, or no longer, to be seen here."""
    deadline = get_object_or_404(_seen(request, agenda.reached()), pk=pk)
    form_class = RestoreForm if deadline.last_note == agenda.REMOVED else NoteForm
    form = form_class(request.POST or None, initial={"kind": form_class.base_fields["kind"].choices[0][0]})
    if request.method == "POST" and form.is_valid():
        try:
            agenda.note_agenda(deadline, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, DONE[form.cleaned_data["kind"]])
            return redirect("desk:agenda")
    context = {"form": form, "ticket": deadline.subject, "deadline": deadline, "removed": form_class is RestoreForm}
    return render(request, "desk/agenda_note.html", context, status=422 if form.errors else 200)


DONE = {
    agenda.REMARK.value: gettext_lazy("备注已记下"),
    agenda.REMOVED.value: gettext_lazy("已移出议程\n理由已记下，需要时可以重新列入。"),
    agenda.RESTORED.value: gettext_lazy("已重新列入议程"),
}


def _seen(request: HttpRequest, deadlines: QuerySet[TicketDeadline]) -> QuerySet[TicketDeadline]:
    """Of the tickets that he may read, with what a line of the agenda shows; a constant number of queries."""
    visible = Ticket.objects.visible_to(request.user).order_by()
    relations = ("subject__enterprise", "subject__lead_department", "subject__handler", "department", "user")
    return deadlines.filter(subject__in=visible.values("pk")).select_related(*relations)


def _read(request: HttpRequest, deadlines: QuerySet[TicketDeadline], now: datetime) -> list[Any]:
    notes = Prefetch("agenda_notes", AgendaNote.objects.select_related("by").order_by("at", "pk"), to_attr="notes")
    commitments = DeadlineCommitment.objects.filter(returned_at=None).select_related("leader").order_by("made_at", "pk")
    promised = Prefetch("commitments", commitments, to_attr="promised")
    items: list[Any] = list(_seen(request, deadlines).prefetch_related(notes, promised))
    for item in items:
        item.commitment = item.promised[-1] if item.promised else None
        item.promises = item.obligation in PROMISED
        item.in_hand = item.subject.handler if item.department_id == item.subject.lead_department_id else item.user
        item.late = calendar().remaining(now, item.due_at)
        item.url = reverse("requests:ticket", args=[item.subject.number])
    return items


def _others(request: HttpRequest, now: datetime) -> list[Item]:
    """Departments' work beside tickets that has come as far, for those who read what is late in the town."""
    if not rights_of(request.user).has(Role.SUPERVISOR, Role.LEADER):
        return []
    beside = Beside(request.user, now, None, {})
    return beside.rows(beside.raised)


def _finding(items: list[Any], others: list[Item], now: datetime) -> str:
    if not items and not others:
        return _("没有要上会的事项。")
    first = min([item.due_at for item in items] + [other.deadline.due_at for other in others])
    longest = words.left(calendar().remaining(now, first))
    total = len(items) + len(others)
    found = ngettext("%(n)s 件上会，已%(longest)s。", "%(n)s 件上会，最久的已%(longest)s。", total)
    return found % {"n": total, "longest": longest}


def _by_department(items: Iterable[Any], others: Iterable[Item]) -> list[tuple[str, int]]:
    return Counter([item.department.short_name for item in items] + [other.unit for other in others]).most_common()


def _headings() -> list[str]:
    return [
        _("编号"),
        _("诉求"),
        _("企业"),
        _("责任单位"),
        _("承办人"),
        _("事项"),
        _("到期时间"),
        _("超期工作日"),
        _("公开承诺"),
        _("承诺时间"),
        _("承诺情况"),
        _("备注"),
    ]


def _cells(items: Iterable[Any]) -> Iterator[list[Any]]:
    for item in items:
        ticket, commitment = item.subject, item.commitment
        promise = ["", None, _("没有") if item.promises else ""]
        if commitment:
            promise = [commitment.wording, commitment.until, commitment.state_name]
        yield [
            ticket.number,
            ticket.title,
            ticket.firm_name,
            item.department.short_name,
            item.in_hand.name if item.in_hand else "",
            item.label,
            item.due_at,
            item.late.days,
            *promise,
            "\n".join(f"{one.by.name}：{one.text}" for one in item.notes),
        ]


def _other_cells(others: Iterable[Item], now: datetime) -> Iterator[list[Any]]:
    """What has neither a public commitment nor notes: those are the tickets' (SUP-1)."""
    for other in others:
        row, due_at = other.row, other.deadline.due_at
        late, person = calendar().remaining(now, due_at).days, other.deadline.user
        who = [other.unit, person.name if person else ""]
        yield [row.number, row.title, row.firm, *who, other.deadline.label, due_at, late, "", None, "", ""]
