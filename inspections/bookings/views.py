"""检查预约: booking, the list for firm and agency, one booking and the acts on it (INS-11)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.export import workbook
from enterprises.models import Enterprise, firms_of
from portal.people.masks import mask_name, mask_phone
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.people.trying import tried
from portal.worktime import clock, words
from requests.forms.filing import contact_of, filable_firms

from ..models import Agency, Booking, BookingDeadline
from ..models.agencies import OVERSEE_INSPECTIONS
from ..models.bookings import BookingQuerySet
from . import flow, stages
from .capacity import standing, verbs_of
from .forms import FORMS, BookingForm
from .history import history

PAGE = 50
LIKELY = 30  # firms offered to choose from
STATES = (
    ("", gettext_lazy("全部")),
    (stages.ASKED, gettext_lazy("待答复")),
    ("late", gettext_lazy("答复超期")),
    (stages.ACCEPTED, gettext_lazy("已接受")),
    (stages.DECLINED, gettext_lazy("未接受")),
    (stages.WITHDRAWN, gettext_lazy("已取消")),
)


# Booking -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """For one's own firm, or for one that one looks after; of several the firm is chosen first."""
    offered = _offered(request.user)
    firm, choices = _firm(request, offered)
    if firm is None:
        context = {"firms": choices, "q": request.GET.get("q", "")}
        return render(request, "bookings/for.html", context)
    initial = {"key": uuid.uuid4(), **_contact(firm, request.user), "subject": request.GET.get("subject", "")}
    form = BookingForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        key, asked = form.cleaned_data.pop("key"), flow.Asked(**form.cleaned_data)
        made = tried(form, flow.book, firm, asked, by=request.user, key=key)
        if made is not None:
            messages.success(request, _booked(made))
            return redirect(made)
    context = {"form": form, "firm": firm, "own": firm.pk in firms_of(request.user)}
    return render(request, "bookings/new.html", context, status=422 if form.errors else 200)


def _offered(user: User) -> Any:
    """The firms he may book for. Raises Http404 where there are none."""
    firms = filable_firms(user)
    if rights_of(user).is_outside:
        firms = Enterprise.objects.filter(pk__in=firms_of(user))
    if not firms.exists():
        raise Http404
    return firms


def _firm(request: HttpRequest, offered: Any) -> tuple[Enterprise | None, list[Enterprise]]:
    """The one the address names, or the only one there is; else some to choose from, `?q=` what is searched."""
    if named := request.GET.get("firm", ""):
        return get_object_or_404(offered, uscc=named.replace("\0", "")), []
    query = request.GET.get("q", "").strip()[:100].replace("\0", "")
    found = offered.search(query) if query else offered
    choices = list(found.order_by("name", "pk")[:LIKELY])
    return (choices[0], []) if len(choices) == 1 and not query else (None, choices)


def _contact(firm: Enterprise, user: User) -> dict[str, str]:
    person = contact_of(firm, user)
    return {"contact_name": person.name, "contact_phone": person.mobile or person.phone} if person else {}


def _booked(made: Booking) -> str:
    due = words.by_when(made.deadline.due_at) if made.deadline else ""
    given = {"agency": made.agency, "due": due}
    return _("已向%(agency)s预约\n对方会在 %(due)s 答复。") % given


# Lists -------------------------------------------------------------------------------------------------------------


def may_list(user: User) -> bool:
    """Firms' people, who looks after firms, agencies' people and who oversees them."""
    rights = rights_of(user)
    if firms_of(user):
        return True
    if rights.is_outside:
        return False
    near = rights.has(Role.STEWARD, Role.PROJECT_ASSISTANT, *OVERSEE_INSPECTIONS)
    return near or Agency.objects.worked_by(user).exists()


def _is_office(user: User) -> bool:
    """Whether he reads the bookings of firms in general."""
    rights = rights_of(user)
    if rights.is_outside:
        return False
    return rights.has(*OVERSEE_INSPECTIONS) or Agency.objects.worked_by(user).exists()


