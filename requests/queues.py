"""The work queues as data: what each role has to do, in which parts, and whose clock orders it (handbook §1, APP-1).

What is in them at an instant reads `requests.agenda`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from portal.people.models import User
from portal.people.rights import Rights, rights_of, standing_in
from portal.people.roles import Role
from requests import owed, stages
from requests.models import Assignment, DeadlineCommitment, Result, Ticket, TicketDeadline
from requests.models.ticket import Round

HEADS = (Role.DEPUTY_HEAD, Role.DEPARTMENT_HEAD)


def mark(text: str) -> str:
    """Marks a word for the catalogue (Babel's keyword `mark`); it is translated where it is shown."""
    return text


@dataclass(frozen=True)
class Part:
    """A tab of a queue. In a `waiting` part somebody else has the next act: it is shown, but is not work left.

    What is `rare` comes first, so that what supervision asks for is not overlooked among the rest.
    """

    key: str
    name: str
    holds: Callable[[User, Rights], Q]
    waiting: bool = False
    rare: bool = False  # has a tab only while something is in it


@dataclass(frozen=True)
class Queue:
    """What the holders of `roles` have to do. A ticket is in the first part that holds it; `clock` says whose it is."""

    name: str
    title: str
    roles: tuple[Role, ...]
    parts: tuple[Part, ...]
    clock: Callable[[Rights], Q]

    @property
    def work(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if not part.waiting)

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.key == key), None)


# What the parts hold --------------------------------------------------------------------------------------------


def _is(*statuses: str, **more: object) -> Callable[[User, Rights], Q]:
    return lambda user, rights: Q(status__in=statuses, **more)


def departments_of(rights: Rights) -> frozenset[int]:
    """A handler's departments, and for heads those below theirs as well."""
    return rights.workplaces


def _led(*statuses: str) -> Callable[[User, Rights], Q]:
    return lambda user, rights: Q(status__in=statuses, lead_department__in=departments_of(rights))


def _to_sign(user: User, rights: Rights) -> Q:
    """Results this person may sign: what cannot be met only the first in command (handbook §1)."""
    by_head = rights.subtree(Role.DEPARTMENT_HEAD)
    by_deputy = rights.subtree(Role.DEPUTY_HEAD) - by_head
    cannot = Result.objects.filter(ticket=OuterRef("pk"), signed_at=None, sent_back_at=None, kind=Result.Kind.CANNOT)
    head_only = Q(round__in=(Round.SECOND, Round.ORDER)) | Q(Exists(cannot))
    may = Q(lead_department__in=by_head) | Q(lead_department__in=by_deputy) & ~head_only
    return Q(status=stages.SIGNOFF) & may


def _co(user: User, rights: Rights) -> Q:
    """Tickets that wait for the opinion of one of his departments, led by another (APP-4)."""
    owed = Assignment.objects.filter(
        department__in=departments_of(rights), part=Assignment.Part.CO, ended_at=None, opinion_at=None
    )
    return Q(status__in=stages.IN_DEPARTMENT, pk__in=owed.values("ticket"))


def _silent(user: User, rights: Rights) -> Q:
    """The firm has let its first limit pass: it must be called (APP-12)."""
    lapsed = TicketDeadline.objects.filter(
        subject=OuterRef("pk"), obligation="confirm", cancelled_at__gte=OuterRef("moved_at")
    )
    return Q(status=stages.CONFIRMING) & Q(Exists(lapsed))


def _instructed(user: User, rights: Rights) -> Q:
    """A leader's instruction waits for his answer, or for that of his department (APP-21)."""
    asked = TicketDeadline.objects.running().filter(owed.addressed(user, rights))
    return Q(pk__in=asked.values("subject"))


def _to_commit(user: User, rights: Rights) -> Q:
    """Overdue work of his departments without a public commitment (DL-5)."""
    return Q(pk__in=owed.uncommitted(Now()).filter(department__in=departments_of(rights)).values("subject"))


def _to_report(user: User, rights: Rights) -> Q:
    """Overdue work of his departments whose monthly report is due soon (SLA-9)."""
    soon = TicketDeadline.objects.running().filter(obligation="progress", near_at__lte=Now())
    return Q(pk__in=soon.filter(department__in=departments_of(rights)).values("subject"))


