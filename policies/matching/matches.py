"""Which clauses in force fit a firm, and which firms a clause (POL-2): read from the stored outcomes of its criterion.

Nothing is matched here: a changed fact, criterion or version has changed the stored rows already
(`enterprises.criteria.store`). A clause without a condition in data fits nobody and is for the reader to judge.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import groupby

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Attribute
from enterprises.attributes.values import Held, Known
from enterprises.attributes.values import of_firm as known_of
from enterprises.criteria.almost import Change, applied, changes
from enterprises.criteria.language import Condition, attributes_of
from enterprises.criteria.one import evaluate
from enterprises.criteria.reading import parsed
from enterprises.criteria.words import change_words
from enterprises.measures import in_english, shown
from enterprises.models import Enterprise, Outcome, Word
from policies.amounts.language import parse
from policies.amounts.reads import attributes_read
from policies.amounts.words import money
from policies.amounts.working import Worked, amount_of
from policies.claims.stages import LISTED
from policies.library.content import formula_words
from policies.models import Claim, Clause, ClauseVersion, Round
from portal.worktime import clock

from .advice import is_advice


class Verdict(StrEnum):
    YES = "yes"
    ALMOST = "almost"
    UNKNOWN = "unknown"
    OPEN = "open"  # no condition in data: the reader judges
    NO = "no"

    @property
    def label(self) -> str:
        return {
            Verdict.YES: _("符合"),
            Verdict.ALMOST: _("差一点"),
            Verdict.UNKNOWN: _("待补充"),
            Verdict.OPEN: _("请对照条件自行判断"),
            Verdict.NO: _("不符合"),
        }[self]


STORED = {Outcome.Is.YES: Verdict.YES, Outcome.Is.ALMOST: Verdict.ALMOST, Outcome.Is.UNKNOWN: Verdict.UNKNOWN}


@dataclass(frozen=True)
class Match:
    """One clause and one firm. `change`: what would have to change, in words; `missing`: the facts that decide.

    `worked` is the amount by what is known; None where it must not be told, or no money is paid.
    """

    clause: Clause
    verdict: Verdict
    change: str = ""
    missing: tuple[Attribute, ...] = ()
    worked: Worked | None = None
    round: Round | None = None
    claim: Claim | None = None

    @property
    def version(self) -> ClauseVersion:
        assert self.clause.current is not None
        return self.clause.current

    @property
    def round_id(self) -> int | None:
        return self.round.pk if self.round is not None else None

    @property
    def amount(self) -> str:
        """`20 万元`; empty where it cannot be told."""
        return money(self.worked.amount) if self.worked is not None and self.worked.amount else ""

    @property
    def benefit(self) -> str:
        """What it brings. It is written in Chinese only: in English the amount says it, where money is paid."""
        return (formula_words(self.version.formula) if in_english() else "") or self.version.benefit


def in_force(day: date) -> QuerySet[Clause]:
    """The clauses that hold on this day, each with its version and policy."""
    until = Q(policy__current__valid_to=None) | Q(policy__current__valid_to__gte=day)
    found = Clause.objects.filter(until, ended_at=None, policy__ended_at=None, policy__current__valid_from__lte=day)
    found = found.filter(current__version=F("policy__current"))
    of_policy = ("policy__current", "policy__department", "current__version__policy", "current__responsible")
    return found.select_related(*of_policy, "criterion__current")


def of_firm(
    firm: Enterprise, day: date, *, hidden: Collection[str] = frozenset(), known: Mapping[str, Held] | None = None
) -> list[Match]:
    """All clauses in force for one firm, what fits first; the same eight queries whatever there is.

    Of what is reckoned with `hidden` attributes neither the change nor the amount is said (SEC-11).
    """
    clauses = list(in_force(day).order_by("policy__current__title", "policy_id", "number"))
    known = known_of(firm) if known is None else known
    stored = {one.criterion_id: one for one in Outcome.objects.filter(enterprise_id=firm.pk)}
    texts = texts_of(stored.values())
    rounds = open_rounds(clause.current_id for clause in clauses)
    claims = _claims(firm)
    found = []
    for clause in clauses:
        row = stored.get(clause.criterion_id) if clause.criterion_id else None
        advice = advised(clause, row, known, day, texts)
        verdict = _verdict(clause, row, advice)
        change, missing = _beside(clause, verdict, advice, known, day, hidden)
        worked = worked_of(clause.current, _then(known, advice), day, hidden) if verdict in WORKED else None
        round_, claim = rounds.get(clause.current_id or 0), claims.get(clause.pk)
        found.append(Match(clause, verdict, change, missing, worked, round_, claim))
    order = list(Verdict)
    return sorted(found, key=lambda match: (order.index(match.verdict), not _waits(match), -_size(match)))


def at_a_glance(firm: Enterprise, day: date, most: int) -> tuple[list[Match], dict[Verdict, int]]:
    """The first `most` of what the firm could have (`to_have`), and how many clauses fit, almost fit or lack a fact.

    As `of_firm` says it, for the firm's home: of all clauses only what decides is read, whole only those that are told.
    """
    stored = {one.criterion_id: one for one in Outcome.objects.filter(enterprise_id=firm.pk)}
    of = {kind: [key for key, row in stored.items() if row.outcome == kind] for kind in STORED}
    known, texts = known_of(firm), texts_of(stored.values())
    there = in_force(day).order_by("policy__current__title", "policy_id", "number").select_related(None)
    fitting = list(_amounts(there.filter(criterion__in=of[Outcome.Is.YES])))
    near = list(_amounts(there.filter(criterion__in=of[Outcome.Is.ALMOST]), "criterion__current"))
    advice = {one.pk: advised(one, stored[one.criterion_id or 0], known, day, texts) for one in near}
    near = [clause for clause in near if advice[clause.pk] is not None]
    claimed = set(Claim.objects.filter(enterprise=firm).values_list("round__clause__clause", flat=True))
    rounds = open_rounds(clause.current_id for clause in (*fitting, *near))
    found = []
    for clause in (one for one in (*fitting, *near) if one.pk not in claimed):
        verdict = Verdict.ALMOST if clause.pk in advice else Verdict.YES
        found.append(Match(clause, verdict, round=rounds.get(clause.current_id or 0)))

    def told(match: Match) -> Match:
        change = advice.get(match.clause.pk)
        worked = worked_of(match.clause.current, _then(known, change), day, ())
        return replace(match, worked=worked, change="" if change is None else change_words(change, known))

    first: list[Match] = []
    for _key, alike in groupby(sorted(found, key=_before), key=_before):  # amounts only of what could still be told
        first += to_have(map(told, alike)) if len(first) < most else ()
    whole = in_force(day).in_bulk([match.clause.pk for match in first[:most]])
    counts = {Verdict.YES: len(fitting), Verdict.ALMOST: len(near)}
    counts[Verdict.UNKNOWN] = there.filter(criterion__in=of[Outcome.Is.UNKNOWN]).count()
    return [replace(match, clause=whole[match.clause.pk]) for match in first[:most]], counts


def _amounts(clauses: QuerySet[Clause], *also: str) -> QuerySet[Clause]:
    """With what the amount is worked out of, and the versions named `also`."""
    read = [f"{name}__tree" for name in also]
    return clauses.select_related("current", *also).only("criterion", "current__formula", *read)


def to_have(matches: Iterable[Match]) -> list[Match]:
    """Of a firm's matches what it has not claimed and could have: what fits before what almost does, what closes soon
    first, and of these what brings most.
    """
    able = (match for match in matches if match.verdict in WORKED and match.claim is None)
    return sorted(able, key=lambda match: (*_before(match), -_size(match)))


def _before(match: Match) -> tuple[bool, bool, float]:
    closes = match.round.closes_at if match.round is not None else None
    return match.verdict == Verdict.ALMOST, match.round is None, closes.timestamp() if closes is not None else math.inf


def _waits(match: Match) -> bool:
    """Something is to be done now: a claim-free one to confirm, or an open round that is not claimed yet."""
    return match.claim.status == LISTED if match.claim is not None else match.round is not None


WORKED = (Verdict.YES, Verdict.ALMOST)


def _then(known: Known, change: Change | None) -> Known:
    """What would be known after the change that an almost names."""
    return known if change is None or change.attribute is None else applied(known, change)


def _size(match: Match) -> Decimal:
    """What brings most comes first."""
    return match.worked.amount if match.worked and match.worked.amount else Decimal(0)


def advised(clause: Clause, row: Outcome | None, known: Known, day: date, texts: Mapping[int, str]) -> Change | None:
    """Of an almost the change to name: the stored one, or where that is no advice the smallest that is."""
    if row is None or row.outcome != Outcome.Is.ALMOST:
        return None
    change = change_of(row, texts)
    if is_advice(change, known):
        return change
    return next((one for one in changes(node_of(clause), known, day) if is_advice(one, known)), None)


def _verdict(clause: Clause, row: Outcome | None, advice: Change | None) -> Verdict:
    if clause.criterion_id is None:
        return Verdict.OPEN
    verdict = Verdict.NO if row is None else STORED[Outcome.Is(row.outcome)]
    return Verdict.NO if verdict == Verdict.ALMOST and advice is None else verdict


def _beside(
    clause: Clause, verdict: Verdict, advice: Change | None, known: Known, day: date, hidden: Collection[str]
) -> tuple[str, tuple[Attribute, ...]]:
    if verdict == Verdict.UNKNOWN:
        return "", tuple(evaluate(node_of(clause), known, day).missing)
    if advice is None or set(hidden) & set(attributes_of(node_of(clause))):
        return "", ()  # how much is missing would tell a hidden value
    return change_words(advice, known), ()


def node_of(clause: Clause) -> Condition:
    assert clause.criterion is not None
    assert clause.criterion.current is not None
    return parsed(clause.criterion.current.tree)


def change_of(row: Outcome, texts: Mapping[int, str]) -> Change:
    """What the stored row of an almost says would do."""
    assert row.slot is not None
    assert row.target is not None
    if row.slot == 0:
        return Change(None, date.fromordinal(row.target), 0)
    attribute = next(one for one in TOWN if one.slot == row.slot)
    return Change(attribute, shown(attribute, row.target, texts), 0)


def texts_of(rows: Iterable[Outcome]) -> dict[int, str]:
    """The texts behind the targets of these rows; one query."""
    worded = {attribute.slot for attribute in TOWN if attribute.is_worded}
    numbers = {row.target for row in rows if row.slot in worded and row.target is not None}
    return dict(Word.objects.filter(pk__in=numbers).values_list("pk", "text"))


def worked_of(version: ClauseVersion | None, known: Known, day: date, hidden: Collection[str]) -> Worked | None:
    """The amount by what is known, its lines shown; None where no money is paid or a hidden value would be told."""
    if version is None or not version.formula:
        return None
    formula = parse(version.formula)
    return None if set(hidden) & attributes_read(formula) else amount_of(formula, known, {}, day)


def open_rounds(versions: Iterable[int | None]) -> dict[int, Round]:
    """By clause's version the round that is open now; of several the one that closes first."""
    now = clock.now()
    wanted = [key for key in versions if key is not None]
    rounds = Round.objects.open(now).filter(clause__in=wanted).order_by(F("closes_at").desc(nulls_first=True))
    return {one.clause_id: one for one in rounds}


def _claims(firm: Enterprise) -> dict[int, Claim]:
    """By clause the firm's latest claim."""
    claims = Claim.objects.filter(enterprise=firm).select_related("round__clause").order_by("created_at", "pk")
    return {claim.round.clause.clause_id: claim for claim in claims}


def missing_of(matches: Sequence[Match]) -> list[tuple[Attribute, int]]:
    """The facts that are missing, with how many clauses wait for each; what decides most first."""
    counts: dict[Attribute, int] = {}
    for match in matches:
        for attribute in match.missing:
            counts[attribute] = counts.get(attribute, 0) + 1
    return sorted(counts.items(), key=lambda one: (-one[1], one[0].slot))


# Of one clause ----------------------------------------------------------------------------------------------------


def of_clause(clause: Clause) -> dict[Verdict, QuerySet[Outcome]]:
    """The stored rows of a clause by verdict (a plain no has none); empty where it has no condition in data."""
    rows = Outcome.objects.filter(criterion_id=clause.criterion_id) if clause.criterion_id else Outcome.objects.none()
    return {verdict: rows.filter(outcome=kind) for kind, verdict in STORED.items()}
