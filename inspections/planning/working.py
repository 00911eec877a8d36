"""What the worker does for plans that wait: it computes, tells how far it is, and writes the result once.

A computing belongs to the run that has claimed it. Whoever takes over a plan whose worker gives no sign of life brings
another key, and what comes with a former key is not written: a doubled or awoken worker changes nothing. All rows of a
result are one transaction.
"""

from __future__ import annotations

import json
import logging
import threading
import uuid
from collections import defaultdict
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.actors import CLOCK
from portal.worktime import clock
from portal.worktime.words import local_day

from .. import planner
from ..models import JointVisit, Need, Plan
from ..needs import stages as needs
from ..visits import stages as visits
from . import crews, flow, results, stages, storing, words
from .moving import with_crews
from .reading import World, horizon, load

logger = logging.getLogger(__name__)

SILENCE = timedelta(seconds=60)  # without a sign of life for so long another worker takes over
TRIES = 3
BEAT = 1.0  # seconds between signs of life


def carry_on(at: datetime | None = None) -> int:
    """Computes what waits, one plan at a time, the oldest first; how many were done or given back."""
    done = 0
    while (plan := claim()) is not None:
        attempt(plan, at)
        done += 1
    return done


@transaction.atomic
def claim() -> Plan | None:
    """The next that nobody computes; the try is counted by itself, so that one that kills the worker counts."""
    now = clock.now()
    silent = Q(run=None) | Q(beat_at__lt=now - SILENCE)
    rows = Plan.objects.filter(silent, status=stages.COMPUTING).order_by("moved_at", "pk")
    plan = rows.select_for_update(of=("self",), skip_locked=True, no_key=True).first()
    if plan is None:
        return None
    plan.run, plan.beat_at, plan.tries = uuid.uuid4(), now, plan.tries + 1
    plan.save(update_fields=["run", "beat_at", "tries"])
    return plan


def attempt(plan: Plan, at: datetime | None = None) -> None:
    """One try; what cannot be done is given back with a sentence, and so is what failed three times."""
    language = plan.created_by.language if plan.created_by else None
    with translation.override(language):
        try:
            if plan.tries > TRIES:
                _give_back(plan, _("试了几次都没有算成，请联系管理员。"))
                return
            _compute(plan, at)
        except planner.LocksBreak as locks:
            _give_back(plan, _("固定的检查之间有冲突，请先调整或取消固定：") + _locks(plan, locks, at))
        except Exception:
            logger.exception("plan %s: the computing failed and is tried again", plan.pk)
            Plan.objects.filter(pk=plan.pk, run=plan.run).update(run=None)
            raise


def _compute(plan: Plan, at: datetime | None) -> None:
    now = at or clock.now()
    world = world_of(plan, now)
    if not world.days:
        _give_back(plan, _("计划的日期都已经过去，请另编一份。"))
        return
    with Pulse(plan) as pulse:
        planned = planner.plan(
            world.instance,
            plan.seconds,
            seed=plan.seed,
            standing=_standing(plan, world),
            tell=pulse.tell,
            stop=pulse.stop,
        )
    if not pulse.lost:
        finish(plan, world, planned, at=now)


def world_of(plan: Plan, at: datetime) -> World:
    """The plan's open needs among what stands, with what a person has fixed."""
    chosen = Need.objects.filter(plan=plan, status=needs.OPEN)
    world = load(chosen, horizon(plan.first, plan.last, after=local_day(at)), plan.gap)
    fixed = JointVisit.objects.filter(plan=plan, status=visits.PROPOSED, locked=True).order_by("pk")
    world.locked = tuple(visit for visit in crews.as_planned(world, with_crews(fixed)) if visit.by and visit.day >= 0)
    return world


def _standing(plan: Plan, world: World) -> dict[int, int]:
    """The day of each need in what this plan proposed before, so that to compute again never makes it worse."""
    placed = Need.objects.filter(pk__in=world.needs, visit__plan=plan, visit__status=visits.PROPOSED).order_by()
    days = {need: world.index(day) for need, day in placed.values_list("pk", "visit__day")}
    return {need: day for need, day in days.items() if day >= 0}


def _locks(plan: Plan, locks: planner.LocksBreak, at: datetime | None) -> str:
    world = world_of(plan, at or clock.now())
    return " ".join(dict.fromkeys(words.said(breach, world) for breach in locks.broken[:3]))


