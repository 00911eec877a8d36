"""A plan of visits (ENT-10): which firms, how often, from when to when, by whom; made and called off as a whole.

The rounds of a plan share its working days equally, and within a round each visitor's firms fall due one after the
other, neighbours together, so that nobody has them all on the last day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.keylists.standing import key_firms, leader_contacts
from enterprises.models import Criterion, Enterprise, Member, Outcome, PlaceMember, Stewardship
from portal import outbox
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.people.rights import rights_of
from portal.worktime import clock
from portal.worktime.calendar import SHANGHAI, Calendar, Limit, calendar
from portal.worktime.words import local_day
from requests.models import Visit, VisitPlan
from requests.models.visits import VISITORS
from requests.visits import stages
from requests.visits.capacity import granted
from requests.visits.flow import core

MOST = 1000  # visits of one plan
LONGEST = timedelta(days=400)
Source, Goes = VisitPlan.Source, VisitPlan.Goes


@dataclass(frozen=True)
class Wanted:
    """What a plan is to be."""

    title: str
    source: str
    goes: str
    since: date
    until: date
    times: int = 1
    purpose: str = ""
    level: str = ""
    criterion: Criterion | None = None
    firms: Sequence[Enterprise] = ()
    person: User | None = None


@dataclass(frozen=True)
class Planned:
    """What was made of it; `without` are the firms left out, for nobody is there to visit them."""

    plan: VisitPlan
    visits: int
    without: list[Enterprise] = field(default_factory=list)


@transaction.atomic
def plan_visits(wanted: Wanted, *, by: User, at: datetime | None = None) -> Planned:
    """制定走访计划. Raises Refused where there are no firms, nobody to go, or too few working days."""
    at = at or clock.now()
    rights = rights_of(by, at)
    grant = granted("plan_visits", "", {role: rights.grant(role) for role in stages.OVERSEES if rights.has(role)})
    title = required_line(wanted.title, _("请写计划的名称。"), "title", 60)
    _check_days(wanted, at)
    firms = firms_of_plan(wanted, at)
    visitors = _visitors(wanted, firms, at)
    going = [firm for firm in firms if firm.pk in visitors]
    if not going:
        raise Refused(_("这些企业都没有%(who)s，请换一种人去。") % {"who": Goes(wanted.goes).label}, "goes")
    if len(going) * wanted.times > MOST:
        raise Refused(_("一个计划最多 %(n)s 次走访，请分成几个。") % {"n": MOST}, "times")
    plan = VisitPlan.objects.create(
        title=title,
        purpose=wanted.purpose.strip(),
        source=wanted.source,
        level=wanted.level if wanted.source == Source.KEY_LIST else "",
        criterion=wanted.criterion if wanted.source == Source.CRITERION else None,
        goes=wanted.goes,
        times=wanted.times,
        since=wanted.since,
        until=wanted.until,
        made_by=by,
        made_at=at,
    )
    count = _make(plan, going, visitors, by, at)
    outbox.tell("visit_plan.made", plan, by, at, grant, told=False, visits=count, firms=len(going))
    return Planned(plan, count, [firm for firm in firms if firm.pk not in visitors])


def _check_days(wanted: Wanted, at: datetime) -> None:
    today = local_day(at)
    if wanted.since < today:
        raise Refused(_("开始的日子不能早于今天。"), "since")
    if not wanted.since < wanted.until <= wanted.since + LONGEST:
        raise Refused(_("截止的日子要在开始以后、一年左右以内。"), "until")
    if not 1 <= wanted.times <= 12:
        raise Refused(_("每家 1 到 12 次。"), "times")
    if calendar().working_days_between(wanted.since, wanted.until) < wanted.times:
        raise Refused(_("这段时间的工作日不够走访 %(n)s 次。") % {"n": wanted.times}, "until")


def firms_of_plan(wanted: Wanted, at: datetime | None = None) -> list[Enterprise]:
    """The firms that are meant, by place. Raises Refused where there are none."""
    found = Enterprise.objects.filter(status=Enterprise.Status.ACTIVE)
    if wanted.source == Source.KEY_LIST:
        found = found.filter(pk__in=key_firms(wanted.level, at).values("pk"))
    elif wanted.source == Source.CRITERION:
        if wanted.criterion is None:
            raise Refused(_("请选一个条件。"), "criterion")
        fits = Outcome.objects.filter(criterion=wanted.criterion, outcome=Outcome.Is.YES)
        found = found.filter(pk__in=fits.values("enterprise_id"))
    else:
        found = found.filter(pk__in=[firm.pk for firm in wanted.firms])
    firms = list(found.select_related("place").order_by("place__path", "name", "pk")[: MOST + 1])
    if not firms:
        sentence = _("还没有已批准的名单。") if wanted.source == Source.KEY_LIST else _("没有可以走访的企业。")
        raise Refused(sentence, "firms" if wanted.source == Source.CHOSEN else "source")
    return firms


def _visitors(wanted: Wanted, firms: list[Enterprise], at: datetime) -> dict[int, User]:
    """Who goes to which firm; nobody to the firm he belongs to (handbook §1)."""
    if wanted.goes == Goes.PERSON:
        if wanted.person is None or not is_visitor(wanted.person, at):
            raise Refused(_("请选一位管家、助企员、网格员、督查员或镇领导。"), "person")
        found = {firm.pk: wanted.person for firm in firms}
    elif wanted.goes == Goes.LEADER:
        found = leader_contacts([firm.pk for firm in firms], at)
    elif wanted.goes == Goes.GRID:
        found = _grid_members(firms, at)
    else:
        ties = Stewardship.objects.current(at).filter(kind=Stewardship.Kind.STEWARD, enterprise__in=firms)
        found = {tie.enterprise_id: tie.user for tie in ties.select_related("user")}
    members = Member.objects.current(at).filter(enterprise__in=firms, user__in={user.pk for user in found.values()})
    own = set(members.values_list("enterprise", "user"))
    return {firm: user for firm, user in found.items() if user.is_active and (firm, user.pk) not in own}


def is_visitor(user: User, at: datetime | None = None) -> bool:
    return User.objects.serving(*VISITORS, at=at).filter(pk=user.pk).exists()


def _grid_members(firms: list[Enterprise], at: datetime) -> dict[int, User]:
    """The grid member of the firm's own place, else of the nearest above it that has one."""
    ties = PlaceMember.objects.current(at).select_related("place", "user").order_by("pk")
    by_path = {tie.place.path: tie.user for tie in ties}
    nearest = sorted(by_path, key=len, reverse=True)
    found = {firm.pk: next((path for path in nearest if firm.place.path.startswith(path)), None) for firm in firms}
    return {firm: by_path[path] for firm, path in found.items() if path is not None}


