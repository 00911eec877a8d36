"""The rounds of the demo: which clauses took claims when, and which take them now; with the firms that fit each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import count

from enterprises.attributes.values import Known, of_firms
from enterprises.models import Enterprise, Member, Outcome
from policies.amounts import language
from policies.amounts.language import Question
from policies.claims import facts
from policies.claims.facts import Weighed
from policies.claims.flow import close_round, open_round
from policies.claims.flow.rounds import CLAIMED
from policies.library.stages import PUBLISHED
from policies.models import Clause, ClauseVersion, Round, Way
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.roles import Role
from portal.trail.models import Event
from portal.worktime.calendar import SHANGHAI, calendar
from portal.worktime.words import local_day

from .desk import Desk

OPENED = 62  # working days ago the rounds of this season opened
AGES = ((20, 9), (14, 6), (20, 14, 6), (9,))  # months ago that former rounds opened, in turn over the clauses
WINDOW = 40  # days that a former round was open
NUMERALS = "一二三四五六七八九"
TINY = 12  # claimants
FEW = 25  # firms: longer lists are not made by the demo
PLAUSIBLE = {  # what firms answer, by the unit asked for
    "元": (24_000, 58_000, 86_000, 140_000, 215_000, 360_000, 540_000, 920_000),
    "万元": (8, 15, 26, 48, 90),
    "平方米": (320, 860, 1500, 2600),
    "千瓦时": (8_000, 21_000, 36_000),
    "千瓦": (60, 180, 400),
    "吨标煤": (45, 120, 260),
}
OWN = 0.15  # of the clauses that fit the demo's own member
FEWER = (1, 2, 3, 5)  # of anything else


@dataclass(frozen=True)
class Claimant:
    """A firm with the person who claims for it."""

    firm: Enterprise
    user: User


@dataclass
class Season:
    """A round that runs now, or has just closed, and who fits and has not claimed yet, in a drawn order."""

    round: Round
    kind: str
    left: list[Claimant] = field(default_factory=list)


class Book:
    """The clauses that take claims, who fits them, and how much it comes to."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.numbers: dict[tuple[int, int], Iterator[int]] = {}

    @cached_property
    def claimants(self) -> list[Claimant]:
        """Firms with an account, in the order in which they were made; the demo member's first."""
        rows = Member.objects.current(self.desk.now).filter(
            is_primary=True, enterprise__status=Enterprise.Status.ACTIVE
        )
        return [
            Claimant(row.enterprise, row.user)
            for row in rows.select_related("enterprise", "user").order_by("enterprise")
        ]

    @property
    def is_tiny(self) -> bool:
        """Too few claim for something to stand at every status."""
        return len(self.claimants) < TINY

    @cached_property
    def known(self) -> dict[int, Known]:
        return dict(of_firms([one.firm.pk for one in self.claimants]))

    @cached_property
    def clauses(self) -> list[Clause]:
        """In force, with a condition that data decide, and claimed here."""
        rows = Clause.objects.filter(ended_at=None, criterion__isnull=False, current__way__in=CLAIMED)
        rows = rows.select_related("current", "policy__current").order_by("policy__code", "number")
        return [clause for clause in rows if clause.policy.holds_on(self.desk.today)]

    @cached_property
    def versions(self) -> dict[int, list[ClauseVersion]]:
        """All that were ever in force, of each clause, oldest first."""
        found: dict[int, list[ClauseVersion]] = {}
        rows = ClauseVersion.objects.filter(clause__in=self.clauses, version__status__in=PUBLISHED)
        rows = rows.select_related("version__policy", "clause").prefetch_related("reviewers")
        for row in rows.order_by("clause", "version__number"):
            found.setdefault(row.clause_id, []).append(row)
        return found

    @cached_property
    def fitting(self) -> dict[int, list[Claimant]]:
        """By criterion, the claimants of whom it holds."""
        by_firm = {one.firm.pk: one for one in self.claimants}
        criteria = [clause.criterion_id for clause in self.clauses]
        rows = Outcome.objects.filter(criterion__in=criteria, enterprise__in=list(by_firm), outcome=Outcome.Is.YES)
        found: dict[int, list[Claimant]] = {}
        for criterion, firm in rows.order_by("criterion", "enterprise").values_list("criterion_id", "enterprise_id"):
            found.setdefault(criterion, []).append(by_firm[firm])
        return found

    def drawn(self, clause: Clause) -> list[Claimant]:
        """Those who fit, in an order of its own for each clause; the demo's own member comes first now and then."""
        fit = list(self.fitting.get(clause.criterion_id or 0, ()))
        self.desk.random.shuffle(fit)
        first = self.desk.random.random() < OWN
        return sorted(fit, key=lambda one: first and one.user.username != Role.ENTERPRISE_MEMBER)

    def weighed(self, row: ClauseVersion, one: Claimant, answers: dict[str, str], at: datetime) -> Weighed:
        return facts.weigh(row, self.known[one.firm.pk], (), answers, local_day(at))

    def answers(self, row: ClauseVersion) -> dict[str, str]:
        questions: Sequence[Question] = () if row.formula is None else language.parse(row.formula).questions
        return {one.code: str(self.desk.random.choice(PLAUSIBLE.get(one.unit, FEWER))) for one in questions}

    def title(self, clause: Clause, opens_at: datetime) -> str:
        """2026 年第二批: the batches of a clause are counted within the year."""
        year = local_day(opens_at).year
        number = next(self.numbers.setdefault((clause.pk, year), count()))
        return f"{year} 年第{NUMERALS[min(number, 8)]}批"


