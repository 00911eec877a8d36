"""How late a late ticket is, by its longest overdue deadline: the same for figures, lists and files (SUP-2).

One deadline speaks for the ticket: whose delay it is, which need not be the lead's, how long it is overdue (DL-3), to
whom its ladder has risen (DL-4), and what the department has promised (DL-5).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Case, CharField, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.deadlines.models import LadderRung
from portal.deadlines.obligations import ASIDE, ObligorKind
from portal.people.models import Department
from portal.worktime import words
from portal.worktime.calendar import SHANGHAI, calendar
from requests.models import DeadlineCommitment, Ticket, TicketDeadline
from requests.models.ticket import WORKS, TicketQuerySet

STEPS = (1, 3, 5, 10)  # working days overdue at which a band begins, as the departments' ladder rises
BANDS = {
    "0": _("不到 1 个工作日"),
    "1": _("1–2 个工作日"),
    "3": _("3–4 个工作日"),
    "5": _("5–9 个工作日"),
    "10": _("10 个工作日以上"),
}
MISSING, PENDING, RUNNING, BROKEN = "missing", "pending", "running", "broken"
PROMISES = {
    MISSING: _("还没有承诺"),
    PENDING: _("承诺待批准"),
    RUNNING: _("承诺期内"),
    BROKEN: _("承诺未兑现"),
}
# What became of the public commitments that came to their end this year (DL-5), as a ticket stands.
PLEDGES = {
    "any": _("今年到期的"),
    "kept": _("今年都兑现了"),
    "broken": _("今年有没兑现的"),
}
# Whom a rung tells, in one word each (DL-4).
TOLD = {
    "handler": _("承办人"),
    "department_head": _("部门负责人"),
    "supervisor": _("督查员"),
    "leader_in_charge": _("分管镇领导"),
    "board": _("督效屏"),
    "agenda": _("督查例会"),
    "clerk": _("接诉员"),
    "leader": _("镇领导"),
}


def clocks_of(ticket: Ticket, now: datetime) -> list[TicketDeadline]:
    """The clocks that make the ticket late, as `late` finds them, the longest overdue first; from what is loaded."""
    asked = (d for d in ticket.open_deadlines if d.obligor_kind != ObligorKind.ENTERPRISE and d.obligation not in ASIDE)
    return sorted((d for d in asked if d.is_overdue(now)), key=lambda d: (d.due_at, d.pk))


def clock_of(ticket: Ticket, now: datetime) -> TicketDeadline | None:
    """The clock that decides whose delay it is; None where nothing is late."""
    return next(iter(clocks_of(ticket, now)), None)


def is_co(ticket: Ticket, clock: TicketDeadline) -> bool:
    """Whether a co-handling department owes it."""
    return clock.department_id is not None and clock.department_id != ticket.lead_department_id


def co_late(ticket: Ticket, now: datetime) -> str:
    """“行政审批局、市场监管分局”: the co-handling departments that are late, the longest first; empty without one."""
    names = dict.fromkeys(d.department.short_name for d in clocks_of(ticket, now) if is_co(ticket, d) and d.department)
    return gettext("、").join(names)


def debtor(ticket: Ticket, now: datetime) -> str:
    """Whose delay it is: “住建办”, “中心”, or “协办 行政审批局、市场监管分局” where their clocks ran out at once."""
    longest = clock_of(ticket, now)
    if longest is None or longest.department is None:
        return gettext("中心") if longest or not ticket.lead_department else ticket.lead_department.short_name
    if not is_co(ticket, longest):
        return str(longest.department.short_name)
    same = [d for d in clocks_of(ticket, now) if d.due_at == longest.due_at and is_co(ticket, d) and d.department]
    names = dict.fromkeys(d.department.short_name for d in same if d.department)
    return gettext("协办 %(names)s") % {"names": gettext("、").join(names)}


def owed_by(department: Department | int | None, now: datetime) -> Q:
    """The condition on tickets that a department is late with, as lead or co-handler; None is the centre."""
    return Q(pk__in=TicketDeadline.objects.late(now).filter(department=department).values("subject"))


def longest_first(late: TicketQuerySet, now: datetime) -> TicketQuerySet:
    """Late tickets with everything that a row shows of them, the longest overdue first."""
    return with_lateness(late.for_rows(), now).order_by("late_since", "pk")


def with_lateness(tickets: TicketQuerySet, now: datetime) -> TicketQuerySet:
    """Adds `late_deadline` (its key), `late_since` (its due time), `late_kind` (whose), `late_rung`, `late_promise`.

    Null and empty for tickets that are not late; `late_promise` also where the centre or a co-handler is late, or
    the lead only with taking it on: they owe none, for a commitment is about the lead's work (DL-5).
    """
    longest = TicketDeadline.objects.late(now).filter(subject=OuterRef("pk")).order_by("due_at", "pk")
    state = Case(
        When(kept=False, then=Value(BROKEN)),
        When(approved_at=None, then=Value(PENDING)),
        default=Value(RUNNING),
        output_field=CharField(),
    )
    latest = DeadlineCommitment.objects.filter(deadline=OuterRef("late_deadline"), returned_at=None).order_by("-pk")
    return tickets.annotate(
        late_deadline=Subquery(longest.values("pk")[:1]),
        late_since=Subquery(longest.values("due_at")[:1]),
        late_kind=Subquery(longest.values("obligor_kind")[:1]),
        late_obligation=Subquery(longest.values("obligation")[:1]),
        late_rung=Subquery(longest.annotate(rung=F("next_rung") - 1).values("rung")[:1]),  # on its ladder as it is now
        late_promise=Case(
            When(
                late_obligation__in=WORKS,
                late_kind="department",
                then=Coalesce(Subquery(latest.annotate(state=state).values("state")[:1]), Value(MISSING)),
            ),
            default=Value(""),
        ),
    )


def pledged(how: str, now: datetime) -> Q:
    """The condition on tickets of PLEDGES: one whose word was broken once this year is not `kept`."""
    decided = DeadlineCommitment.objects.filter(kept__isnull=False)
    decided = decided.filter(decided_at__gte=_midnight(words.local_day(now).replace(month=1, day=1)))
    whole = Q(pk__in=decided.values("deadline__subject"))
    broken = Q(pk__in=decided.broken().values("deadline__subject"))
    return {"any": whole, "kept": whole & ~broken, "broken": broken}[how]


def begins(now: datetime) -> dict[str, datetime]:
    """Of each band but the first, the instant before which its deadlines fell due; days are those of `remaining`."""
    known, today = calendar(), words.local_day(now)
    begun = known.is_working(today) and now < known.close(today)
    bounds, day = {}, today
    for step in STEPS:
        while known.working_days_between(day, today) < step + begun:
            day -= timedelta(days=1)
        bounds[str(step)] = _midnight(day + timedelta(days=1))
    return bounds


def in_band(band: str, now: datetime) -> Q:
    """The condition on `late_since` that leaves one band."""
    keys, bounds = list(BANDS), begins(now)
    after = keys[keys.index(band) + 1 :][:1]
    within = Q(late_since__lt=bounds[band]) if band in bounds else Q(late_since__isnull=False)
    return within & Q(late_since__gte=bounds[after[0]]) if after else within


def rungs() -> list[tuple[str, str]]:
    """The rungs that make somebody's lateness known, “department.4” with whom it tells: “分管镇领导、督效屏”."""
    ladders = LadderRung.objects.filter(obligor_kind__in=("department", "centre")).order_by("-obligor_kind", "number")
    found = [(f"{kind}.0", gettext("还没有提醒")) for kind in ("department", "centre")]
    for rung in ladders:
        told = gettext("、").join(str(TOLD[word]) for word in rung.tells if word in TOLD)
        found.append((f"{rung.obligor_kind}.{rung.number}", told))
    said = {"centre": gettext("中心：%(told)s"), "department": "%(told)s"}
    return [(rung, said[rung.partition(".")[0]] % {"told": told}) for rung, told in found]


def on_rung(rung: str) -> Q:
    """The condition of “department.4”: whose ladder, and the last rung of it that has fired; 0 is none yet."""
    kind, _dot, number = rung.partition(".")
    return Q(late_kind=kind, late_rung=int(number))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), SHANGHAI)
