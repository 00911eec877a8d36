"""Open clocks under a changed rule or ladder; a changed calendar is `together`. One clock, one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from portal.deadlines.flow import Moved, lock_open, reckon, set_next, stretches
from portal.deadlines.held import Tables
from portal.deadlines.models import Deadline, LadderRung, SlaRule
from portal.deadlines.rules import NoRule, rule_under
from portal.worktime.calendar import Calendar

D = TypeVar("D", bound=Deadline)


def under_rule(deadline: Deadline, known: Calendar, held: Tables, *, at: datetime) -> bool:
    """Reckon the object under the rule that would hold if it began at `at`; False where that is the one it has.

    Saves nothing. A rule without an amount of its own changes nothing: somebody has named the day.
    """
    rule = rule_of(deadline, held, at=at)
    if rule is None or rule.limit is None or rule.pk == deadline.rule_id:
        return False
    limit = rule.limit.hastened(deadline.hastened)
    deadline.rule, deadline.limit_kind, deadline.limit_amount = rule, limit.kind.value, limit.amount
    reckon(deadline, known, stretches(deadline), held.ladder(deadline.obligor_kind))
    return True


def rule_of(deadline: Deadline, held: Tables, *, at: datetime) -> SlaRule | None:
    """The rule that would hold if it began at `at`; None where there is none."""
    try:
        return rule_under(deadline.obligation, deadline.conditions(), at=at, known=held)
    except NoRule:
        return None


def change_rule(
    seen: D, known: Calendar, held: Tables, *, at: datetime, then: Callable[[Moved], object]
) -> list[Moved]:
    """Give one open clock, on purpose, the rule that holds at `at`; where its due time moves, its ladder begins anew.

    `then` is called in the same transaction for one that moved. The subject is locked first, as by every verb.
    """
    return _change(seen, lambda deadline: under_rule(deadline, known, held, at=at), then)


def change_anchor(
    seen: D, anchor: datetime, known: Calendar, held: Tables, *, then: Callable[[Moved], object]
) -> list[Moved]:
    """The same for one that hangs on another clock, which was given its rule: `anchor` is when that one is due now."""

    def turn(deadline: Any) -> bool:
        if deadline.limit_until == anchor:
            return False
        deadline.limit_until = anchor
        reckon(deadline, known, stretches(deadline), held.ladder(deadline.obligor_kind))
        return True

    return _change(seen, turn, then)


def _change(seen: D, turn: Callable[[Any], bool], then: Callable[[Moved], object]) -> list[Moved]:
    """Turn the object that was read without a lock and, where that changes it, the row under its lock."""
    if not turn(seen):
        return []
    Model: Any = type(seen)
    with transaction.atomic():
        Subject = Model._meta.get_field("subject").related_model
        subject = Subject._base_manager.select_for_update(of=("self",), no_key=True).get(pk=seen.subject_id)  # type: ignore[attr-defined]
        deadline: Any = lock_open(Model, seen.pk)
        if deadline is None:  # met or cancelled meanwhile
            return []
        deadline.subject, former = subject, deadline.due_at
        if not turn(deadline):
            return []
        moved = deadline.due_at != former
        if moved:
            deadline.cycle, deadline.next_rung, deadline.lapsed_at = deadline.cycle + 1, 1, None
            set_next(deadline)
        deadline.save()
        if moved:
            then(Moved(deadline, former))
    return [Moved(deadline, former)] if moved else []


def climb_new_ladder(seen: Deadline, former: Sequence[int], known: Calendar, held: Tables) -> bool:
    """Let one open clock go on along its changed ladder; `former` are the keys of the rungs it had. Whether it changed.

    A rung keeps its key while it is edited: what has fired under that key does not fire again, and what stands below
    it is passed over. Where numbers would be used again the cycle rises, because a firing is one of its cycle.
    """
    rungs, before = held.ladder(seen.obligor_kind), _climbed(seen)
    _find_place(seen, former, rungs)
    reckon(seen, known, stretches(seen), rungs)
    if _climbed(seen) == before:
        return False
    with transaction.atomic():
        deadline = lock_open(type(seen), seen.pk)
        if deadline is None:
            return False
        _find_place(deadline, former, rungs)
        reckon(deadline, known, stretches(deadline), rungs)
        deadline.save()
    return True


def _find_place(deadline: Deadline, former: Sequence[int], rungs: Sequence[LadderRung]) -> None:
    fired = set(former[: deadline.next_rung - 1])
    place = max((n for n, rung in enumerate(rungs, 1) if rung.pk in fired), default=0) + 1
    deadline.cycle += place < deadline.next_rung
    deadline.next_rung = place


def _climbed(deadline: Deadline) -> tuple[object, ...]:
    return deadline.cycle, deadline.next_rung, deadline.next_rung_at, *deadline.rung_times
