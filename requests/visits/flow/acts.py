"""The verbs on one visit (ENT-10) besides recording it (`requests.visits.recording`) and planning it (`.planning`)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from enterprises.models import Member, firms_of
from portal import deadlines, outbox
from portal.people.actors import Actor, person
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.people.rights import rights_of
from portal.people.roles import Role
from portal.worktime import clock
from portal.worktime.calendar import Limit, calendar
from portal.worktime.words import local_day
from requests.models import Visit, VisitAttempt, VisitDeadline
from requests.models.visits import VISITORS
from requests.visits import stages
from requests.visits.capacity import standing
from requests.visits.flow import core
from requests.visits.flow.planning import is_visitor

FURTHEST = timedelta(days=366)
OWN_MOVES = 1  # how often a visitor puts one visit off himself


@transaction.atomic
def not_reached(visit: Visit, *, by: User, why: str, text: str = "", at: datetime | None = None) -> Visit:
    """没有见到: somebody went in vain; the visit is still to be made and its clock runs on. Once a day."""
    visit, at, grant = core.begin(visit, "not_reached", by, at)
    if why not in VisitAttempt.Why.values:
        raise Refused(_("请选没有见到的原因。"), "why")
    last = visit.attempts.filter(by=by).last()
    if last is not None and local_day(last.at) == local_day(at):
        raise Refused(_("今天已经记过一次没有见到。"))
    VisitAttempt.objects.create(visit=visit, why=why, text=" ".join(text.split())[:300], by=by, at=at)
    outbox.tell("visit.not_reached", visit, by, at, grant, told=False, why=why)
    return visit


@transaction.atomic
def move(visit: Visit, *, by: User, to: date, reason: str, at: datetime | None = None) -> Visit:
    """改期: a new due day. The visitor puts it off himself once, before it is due; who oversees visits at any time."""
    visit, at, grant = core.begin(visit, "move", by, at)
    reason = required_line(reason, _("请写改期的原因。"))
    clocks = VisitDeadline.objects.running().filter(subject=visit)
    running = clocks.first()
    oversees = not standing(visit, by, at).keys().isdisjoint(stages.OVERSEES)
    if not oversees and (visit.moves >= OWN_MOVES or running is None or running.due_at < at):
        raise Refused(_("您自己只能在到期前改一次，再改请督查员办。"))
    if not local_day(at) <= to <= local_day(at) + FURTHEST:
        raise Refused(_("请选今天以后、一年以内的日子。"), "to")
    known = calendar()
    due = known.close(to if known.is_working(to) else known.add_working_days(to, 1))
    if due <= at:
        raise Refused(_("今天已经下班，请选以后的日子。"), "to")
    if running is not None and running.due_at == due:
        raise Refused(_("和原来的日子一样。"), "to")
    former = running.due_at if running else None
    _set_due(visit, running, due, at)
    if not oversees:
        visit.moves += 1
    visit.opens_at, visit.moved_for = min(visit.opens_at, at), reason
    visit.save(update_fields=["moves", "opens_at", "moved_for"])
    outbox.tell("visit.moved", visit, by, at, grant, former=former, due_at=due)
    return visit


def _set_due(visit: Visit, running: VisitDeadline | None, due: datetime, at: datetime) -> None:
    """Later: the same clock goes on. Earlier, or before it began: a new one, for that is no extension."""
    if running is not None and running.started_at <= at and due > running.due_at:
        deadlines.extend(VisitDeadline, visit, core.OBLIGATION, at=at, to=due)
        return
    core.cancel(visit, at)
    core.start(visit, at=at, limit=Limit.until(due))


@transaction.atomic
def reassign(visit: Visit, *, by: User, visitor: User, at: datetime | None = None) -> Visit:
    """换人走访: the clock goes on with whoever takes it over; both are told."""
    visit, at, grant = core.begin(visit, "reassign", by, at)
    if visitor.pk == visit.visitor_id:
        raise Refused(_("本来就由%(name)s走访。") % {"name": visitor.name}, "visitor")
    _demand_able(visit, visitor, at)
    former = _give_to(visit, visitor)
    outbox.tell("visit.reassigned", visit, by, at, grant, former=former, visitor=visitor.pk)
    return visit


def _demand_able(visit: Visit, visitor: User, at: datetime) -> None:
    if not is_visitor(visitor, at):
        raise Refused(_("%(name)s不是管家、助企员、网格员、督查员或镇领导。") % {"name": visitor.name}, "visitor")
    if visit.enterprise_id in firms_of(visitor, at):
        raise Refused(_("%(name)s是这家企业的人，不能走访自己的企业。") % {"name": visitor.name}, "visitor")


def _give_to(visit: Visit, visitor: User) -> int:
    former, visit.visitor = visit.visitor, visitor
    visit.save(update_fields=["visitor"])
    deadlines.readdress(VisitDeadline, visit, former, visitor)
    return former.pk


@transaction.atomic
def cancel(visit: Visit, *, by: User, reason: str, at: datetime | None = None) -> Visit:
    """取消: it need not be made any more."""
    visit, at, grant = core.begin(visit, "cancel", by, at)
    visit.status, visit.ended_by, visit.ended_at = stages.CANCELLED, by, at
    visit.end_reason = required_line(reason, _("请写取消的理由。"))
    visit.save()
    core.cancel(visit, at)
    outbox.tell("visit.cancelled", visit, by, at, grant)
    return visit


@transaction.atomic
def answer(visit: Visit, *, by: User, answer: str, text: str = "", at: datetime | None = None) -> Visit:
    """The firm says whether it was so, or adds something; once."""
    visit, at, grant = core.begin(visit, "answer", by, at)
    if visit.answer:
        raise Refused(_("已经答复过了。"))
    text = " ".join((text or "").split())[:500]
    if answer not in Visit.Answer.values:
        raise Refused(_("请选一项。"), "answer")
    if answer == Visit.Answer.COMMENTED and not text:
        raise Refused(_("请写要补充什么。"), "text")
    visit.answer, visit.answer_text, visit.answered_by, visit.answered_at = answer, text, by, at
    visit.save()
    outbox.tell("visit.answered", visit, by, at, grant, firm_sees=True, answer=answer)
    return visit


def able_to_visit(user: User, at: datetime | None = None) -> Q:
    """The people to whom `hand_over` gives the visits that `user` has still to make; everybody where there is none."""
    visits = Visit.objects.planned().filter(visitor=user)
    if not visits.exists():
        return Q()
    own = Member.objects.current(at).filter(enterprise__in=visits.values("enterprise"))
    return Q(pk__in=User.objects.serving(*VISITORS, at=at)) & ~Q(pk__in=own.values("user"))


@transaction.atomic
def hand_over(user: User, to: User, *, by: Actor, at: datetime | None = None) -> int:
    """What somebody who leaves had still to visit goes to `to` in one act (handbook §1); how many visits.

    Raises Refused where `to` cannot visit, or is of one of the firms.
    """
    at = at or clock.now()
    rows = Visit.objects.planned().filter(visitor=user).select_for_update(of=("self",), no_key=True)
    visits = list(rows.select_related("visitor").order_by("pk"))
    doer = person(by)
    grant = rights_of(doer, at).grant(Role.ADMINISTRATOR) if doer else None
    for visit in visits:
        _demand_able(visit, to, at)
        _give_to(visit, to)
        outbox.tell("visit.handed_over", visit, by, at, grant, told=False, former=user.pk, visitor=to.pk)
    return len(visits)
