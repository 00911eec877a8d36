"""The administrator's calendar: year, notice, local days, office hours; each change first says what it moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.deadlines import adjusting, following
from portal.deadlines.following import Preview
from portal.deadlines.models import Following
from portal.deadlines.obligations import Obligation
from portal.desk.calendar.forms import HoursForm, NoticeForm, OverrideForm
from portal.desk.calendar.picture import Year
from portal.desk.calendar.reading import read_notice
from portal.people.doors import only_for
from portal.people.refusal import Refused
from portal.people.roles import Role
from portal.worktime import clock, words
from portal.worktime.calendar import Calendar, calendar
from portal.worktime.gazette import Notice, NoticeDay
from portal.worktime.models import CalendarDay, OfficeHours
from portal.worktime.statutory import FIRST_YEAR, LAST_YEAR

AT_ONCE = 3  # seconds of following within the request; the beat does the rest
PAGE = 50
SALT = "calendar.notice"
KEEPS = 3600  # seconds between looking at a notice and importing it

administrators = only_for(Role.ADMINISTRATOR)


@administrators
@require_safe
def year(request: HttpRequest) -> HttpResponse:
    today = words.local_day(clock.now())
    number = _year(request.GET.get("year", ""), today.year)
    context = {
        "year": Year(number, calendar(), today),
        "years": [n for n in (number - 1, number, number + 1) if FIRST_YEAR <= n <= LAST_YEAR],
        "hours": list(OfficeHours.objects.order_by("-valid_from")),
        "today": today,
        "followings": Following.objects.select_related("asked_by")[:6],
    }
    return render(request, "calendar/year.html", context)


def _year(typed: str, otherwise: int) -> int:
    number = int(typed) if typed.isdecimal() and len(typed) == 4 else otherwise
    return min(max(number, FIRST_YEAR), LAST_YEAR)


# A change is shown, then made ----------------------------------------------------------------------------------------


Change = Callable[[], Following | None]


def change_page(
    request: HttpRequest,
    form: forms.Form,
    change: Change,
    *,
    heading: str,
    act: str,
    back: str,
    sub: str = "",
    named: Callable[[], dict[str, str]] = dict,
) -> HttpResponse:
    """A form in two steps: filled in, it says which open deadlines would move; confirmed, it moves them.

    `named` gives the second step a `heading` and an `act` that say what was typed.
    """
    context = {"form": form, "heading": heading, "act": act, "back": back, "sub": sub}
    if not is_sent(request) or not form.is_valid():
        return render(request, "calendar/change.html", context, status=422 if form.errors else 200)
    try:
        if "confirmed" in request.POST:
            return _made(request, change())
        return confirm_page(request, adjusting.preview(change), sent_of(request), **context | named())
    except Refused as refused:
        refused.put_on(form)
        return render(request, "calendar/change.html", context, status=422)


def confirm_page(
    request: HttpRequest, seen: Preview, sent: Mapping[str, str], *, heading: str, act: str, back: str, **more: Any
) -> HttpResponse:
    """What would move, and the one button that makes it so."""
    context = {"seen": seen, "moves": [_moving(moved) for moved in seen.shown], "sent": sent.items(), **more}
    return render(request, "calendar/confirm.html", context | {"heading": heading, "act": act, "back": back})


def is_sent(request: HttpRequest) -> bool:
    """Whether a form was sent off; gone back to from its second step, it is only shown again as it was typed."""
    return request.method == "POST" and "again" not in request.POST


def sent_of(request: HttpRequest) -> dict[str, str]:
    """What was typed, for the second step to carry."""
    own = ("csrfmiddlewaretoken", "confirmed", "again")
    return {name: str(value) for name, value in request.POST.items() if name not in own}


def _made(request: HttpRequest, asked: Following | None) -> HttpResponse:
    """The change is committed: the first seconds of following now."""
    if asked is None:
        messages.success(request, _("和现行的一样，没有改动"))
        return redirect("calendar:year")
    following.carry_on(AT_ONCE)
    return redirect("calendar:following", asked.pk)


def _moving(moved: Any) -> dict[str, Any]:
    deadline = moved.deadline
    return _line(deadline.subject, deadline.obligation, deadline.department, moved.former, deadline.due_at)


def _line(subject: Any, obligation: str, department: Any, former: Any, due_at: Any) -> dict[str, Any]:
    """A deadline that moves, by number alone: no business content, and of confidential matters nothing (SEC-1)."""
    what = Obligation(obligation).label if obligation in Obligation.values else obligation
    number = _("保密件") if subject is None or getattr(subject, "confidential", False) else str(subject)
    return {"number": number, "what": what, "department": department, "former": former, "due_at": due_at}


@administrators
def notice(request: HttpRequest) -> HttpResponse:
    """A notice's file is read and shown against what holds now; it travels signed to the second step."""
    if request.method == "POST" and "notice" in request.POST:
        return _import(request)
    form = NoticeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            found = read_notice(form.cleaned_data["file"], form.cleaned_data["file"].name, form.cleaned_data["source"])
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            return _shown(request, found)
    status = 422 if request.method == "POST" else 200
    return render(request, "calendar/notice.html", {"form": form, "back": reverse("calendar:year")}, status=status)


