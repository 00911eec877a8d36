"""The firm's home: what it must do first, then its matters like parcels, the policies that fit it, and the one person
to call (APP-8, APP-20, POL-2).
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Prefetch, Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from enterprises.models import Enterprise
from inspections.waiting import for_firm
from policies.claims.stages import PAID
from policies.claims.views.lists import waiting_for
from policies.matching.matches import at_a_glance
from portal.people.models import User
from portal.worktime import clock, words
from requests import drafts, stages
from requests.flow.intake import first_responder
from requests.forms.feedback import ANSWERS, DisputeForm
from requests.forms.filing import own_firms
from requests.forms.verbs import FORMS
from requests.models import Comment, Draft, Result, Ticket
from requests.models.conversation import Audience
from requests.models.ticket import TicketQuerySet
from requests.views.mine import due_of, parcels, without_firm

KEY = "firm"  # in the session: which of his firms the person looks at
WAITING = (stages.CONFIRMING, stages.INCOMPLETE)  # for the firm
SHOWN = 6
FITTING = 3  # policies; the rest is on their own page
MUST = 10  # things to do shown at once; the rest follow when these are done


def chosen(request: HttpRequest, firms: list[Enterprise]) -> Enterprise | None:
    """The firm he looks at: the one he switched to while he still acts for it, else the first."""
    kept = request.session.get(KEY)
    return next((firm for firm in firms if firm.pk == kept), firms[0] if firms else None)


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """`/firm/`; a person whose last membership has ended is told so, with what he can do."""
    firms = list(own_firms(request.user))
    firm = chosen(request, firms)
    if firm is None:
        return without_firm(request)
    now = clock.now()
    matters = Ticket.objects.visible_to(request.user).filter(Q(enterprise=firm) | Q(proxy=firm))
    waiting = matters.filter(status__in=WAITING)
    running = matters.open().exclude(status__in=WAITING).for_rows().order_by("-moved_at", "-pk")
    rows = parcels(running.filter(confidential=False)[:SHOWN], now)
    claims, inspections = waiting_for(request.user, firm, now), for_firm(request.user, firm)
    context = {
        "now": now,
        "firm": firm,
        "firms": firms,
        "must": musts(waiting, now),
        "count": waiting.count() + len(claims) + sum(line.must for line in inspections),
        "parcels": rows,
        "several": firm.is_association,  # of several members: each matter names its own
        "said": _said_last(rows[0]["ticket"]) if rows else None,
        "total": matters.count(),
        "complaints": parcels(running.filter(confidential=True)[:SHOWN], now),
        "drafts": _drafts(request.user, firm),
        "contact": contact_of(firm, now),
        "claims_waiting": [row for row in claims if row.claim.status != PAID],
        "claims_paid": [row for row in claims if row.claim.status == PAID],
        "inspections_waiting": inspections,
        "policies": None if firm.is_association else _policies(firm, now),  # they are for firms
    }
    return render(request, "desk/firm.html", context)


def musts(waiting: TicketQuerySet, now: datetime) -> list[dict[str, Any]]:
    """What the firm has to do, the soonest due first, with the words it decides by and the fields to do it in."""
    signed = Prefetch("results", Result.objects.filter(signed_at__isnull=False).order_by("-pk"), to_attr="signed")
    rows = list(waiting.for_rows().select_related("supplement").prefetch_related(signed).order_by("moved_at")[:MUST])
    found = [_must(ticket) for ticket in rows]
    return sorted(found, key=lambda must: must["deadline"].due_at if must["deadline"] else now)


def _must(ticket: Ticket) -> dict[str, Any]:
    must = {"ticket": ticket, "deadline": due_of(ticket), "asks": ticket.status == stages.INCOMPLETE}
    if must["asks"]:
        return must | {"said": ticket.supplement.items}
    result = ticket.signed[0] if ticket.signed else None
    done = result is None or result.is_done
    forms = {verb: _fields_of(verb, ticket) for verb in ANSWERS}
    if not done:
        forms["dispute"].fields["reason"].label = DisputeForm.disagrees
    names = {f"{verb}_name": FORMS[verb].name if done else FORMS[verb].unmet for verb in ANSWERS}
    return must | {"said": result.text if result else "", "done": done} | forms | names


def _fields_of(verb: str, ticket: Ticket) -> Form:
    """The verb's fields alone: its own form asks for rights and limits, a query or two for each."""
    form = Form(auto_id=f"{ticket.number}-%s", label_suffix="")
    form.fields = deepcopy(FORMS[verb].base_fields)
    return form


def _policies(firm: Enterprise, now: datetime) -> dict[str, Any]:
    """What fits the firm, as its own page of policies tells and counts it."""
    matches, counts = at_a_glance(firm, words.local_day(now), FITTING)
    return {"shown": matches, "counts": {verdict.value: number for verdict, number in counts.items()}}


def _said_last(ticket: Ticket) -> Comment | None:
    """What the office told the firm last."""
    return ticket.comments.filter(audience=Audience.FIRM, from_firm=False).last()


def _drafts(user: User, firm: Enterprise) -> list[Draft]:
    """What was begun and not sent; an emptied page is nothing to go on with."""
    begun = drafts.unsent(user, firm).annotate(files=Count("attachments"))[:SHOWN]
    found = []
    for draft in begun:
        draft.called = draft.data.get("title") or draft.data.get("description") or ""
        if draft.called or draft.files:
            draft.called = draft.called or "—"
            found.append(draft)
    return found


@dataclass(frozen=True)
class Contact:
    """The one named official whom the firm calls, and as what."""

    user: User
    what: str


def contact_of(firm: Enterprise, now: datetime) -> Contact | None:
    """The steward, else a project assistant, else who is on duty (APP-8)."""
    tie = firm.stewardships.current(now).filter(user__is_active=True).select_related("user").first()
    if tie is not None:
        return Contact(tie.user, tie.get_kind_display())
    user = first_responder(None, None, now)
    return Contact(user, _("值班接诉员")) if user else None


@login_required
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Looks at another of one's firms."""
    firm = own_firms(request.user).filter(uscc=request.POST.get("firm", "").replace("\0", "")).first()
    if firm is None:
        raise Http404
    request.session[KEY] = firm.pk
    return redirect("desk:firm")
