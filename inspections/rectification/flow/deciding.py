"""What the agency decides on what the firm sent (INS-7): 通过, 退回, 现场复查."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import User
from portal.people.refusal import Refused, one_line, required

from ...models import Proof, Rectification
from .. import limits, points, stages
from . import core, rechecking

Verdict = Proof.Verdict


@transaction.atomic
def accept(rectification: Rectification, *, by: User, answer: str = "", at: datetime | None = None) -> Rectification:
    """审核通过: closed; in time, its points come back. Where somebody was to go there, why nobody has to any more."""
    rectification, at, grant = core.begin(rectification, "accept", by, at)
    answer = one_line(answer)[: core.LONGEST]
    going = rectification.recheck if rectification.status == stages.RECHECK else None
    if going is not None and not answer:
        raise Refused(_("请写不用现场复查的理由。"), "answer")
    _decide(rectification, Verdict.ACCEPTED, answer, by, at)
    limits.closed(rectification, at)
    core.end(rectification, stages.CLOSED, by, at, answer)
    points.give_back(rectification, at)
    rechecking.give_up(going, by, _("不用再复查"), at)
    core.tell("accepted", rectification, by, at, grant)
    return rectification


@transaction.atomic
def send_back(
    rectification: Rectification,
    *,
    by: User,
    answer: str,
    days: int | None = core.AGAIN_DAYS,
    at: datetime | None = None,
) -> Rectification:
    """退回: what is still missing, and the working days in which to put it right."""
    rectification, at, grant = core.begin(rectification, "send_back", by, at)
    answer = required(answer, _("请写还缺什么，企业照着改。"), "answer", core.LONGEST)
    core.demand_days(days)
    _decide(rectification, Verdict.RETURNED, answer, by, at)
    core.move(rectification, stages.OPEN, at)
    limits.reopened(rectification, days or core.AGAIN_DAYS, at)
    core.tell("sent_back", rectification, by, at, grant)
    return rectification


@transaction.atomic
def call_recheck(
    rectification: Rectification, *, by: User, answer: str = "", at: datetime | None = None
) -> Rectification:
    """安排现场复查: a check of its own, hung on a visit that is near or left to the planner."""
    at = at or core.clock.now()
    near = rechecking.near_visit(rectification, at)
    visit = core.locked_visit(near) if near is not None else None
    rectification, at, grant = core.begin(rectification, "call_recheck", by, at)
    _decide(rectification, Verdict.ON_SITE, one_line(answer)[: core.LONGEST], by, at)
    rectification.recheck = rechecking.needed(rectification, by, at, visit)
    core.move(rectification, stages.RECHECK, at, "recheck")
    limits.recheck_called(rectification, rectification.recheck.last, at)
    core.tell("recheck_called", rectification, by, at, grant, need=rectification.recheck.pk)
    return rectification


def _decide(rectification: Rectification, verdict: str, answer: str, by: User, at: datetime) -> None:
    waits = rectification.proofs.filter(verdict="")
    waits.update(verdict=verdict, answer=answer, decided_by=by, decided_at=at)