def _shown(request: HttpRequest, found: Notice) -> HttpResponse:
    known = calendar()
    all_days = sorted([*found.days, *_left_out(found, known)], key=lambda day: day.date)
    rows = [
        {"day": day, "name": words.holiday(day.name), "changes": known.is_working(day.date) != day.working}
        for day in all_days
    ]
    days = [[day.date.isoformat(), day.working, day.name] for day in found.days]
    signed = signing.dumps([found.year, found.source, days], salt=SALT, compress=True)
    return confirm_page(
        request,
        adjusting.preview(lambda: adjusting.import_notice(found, by=request.user)),
        {"notice": signed},
        heading=_("%(year)s 年放假通知") % {"year": found.year},
        act=_("导入，替换这一年原来的"),
        back=reverse("calendar:notice"),
        notice=found,
        days=rows,
    )


def _import(request: HttpRequest) -> HttpResponse:
    try:
        number, source, days = signing.loads(request.POST["notice"], salt=SALT, max_age=KEEPS)
    except signing.BadSignature:
        messages.error(request, _("放得太久了，请重新选文件"))
        return redirect("calendar:notice")
    found = Notice(number, source, tuple(NoticeDay(date.fromisoformat(day), *rest) for day, *rest in days))
    return _made(request, adjusting.import_notice(found, by=request.user))


def _left_out(found: Notice, known: Calendar) -> list[NoticeDay]:
    """The days of its year that differ from their weekday now and no longer would: it does not name them."""
    named = {day.date for day in found.days}
    local = set(CalendarDay.objects.filter(origin="local").values_list("date", flat=True))
    first = date(found.year, 1, 1)
    days = (first + timedelta(days=n) for n in range((date(found.year + 1, 1, 1) - first).days))
    usual = ((day, day.weekday() < 5) for day in days if day not in named and day not in local)
    return [NoticeDay(day, works, _("通知未列，按星期算")) for day, works in usual if known.is_working(day) != works]


@administrators
def override(request: HttpRequest) -> HttpResponse:
    day = request.GET.get("day", "")
    form = OverrideForm(request.POST or None, initial={"first": day})

    def change() -> Following:
        return adjusting.override(by=request.user, **form.cleaned_data)

    def named() -> dict[str, str]:
        given = form.cleaned_data
        days = words.day(given["first"])
        if given["last"] != given["first"]:
            days = _("%(first)s至%(last)s") % {"first": days, "last": words.day(given["last"])}
        act = _("%(days)s改为上班") if given["working"] else _("%(days)s改为休息")
        return {"heading": _("本地调整：%(name)s") % {"name": given["name"]}, "act": act % {"days": days}}

    heading, act = _("本地调整"), _("调整这几天")
    sub = _("只在本镇有效，例如台风停工、统一补班；正在走的时限跟着重算。")
    return change_page(
        request, form, change, heading=heading, act=act, back=reverse("calendar:year"), sub=sub, named=named
    )


