"""The catalogue of attributes for those who write criteria; of each where it comes from and how far it reaches."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from portal.people.doors import only_for
from portal.worktime import clock

from ..criteria.language import attributes_of
from ..criteria.naming import named, source_name
from ..criteria.reading import parse
from ..measures import unit_name
from ..models import READS_CRITERIA, Criterion, Enterprise, Resource
from .catalogue import TOWN, Attribute
from .definitions import TOWN_DEFINITIONS, Definition, How
from .freshness import disagreeing, reach
from .sight import closed_to, hidden_from
from .words import Told, told

SAMPLE = 20


@require_GET
@only_for(*READS_CRITERIA)
def attributes(request: HttpRequest) -> HttpResponse:
    """All of them by the line they come from; `q` finds by name or definition."""
    wanted = request.GET.get("q", "").strip()
    words = {one: f"{one.name} {one.name_en} {one.definition} {one.definition_en} {one.code}".lower() for one in TOWN}
    shown = [one for one in TOWN if wanted.lower() in words[one]]
    users = _users(request)
    groups: dict[str, list[dict[str, object]]] = {}
    for one in shown:
        row = {"attribute": one, "unit": unit_name(one.display), "users": users.get(one.code, [])}
        groups.setdefault(source_name(one.source), []).append(row)
    context = {"groups": groups.items(), "wanted": wanted, "count": len(shown)}
    return render(request, "criteria/catalogue.html", context)


@require_GET
@only_for(*READS_CRITERIA)
def attribute(request: HttpRequest, code: str) -> HttpResponse:
    one = TOWN.get(code)
    if one is None:
        raise Http404
    day = timezone.localdate(clock.now())
    firms: list[Enterprise] = []
    if code not in closed_to(request.user):
        firms = list(Enterprise.objects.visible_to(request.user).filter(pk__in=disagreeing(one))[:SAMPLE])
    context = {
        "attribute": one,
        "unit": unit_name(one.display),
        "source": source_name(one.source),
        "ways": _ways(one),
        "reach": reach([one], day)[0],
        "firms": firms,
        "users": named(_users(request).get(code, [])),
        "hidden": code in hidden_from(request.user),
    }
    return render(request, "criteria/attribute.html", context)


def _ways(one: Attribute) -> list[Told]:
    found = TOWN_DEFINITIONS.of(one.code) or (Definition(attribute=one.code, how=How.DECLARED),)
    codes = {definition.resource for definition in found}
    resources = Resource.objects.filter(code__in=codes).select_related("line").prefetch_related("columns")
    known = {resource.code: resource for resource in resources}
    return [told(definition, known, TOWN) for definition in found]


def _users(request: HttpRequest) -> dict[str, list[Criterion]]:
    """By attribute the criteria that read it."""
    users: dict[str, list[Criterion]] = {}
    for criterion in Criterion.objects.visible_to(request.user).standing().select_related("current"):
        for code in dict.fromkeys(attributes_of(parse(criterion.current.tree))):
            users.setdefault(code, []).append(criterion)
    return users
