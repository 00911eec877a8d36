"""The public list of draws, one protocol, its files. Which firms are in it read few (`with_names_for`)."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal import trail
from portal.people.models import User
from portal.worktime import clock

from ...models import Agency, Draw, DrawExclusion, DrawInspector, DrawRow, Need
from .. import files, formula, stages
from ..capacity import verbs_of
from ..forms import FORMS
from ..history import history

PAGE = 20
ROWS = 50
STATES = (("", gettext_lazy("全部")), *((status, gettext_lazy(name)) for status, name in stages.STATUSES.items()))


@require_safe
def draws(request: HttpRequest) -> HttpResponse:
    """`?state=`, `?agency=`."""
    seen = Draw.objects.visible_to(request.user)
    state, agency = request.GET.get("state", ""), request.GET.get("agency", "")
    found = seen.filter(status=state) if state else seen
    if agency:
        found = found.filter(agency=agency) if agency.isdecimal() and len(agency) < 10 else found.none()
    page = Paginator(found.select_related("agency__department"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "states": STATES,
        "state": state,
        "agency": agency,
        "agencies": Agency.objects.filter(active=True).select_related("department"),
        "may_draw": _draws_for_any(request),
        "narrowed": bool(state or agency),
    }
    return render(request, "draws/draws.html", context)


def _draws_for_any(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and Agency.objects.filter(active=True).worked_by(user).exists()


def _found(request: HttpRequest, number: str) -> Draw:
    joined = "agency__department", "place", "industry", "frozen_by", "drawn_by", "confirmed_by", "dropped_by"
    return get_object_or_404(Draw.objects.visible_to(request.user).select_related(*joined), number=number)


def _has(draw: Draw, found: Any) -> bool:
    return bool(found.filter(pk=draw.pk).exists())


@require_safe
def draw(request: HttpRequest, number: str) -> HttpResponse:
    """The protocol: how it was drawn, so that anyone can check it; with firms' names for who may read them."""
    found = _found(request, number)
    named = _has(found, Draw.objects.with_names_for(request.user))
    waits = found.status == stages.FROZEN and found.waits_for_its_number(clock.now())
    context = {
        "draw": found,
        "waits": waits,
        "named": named,
        "over": _has(found, Draw.objects.over()),
        "subjects": found.subjects.order_by("code"),
        "formula": formula.said(),
        "weights": _weights(found),
        "excluded": _excluded(found),
        "verbs": [(verb, FORMS[verb].name) for verb in _verbs(found, request.user) if not (waits and verb == "draw")],
    }
    if named:
        context |= _named(request, found)
    return render(request, "draws/draw.html", context)


def _verbs(found: Draw, user: Any) -> list[str]:
    return verbs_of(found, user) if user.is_authenticated else []


def _weights(found: Draw) -> list[dict[str, Any]]:
    """How many firms had which weight; never how many of these were drawn, which would tell a firm of itself."""
    rows = found.rows.order_by("weight").values_list("weight").annotate(n=Count("pk"))
    return [{"label": str(weight), "value": n} for weight, n in rows]


def _excluded(found: Draw) -> list[tuple[str, int]]:
    counts = dict(found.exclusions.order_by().values_list("why").annotate(n=Count("pk")))
    return [(str(why.label), counts[why]) for why in DrawExclusion.Why if counts.get(why)]


def _named(request: HttpRequest, found: Draw) -> dict[str, Any]:
    """What only who reads names is shown: the drawn firms, the list, who was left out, the teams, what happened."""
    query = request.GET.get("q", "").strip()[:100].replace("\0", "")
    rows = found.rows.filter(rank__isnull=False) if found.seed else found.rows.all()
    if query:
        rows = rows.filter(Q(enterprise__name__icontains=query) | Q(enterprise__uscc=query))
    page = Paginator(rows.select_related("enterprise").order_by("rank", "-weight", "pk"), ROWS)
    shown = page.get_page(request.GET.get("page"))
    return {
        "q": query,
        "page": shown,
        "needs": _needs(shown.object_list, request.user),
        "crew": _crew(found),
        "most": ROWS,
        "out": found.exclusions.select_related("enterprise").order_by("why", "enterprise__name")[:ROWS],
        "history": history(found),
    }


def _crew(found: Draw) -> list[tuple[int | None, list[DrawInspector]]]:
    """The inspectors by team; all under None while it is not drawn."""
    people = found.inspectors.select_related("inspector__user").order_by("team", "pk")
    return [(team, list(crew)) for team, crew in groupby(people, key=lambda one: one.team)]


def _needs(rows: Any, user: User) -> dict[int, list[Need]]:
    """The needs of each row, as far as he sees them."""
    links = DrawRow.needs.through.objects.filter(drawrow__in=[row.pk for row in rows])
    of_need = dict(links.values_list("need", "drawrow"))
    found: dict[int, list[Need]] = {}
    for need in Need.objects.visible_to(user).filter(pk__in=of_need).select_related("subject").order_by("pk"):
        found.setdefault(of_need[need.pk], []).append(need)
    return found


# Files -------------------------------------------------------------------------------------------------------------


@require_safe
def as_json(request: HttpRequest, number: str) -> HttpResponse:
    """All that is needed to recompute it: with names for who reads them, for everybody once its checks are over."""
    found, named = _told(request, number)
    if named:
        assert isinstance(request.user, User)
        trail.record("draw.exported", found, by=request.user, at=clock.now())
    answer = JsonResponse(files.protocol(found, names=named), json_dumps_params={"ensure_ascii": False, "indent": 1})
    return _as_file(answer, f"{found.number}.json")


@require_safe
def as_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The list without names."""
    found, _named = _told(request, number)
    answer = HttpResponse(files.as_csv(files.protocol(found, names=False)), content_type="text/csv; charset=utf-8")
    return _as_file(answer, f"{found.number}.csv")


def _told(request: HttpRequest, number: str) -> tuple[Draw, bool]:
    """The draw and whether names may be told. Raises Http404 before it is drawn: the platform's secret is one."""
    found = _found(request, number)
    named = _has(found, Draw.objects.with_names_for(request.user))
    if not found.seed or not (named or _has(found, Draw.objects.over())):
        raise Http404
    return found, named


def _as_file(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