@administrators
def lift(request: HttpRequest, day: date) -> HttpResponse:
    row = CalendarDay.objects.filter(date=day, origin="local").first()
    if row is None:
        messages.error(request, _("%(day)s没有本地调整，可能已经取消了。") % {"day": words.day(day)})
        return redirect(f"{reverse('calendar:year')}?year={day.year}")
    heading = _("取消 %(day)s的本地调整") % {"day": words.day(day)}
    form = forms.Form(request.POST if request.method == "POST" else None)
    sub, back = _("，").join([row.name, row.reason]), f"{reverse('calendar:year')}?year={day.year}"

    def change() -> Following:
        return adjusting.lift(day, by=request.user)

    return change_page(request, form, change, heading=heading, act=_("取消这一天的调整"), back=back, sub=sub)


@administrators
def hours(request: HttpRequest) -> HttpResponse:
    now = OfficeHours.objects.order_by("valid_from").last()
    spans = now.spans if now else []
    names = ("opens", "breaks", "resumes", "closes")
    form = HoursForm(request.POST or None, initial=dict(zip(names, (t for span in spans for t in span), strict=False)))

    def change() -> Following:
        return adjusting.set_hours(form.cleaned_data["valid_from"], form.spans, by=request.user)

    def named() -> dict[str, str]:
        spans = _("，").join(f"{opens:%H:%M}\u2060–\u2060{closes:%H:%M}" for opens, closes in form.spans)
        act = _("%(day)s起用这份办公时间") % {"day": words.day(form.cleaned_data["valid_from"])}
        return {"heading": _("办公时间：%(spans)s") % {"spans": spans}, "act": act}

    heading, act = _("办公时间"), _("从这一天起用")
    sub = _("每个工作日都一样；工作日时限到下班时间止，工作分钟只在办公时间里走。")
    return change_page(
        request, form, change, heading=heading, act=act, back=reverse("calendar:year"), sub=sub, named=named
    )


@administrators
@require_POST
def withdraw_hours(request: HttpRequest, pk: int) -> HttpResponse:
    row = OfficeHours.objects.filter(pk=pk).first()
    try:
        if row is None:
            raise Refused(_("已经撤销了。"))
        return _made(request, adjusting.withdraw_hours(row, by=request.user))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("calendar:year")


# What followed -------------------------------------------------------------------------------------------------------


@administrators
@require_safe
def followed(request: HttpRequest, pk: int) -> HttpResponse:
    """Which open deadlines moved with one change, from when to when; while it goes on, how far it is."""
    one = get_object_or_404(Following.objects.select_related("asked_by"), pk=pk)
    page = Paginator(one.moves.select_related("department"), PAGE).get_page(request.GET.get("page"))
    subjects = following.subjects_of(list(page))
    rows = [
        _line(subjects.get((move.model, move.subject_id)), move.obligation, move.department, move.former, move.due_at)
        for move in page
    ]
    return render(request, "calendar/following.html", {"following": one, "page": page, "moves": rows})


@administrators
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked every two seconds; the page is shown anew when it is done."""
    one = get_object_or_404(Following, pk=pk)
    if one.finished_at is None:
        return render(request, "calendar/following_progress.html", {"following": one})
    response = HttpResponse(status=204)
    response["HX-Refresh"] = "true"
    return response


@administrators
@require_safe
def followings(request: HttpRequest) -> HttpResponse:
    page = Paginator(Following.objects.select_related("asked_by"), PAGE).get_page(request.GET.get("page"))
    return render(request, "calendar/followings.html", {"page": page})
