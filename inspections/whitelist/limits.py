"""Which clock of the whitelist starts and stops when (INS-1, DL-6).

| when | starts | stops |
| --- | --- | --- |
| propose, renew | whitelist_review of each agency, for the round | |
| an agency has spoken on the round's last firm that waits for it | | its whitelist_review |
| nothing is under review any more and something waits for approval | whitelist_approve (town leaders) | |
| nothing waits for approval any more | | whitelist_approve |
| appeal | whitelist_appeal (supervisors), for the entry | |
| restore, dismiss | | whitelist_appeal |

A round has one clock for each agency, whatever it holds: 372 firms must not be 372 letters. What two people decide at
once is told by the round's lock: whoever comes second sees what the first has left.
"""

from __future__ import annotations

from datetime import datetime

from portal import deadlines
from portal.deadlines.obligations import ObligorKind

from ..models import Agency, Entry, EntryDeadline, EntryReview, RoundDeadline, WhitelistRound
from . import stages

REVIEW, APPROVE, APPEAL = "whitelist_review", "whitelist_approve", "whitelist_appeal"


def asked(round: WhitelistRound, agency: Agency, at: datetime) -> None:
    owes = agency.department
    deadlines.start(RoundDeadline, round, REVIEW, at=at, obligor_kind=ObligorKind.DEPARTMENT, department=owes)


def settle(round: WhitelistRound, at: datetime) -> set[str]:
    """Brings the round's clocks in line with its entries; the round is locked. What has just become true:
    `reviewed` (no agency owes anything any more), `to_approve`.
    """
    news = _reviews(round, at)
    entries = Entry.objects.filter(round=round)
    waits = entries.filter(status=stages.APPROVE).exists()
    open_clock = RoundDeadline.objects.open().filter(subject=round, obligation=APPROVE).exists()
    if not waits and open_clock:
        deadlines.meet(RoundDeadline, round, APPROVE, at=at)
    if waits and not open_clock and not entries.filter(status=stages.REVIEW).exists():
        deadlines.start(RoundDeadline, round, APPROVE, at=at, obligor_kind=ObligorKind.CENTRE)
        news.add("to_approve")
    return news


def _reviews(round: WhitelistRound, at: datetime) -> set[str]:
    open_clocks = list(
        RoundDeadline.objects.open().filter(subject=round, obligation=REVIEW).select_related("department")
    )
    due = EntryReview.objects.due().filter(entry__round=round).order_by()
    owing = set(due.values_list("agency__department", flat=True).distinct())
    for clock in open_clocks:
        if clock.department_id not in owing:
            deadlines.meet(RoundDeadline, round, REVIEW, at=at, department=clock.department)
    return {"reviewed"} if open_clocks and not owing else set()


def appealed(entry: Entry, at: datetime) -> None:
    deadlines.start(EntryDeadline, entry, APPEAL, at=at, obligor_kind=ObligorKind.CENTRE)


def judged(entry: Entry, at: datetime) -> None:
    deadlines.meet(EntryDeadline, entry, APPEAL, at=at)
