"""The public catalogue (POL-11): all published policies narrowed by facets, each with how many it would leave.

The few hundred policies of a town are read as bare rows once, by four queries; narrowing, counting and putting in
order are done here, and one page of them is then read in full.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Industry, Outcome
from enterprises.models.places import industry_name
from portal.people.models import Department
from portal.worktime.words import local_day

from ..models import ClauseVersion, Level, Policy, Round, Support, Way
from .content import most_of_text
from .search import search

AMOUNTS = (("10", 0, 100_000), ("50", 100_000, 500_000), ("100", 500_000, 1_000_000), ("more", 1_000_000, None))


@dataclass
class Entry:
    """One policy, as far as facets ask about it."""

    pk: int
    level: str
    department: int
    holds: bool
    title: str
    begins: date
    ends: date | None
    issued: date | None
    sections: frozenset[str]
    rank: int
    supports: set[str] = field(default_factory=set)
    ways: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)  # universal, selected
    most: Decimal | None = None
    open: bool = False

    @property
    def amounts(self) -> set[str]:
        if self.most is None:
            return set()
        return {key for key, least, below in AMOUNTS if least <= self.most and (below is None or self.most < below)}


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    options: list[Option]

    @property
    def chosen(self) -> Option | None:
        return next((one for one in self.options if one.chosen), None)


# facet: what of an entry it asks about
ASKS: dict[str, Callable[[Entry], Iterable[str]]] = {
    "open": lambda one: {"1"} if one.open else (),
    "support": lambda one: one.supports,
    "level": lambda one: {one.level},
    "way": lambda one: one.ways,
    "kind": lambda one: one.kinds,
    "amount": lambda one: one.amounts,
    "industry": lambda one: one.sections,
    "department": lambda one: {str(one.department)},
    "state": lambda one: {"now" if one.holds else "over"},
}
ORDERS: dict[str, Callable[[Entry], Any]] = {
    "new": lambda one: (-(one.issued or one.begins).toordinal(), one.title),
    "amount": lambda one: (-(one.most or Decimal(-1)), one.title),
    "ends": lambda one: (one.ends or date.max, one.title),
    "title": lambda one: one.title,
}


@dataclass(frozen=True)
class Catalogue:
    facets: list[Facet]
    found: list[Entry]  # in order


def catalogue(asked: dict[str, str], at: datetime, query: str = "") -> Catalogue:
    """What is found, and the facets: each counts what is left by all the others."""
    whole = entries(at, query)
    chosen = {name: asked[name] for name in ASKS if asked.get(name)}
    chosen.setdefault("state", "now")
    facets = [_facet(name, whole, chosen) for name in ASKS]
    found = [one for one in whole if all(value in ASKS[name](one) for name, value in chosen.items())]
    sort = asked.get("sort", "")
    if sort in ORDERS:
        found.sort(key=ORDERS[sort])
    else:
        found.sort(key=lambda one: (-one.rank, not one.open, ORDERS["new"](one)))
    return Catalogue([one for one in facets if one.options], found)


def entries(at: datetime, query: str = "") -> list[Entry]:
    """Every published policy that has the words; four queries."""
    rows = Policy.objects.public()
    names = ["pk", "current", "current__level", "department", "ended_at", "current__title", "current__valid_from"]
    names += ["current__valid_to", "current__issued_on", "current__industries"]
    if query:
        rows, names = search(rows, query), [*names, "rank"]
    section_of = dict(Industry.objects.filter(level__lte=2).values_list("code", "section"))
    day, found = local_day(at), {}
    for pk, version, level, department, ended, title, begins, ends, issued, industries, *rank in rows.values_list(
        *names
    ):
        holds = ended is None and begins <= day and (ends is None or day <= ends)
        sections = _sections(industries, section_of)
        place = rank[0] if rank else 0
        found[version] = Entry(pk, level, department, holds, title, begins, ends, issued, sections, place)
    _add_clauses(found, at)
    return list(found.values())


def _add_clauses(found: dict[int, Entry], at: datetime) -> None:
    rows = ClauseVersion.objects.filter(version__in=found).annotate(said=Cast("formula", TextField())).order_by()
    for version, support, way, universal, said in rows.values_list("version", "support", "way", "universal", "said"):
        entry = found[version]
        entry.supports.add(support)
        entry.ways.add(way)
        entry.kinds.add("universal" if universal else "selected")
        most = most_of_text(said) if said else None
        if most is not None and (entry.most is None or most > entry.most):
            entry.most = most
    by_policy = {entry.pk: entry for entry in found.values()}
    for policy in Round.objects.open(at).order_by().values_list("clause__clause__policy", flat=True).distinct():
        if policy in by_policy:
            by_policy[policy].open = by_policy[policy].holds


def _sections(codes: list[str], section_of: dict[str, str]) -> frozenset[str]:
    """Letters of GB/T 4754 sections; none named means every industry."""
    named = {section_of.get(code, code) for code in codes}
    return frozenset(named or section_of.values())


def _facet(name: str, whole: list[Entry], chosen: dict[str, str]) -> Facet:
    others = {key: value for key, value in chosen.items() if key != name}
    left = [one for one in whole if all(value in ASKS[key](one) for key, value in others.items())]
    counts = Counter(value for one in left for value in ASKS[name](one))
    labels = _labels(name)
    there = [value for value in labels if counts[value] or value == chosen.get(name)]
    return Facet(name, _names()[name], [Option(v, labels[v], counts[v], v == chosen.get(name)) for v in there])


def _names() -> dict[str, str]:
    return {
        "open": _("申报"),
        "support": _("支持方式"),
        "level": _("级别"),
        "way": _("兑现方式"),
        "kind": _("普惠或择优"),
        "amount": _("最高金额"),
        "industry": _("行业"),
        "department": _("责任单位"),
        "state": _("是否有效"),
    }


def _labels(name: str) -> dict[str, str]:
    match name:
        case "open":
            return {"1": _("正在申报")}
        case "support" | "level" | "way":
            model: Any = {"support": Support, "level": Level, "way": Way}[name]
            return {one.value: str(one.label) for one in model}
        case "kind":
            return {"universal": _("普惠"), "selected": _("择优")}
        case "amount":
            return {
                "10": _("10 万元以下"),
                "50": _("10 万至 50 万元"),
                "100": _("50 万至 100 万元"),
                "more": _("100 万元以上"),
            }
        case "industry":
            named = Industry.objects.filter(level=1).order_by("code").values_list("code", "name")
            return {code: industry_name(code, name) for code, name in named}
        case "department":
            rows = Department.objects.filter(policies__current__isnull=False).distinct().order_by("name")
            return {str(one.pk): one.short_name or one.name for one in rows}
    return {"now": _("现行"), "over": _("已失效、已废止")}


# One firm's verdicts --------------------------------------------------------------------------------------------------

BEST = ("yes", "almost", "unknown")


def verdicts(firm: Enterprise, policies: Iterable[int]) -> dict[int, str]:
    """The best stored outcome of each policy's clauses for a firm: yes, almost, unknown; none where nothing fits."""
    standing = {"criterion__clause__policy__in": list(policies), "criterion__clause__ended_at": None}
    rows = Outcome.objects.filter(enterprise=firm, **standing)
    found: dict[int, str] = {}
    for policy, outcome in rows.order_by().values_list("criterion__clause__policy", "outcome"):
        name = Outcome.Is(outcome).name.lower()
        if name in BEST and (policy not in found or BEST.index(name) < BEST.index(found[policy])):
            found[policy] = name
    return found
