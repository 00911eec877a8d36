"""移出, 申诉, 到期 (INS-1): off the list at once on an incident, by hand or by the facts; heard on appeal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.files.models import StoredFile
from portal.people.actors import CLOCK, Actor
from portal.people.models import User
from portal.people.refusal import Refused, required, required_line
from portal.people.rights import Grant
from portal.worktime.words import local_day

from ...models import Appeal, AppealFile, Entry
from .. import incidents, limits, stages
from . import core
from .deciding import stand
from .peace import locked_needs

INCIDENT = gettext_noop("数据显示发生了应当移出白名单的情形。")
UPHELD = gettext_noop("申诉成立，企业已恢复在册。")


@transaction.atomic
def remove(entry: Entry, *, by: User, reason: str, basis: str, at: datetime | None = None) -> Entry:
    """移出: the incident and the paper that proves it; the firm is told both, and that it may appeal."""
    entry, at, grant = core.begin(entry, "remove", by, at)
    reason = required_line(reason, _("请写发生了什么，企业会看到。"), "reason", core.LONGEST)
    basis = required_line(basis, _("请写依据，如文书名称和文号。"), "basis", 200)
    entry.incident = {}
    _remove(entry, by, at, grant, reason, basis)
    return entry


@transaction.atomic
def remove_by_incident(entry: Entry, *, by: Actor = CLOCK, at: datetime) -> Entry | None:
    """立即移出 by the facts: None where it is off the list already, or an appeal has answered these facts."""
    entry = core.locked([entry])[0]
    if entry.status != stages.LISTED:
        return None
    grant = core.allowed(entry, "remove_by_incident", by, at)
    met = incidents.met(entry.enterprise, at)
    fresh = met is not None and not incidents.answered(entry, met["seen"])
    if met is None or not fresh:
        return None
    entry.incident = met
    _remove(entry, by, at, grant, core.for_the_record(INCIDENT), "")
    return entry


def _remove(entry: Entry, by: Actor, at: datetime, grant: Grant | None, reason: str, basis: str) -> None:
    """With it goes the firm's next term, and what is being decided about it: one incident ends all of it."""
    others = core.others_open(entry)
    core.locked_firms([entry.enterprise_id])
    core.end(entry, stages.REMOVED, at, by=by, reason=reason, basis=basis)
    core.tell("removed", entry, by, at, grant, firm_sees=True, told=True)
    for other in others:
        other.incident = entry.incident
        decided = other.status in stages.PROPOSED
        core.end(other, stages.DROPPED if decided else stages.REMOVED, at, by=by, reason=reason, basis=basis)
        core.tell("dropped" if decided else "removed", other, by, at, grant, firm_sees=not decided)
    core.settle({other.round_id for other in others}, by, at)


@transaction.atomic
def appeal(entry: Entry, *, by: User, text: str, files: Sequence[StoredFile] = (), at: datetime | None = None) -> Entry:
    """申诉 by the firm, with its proof, once for each removal; supervisors owe the answer."""
    entry, at, grant = core.begin(entry, "appeal", by, at)
    if entry.term_until <= local_day(at):
        raise Refused(_("这次的有效期已经过了，不用申诉；符合条件可以重新列入。"))
    core.locked_firms([entry.enterprise_id])
    assert entry.ended_at is not None
    made = Appeal.objects.create(
        entry=entry,
        text=required(text, _("请写申诉的理由。"), "text", 1000),
        by=by,
        at=at,
        removed_at=entry.ended_at,
        removed_by=entry.ended_by,
        removed_for=entry.ended_for,
        incident=entry.incident,
    )
    AppealFile.objects.bulk_create([AppealFile(appeal=made, file=stored) for stored in files])
    entry.status = stages.APPEAL
    entry.save(update_fields=["status"])
    limits.appealed(entry, at)
    core.tell("appealed", entry, by, at, grant, firm_sees=True, told=True)
    return entry


@transaction.atomic
def restore(entry: Entry, *, by: User, answer: str, at: datetime | None = None) -> Entry:
    """申诉成立: it stands again for the rest of its term; the facts it was removed by do not remove it once more.

    A proposal of the same firm that came in between has nothing left to decide.
    """
    entry, at, grant = core.begin(entry, "restore", by, at)
    answer = required_line(answer, _("请写处理意见，企业会看到。"), "answer", core.LONGEST)
    others = core.others_open(entry)
    if any(other.status == stages.LISTED for other in others):
        raise Refused(_("这家企业已另行列入白名单，不用恢复；请写明后维持移出。"))
    locked_needs([entry.enterprise_id])
    core.locked_firms([entry.enterprise_id])
    _decide(entry, by, at, answer, upheld=True)
    entry.ended_at, entry.ended_by, entry.ended_for, entry.ended_basis, entry.incident = None, None, "", "", {}
    entry.save(update_fields=["ended_at", "ended_by", "ended_for", "ended_basis", "incident"])
    stand(entry, at)
    for other in others:
        core.end(other, stages.DROPPED, at, by=by, reason=core.for_the_record(UPHELD))
        core.tell("dropped", other, by, at, grant)
    core.settle({other.round_id for other in others}, by, at)
    core.tell("restored", entry, by, at, grant, firm_sees=True, told=True)
    return entry


@transaction.atomic
def dismiss(entry: Entry, *, by: User, answer: str, at: datetime | None = None) -> Entry:
    """申诉不成立: the removal stands, with the answer the firm reads."""
    entry, at, grant = core.begin(entry, "dismiss", by, at)
    answer = required_line(answer, _("请写处理意见，企业会看到。"), "answer", core.LONGEST)
    _decide(entry, by, at, answer, upheld=False)
    entry.status = stages.REMOVED
    entry.save(update_fields=["status"])
    core.tell("dismissed", entry, by, at, grant, firm_sees=True, told=True)
    return entry


def _decide(entry: Entry, by: User, at: datetime, answer: str, *, upheld: bool) -> None:
    decided: dict[str, Any] = {"upheld": upheld, "answer": answer, "decided_by": by, "decided_at": at}
    entry.appeals.filter(decided_at=None).update(**decided)
    limits.judged(entry, at)


@transaction.atomic
def expire(entry: Entry, *, by: Actor = CLOCK, at: datetime) -> Entry | None:
    """到期: the day after its last; None where it ended otherwise meanwhile."""
    entry = core.locked([entry])[0]
    if entry.status != stages.LISTED or entry.term_until >= local_day(at):
        return None
    grant = core.allowed(entry, "expire", by, at)
    core.end(entry, stages.EXPIRED, at, by=by)
    core.tell("expired", entry, by, at, grant, firm_sees=True, told=True)
    return entry
