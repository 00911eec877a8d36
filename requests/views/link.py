"""A caller without an account reads the result and answers, by the link in his text message (APP-12)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.people.actors import LinkHolder
from portal.people.trying import attempt
from portal.worktime import clock
from requests import links, stages
from requests.capacity import capacities
from requests.forms.base import VerbForm
from requests.forms.verbs import FORMS
from requests.models import ResultLink, Ticket
from requests.views.ticket import found

VERBS = ("confirm", "dispute")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at it uses nothing up. Once the result has its answer, whoever gave it, the page says so and no more."""
    link = ResultLink.of(token)
    if link is None:
        raise Http404
    ticket = Ticket.objects.for_rows().select_related("first_responder").get(pk=link.ticket_id)
    if not link.opens(ticket):
        return quiet(_over(request, link, ticket))
    forms = _forms(request, link, ticket)
    done = next((form for form in forms.values() if form.is_bound and form.do()), None)
    if done is not None:
        return quiet(redirect("requests:link", token))
    refused = any(form.is_bound for form in forms.values())
    ticket = Ticket.objects.for_rows().select_related("first_responder").get(pk=ticket.pk)
    if refused and not link.opens(ticket):  # somebody was faster
        return quiet(_over(request, link, ticket))
    context = {"ticket": ticket, "result": link.result, "forms": forms, "refused": refused, "now": forms["confirm"].now}
    return quiet(render(request, "requests/link.html", context, status=422 if refused else 200))


def _forms(request: HttpRequest, link: ResultLink, ticket: Ticket) -> dict[str, VerbForm]:
    """The two answers, with the fields a member would get; the one that was sent is bound."""
    given = {"ticket": ticket, "user": LinkHolder(link), "now": clock.now()}
    chosen = request.POST.get("verb") if request.method == "POST" else None
    return {
        verb: FORMS[verb](*([request.POST] if verb == chosen else []), auto_id=f"{verb}-%s", **given) for verb in VERBS
    }


def _over(request: HttpRequest, link: ResultLink, ticket: Ticket) -> HttpResponse:
    """Used by its holder, or no longer needed: what became of it, without the matter's words."""
    link.refresh_from_db()
    context = {"link": link, "ticket": ticket, "result": link.result, "now": clock.now()}
    return render(request, "requests/link_over.html", context, status=200 if link.used_at else 410)


def quiet(response: HttpResponse) -> HttpResponse:
    """A page with a secret address: not indexed, and the address is told to nobody."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


@login_required
@require_POST
def send_again(request: HttpRequest, number: str) -> HttpResponse:
    """The clerk, the revisitor or the first responder has the same link sent once more."""
    ticket = found(request, number)
    if capacities(ticket, request.user).isdisjoint(stages.BY_TELEPHONE):
        raise Http404
    attempt(request, _("确认链接已发到来电人手机\n他点开就能说办好没有。"), links.send_again, ticket, by=request.user)
    return redirect("requests:ticket", number)
