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
from requests import asked, calls, owed, respite, stages
from requests.models import Assignment, DeadlineCommitment, NamedHandler, Result, Ticket, TicketDeadline, TicketGroup
from requests.models.ticket import Round
from requests.serving import without_accounts

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
    rare: bool = False  # hardly ever has any: nobody is led there while it is empty

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


def _owed_after(obligation: str) -> Callable[[User, Rights], Q]:
    """Tickets of which this is owed, also after they have ended (`requests.agenda.AFTER_THE_END`)."""
    owed_still = TicketDeadline.objects.open().filter(obligation=obligation)
    return lambda user, rights: Q(pk__in=owed_still.values("subject"))


def _to_write_back(user: User, rights: Rights) -> Q:
    """Answered or ended, and the hotline is not told yet (APP-1)."""
    return Q(status__in=stages.ANSWERED) & _owed_after("outer")(user, rights)


def _to_record(user: User, rights: Rights) -> Q:
    """What a unit without accounts leads or gives its opinion on: a clerk writes down what it did (ORG-1)."""
    units = without_accounts().values("pk")
    part = Assignment.objects.filter(department__in=units, part=Assignment.Part.CO, ended_at=None, opinion_at=None)
    led = Q(status__in=(stages.ASSIGNED, stages.HANDLING, stages.SIGNOFF), lead_department__in=units)
    return led | Q(status__in=stages.IN_DEPARTMENT, pk__in=part.values("ticket"))


def _to_decide(user: User, rights: Rights) -> Q:
    """Extensions and suspensions that wait for him as head (APP-10)."""
    return respite.with_heads(rights.subtree(Role.DEPARTMENT_HEAD))


def _centre_decides(user: User, rights: Rights) -> Q:
    return respite.with_centre()


def _look_again(user: User, rights: Rights) -> Q:
    """历史疑难件 that came up again (APP-15)."""
    return respite.looks_waiting()


def _to_rule(user: User, rights: Rights) -> Q:
    """Returns that wait for the centre's ruling (APP-9)."""
    return asked.to_rule(supervisor=False)


def _supervisor_rules(user: User, rights: Rights) -> Q:
    return asked.to_rule(supervisor=True)


def _before_chiefs(user: User, rights: Rights) -> Q:
    """Items that nobody accepted and the chiefs decide on (NET-6): for the chiefs, and whoever referred them."""
    return asked.before_chiefs()


def _without_force(user: User, rights: Rights) -> Q:
    return asked.without_force()


def _to_take_part(user: User, rights: Rights) -> Q:
    """Co-handling parts that his departments have not taken on yet (SLA-2)."""
    mine = Assignment.objects.filter(
        department__in=departments_of(rights), part=Assignment.Part.CO, ended_at=None, opinion_at=None, taken_at=None
    )
    return Q(status__in=stages.IN_DEPARTMENT, pk__in=mine.values("ticket"))


def _with_my_group(user: User, rights: Rights) -> Q:
    """Given to a task group of which he is a member (ORG-2)."""
    return Q(status__in=stages.IN_DEPARTMENT, pk__in=TicketGroup.objects.of(user).values("ticket"))


def _confided(user: User, rights: Rights) -> Q:
    """Confidential complaints that he handles by name (APP-18)."""
    named = NamedHandler.objects.filter(user=user, ended_at=None).values("ticket")
    return Q(confidential=True, status__in=(stages.ASSIGNED, stages.HANDLING)) & (Q(handler=user) | Q(pk__in=named))


def _kept(user: User, rights: Rights) -> Q:
    """Confidential complaints that wait for the supervisor: to be given to somebody, to be signed, to be revisited."""
    waiting = (stages.RECEIVED, stages.TRIAGING, stages.SIGNOFF, stages.CONFIRMING, stages.REVISITING)
    return Q(confidential=True, status__in=waiting) & ~Q(handler=user)


def _followed(condition: Callable[[User, Rights], Q]) -> Callable[[User, Rights], Q]:
    """By name: his own and those of whom he stands in for (AB角)."""
    return lambda user, rights: Q(first_responder__in=standing_in(user)) & condition(user, rights)


def _centre(rights: Rights) -> Q:
    return Q(obligor_kind="centre")


