"""The claims of this season, done by their verbs: something stands at every status, some of it late (POL-5)."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from policies.claims import flow, materials, stages
from policies.models import Claim, ClaimReview, Way
from portal.deadlines.obligations import Obligation
from portal.files import store
from portal.files.models import StoredFile
from portal.people.models import Department, User
from portal.people.refusal import Refused
from portal.people.roles import Role
from portal.worktime.words import local_day

from ..papers import paper
from .past import NAMES, account_of
from .rounds import Book, Claimant, Season

FULL = 260  # claimants for which the numbers below are meant; a smaller town has fewer
OPEN_KINDS = ("closing", "open", "merit", "standing")
Steps = Sequence[tuple[str, int]]  # a verb, and how many working days ago


@dataclass(frozen=True)
class Fate:
    """What becomes of some claims of a way: verbs with the working days before today on which each was done."""

    way: str
    number: int
    steps: Steps
    own: bool = False  # the first of them with the department of the demo's plain sign-ins


DATA, REVIEW = Way.BY_DATA, Way.BY_REVIEW
FATES = (
    Fate(DATA, 5, (("submit", 1),), own=True),
    Fate(REVIEW, 4, (("submit", 2),)),
    Fate(DATA, 3, (("submit", 8),)),  # nobody accepted it in time
    Fate(DATA, 3, (("submit", 4), ("ask_supplement", 2))),
    Fate(DATA, 2, (("submit", 8), ("ask_supplement", 6), ("supplement", 1))),
    Fate(DATA, 4, (("submit", 5), ("accept", 2)), own=True),
    Fate(DATA, 2, (("submit", 12), ("accept", 9))),  # the head is late
    Fate(DATA, 4, (("submit", 8), ("accept", 5), ("approve", 1)), own=True),
    Fate(DATA, 4, (("submit", 10), ("accept", 7), ("approve", 4), ("publish", 1))),
    Fate(DATA, 2, (("submit", 12), ("accept", 9), ("approve", 6), ("publish", 2), ("object", 1)), own=True),
    Fate(DATA, 1, (("submit", 16), ("accept", 14), ("approve", 11), ("publish", 9), ("object", 8), ("dismiss", 4))),
    Fate(DATA, 1, (("submit", 16), ("accept", 14), ("approve", 11), ("publish", 9), ("object", 8), ("uphold", 5))),
    Fate(DATA, 4, (("submit", 22), ("accept", 19), ("approve", 16), ("publish", 14), ("end_publicity", 0)), own=True),
    Fate(DATA, 2, (("submit", 44), ("accept", 41), ("approve", 38), ("publish", 36), ("end_publicity", 0))),  # unpaid
    Fate(
        DATA,
        2,
        (("submit", 34), ("accept", 31), ("approve", 28), ("publish", 26), ("end_publicity", 0), ("pay", 9)),
    ),
    Fate(
        DATA,
        3,
        (
            *(("submit", 36), ("accept", 33), ("approve", 30), ("publish", 28), ("end_publicity", 0)),
            *(("pay", 12), ("confirm_receipt", 11), ("rate", 10)),
        ),
    ),
    Fate(DATA, 3, (("submit", 7), ("reject", 3))),
    Fate(DATA, 1, (("submit", 20), ("reject", 16), ("rate", 14))),
    Fate(DATA, 2, (("submit", 6), ("withdraw", 5))),
    Fate(DATA, 2, (("submit", 20), ("ask_supplement", 18), ("lapse", 0))),
    Fate(REVIEW, 4, (("submit", 5), ("accept", 3)), own=True),
    Fate(REVIEW, 4, (("submit", 9), ("accept", 6), ("one_agrees", 2))),
    Fate(REVIEW, 3, (("submit", 18), ("accept", 14), ("one_agrees", 9))),  # the other departments are late
    Fate(REVIEW, 3, (("submit", 13), ("accept", 10), ("agree", 3)), own=True),
    Fate(REVIEW, 2, (("submit", 14), ("accept", 11), ("one_opposes", 8), ("agree", 2))),
    Fate(REVIEW, 1, (("submit", 16), ("accept", 13), ("agree", 9), ("send_back", 6))),
    Fate(REVIEW, 4, (("submit", 17), ("accept", 14), ("one_reduces", 9), ("agree", 7), ("approve", 2))),
    Fate(REVIEW, 3, (("submit", 17), ("accept", 14), ("agree", 8), ("approve", 5), ("publish", 2))),
    Fate(REVIEW, 1, (("submit", 18), ("accept", 15), ("agree", 9), ("approve", 6), ("publish", 3), ("object", 1))),
    Fate(
        REVIEW,
        4,
        (("submit", 36), ("accept", 33), ("agree", 26), ("approve", 23), ("publish", 21), ("end_publicity", 0)),
    ),
    Fate(
        REVIEW,
        3,
        (
            *(("submit", 46), ("accept", 43), ("agree", 36), ("approve", 33), ("publish", 31), ("end_publicity", 0)),
            *(("pay", 10), ("confirm_receipt", 8), ("rate", 6)),
        ),
    ),
    Fate(REVIEW, 2, (("submit", 20), ("accept", 17), ("one_opposes", 10), ("agree", 8), ("reject", 5))),
)


def _is_plain(one: Claimant) -> bool:
    """Of the sign-in that the README names."""
    return one.user.username == Role.ENTERPRISE_MEMBER


class Present:
    """Moves the season's claims; whatever a rule refuses is tried with the next firm that fits."""

    def __init__(self, book: Book, seasons: Sequence[Season], words: dict[str, Any]) -> None:
        self.book, self.desk, self.words, self.seasons = book, book.desk, words, seasons
        self.random = book.desk.random
        self.share = min(1.0, len(book.claimants) / FULL)
        self.verbs: dict[str, Callable[[Claim, Claimant, datetime], Claim]] = {
            "ask_supplement": lambda c, one, at: flow.ask_supplement(
                c, by=self.officer(c), reason=self.says("supplements"), at=at
            ),
            "supplement": lambda c, one, at: flow.supplement(c, by=one.user, text=self.says("supplied"), at=at),
            "accept": self._accept,
            "approve": self._approve,
            "send_back": lambda c, one, at: flow.send_back(c, by=self.head(c), reason=self.words["sent_back"], at=at),
            "reject": self._reject,
            "withdraw": lambda c, one, at: flow.withdraw(c, by=one.user, reason=self.says("withdrawals"), at=at),
            "lapse": self._lapse,
            "one_agrees": lambda c, one, at: self._review(c, at, ClaimReview.Says.AGREES),
            "one_opposes": lambda c, one, at: self._review(c, at, ClaimReview.Says.OPPOSES),
            "one_reduces": lambda c, one, at: self._review(c, at, ClaimReview.Says.LESS),
            "agree": self._agree,
            "publish": self._publish,
            "object": self._object,
            "dismiss": lambda c, one, at: self._rule(c, at, False),
            "uphold": lambda c, one, at: self._rule(c, at, True),
            "end_publicity": self._end_publicity,
            "pay": self._pay,
            "confirm_receipt": lambda c, one, at: flow.confirm_receipt(c, by=one.user, at=at),
            "rate": self._rate,
        }

    def make(self) -> None:
        self._queues()
        turns: dict[str, deque[Season]] = {way: deque(self._of_way(way)) for way in (DATA, REVIEW)}
        for fate in FATES[:: 4 if self.book.is_tiny else 1]:
            for number in range(max(1, round(fate.number * self.share))):
                ours = self._ours(fate.way) if fate.own and number == 0 else None
                if ours is None or not self._one(fate, ours):
                    self._one(fate, turns[fate.way])
        self._lists()
        self._check()

    def _of_way(self, way: str) -> Iterator[Season]:
        return (
            one for one in self.seasons if one.round.way == way and one.kind in (*OPEN_KINDS, "closed") and one.left
        )

    def _ours(self, way: str) -> deque[Season]:
        return deque(one for one in self._of_way(way) if one.round.department_id == self.desk.own)

    def _one(self, fate: Fate, turns: deque[Season]) -> bool:
        """The next season's next firm for which every step may be done; whether there was one."""
        begins = fate.steps[0][1]
        for _try in range(len(turns)):
            season = turns[0]
            turns.rotate(-1)
            day = self.desk.back(begins)
            fits = local_day(season.round.opens_at) <= day
            fits &= season.round.closes_at is None or day < local_day(season.round.closes_at)
            if not fits or not season.left:
                continue
            one = season.left.pop(0)
            claim = self._submit(season, one, self.desk.office(day, season.round.opens_at))
            if claim is not None:
                self._go_on(claim, one, fate.steps[1:])
                return True
        return False

    def _go_on(self, claim: Claim, one: Claimant, steps: Steps) -> None:
        at = claim.filed_at or claim.created_at
        for verb, ago in steps:
            at = self.desk.office(self.desk.back(ago), at + timedelta(minutes=30))
            claim = self.verbs[verb](claim, one, at)
            claim.refresh_from_db()

    # Verbs with something of their own --------------------------------------------------------------------------

    def _submit(self, season: Season, one: Claimant, at: datetime) -> Claim | None:
        row = season.round.clause
        try:
            return flow.submit(
                season.round,
                one.firm,
                by=one.user,
                key=uuid.uuid5(NAMES, f"{season.round.title} {row.clause_id} {one.firm.uscc}"),
                account=flow.Account(**account_of(one)),
                contact_name=one.user.name,
                contact_phone=one.user.mobile or "0512-0000 0000",
                answers=self.book.answers(row),
                statement=self.says("statements"),
                files=self._files(season, one),
                at=at,
            )
        except Refused:
            return None

    def _files(self, season: Season, one: Claimant) -> list[tuple[StoredFile, str]]:
        wanted = materials.needed(season.round.clause, self.book.known[one.firm.pk])
        named = [material.name for material in wanted if material.required]
        return [
            (store(paper(f"{name[:40]}.pdf", [name, one.firm.name], self.random), by=one.user), name) for name in named
        ]

    def _accept(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        flow.check(claim.round, by=self.officer(claim), claims=[claim], at=at - timedelta(minutes=5))
        return flow.accept(claim, by=self.officer(claim), at=at)

    def _approve(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        opposed = claim.reviews.current().filter(says=ClaimReview.Says.OPPOSES).exists()
        return flow.approve(claim, by=self.head(claim), reason=self.words["overruled"] if opposed else "", at=at)

    def _reject(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        by = self.officer(claim) if claim.status == stages.SUBMITTED else self.head(claim)
        return flow.reject(claim, by=by, reason=self.says("rejections"), at=at)

    def _lapse(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        """At the end of the limit, as the clock does it."""
        clock = claim.deadlines.open().exclude(obligation=Obligation.CLAIM_ACCEPT).order_by("due_at").first()
        return flow.lapse(claim, at=clock.due_at if clock else at)

    def _review(self, claim: Claim, at: datetime, says: str) -> Claim:
        """The first department that has not answered."""
        due = claim.reviews.due().select_related("department").order_by("pk").first()
        return claim if due is None else self._answer(claim, due.department, at, says)

    def _agree(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        """All that have not answered, one after the other."""
        for number, due in enumerate(list(claim.reviews.due().select_related("department").order_by("pk"))):
            self._answer(claim, due.department, at + timedelta(minutes=9 * number), ClaimReview.Says.AGREES)
        return claim

    def _answer(self, claim: Claim, department: Department, at: datetime, says: str) -> Claim:
        words = {"agrees": "agreed", "less": "reduced", "opposes": "opposed"}[str(says)]
        amount = None
        if says == ClaimReview.Says.LESS and claim.asked_amount:
            amount = (claim.asked_amount * Decimal("0.8")).quantize(Decimal("0.01"))
        by = self.desk.staff[department.pk].reviewer
        opinion, at = self.says(words), min(at, self.desk.now)
        return flow.give_review(claim, by=by, department=department, says=says, opinion=opinion, amount=amount, at=at)

    def _publish(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        if claim.status == stages.PUBLISH:
            flow.publish([claim], by=self.officer(claim), at=at)
        return claim

    def _object(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        if claim.status == stages.PUBLICITY:
            flow.object_to(claim, **self.random.choice(self.words["objections"]), at=at)
        return claim

    def _rule(self, claim: Claim, at: datetime, upheld: bool) -> Claim:
        objection = claim.objections.open().first()
        if objection is None:
            return claim
        staff = self.desk.staff[claim.round.department_id]
        answer = self.words["upheld"] if upheld else self.says("answers")
        return flow.decide_objection(objection, by=staff.deputy or staff.decider, upheld=upheld, answer=answer, at=at)

    def _end_publicity(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        if claim.publicity is not None and claim.publicity.ends_at <= self.desk.now:
            flow.end_publicity(claim, at=claim.publicity.ends_at)
        return claim

    def _pay(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        voucher = f"{at:%Y%m}-{claim.number[-13:]}"
        return flow.pay(claim, by=self.officer(claim), paid_on=local_day(at), voucher=voucher, at=at)

    def _rate(self, claim: Claim, one: Claimant, at: datetime) -> Claim:
        paid = claim.status == stages.PAID
        stars = self.random.choice((5, 5, 4, 5, 3) if paid else (2, 3))
        comment = self.says("comments" if paid else "rejected_comments")
        return flow.rate(claim, by=one.user, stars=stars, comment=comment, at=at)

    # Rounds with a way of their own -----------------------------------------------------------------------------

    def _queues(self) -> None:
        """First come, first served: all places taken and some waiting, or one place left."""
        for season in (one for one in self.seasons if one.kind in ("full", "first")):
            wanted = (season.round.quota or 0) + (3 if season.kind == "full" else -1)
            days = sorted((self.random.randint(1, 6) for _number in range(wanted)), reverse=True)
            last = season.round.opens_at
            for ago in days:
                while season.left:
                    at = self.desk.office(self.desk.back(ago), last)
                    one = season.left.pop(0)
                    if (claim := self._submit(season, one, at)) is not None:
                        last = at
                        if claim.status == stages.SUBMITTED and ago == 6:
                            self._go_on(claim, one, (("accept", 3),))
                        break

    def _lists(self) -> None:
        """Claim-free: listed at two times; most firms have yet to confirm, some did, one would rather not.

        The firm of the plain sign-in comes first, and finds its claim waiting for its one click.
        """
        by_firm = {one.firm.pk: one for one in self.book.claimants}
        lists = [one for one in self.seasons if one.kind == "list"]
        for number, season in enumerate(sorted(lists, key=lambda one: not any(map(_is_plain, one.left)))):
            officer = self.desk.staff[season.round.department_id].officer
            assert officer is not None
            ago = 20 if number % 3 == 1 else 7
            at = self.desk.office(self.desk.back(ago), season.round.opens_at)
            claims = flow.list_firms(season.round, by=officer, at=at).claims
            ours = [(claim, by_firm[claim.enterprise_id]) for claim in claims if claim.enterprise_id in by_firm]
            for place, (claim, one) in enumerate(ours):
                if number % 2 == 0 and (_is_plain(one) or (place % 3 == 0 and len(ours) > 1)):
                    continue
                self._answer_list(claim, one, number + place, ago)

    def _answer_list(self, claim: Claim, one: Claimant, turn: int, ago: int) -> None:
        at = self.desk.office(self.desk.back(ago - 3), claim.created_at + timedelta(minutes=30))
        if turn % 5 == 4:
            flow.decline(claim, by=one.user, reason=self.says("declines"), at=at)
        elif turn % 2 == 0:
            try:
                flow.confirm(claim, by=one.user, account=flow.Account(**account_of(one)), at=at)
            except Refused:  # of what may not be had together it claimed something else meanwhile
                return
            claim.refresh_from_db()
            if turn % 4 == 0 and ago > 10:
                self._go_on(claim, one, (("approve", ago - 5), ("publish", ago - 7)))

    def _check(self) -> None:
        """Batch verification of two rounds; in one a fact has been revised since it was filed."""
        rounds = [one.round for one in self.seasons if one.round.way == DATA and one.kind in ("full", "first")]
        for number, made in enumerate(rounds[:2]):
            officer = self.desk.staff[made.department_id].officer
            claim = made.claims.filter(status=stages.SUBMITTED, asked_amount__gt=1).order_by("pk").first()
            if claim is not None and number == 0:
                _revise(claim)
            assert officer is not None
            flow.check(made, by=officer, at=self.desk.office(self.desk.back(1)))

    # Who and what -----------------------------------------------------------------------------------------------

    def officer(self, claim: Claim) -> User:
        found = self.desk.staff[claim.round.department_id].officer
        assert found is not None
        return found

    def head(self, claim: Claim) -> User:
        return self.desk.staff[claim.round.department_id].decider

    def says(self, what: str) -> str:
        return str(self.random.choice(self.words[what]))


def _revise(claim: Claim) -> None:
    """As if the source had said more when the claim was filed: a number of what was seen, by a tenth."""
    for entry in claim.seen:
        value = entry["value"]
        if isinstance(value, str) and value.replace(".", "").isdigit() and Decimal(value) > 10:
            entry["value"] = f"{(Decimal(value) * Decimal('1.1')).quantize(Decimal(1)):f}"
            claim.save(update_fields=["seen"])
            return
