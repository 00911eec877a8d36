"""The clauses of a draft as rows: those that continue an old one keep its number, new ones get the next."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.people.refusal import Refused

from ..models import Clause, ClauseVersion, PolicyVersion
from .content import CLAUSE, Content


def write(version: PolicyVersion, content: Content) -> None:
    """Makes the draft's clauses those of `content`. Raises Refused for a number that the policy never had."""
    known = {clause.number: clause for clause in version.policy.clauses.all()}
    rows = {row.clause_id: row for row in version.clauses.all()}
    kept: list[Clause] = []
    for position, said in enumerate(content.clauses, 1):
        clause = _clause(version, said, known, [one.pk for one in kept])
        row = rows.pop(clause.pk, None) or ClauseVersion(version=version, clause=clause)
        for name in CLAUSE:
            if name in said and name != "reviewers":
                setattr(row, name, said[name])
        row.position = position
        row.save()
        if "reviewers" in said:
            row.reviewers.set(said["reviewers"])
        kept.append(clause)
    _take_out(list(rows.values()))


def _clause(version: PolicyVersion, said: dict[str, Any], known: dict[int, Clause], kept: list[int]) -> Clause:
    number = said.get("number")
    if number is None:
        number = max(known, default=0) + 1
        clause = known[number] = Clause.objects.create(policy=version.policy, number=number)
        return clause
    if number not in known:
        raise Refused(_("这件政策没有第 %(number)s 条。") % {"number": number})
    if known[number].pk in kept:
        raise Refused(_("第 %(number)s 条写了两次。") % {"number": number})
    return known[number]


def _take_out(rows: list[ClauseVersion]) -> None:
    """A clause that was in this draft alone goes with it; its number is free again."""
    for row in rows:
        row.delete()
        if row.clause.current_id is None and not row.clause.versions.exists():
            row.clause.delete()