@dataclass(frozen=True)
class Slot:
    """When a visit may begin, and how many working days after that it is due."""

    opens_at: datetime
    days: int


def slots(known: Calendar, since: date, until: date, times: int, count: int, at: datetime) -> Iterator[list[Slot]]:
    """For each round of a plan the slots of one visitor who has `count` firms, in order."""
    whole = known.working_days_between(since, until)
    for n in range(times):
        first, last = whole * n // times, whole * (n + 1) // times
        day = known.add_working_days(since, first) if first else since
        opens = max(at, known.opens_at(datetime.combine(day, time.min, SHANGHAI)))
        days = last - first
        yield [Slot(opens, max(1, -(-days * (i + 1) // count))) for i in range(count)]


def _make(plan: VisitPlan, firms: list[Enterprise], visitors: dict[int, User], by: User, at: datetime) -> int:
    """The visits with their clocks; each visitor is told once how many are his."""
    known, made = calendar(), 0
    ordered = sorted(firms, key=lambda firm: visitors[firm.pk].pk)  # stable: neighbours stay together
    for pk, group in groupby(ordered, key=lambda firm: visitors[firm.pk].pk):
        own = list(group)
        visitor = visitors[own[0].pk]
        for part in slots(known, plan.since, plan.until, plan.times, len(own), at):
            rows = [_visit(plan, firm, visitor, slot.opens_at, by, at) for firm, slot in zip(own, part, strict=True)]
            Visit.objects.bulk_create(rows)
            for visit, slot in zip(rows, part, strict=True):
                core.start(visit, at=slot.opens_at, limit=Limit.working_days(slot.days))
            made += len(rows)
        told: dict[str, Any] = {"user": pk, "visits": len(own) * plan.times}
        outbox.queue("visit_plan.made", plan, key=f"visit_plan.made:{plan.pk}:{pk}", at=at, by=by.pk, **told)
    return made


def _visit(plan: VisitPlan, firm: Enterprise, visitor: User, opens: datetime, by: User, at: datetime) -> Visit:
    return Visit(
        plan=plan,
        enterprise=firm,
        visitor=visitor,
        status=stages.PLANNED,
        opens_at=opens,
        created_by=by,
        created_at=at,
    )


@transaction.atomic
def call_off(plan: VisitPlan, *, by: User, reason: str, at: datetime | None = None) -> VisitPlan:
    """撤销计划: what is still to be visited is cancelled, what was done stays."""
    plan = VisitPlan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    at = at or clock.now()
    rights = rights_of(by, at)
    grant = granted("plan_visits", "", {role: rights.grant(role) for role in stages.OVERSEES if rights.has(role)})
    if plan.ended_at is not None:
        raise Refused(_("这个计划已经撤销。"))
    plan.ended_by, plan.ended_at = by, at
    plan.end_reason = required_line(reason, _("请写撤销的理由。"))
    plan.save()
    visits = plan.visits.planned().select_for_update(of=("self",), no_key=True).order_by("pk")
    dropped = list(visits.select_related("visitor"))
    for visit in dropped:
        visit.status, visit.ended_by, visit.ended_at = stages.CANCELLED, by, at
        visit.end_reason = plan.end_reason
        visit.save()
        core.cancel(visit, at)
    users = sorted({visit.visitor_id for visit in dropped})
    outbox.tell("visit_plan.called_off", plan, by, at, grant, users=users, visits=len(dropped))
    return plan
