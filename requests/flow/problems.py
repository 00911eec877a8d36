"""共性问题 (APP-16): gathered by the centre, owned by a department, ended in a measure that all firms are told.

Locking order: the problem, then its tickets by their key. A confidential matter is never linked, whoever asks (APP-18).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.actors import CLOCK, Clock
from portal.people.models import Department, User
from portal.people.refusal import one_line, required
from portal.people.rights import Grant, rights_of, standing_in
from portal.worktime import clock
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day
from requests import anonymity, commons, stages
from requests.capacity import grant_in, own_case
from requests.flow.core import Refused, note
from requests.models import Category, CommonProblem, ProblemTicket, SuggestedCluster, Ticket

Doer = User | Clock
MOST = 100  # tickets linked at once
LONGEST = timedelta(days=366)  # for a measure
IN_OWNER = ("handler", "deputy_head", "department_head")


def standing(problem: CommonProblem | None, by: Doer, at: datetime | None = None) -> dict[str, Grant | None]:
    """Each capacity towards a problem (None: one not opened yet), with the right that gives it; see `commons`."""
    if isinstance(by, Clock):
        return {"clock": None}
    rights = rights_of(by, at)
    held: dict[str, Grant | None] = {str(g.role): g for g in reversed(rights.grants) if g.role in commons.CENTRE}
    if problem is None:
        return held
    if problem.department_id:
        over = {role: rights.grant_over(problem.department_id, role) for role in IN_OWNER}
        held |= {f"owner.{role}": grant for role, grant in over.items() if grant}
    if problem.owner_id and problem.owner_id in {user.pk for user in standing_in(by, at)} and rights.is_official:
        held["owner.named"] = grant_in(problem.department_id, by, at) if problem.department_id else None
    return held


def verbs_of(problem: CommonProblem, by: User) -> list[str]:
    """The verbs somebody may do to a problem now: what its buttons are made from."""
    return commons.verbs_from(commons.PROBLEM_VERBS, problem.status, frozenset(standing(problem, by)))


# Opening and gathering ----------------------------------------------------------------------------------------


@transaction.atomic
def open_problem(
    tickets: Sequence[Ticket],
    *,
    by: User,
    title: str,
    statement: str,
    category: Category | None = None,
    cluster: SuggestedCluster | None = None,
    at: datetime | None = None,
) -> CommonProblem:
    """列为共性问题: from a selection, one ticket, or a suggested cluster. Refused without any that may be linked."""
    at = at or clock.now()
    grant = _granted("open_problem", standing(None, by, at), "")
    linkable = _linkable(tickets, by, at)
    problem = CommonProblem(
        title=_title(title, linkable),
        statement=required(statement, _("请写是什么问题、有哪些表现。"), "statement"),
        category=category or _usual_category(linkable),
        status=commons.GATHERING,
        opened_by=by,
        opened_at=at,
    )
    problem.save()
    if cluster is not None:
        SuggestedCluster.objects.filter(pk=cluster.pk, problem=None).update(problem=problem)
    outbox.tell("problem.opened", problem, by, at, grant, told=False)
    _link(problem, linkable, by, at, grant)
    return problem


@transaction.atomic
def link_tickets(
    problem: CommonProblem, *, by: User, tickets: Sequence[Ticket], at: datetime | None = None
) -> CommonProblem:
    """加入诉求. A ticket is in one open problem at most."""
    problem, at, grant = _begin(problem, "link_tickets", by, at)
    _link(problem, _linkable(tickets, by, at), by, at, grant)
    return problem


def _link(problem: CommonProblem, tickets: Sequence[Ticket], by: User, at: datetime, grant: Grant | None) -> None:
    for ticket in tickets:
        ProblemTicket.objects.create(problem=problem, ticket=ticket, added_by=by, added_at=at)
        ticket.acting = grant
        note("ticket.problem_joined", ticket, by=by, at=at, firm_sees=False, tell=False, problem=problem.pk)
    outbox.tell("problem.linked", problem, by, at, grant, told=False, tickets=[ticket.pk for ticket in tickets])


def _linkable(tickets: Sequence[Ticket], by: User, at: datetime) -> list[Ticket]:
    """The tickets, locked in the order of their keys. Refused, with the numbers, where one may not be linked."""
    wanted = {ticket.pk for ticket in tickets}
    if not wanted:
        raise Refused(_("还没有选诉求。"), "tickets")
    if len(wanted) > MOST:
        raise Refused(_("一次最多加入 %(n)s 件，请少选一些。") % {"n": MOST}, "tickets")
    seen = Ticket.objects.visible_to(by, at).filter(pk__in=wanted, confidential=False).order_by().values("pk")
    locked = Ticket.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=seen).order_by("pk")
    found = list(locked)
    if len(found) < len(wanted):
        raise Refused(_("选中的里面有不能列入共性问题的：保密件，或者已不在您这里。"), "tickets")
    over = [t.number for t in found if t.status in (stages.REJECTED, stages.WITHDRAWN)]
    if over:
        raise Refused(_("不予受理和撤回的不能列入：%(numbers)s") % {"numbers": _("、").join(over[:5])}, "tickets")
    taken = ProblemTicket.objects.filter(ticket__in=found, active=True).select_related("ticket", "problem")
    if link := taken.first():
        given = {"number": link.ticket.number, "title": link.problem.title}
        raise Refused(_("%(number)s 已经在共性问题“%(title)s”里，一件只能在一个里。") % given, "tickets")
    if any(own_case(ticket, by, at) for ticket in found):
        raise Refused(_("里面有您自己企业的诉求，请别的同事来列。"), "tickets")
    return found


@transaction.atomic
def unlink_ticket(
    problem: CommonProblem, *, by: User, ticket: Ticket, reason: str = "", at: datetime | None = None
) -> CommonProblem:
    """移出诉求: it turned out to be something else. The last one stays: a problem without tickets is dropped."""
    problem, at, grant = _begin(problem, "unlink_ticket", by, at)
    locked = Ticket.objects.select_for_update(of=("self",), no_key=True).get(pk=ticket.pk)
    links = problem.links.filter(active=True)
    link = links.filter(ticket=locked).first()
    if link is None:
        raise Refused(_("%(number)s 已经不在这个共性问题里。") % {"number": locked.number})
    if not links.exclude(pk=link.pk).exists():
        raise Refused(_("只剩这一件了。不是共性问题的，请撤销整个共性问题。"))
    link.active, link.removed_by, link.removed_at = False, by, at
    link.removed_for = one_line(reason)[:200]
    link.save()
    locked.acting = grant
    note("ticket.problem_left", locked, by=by, at=at, firm_sees=False, tell=False, problem=problem.pk)
    outbox.tell("problem.unlinked", problem, by, at, grant, told=False, tickets=[locked.pk])
    return problem


@transaction.atomic
def edit_problem(
    problem: CommonProblem,
    *,
    by: User,
    title: str,
    statement: str,
    category: Category | None = None,
    at: datetime | None = None,
) -> CommonProblem:
    """改标题和说明: what changed is in the event, the former words too."""
    problem, at, grant = _begin(problem, "edit_problem", by, at)
    before = {"title": problem.title, "statement": problem.statement, "category": problem.category_id}
    problem.title = _title(title, _linked(problem))
    problem.statement = required(statement, _("请写是什么问题、有哪些表现。"), "statement")
    problem.category = category
    problem.save()
    now = {"title": problem.title, "statement": problem.statement, "category": problem.category_id}
    changed = {key: value for key, value in before.items() if value != now[key]}
    if changed:
        outbox.tell("problem.edited", problem, by, at, grant, told=False, former=changed)
    return problem


# The owner and his time ---------------------------------------------------------------------------------------


@transaction.atomic
def name_owner(
    problem: CommonProblem,
    *,
    by: User,
    department: Department,
    owner: User | None = None,
    until: date | None = None,
    at: datetime | None = None,
) -> CommonProblem:
    """指定牵头: a department, one of its people by name, and the day by which the measure is to be decided (DL-1)."""
    problem, at, grant = _begin(problem, "name_owner", by, at)
    if not department.active or department.kind == Department.Kind.THIRD_PARTY:
        raise Refused(_("请选一个能牵头的部门。"), "department")
    if owner is not None and not User.objects.filter(pk=owner.pk, pk__in=_people_of(department, at)).exists():
        raise Refused(_("%(name)s不在这个部门，请选部门里的人。") % {"name": owner.name}, "owner")
    problem.department, problem.owner = department, owner
    if until is not None and problem.status == commons.GATHERING:
        due = _close_of(until, at)
        if due != problem.due_at:
            problem.due_at, problem.reminded_at = due, None
    problem.save()
    outbox.tell(
        "problem.owner_named", problem, by, at, grant, department=department.pk, owner=owner.pk if owner else None
    )
    return problem


def _people_of(department: Department, at: datetime) -> list[int]:
    return [user.pk for role in IN_OWNER for user in User.objects.holding(role, department, at)]


def _close_of(day: date, at: datetime) -> datetime:
    """The close of business of the day, or of the next working day."""
    today = local_day(at)
    if not today < day <= today + LONGEST:
        raise Refused(_("请选明天以后、一年以内的日子。"), "until")
    known = calendar()
    return known.close(day if known.is_working(day) else known.add_working_days(day, 1))


@transaction.atomic
def remind_owner(problem: CommonProblem, *, by: Clock = CLOCK, at: datetime | None = None) -> CommonProblem | None:
    """到期未定措施: told once for one due time, to the owner, his head and the supervisors."""
    problem, at, grant = _begin(problem, "remind_owner", by, at)
    if problem.due_at is None or problem.due_at >= at or problem.reminded_at is not None:
        return None
    problem.reminded_at = at
    problem.save()
    outbox.tell("problem.overdue", problem, by, problem.due_at, grant)
    return problem


# The measure --------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_measure(
    problem: CommonProblem, *, by: User, kind: str, measure: str, public_words: str, at: datetime | None = None
) -> CommonProblem:
    """定措施: a policy, a guide or a changed process, and the words in which all firms will be told of it.

    May be done again until they are told. Refused where the words for the firms name one of them.
    """
    problem, at, grant = _begin(problem, "decide_measure", by, at)
    if kind not in CommonProblem.Measure.values:
        raise Refused(_("请选措施的种类。"), "kind")
    measure = required(measure, _("请写定了什么措施、从什么时候起。"), "measure")
    public_words = required(public_words, _("请写告知企业的话。"), "public_words")
    names = anonymity.without_firms(_linked(problem), public_words)
    if names:
        raise Refused(_("告知所有企业的话里不能有%(names)s。") % {"names": anonymity.named(names)}, "public_words")
    problem.measure_kind, problem.measure, problem.public_words = kind, measure, public_words
    problem.status, problem.decided_by, problem.decided_at = commons.DECIDED, by, problem.decided_at or at
    problem.save()
    outbox.tell("problem.decided", problem, by, at, grant, measure=kind)
    return problem


@transaction.atomic
def close_problem(problem: CommonProblem, *, by: User, at: datetime | None = None) -> CommonProblem:
    """告知并办结: every linked ticket gets the measure in its story, its handler and firm a letter, a firm one."""
    problem, at, grant = _begin(problem, "close_problem", by, at)
    tickets = _linked(problem, lock=True)
    if not tickets:
        raise Refused(_("没有可以告知的诉求了。请撤销这个共性问题。"))
    names = anonymity.without_firms(tickets, problem.public_words)  # one may have been linked since
    if names:
        raise Refused(_("告知所有企业的话里不能有%(names)s，请先改措施。") % {"names": anonymity.named(names)})
    _end(problem, commons.CLOSED, by, at)
    told: set[int] = set()
    for ticket in tickets:
        ticket.acting = grant
        again = ticket.enterprise_id in told
        told |= {ticket.enterprise_id} if ticket.enterprise_id else set()
        note("ticket.measure_told", ticket, by=by, at=at, problem=problem.pk, again=again)
    outbox.tell("problem.closed", problem, by, at, grant, tickets=[ticket.pk for ticket in tickets])
    return problem


@transaction.atomic
def drop_problem(problem: CommonProblem, *, by: User, reason: str, at: datetime | None = None) -> CommonProblem:
    """撤销: it was no common problem after all. The tickets are free for another one."""
    problem, at, grant = _begin(problem, "drop_problem", by, at)
    problem.end_reason = required(one_line(reason)[:500], _("请写撤销的理由。"), "reason")
    tickets = _linked(problem, lock=True)
    _end(problem, commons.DROPPED, by, at)
    for ticket in tickets:
        ticket.acting = grant
        note("ticket.problem_left", ticket, by=by, at=at, firm_sees=False, tell=False, problem=problem.pk)
    outbox.tell("problem.dropped", problem, by, at, grant)
    return problem


def _end(problem: CommonProblem, status: str, by: User, at: datetime) -> None:
    problem.status, problem.ended_by, problem.ended_at = status, by, at
    problem.save()
    problem.links.filter(active=True).update(active=False)


# Suggested clusters -------------------------------------------------------------------------------------------


@transaction.atomic
def dismiss_cluster(cluster: SuggestedCluster, *, by: User, at: datetime | None = None) -> SuggestedCluster:
    """不是一回事: not suggested again, until a further firm has the same."""
    at = at or clock.now()
    _granted("open_problem", standing(None, by, at), "")
    cluster = SuggestedCluster.objects.select_for_update(of=("self",), no_key=True).get(pk=cluster.pk)
    if cluster.problem_id or cluster.dismissed_at:
        raise Refused(_("刚才已经有人处理过这一组。"))
    cluster.dismissed_by, cluster.dismissed_at = by, at
    cluster.save()
    return cluster


# What they share ----------------------------------------------------------------------------------------------


def _begin(problem: CommonProblem, verb: str, by: Doer, at: datetime | None) -> tuple[CommonProblem, datetime, Any]:
    """The problem, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    locked = CommonProblem.objects.select_for_update(of=("self",), no_key=True).get(pk=problem.pk)
    at = at or clock.now()
    return locked, at, _granted(verb, standing(locked, by, at), locked.status)


