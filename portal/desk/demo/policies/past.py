"""Two years of claims that have ended, written as rows with the clocks and events that their verbs would have left."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from policies.claims import stages
from policies.models import Claim, ClaimDeadline, ClaimReview, ClauseVersion, Exclusion, Payment, Publicity, Round, Way
from portal.deadlines.flow import reckon
from portal.deadlines.held import tables
from portal.deadlines.obligations import ObligorKind
from portal.deadlines.rules import rule_under
from portal.people.models import Department, User
from portal.people.roles import Role
from portal.trail.models import Event
from portal.worktime.calendar import Limit, calendar
from portal.worktime.words import local_day
from requests.models import SerialNumber

from .desk import Staff
from .rounds import Book, Claimant, former, opened

MOST, EACH = 410, 3  # claims, and for each claimant
OF_A_FIRM = 14
NAMES = uuid.UUID("0b5a4f10-6c1c-4d0a-9d0e-6f1f0c5b7c55")
FATES = ("paid",) * 21 + ("rejected",) * 2 + ("withdrawn", "lapsed")
PACES = ((0.02, 0.3), (0.05, 0.7), (0.01, 0.2), (0.15, 1.0))  # share of steps done late; of the time taken
BANK = "演示银行沙溪支行"


def account_of(one: Claimant) -> dict[str, str]:
    """An account that no bank has given out."""
    number = f"0000 0000 {int(uuid.uuid5(NAMES, one.firm.uscc).hex[:8], 16) % 10**8:08d}".replace(" ", "")
    return {"account_name": one.firm.name, "bank": BANK, "account": number}


class Past:
    """Collects the rows of all former rounds, and saves each kind at once."""

    def __init__(self, book: Book, words: dict[str, Any]) -> None:
        self.book, self.desk, self.words = book, book.desk, words
        self.random = book.desk.random
        self.claims: list[Claim] = []
        self.reviews: list[ClaimReview] = []
        self.clocks: list[ClaimDeadline] = []
        self.payments: list[Payment] = []
        self.notices: dict[tuple[int, date], Publicity] = {}
        self.events: list[Event] = []
        self.told: list[tuple[str, Claim, datetime, User | None, str, bool, dict[str, Any]]] = []
        self.serial: Counter[str] = Counter()
        self.of_firm: Counter[int] = Counter()
        self.pace: dict[int, int] = {}  # of each department, its place in PACES
        self.enjoyed: set[tuple[int, int, int]] = set()  # exclusion, firm, year

    def make(self) -> None:
        rounds = Round.objects.bulk_create(former(self.book))
        turns = [(one, self.book.drawn(one.clause.clause)) for one in rounds]
        self.rules = self._exclusions()
        wanted, turn = min(MOST, EACH * len(self.book.claimants)), 0
        while len(self.claims) < wanted and any(left for _round, left in turns):
            made, left = turns[turn % len(turns)]
            if left:
                self._claim(made, left.pop(0))
            turn += 1
        self._save(rounds)

    def _exclusions(self) -> dict[int, list[int]]:
        rows = Exclusion.clauses.through.objects.order_by("pk").values_list("clause_id", "exclusion_id")
        found: dict[int, list[int]] = {}
        for clause, exclusion in rows:
            found.setdefault(clause, []).append(exclusion)
        return found

    # One claim --------------------------------------------------------------------------------------------------

    def _claim(self, made: Round, one: Claimant) -> None:
        row, desk = made.clause, self.desk
        at = desk.office(local_day(made.opens_at + timedelta(days=self.random.randint(0, 30))), made.opens_at)
        answers = self.book.answers(row)
        weighed = self.book.weighed(row, one, answers, at)
        amount = weighed.worked.amount
        if not weighed.outcome or not amount or self._barred(row, one, at):
            return
        claim = Claim(
            key=uuid.uuid5(NAMES, f"{made.title} {row.version.policy.code} {row.clause.number} {one.firm.uscc}"),
            number=self._number("ZC", at),
            round=made,
            enterprise=one.firm,
            created_at=at,
            filed_by=one.user,
            filed_at=at,
            contact_name=one.user.name,
            contact_phone=one.user.mobile or "0512-0000 0000",
            answers=answers,
            statement=self.random.choice(self.words["statements"]),
            seen=weighed.seen,
            asked_amount=amount,
            working=list(weighed.worked.lines),
            **account_of(one),
        )
        self.claims.append(claim)
        self.of_firm[one.firm.pk] += 1
        staff = desk.staff[made.department_id]
        if made.way == Way.CLAIM_FREE:
            self._listed(claim, one, staff, at)
        else:
            self._filed(claim, one, staff, at)

    def _barred(self, row: ClauseVersion, one: Claimant, at: datetime) -> bool:
        """Too many of one firm, or an exclusion with what it had that year; noted where it is not."""
        keys = {(rule, one.firm.pk, local_day(at).year) for rule in self.rules.get(row.clause_id, ())}
        if self.of_firm[one.firm.pk] >= OF_A_FIRM or keys & self.enjoyed:
            return True
        self.enjoyed |= keys
        return False

    def _filed(self, claim: Claim, one: Claimant, staff: Staff, at: datetime) -> None:
        fate = self.random.choice(FATES)
        self._tell("claim.submitted", claim, at, one.user, "", True, waits=False)
        if fate == "withdrawn":
            then = self.desk.after(at, self.random.randint(1, 3))
            self._clock(claim, "claim_accept", at, None, staff.department, cancelled=then)
            self._end(claim, stages.WITHDRAWN, then, self.random.choice(self.words["withdrawals"]))
            self._tell("claim.withdrawn", claim, then, one.user, "", True)
            return
        if fate == "lapsed":
            self._lapsed(claim, staff, at)
            return
        then = self.desk.after(at, self._days(staff.department, 1, 4, 7))
        self._clock(claim, "claim_accept", at, then, staff.department)
        claim.checked_at = then
        asked = list(claim.round.clause.reviewers.all()) if claim.round.way == Way.BY_REVIEW else []
        named = {"departments": [department.pk for department in asked]}
        self._tell("claim.accepted", claim, then, staff.officer, Role.POLICY_OFFICER, True, **named)
        last = max((self._review(claim, department, then) for department in asked), default=then)
        self._decide(claim, one, staff, last, fate)

    def _lapsed(self, claim: Claim, staff: Staff, at: datetime) -> None:
        """Asked to complete it, and did not within ten working days."""
        asked = self.desk.after(at, 2)
        reason = self.random.choice(self.words["supplements"])
        self._tell("claim.supplement_asked", claim, asked, staff.officer, Role.POLICY_OFFICER, True)
        due = calendar().due(asked, Limit.working_days(10)).at
        self._clock(claim, "claim_supplement", asked, None, None, cancelled=due)
        self._clock(claim, "claim_accept", at, None, staff.department, cancelled=due)
        self._end(claim, stages.LAPSED, due, reason)
        self._tell("claim.lapsed", claim, due, None, "", True, was=stages.SUPPLEMENT)

    def _listed(self, claim: Claim, one: Claimant, staff: Staff, at: datetime) -> None:
        claim.checked_at, amount = at, f"{claim.asked_amount}"
        self._tell("claim.listed", claim, at, staff.officer, Role.POLICY_OFFICER, True, amount=amount)
        fate = self.random.choice(FATES)
        if fate == "lapsed":
            due = calendar().due(at, Limit.working_days(15)).at
            claim.filed_by = claim.filed_at = None
            self._clock(claim, "claim_confirm", at, None, None, cancelled=due)
            self._end(claim, stages.LAPSED, due, "")
            self._tell("claim.lapsed", claim, due, None, "", True, was=stages.LISTED)
            return
        then = self.desk.after(at, self.random.randint(1, 9))
        self._clock(claim, "claim_confirm", at, then, None)
        claim.filed_at = then
        self._tell("claim.confirmed", claim, then, one.user, "", True)
        self._decide(claim, one, staff, then, "paid")

    def _review(self, claim: Claim, department: Department, at: datetime) -> datetime:
        then = self.desk.after(at, self._days(department, 2, 8, 13))
        reviewer = self.desk.staff[department.pk].reviewer
        says, opinion = ClaimReview.Says.AGREES, self.random.choice(self.words["agreed"])
        review = ClaimReview(claim=claim, department=department, asked_at=at, says=says, opinion=opinion)
        review.by, review.at = reviewer, then
        self.reviews.append(review)
        self._clock(claim, "claim_review", at, then, department)
        role = Role.POLICY_OFFICER if self.desk.staff[department.pk].officer else Role.DEPUTY_HEAD
        self._tell("claim.reviewed", claim, then, reviewer, role, False, department=department.pk, says=str(says))
        return then

    def _decide(self, claim: Claim, one: Claimant, staff: Staff, at: datetime, fate: str) -> None:
        then, decider = self.desk.after(at, self._days(staff.department, 1, 4, 8)), staff.decider
        self._clock(claim, "claim_approve", at, then, staff.department)
        claim.decided_by, claim.decided_at = decider, then
        if fate == "rejected":
            self._end(claim, stages.REJECTED, then, self.random.choice(self.words["rejections"]))
            self._tell("claim.rejected", claim, then, decider, Role.DEPARTMENT_HEAD, True)
            return
        claim.amount = claim.asked_amount
        claim.round.committed += claim.amount or Decimal(0)
        days = claim.round.clause.publicity_days
        said = {"amount": f"{claim.amount}", "published": bool(days)}
        self._tell("claim.approved", claim, then, decider, Role.DEPARTMENT_HEAD, True, **said)
        self._pay(claim, one, staff, self._publish(claim, staff, then) if days else then)

    def _publish(self, claim: Claim, staff: Staff, at: datetime) -> datetime:
        """Those published on the same day stand in one notice; gives its end."""
        begins = self.desk.after(at, 1)
        notice = self.notices.get((claim.round.pk, local_day(begins)))
        if notice is None or notice.begins_at <= at:
            ends = calendar().due(begins, Limit.working_days(claim.round.clause.publicity_days)).at
            number = self._number("GS", begins)
            notice = Publicity(number=number, round=claim.round, begins_at=begins, ends_at=ends, by=staff.officer)
            self.notices[claim.round.pk, local_day(begins)] = notice
        claim.publicity = notice
        self._clock(claim, "claim_publish", at, notice.begins_at, staff.department)
        self._tell("claim.published", claim, notice.begins_at, staff.officer, Role.POLICY_OFFICER, True)
        self._tell("claim.publicity_ended", claim, notice.ends_at, None, "", True)
        return notice.ends_at

    def _pay(self, claim: Claim, one: Claimant, staff: Staff, at: datetime) -> None:
        then = self.desk.after(at, self._days(staff.department, 2, 16, 27))
        self._clock(claim, "claim_pay", at, then, staff.department)
        self._end(claim, stages.PAID, then, "")
        payment = Payment(
            claim=claim, amount=claim.asked_amount or 0, paid_on=local_day(then), by=staff.officer, at=then
        )
        payment.voucher = f"{then:%Y%m}-{len(self.payments) + 1:05d}"
        self.payments.append(payment)
        self._tell("claim.paid", claim, then, staff.officer, Role.POLICY_OFFICER, True, amount=f"{claim.amount}")
        if self.random.random() < 0.85:
            payment.received_by = one.user
            payment.received_at = self.desk.after(then, self.random.randint(0, 4))
            self._tell("claim.received", claim, payment.received_at, one.user, "", True)
        if self.random.random() < 0.6:
            claim.stars = self.random.choice((5, 5, 5, 5, 4, 4, 3, 2))
            claim.comment = self.random.choice(self.words["comments"])
            claim.rated_at = self.desk.after(payment.received_at or then, 1)
            self._tell("claim.rated", claim, claim.rated_at, one.user, "", True, stars=claim.stars)

    # Parts ------------------------------------------------------------------------------------------------------

    def _days(self, department: Department, low: int, high: int, late: int) -> int:
        """Within the limit as a rule; some departments are quick, some slow and more often late."""
        tardy, share = PACES[self.pace.setdefault(department.pk, len(self.pace)) % len(PACES)]
        if self.random.random() < tardy:
            return late
        return self.random.randint(low, low + round((high - low) * share))

    def _end(self, claim: Claim, status: str, at: datetime, reason: str) -> None:
        claim.status, claim.ended_at, claim.reason = status, at, reason

    def _number(self, prefix: str, at: datetime) -> str:
        series = f"{prefix}:{local_day(at):%Y%m%d}"
        self.serial[series] += 1
        return f"{prefix}-{local_day(at):%Y%m%d}-{self.serial[series]:04d}"

    def _clock(
        self,
        claim: Claim,
        obligation: str,
        since: datetime,
        met: datetime | None,
        department: Department | None,
        cancelled: datetime | None = None,
    ) -> None:
        held = tables()
        kind = ObligorKind.DEPARTMENT if department else ObligorKind.ENTERPRISE
        rule = rule_under(obligation, {}, at=since, known=held)
        limit = rule.limit
        assert limit is not None
        deadline = ClaimDeadline(
            subject=claim,
            obligation=obligation,
            obligor_kind=kind,
            department=department,
            started_at=since,
            limit_kind=limit.kind.value,
            limit_amount=limit.amount,
            limit_until=limit.instant,
            rule=rule,
        )
        reckon(deadline, calendar(), (), held.ladder(kind))
        deadline.met_at, deadline.cancelled_at, deadline.next_rung_at = met, cancelled, None
        self.clocks.append(deadline)

    def _tell(
        self, kind: str, claim: Claim, at: datetime, by: User | None, role: str, firm_sees: bool, **data: Any
    ) -> None:
        self.told.append((kind, claim, at, by, role, firm_sees, data))

    # Saving -----------------------------------------------------------------------------------------------------

    def _save(self, rounds: Sequence[Round]) -> None:
        """All that ended before now; what would end later is left out, as the season's own claims are told by verbs."""
        kept = {
            id(claim)
            for claim in self.claims
            if claim.ended_at and max(claim.ended_at, claim.rated_at or claim.ended_at) < self.desk.now
        }
        notices = {id(n): n for n in self.notices.values() if n.ends_at < self.desk.now}
        Publicity.objects.bulk_create(list(notices.values()))
        claims = [claim for claim in self.claims if id(claim) in kept]
        for claim in claims:
            claim.publicity = claim.publicity  # its key is known now
        Claim.objects.bulk_create(sorted(claims, key=lambda claim: claim.created_at))
        for rows in (self.reviews, self.clocks, self.payments):
            model: Any = type(rows[0]) if rows else None
            if model is None:
                continue
            of = "subject" if model is ClaimDeadline else "claim"
            fresh = [row for row in rows if id(getattr(row, of)) in kept]
            for row in fresh:
                setattr(row, of, getattr(row, of))
            model.objects.bulk_create(fresh)
        self._committed(rounds, claims)
        self._events(rounds, kept)
        SerialNumber.objects.bulk_create([SerialNumber(series=name, last=last) for name, last in self.serial.items()])

    def _committed(self, rounds: Sequence[Round], claims: Sequence[Claim]) -> None:
        """What was approved is bound; every third round had a budget, never overdrawn."""
        sums: Counter[int] = Counter()
        for claim in claims:
            if claim.amount is not None:
                sums[claim.round.pk] += claim.amount  # type: ignore[assignment]
        for number, one in enumerate(rounds):
            one.committed = Decimal(sums[one.pk])
            if number % 3 == 0 and one.committed:
                one.budget = (one.committed * Decimal("1.25") / 10_000).to_integral_value() * 10_000 + 10_000
        Round.objects.bulk_update(rounds, ["committed", "budget"], batch_size=500)

    def _events(self, rounds: Sequence[Round], kept: set[int]) -> None:
        made = opened(self.desk, rounds)
        for kind, claim, at, by, role, firm_sees, data in self.told:
            if id(claim) in kept and at < self.desk.now:
                if kind == "claim.published" and claim.publicity is not None:
                    data["publicity"] = claim.publicity.pk
                made.append(self.desk.event(kind, claim, at, by, role, firm_sees=firm_sees, data=data))
        Event.objects.bulk_create(sorted(made, key=lambda event: event.at), batch_size=2000)
