"""What everybody reads without an account (POL-11): the catalogue, one policy, its former versions, its files."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from portal.files.storing import serve
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.words import local_day

from ...amounts.words import money
from ...matching.receipts import opened
from ...models import Policy, PolicyFile, PolicyVersion
from ...models.policies import kept_by
from ...questions import of_policy as questions
from .. import catalogue as catalogues
from ..capacity import READS_DESK
from ..diff import of_versions
from ..effect import state_of
from ..showing import VERDICTS, called, own_firm, shown, successors
from ..stages import PUBLISHED

PAGE = 20
SORTS = (
    ("", gettext_lazy("默认排序")),
    ("new", gettext_lazy("新发布在前")),
    ("amount", gettext_lazy("金额高的在前")),
    ("ends", gettext_lazy("快到期的在前")),
    ("title", gettext_lazy("按名称")),
)


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """The catalogue: `?q=`, one value of each facet, `?sort=`; the same for everybody but for one's own verdicts."""
    at = clock.now()
    query = request.GET.get("q", "").strip()[:100]
    asked = {name: request.GET.get(name, "")[:40] for name in (*catalogues.ASKS, "sort")}
    found = catalogues.catalogue(asked, at, query)
    page = Paginator(found.found, PAGE).get_page(request.GET.get("page"))
    _fill(page, request, at)
    context = {
        "q": query,
        "facets": [_linked(facet, request) for facet in found.facets],
        "chips": _chips(found.facets, request),
        "page": page,
        "sort": asked["sort"],
        "sorts": SORTS,
        "narrowed": query or any(asked[name] for name in catalogues.ASKS),
        "firm": getattr(page, "firm", None),
        "keeps": rights_of(request.user).has(*READS_DESK),
    }
    return render(request, "policies/catalogue.html", context)


def _linked(facet: catalogues.Facet, request: HttpRequest) -> dict[str, Any]:
    """The facet with the address that each option leads to: chosen, or given up where it is."""
    options = [
        {"label": one.label, "count": one.count, "chosen": one.chosen, "url": _with(request, facet.name, one)}
        for one in facet.options
    ]
    return {"name": facet.name, "label": facet.label, "chosen": facet.chosen, "options": options}


def _with(request: HttpRequest, name: str, option: catalogues.Option) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query.pop(name, None)
    if not option.chosen:
        query[name] = option.value
    return "?" + query.urlencode()


def _chips(facets: list[catalogues.Facet], request: HttpRequest) -> list[tuple[catalogues.Option, str]]:
    """What was chosen, each with the address without it."""
    chosen = [(facet, facet.chosen) for facet in facets if request.GET.get(facet.name)]
    return [(one, _with(request, facet.name, one)) for facet, one in chosen if one is not None]


def _fill(page: Any, request: HttpRequest, at: Any) -> None:
    """The page's policies in full, in their order; two queries more for a firm's verdicts."""
    entries = list(page.object_list)
    rows = Policy.objects.in_bulk([one.pk for one in entries])
    versions = {one.policy_id: one for one in _current(rows)}
    page.firm = own_firm(request.user)
    said = catalogues.verdicts(page.firm, rows) if page.firm else {}
    for one in entries:
        one.policy, one.version = rows[one.pk], versions[one.pk]
        one.policy.current = one.version
        one.title, one.summary = called(one.version)
        one.most_words = money(one.most) if one.most else ""
        one.state = "" if one.holds else state_of(one.policy, local_day(at))
        one.verdict, one.verdict_words = said.get(one.pk, ""), VERDICTS.get(said.get(one.pk, ""), "")
    page.object_list = entries


def _current(rows: dict[int, Policy]) -> Any:
    found = PolicyVersion.objects.filter(pk__in=[one.current_id for one in rows.values()])
    return found.select_related("policy__department").prefetch_related("clauses__clause")


def published(request: HttpRequest, code: str) -> Policy:
    rows = Policy.objects.visible_to(request.user).public().select_related("current", "department", "follows__current")
    return get_object_or_404(rows, code=code)


@require_safe
def policy(request: HttpRequest, code: str) -> HttpResponse:
    """One policy as it is in force, or was when it ended."""
    found = published(request, code)
    assert found.current is not None
    found.current.policy = found
    if request.user.is_authenticated:
        opened(request.user, found)
    return render(request, "policies/policy.html", page_of(request, found, found.current))


def _named(policy: Policy) -> dict[str, str]:
    assert policy.current is not None
    return {"code": policy.code, "title": called(policy.current)[0]}


def page_of(request: HttpRequest, found: Policy, version: PolicyVersion) -> dict[str, Any]:
    """What the page of a version shows, in force, former or a draft's preview."""
    at = clock.now()
    day, firm = local_day(at), own_firm(request.user)
    former = list(found.versions.filter(status__in=PUBLISHED).order_by("-number"))
    for one in former:
        one.policy = found
    said = shown(version, at, day, firm=firm)
    ends = version.valid_to
    return {
        "policy": found,
        "version": version,
        "shown": said,
        "firm": firm,
        "claims": firm is not None or not rights_of(request.user).is_official,  # a stranger is asked to sign in
        "expired": ends is not None and ends < day,
        "former": former,
        "files": version.files.select_related("file"),
        "follows": _named(found.follows) if found.follows and found.follows.current_id else None,
        "successors": [_named(one) for one in successors(found)],
        "days_left": (ends - day).days if ends and said.holds and (ends - day).days <= 60 else None,
        "keeps": found.department_id in kept_by(request.user),
        "qa": questions.block(found, request.user) if found.current_id else None,
        "now": at,
    }


@require_safe
def version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """A published version as it stood, and what it changed."""
    found = published(request, code)
    rows = found.versions.filter(status__in=PUBLISHED)
    one = get_object_or_404(rows, number=number)
    one.policy = found
    before = rows.filter(number__lt=number).order_by("-number").first()
    context = page_of(request, found, one) | {
        "before": before,
        "difference": of_versions(before, one) if before is not None else None,
        "is_current": found.current_id == one.pk,
    }
    return render(request, "policies/version.html", context)


@require_safe
def file(request: HttpRequest, code: str, pk: int) -> FileResponse:
    """An attachment: of a published version everybody's, of a draft its department's (the policy's own permission)."""
    rows = PolicyFile.objects.filter(version__in=PolicyVersion.objects.visible_to(request.user))
    found = rows.filter(pk=pk, version__policy__code=code).select_related("file").first()
    if found is None:
        raise Http404(_("没有这个附件"))
    return serve(found.file)
