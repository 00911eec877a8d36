"""Key lists: one year of one level with filters and export, what came in and left, proposals, the verbs (ENT-9)."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from portal.people.doors import only_for
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import rights_of
from portal.worktime import clock

from ..export import workbook
from ..models import READS_EVERY_FIRM, Enterprise, KeyEntry, KeyList, Level
from ..models.keylists import KeyEntryQuerySet
from . import flow, stages
from .forms import OpenForm, years_to_open
from .standing import standing_of, with_people, year_of

PAGE = 50
TABS = (
    ("", stages.STANDING, gettext_lazy("在名单上")),
    ("proposed", stages.PROPOSED, gettext_lazy("待审核")),
    ("declined", stages.DECLINED, gettext_lazy("未通过")),
    ("removed", stages.REMOVED, gettext_lazy("已移出")),
)


def seen(request: HttpRequest, level: str, year: int) -> KeyList:
    return get_object_or_404(KeyList.objects.visible_to(request.user), level=level, year=year)


@require_GET
@only_for(*READS_EVERY_FIRM)
def first(request: HttpRequest) -> HttpResponse:
    """The list one most likely wants: what one works on, else the town's latest."""
    lists = list(KeyList.objects.visible_to(request.user))
    if not lists:
        return render(request, "keylists/none.html", {"opens": _opens(request)})
    current = [one for one in lists if one.year <= year_of()] or lists
    best = max(current, key=lambda one: (one.year, one.level == Level.TOWN))
    return redirect("enterprises:key-list", best.level, best.year)


@require_GET
@only_for(*READS_EVERY_FIRM)
def key_list(request: HttpRequest, level: str, year: int) -> HttpResponse:
    """One list: `?tab=` by state, `?q=` firm, `?leader=`, `?steward=` people's keys, `?fresh=1` who came in."""
    one = seen(request, level, year)
    found = narrowed(request, one)
    page = Paginator(_rows(found, one), PAGE).get_page(request.GET.get("page"))
    roles = _roles(request)
    lists = list(KeyList.objects.visible_to(request.user))
    counts = {state: one.entries.filter(state=state).count() for state in stages.ENTRY_STATES}
    for entry in page:
        entry.verbs = stages.entry_verbs(one.status, entry.state, roles)
        entry.called = [(verb, ENTRY_ACTS[verb]) for verb in entry.verbs]
    context = {
        "list": one,
        "page": page,
        "tabs": [(key, name, counts[state]) for key, state, name in TABS if not key or counts[state]],
        "tab": request.GET.get("tab", ""),
        "standing": counts[stages.STANDING],
        "levels": [(key, label, _address(lists, key, one)) for key, label in Level.choices],
        "years": [other for other in lists if other.level == level],
        "leaders": people(one, "leader"),
        "stewards": people(one, "enterprise__stewardships__user"),
        "verbs": stages.list_verbs(one.status, roles),
        "opens": _opens(request),
        "narrowed": any(request.GET.get(key) for key in ("q", "leader", "steward", "fresh")),
        "has_former": one.former() is not None,
    }
    return render(request, "keylists/list.html", context)


ENTRY_ACTS = {
    "accept": gettext_lazy("通过"),
    "decline": gettext_lazy("不通过"),
    "remove": gettext_lazy("移出"),
    "put_back": pgettext_lazy("动作", "恢复"),
    "name_people": gettext_lazy("定人"),
}


def _roles(request: HttpRequest) -> frozenset[str]:
    return frozenset(str(role) for role in rights_of(request.user).roles)


def _address(lists: list[KeyList], level: str, beside: KeyList) -> str:
    """The list of another level: of the same year, else its latest; empty where there is none."""
    own = [one for one in lists if one.level == level]
    best = next((one for one in own if one.year == beside.year), own[0] if own else None)
    return reverse("enterprises:key-list", args=[best.level, best.year]) if best else ""


def _opens(request: HttpRequest) -> list[int]:
    if "supervisor" not in _roles(request):
        return []
    return years_to_open(list(KeyList.objects.all()), year_of())


def _rows(found: KeyEntryQuerySet, one: KeyList) -> KeyEntryQuerySet:
    return with_people(found, now=one.status != stages.APPROVED or one.year >= year_of()).order_by(
        "enterprise__name", "pk"
    )


def people(one: KeyList, path: str) -> Any:
    """Who can be chosen in the filter: those who stand beside a firm of this list."""
    ties = one.entries.standing().filter(**{f"{path}__isnull": False})
    if path.startswith("enterprise"):
        ties = ties.filter(enterprise__stewardships__until=None, enterprise__stewardships__kind="steward")
    return User.objects.filter(pk__in=ties.order_by().values(path)).order_by("name", "pk")


