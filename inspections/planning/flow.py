"""The verbs on plans but the approval (`approving`) and what the worker does (`working`): the only code that moves one.

Every verb has one shape: `verb(plan, *, by, …, at=None)`, one transaction, `Refused` where the table or the rules say
no. `at=None` is the database's `now()`; only the demo and tests give another instant.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal import deadlines, outbox, trail
from portal.deadlines.obligations import ObligorKind
from portal.people.models import User
from portal.people.refusal import Refused, required_line
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.words import local_day

from ..models import Agency, JointVisit, Need, Plan, PlanDeadline, Rules
from ..models.needs import NeedQuerySet
from ..needs import stages as needs
from ..numbers import number
from ..visits import stages as visits
from . import capacity, storing
from .moving import Outcome, Trial, trial_of
from .reading import horizon
from .stages import COMPUTING, DRAFT, DROPPED, PROPOSED, SUBMITTED

OBLIGATION = "plan_approve"
LONGEST = 200  # days of a span
MOST_SECONDS = 600
MOST_GAP = 120


def candidates(first: date, last: date, agencies: Collection[int] = (), kinds: Collection[str] = ()) -> NeedQuerySet:
    """The needs that a plan of the span would take, of these agencies and kinds (none named: of all)."""
    found = Need.objects.waiting(first, last)
    if agencies:
        found = found.filter(agency__in=agencies)
    return found.filter(kind__in=kinds) if kinds else found


@transaction.atomic
def create(
    *,
    by: User,
    title: str,
    first: date,
    last: date,
    gap: int | None = None,
    seconds: int = 20,
    agencies: Collection[Agency] = (),
    kinds: Collection[str] = (),
    at: datetime | None = None,
) -> Plan:
    """编制计划: takes in all that waits and has a day of its window in the span, of these agencies and kinds."""
    at = at or clock.now()
    grant = _keeper(by, at)
    rules = Rules.now()
    gap = rules.gap if gap is None else gap
    title = required_line(title, _("请写计划名称，如“2027 年第一季度联合检查”。"), "title", 60)
    _check(first, last, gap, seconds, rules, at)
    plan = Plan.objects.create(
        number=number("JH", at),
        title=title,
        first=first,
        last=last,
        gap=gap,
        seconds=seconds,
        status=DRAFT,
        created_by=by,
        created_at=at,
        moved_at=at,
    )
    chosen = candidates(first, last, [one.pk for one in agencies], kinds)
    if not (n := chosen.update(plan=plan, visit=None, unplaced={})):
        raise Refused(_("这段时间没有待安排的检查需求，请换一段时间，或先请各部门录入需求。"), "first")
    trail.record("inspection_plan.created", plan, by=by, at=at, grant=grant, data={"needs": n})
    return plan


def _keeper(by: User, at: datetime) -> Grant | None:
    held = capacity.towards(by, at)
    if "keeper" not in held:
        raise Refused(_("检查计划由统筹部门编制。"))
    return held["keeper"]


def _check(first: date, last: date, gap: int, seconds: int, rules: Rules, at: datetime) -> None:
    """Raises Refused with the field that is wrong. The cap is one of a calendar year, so a plan lies within one."""
    if first <= local_day(at):
        raise Refused(_("计划最早从明天开始。"), "first")
    if last < first:
        raise Refused(_("结束日期不能早于开始日期。"), "last")
    if first.year > local_day(at).year + 1:
        raise Refused(_("最远只能编到明年。"), "first")
    if (last - first).days > LONGEST:
        raise Refused(_("一份计划最长 %(n)s 天，请分成几份。") % {"n": LONGEST}, "last")
    if first.year != last.year:
        raise Refused(_("检查上限按年计算，计划不能跨年，请分成两份。"), "last")
    if not horizon(first, last, after=local_day(at)):
        raise Refused(_("这段时间没有工作日。"), "last")
    if not rules.gap <= gap <= MOST_GAP:
        raise Refused(_("间隔请填 %(n)s 到 %(most)s 个工作日。") % {"n": rules.gap, "most": MOST_GAP}, "gap")
    if not 1 <= seconds <= MOST_SECONDS:
        raise Refused(_("计算时间请填 1 到 %(n)s 秒。") % {"n": MOST_SECONDS}, "seconds")


@transaction.atomic
def take_in(plan: Plan, *, by: User, at: datetime | None = None) -> int:
    """补入: what has come to wait since; how many. They find their places with the next computing, or by hand."""
    plan, at, grant = begin(plan, "take_in", by, at)
    n = candidates(plan.first, plan.last).update(plan=plan, visit=None, unplaced={})
    if not n:
        raise Refused(_("没有新的待安排需求。"))
    trail.record("inspection_plan.taken_in", plan, by=by, at=at, grant=grant, data={"needs": n})
    return n


@transaction.atomic
def take_out(plan: Plan, chosen: Sequence[Need], *, by: User, at: datetime | None = None) -> int:
    """移出: they wait for another plan; a visit that has nothing else goes with them."""
    plan, at, grant = begin(plan, "take_out", by, at)
    own = _of_plan(plan, [need.pk for need in chosen])
    for firm in sorted({need.enterprise_id for need in own}):
        trial = trial_of(plan, firm, at)
        _leave(trial, {need.pk for need in own if need.enterprise_id == firm})
    Need.objects.filter(pk__in=[need.pk for need in own]).update(plan=None, visit=None, unplaced={})
    gone = [need.pk for need in own]
    trail.record("inspection_plan.taken_out", plan, by=by, at=at, grant=grant, data={"needs": gone})
    return len(own)


@transaction.atomic
def compute(plan: Plan, *, by: User, seconds: int | None = None, at: datetime | None = None) -> Plan:
    """计算: the worker makes the visits; those that are fixed stay. What was found before stands until then."""
    plan, at, grant = begin(plan, "compute", by, at)
    if not Need.objects.filter(plan=plan, status=needs.OPEN).exists():
        raise Refused(_("计划里没有待安排的需求，请先补入。"))
    if seconds is not None:
        if not 1 <= seconds <= MOST_SECONDS:
            raise Refused(_("计算时间请填 1 到 %(n)s 秒。") % {"n": MOST_SECONDS}, "seconds")
        plan.seconds = seconds
    put(plan, COMPUTING, at, run=None, beat_at=None, tries=0, progress={}, reason="", seconds=plan.seconds)
    trail.record("inspection_plan.asked", plan, by=by, at=at, grant=grant, data={"seconds": plan.seconds})
    _wake()
    return plan


def _wake() -> None:
    from .tasks import wake

    transaction.on_commit(wake, robust=True)


@transaction.atomic
def settle_for(plan: Plan, *, by: User, at: datetime | None = None) -> Plan:
    """就用现在的方案: the worker ends with the best it has found by now."""
    plan, at, grant = begin(plan, "settle_for", by, at)
    put(plan, COMPUTING, at, progress=plan.progress | {"enough": True})
    trail.record("inspection_plan.settled_for", plan, by=by, at=at, grant=grant)
    return plan


@transaction.atomic
def stop(plan: Plan, *, by: User, at: datetime | None = None) -> Plan:
    """停止计算: as it was before; whatever the worker still brings is not taken."""
    plan, at, grant = begin(plan, "stop", by, at)
    give_back(plan, at)
    trail.record("inspection_plan.stopped", plan, by=by, at=at, grant=grant)
    return plan


def give_back(plan: Plan, at: datetime, problem: str = "") -> None:
    """Out of the worker's hands, the former proposals standing; `problem` tells why it could not be done."""
    had = JointVisit.objects.filter(plan=plan, status=visits.PROPOSED).exists()
    kept = {"problem": problem} if problem else {}
    put(plan, PROPOSED if had else DRAFT, at, run=None, beat_at=None, progress=kept)


