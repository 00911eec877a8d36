"""The calculator for everybody (POL-3, POL-11): question by question, then what could be had. Nothing is stored."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from enterprises.attributes.catalogue import TOWN
from portal.people.lockout import client_address, tries
from portal.worktime import clock

from .. import answers
from ..answers import MOST, Answers
from ..asking import decided_count, next_code
from ..questions import QuestionForm
from ..results import Ruled, in_force, results
from .showing import answered_words, typed_asks

PER_MINUTE = 90  # pages from one address; an office shares one
View = Callable[..., HttpResponse]


def for_everybody(view: View) -> View:
    """Nobody asks without end, and no cache keeps what somebody answered."""

    @never_cache
    @require_GET
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if tries(f"calculator:{client_address(request)}", 60) > PER_MINUTE:
            return HttpResponse(status=429, headers={"Retry-After": "60"})
        return view(request, *args, **kwargs)

    return guarded


@for_everybody
def start(request: HttpRequest) -> HttpResponse:
    """The next question; an answer leads to the one after it, and the tenth to the result."""
    given = answers.read(request.GET)
    code = request.GET.get("q", "")
    asked = TOWN.get(code) if code not in given.codes else None
    if asked is not None and answers.askable(asked) and len(given.given) < MOST:
        form = QuestionForm(asked, request.GET)
        if "skip" in request.GET or form.is_valid():
            typed = "" if "skip" in request.GET else form.cleaned_data["v"]
            return redirect(f"{reverse('calculator:start')}?{given.plus(code, typed).query()}")
        return _asked(request, given, in_force(_today()), form, status=422)
    clauses = in_force(_today())
    wanted = next_code(clauses, given.known, given.codes, _today()) if len(given.given) < MOST else None
    if wanted is None:
        return redirect(f"{reverse('calculator:results')}?{given.query()}")
    return _asked(request, given, clauses, QuestionForm(TOWN[wanted]))


def _asked(
    request: HttpRequest, given: Answers, clauses: list[Ruled], form: QuestionForm, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "attribute": form.attribute,
        "given": given,
        "number": len(given.given) + 1,
        "most": MOST,
        "back": given.before(len(given.given) - 1).query() if given.given else "",
        "decided": decided_count(clauses, given.known, _today()),
        "count": len(clauses),
    }
    return render(request, "calculator/question.html", context, status=status)


@for_everybody
def outcome(request: HttpRequest) -> HttpResponse:
    given = answers.read(request.GET)
    found = results(in_force(_today()), given.known, _today(), typed=typed_asks(request.GET))
    context = {
        "found": found,
        "given": given,
        "answers": answered_words(given),
        "may_go_on": len(given.given) < MOST,
        "kept": given.pairs,
        "kept_asks": typed_asks(request.GET),
        "day": _today(),
    }
    return render(request, "calculator/results.html", context)


def _today() -> Any:
    return timezone.localdate(clock.now())
