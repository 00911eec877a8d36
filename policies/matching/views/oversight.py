"""How far pushing reaches, by policy and down to the firms that have not read; and which firms fit a clause."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enterprises.attributes.declared_views import VERIFIES
from enterprises.attributes.sight import FEW, closed_to, hidden_from
from enterprises.attributes.values import of_firms
from enterprises.criteria.language import attributes_of
from enterprises.criteria.one import evaluate
from enterprises.criteria.words import change_words, sentence
from enterprises.export import workbook
from enterprises.models import Enterprise, Member, Outcome, Stewardship
from policies.models import Claim, Clause, Policy, Pushed
from policies.models.policies import HEADS, OVERSEE_POLICIES
from portal.people.doors import only_for
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock

from .. import coverage as covering
from ..matches import Verdict, change_of, in_force, node_of, of_clause, texts_of

READS_COVERAGE = (Role.POLICY_OFFICER, *HEADS, *OVERSEE_POLICIES)
SEES_FIRMS = (Role.POLICY_OFFICER, *OVERSEE_POLICIES)
PAGE = 50


@require_safe
@only_for(*READS_COVERAGE)
def coverage(request: HttpRequest) -> HttpResponse:
    """Of each policy of the reader's departments, or of the town: whom it fits, who was told, has read, has claimed."""
    rows = covering.coverage(request.user, clock.now())
    charts = [{"label": str(row.policy), "value": row.share or 0, "url": _address(row)} for row in rows if row.reached]
    verifies = rights_of(request.user).has(*VERIFIES)
    context = {"rows": rows, "whole": covering.total(rows), "bars": charts[:10], "verifies": verifies}
    return render(request, "matching/coverage.html", context)


def _address(row: covering.Coverage) -> str:
    assert row.policy is not None
    return reverse("matching:coverage-policy", args=[row.policy.code])


@require_safe
@only_for(*READS_COVERAGE)
def coverage_export(request: HttpRequest) -> HttpResponse:
    columns = [_("政策"), _("责任单位"), _("符合企业"), _("已推送"), _("有账号"), _("已读"), _("已申报")]
    columns.append(_("阅读率(%)"))
    rows = covering.coverage(request.user, clock.now())
    cells = ([str(row.policy), row.department, *row.counts, row.share] for row in rows)
    return workbook(_("政策推送覆盖"), columns, cells, by=request.user, at=clock.now(), of=Pushed)


# One policy -------------------------------------------------------------------------------------------------------


def _tabs() -> list[tuple[str, str]]:
    return [
        ("unread", _("还没读")),
        ("unreached", _("没有账号")),
        ("unclaimed", _("读了没申报")),
        ("all", _("全部符合")),
    ]


def narrowed(firms: QuerySet[Enterprise], tab: str) -> QuerySet[Enterprise]:
    chosen: Mapping[str, dict[str, bool]] = {
        "unread": {"reached": True, "has_read": False},
        "unreached": {"reached": False},
        "unclaimed": {"has_read": True, "has_claimed": False},
        "all": {},
    }
    return firms.filter(**chosen[tab]) if tab in chosen else firms.none()


