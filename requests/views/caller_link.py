"""A caller without an account supplies what is missing, or asks for a review, by the link in his text message."""

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
from requests import caller_links
from requests.capacity import capacities
from requests.forms.verbs import FORMS, VerbForm
from requests.models import CallerLink, Ticket
from requests.views.link import quiet
from requests.views.ticket import found

PAGES = {
    CallerLink.For.SUPPLEMENT: "requests/caller_supplement.html",
    CallerLink.For.REVIEW: "requests/caller_ask_review.html",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Looking at it uses nothing up. Once it was answered the page says how the matter stands, and no more."""
    link = CallerLink.of(token)
    if link is None:
        raise Http404
    ticket = _ticket(link)
    if not link.opens(ticket):
        return quiet(_over(request, link, ticket))
    form = _form(request, link, ticket)
    if form.is_bound and form.do():
        return quiet(redirect("requests:caller-link", token))
    ticket = _ticket(link)
    if form.is_bound and not link.opens(ticket):  # somebody was faster
        return quiet(_over(request, link, ticket))
    context = {"ticket": ticket, "form": form, "now": form.now}
    return quiet(render(request, PAGES[link.verb], context, status=422 if form.is_bound else 200))


def _ticket(link: CallerLink) -> Ticket:
    rows = Ticket.objects.for_rows().select_related("first_responder", "rejected_item", "supplement")
    return rows.get(pk=link.ticket_id)


def _form(request: HttpRequest, link: CallerLink, ticket: Ticket) -> VerbForm:
    given = {"ticket": ticket, "user": LinkHolder(link), "now": clock.now()}
    if request.method != "POST":
        return FORMS[link.verb](**given)
    typed = request.POST.copy()
    typed.pop("stored", None)  # files sent ahead are those of an account
    return FORMS[link.verb](typed, request.FILES, **given)


def _over(request: HttpRequest, link: CallerLink, ticket: Ticket) -> HttpResponse:
    link.refresh_from_db()
    context = {"link": link, "ticket": ticket, "review": getattr(ticket, "review", None), "now": clock.now()}
    return render(request, "requests/caller_over.html", context, status=200 if link.used_at else 410)


@login_required
@require_POST
def send_again(request: HttpRequest, number: str) -> HttpResponse:
    """The clerk, the triager or the first responder has the same link sent once more."""
    ticket = found(request, number)
    if capacities(ticket, request.user).isdisjoint(caller_links.SENDERS):
        raise Http404
    said = _("链接已发到来电人手机\n他点开就能补充或说明。")
    attempt(request, said, caller_links.send_again, ticket, by=request.user)
    return redirect("requests:ticket", number)