def narrowed(request: HttpRequest, one: KeyList) -> KeyEntryQuerySet:
    """What the address asks for; a value that makes no sense finds nothing."""
    asked = request.GET
    state = next((state for key, state, _name in TABS if key == asked.get("tab", "")), None)
    found: KeyEntryQuerySet = one.entries.filter(state=state) if state else one.entries.none()
    if asked.get("q"):
        found = found.filter(enterprise__in=Enterprise.objects.search(asked["q"][:100]).values("pk"))
    for name, path in (("leader", "leader"), ("steward", "enterprise__stewardships__user")):
        if value := asked.get(name):
            if not (value.isdecimal() and len(value) < 19):
                return found.none()
            tied = {path: int(value)}
            if name == "steward":
                tied |= {"enterprise__stewardships__until": None, "enterprise__stewardships__kind": "steward"}
            found = found.filter(**tied)
    return found.filter(carried=False) if asked.get("fresh") else found


@require_GET
@only_for(*READS_EVERY_FIRM)
def export(request: HttpRequest, level: str, year: int) -> HttpResponse:
    """The list as it is narrowed, as an Excel file (SEC-6)."""
    one = seen(request, level, year)
    columns = [_("企业"), _("统一社会信用代码"), _("网格"), _("行业"), _("联系领导"), _("服务管家")]
    columns += [_("转入或新增"), _("状态"), _("推荐人"), _("推荐理由"), _("移出或未通过的理由")]
    asked = ("tab", "leader", "steward", "fresh")
    filters = {key: request.GET[key] for key in asked if request.GET.get(key)} | {"level": level, "year": year}
    filters |= {"q": "…"} if request.GET.get("q") else {}
    rows = _cells(_rows(narrowed(request, one), one))
    return workbook(str(one), columns, rows, by=request.user, at=clock.now(), of=KeyEntry, filters=filters)


def _cells(found: KeyEntryQuerySet) -> Iterator[list[Any]]:
    for entry in found:
        firm, steward = entry.enterprise, entry.looked_after_by
        yield [
            firm.name,
            firm.uscc,
            firm.place.name,
            firm.industry.name if firm.industry else "",
            entry.leader.name if entry.leader else "",
            steward.name if steward else "",
            _("转入") if entry.carried else _("新增"),
            entry.state_name,
            entry.proposed_by.name if entry.proposed_by else "",
            entry.reason,
            entry.decided_for,
        ]


@require_GET
@only_for(*READS_EVERY_FIRM)
def compare(request: HttpRequest, level: str, year: int) -> HttpResponse:
    """What came in and what left against the approved list before."""
    one = seen(request, level, year)
    former = one.former()
    if former is None:
        raise Http404
    now, then = _by_firm(one), _by_firm(former)
    reasons = dict(one.entries.filter(state=stages.REMOVED).values_list("enterprise", "decided_for"))
    left = [entry for pk, entry in then.items() if pk not in now]
    for entry in left:
        entry.why = reasons.get(entry.enterprise_id, "")
    context = {
        "list": one,
        "former": former,
        "came": [entry for pk, entry in now.items() if pk not in then],
        "left": left,
        "stayed": len(now.keys() & then.keys()),
        "moved": [(entry, then[pk]) for pk, entry in now.items() if pk in then and _other_leader(entry, then[pk])],
    }
    return render(request, "keylists/compare.html", context)


def _by_firm(one: KeyList) -> dict[int, KeyEntry]:
    rows = one.entries.standing().select_related("enterprise", "leader", "proposed_by").order_by("enterprise__name")
    return {entry.enterprise_id: entry for entry in rows}


def _other_leader(entry: KeyEntry, former: KeyEntry) -> bool:
    return entry.leader_id != former.leader_id


@require_GET
@only_for(*READS_EVERY_FIRM)
def firm(request: HttpRequest, uscc: str) -> HttpResponse:
    """A firm's standing: the years and levels in which it was on a list."""
    enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), uscc=uscc)
    context = {"firm": enterprise, "standings": standing_of(enterprise, request.user)}
    return render(request, "keylists/firm.html", context)


@require_http_methods(["GET", "POST"])
@only_for("supervisor")
def new(request: HttpRequest) -> HttpResponse:
    """开始编制 of a year and level."""
    years = _opens(request)
    form = OpenForm(request.POST or None, years=years or [year_of()], initial={"year": (years or [None])[0]})
    if request.method == "POST" and form.is_valid():
        try:
            made = flow.open_list(form.cleaned_data["level"], form.cleaned_data["year"], by=request.user)
        except Refused as refused:
            form.add_error(refused.field, refused.sentence)
        else:
            messages.success(request, _("%(list)s开始编制\n各部门、管家和研判员已收到通知。") % {"list": made})
            return redirect("enterprises:key-list", made.level, made.year)
    return act_page(request, form, _("开始编制名单"), _("开始编制"), reverse("enterprises:key-lists"))


def act_page(request: HttpRequest, form: Any, heading: str, act: str, back: str, what: str = "") -> HttpResponse:
    """The page of one act with its form."""
    context = {"form": form, "heading": heading, "act": act, "back": back, "what": what}
    return render(request, "keylists/act.html", context, status=422 if form.errors else 200)
