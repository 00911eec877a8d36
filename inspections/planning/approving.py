"""The approval of a plan (INS-4): every rule once more, then all of it at once: visits, needs, letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from enterprises.models import Enterprise, firms_of
from portal import deadlines, outbox
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant
from portal.trail.entries import Audience, record_each
from portal.trail.models import subject_type
from portal.worktime import words as days
from portal.worktime.words import local_day
from requests.models import SerialNumber

from .. import planner
from ..models import Entry, JointVisit, Need, Plan, PlanDeadline
from ..needs import stages as needs
from ..visits import stages as visits
from . import capacity, crews, flow, stages, words
from .moving import with_crews
from .reading import World, horizon, load

SHOWN = 3  # faults that a refusal names
GATE = {  # what the database's own checks say (INS-2)
    "need_of_whitelisted_firm": gettext_noop("有企业刚列入白名单，自选和随机检查不能安排。"),
    "listed_over_waiting_needs": gettext_noop("有企业刚列入白名单，自选和随机检查不能安排。"),
    "visits_beyond_yearly_cap": gettext_noop("有企业刚到年度检查上限。"),
    "visits_of_several_agencies_too_near": gettext_noop("有白名单企业的检查和其他部门的检查隔得太近。"),
    "": gettext_noop("有检查和刚发生的变化冲突。"),
}


@dataclass(frozen=True)
class Fault:
    """What forbids the approval: of which firm, on which day."""

    firm: Enterprise | None
    sentence: str

    def said(self, by: User) -> str:
        """With the firm's name, but not to somebody who belongs to it."""
        if self.firm is None:
            return self.sentence
        name = _("一家企业") if self.firm.pk in firms_of(by) else self.firm.called
        return _("%(firm)s：%(what)s") % {"firm": name, "what": self.sentence}


def world_of(plan: Plan, at: datetime) -> World:
    """The plan's open needs among all that stands now, each team by itself."""
    chosen = Need.objects.filter(plan=plan, status=needs.OPEN)
    return load(chosen, horizon(plan.first, plan.last, after=local_day(at)), plan.gap, by_team=True)


def proposals(plan: Plan) -> list[JointVisit]:
    own = JointVisit.objects.filter(plan=plan, status=visits.PROPOSED).order_by("day", "pk")
    return list(with_crews(own.select_related("enterprise")))


def faults(plan: Plan, at: datetime) -> list[Fault]:
    """Every rule the plan would break as things stand now; ten queries or so, however large it is."""
    world, rows = world_of(plan, at), proposals(plan)
    if not world.days:
        return [Fault(None, words.no_day())]
    firms = {row.enterprise_id: row.enterprise for row in rows}
    planned = crews.as_planned(world, rows)
    done = {key for visit in planned for key in visit.by}
    asked = planner.Plan((*planned, *_ghosts(world)), frozenset(world.needs.keys() - done))
    found = [_fault(breach, world, firms, rows) for breach in planner.broken(world.instance, asked)]
    return [*dict.fromkeys(found), *_whitelisted(rows, world)]


def _ghosts(world: World) -> Iterable[planner.Visit]:
    world.instance  # noqa: B018  makes them
    return world.ghosts


def _fault(breach: planner.Broken, world: World, firms: dict[int, Enterprise], rows: list[JointVisit]) -> Fault:
    sentence = words.said(breach, world)
    if breach.rule == planner.Rule.CAPACITY:  # of an agency and a day: the first of its firms stands for all
        day = world.days[breach.day] if breach.day is not None else None
        there = [row for row in rows if row.day == day and breach.agency in {one.agency_id for one in row.parts.all()}]
        return Fault(there[0].enterprise if there else None, sentence)
    if breach.firm is not None and breach.firm in firms:
        if breach.day is not None and 0 <= breach.day < len(world.days):
            name = days.day(world.days[breach.day])
            sentence = _("%(day)s的检查：%(what)s") % {"day": name, "what": sentence}
        return Fault(firms[breach.firm], sentence)
    return Fault(None, sentence)


def _whitelisted(rows: list[JointVisit], world: World) -> list[Fault]:
    """Firms that came onto the whitelist meanwhile (INS-2); the gate asked of all others as they were entered."""
    if not rows:
        return []
    listed = Entry.objects.standing(rows[0].day, rows[-1].day).filter(
        enterprise__in=[row.enterprise_id for row in rows]
    )
    terms: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in listed:
        terms[entry.enterprise_id].append(entry)
    barred = {need.visit_id for need in world.needs.values() if _is_barred(need)}
    return [
        Fault(row.enterprise, _("已列入白名单，自选和随机检查不能安排，请把它移出计划。"))
        for row in rows
        if row.pk in barred and any(one.term_from <= row.day <= one.term_until for one in terms[row.enterprise_id])
    ]


def _is_barred(need: Need) -> bool:
    return need.kind == needs.SELF_CHOSEN or (need.kind == needs.RANDOM and not need.ordered_by)


def demand_lawful(plan: Plan, by: User, at: datetime) -> None:
    """Raises Refused, naming firms and rules, where the plan breaks any, or has no visit."""
    if not JointVisit.objects.filter(plan=plan, status=visits.PROPOSED).exists():
        raise Refused(_("计划里没有一次检查，请先计算。"))
    found = faults(plan, at)
    if not found:
        return
    said = [fault.said(by) for fault in found[:SHOWN]]
    if len(found) > SHOWN:
        more = len(found) - SHOWN
        said.append(ngettext("另外还有 %(n)s 处。", "另外还有 %(n)s 处。", more) % {"n": more})
    raise Refused("\n".join(said))