def former(book: Book) -> list[Round]:
    """Rounds of the two years before, written as rows: a clause as it stood then, open for forty days."""
    desk, rounds = book.desk, []
    for place, clause in enumerate(book.clauses):
        for months in sorted(AGES[place % len(AGES)], reverse=True):
            opens = datetime.combine(
                desk.back(0, desk.today - timedelta(days=30 * months + place * 11 % 50)), time(9), SHANGHAI
            )
            then = [row for row in book.versions[clause.pk] if (row.version.took_effect_at or desk.now) <= opens]
            if not then or opens < desk.began or then[-1].way not in CLAIMED:
                continue
            staff = desk.staff[clause.policy.department_id]
            closes = calendar().close(local_day(opens + timedelta(days=WINDOW)))
            made = Round(
                clause=then[-1],
                department=staff.department,
                title=book.title(clause, opens),
                way=then[-1].way,
                opens_at=opens,
                closes_at=closes,
                opened_by=staff.officer,
                opened_at=opens,
            )
            rounds.append(made)
    return rounds


def opened(desk: Desk, rounds: Sequence[Round]) -> list[Event]:
    by = [(one, desk.staff[one.department_id].officer) for one in rounds]
    return [
        desk.event("round.opened", one, one.opened_at, officer, Role.POLICY_OFFICER, firm_sees=True)
        for one, officer in by
    ]


# Now ------------------------------------------------------------------------------------------------------------

KINDS = ("closing", "", "open", "merit", "", "closed", "standing", "", "open", "coming", "", "open", "")
MOST_LISTS = 5


def present(book: Book) -> list[Season]:
    """The rounds of this season, by the verb that opens them; those that most firms fit are first come, first served."""
    full = sorted(book.clauses, key=lambda clause: -len(book.fitting.get(clause.criterion_id or 0, ())))
    crowded = [clause.pk for clause in full if clause.current and clause.current.way == Way.BY_DATA][:3]
    made: list[Season] = []
    for place, clause in enumerate(book.clauses[:: 5 if book.is_tiny else 1]):
        assert clause.current is not None
        kind = KINDS[place % len(KINDS)]
        kind = "full" if clause.pk in crowded[:2] else "first" if clause.pk in crowded else kind
        if clause.policy.department_id == book.desk.own and kind in ("", "coming", "closed"):
            kind = "open"
        if clause.current.way == Way.CLAIM_FREE:
            lists = sum(season.kind == "list" for season in made)
            kind = "list" if lists < MOST_LISTS and _few(book, clause) else ""
        season = _season(book, clause, kind) if kind else None
        if season is not None:
            made.append(season)
    return made


def _few(book: Book, clause: Clause) -> bool:
    """Whether the list is short, and somebody on it has an account."""
    yes = Outcome.objects.filter(criterion=clause.criterion_id, outcome=Outcome.Is.YES)
    return bool(book.fitting.get(clause.criterion_id or 0)) and yes.count() <= FEW


def _season(book: Book, clause: Clause, kind: str) -> Season | None:
    desk, row = book.desk, clause.current
    staff, left = desk.staff[clause.policy.department_id], book.drawn(clause)
    assert row is not None
    assert staff.officer is not None
    if kind in ("full", "first") and len(left) < 6:
        kind = "open"
    opens = _opening(desk, clause, kind)
    places = {"full": max(2, min(6, len(left) // 2)), "first": 10, "merit": 30}.get(kind)
    try:
        made = open_round(
            clause,
            by=staff.officer,
            title=book.title(clause, opens),
            opens_at=opens,
            closes_at=_closing(desk, kind),
            quota=places,
            order=Round.Order.FIRST_COME if kind in ("full", "first") else Round.Order.BY_MERIT,
            budget=Decimal(3_000_000) if kind == "merit" else None,
            at=min(opens, desk.now),
        )
    except Refused:  # the policy ends before the window would
        return None
    return Season(made, kind, left)


def _opening(desk: Desk, clause: Clause, kind: str) -> datetime:
    if kind == "coming":
        return datetime.combine(calendar().add_working_days(desk.today, 6), time(9), SHANGHAI)
    opens = datetime.combine(desk.back(OPENED), time(9), SHANGHAI)
    version = clause.policy.current
    assert version is not None
    assert version.took_effect_at is not None
    first = version.took_effect_at + timedelta(hours=9)
    holds = datetime.combine(version.valid_from, time(9), SHANGHAI)
    return max(opens, holds, calendar().opens_at(first) if first > opens else opens)


def _closing(desk: Desk, kind: str) -> datetime | None:
    known = calendar()
    days = {"closing": 4, "open": 25, "merit": 14, "full": 12, "first": 18, "list": 20, "coming": 40}
    if kind in days:
        return known.close(known.add_working_days(desk.today, days[kind]))
    return known.close(desk.back(12)) if kind == "closed" else None


def close_one(desk: Desk, seasons: Sequence[Season], reason: str) -> None:
    """One was closed early by hand."""
    season = next((one for one in seasons if one.kind == "standing"), None)
    if season is not None:
        officer = desk.staff[season.round.department_id].officer
        assert officer is not None
        at = max(desk.office(desk.back(2)), season.round.opened_at + timedelta(hours=1))
        close_round(season.round, by=officer, reason=reason, at=min(at, desk.now))
