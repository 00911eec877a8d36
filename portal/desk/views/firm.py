"""The firm's home: what it must do first, then its matters like parcels, and the one person to call (APP-8, APP-20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from enterprises.models import Enterprise
from portal.people.models import User
from portal.worktime import clock
from requests import drafts, stages
from requests.flow.intake import first_responder
from requests.forms.filing import own_firms
from requests.forms.verbs import FORMS
from requests.models import Comment, Draft, Result, Ticket
from requests.models.conversation import Audience
from requests.models.ticket import TicketQuerySet
from requests.views.mine import parcels, without_firm

KEY = "firm"  # in the session: which of his firms the person looks at
SHOWN = 6
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
    matters = Ticket.objects.visible_to(request.user).filter(enterprise=firm)
    waiting = matters.filter(status__in=(stages.CONFIRMING, stages.INCOMPLETE))
    running = matters.open().exclude(pk__in=waiting.values("pk")).for_rows().order_by("-moved_at", "-pk")
    rows = parcels(running[:SHOWN], now)
    context = {
        "now": now,
        "firm": firm,
        "firms": firms,
        "must": musts(waiting, request.user, now),
        "count": waiting.count(),
        "parcels": rows,
        "said": _said_last(rows[0]["ticket"]) if rows else None,
        "total": matters.count(),
        "drafts": _drafts(request.user, firm),
        "contact": contact_of(firm, now),
    }
    return render(request, "desk/firm.html", context)


def musts(waiting: TicketQuerySet, user: User, now: datetime) -> list[dict[str, Any]]:
    """What the firm has to do, the soonest due first, with the words it decides by and the forms to do it in."""
    signed = Prefetch("results", Result.objects.filter(signed_at__isnull=False).order_by("-pk"), to_attr="signed")
    rows = list(waiting.for_rows().select_related("supplement").prefetch_related(signed).order_by("moved_at")[:MUST])
    rows.sort(key=lambda ticket: ticket.deadline.due_at if ticket.deadline else ticket.moved_at)
    return [_must(ticket, user, now) for ticket in rows]


def _must(ticket: Ticket, user: User, now: datetime) -> dict[str, Any]:
    if ticket.status == stages.INCOMPLETE:
        return {"ticket": ticket, "asks": True, "said": ticket.supplement.items}
    given = {"ticket": ticket, "user": user, "now": now, "auto_id": f"{ticket.number}-%s"}
    forms = {verb: FORMS[verb](**given) for verb in ("confirm", "dispute")}
    return {"ticket": ticket, "asks": False, "said": ticket.signed[0].text if ticket.signed else "", **forms}


def _said_last(ticket: Ticket) -> Comment | None:
    """What the office told the firm last."""
    return ticket.comments.filter(audience=Audience.FIRM, from_firm=False).last()


def _drafts(user: User, firm: Enterprise) -> list[Draft]:
    """What was begun and not sent; an emptied page is nothing to go on with."""
    return [draft for draft in drafts.unsent(user, firm)[:SHOWN] if draft.data.get("description") or draft.title]


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
