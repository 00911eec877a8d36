"""The officers' desk: the policies of one's departments with filters and export, and one with all its versions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, CharField, Count, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from enterprises.export import workbook
from enterprises.measures import in_english
from portal.people.doors import only_for
from portal.people.models import Department
from portal.people.rights import rights_of
from portal.trail.models import Event
from portal.worktime import clock
from portal.worktime.words import local_day

from ...amounts import language
from ...amounts.from_words import typed
from ...models import Policy, PolicyVersion
from ...models.policies import OVERSEE_POLICIES, WRITES_POLICIES, PolicyQuerySet, kept_by
from ..capacity import READS_DESK, verbs_of
from ..content import Element, fields, in_words
from ..diff import of_versions
from ..effect import SOON, state_of
from ..search import search
from ..stages import DRAFT, DROPPED, REVIEW, SCHEDULED, WORKED_ON
from .acts import WORDS

PAGE = 25
TABS = (
    ("", gettext_lazy("现行")),
    ("work", gettext_lazy("编写、审核、待生效")),
    ("soon", gettext_lazy("快到期")),
    ("over", gettext_lazy("已失效、已废止")),
)
SAID = {
    "policy.created": gettext_lazy("新建"),
    "policy.drafted": gettext_lazy("起草新版"),
    "policy.edited": gettext_lazy("改草稿"),
    "policy.submitted": gettext_lazy("送审"),
    "policy.sent_back": gettext_lazy("退回修改"),
    "policy.approved": gettext_lazy("审核通过"),
    "policy.took_effect": gettext_lazy("生效"),
    "policy.dropped": gettext_lazy("放弃"),
    "policy.ended": gettext_lazy("废止"),
    "policy.expired": gettext_lazy("到期失效"),
    "policy.import_undone": gettext_lazy("撤销导入"),
}


def kept(request: HttpRequest) -> PolicyQuerySet:
    """What he keeps at the desk: his departments' policies; who oversees the town all."""
    seen = Policy.objects.visible_to(request.user)
    if rights_of(request.user).has(*OVERSEE_POLICIES):
        return seen
    return seen.filter(department__in=kept_by(request.user))


def _tabbed(rows: PolicyQuerySet, tab: str, at: datetime) -> PolicyQuerySet:
    day = local_day(at)
    if tab == "work":
        return rows.filter(versions__status__in=WORKED_ON)
    if tab == "soon":
        return rows.filter(pk__in=Policy.objects.in_force(day), current__valid_to__lte=day + SOON)
    if tab == "over":
        return rows.filter(Q(ended_at__isnull=False) | Q(current__valid_to__lt=day))
    return rows.filter(pk__in=Policy.objects.in_force(day))


def listed(request: HttpRequest, at: datetime) -> PolicyQuerySet:
    """As tab, department and search narrow it, in the list's order."""
    rows = _tabbed(kept(request), _tab(request), at)
    department, query = request.GET.get("department", ""), request.GET.get("q", "").strip()[:100]
    if department:
        sound = department.isascii() and department.isdecimal() and len(department) < 10
        rows = rows.filter(department=int(department)) if sound else rows.none()
    if query:
        rows = (
            search(rows, query)
            if _tab(request) != "work"
            else rows.filter(versions__title__icontains=query.replace("\0", ""))
        )
    working = PolicyVersion.objects.filter(policy=OuterRef("pk"), status__in=WORKED_ON)
    last = PolicyVersion.objects.filter(policy=OuterRef("pk")).order_by("-number").values(said=_title())[:1]
    title = Case(
        When(current__isnull=False, then=_title("current__")), default=Subquery(last), output_field=CharField()
    )
    written = Q(current=None, versions__status__in=WORKED_ON)  # of what was never in force
    rows = rows.annotate(
        work_status=Coalesce(Subquery(working.values("status")[:1]), Value("")),
        clause_count=Count("current__clauses", distinct=True)  # an ended policy keeps those it ended with
        + Count("versions__clauses", filter=written, distinct=True),
        named=title,
    )
    order = ("current__valid_to",) if _tab(request) == "soon" else ()
    return rows.select_related("current", "department").order_by(*order, "named", "pk").distinct()


def _title(of: str = "") -> Coalesce:
    """As `PolicyVersion.called`, within a query."""
    own = (NullIf(f"{of}title_en", Value("")),) if in_english() else ()
    return Coalesce(*own, f"{of}title", Value(""))


def _tab(request: HttpRequest) -> str:
    return next((key for key, _name in TABS if key == request.GET.get("tab")), "")


@require_safe
@only_for(*READS_DESK)
def desk(request: HttpRequest) -> HttpResponse:
    """The list; of each policy how it stands, what is being worked on, until when it holds."""
    at = clock.now()
    page = Paginator(listed(request, at), PAGE).get_page(request.GET.get("page"))
    for one in page.object_list:
        _dress(one, at)
    kept_here = kept(request)
    departments = Department.objects.filter(policies__in=kept_here).distinct().order_by("name")
    context = {
        "page": page,
        "tab": _tab(request),
        "tabs": [(key, name, _tabbed(kept_here, key, at).distinct().count()) for key, name in TABS],
        "departments": departments if len(departments) > 1 else [],
        "writes": rights_of(request.user).has(WRITES_POLICIES),
        "narrowed": any(request.GET.get(name) for name in ("q", "department")),
    }
    return render(request, "policies/desk.html", context)


