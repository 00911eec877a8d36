"""公开承诺 (DL-5): what is overdue is promised anew, in words that a supervisor has approved; the clock decides.

The department writes reason, measure, day and the public sentence; a supervisor approves them, edited if need be, or
sends them back with a reason, and then a new one is written. Whether it was kept is decided by when the work was done:
kept at that time, broken when the promised time has passed. A broken one counts double in the assessment and brings
the ladder's next rung forward, so that its people are told at once; a new commitment may follow.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal import deadlines
from portal.people.actors import CLOCK, Clock
from portal.people.models import Membership, User
from portal.people.refusal import one_line, required
from portal.people.roles import Role
from portal.worktime.calendar import OutsideCalendar, calendar
from portal.worktime.words import local_day
from requests import owed
from requests.flow.core import Refused, begin, note
from requests.models import DeadlineCommitment, Ticket, TicketDeadline

LONGEST = 366  # days ahead that may be promised


@transaction.atomic
def make_commitment(
    ticket: Ticket,
    *,
    by: User,
    reason: str,
    measure: str,
    wording: str,
    until: date,
    leader: User | None = None,
    at: datetime | None = None,
) -> DeadlineCommitment:
    """The department promises the overdue work by the close of business of `until`, a working day ahead.

    `leader` is the head who answers for it: by default the department's first. Not public before it is approved.
    """
    ticket, at = begin(ticket, "make_commitment", by, at)
    deadline = owed.commitment_due(ticket, at)
    if deadline is None:
        raise Refused(_("这件没有超期，或者已有承诺在审、在走。"))
    commitment = DeadlineCommitment.objects.create(
        deadline=deadline,
        reason=required(reason, _("请写为什么没按期办成。"), "reason"),
        measure=required(measure, _("请写接下来怎么办。"), "measure"),
        wording=required(one_line(wording), _("请写公开的一句承诺。"), "wording"),
        until=_close_of(until, at),
        leader=_answering(ticket, leader, at),
        made_by=by,
        made_at=at,
    )
    note("ticket.commitment_made", ticket, by=by, at=at, firm_sees=False, commitment=commitment.pk)
    return commitment


def _close_of(until: date, at: datetime) -> datetime:
    """The close of business of the promised day."""
    if (until - local_day(at)).days > LONGEST:
        raise Refused(_("承诺的日期最远一年，请改近一点。"), "until")
    try:
        working, close = calendar().is_working(until), calendar().close(until)
    except OutsideCalendar:
        raise Refused(_("日期超出了日历，请改近一点。"), "until") from None
    if close <= at:  # first: of a past holiday it matters that it is past
        raise Refused(_("承诺的日期已经过了，请选以后的工作日。"), "until")
    if not working:
        raise Refused(_("这一天休息，请选一个工作日。"), "until")
    return close


def heads_of(ticket: Ticket, at: datetime | None = None) -> list[User]:
    """Who may answer for the commitment: the first in command, then the deputies; of the unit above where it has none.

    Whoever stands in for one acts for him, but is not named in public.
    """
    department = ticket.lead_department
    while department is not None:
        held = Membership.objects.current(at).filter(department=department, role__in=owed.HEADS, user__is_active=True)
        ranked = sorted(held.select_related("user"), key=lambda m: (m.role != Role.DEPARTMENT_HEAD, m.pk))
        if ranked:
            return list({membership.user_id: membership.user for membership in ranked}.values())
        department = department.parent
    return []


def _answering(ticket: Ticket, leader: User | None, at: datetime) -> User:
    heads = heads_of(ticket, at)
    if leader is None and heads:
        return heads[0]
    if leader is None or leader not in heads:
        raise Refused(_("请选本部门的负责人。"), "leader")
    return leader


@transaction.atomic
def approve_commitment(
    ticket: Ticket,
    *,
    by: User,
    reason: str = "",
    measure: str = "",
    wording: str = "",
    at: datetime | None = None,
) -> DeadlineCommitment:
    """The wording may be shown: on the board, to the firm. What the supervisor changed is kept beside it."""
    ticket, at = begin(ticket, "approve_commitment", by, at)
    commitment = _asked(ticket)
    if commitment.until <= at:
        raise Refused(_("承诺的日期已经过了，请退回，让部门重写。"))
    approved = {"reason": reason.strip(), "measure": measure.strip(), "wording": one_line(wording)}
    for field, text in approved.items():
        former = getattr(commitment, field)
        if text and text != former:
            commitment.proposed[field] = former
            setattr(commitment, field, text)
    commitment.approved_by, commitment.approved_at = by, at
    commitment.save()
    note("ticket.commitment_approved", ticket, by=by, at=at, commitment=commitment.pk)
    return commitment


@transaction.atomic
def return_commitment(ticket: Ticket, *, by: User, reason: str, at: datetime | None = None) -> DeadlineCommitment:
    """Sent back with a reason: the department owes another one."""
    ticket, at = begin(ticket, "return_commitment", by, at)
    commitment = _asked(ticket)
    commitment.returned_for = required(reason, _("请写退回的理由。"), "reason")
    commitment.returned_by, commitment.returned_at = by, at
    commitment.save()
    note("ticket.commitment_returned", ticket, by=by, at=at, firm_sees=False, commitment=commitment.pk)
    return commitment


def _asked(ticket: Ticket) -> DeadlineCommitment:
    commitment = owed.commitment_asked(ticket)
    if commitment is None:
        raise Refused(_("没有待审的承诺：部门还没写，或者已经审过。"))
    return commitment


def undecided(at: datetime) -> QuerySet[DeadlineCommitment]:
    """What the clock has to decide at `at`: approved ones whose work is done, and all whose time has passed."""
    going = DeadlineCommitment.objects.filter(returned_at=None, kept=None, deadline__cancelled_at=None)
    done = Q(approved_at__isnull=False, deadline__met_at__isnull=False)
    passed = Q(until__lt=at, deadline__met_at=None)
    return going.filter(done | passed).order_by("until", "pk")


@transaction.atomic
def decide_commitment(
    ticket: Ticket, *, by: Clock = CLOCK, commitment: DeadlineCommitment, at: datetime | None = None
) -> DeadlineCommitment | None:
    """Kept or broken, at its lawful time whenever the sweep came by; one that nobody approved in time goes back.

    None where it is decided already. Work done in time keeps the promise even if the sweep finds it later.
    """
    ticket, at = begin(ticket, "decide_commitment", by, at)
    TicketDeadline.objects.select_for_update(of=("self",), no_key=True).get(pk=commitment.deadline_id)
    row = undecided(at).select_for_update(of=("self",), no_key=True).filter(pk=commitment.pk).first()
    if row is None:
        return None
    if row.approved_at is None:
        return _lapse(ticket, row, by)
    met_at = row.deadline.met_at
    row.kept = met_at is not None and met_at <= row.until
    row.decided_at = decided_at = met_at if met_at and row.kept else row.until
    if not row.kept:
        row.raised_to = deadlines.bring_forward(TicketDeadline, row.deadline_id, at=row.until)
    row.save()
    kind = "ticket.commitment_kept" if row.kept else "ticket.commitment_broken"
    note(kind, ticket, by=by, at=decided_at, firm_sees=False, tell=not row.kept, commitment=row.pk)
    return row


def _lapse(ticket: Ticket, row: DeadlineCommitment, by: Clock) -> DeadlineCommitment:
    row.returned_at = row.until
    row.save()
    note("ticket.commitment_lapsed", ticket, by=by, at=row.until, firm_sees=False, commitment=row.pk)
    return row
