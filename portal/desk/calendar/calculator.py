"""The public calculator of time limits: everything is in the address, nothing is kept (DL-1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from portal.desk.calendar.forms import MOST_PAUSES, CalculatorForm
from portal.worktime import clock, words
from portal.worktime.calendar import SHANGHAI, Due, Limit, LimitKind, OutsideCalendar, Step, calendar
from portal.worktime.limits import StepKind
from requests.reckoning import what_of


@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """`?start=2026-12-11T09:00&kind=working_days&n=15&p1=…&r1=…`; without a question, the form alone."""
    pauses = _pauses(request)
    asked = "n" in request.GET or "start" in request.GET
    now = clock.now()
    start = now.astimezone(SHANGHAI).replace(second=0, microsecond=0, tzinfo=None)
    form = CalculatorForm(request.GET if asked else None, pauses=pauses, initial={"start": start})
    answer, status = None, 200
    if asked and form.is_valid():
        answer = _answer(form)
    if asked and answer is None:
        status = 422
    context = {"form": form, "answer": answer, "now": now, "more": pauses < MOST_PAUSES, "pauses": pauses + 1}
    return render(request, "calendar/calculator.html", context, status=status)


def _pauses(request: HttpRequest) -> int:
    """How many pauses have fields: those that are given, and one more where somebody asks for it."""
    typed = request.GET.get("pauses", "")
    asked = int(typed) if typed.isdecimal() and len(typed) < 3 else 0
    given = [n for n in range(1, MOST_PAUSES + 1) if request.GET.get(f"p{n}") or request.GET.get(f"r{n}")]
    return min(max([asked, *given]), MOST_PAUSES)


def _answer(form: CalculatorForm) -> dict[str, Any] | None:
    start: datetime = form.cleaned_data["start"]
    limit, pauses = form.limit, form.pauses
    try:
        due = calendar().due(start, limit, pauses)
        steps = due.steps
    except OutsideCalendar:
        form.add_error("n", _("算到了日历之外，日历只到 2050 年。"))
        return None
    except ValueError:
        form.add_error(None, _("暂停要一段接一段，都在开始之后。"))
        return None
    for number, pause in enumerate(pauses, 1):
        if pause.since > calendar().due(start, limit, pauses[: number - 1]).at:
            form.add_error(f"p{number}", _("这时已经到期，不能暂停。"))
            return None
    return {"due": due, "days": days_of(steps, limit), "said": said_of(due, start, limit), "open": _open(pauses)}


def _open(pauses: Any) -> bool:
    return bool(pauses) and pauses[-1].until is None


def said_of(due: Due, start: datetime, limit: Limit) -> str:
    """“11月20日(周五)20:00 起 1 个工作日”."""
    return _("%(start)s起 %(amount)s") % {"start": words.at_time(start), "amount": amount_of(limit)}


def amount_of(limit: Limit) -> str:
    n = limit.amount or 0
    if limit.kind is LimitKind.WORKING_MINUTES:
        return ngettext("%(n)s 工作分钟", "%(n)s 工作分钟", n) % {"n": n}
    if limit.kind is LimitKind.CALENDAR_DAYS:
        return ngettext("%(n)s 日", "%(n)s 日", n) % {"n": n}
    return ngettext("%(n)s 个工作日", "%(n)s 个工作日", n) % {"n": n}


def days_of(steps: list[Step], limit: Limit) -> list[dict[str, Any]]:
    """The steps as rows: the day, what it was, and by its shape whether it counted."""
    rows = []
    for step in steps:
        counts = step.kind in (StepKind.COUNTED, StepKind.DAY, StepKind.FIXED, StepKind.BACK)
        rows.append({"step": step, "what": what_of(step, limit), "counts": counts, "last": step is steps[-1]})
    return rows
