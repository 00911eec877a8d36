"""What the firm does (INS-7): 提交整改, 申请延期; and the agency's word on more time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.refusal import Refused, required, required_line
from portal.worktime.calendar import calendar
from portal.worktime.words import local_day

from ...models import MoreTime, Proof, ProofFile, Rectification
from .. import limits, stages
from . import core


@transaction.atomic
def submit(
    rectification: Rectification,
    *,
    by: User,
    text: str,
    files: Sequence[StoredFile] = (),
    at: datetime | None = None,
) -> Rectification:
    """提交整改: what was done, with photos or papers; on time is when it was sent, however long the agency looks."""
    rectification, at, grant = core.begin(rectification, "submit", by, at)
    text = required(text, _("请写做了哪些整改。"), "text", 2000)
    proof = Proof.objects.create(rectification=rectification, text=text, by=by, at=at)
    ProofFile.objects.bulk_create([ProofFile(proof=proof, file=stored) for stored in files])
    asked = MoreTime.objects.filter(rectification=rectification, granted=None)
    asked.update(granted=False, answer=_("已提交整改，不用延期。"), decided_at=at)
    core.move(rectification, stages.SUBMITTED, at)
    limits.submitted(rectification, at)
    core.tell("submitted", rectification, by, at, grant)
    return rectification


@transaction.atomic
def ask_time(
    rectification: Rectification, *, by: User, until: date, reason: str, at: datetime | None = None
) -> Rectification:
    """申请延期: once, before it is due; until the agency answers, the limit stands as it was."""
    rectification, at, grant = core.begin(rectification, "ask_time", by, at)
    core.demand_day(until, at, "until")
    if calendar().close(until) <= limits.due_of(rectification):
        raise Refused(_("请选现在的期限以后的日子。"), "until")
    reason = required_line(reason, _("请写为什么要延期。"), "reason", core.LONGEST)
    MoreTime.objects.create(rectification=rectification, until=until, reason=reason, asked_by=by, asked_at=at)
    core.tell("time_asked", rectification, by, at, grant)
    return rectification


@transaction.atomic
def give_time(
    rectification: Rectification, *, by: User, until: date | None = None, answer: str = "", at: datetime | None = None
) -> Rectification:
    """同意延期, to the day that was asked for or another; also after the due time, where it was asked before."""
    rectification, at, grant = core.begin(rectification, "give_time", by, at)
    asked = rectification.more_time
    until = until or asked.until
    if until <= local_day(at):
        raise Refused(_("这个日子已经过了，请另选一天。"), "until")
    core.demand_day(until, at, "until")
    if calendar().close(until) <= limits.due_of(rectification):
        raise Refused(_("请选现在的期限以后的日子。"), "until")
    _decide(asked, True, until, answer, by, at)
    limits.extended(rectification, until, at)
    core.tell("time_given", rectification, by, at, grant)
    return rectification


@transaction.atomic
def refuse_time(rectification: Rectification, *, by: User, answer: str, at: datetime | None = None) -> Rectification:
    """不同意延期, with the reason; the limit stands as it was."""
    rectification, at, grant = core.begin(rectification, "refuse_time", by, at)
    answer = required_line(answer, _("请写为什么不同意，企业会看到。"), "answer", 300)
    _decide(rectification.more_time, False, rectification.more_time.until, answer, by, at)
    core.tell("time_refused", rectification, by, at, grant)
    return rectification


def _decide(asked: MoreTime, granted: bool, until: date, answer: str, by: User, at: datetime) -> None:
    asked.granted, asked.until, asked.answer = granted, until, " ".join(answer.split())[:300]
    asked.decided_by, asked.decided_at = by, at
    asked.save(update_fields=["granted", "until", "answer", "decided_by", "decided_at"])