@transaction.atomic
def _give_back(plan: Plan, problem: str) -> None:
    found = _held(plan)
    if found is not None:
        flow.give_back(found, clock.now(), problem)


def _held(plan: Plan) -> Plan | None:
    """The plan, locked, while this run still has it."""
    rows = Plan.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(pk=plan.pk, run=plan.run, status=stages.COMPUTING).first()


@transaction.atomic
def finish(plan: Plan, world: World, planned: planner.Planned, *, at: datetime) -> bool:
    """Writes the result, all of it or nothing; False where the plan is not this run's any more."""
    found = _held(plan)
    if found is None:
        return False
    teams = crews.teams_of(world, planned.best)
    open_still = set(Need.objects.filter(plan=found, status=needs.OPEN).values_list("pk", flat=True))
    own = JointVisit.objects.filter(plan=found, status=visits.PROPOSED)
    storing.remove(own.filter(locked=False))
    kept = {(visit.enterprise_id, visit.day): visit for visit in own.filter(locked=True)}
    sent: dict[JointVisit, dict[int, int]] = {}
    fresh: list[tuple[JointVisit, dict[int, int]]] = []
    for visit in planned.best.visits:
        by = {key: teams[key] for key in visit.by if key in open_still and key in teams}
        if visit.firm < 0 or not by:
            continue
        day = world.days[visit.day]
        if there := kept.pop((visit.firm, day), None):
            sent[there] = by
        else:
            fresh.append((storing.proposal(found, visit.firm, day, CLOCK, at), by))
    storing.remove(kept.values())  # what was fixed has nothing left to check
    JointVisit.objects.bulk_create([visit for visit, _by in fresh])
    storing.fill(sent | dict(fresh), world)
    _note_unplaced(found, world, planned)
    figures = results.of_planned(planned, world, found.figures)
    flow.put(found, stages.PROPOSED, at, figures=figures, progress={}, run=None, beat_at=None)
    shown = {key: figures[key] for key in ("needs", "visits", "unserved")}
    outbox.tell("inspection_plan.computed", found, CLOCK, at, None, **shown)
    return True


def _note_unplaced(plan: Plan, world: World, planned: planner.Planned) -> None:
    of_need: defaultdict[int, list[dict[str, object]]] = defaultdict(list)
    for key, found in planner.reasons(world.instance, planned.best).items():
        if key > 0:
            of_need[key] = [words.noted(reason, world) for reason in found]
    rows = list(Need.objects.filter(pk__in=of_need, plan=plan))
    for row in rows:
        row.unplaced = {"plan": plan.pk, "reasons": of_need[row.pk]}
    Need.objects.bulk_update(rows, ["unplaced"], batch_size=500)


class Pulse:
    """Signs of life while the planner thinks: what it tells goes to the plan's row once a second, and what a person
    wants comes back. A thread of its own with a connection of its own, for the planner speaks from its own threads.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.lost, self.enough = plan, False, False
        self.said: dict[str, object] = {"share": 0.0, "step": "start"}
        self._over = threading.Event()
        # Inside a transaction (tests, the demo) nobody else could see or stop it, and another connection would wait.
        self._thread = None if connection.in_atomic_block else threading.Thread(target=self._beat, daemon=True)

    def tell(self, progress: planner.Progress) -> None:
        figures = {"visits": progress.figures.visits, "unserved": progress.figures.unserved}
        self.said = {"share": round(progress.share, 3), "step": str(progress.step), **figures}

    def stop(self) -> bool:
        return self.lost or self.enough

    def __enter__(self) -> Pulse:
        if self._thread is not None:
            self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(BEAT):
                self.once()
        finally:
            connection.close()

    def once(self) -> None:
        """One sign of life; learns whether the plan was taken away, or what stands is good enough."""
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {Plan._meta.db_table} SET beat_at = now(), progress = progress || %s::jsonb"
                " WHERE id = %s AND run = %s AND status = 'computing' RETURNING coalesce(progress->'enough', 'false')",
                [json.dumps(self.said), self.plan.pk, self.plan.run],
            )
            row = cursor.fetchone()
        self.lost = row is None
        self.enough = row is not None and row[0] in (True, "true")
