"""受理回执, for both sides: on the firm's phone after filing, on paper at the counter (APP-2, APP-22)."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from requests import stages
from requests.capacity import capacities
from requests.forms.base import amount, limit_of
from requests.journey import journey
from requests.models import Ticket
from requests.models.ticket import Kind
from requests.papers.forms import receipt_name
from requests.views.ticket import found


@login_required
@require_safe
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Number, what, who, and what happens next by when. `?print=1` opens the printer's dialogue at once."""
    ticket = found(request, number)
    now = clock.now()
    due = {deadline.obligation: deadline for deadline in ticket.open_deadlines}
    own = stages.MEMBER in capacities(ticket, request.user)
    context = {
        "now": now,
        "ticket": ticket,
        "name": _(receipt_name(ticket)),
        "line": journey(ticket, now),
        "first_response": due.get("first_response"),
        "dispatch": due.get("dispatch"),
        "handling": "" if ticket.ended else handling(ticket, now),
        "attachments": ticket.attachments.visible_to(request.user).select_related("file"),
        "own": own,
        "clerk": not own and rights_of(request.user).has(Role.INTAKE_CLERK),
        "draft": reverse("requests:draft", args=[ticket.filed_key]) if ticket.filed_by_id == request.user.pk else "",
    }
    return render(request, "requests/receipt.html", context)


def handling(ticket: Ticket, now: datetime) -> str:
    """How long the department has, for its kind or, before triage, for the two usual ones (SLA-3, SLA-4)."""
    if ticket.kind:
        limit = amount(limit_of(ticket, "handle", now))
        return _("%(limit)s内办结，每一步都能看到") % {"limit": limit} if limit else _("每一步都能看到")
    usual = [amount(limit_of(ticket, "handle", now, kind=kind)) for kind in (Kind.CONSULTATION, Kind.COORDINATION)]
    words = {"consultation": usual[0], "coordination": usual[1]}
    return _("咨询 %(consultation)s、协调 %(coordination)s内办结，每一步都能看到") % words