def _to_approve(user: User, rights: Rights) -> Q:
    return Q(pk__in=DeadlineCommitment.objects.to_approve().values("deadline__subject"))


def _uncommitted(user: User, rights: Rights) -> Q:
    return Q(pk__in=owed.uncommitted(Now()).values("subject"))


def _followed(condition: Callable[[User, Rights], Q]) -> Callable[[User, Rights], Q]:
    """By name: his own and those of whom he stands in for (AB角)."""
    return lambda user, rights: Q(first_responder__in=standing_in(user)) & condition(user, rights)


def _centre(rights: Rights) -> Q:
    return Q(obligor_kind="centre")


def _department(rights: Rights) -> Q:
    return Q(department__in=departments_of(rights))


def _anybody(rights: Rights) -> Q:
    """Any official's: a firm's own limits never make a ticket late (DL-4)."""
    return ~Q(obligor_kind="enterprise")


QUEUES = (
    Queue(
        "intake",
        mark("接诉"),
        (Role.INTAKE_CLERK,),
        (
            Part("new", mark("待受理"), _is(stages.RECEIVED, supplement__isnull=True)),
            Part("back", mark("补正回件"), _is(stages.RECEIVED, supplement__isnull=False)),
            Part("waiting", mark("等企业补正"), _is(stages.INCOMPLETE), waiting=True),
        ),
        _centre,
    ),
    Queue(
        "triage",
        mark("研判"),
        (Role.TRIAGER,),
        (
            Part("new", mark("待研判"), _is(stages.TRIAGING, supplement__isnull=True)),
            Part("back", mark("补正回件"), _is(stages.TRIAGING, supplement__isnull=False)),
            Part(
                "waiting",
                mark("等企业补正"),
                _is(stages.INCOMPLETE, supplement__asked_from=stages.TRIAGING),
                waiting=True,
            ),
        ),
        _centre,
    ),
    Queue(
        "handling",
        mark("办理"),
        (Role.HANDLER, *HEADS),
        (
            Part("instruction", mark("领导批示"), _instructed, rare=True),
            Part("commitment", mark("超期件须作公开承诺"), _to_commit, rare=True),
            Part("progress", mark("须报进展"), _to_report, rare=True),
            Part("assigned", mark("待签收"), _led(stages.ASSIGNED)),
            Part("handling", mark("办理中"), _led(stages.HANDLING)),
            Part("signoff", mark("待签批"), _to_sign),
            Part("co", mark("协办"), _co),
            Part("waiting", mark("等签批"), _led(stages.SIGNOFF), waiting=True),
        ),
        _department,
    ),
    Queue(
        "revisit",
        mark("回访"),
        (Role.REVISITOR,),
        (
            Part("call", mark("待回访"), _is(stages.REVISITING)),
            Part("silent", mark("企业没回应"), _silent),
            Part("waiting", mark("等企业确认"), _is(stages.CONFIRMING), waiting=True),
        ),
        _centre,
    ),
    Queue(
        "supervision",
        mark("督查"),
        (Role.SUPERVISOR,),
        (
            Part("instruction", mark("领导批示"), _instructed, rare=True),
            Part("approve", mark("待审承诺"), _to_approve),
            Part("waiting", mark("等部门承诺"), _uncommitted, waiting=True),
        ),
        _anybody,
    ),
    Queue(
        "followed",
        mark("我跟的"),
        (Role.INTAKE_CLERK, Role.STEWARD, Role.PROJECT_ASSISTANT),
        (
            Part("instruction", mark("领导批示"), _instructed, rare=True),
            Part("silent", mark("要联系企业"), _followed(_silent)),
            Part("incomplete", mark("要补材料"), _followed(_is(stages.INCOMPLETE))),
            Part("going", mark("在办"), _followed(_is(*stages.OPEN))),
        ),
        _anybody,
    ),
)


def queues_of(user: User) -> list[Queue]:
    """The queues of the roles that `user` holds now, own or delegated; no query beyond his rights."""
    rights = rights_of(user)
    return [queue for queue in QUEUES if rights.has(*queue.roles)]


def is_co(ticket: Ticket, user: User) -> bool:
    """Whether his department has only a part in it, for the chip of the row."""
    return ticket.status in stages.IN_DEPARTMENT and ticket.lead_department_id not in departments_of(rights_of(user))