@transaction.atomic
def move(
    plan: Plan,
    moved: Collection[int],
    day: date | None,
    *,
    by: User,
    lock: bool = True,
    at: datetime | None = None,
) -> Outcome | None:
    """调整: needs of one firm (by their keys) to another day, joining the visit that is there; None: out of any.

    Rules are hard: what would break one is refused. What a person has put somewhere is fixed there.
    """
    plan, at, grant = begin(plan, "move", by, at)
    own = _of_plan(plan, moved)
    firm = own[0].enterprise_id
    if any(need.enterprise_id != firm for need in own):
        raise Refused(_("一次只能调整一家企业的检查。"))
    trial, keys = trial_of(plan, firm, at), {need.pk for need in own}
    former = sorted({str(visit.day) for visit in trial.visits for need in own if need.visit_id == visit.pk})
    outcome = None if day is None else trial.at(keys, day)
    if outcome is not None and outcome.sentences:
        raise Refused("\n".join(outcome.sentences), "day")
    _leave(trial, keys, outcome.joins if outcome else None)
    if outcome is not None and day is not None:
        visit = outcome.joins or storing.proposal(plan, firm, day, by, at)
        visit.locked = lock or visit.locked
        visit.save()
        storing.fill({visit: outcome.teams}, trial.world)
    else:
        Need.objects.filter(pk__in=keys).update(unplaced={"plan": plan.pk, "reasons": [{"why": "by_hand"}]})
    data = {"needs": sorted(keys), "from": former, "to": str(day) if day else None}
    trail.record("inspection_plan.adjusted", plan, by=by, at=at, grant=grant, data=data)
    _touch(plan, at)
    return outcome


