"""The public notice (公示, POL-5): put up for working days, objected to by anybody, ended by the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from enterprises.models import firms_of
from policies.claims import limits, stages
from policies.claims.capacity import officer_of
from policies.claims.flow import core
from policies.claims.flow.deciding import end_rejected
from policies.models import Claim, Objection, Publicity
from portal.people.actors import CLOCK, Actor
from portal.people.models import User
from portal.people.refusal import Refused, required, required_line
from portal.worktime import clock
from portal.worktime.calendar import Limit, calendar

MOST_OBJECTIONS = 20  # open ones against one claim


@transaction.atomic
def publish(claims: Iterable[Claim], *, by: User, at: datetime | None = None) -> Publicity:
    """发布公示: claims of one round in one notice, up until the close of business of its last working day (DL-1)."""
    at = at or clock.now()
    rows = core.locked(claims)
    if not rows:
        raise Refused(_("请选要公示的申报。"))
    if len(rows) > core.MOST_AT_ONCE:
        raise Refused(_("一次最多 %(n)s 件。") % {"n": core.MOST_AT_ONCE})
    round = rows[0].round
    if any(claim.round_id != round.pk for claim in rows):
        raise Refused(_("一次公示只能是同一批次的申报。"))
    officer_of(round, by, at)
    ends_at = calendar().due(at, Limit.working_days(max(round.clause.publicity_days, 1))).at
    notice = Publicity(number=core.number("GS", at), round=round, begins_at=at, ends_at=ends_at, by=by)
    notice.save()
    for seen in rows:
        claim, at, grant = core.begin(seen, "publish", by, at)
        claim.publicity = notice
        limits.met(claim, limits.PUBLISH, at)
        core.move(claim, stages.PUBLICITY, at)
        claim.save()
        core.tell("claim.published", claim, by, at, grant, publicity=notice.pk)
    return notice


@transaction.atomic
def object_to(
    claim: Claim, *, text: str, name: str, phone: str, by: User | None = None, at: datetime | None = None
) -> Objection:
    """公示异议 of anybody who can be asked back, while the notice is up."""
    claim = core.locked([claim])[0]
    at = at or clock.now()
    up = claim.publicity is not None and claim.publicity.begins_at <= at < claim.publicity.ends_at
    if not up or claim.status not in stages.VERBS["object"][0]:
        raise Refused(_("公示已经结束，不能再提异议。"))
    if by is not None and claim.enterprise_id in firms_of(by, at):
        raise Refused(_("这是贵企业自己的申报。"))
    if claim.objections.open().count() >= MOST_OBJECTIONS:
        raise Refused(_("这件申报的异议已经很多，正在处理，请稍后再提。"))
    text = required(text, _("请写异议的内容。"), "text", 1000)
    name = required_line(name, _("请写姓名，匿名的异议无法核实。"), "name", 40)
    phone = required_line(phone, _("请写联系电话。"), "phone", 40)
    if sum(char.isdecimal() for char in phone) < 7:
        raise Refused(_("联系电话不对，请核对。"), "phone")
    if (said := claim.objections.open().filter(text=text, name=name, phone=phone).first()) is not None:
        return said  # pressed twice
    objection = Objection.objects.create(claim=claim, text=text, name=name, phone=phone, by=by, at=at)
    core.move(claim, stages.OBJECTION, at)
    claim.save()
    limits.objected(claim, at)
    core.tell("claim.objected", claim, CLOCK, at, None, firm_sees=False, objection=objection.pk)  # never who said it
    return objection


@transaction.atomic
def decide_objection(objection: Objection, *, by: User, upheld: bool, answer: str, at: datetime | None = None) -> Claim:
    """处理异议, by a head other than the one who approved, where the department has one.

    Upheld: the claim is rejected, place and money are free, and what else was said against it is settled by that.
    Not upheld, and the last one: back to the notice while its time runs, else on to the payment.
    """
    claim, at, grant = core.begin(objection.claim, "decide_objection", by, at)
    answer = required_line(answer, _("请写处理意见。"), "answer", longest=core.LONGEST)
    open_ones = claim.objections.open()
    meant = open_ones if upheld else open_ones.filter(pk=objection.pk)
    if not open_ones.filter(pk=objection.pk).exists():
        raise Refused(_("这条异议已经处理。"))
    meant.update(upheld=upheld, answer=answer, decided_by=by, decided_at=at)
    if not claim.objections.open().exists():
        limits.met(claim, limits.OBJECTION, at)
        _after_last(claim, by, upheld, answer, at)
    core.tell("claim.objection_decided", claim, by, at, grant, objection=objection.pk, upheld=upheld)
    return claim


def _after_last(claim: Claim, by: User, upheld: bool, answer: str, at: datetime) -> None:
    if upheld:
        claim.reason = answer
        end_rejected(claim, by, at)
        return
    assert claim.publicity is not None
    over = claim.publicity.ends_at <= at
    core.move(claim, stages.PAYMENT if over else stages.PUBLICITY, at)
    claim.save()
    if over:
        limits.to_pay(claim, at)


@transaction.atomic
def end_publicity(claim: Claim, *, by: Actor = CLOCK, at: datetime | None = None) -> Claim | None:
    """公示期满. The time to pay runs from the notice's end, however late the sweep."""
    claim = core.locked([claim])[0]
    at = at or clock.now()
    if claim.status != stages.PUBLICITY or claim.publicity is None or claim.publicity.ends_at > at:
        return None
    claim, at, grant = core.begin(claim, "end_publicity", by, at)
    assert claim.publicity is not None
    core.move(claim, stages.PAYMENT, at)
    claim.save()
    limits.to_pay(claim, claim.publicity.ends_at)
    core.tell("claim.publicity_ended", claim, by, at, grant)
    return claim


def over(at: datetime) -> QuerySet[Claim]:
    """Those whose notice has been up long enough, the oldest first."""
    return Claim.objects.filter(status=stages.PUBLICITY, publicity__ends_at__lte=at).order_by(
        "publicity__ends_at", "pk"
    )
