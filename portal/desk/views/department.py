"""The department desk: what is to do, who has how much, and how the month went (SUP-2)."""

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from inspections.waiting import waiting
from policies.claims.views.desk import waiting_line
from portal.deadlines.obligations import ASIDE
from portal.desk import figures
from portal.desk.views.leader import bars
from portal.people.models import Department, User
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from portal.worktime.words import local_day
from requests import lateness, stages
from requests.journey import journey
from requests.models import Ticket, TicketDeadline, UnitQuestion
from requests.models.ticket import TicketQuerySet

HEADS = (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)
SHOWN = 25

# What a department has to do, in the order in which it should: take on, sign, handle.
STEPS = (stages.ASSIGNED, stages.SIGNOFF, stages.HANDLING)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """One department at a time; `?department=` chooses among one's own and, for heads, those below."""
    rights = rights_of(request.user)
    own = rights.departments(Role.HANDLER, *HEADS) | rights.subtree(*HEADS)
    departments = list(Department.objects.filter(pk__in=own, active=True).order_by("name"))
    if not departments or rights.is_outside:
        raise Http404
    department = _chosen(request, departments, rights.departments(Role.HANDLER, *HEADS))
    now = clock.now()
    led = Ticket.objects.visible_to(request.user).filter(lead_department=department)
    month = figures.month_of(local_day(now))
    tally, scope = figures.Report(led, [month], figures.Areas(), whole=True).whole(), {"department": department.pk}
    rows = list(_first_due(_to_do(request.user, department), department).for_rows()[: SHOWN + 1])
    for ticket in rows:
        ticket.own_clock = own_clock(ticket, department)
        ticket.line = journey(ticket, now, due=ticket.own_clock)
        ticket.co_late = lateness.co_late(ticket, now) if ticket.lead_department_id == department.pk else ""
    late = Ticket.objects.visible_to(request.user).open().filter(lateness.owed_by(department, now))
    context = {
        "now": now,
        "department": department,
        "departments": departments,
        "steps": _steps(led, department, now),
        "co": _parts(request.user, department).count(),
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "people": bars(people(led, department, now)),
        "is_head": department.pk in rights.subtree(*HEADS),
        "on_time": figures.rate("on_time", tally, month, scope),
        "late_handled_url": figures.late_handled(month, scope),
        "satisfaction": figures.rate("satisfied", tally, month, scope),
        "figures_url": reverse("desk:figures") if figures.reader_of(request.user) else "",
        "late_count": late.count(),
        "all_url": figures.listed(department=department.pk, in_department=1),
        "late_url": figures.listed(late_by=department.pk),
        "claims_waiting": waiting_line(request.user),
        "questions_waiting": _unit_questions(request.user),
        "inspections_waiting": waiting(request.user, now),
    }
    return render(request, "desk/department.html", context)


def _chosen(request: HttpRequest, departments: list[Department], own: frozenset[int]) -> Department:
    wanted = request.GET.get("department", "")
    for department in departments:
        if str(department.pk) == wanted:
            return department
    if wanted:
        raise Http404
    return next((d for d in departments if d.pk in own), departments[0])


def _to_do(user: User, department: Department) -> TicketQuerySet:
    """What the department holds now, as lead or as a co-handler whose opinion is still owed."""
    held = Q(lead_department=department, status__in=stages.IN_DEPARTMENT)
    return Ticket.objects.visible_to(user).filter(held | Q(pk__in=_parts(user, department).values("pk")))


def _parts(user: User, department: Department) -> TicketQuerySet:
    owed = {"assignments__department": department, "assignments__part": "co", "assignments__ended_at": None}
    return Ticket.objects.visible_to(user).filter(**owed, assignments__opinion_at=None, status__in=stages.IN_DEPARTMENT)


def _first_due(tickets: TicketQuerySet, department: Department) -> TicketQuerySet:
    """By when this department is due, as the rows say it; else by whoever is next."""
    mine = TicketDeadline.objects.running().filter(subject=OuterRef("pk"), department=department)
    mine = mine.exclude(obligation__in=ASIDE).order_by("due_at").values("due_at")[:1]
    return tickets.with_due().order_by(Coalesce(Subquery(mine), "next_due_at"), "pk")


def _unit_questions(user: User) -> int:
    """How many questions of a supervisor his units have still to answer; heads alone read them (APP-18)."""
    return UnitQuestion.objects.visible_to(user).open().count() if rights_of(user).has(*HEADS) else 0


def own_clock(ticket: Ticket, department: Department) -> TicketDeadline | None:
    """By when this department is due, as lead or co-handler; else whoever has it."""
    mine = [d for d in ticket.open_deadlines if d.department_id == department.pk and d.obligation not in ASIDE]
    return min(mine, key=lambda d: (d.is_paused, d.due_at), default=ticket.deadline)


def _steps(led: TicketQuerySet, department: Department, now) -> list[figures.Figure]:
    counts = figures.counted(led.filter(status__in=STEPS), "status", now, department)
    return [
        figures.Figure(
            _(stages.STATUSES[status][1]),
            *counts.get(status, (0, 0)),
            figures.listed(department=department.pk, status=status),
            figures.listed(department=department.pk, status=status, late_by=department.pk),
        )
        for status in STEPS
    ]


def people(led: TicketQuerySet, department: Department, now) -> list[figures.Figure]:
    """Everybody of the department with what he handles, most late first; what nobody has yet comes last."""
    counts = figures.counted(led.filter(status__in=stages.IN_DEPARTMENT), "handler", now, department)
    names = dict(
        User.objects.filter(
            Q(pk__in=[pk for pk in counts if pk])
            | Q(pk__in=User.objects.holding(Role.HANDLER, department).values("pk"))
        ).values_list("pk", "name")
    )
    found = [
        figures.Figure(
            name,
            *counts.get(pk, (0, 0)),
            figures.listed(department=department.pk, handler=pk, in_department=1),
            figures.listed(department=department.pk, handler=pk, in_department=1, late_by=department.pk),
            pk,
        )
        for pk, name in names.items()
    ]
    return sorted(found, key=lambda figure: (-figure.late, -figure.count, figure.name))
