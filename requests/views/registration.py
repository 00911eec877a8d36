"""Registering a case from the telephone or the counter in under a minute: who calls is found by the number (APP-1)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from enterprises.callers import find_caller
from enterprises.models import Enterprise
from portal.people.doors import only_for
from portal.people.models import User
from portal.people.roles import Role
from portal.worktime import clock
from requests import guess
from requests.answers import answers_to
from requests.forms.registration import RegistrationForm
from requests.likeness.duplicates import Likely, likely
from requests.likeness.suggesting import advise
from requests.models import Article, Ticket

FOUND = 8  # firms shown for a name; more words narrow them
UNTOUCHED = ":ordinary"  # category and urgency of an empty form, as the hidden field `guessed` keeps them
ANSWERS = 2  # articles that may answer the caller at once
TITLES = 2  # of a firm's open tickets named beside it, so that nothing is registered twice


@dataclass
class Candidate:
    """A firm that may be calling, the person whose number it is, and what of the firm is open."""

    enterprise: Enterprise
    person: str = ""
    post: str = ""
    count: int = 0
    titles: list[str] = field(default_factory=list)


@only_for(Role.INTAKE_CLERK)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The page; sent, it makes the ticket once and goes on to the receipt, which prints.

    `?contact_phone=` comes from a telephone system that opens the page with the caller's number.
    """
    if request.method == "POST" and "look" not in request.POST:
        form = RegistrationForm(request.POST, request.FILES, user=request.user)
        ticket = form.do()
        if ticket is not None:
            return redirect(f"{reverse('requests:receipt', args=[ticket.number])}?print=1")
        return _page(request, form, status=422)
    given = request.POST if request.method == "POST" else request.GET
    typed = {name: given[name] for name in RegistrationForm.base_fields if given.get(name)}
    return _page(request, RegistrationForm(initial={"key": uuid.uuid4(), **typed}, user=request.user))


def _page(request: HttpRequest, form: RegistrationForm, status: int = 200) -> HttpResponse:
    typed = {name: str(form[name].value() or "") for name in ("contact_phone", "business_name", "enterprise")}
    context = {"form": form, "guessed": request.POST.get("guessed", UNTOUCHED), **_callers(request.user, typed)}
    return render(request, "requests/register.html", context, status=status)


@only_for(Role.INTAKE_CLERK)
@require_POST  # what is typed is longer than an address may be, and belongs in no log
def caller(request: HttpRequest) -> HttpResponse:
    """What is found while somebody writes, by the part that asks: the number's owners, firms by name, the guesses."""
    if request.htmx.target == "guess":
        return _guess(request)
    part = "named" if request.htmx.target == "named" else "callers"
    return render(request, f"requests/register_{part}.html", _callers(request.user, request.POST.dict()))


def _callers(user: User, typed: dict[str, str]) -> dict[str, object]:
    """Those found by number, then those found by name; the one picked, which is the first where only it was found."""
    callers = [
        Candidate(c.enterprise, c.person.name if c.person else "", c.title)
        for c in find_caller(typed.get("contact_phone", ""))
    ]
    known = {c.enterprise.pk for c in callers}
    name = typed.get("business_name", "").strip()
    named: list[Candidate] = []
    if len(name) > 1:
        firms = Enterprise.objects.visible_to(user).search(name).exclude(pk__in=known).best_first(name)
        named = [Candidate(firm) for firm in firms[:FOUND]]
    _with_open_tickets(user, [*callers, *named])
    picked = typed.get("enterprise", "")
    if picked not in {c.enterprise.uscc for c in [*callers, *named]}:
        picked = ""
    if not picked and not name and len(callers) == 1:
        picked = callers[0].enterprise.uscc
    return {"callers": callers, "named": named, "name": name, "picked": picked}


def _with_open_tickets(user: User, candidates: Iterable[Candidate]) -> None:
    by_firm = {c.enterprise.pk: c for c in candidates}
    if not by_firm:
        return
    tickets = Ticket.objects.visible_to(user).open().filter(enterprise__in=by_firm)
    for firm, title in tickets.order_by("-filed_at", "-pk").values_list("enterprise", "title"):
        candidate = by_firm[firm]
        candidate.count += 1
        candidate.titles += [title] if len(candidate.titles) < TITLES else []


def _guess(request: HttpRequest) -> HttpResponse:
    """Category and urgency as the text suggests them, until the clerk has chosen otherwise."""
    text = request.POST.get("description", "")[:4000]
    advice = advise(text, tickets=Ticket.objects.visible_to(request.user))
    category = advice.category.value if advice.category else guess.category_of(text)
    urgency, _sign = guess.urgency_of(text)
    given = f"{request.POST.get('category', '')}:{request.POST.get('urgency', '')}"
    before = request.POST.get("guessed", UNTOUCHED)
    untouched = given == before
    initial = {"category": category, "urgency": urgency} if untouched else request.POST.dict()
    form = RegistrationForm(initial=initial, user=request.user)
    guessed = f"{category.pk if category else ''}:{urgency}" if untouched else before
    answers = answers_to(text, Article.objects.visible_to(request.user).published(), ANSWERS)
    said = {"guessed": guessed, "answers": answers, "advice": advice, "likely": _likely(request, text)}
    return render(request, "requests/register_guess.html", {"form": form, **said})


def _likely(request: HttpRequest, text: str) -> Likely:
    """What the firm picked so far may have filed before, and the same problem at others, so that it is told at once."""
    firm = Enterprise.objects.visible_to(request.user).filter(uscc=request.POST.get("enterprise", "")[:18]).first()
    return likely(text, firm=firm, user=request.user, now=clock.now())