def _leave(trial: Trial, keys: Collection[int], joins: JointVisit | None = None) -> None:
    """Takes needs out of their visits; who has nothing left to do there does not go, and an empty visit goes."""
    for visit in trial.visits:
        own = {need.pk: need for need in trial.world.needs.values() if need.visit_id == visit.pk}
        if visit == joins or own.keys().isdisjoint(keys):
            continue
        rest = {key: trial.team_of(visit, need) for key, need in own.items() if key not in keys}
        if rest:
            storing.fill({visit: rest}, trial.world)
        else:
            storing.remove([visit])


def _of_plan(plan: Plan, chosen: Collection[int]) -> list[Need]:
    """Locked in the order of their keys. Raises Refused where one is not, or no longer, the plan's to move."""
    rows = Need.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=chosen).order_by("pk")
    found = list(rows.filter(plan=plan, status=needs.OPEN))
    if not found or len(found) != len(set(chosen)):
        raise Refused(_("有需求已不在这份计划里，请刷新页面。"))
    return found


@transaction.atomic
def lock(plan: Plan, visit: JointVisit, *, by: User, at: datetime | None = None) -> None:
    """固定: computing again leaves the visit where it is."""
    _fix(plan, visit, True, by, at)


@transaction.atomic
def unlock(plan: Plan, visit: JointVisit, *, by: User, at: datetime | None = None) -> None:
    """取消固定."""
    _fix(plan, visit, False, by, at)


def _fix(plan: Plan, visit: JointVisit, locked: bool, by: User, at: datetime | None) -> None:
    verb = "lock" if locked else "unlock"
    plan, at, grant = begin(plan, verb, by, at)
    if not JointVisit.objects.filter(pk=visit.pk, plan=plan, status=visits.PROPOSED).update(locked=locked):
        raise Refused(_("这次检查已不在计划里，请刷新页面。"))
    trail.record(f"inspection_plan.{verb}ed", plan, by=by, at=at, grant=grant, data={"visit": visit.pk})
    _touch(plan, at)


@transaction.atomic
def submit(plan: Plan, *, by: User, at: datetime | None = None) -> Plan:
    """送审: every rule is asked once more; the approver has `plan_approve` to answer."""
    from .approving import demand_lawful

    plan, at, grant = begin(plan, "submit", by, at)
    demand_lawful(plan, by, at)
    put(plan, SUBMITTED, at, submitted_by=by, reason="", progress={})
    keeper = Agency.objects.get(approves_plans=True).department
    kind = ObligorKind.DEPARTMENT
    deadlines.start(PlanDeadline, plan, OBLIGATION, at=at, obligor_kind=kind, department=keeper)
    outbox.tell("inspection_plan.submitted", plan, by, at, grant)
    return plan


@transaction.atomic
def send_back(plan: Plan, *, by: User, reason: str, at: datetime | None = None) -> Plan:
    """退回修改: to its makers, with the reason."""
    plan, at, grant = begin(plan, "send_back", by, at)
    put(plan, PROPOSED, at, reason=required_line(reason, _("请写为什么退回、要改什么。")))
    deadlines.meet(PlanDeadline, plan, OBLIGATION, at=at)
    outbox.tell("inspection_plan.sent_back", plan, by, at, grant)
    return plan


@transaction.atomic
def drop(plan: Plan, *, by: User, reason: str, at: datetime | None = None) -> Plan:
    """作废: its needs wait for another plan."""
    plan, at, grant = begin(plan, "drop", by, at)
    reason = required_line(reason, _("请写作废的原因。"))
    storing.remove(JointVisit.objects.filter(plan=plan, status=visits.PROPOSED))
    Need.objects.filter(plan=plan, status=needs.OPEN).update(plan=None, visit=None, unplaced={})
    put(plan, DROPPED, at, reason=reason, progress={})
    trail.record("inspection_plan.dropped", plan, by=by, at=at, grant=grant)
    return plan


def begin(plan: Plan, verb: str, by: User, at: datetime | None) -> tuple[Plan, datetime, Grant | None]:
    """The plan, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    plan = Plan.objects.select_for_update(of=("self",), no_key=True).get(pk=plan.pk)
    at = at or clock.now()
    return plan, at, capacity.granted(verb, plan, capacity.towards(by, at))


def put(plan: Plan, status: str, at: datetime, **fields: object) -> None:
    """Only for verbs: where the plan stands now, and what else has changed."""
    fields |= {"status": status, "moved_at": at}
    for name, value in fields.items():
        setattr(plan, name, value)
    plan.save(update_fields=list(fields))


def _touch(plan: Plan, at: datetime) -> None:
    put(plan, plan.status, at)
