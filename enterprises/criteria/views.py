"""The list of criteria, one of them with its versions and its firms, why a firm fits or not, and the form."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count as CountOf
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.people.doors import only_for
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.people.trying import tried
from portal.worktime import clock

from .. import columns
from ..attributes.catalogue import TOWN
from ..attributes.freshness import Is, State, reach, state_of
from ..attributes.sight import FEW, closed_to, hidden_from
from ..attributes.values import of_firm
from ..export import workbook
from ..filters import EnterpriseFilter
from ..models import READS_CRITERIA, WRITES_CRITERIA, Criterion, Enterprise, Outcome
from ..views import PAGE, listed
from . import flow
from .almost import changes
from .check import checked
from .counting import counts
from .differing import differences
from .drafts import Group, act, drafted, is_full, located, read, unread, walk
from .form import NameForm, choices, outcome_words, rows
from .language import Condition, attributes_of
from .lines import Line
from .naming import named, source_name
from .one import evaluate
from .reading import parse
from .uses import kept_elsewhere, uses_of
from .words import change_words, explained, sentence

SAMPLE = 20
EXPORTED = ("uscc", "place", "industry", "status", "steward")


@require_GET
@only_for(*READS_CRITERIA)
def criteria(request: HttpRequest) -> HttpResponse:
    """All that stand; `q` finds by name, in either language, or by what they rest on."""
    wanted = request.GET.get("q", "").strip()
    shown = Criterion.objects.visible_to(request.user).standing().select_related("current")
    found = [one for one in named(shown) if wanted.lower() in f"{one.name} {one.called} {one.source}".lower()]
    closed, numbers = _not_to_be_tried(request), _numbers(found)
    for one in found:
        one.yes, one.almost, one.unknown = (numbers.get((one.pk, kind), 0) for kind in Outcome.Is)
        one.unsaid = _is_covered(one, closed) and any(0 < n < FEW for n in (one.yes, one.almost, one.unknown))
    context = {"criteria": found, "wanted": wanted, "may_write": rights_of(request.user).has(*WRITES_CRITERIA)}
    return render(request, "criteria/list.html", context)


@require_GET
@only_for(*READS_CRITERIA)
def criterion(request: HttpRequest, code: str) -> HttpResponse:
    """What it says, who fits, what uses it, and how it came to be so.

    Of one that reads what is closed to the person no firm is named and no number told that the form does not tell.
    """
    one = _seen(request, code)
    closed = _not_to_be_tried(request)
    covered = _is_covered(one, closed)
    versions = list(one.versions.select_related("by"))
    trees = [parse(version.tree) for version in versions]
    for version, tree, before in zip(versions, trees, [*trees[1:], None], strict=True):
        version.changes = differences(before, tree) if before is not None else []
    kind = _kind(request)
    numbers = {each.name.lower(): one.outcomes.filter(outcome=each).count() for each in Outcome.Is}
    if covered and not one.retired_at:
        told = counts(parse(one.current.tree), timezone.localdate(clock.now()), closed)
        numbers = {count.outcome: count.number for count in told}
    found = one.outcomes.filter(outcome=kind).order_by("enterprise_id")
    shown = Enterprise.objects.visible_to(request.user).filter(pk__in=found.values("enterprise_id"))
    context = {
        "criterion": one,
        "sentence": sentence(parse(one.current.tree)),
        "versions": versions,
        "uses": uses_of(one),
        "kinds": [(each.name.lower(), each.label, numbers[each.name.lower()]) for each in Outcome.Is],
        "kind": kind.name.lower(),
        "number": numbers[kind.name.lower()],
        "firms": shown.none() if covered else shown[:SAMPLE],
        "is_covered": covered,
        "few": FEW,
        "may_write": _may_write(request, one),
    }
    return render(request, "criteria/record.html", context)


@require_GET
@only_for(*READS_CRITERIA)
def firm(request: HttpRequest, code: str, uscc: str) -> HttpResponse:
    """Why this firm fits or does not, node by node; values he may not read stay unsaid (SEC-11).

    Nor is said what a criterion comes to that reads closed ones and serves nothing: limits could be tried with it.
    """
    one = _seen(request, code)
    if _is_covered(one, _not_to_be_tried(request)) and not uses_of(one):
        raise Http404
    enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)
    node, known, day = parse(one.current.tree), of_firm(enterprise), timezone.localdate(clock.now())
    finding = evaluate(node, known, day)
    hidden = hidden_from(request.user, enterprise)
    needed = changes(node, known, day)
    told = [] if hidden & set(attributes_of(node)) else needed[:5]  # how much is missing would tell a hidden value
    context = {
        "criterion": one,
        "firm": enterprise,
        "outcome": Outcome.Is.ALMOST.label if needed else _words_of(finding.outcome),
        "lines": [(depth, part.outcome, words) for depth, part, words in explained(finding, hidden, day=day)],
        "changes": [change_words(change, known) for change in told],
        "is_unsaid": bool(needed and not told),
        "missing": [(one, source_name(one.source)) for one in finding.missing] if finding.outcome is None else [],
        "stale": [state for state in state_of(enterprise, day=day, known=known) if _is_stale(state, node)],
    }
    return render(request, "criteria/firm.html", context)


@require_GET
@only_for(*READS_CRITERIA)
def firms(request: HttpRequest, code: str) -> HttpResponse:
    """All firms of one outcome, narrowed as the list of firms is; there is none where no firm may be named."""
    one, kind = _seen(request, code), _kind(request)
    chosen, numbers = _firms_of(request, one, kind), _numbers([one])
    context = {
        "criterion": one,
        "kinds": [(each.name.lower(), each.label, numbers.get((one.pk, each), 0)) for each in Outcome.Is],
        "kind": kind.name.lower(),
        "filter": chosen,
        "narrowed": chosen.in_force(),
        "page": Paginator(chosen.qs, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "criteria/firms.html", context)


@require_GET
@only_for(*READS_CRITERIA)
def export(request: HttpRequest, code: str) -> HttpResponse:
    """The firms as they are narrowed, all pages (SEC-6)."""
    one, kind = _seen(request, code), _kind(request)
    chosen = _firms_of(request, one, kind)
    wanted = [columns.COLUMNS[key] for key in EXPORTED]
    named = [_("名称"), *(column.title for column in wanted), _("结果")]
    rows = (
        [firm.name, *(column.value(firm) for column in wanted), str(kind.label)]
        for firm in chosen.qs.iterator(chunk_size=2000)
    )
    filters = chosen.in_force() | {"criterion": one.code, "outcome": kind.name.lower()}
    given = {"by": request.user, "at": clock.now(), "of": Criterion, "filters": filters}
    return workbook(
        _("%(criterion)s：%(outcome)s") % {"criterion": one.called, "outcome": kind.label}, named, rows, **given
    )


def _firms_of(request: HttpRequest, one: Criterion, kind: Outcome.Is) -> EnterpriseFilter:
    if one.retired_at or _is_covered(one, _not_to_be_tried(request)):
        raise Http404
    return listed(request, one.outcomes.filter(outcome=kind).values("enterprise_id"))


def _kind(request: HttpRequest) -> Outcome.Is:
    wanted = request.GET.get("outcome", "yes")
    return {each.name.lower(): each for each in Outcome.Is}.get(wanted, Outcome.Is.YES)


def _numbers(criteria: Collection[Criterion]) -> dict[tuple[int, int], int]:
    """By criterion and outcome how many firms; apart from the criteria, whose rows would be joined to every outcome."""
    rows = Outcome.objects.filter(criterion__in=[one.pk for one in criteria]).values_list("criterion_id", "outcome")
    return {(criterion, outcome): number for criterion, outcome, number in rows.annotate(number=CountOf("*"))}


def _not_to_be_tried(request: HttpRequest) -> frozenset[str]:
    """What is closed to one who writes criteria: he could save one limit after the other; who only reads cannot."""
    return closed_to(request.user) if rights_of(request.user).has(*WRITES_CRITERIA) else frozenset()


def _is_covered(one: Criterion, closed: Collection[str]) -> bool:
    """Whether it reads what the person may not find out."""
    assert one.current is not None
    return not set(closed).isdisjoint(attributes_of(parse(one.current.tree)))


def _is_stale(state: State, node: Condition) -> bool:
    return state.state == Is.STALE and state.attribute.code in attributes_of(node)


def _words_of(outcome: bool | None) -> str:
    return _("待补充") if outcome is None else _("符合") if outcome else _("不符合")


@require_http_methods(["GET", "POST"])
@only_for(*WRITES_CRITERIA)
def new(request: HttpRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@only_for(*WRITES_CRITERIA)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    one = _seen(request, code)
    if not _may_write(request, one):
        raise Http404
    return _edit(request, one)


def _may_write(request: HttpRequest, one: Criterion) -> bool:
    return rights_of(request.user).has(*WRITES_CRITERIA) and one.retired_at is None and not kept_elsewhere(one)


@require_POST
@only_for(*WRITES_CRITERIA)
def draft(request: HttpRequest) -> HttpResponse:
    """The form after a click or a change, with the live count."""
    group = read(request.POST)
    act(group, request.POST.get("act", ""), full=is_full(request.POST))
    return render(request, "criteria/editor.html", editor(request, group, writing=True))


@require_POST
@only_for(*WRITES_CRITERIA)
def retire(request: HttpRequest, code: str) -> HttpResponse:
    one = _seen(request, code)
    try:
        flow.retire(one, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("enterprises:criterion", one.code)
    messages.success(request, _("已停用“%(name)s”") % {"name": one.name})
    return redirect("enterprises:criteria")


def _seen(request: HttpRequest, code: str) -> Criterion:
    rows = Criterion.objects.visible_to(request.user).select_related("current")
    return named([get_object_or_404(rows, code=code)])[0]


def _edit(request: HttpRequest, one: Criterion | None) -> HttpResponse:
    """Without scripts every button of the form comes here as well and draws the page anew."""
    if request.method == "GET":
        group = drafted(parse(one.current.tree)) if one else Group()
        form = NameForm(initial={"name": one.name, "source": one.source, "seen": one.current.number} if one else None)
        return _page(request, one, group, form)
    group, form = read(request.POST), NameForm(request.POST)
    if request.POST.get("act"):
        act(group, request.POST["act"], full=is_full(request.POST))
        return _page(request, one, group, NameForm(initial=request.POST.dict()))
    form.fields["name"].required = one is None
    if form.is_valid():
        saved = tried(form, _save, request, one, group, form.cleaned_data)
        if saved is not None:
            said = {"name": saved.name, "number": saved.current.number}
            messages.success(request, _("已保存“%(name)s”\n第 %(number)s 版") % said)
            return redirect("enterprises:criterion", saved.code)
    return _page(request, one, group, form, status=422)


def _save(request: HttpRequest, one: Criterion | None, group: Group, typed: dict[str, Any]) -> Criterion:
    if wrong := unread(group):
        raise Refused(wrong[0])
    if one is not None:
        return flow.revise(one, group.tree(), by=request.user, seen=typed["seen"], note=typed["note"])
    code = "c-" + get_random_string(8, "abcdefghjkmnpqrstuvwxyz23456789")
    return flow.define(code, typed["name"], group.tree(), by=request.user, source=typed["source"], note=typed["note"])


def _page(request: HttpRequest, one: Criterion | None, group: Group, form: NameForm, status: int = 200) -> HttpResponse:
    context = {"criterion": one, "form": form, **editor(request, group, writing=not form.is_bound)}
    return render(request, "criteria/edit.html", context, status=status)


def editor(request: HttpRequest, group: Group, *, writing: bool = False) -> dict[str, Any]:
    """What the form draws, with the count of whom it fits; `writing`: what is empty still is not called wrong."""
    node, faults = checked(group.tree())
    wrong: dict[str, list[str]] = {}
    for fault in [one for one in faults if not (writing and one.blank)]:
        wrong.setdefault(located(group, fault.path), []).append(fault.sentence)
    wrong |= {name: [item.unread] for name, item in walk(group) if isinstance(item, Line) and item.unread}
    found, aged, closed = None, [], frozenset[str]()
    if node is not None and not faults:
        day, closed = timezone.localdate(clock.now()), closed_to(request.user)
        found = counts(node, day, closed)
        aged = [one for one in reach([TOWN[code] for code in attributes_of(node)], day) if one.stale]
    return {
        "root": rows(group, wrong),
        "choices": choices(),
        "counts": [(outcome_words(count.outcome), count) for count in found] if found else [],
        "sentence": sentence(node) if node is not None and not faults else "",
        "faults": len(faults),
        "aged": aged,
        "is_covered": node is not None and not closed.isdisjoint(attributes_of(node)),
        "few": FEW,
        "is_full": is_full(request.POST),
    }
