"""Why a clause fits a firm or not, node by node, with the value, whose word it is and as of when (POL-2)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from enterprises.attributes.catalogue import Attribute, Sensitivity
from enterprises.attributes.freshness import stale_since
from enterprises.attributes.sight import hidden_from
from enterprises.attributes.values import of_firm
from enterprises.criteria.almost import changes
from enterprises.criteria.language import attributes_of
from enterprises.criteria.one import Finding, evaluate
from enterprises.criteria.words import change_words, explained
from enterprises.models import Enterprise
from enterprises.models.declarations import OWN_WORDS
from policies.amounts.working import Worked
from policies.models import Clause
from portal.people.models import User

from .advice import is_advice
from .matches import Verdict, node_of, worked_of

MOST_CHANGES = 5


@dataclass(frozen=True)
class Line:
    """One node in words; `outcome` None: it cannot be told yet."""

    depth: int
    outcome: bool | None
    words: str


@dataclass(frozen=True)
class Explained:
    """`changes`: single changes that would do, the smallest first; `missing`: facts that decide and are not there;
    `declared`: what rests on the firm's own word; `stale`: what is older than it may be; `told`: attributes that are
    not open to everybody and were shown (SEC-3).
    """

    verdict: Verdict
    lines: tuple[Line, ...] = ()
    changes: tuple[str, ...] = ()
    missing: tuple[Attribute, ...] = ()
    declared: tuple[Attribute, ...] = ()
    stale: tuple[Attribute, ...] = ()
    worked: Worked | None = None
    told: tuple[str, ...] = ()


def explain(clause: Clause, firm: Enterprise, user: User, day: date) -> Explained:
    """As of `day` by what is known now; values the reader may not see stay unsaid (SEC-11), a firm's own people see
    all. Of a clause without a condition in data there is nothing to explain.
    """
    if clause.criterion_id is None:
        return Explained(Verdict.OPEN)
    node, known, hidden = node_of(clause), of_firm(firm), hidden_from(user, firm)
    finding = evaluate(node, known, day)
    found = [change for change in changes(node, known, day) if is_advice(change, known)]
    read = attributes_of(node)
    seen = dict(pair for leaf in finding.leaves() for pair in leaf.seen)
    told = [] if hidden & set(read) else found[:MOST_CHANGES]  # how much is missing would tell a hidden value
    return Explained(
        verdict=_verdict(finding, bool(found)),
        lines=tuple(Line(depth, part.outcome, words) for depth, part, words in explained(finding, hidden, day=day)),
        changes=tuple(change_words(change, known) for change in told),
        missing=tuple(finding.missing) if finding.outcome is None else (),
        declared=tuple(one for one, held in seen.items() if held is not None and held.source in OWN_WORDS),
        stale=tuple(one for one, held in seen.items() if stale_since(one, held, day)),
        worked=worked_of(clause.current, known, day, hidden) if finding.outcome else None,
        told=_not_open((one for one, held in seen.items() if held is not None), hidden),
    )


def _verdict(finding: Finding, may_change: bool) -> Verdict:
    if finding.outcome is None:
        return Verdict.UNKNOWN
    if finding.outcome:
        return Verdict.YES
    return Verdict.ALMOST if may_change else Verdict.NO


def _not_open(attributes: Iterable[Attribute], hidden: Collection[str]) -> tuple[str, ...]:
    shown = [one for one in attributes if one.code not in hidden and one.sensitivity != Sensitivity.OPEN]
    return tuple(one.code for one in shown)