@transaction.atomic
def approve(plan: Plan, *, by: User, at: datetime | None = None) -> Plan:
    """批准: visits are scheduled and needs planned; firms are told where the law allows, agencies get their lists.

    What found no place waits for another plan. The last line is the database's own (INS-2): what it refuses is said.
    """
    plan, at, grant = flow.begin(plan, "approve", by, at)
    if capacity.submitted_it(plan, by, grant):
        raise Refused(_("计划由您送审，请由另一位负责人批准。"))
    own = JointVisit.objects.filter(plan=plan, status=visits.PROPOSED)
    _lock(plan, own)
    demand_lawful(plan, by, at)
    try:
        with transaction.atomic():
            scheduled = _carry_out(plan, by, at, grant)
    except IntegrityError as error:
        code = getattr(getattr(error.__cause__, "diag", None), "message_primary", "")
        raise Refused(_("批准没有成功：%(why)s请退回重新计算。") % {"why": _(GATE.get(code, GATE[""]))}) from error
    deadlines.meet(PlanDeadline, plan, flow.OBLIGATION, at=at)
    outbox.tell("inspection_plan.approved", plan, by, at, grant)
    _tell_firms([visit for visit in scheduled if visit.told_at is not None], by, at)
    return plan


def _carry_out(plan: Plan, by: User, at: datetime, grant: Grant | None) -> list[JointVisit]:
    """The rows. What the database looks at when the transaction ends it is asked now, while somebody can be told."""
    own = JointVisit.objects.filter(plan=plan, status=visits.PROPOSED)
    scheduled = _schedule(list(own.order_by("day", "pk")), at)
    placed = list(Need.objects.filter(visit__in=[visit.pk for visit in scheduled], status=needs.OPEN))
    Need.objects.filter(pk__in=[need.pk for need in placed]).update(status=needs.PLANNED, unplaced={})
    left = Need.objects.filter(plan=plan, status=needs.OPEN).update(plan=None)
    figures = plan.figures | {"visits": len(scheduled), "needs": len(placed), "unserved": left}
    flow.put(plan, stages.APPROVED, at, approved_by=by, approved_at=at, reason="", figures=figures)
    _record(scheduled, placed, by, at, grant)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return scheduled


TOLD = """
WITH told AS (
    SELECT 'joint_visit.scheduled' AS kind, %(type)s AS subject_type, visit AS subject_id,
           'joint_visit.scheduled:' || visit AS key, %(at)s::timestamptz AS at, NULL::timestamptz AS not_before,
           jsonb_build_object('by', %(by)s::bigint) AS data
      FROM unnest(%(visits)s::bigint[]) AS visit)
"""


def _tell_firms(announced: list[JointVisit], by: User, at: datetime) -> None:
    """One message for each, in one statement."""
    with connection.cursor() as cursor:
        given: Any = {"type": subject_type(JointVisit), "at": at, "by": by.pk, "visits": [one.pk for one in announced]}
        cursor.execute(TOLD + outbox.queueing_each("told"), given)
    outbox.wake_after_commit()


def _lock(plan: Plan, own: Iterable[JointVisit]) -> None:
    """In the room's order: needs and visits by their keys, then the firms, so that nobody lists one meanwhile."""
    list(Need.objects.select_for_update(of=("self",), no_key=True).filter(plan=plan).order_by("pk").values_list("pk"))
    rows = JointVisit.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=[one.pk for one in own])
    firms = [row.enterprise_id for row in rows.order_by("pk")]
    held = Enterprise.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=firms).order_by("pk")
    list(held.values_list("pk"))


def _schedule(rows: list[JointVisit], at: datetime) -> list[JointVisit]:
    """Numbers in the order of the days; an unannounced visit is told to nobody before it begins."""
    day = f"{local_day(at):%Y%m%d}"
    surprising = set(
        Need.objects.filter(visit__in=[row.pk for row in rows], unannounced=True).values_list("visit", flat=True)
    )
    for row in rows:
        row.number = f"JC-{day}-{SerialNumber.take(f'JC:{day}'):04d}"
        row.status, row.locked = visits.SCHEDULED, False
        row.unannounced = row.pk in surprising
        row.told_at = None if row.unannounced else at
    JointVisit.objects.bulk_update(rows, ["number", "status", "locked", "unannounced", "told_at"], batch_size=500)
    return rows


def _record(scheduled: list[JointVisit], done: list[Need], by: User, at: datetime, grant: Grant | None) -> None:
    told: dict[int, dict[str, Any]] = {row.pk: {} for row in scheduled if row.told_at is not None}
    quiet: dict[int, dict[str, Any]] = {row.pk: {} for row in scheduled if row.told_at is None}
    for rows, audience in ((told, Audience.FIRM), (quiet, Audience.OFFICE)):
        if rows:
            record_each("joint_visit.scheduled", JointVisit, rows, by=by, at=at, audience=audience, grant=grant)
    planned = {need.pk: {"visit": need.visit_id} for need in done}
    record_each("need.planned", Need, planned, by=by, at=at, grant=grant)