@require_safe
@login_required
def bookings(request: HttpRequest) -> HttpResponse:
    """Those one sees: `?state=`, `?q=` firm or number."""
    if not may_list(request.user):
        raise Http404
    page = Paginator(narrowed(request).for_rows(), PAGE).get_page(request.GET.get("page"))
    office = _is_office(request.user)
    context = {
        "now": clock.now(),
        "page": page,
        "states": STATES if office else [one for one in STATES if one[0] != "late"],
        "state": request.GET.get("state", ""),
        "office": office,
        "own_only": not rights_of(request.user).is_official,
        "may_book": filable_firms(request.user).exists(),
        "narrowed": bool(request.GET.get("q") or request.GET.get("state")),
    }
    return render(request, "bookings/bookings.html", context)


def narrowed(request: HttpRequest) -> BookingQuerySet:
    """What the address asks for; a value that makes no sense finds nothing."""
    found, asked = Booking.objects.visible_to(request.user), request.GET
    state = asked.get("state", "")
    if state == "late":
        found = found.filter(pk__in=BookingDeadline.objects.overdue(clock.now()).order_by().values("subject"))
    elif state:
        found = found.filter(status=state) if state in stages.STATUSES else found.none()
    if query := asked.get("q", "").strip()[:100].replace("\0", ""):
        found = found.matching(query)
    return found


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed, as an Excel file (SEC-6); names and numbers of persons masked (SEC-3)."""
    if not _is_office(request.user):
        raise Http404
    columns = [_("编号"), _("企业"), _("统一社会信用代码"), _("执法部门"), _("检查事项"), _("节点"), _("说明")]
    columns += [_("希望从"), _("希望到"), _("状态"), _("预约时间"), _("应答复"), _("答复时间"), _("答复或原因")]
    columns += [_("联系人"), _("联系电话")]
    filters = {"state": request.GET["state"]} if request.GET.get("state") else {}
    filters |= {"q": "…"} if request.GET.get("q") else {}
    rows = _cells(narrowed(request).for_rows())
    return workbook(_("检查预约"), columns, rows, by=request.user, at=clock.now(), of=Booking, filters=filters)


def _cells(found: Any) -> Iterator[list[Any]]:
    for one in found:
        yield [
            one.number,
            one.enterprise.name,
            one.enterprise.uscc,
            str(one.agency),
            str(one.subject),
            one.milestone,
            one.text,
            one.first,
            one.last,
            one.state,
            one.booked_at,
            one.deadline.due_at if one.deadline else None,
            one.answered_at,
            one.answer or one.ended_for,
            mask_name(one.contact_name),
            mask_phone(one.contact_phone),
        ]


# One booking -------------------------------------------------------------------------------------------------------


def _found(request: HttpRequest, number: str) -> Booking:
    seen = Booking.objects.visible_to(request.user).for_rows().select_related("booked_by", "answered_by")
    return get_object_or_404(seen, number=number)


@require_safe
@login_required
def booking(request: HttpRequest, number: str) -> HttpResponse:
    """One booking: what is asked, what was answered, how far the check has come."""
    found = _found(request, number)
    held = standing(found, request.user)
    context = {
        "now": clock.now(),
        "booking": found,
        "own": "firm" in held,
        "answers": "agency" in held,
        "full_phone": bool(held),
        "verbs": [(verb, FORMS[verb].name) for verb in verbs_of(found, request.user)],
        "history": history(found),
    }
    return render(request, "bookings/booking.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def act(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """An act's form and the act; 404 for what the person may not do, 409 where the booking has moved on."""
    found = _found(request, number)
    if verb not in FORMS or not set(stages.VERBS[verb][2]) & set(standing(found, request.user)):
        raise Http404
    form = FORMS[verb](request.POST if request.method == "POST" else None, label_suffix="")
    form.prefill(found)
    if verb not in verbs_of(found, request.user):
        if request.method == "POST" and found.status in stages.VERBS[verb][1]:
            return redirect(found)  # pressed twice
        return render(request, "bookings/moved_on.html", {"booking": found, "form": form}, status=409)
    if request.method == "POST" and form.is_valid():
        try:
            getattr(flow, verb)(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            refused.put_on(form)
        else:
            messages.success(request, str(form.done))
            return redirect(found)
    context = {"form": form, "booking": found, "back": found.get_absolute_url()}
    return render(request, "bookings/act.html", context, status=422 if form.errors else 200)
