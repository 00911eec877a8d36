"""What a version of a policy says (POL-1): its elements in order, and those of its clauses, for form, diff and export.

    Content(elements={"title": …}, clauses=[{"number": 1, "title": …}, {"title": …}])

Names are those of `PolicyVersion` and `ClauseVersion`; departments are `Department`s. A clause names the `number` of an
old clause that it continues, and none where it is new.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enterprises.criteria.language import All, Any_, Condition, Not
from enterprises.criteria.reading import Malformed, parsed
from enterprises.criteria.words import phrases, sentence
from enterprises.models import Industry
from enterprises.models.places import industry_name

from ..amounts import language, words, working
from ..models import ClauseVersion, PolicyVersion

# In the order in which a person reads them; `note` and `effective_on` are of the version, not of the policy.
POLICY = (
    *("title", "title_en", "document_number", "issuer", "level", "issued_on", "valid_from", "valid_to", "object"),
    *("area", "industries", "basis", "summary", "summary_en", "interpretation", "keywords"),
    *("contact_name", "contact_phone", "office", "source_url", "effective_on", "note"),
)
CLAUSE = (
    *("title", "title_en", "support", "conditions", "tree", "benefit", "formula", "universal", "way", "materials"),
    *("procedure", "window", "responsible", "reviewers", "publicity_days", "claim_url"),
)
NOT_COMPARED = ("effective_on", "note")


@dataclass(frozen=True)
class Element:
    """One element: `kind` is line, text, day, choice, words, flag, number, unit, units, tree, formula or materials."""

    name: str
    label: str
    kind: str
    required: bool
    longest: int | None
    of_clause: bool


@dataclass
class Content:
    elements: dict[str, Any]
    clauses: list[dict[str, Any]] = field(default_factory=list)


@cache
def fields() -> tuple[Element, ...]:
    """The elements of a policy, then those of a clause, in order; labels are translated where they are shown."""
    policy = (_element(PolicyVersion, name, False) for name in POLICY)
    return (*policy, *(_element(ClauseVersion, name, True) for name in CLAUSE))


def of_policy() -> list[Element]:
    return [one for one in fields() if not one.of_clause]


def of_clause() -> list[Element]:
    return [one for one in fields() if one.of_clause]


def _element(model: type[models.Model], name: str, of_clause: bool) -> Element:
    row: Any = model._meta.get_field(name)
    blank = bool(getattr(row, "blank", False)) or isinstance(row, models.BooleanField)
    longest = getattr(row, "max_length", None)
    return Element(name, row.verbose_name, _kind(row), not blank, longest, of_clause)


def _kind(row: Any) -> str:
    if row.name in ("tree", "formula", "materials"):
        return str(row.name)
    if row.choices:
        return "choice"
    kinds: dict[type, str] = {
        models.DateField: "day",
        models.TextField: "text",
        models.BooleanField: "flag",
        models.PositiveSmallIntegerField: "number",
        models.ForeignKey: "unit",
        models.ManyToManyField: "units",
    }
    found = next((kind for of, kind in kinds.items() if isinstance(row, of)), "line")
    return "words" if row.name in ("industries", "keywords") else found


def content_of(version: PolicyVersion) -> Content:
    """What a version says, ready to be changed and given to `flow.edit`."""
    rows = version.clauses.select_related("clause", "responsible").prefetch_related("reviewers")
    return Content(
        {name: getattr(version, name) for name in POLICY},
        [clause_content(row) for row in rows.order_by("position", "pk")],
    )


def clause_content(row: ClauseVersion) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in CLAUSE if name != "reviewers"}
    return {"number": row.clause.number, **said, "reviewers": list(row.reviewers.all())}


# In words ----------------------------------------------------------------------------------------------------------


def in_words(element: Element, value: Any) -> str:
    """A value as a person reads it, in his language; empty for nothing."""
    if value in (None, "", [], {}):
        return ""
    match element.kind:
        case "choice":
            model: type[models.Model] = ClauseVersion if element.of_clause else PolicyVersion
            row: Any = model._meta.get_field(element.name)
            return str(dict(row.flatchoices).get(value, value))
        case "flag":
            return _("普惠") if value else _("择优")
        case "words":
            named = industry_names(value) if element.name == "industries" else value
            return _("、").join(named)
        case "units":
            return _("、").join(str(one.short_name or one.name) for one in value)
        case "tree":
            return tree_words(value)
        case "formula":
            return formula_words(value)
        case "materials":
            return "\n".join(material_words(one) for one in value)
    return value.isoformat() if isinstance(value, date) else str(value)


def tree_words(tree: Any) -> str:
    """The condition in one sentence; empty where data decide nothing."""
    if tree is None:
        return ""
    try:
        return sentence(parsed(tree))
    except (Malformed, KeyError):
        return _("条件无法读出")


def tree_lines(tree: Any) -> list[tuple[int, str]]:
    """The condition line by line with its depth: at 0 all must hold, deeper ones stand below what joins them.

    None where data decide nothing.
    """
    if tree is None:
        return []
    try:
        return list(_lines(parsed(tree)))
    except (Malformed, KeyError):
        return [(0, _("条件无法读出"))]


def _lines(node: Condition, depth: int = 0) -> Iterator[tuple[int, str]]:
    inside = node.part if isinstance(node, Not) else node
    if isinstance(node, All) and depth == 0:
        for part in node.parts:
            yield from _lines(part)
    elif isinstance(inside, All | Any_):
        yield depth, phrases(get_language() or "").group(node)
        for part in inside.parts:
            yield from _lines(part, depth + 1)
    else:
        yield depth, sentence(node)


def formula_words(formula: Any) -> str:
    """The amount in one sentence; empty where no money is paid."""
    if formula is None:
        return ""
    try:
        return words.sentence(language.parse(formula))
    except (Malformed, KeyError):
        return _("金额无法读出")


def most_of(formula: Any) -> Decimal | None:
    """The most that a clause can pay (元); None where it pays nothing or without a limit."""
    return None if formula is None else most_of_text(json.dumps(formula))


@lru_cache(4096)
def most_of_text(formula: str) -> Decimal | None:
    """The same of the JSON as text, read once: the catalogue asks it of every clause."""
    try:
        return working.most_of(language.parse(json.loads(formula)).amount)
    except (Malformed, KeyError):
        return None


def material_words(material: dict[str, Any]) -> str:
    name = str(material.get("name", ""))
    name = name if material.get("required", True) else _("%(name)s（有则提供）") % {"name": name}
    note = material.get("note", "")
    return _("%(name)s：%(note)s") % {"name": name, "note": note} if note else name


def industry_names(codes: Iterable[str]) -> list[str]:
    """The names of sections and divisions; a code that is no longer known stands for itself."""
    wanted = list(codes)
    known = dict(Industry.objects.filter(code__in=wanted).values_list("code", "name")) if wanted else {}
    return [industry_name(code, known[code]) if code in known else code for code in wanted]
