"""The calculator for a firm: with its own values, and with what it tries instead of them; for who may read it too."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from enterprises.attributes.catalogue import TOWN, Sensitivity
from enterprises.attributes.sight import hidden_from
from enterprises.attributes.values import Held, of_firm
from enterprises.models import Enterprise, firms_of
from portal.people.rights import rights_of
from portal.trail.entries import read as note_reading
from portal.worktime import clock

from .. import answers
from ..answers import Answers, with_derived
from ..questions import QuestionForm
from ..results import Ruled, in_force, results
from .showing import held_words, source_words, typed_asks, words_of


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What one's own firm could get; `a=` are values it tries, kept in the address alone."""
    firm, own = _chosen(request)
    tried = answers.read(request.GET)
    trying = _trying(request, tried)
    if isinstance(trying, HttpResponse):
        return trying
    known = of_firm(firm)
    clauses = in_force(_today())
    found = results(clauses, _instead(known, tried), _today(), typed=typed_asks(request.GET))
    context = {
        "firm": firm,
        "own": own,
        "found": found,
        "form": trying,
        "now": held_words(known, trying.attribute.code) if trying else "",
        "source": _source(known, trying),
        "tried": _tried(known, tried),
        "changeable": _changeable(clauses),
        "values": _values(clauses, known),
        "why": "matching:why",
        "kept": tried.pairs,
        "kept_asks": ({"firm": firm.uscc} if len(own) > 1 else {}) | typed_asks(request.GET),
        "day": _today(),
    }
    return render(request, "calculator/mine.html", context, status=422 if trying and trying.errors else 200)


@require_GET
@login_required
def of(request: HttpRequest, uscc: str) -> HttpResponse:
    """The same for an official who reads the firm; sums that rest on what he may not see stay unsaid (SEC-11)."""
    firm = get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)
    if not rights_of(request.user).is_official or rights_of(request.user).is_outside:
        raise Http404
    hidden = hidden_from(request.user, firm)
    clauses = in_force(_today())
    found = results(clauses, of_firm(firm), _today(), hidden=hidden)
    shown = {code for one in clauses for code in one.reads} - hidden
    if firm.pk not in firms_of(request.user) and any(TOWN[code].sensitivity != Sensitivity.OPEN for code in shown):
        note_reading(firm, by=request.user, what="calculator")
    return render(
        request, "calculator/of.html", {"firm": firm, "found": found, "day": _today(), "why": "matching:of-why"}
    )


def _chosen(request: HttpRequest) -> tuple[Enterprise, list[Enterprise]]:
    """The firm one acts for; with several the one named in the address, else the first."""
    own = list(Enterprise.objects.filter(pk__in=firms_of(request.user)).order_by("name", "pk"))
    wanted = request.GET.get("firm")
    firm = next((one for one in own if wanted in (None, "", one.uscc)), None)
    if firm is None:
        raise Http404
    return firm, own


def _trying(request: HttpRequest, tried: Answers) -> QuestionForm | HttpResponse | None:
    """The field of the attribute that was chosen to be tried; once filled in, the way on with it."""
    attribute = TOWN.get(request.GET.get("q", ""))
    if attribute is None or not answers.askable(attribute):
        return None
    if "v" not in request.GET:
        return QuestionForm(attribute)
    form = QuestionForm(attribute, request.GET)
    if not form.is_valid():
        return form
    pairs = [("a", pair) for pair in tried.plus(attribute.code, form.cleaned_data["v"]).pairs]
    kept = [("firm", value) for value in request.GET.getlist("firm")] + list(typed_asks(request.GET).items())
    return redirect(f"{reverse('calculator:mine')}?{urlencode([*kept, *pairs])}")


def _instead(known: dict[str, Held], tried: Answers) -> dict[str, Held]:
    """What is known, with the tried values in its place; what derives from them is derived anew."""
    said = {one.code: Held(one.value) for one in tried.given if one.value is not None}
    if not said:
        return known
    follows = {code for code, one in answers.TOWN_DEFINITIONS.derived.items() if said.keys() & set(one.operands)}
    kept = {code: held for code, held in known.items() if code not in follows}
    return with_derived(kept | said)


def _tried(known: dict[str, Held], tried: Answers) -> list[tuple[str, str, str, str]]:
    """Name, the value tried, the value there is, and the address without it."""
    rows = []
    for one in tried.given:
        if one.value is not None:
            rest = urlencode([("a", other.pair) for other in tried.given if other is not one])
            rows.append((str(one.attribute), words_of(one.attribute, one.value), held_words(known, one.code), rest))
    return rows


def _changeable(clauses: Sequence[Ruled]) -> list[tuple[str, str]]:
    """What clauses read and a visitor could answer, in the order of the catalogue."""
    read = {code for one in clauses for code in one.reads}
    return [(one.code, str(one)) for one in TOWN if one.code in read and answers.askable(one)]


def _values(clauses: Sequence[Ruled], known: dict[str, Held]) -> list[tuple[str, str, str]]:
    """What was reckoned with: name, value, where it comes from."""
    read = {code for one in clauses for code in one.reads}
    used = [one for one in TOWN if one.code in read and one.code in known]
    return [(str(one), held_words(known, one.code), source_words(known[one.code])) for one in used]


def _source(known: dict[str, Held], form: QuestionForm | None) -> str:
    held = known.get(form.attribute.code) if form else None
    return source_words(held) if held else ""


def _today() -> date:
    return timezone.localdate(clock.now())