def _centre_or_recorded(rights: Rights) -> Q:
    return _centre(rights) | Q(department__in=without_accounts().values("pk"))


def _department(rights: Rights) -> Q:
    """Its own; what the head decides is no handler's."""
    heads = Q(department__in=rights.subtree(Role.DEPARTMENT_HEAD))
    return Q(department__in=departments_of(rights)) & (~Q(obligation="decide") | heads)


def _anybody(rights: Rights) -> Q:
    """Any official's: a firm's own limits never make a ticket late (DL-4)."""
    return ~Q(obligor_kind="enterprise")


QUEUES = (
    Queue(
        "intake",
        mark("接诉"),
        (Role.INTAKE_CLERK,),
        (
            Part("write_back", mark("写回热线"), _to_write_back, rare=True),
            Part("new", mark("待受理"), _is(stages.RECEIVED, supplement__isnull=True)),
            Part("back", mark("补正回件"), _is(stages.RECEIVED, supplement__isnull=False)),
            Part("record", mark("替单位记录"), _to_record, rare=True),
            Part("waiting", mark("等企业补正"), _is(stages.INCOMPLETE), waiting=True),
        ),
        _centre_or_recorded,
    ),
    Queue(
        "triage",
        mark("研判"),
        (Role.TRIAGER,),
        (
            Part("request", mark("延期挂起待批"), _centre_decides, rare=True),
            Part("look", mark("历史疑难件"), _look_again, rare=True),
            Part("return", mark("待裁定退回"), _to_rule, rare=True),
            Part("force", mark("待成立专班"), _without_force, rare=True),
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
            Part("confidential", mark("保密件"), _confided, rare=True),
            Part("instruction", mark("领导批示"), _instructed, rare=True),
            Part("commitment", mark("超期件须作公开承诺"), _to_commit, rare=True),
            Part("progress", mark("须报进展"), _to_report, rare=True),
            Part("request", mark("延期挂起待批"), _to_decide, rare=True),
            Part("assigned", mark("待签收"), _led(stages.ASSIGNED)),
            Part("handling", mark("办理中"), _led(stages.HANDLING)),
            Part("signoff", mark("待签批"), _to_sign),
            Part("part", mark("待签收协办"), _to_take_part, rare=True),
            Part("co", mark("协办"), _co),
            Part("group", mark("工作组"), _with_my_group, rare=True),
            Part("waiting", mark("等签批"), _led(stages.SIGNOFF), waiting=True),
            Part("suspended", mark("已挂起"), _led(stages.SUSPENDED), waiting=True, rare=True),
        ),
        _department,
    ),
    Queue(
        "revisit",
        mark("回访"),
        (Role.REVISITOR,),
        (
            Part("call", mark("今天要打的电话"), calls.to_call),
            Part("silent", mark("企业没回应"), _silent),
            Part("later", mark("换个时间再打"), calls.tried_just_now, waiting=True, rare=True),
            Part("seal", mark("等盖章答复"), _is(stages.REVISITING), waiting=True, rare=True),
            Part("waiting", mark("等企业确认"), _is(stages.CONFIRMING), waiting=True),
        ),
        _centre,
    ),
    Queue(
        "supervision",
        mark("督查"),
        (Role.SUPERVISOR,),
        (
            Part("confidential", mark("保密件"), _kept, rare=True),
            Part("instruction", mark("领导批示"), _instructed, rare=True),
            Part("request", mark("延期挂起待批"), _centre_decides, rare=True),
            Part("look", mark("历史疑难件"), _look_again, rare=True),
            Part("review", mark("待裁定复核"), _owed_after("review"), rare=True),
            Part("return", mark("待裁定退回"), _supervisor_rules, rare=True),
            Part("approve", mark("待审承诺"), _to_approve),
            Part("waiting", mark("等部门承诺"), _uncommitted, waiting=True),
            Part("chiefs", mark("等总召集人定"), _before_chiefs, waiting=True, rare=True),
        ),
        _anybody,
    ),
    Queue(
        "raised", mark("兜底"), (Role.LEADER,), (Part("decide", mark("待兜底"), _before_chiefs),), _centre, rare=True
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
