"""Which clock of a claim starts and stops when (POL-5, DL-6).

| verb | starts | stops |
| --- | --- | --- |
| submit with a place, move_up | claim_accept (department) | |
| ask_supplement | claim_supplement (firm) | claim_accept waits; an overdue one runs on (APP-10) |
| supplement | | claim_supplement; claim_accept runs again |
| accept | claim_review of each reviewing department, or claim_approve | claim_accept |
| give_review | claim_approve with the last of them | the department's claim_review |
| list_firms | claim_confirm (firm) | |
| confirm | claim_approve | claim_confirm |
| approve | claim_publish, or claim_pay where nothing is published | claim_approve |
| send_back | claim_accept, or claim_review of each department | claim_approve |
| publish | none: the notice's own end is its clock | claim_publish |
| object_to | claim_objection, with the first | |
| decide_objection | claim_pay where the notice's time is over | claim_objection, with the last |
| end_publicity | claim_pay, from the notice's end however late the sweep | |
| pay | | claim_pay |
| reject | | what was owed then is met |
| withdraw, decline, lapse, an objection upheld | | all that is open is cancelled |

A claim on the waiting list has no clock: nobody owes anything until a place comes free.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from policies.models import Claim, ClaimDeadline
from portal import deadlines
from portal.deadlines.obligations import ObligorKind
from portal.people.models import Department

CONFIRM, ACCEPT, SUPPLEMENT, REVIEW = "claim_confirm", "claim_accept", "claim_supplement", "claim_review"
APPROVE, PUBLISH, OBJECTION, PAY = "claim_approve", "claim_publish", "claim_objection", "claim_pay"


def late_in_offices() -> QuerySet[ClaimDeadline]:
    """The clocks of offices that were stopped too late; what makes a claim one that was not in time (POL-6)."""
    return ClaimDeadline.objects.exclude(obligor_kind=ObligorKind.ENTERPRISE).met_late().order_by()


def to_accept(claim: Claim, at: datetime) -> None:
    _owed(claim, ACCEPT, at)


def supplement_asked(claim: Claim, at: datetime) -> None:
    if not ClaimDeadline.objects.overdue(at).filter(subject=claim, obligation=ACCEPT).exists():
        deadlines.pause(ClaimDeadline, claim, ACCEPT, at=at)
    _by_firm(claim, SUPPLEMENT, at)


def supplemented(claim: Claim, at: datetime) -> None:
    met(claim, SUPPLEMENT, at)
    deadlines.resume(ClaimDeadline, claim, ACCEPT, at=at)


def listed(claim: Claim, at: datetime) -> None:
    _by_firm(claim, CONFIRM, at)


def to_review(claim: Claim, departments: Iterable[Department], at: datetime) -> None:
    for department in departments:
        _owed(claim, REVIEW, at, department)


def reviewed(claim: Claim, department: Department, at: datetime) -> None:
    deadlines.meet(ClaimDeadline, claim, REVIEW, at=at, department=department)


def to_approve(claim: Claim, at: datetime) -> None:
    _owed(claim, APPROVE, at)


def to_publish(claim: Claim, at: datetime) -> None:
    _owed(claim, PUBLISH, at)


def objected(claim: Claim, at: datetime) -> None:
    if not ClaimDeadline.objects.open().filter(subject=claim, obligation=OBJECTION).exists():
        _owed(claim, OBJECTION, at)


def to_pay(claim: Claim, at: datetime) -> None:
    _owed(claim, PAY, at)


def met(claim: Claim, obligation: str, at: datetime) -> None:
    deadlines.meet(ClaimDeadline, claim, obligation, at=at)


def ended(claim: Claim, at: datetime) -> None:
    """Nothing is owed any more."""
    deadlines.cancel(ClaimDeadline, claim, at=at)


def _owed(claim: Claim, obligation: str, at: datetime, department: Department | None = None) -> None:
    whose = department or claim.round.department
    deadlines.start(ClaimDeadline, claim, obligation, at=at, obligor_kind=ObligorKind.DEPARTMENT, department=whose)


def _by_firm(claim: Claim, obligation: str, at: datetime) -> None:
    deadlines.start(ClaimDeadline, claim, obligation, at=at, obligor_kind=ObligorKind.ENTERPRISE)