def _dress(one: Any, at: datetime) -> None:
    day = local_day(at)
    one.state = state_of(one, day)
    one.work = {DRAFT: _("有草稿"), REVIEW: _("待审核"), SCHEDULED: _("待生效")}.get(one.work_status, "")
    ends = one.current.valid_to if one.current else None
    one.ends_soon = bool(ends and one.ended_at is None and day <= ends <= day + SOON)


@require_safe
@only_for(*READS_DESK)
def export(request: HttpRequest) -> HttpResponse:
    """One row a clause, with all elements of policy and clause: the same columns as an import takes (SEC-6)."""
    at = clock.now()
    by: Any = request.user  # the door lets nobody else in
    columns = [_("编号"), _("状态"), _("责任单位"), _("条款号")]
    columns += [_("条款：%(name)s") % {"name": one.label} if one.of_clause else str(one.label) for one in fields()]
    filters = {k: "…" if k == "q" else v for k, v in request.GET.items() if k in ("tab", "q", "department")}
    rows = _cells(listed(request, at), at)
    return workbook(_("政策"), columns, rows, by=by, at=at, of=Policy, filters=filters)


def _cells(found: PolicyQuerySet, at: datetime) -> Iterator[list[Any]]:
    named = {one.name: one for one in fields() if not one.of_clause}
    own = [one for one in fields() if one.of_clause]
    rows = found.prefetch_related("current__clauses__clause", "current__clauses__reviewers", "versions")
    for policy in rows:
        version = policy.current or max(policy.versions.all(), key=lambda one: one.number)
        head = [policy.code, state_of(policy, local_day(at)), policy.department.short_name or policy.department.name]
        said = [in_words(one, getattr(version, name)) for name, one in named.items()]
        clauses: list[Any] = list(version.clauses.all())
        for row in clauses or [None]:
            if row is None:
                yield [*head, None, *said, *("" for _one in own)]
                continue
            values = (row.reviewers.all() if one.name == "reviewers" else getattr(row, one.name) for one in own)
            yield [*head, row.clause.number, *said, *(_typed(*pair) for pair in zip(own, values, strict=True))]


def _typed(element: Element, value: Any) -> str:
    """As an import reads it back: an amount marks what the firm fills in."""
    if element.kind == "formula" and value is not None:
        return typed(language.parse(value))
    return in_words(element, value)


@require_safe
@only_for(*READS_DESK)
def policy(request: HttpRequest, code: str) -> HttpResponse:
    """All its versions, what each changed, who wrote and approved it, and what may be done now."""
    at = clock.now()
    found = get_object_or_404(kept(request).select_related("current", "department", "follows__current"), code=code)
    versions = list(found.versions.select_related("written_by", "submitted_by", "approved_by").order_by("-number"))
    for one in versions:
        one.policy = found
    _compare(versions)
    working = next((one for one in versions if one.status in WORKED_ON), None)
    verbs = verbs_of(found, request.user)
    context = {
        "policy": found,
        "title": (found.current or versions[0]).called,
        "state": state_of(found, local_day(at)),
        "versions": versions,
        "working": working,
        "acts": [(verb.replace("_", "-"), WORDS[verb].name) for verb in WORDS if verb in verbs],
        "verbs": verbs,
        "follows": found.follows if found.follows and found.follows.current_id else None,
        "followed_by": list(found.followed_by.select_related("current")),
        "history": _history(found),
        "clauses": _standing_clauses(found),
    }
    return render(request, "policies/desk_policy.html", context)


def _compare(versions: list[Any]) -> None:
    """Each with what it changed of the one before it; dropped ones are left out."""
    real = [one for one in versions if one.status != DROPPED]
    for after, before in pairwise(real):
        after.before, after.difference = before, of_versions(before, after)


def _standing_clauses(found: Policy) -> list[Any]:
    rows = found.clauses.filter(ended_at=None, current__isnull=False).select_related("current", "criterion")
    return list(rows.order_by("current__position", "number"))


def _history(found: Policy) -> list[dict[str, Any]]:
    """What happened, the latest first; edits of one person one after the other are told once."""
    events = Event.objects.about(found).select_related("actor", "principal").order_by("-at", "-pk")[:100]
    told: list[dict[str, Any]] = []
    for event in events:
        who = event.who
        line = {"at": event.at, "who": who, "deputy": event.principal, "what": SAID.get(event.kind, "")}
        again = told and event.kind == "policy.edited" and (told[-1]["who"], told[-1]["what"]) == (who, line["what"])
        close = again and told[-1]["at"] - event.at < timedelta(hours=12)
        if line["what"] and not close:
            told.append(line)
    return told
