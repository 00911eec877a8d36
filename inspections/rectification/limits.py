"""Which clock of a rectification starts and stops when (INS-7, DL-6).

| verb | starts | stops |
| --- | --- | --- |
| order | rectify (the firm): the days or the date that was ordered, else INS-7's 15 wd | |
| submit | recheck (the agency): 5 wd to look at it | rectify: on time is when it was sent |
| accept, pass_recheck | | rectify, recheck |
| send_back, fail_recheck | rectify anew, with the days that were given | recheck |
| call_recheck | recheck until the window's last day is over | the agency's look; a late firm's clock runs on |
| give_time | | none: rectify ends later |
| withdraw | | all that is open is cancelled |

The firm's clock is of the obligor kind `inspected`: late, it climbs to inspector, head, supervisor, leader in charge.
"""

from __future__ import annotations

from datetime import date, datetime

from portal import deadlines
from portal.deadlines.obligations import ObligorKind
from portal.worktime.calendar import Limit, calendar

from ..models import Rectification, RectificationDeadline

RECTIFY, RECHECK = "rectify", "recheck"


def ordered(rectification: Rectification, at: datetime, days: int | None, due: date | None) -> None:
    limit = until(due) if due is not None else Limit.working_days(days) if days is not None else None
    deadlines.start(
        RectificationDeadline, rectification, RECTIFY, at=at, obligor_kind=ObligorKind.INSPECTED, limit=limit
    )


def due_of(rectification: Rectification) -> datetime:
    """By when the firm owes it now; its clock runs."""
    return RectificationDeadline.objects.running().get(subject=rectification, obligation=RECTIFY).due_at


def until(day: date) -> Limit:
    """To the close of business of that day, or of the next working day."""
    return Limit.until(calendar().close(day))


def submitted(rectification: Rectification, at: datetime) -> None:
    deadlines.meet(RectificationDeadline, rectification, RECTIFY, at=at)
    _agency_owes(rectification, at)


def looked(rectification: Rectification, at: datetime) -> None:
    """The agency has decided on what was sent, or on what was seen."""
    deadlines.meet(RectificationDeadline, rectification, RECHECK, at=at)


def recheck_called(rectification: Rectification, last: date, at: datetime) -> None:
    looked(rectification, at)
    _agency_owes(rectification, at, until(last))


def closed(rectification: Rectification, at: datetime) -> None:
    looked(rectification, at)
    deadlines.meet(RectificationDeadline, rectification, RECTIFY, at=at)


def reopened(rectification: Rectification, days: int, at: datetime) -> None:
    """A firm's clock that ran on, being late, runs on: going there does not make anybody less late."""
    looked(rectification, at)
    running = RectificationDeadline.objects.open().filter(subject=rectification, obligation=RECTIFY)
    if not running.exists():
        ordered(rectification, at, days, None)


def extended(rectification: Rectification, day: date, at: datetime) -> None:
    to = calendar().close(day)
    deadlines.extend(RectificationDeadline, rectification, RECTIFY, at=at, to=to)


def withdrawn(rectification: Rectification, at: datetime) -> None:
    deadlines.cancel(RectificationDeadline, rectification, at=at)


def in_time(rectification: Rectification) -> bool:
    """Whether each time the firm was given was kept; asked of what has ended."""
    clocks = RectificationDeadline.objects.filter(subject=rectification, obligation=RECTIFY, cancelled_at=None)
    return all(clock.met_at is not None and clock.met_at <= clock.due_at for clock in clocks)


def sent_late(rectification: Rectification) -> set[datetime]:
    """The instants at which the firm sent what it owed by then and not later."""
    clocks = RectificationDeadline.objects.filter(subject=rectification, obligation=RECTIFY, cancelled_at=None)
    return {clock.met_at for clock in clocks if clock.met_at is not None and clock.met_at > clock.due_at}


def is_late(rectification: Rectification, at: datetime) -> bool:
    """Whether the firm owes it still, past its due time."""
    return rectification.deadlines.overdue(at).filter(obligation=RECTIFY).exists()


def _agency_owes(rectification: Rectification, at: datetime, limit: Limit | None = None) -> None:
    deadlines.start(
        RectificationDeadline,
        rectification,
        RECHECK,
        at=at,
        obligor_kind=ObligorKind.DEPARTMENT,
        department=rectification.agency.department,
        limit=limit,
    )