def _granted(verb: str, held: Mapping[str, Grant | None], status: str) -> Grant | None:
    sources, _targets, who = commons.PROBLEM_VERBS[verb]
    if sources and status not in sources:
        name = _(commons.PROBLEM_STATUSES[status])
        raise Refused(_("这个共性问题现在是“%(status)s”，不能再做这一步。") % {"status": name})
    if held.keys().isdisjoint(who):
        raise Refused(_("这一步不由您办理。"))
    allowed = [grant for capacity, grant in held.items() if capacity in who and grant]
    return min(allowed, key=lambda grant: grant.principal is not None, default=None)


def _linked(problem: CommonProblem, *, lock: bool = False) -> list[Ticket]:
    """The tickets in it now; one that became confidential meanwhile is not among them."""
    links = problem.links.filter(active=True).order_by().values("ticket")
    tickets = Ticket.objects.filter(pk__in=links, confidential=False).order_by("pk")
    if lock:
        return list(tickets.select_for_update(of=("self",), no_key=True))
    return list(tickets.select_related("enterprise"))


def _title(text: str, tickets: Iterable[Ticket]) -> str:
    """One line that names no firm: it stands on the tickets of all of them."""
    title = required(one_line(text), _("请写一个标题。"), "title")
    if len(title) > 80:
        raise Refused(_("标题最多 80 字。"), "title")
    names = anonymity.without_firms(tickets, title)
    if names:
        raise Refused(_("标题会出现在每一件里，不能有%(names)s。") % {"names": anonymity.named(names)}, "title")
    return title


def _usual_category(tickets: Sequence[Ticket]) -> Category | None:
    """The category that most of them have."""
    found = [ticket.category for ticket in tickets if ticket.category_id]
    return max(found, key=found.count, default=None)
