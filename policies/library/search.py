"""Finding a policy by words of its text or its clauses', the best first; two Chinese characters are enough (POL-1).

A version in force is never changed, so its text is brought into one form once for a process and kept: some megabytes
for a town's hundreds of policies, a millisecond for a search, and no index that would have to follow the versions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Case, F, IntegerField, Value, When

from enterprises.search import normal, words

from ..models import ClauseVersion, Policy, PolicyVersion
from ..models.policies import PolicyQuerySet


class Text(NamedTuple):
    """What a version says, by where it says it, as `enterprises.search.normal` writes it."""

    title: str
    names: str
    of_clause: str
    body: str
    inside: str  # of its clauses


WEIGHTS = (16, 8, 4, 2, 0)  # of its parts
NAMED = ("title", "title_en", "document_number", "issuer", "summary", "summary_en", "object", "keywords")

_kept: dict[int, Text] = {}  # by the version's key; those out of force are dropped as new ones come


def search(policies: PolicyQuerySet, query: str) -> PolicyQuerySet:
    """Those that have every word somewhere, with `rank`: the title counts most, what a clause says least."""
    policy_of = {version: pk for pk, version in policies.order_by().values_list("pk", "current") if version}
    texts, wanted = _texts(policy_of), words(query)
    by_rank: dict[int, list[int]] = defaultdict(list)
    for version, policy in policy_of.items():
        if (rank := _rank(texts[version], wanted)) is not None:
            by_rank[rank].append(policy)
    ranks = [When(pk__in=found, then=Value(rank)) for rank, found in by_rank.items()]
    here = policies.filter(pk__in=[pk for found in by_rank.values() for pk in found])
    return here.annotate(rank=Case(*ranks, default=Value(0), output_field=IntegerField()))


def _rank(text: Text, wanted: list[str]) -> int | None:
    """None where a word stands nowhere."""
    rank = 0
    for word in wanted:
        weights = [weight for part, weight in zip(text, WEIGHTS, strict=True) if word in part]
        if not weights:
            return None
        rank += sum(weights)
    return rank


def _texts(versions: Iterable[int]) -> dict[int, Text]:
    """Of these versions in force; two queries where some are not kept yet, else none."""
    wanted = set(versions)
    found = {version: text for version in wanted if (text := _kept.get(version)) is not None}
    if missing := wanted - found.keys():
        if len(_kept) > 2 * len(wanted) + 100:
            _kept.clear()  # what went out of force with it
        found |= (fresh := _read(missing))
        _kept.update(fresh)
    return found


def _read(versions: set[int]) -> dict[int, Text]:
    named, inside = defaultdict(list), defaultdict(list)
    clauses = ClauseVersion.objects.filter(version__in=versions, clause__current=F("pk")).order_by()
    for version, title, english, benefit, conditions in clauses.values_list(
        "version", "title", "title_en", "benefit", "conditions"
    ):
        named[version] += [title, english]
        inside[version] += [benefit, conditions]
    made = {}
    for pk, *said in PolicyVersion.objects.filter(pk__in=versions).order_by().values_list("pk", *NAMED):
        title, english, number, issuer, summary, summary_en, object_, keywords = said
        parts = (
            [title, english],
            [number, " ".join(keywords), issuer],
            named[pk],
            [summary, summary_en, object_],
            inside[pk],
        )
        made[pk] = Text(*(normal("\n".join(part)) for part in parts))
    return made


def find(user: Any, query: str) -> PolicyQuerySet:
    """For the search box: what is published, with what a line of it shows."""
    seen = Policy.objects.visible_to(user).public()
    found: Any = search(seen, query).select_related("current", "department")
    best_first: PolicyQuerySet = found.order_by("-rank", "-current__valid_from", "pk")
    return best_first