def _listed(firms: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
    stewards = Stewardship.objects.current().filter(kind=Stewardship.Kind.STEWARD).select_related("user")
    told = Prefetch("stewardships", stewards, to_attr="stewards_now")
    return firms.select_related("place").prefetch_related(told).order_by("name", "pk")


@require_safe
@only_for(*READS_COVERAGE)
def coverage_policy(request: HttpRequest, code: str) -> HttpResponse:
    """`?tab=`: the firms that have not read it, each with its steward, who can call."""
    policy, at = _policy(request, code), clock.now()
    firms = _firms(request, policy)
    tab = request.GET.get("tab", "unread")
    page = Paginator(_listed(narrowed(firms, tab)), PAGE).get_page(request.GET.get("page"))
    context = {
        "policy": policy,
        "row": covering.coverage_of(policy, at),
        "clauses": in_force(timezone.localdate(at)).filter(policy=policy).order_by("number"),
        "tabs": [(key, name, narrowed(firms, key).count()) for key, name in _tabs()],
        "tab": tab,
        "page": page,
        "may_list": _may_list(request),
    }
    return render(request, "matching/coverage_policy.html", context)


@require_safe
@only_for(*READS_COVERAGE)
def coverage_policy_export(request: HttpRequest, code: str) -> HttpResponse:
    policy, tab = _policy(request, code), request.GET.get("tab", "unread")
    columns = [_("企业"), _("统一社会信用代码"), _("网格"), _("服务管家")]
    columns += [_("有账号"), _("已推送"), _("已读"), _("已申报")]
    found = _listed(narrowed(_firms(request, policy), tab))
    cells = (
        [firm.name, firm.uscc, firm.place.name, _steward(firm)]
        + [_yes(value) for value in (firm.reached, firm.pushed, firm.has_read, firm.has_claimed)]
        for firm in found.iterator(chunk_size=2000)
    )
    filters = {"policy": policy.pk, "tab": tab if tab in dict(_tabs()) else "none"}
    return workbook(_("推送对象"), columns, cells, by=request.user, at=clock.now(), of=Pushed, filters=filters)


def _policy(request: HttpRequest, code: str) -> Policy:
    found = covering.policies_of(request.user).in_force(timezone.localdate(clock.now()))
    return get_object_or_404(found.select_related("current", "department"), code=code)


def _firms(request: HttpRequest, policy: Policy) -> QuerySet[Enterprise]:
    seen = Enterprise.objects.visible_to(request.user)
    return covering.firms_of_policy(policy, clock.now()).filter(pk__in=seen.order_by().values("pk"))


def _steward(firm: Any) -> str:
    return firm.stewards_now[0].user.name if firm.stewards_now else ""


def _yes(value: bool) -> str:
    return _("是") if value else _("否")


def _may_list(request: HttpRequest) -> bool:
    return rights_of(request.user).has(*SEES_FIRMS)


# The firms of a clause --------------------------------------------------------------------------------------------


@require_safe
@only_for(*SEES_FIRMS)
def firms(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """哪些企业符合: by verdict. Of a condition that reads what is closed to the reader, no small number is told and no
    firm of it named, else a value could be told from who is on the list (SEC-11).
    """
    clause = _clause(code, number)
    groups = of_clause(clause)
    counts = {verdict: rows.count() for verdict, rows in groups.items()}
    verdict = _verdict(request)
    covered = _is_covered(request, clause)
    few = covered and 0 < counts[verdict] < FEW
    found = _rows_of(request, groups[verdict]) if not few else Enterprise.objects.none()
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    say_beside(page.object_list, clause, verdict, request)
    context = {
        "clause": clause,
        "version": clause.current,
        "policy": clause.policy,
        "sentence": sentence(node_of(clause)) if clause.criterion_id else "",
        "kinds": [
            (one.value, one.label, None if covered and 0 < count < FEW else count) for one, count in counts.items()
        ],
        "verdict": verdict.value,
        "few": FEW if few else 0,
        "page": page,
    }
    return render(request, "matching/firms.html", context)


@require_safe
@only_for(*SEES_FIRMS)
def firms_export(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The list as it is filtered, all its pages (SEC-6)."""
    clause, verdict = _clause(code, number), _verdict(request)
    rows = of_clause(clause)[verdict]
    if _is_covered(request, clause) and rows.count() < FEW:
        rows = rows.none()
    columns = [_("企业"), _("统一社会信用代码"), _("网格"), _("服务管家")]
    columns += [_("结果"), _("还差或缺少"), _("已读"), _("已申报")]
    cells = _cells(_rows_of(request, rows), clause, verdict, request)
    filters = {"clause": clause.pk, "outcome": verdict.value}
    return workbook(_("符合条款的企业"), columns, cells, by=request.user, at=clock.now(), of=Clause, filters=filters)


def _cells(found: QuerySet[Enterprise], clause: Clause, verdict: Verdict, request: HttpRequest) -> Iterator[list[Any]]:
    pages = Paginator(found, 1000)
    for number in pages.page_range:
        rows = list(pages.page(number).object_list)
        say_beside(rows, clause, verdict, request)
        for firm in rows:
            read, claimed = _yes(firm.has_read), _yes(firm.has_claimed)
            yield [firm.name, firm.uscc, firm.place.name, _steward(firm), verdict.label, firm.beside, read, claimed]


def _clause(code: str, number: int) -> Clause:
    return get_object_or_404(in_force(timezone.localdate(clock.now())), policy__code=code, number=number)


def _verdict(request: HttpRequest) -> Verdict:
    wanted = request.GET.get("outcome", "yes")
    return next((one for one in (Verdict.ALMOST, Verdict.UNKNOWN) if one == wanted), Verdict.YES)


def _is_covered(request: HttpRequest, clause: Clause) -> bool:
    return clause.criterion_id is not None and bool(set(attributes_of(node_of(clause))) & closed_to(request.user))


def _rows_of(request: HttpRequest, rows: QuerySet[Outcome]) -> QuerySet[Enterprise]:
    """The firms behind stored rows that the reader may see, by name; `?q=` finds among them."""
    query = request.GET.get("q", "").strip()[:100]
    found = Enterprise.objects.visible_to(request.user).filter(pk__in=rows.values("enterprise_id"))
    if query:
        found = found.search(query)
    return _listed(found)


def say_beside(firms: Iterable[Any], clause: Clause, verdict: Verdict, request: HttpRequest) -> None:
    """Give each what would have to change or is missing, and whether it has read and claimed; the same queries for any
    number of firms.
    """
    rows = {firm.pk: firm for firm in firms}
    mine = Enterprise.objects.filter(pk__in=rows)
    pushes = Pushed.objects.filter(enterprise=OuterRef("pk"), clause=clause.current_id)
    claims = clause_claims(clause).filter(enterprise=OuterRef("pk"))
    members = Member.objects.current().filter(enterprise=OuterRef("pk"))
    flags = mine.annotate(read=Exists(pushes.exclude(read_at=None)), claimed=Exists(claims), has=Exists(members))
    for key, read, claimed, has in flags.values_list("pk", "read", "claimed", "has"):
        rows[key].has_read, rows[key].has_claimed, rows[key].reached = read, claimed, has
    said = _beside(list(rows), clause, verdict, request)
    for key, firm in rows.items():
        firm.beside = said.get(key, "")


def clause_claims(clause: Clause) -> Any:
    return Claim.objects.filter(round__clause__clause=clause).exclude(filed_at=None)


def _beside(keys: list[int], clause: Clause, verdict: Verdict, request: HttpRequest) -> dict[int, str]:
    if not keys or clause.criterion_id is None or verdict == Verdict.YES:
        return {}
    node, day = node_of(clause), timezone.localdate(clock.now())
    known = of_firms(keys)
    if verdict == Verdict.UNKNOWN:
        return {key: _("、").join(map(str, evaluate(node, known[key], day).missing)) for key in keys}
    if hidden_from(request.user) & set(attributes_of(node)):  # how much is missing would tell a hidden value
        return {}
    stored = list(Outcome.objects.filter(criterion_id=clause.criterion_id, enterprise_id__in=keys))
    texts = texts_of(stored)
    almost = [row for row in stored if row.slot is not None]
    return {row.enterprise_id: change_words(change_of(row, texts), known[row.enterprise_id]) for row in almost}
