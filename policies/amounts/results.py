"""What a firm could get (POL-3): every clause in force judged and reckoned, and the best sum that exclusions leave."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from enterprises.attributes.catalogue import TOWN, Attribute
from enterprises.attributes.values import Known
from enterprises.criteria.almost import changes
from enterprises.criteria.language import Condition, attributes_of
from enterprises.criteria.one import evaluate
from enterprises.criteria.reading import Malformed
from enterprises.criteria.reading import parsed as parse_condition
from enterprises.criteria.words import change_words
from policies.matching.advice import is_advice
from policies.models import Clause, ClauseVersion, Exclusion, Policy

from .combining import Combination, Limit, Offer, combine
from .language import Formula
from .reads import attributes_read
from .words import money, question_words
from .working import Worked, amount_of, most_of, read_or_none

YES, ALMOST, UNKNOWN, NO, OPEN = "yes", "almost", "unknown", "no", "open"  # open: data decide nothing, read it yourself
NOTHING = Decimal(0)
# What pages show of a clause; the long texts of two hundred clauses would be most of what is read.
SHOWN = ["title", "title_en", "benefit", "tree", "formula", "way", "clause__number", "clause__policy__code"]
SHOWN += ["clause__policy__current__title", "clause__policy__current__title_en"]


@dataclass(frozen=True)
class Ruled:
    """One clause in force with its condition and amount, as far as they can be read."""

    version: ClauseVersion
    node: Condition | None
    formula: Formula | None

    @property
    def key(self) -> int:
        return self.version.clause_id

    @property
    def reads(self) -> frozenset[str]:
        """The attributes that decide it: of its condition and of its amount."""
        return frozenset(attributes_of(self.node) if self.node is not None else ()) | attributes_read(self.formula)


@dataclass
class Result:
    """One clause for one firm. `most` is the largest sum it can bring; None where it is without end or no money."""

    ruled: Ruled
    outcome: str
    worked: Worked
    most: Decimal | None = None
    change: str = ""  # the smallest that would make it fit
    missing: tuple[Attribute, ...] = ()
    covered: bool = False  # the amount rests on what the reader may not see (SEC-11)
    got: Decimal | None = None  # of its amount, in the best combination
    lost: Decimal = NOTHING
    rules: tuple[str, ...] = ()  # by which it is left out, all or a part
    asks: list[tuple[str, str, str, str]] = field(default_factory=list)  # field, label, unit, what was typed

    @property
    def version(self) -> ClauseVersion:
        return self.ruled.version

    @property
    def amount_words(self) -> str:
        return "" if self.worked.amount is None else money(self.worked.amount)

    @property
    def most_words(self) -> str:
        return "" if self.most is None else money(self.most)

    @property
    def got_words(self) -> str:
        return money(self.got or NOTHING)

    @property
    def is_cut(self) -> bool:
        return self.lost > 0


@dataclass
class Results:
    """All of them, by outcome; `low` is certain, `high` the most with all that is still possible.

    `endless` of what is possible bring sums without a limit that are not known yet, and are in neither.
    """

    by: Mapping[str, list[Result]]
    low: Decimal
    high: Decimal
    endless: int
    exact: bool
    covered: int

    @property
    def decided(self) -> int:
        return len(self.by[YES]) + len(self.by[ALMOST]) + len(self.by[NO])

    @property
    def count(self) -> int:
        return sum(map(len, self.by.values()))

    @property
    def low_words(self) -> str:
        return money(self.low)

    @property
    def high_words(self) -> str:
        return money(self.high)

    @property
    def is_range(self) -> bool:
        return self.high > self.low or self.endless > 0


def in_force(day: date) -> list[Ruled]:
    """The clauses that hold on the day, in the order of their policies: one query."""
    policies = Policy.objects.in_force(day).order_by().values("pk")
    current = Clause.objects.filter(ended_at=None, policy__in=policies).order_by().values("current")
    rows = ClauseVersion.objects.filter(pk__in=current).select_related("clause__policy__current").only(*SHOWN)
    return [ruled(one) for one in rows.order_by("clause__policy", "clause__number")]


def ruled(version: ClauseVersion) -> Ruled:
    try:
        node = None if version.tree is None else parse_condition(version.tree)
    except Malformed:
        node = None
    return Ruled(version, node, read_or_none(version.formula))


def exclusions() -> list[Exclusion]:
    return list(Exclusion.objects.filter(ended_at=None).prefetch_related("clauses").order_by("pk"))


def results(
    clauses: Sequence[Ruled],
    known: Known,
    day: date,
    *,
    typed: Mapping[str, str] | None = None,
    hidden: Collection[str] = (),
) -> Results:
    """`typed` are answers to what formulas ask, by `w-<clause>-<code>`; `hidden` attributes stay unsaid (SEC-11)."""
    found = [_judged(one, known, day, typed or {}, frozenset(hidden)) for one in clauses]
    rules = exclusions()
    certain = [one for one in found if one.outcome == YES]
    possible = [*certain, *(one for one in found if one.outcome in (ALMOST, UNKNOWN))]
    best = combine(_offers(certain), _limits(rules))
    _share_out(certain, best, rules)
    endless = sum(_has_no_end(one) for one in possible)
    high = combine(_offers(possible, most=True), _limits(rules))
    by = {outcome: [one for one in found if one.outcome == outcome] for outcome in (YES, ALMOST, UNKNOWN, OPEN, NO)}
    for outcome in (YES, ALMOST):
        by[outcome].sort(key=lambda one: (one.worked.amount is None, -(one.worked.amount or one.most or NOTHING)))
    return Results(by, best.total, high.total, endless, best.exact and high.exact, sum(one.covered for one in found))


def _judged(one: Ruled, known: Known, day: date, typed: Mapping[str, str], hidden: frozenset[str]) -> Result:
    prefix = f"w-{one.key}-"
    answers = {key.removeprefix(prefix): value for key, value in typed.items() if key.startswith(prefix)}
    worked = amount_of(one.formula, known, answers, day)
    most = None if one.formula is None else most_of(one.formula.amount)
    made = Result(one, OPEN, worked, most)
    if one.formula is not None:
        for question in one.formula.questions:
            label, unit = question_words(question.code, one.formula)
            made.asks.append((prefix + question.code, label, unit, answers.get(question.code, "")))
    if one.node is not None:
        _decide(made, one.node, known, day, hidden)
    if hidden & attributes_read(one.formula):
        made.covered, made.worked = True, Worked(None, (_("用到不对您公开的数据，不显示金额"),))
    return made


def _decide(made: Result, node: Condition, known: Known, day: date, hidden: frozenset[str]) -> None:
    finding = evaluate(node, known, day)
    if finding.outcome is None:
        made.outcome, made.missing = UNKNOWN, tuple(finding.missing)
        return
    made.outcome = YES if finding.outcome else NO
    if finding.outcome:
        made.missing = tuple(TOWN[code] for code in made.worked.missing)
        return
    needed = [change for change in changes(node, known, day) if is_advice(change, known)]
    if needed:
        made.outcome = ALMOST
        # how much is missing would tell a value that the reader may not see
        made.change = "" if hidden & set(attributes_of(node)) else change_words(needed[0], known)


def _offers(found: Iterable[Result], *, most: bool = False) -> list[Offer]:
    offers = []
    for one in found:
        amount = one.worked.amount
        if amount is None and most and not one.covered:
            amount = one.most
        if amount is not None:
            offers.append(Offer(one.ruled.key, amount))
    return offers


def _has_no_end(one: Result) -> bool:
    money_is_open = one.ruled.formula is not None and one.worked.amount is None and not one.covered
    return money_is_open and one.most is None


def _limits(rules: Iterable[Exclusion]) -> list[Limit]:
    return [Limit(one.pk, frozenset(clause.pk for clause in one.clauses.all()), one.cap) for one in rules]


def _share_out(found: Iterable[Result], best: Combination, rules: Iterable[Exclusion]) -> None:
    named = {one.pk: rule_words(one) for one in rules}
    left = {one.clause: one for one in best.left_out}
    for result in found:
        key = result.ruled.key
        if result.worked.amount is None:
            continue
        result.got = best.taken.get(key, NOTHING)
        if key in left:
            result.lost = left[key].lost
            result.rules = tuple(named[rule] for rule in left[key].rules)


def rule_words(rule: Exclusion) -> str:
    """`就高不重复：研发类奖补`."""
    if rule.cap is not None:
        return _("“%(name)s”合计最高 %(cap)s") % {"name": rule.name, "cap": money(rule.cap)}
    return _("“%(name)s”就高不重复") % {"name": rule.name}
