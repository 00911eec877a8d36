"""Confidential complaints: how they come in, what the unit is asked, what the caller sees, who has read (APP-18)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from enterprises.models import firms_of
from portal.people.doors import only_for
from portal.people.models import Membership
from portal.people.rights import HEADS
from portal.people.roles import OFFICIALS, Role
from portal.trail.models import Read, subject_type
from portal.worktime import clock
from requests import flow
from requests.confiding import WHAT
from requests.forms.confidential import ComplainForm, GrievanceForm, TakeDownForm, UnitAnswerForm
from requests.models import Complaint, ComplaintLink, Ticket, UnitQuestion
from requests.views.mine import where, without_firm
from requests.views.ticket import uploads

READS = 50  # readings on one page


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A firm's member complains about a unit or an inspection; for whoever acts for no firm there is nothing here."""
    if not firms_of(request.user):
        return without_firm(request)
    user = request.user
    if request.method == "POST":
        form = ComplainForm(request.POST, request.FILES, initial=_asked(request), user=user)
        ticket = form.do()
        if ticket is None:
            return _page(request, form, "requests/confidential_new.html", status=422)
        messages.success(request, _("已交督查员\n只有您、督查员和他点名的承办人看得到。"))
        return redirect("requests:ticket", ticket.number)
    firm = request.session.get("firm")
    given = {"key": uuid.uuid4(), "contact_name": user.name, "contact_phone": user.mobile or user.phone}
    form = ComplainForm(initial=given | ({"enterprise": firm} if firm else {}) | _asked(request), user=user)
    return _page(request, form, "requests/confidential_new.html")


def _asked(request: HttpRequest) -> dict[str, str]:
    """What the page that led here knows already: `about`, the unit `accused`, the first words; changed at will."""
    asked = {name: request.GET.get(name, "")[:80] for name in ("about", "accused")}
    is_unit = asked["accused"].isdecimal() and len(asked["accused"]) < 10
    if asked["about"] not in Complaint.About.values or not is_unit:
        return {}
    return asked | {"description": request.GET.get("said", "").replace("\0", "")[:80]}


@never_cache
@only_for(Role.INTAKE_CLERK)
@require_http_methods(["GET", "HEAD", "POST"])
def take_down(request: HttpRequest) -> HttpResponse:
    """A clerk takes one down at the telephone; sent, it is out of his sight, with its number."""
    if request.method == "POST":
        form = TakeDownForm(request.POST, request.FILES, user=request.user)
        if form.do() is None:
            return _page(request, form, "requests/confidential_take_down.html", status=422)
        messages.success(request, _("已交督查员\n您从现在起看不到这件。回执用短信发给来电人，收不到的请他找督查员。"))
        return redirect("confidential:take-down")
    form = TakeDownForm(initial={"key": uuid.uuid4()}, user=request.user)
    return _page(request, form, "requests/confidential_take_down.html")


def _page(request: HttpRequest, form: GrievanceForm, template: str, status: int = 200) -> HttpResponse:
    chooses = "enterprise" in form.fields and form.fields["enterprise"].queryset.count() > 1
    context = {"form": form, "chooses": chooses, "uploads": uploads()}
    return render(request, template, context, status=status)


# The unit's own place -------------------------------------------------------------------------------------------


@only_for(*HEADS)
@require_safe
def unit_questions(request: HttpRequest) -> HttpResponse:
    """What the supervisor has asked the units that one heads, the unanswered first."""
    asked = UnitQuestion.objects.visible_to(request.user).select_related("department")
    rows = sorted(asked, key=lambda one: (one.answered_at is not None, -one.asked_at.timestamp()))
    return render(request, "requests/unit_questions.html", {"questions": rows, "now": clock.now()})


@never_cache
@only_for(*HEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_question(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One question and its answer, and nothing of what lies behind it."""
    asked = get_object_or_404(UnitQuestion.objects.visible_to(request.user).select_related("department"), key=key)
    form = UnitAnswerForm(request.POST if request.method == "POST" else None, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            flow.answer_unit_question(asked, by=request.user, text=form.cleaned_data["text"])
        except flow.Refused as refused:
            form.add_error("text", refused.sentence)
        else:
            messages.success(request, _("已答复，督查员会收到"))
            return redirect("confidential:unit-question", key)
    context = {"question": asked, "form": form, "now": clock.now()}
    return render(request, "requests/unit_question.html", context, status=422 if form.errors else 200)


# The caller's receipt -------------------------------------------------------------------------------------------


@never_cache
@require_safe
def receipt(request: HttpRequest, token: str) -> HttpResponse:
    """That it has arrived and where it stands, for whoever holds the link; not a word of what it says."""
    link = ComplaintLink.of(token)
    if link is None:
        raise Http404
    ticket = Ticket.objects.for_rows().select_related("first_responder").get(pk=link.ticket_id)
    context = {"ticket": ticket, "where": where(ticket), "now": clock.now()}
    response = render(request, "requests/confidential_receipt.html", context)
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


# Who has read ---------------------------------------------------------------------------------------------------


@only_for(Role.AUDITOR)
@require_safe
def reads(request: HttpRequest) -> HttpResponse:
    """For the auditor (SEC-10): each number, how often it was opened, and who did when; never a word of it (SEC-1)."""
    about = Read.objects.filter(subject_type=subject_type(Ticket)).order_by()
    counted = about.values("subject_id").annotate(
        times=Count("pk"), people=Count("reader", distinct=True), last=Max("at")
    )
    by_ticket: dict[int, dict[str, Any]] = {row["subject_id"]: row for row in counted}
    numbers = dict(Ticket.objects.filter(confidential=True).order_by("number").values_list("pk", "number"))
    rows = [
        {"number": number, **by_ticket.get(pk, {"times": 0, "people": 0, "last": None})}
        for pk, number in numbers.items()
    ]
    latest = about.select_related("reader", "principal").order_by("-at", "-pk")
    page = Paginator(latest, READS).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    named = _named(shown)
    said = [_reading(one, numbers, named=one.pk in named) for one in shown]
    return render(request, "requests/confidential_reads.html", {"rows": rows, "page": page, "reads": said})


def _named(found: list[Read]) -> set[int]:
    """The readings whose reader is told: of those who complain nobody learns who they are (APP-18)."""
    readers = {one.reader_id for one in found}
    offices = Membership.objects.filter(user__in=readers, role__in=OFFICIALS).values_list("user", flat=True)
    tickets = Ticket.objects.filter(pk__in={one.subject_id for one in found}, registered_by=None)
    officials, own = set(offices), set(tickets.values_list("pk", "filed_by"))
    return {one.pk for one in found if one.reader_id in officials and (one.subject_id, one.reader_id) not in own}


def _reading(one: Read, numbers: dict[int, str], *, named: bool) -> dict[str, Any]:
    who = one.reader.name if named else _("投诉人一方")
    if named and one.principal is not None:
        who = _("%(name)s（代%(principal)s）") % {"name": who, "principal": one.principal.name}
    what = _(WHAT[one.what]) if one.what in WHAT else ""
    return {"at": one.at, "number": numbers.get(one.subject_id, ""), "who": who, "what": what}
