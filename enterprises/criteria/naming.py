"""What criteria and the sources of facts are called in English (ENT-5).

A criterion's own name is Chinese, what uses it has an English one.

The rooms above register a function each, as with `uses`; what none of them names keeps the name it was given.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from ..attributes.freshness import who_differs
from ..data import LINES, RESOURCES, rows_of
from ..measures import in_english
from ..models import Criterion
from ..models.declarations import CONFIRMED, DECLARED, DECLARED_BY_FIRM

Namer = Callable[[Sequence[Criterion]], Mapping[str, str]]
_namers: list[Namer] = []


def register(namer: Namer) -> Namer:
    """Ask this function, once for all criteria of a page, for English names by code; for `ready` of an app."""
    if namer not in _namers:
        _namers.append(namer)
    return namer


def named(criteria: Iterable[Criterion]) -> list[Criterion]:
    """The same criteria, of which `called` is in the reader's language."""
    found = list(criteria)
    if in_english():
        names = {code: name for namer in _namers for code, name in namer(found).items() if name}
        for one in found:
            one.english = names.get(one.code, "")
    return found


def as_shipped(rows: Callable[[], Iterable[Mapping[str, Any]]]) -> Namer:
    """A namer of what a table ships: `code`, `name`, `name_en`; one that a town renamed is no longer called so."""

    def namer(criteria: Sequence[Criterion]) -> Mapping[str, str]:
        english = {(row["code"], row["name"]): row["name_en"] for row in rows()}
        return {one.code: english.get((one.code, one.name), "") for one in criteria}

    return namer


def source_name(source: str) -> str:
    """A line that is shipped, or the firm itself, in the reader's language; a town's own line as the town named it."""
    if not in_english():
        return source
    line, other = who_differs(source)
    name = _english_sources().get(line, line)
    resource = _english_resources().get(other, other)
    return _("%(line)s（与%(resource)s口径不一致）") % {"line": name, "resource": resource} if other else name


@cache
def _english_sources() -> Mapping[str, str]:
    of_firm = {
        DECLARED: "the firm itself (unverified)",
        CONFIRMED: "the firm itself (verified)",
        DECLARED_BY_FIRM: "the firm's return",
    }
    return of_firm | {row["name"]: row["name_en"] for row in rows_of(LINES)}


@cache
def _english_resources() -> Mapping[str, str]:
    return {row["name"]: row["name_en"] for row in rows_of(RESOURCES)}
