"""One address for every verb: its form by GET, the act by POST, in the page or in the side panel of a queue."""

from __future__ import annotations

import hashlib
import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.worktime import clock
from requests import stages, undoing
from requests.barred import why_not
from requests.capacity import capacities, verbs_with
from requests.done import done
from requests.flow.undo import before
from requests.forms.base import VerbForm
from requests.forms.verbs import FORMS
from requests.models import Ticket
from requests.rows import row_id
from requests.views import triage
from requests.views.articles import cited
from requests.views.ticket import basis, found, show_panel

SENT = 3600  # seconds for which the same form, sent again, is known to have been done
BEGUN = 60  # seconds for which it is known to be under way: one whose server died can be sent again after that


class SeeOther(HttpResponseRedirect):
    """After an act: the browser fetches the next page anew."""

    status_code = 303


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def do(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """The verb's page, or the panel with its form (`panel=1`, by htmx).

    404 for what the person may not see or never may do; 409 where the ticket has moved on meanwhile, or a page is asked
    for that could only refuse; 422 with the form as typed where the verb is refused. `preview=1` answers with the foot
    of the form for the choices made so far.
    """
    ticket = found(request, number)
    held = capacities(ticket, request.user)
    if verb not in FORMS or not stages.ever(verb, held):
        raise Http404
    acts = request.method == "POST" and "preview" not in request.POST
    if acts and _sent_already(request):
        return _told_already(request, ticket)
    if verb not in stages.verbs_from(ticket.status):
        return _moved_on(request, ticket)
    if request.method != "POST" and verb not in verbs_with(ticket, held, request.user, clock.now()):
        return _moved_on(request, ticket, why_not(ticket, verb))
    form = form_for(request, ticket, verb)
    if "preview" in request.POST:
        return render(request, "requests/preview.html", _context(request, ticket, form))
    return _act(request, ticket, form) if acts else _shown(request, ticket, form)


def form_for(request: HttpRequest, ticket: Ticket, verb: str) -> VerbForm:
    """The verb's form: bound by POST; a preview keeps what is chosen without checking it."""
    given = {"ticket": ticket, "user": request.user, "now": clock.now()}
    if request.method != "POST":
        return FORMS[verb](initial={**cited(request, verb), **triage.named(request, verb)}, **given)
    if "preview" in request.POST:
        return FORMS[verb](initial=_typed(request, verb), **given)
    return FORMS[verb](request.POST, request.FILES, **given)


def _typed(request: HttpRequest, verb: str) -> dict[str, object]:
    many = {"co", "members"}
    return {
        name: request.POST.getlist(name) if name in many else request.POST[name]
        for name in FORMS[verb].base_fields
        if name in request.POST
    }


# The act ------------------------------------------------------------------------------------------------------


def _act(request: HttpRequest, ticket: Ticket, form: VerbForm) -> HttpResponse:
    """Does it once, however often the same form is sent: a double click, a second try on a slow line."""
    sending = _sending(request)
    if "once" in request.POST and not cache.add(sending, "begun", BEGUN):
        return _told_already(request, ticket)
    stood, acted = before(ticket, form.verb), False
    try:
        with undoing.waiting(form.verb):
            acted = form.do()
    finally:
        if not acted:
            cache.delete(sending)
    ticket = Ticket.objects.for_rows().get(pk=ticket.pk)
    if acted:
        cache.set(sending, "done", SENT)
        undo = undoing.offer(request.user, [stood] if stood else [])
        messages.success(request, done(ticket, form.verb), extra_tags=undo)
        return _onward(request, ticket)
    if form.verb not in stages.verbs_from(ticket.status):
        return _moved_on(request, ticket)
    return _shown(request, ticket, form, status=422)


def _sent_already(request: HttpRequest) -> bool:
    return "once" in request.POST and bool(cache.get(_sending(request)))


def _sending(request: HttpRequest) -> str:
    """The name of this very form as filled in by this person: `once` is new on every page shown."""
    typed = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    content = json.dumps([request.user.pk, request.path, typed])
    return f"sent:{hashlib.sha256(content.encode()).hexdigest()}"


def _told_already(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    if cache.get(_sending(request)) == "begun":
        messages.info(request, _("这一步正在办，请过一会儿再看\n一分钟后还没有变，请再提交一次。"))
    else:
        messages.info(
            request, _("这一步刚才已经做过，没有再做一次\n现在是“%(status)s”。") % {"status": ticket.status_name}
        )
    return _onward(request, ticket)


def _onward(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """On to the next page; in a queue the row leaves and the next one opens (static/js/queue.js)."""
    if not in_panel(request):
        return SeeOther(_next(request, ticket))
    response = render(request, "requests/told.html")
    response["HX-Reswap"] = "none"
    response["HX-Trigger"] = json.dumps({"sx:done": {"row": row_id(ticket)}})
    return response


def _next(request: HttpRequest, ticket: Ticket) -> str:
    """Back to where the person came from, the ticket's page if nowhere; never to another site."""
    target = request.POST.get("next", "")
    if target == "queue":
        return reverse("requests:queues")
    if target and url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        return reverse("desk:home")  # what he has just done took it out of his sight
    return reverse("requests:ticket", args=[ticket.number])


# What is shown ------------------------------------------------------------------------------------------------


def in_panel(request: HttpRequest) -> bool:
    return bool(request.htmx) and "1" in (request.GET.get("panel"), request.POST.get("panel"))


def _shown(request: HttpRequest, ticket: Ticket, form: VerbForm, status: int = 200) -> HttpResponse:
    if in_panel(request):
        return show_panel(request, found(request, ticket.number), form, status)
    return render(request, "requests/verb.html", _context(request, ticket, form), status=status)


def _context(request: HttpRequest, ticket: Ticket, form: VerbForm) -> dict[str, object]:
    return {
        "ticket": ticket,
        "form": form,
        "now": form.now,
        "in_panel": in_panel(request),
        "back": request.GET.get("next") or request.POST.get("next", ""),
        **basis(ticket, request.user, form.verb),
    }


def _moved_on(request: HttpRequest, ticket: Ticket, why: str = "") -> HttpResponse:
    """409: somebody was faster, or there is nothing to do (`why`). A script's request gets it as a toast (wait.js)."""
    base = "parts/bare.html" if request.htmx else "base/form.html"
    context = {"ticket": ticket, "base": base, "why": why}
    return render(request, "requests/moved_on.html", context, status=409)
