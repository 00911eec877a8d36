"""Keeps what a revisitor notes while he is on the telephone, so that a dropped line costs no words (APP-13)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from requests import stages
from requests.capacity import capacities
from requests.forms.feedback import RecordRevisitForm
from requests.models import CallDraft
from requests.views.ticket import found

LONGEST = 2000  # characters of one field


@login_required
@require_POST
def keep(request: HttpRequest, number: str) -> JsonResponse:
    """200 where it is kept, 409 with a sentence where the call is recorded already."""
    ticket = found(request, number)
    if capacities(ticket, request.user).isdisjoint(stages.TRANSITIONS["record_revisit"][2]):
        raise Http404
    if ticket.status != stages.REVISITING:
        return JsonResponse({"error": _("这次回访已经记下，草稿不再保存。")}, status=409)
    typed = {name: request.POST[name][:LONGEST] for name in RecordRevisitForm.base_fields if name in request.POST}
    CallDraft.objects.update_or_create(ticket=ticket, user=request.user, defaults={"data": typed})
    return JsonResponse({}, status=200)
