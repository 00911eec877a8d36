"""评价检查 (INS-8): stars, five answers on conduct and a word, once for a visit, by the firm."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import firms_of
from portal import outbox
from portal.people.models import User
from portal.people.refusal import Refused, one_line
from portal.worktime import clock

from ...models import JointVisit, VisitRating
from ...visits import stages as visits
from . import core

LOW = 2  # with so few stars, or a no, words are asked for


@transaction.atomic
def rate(
    visit: JointVisit, *, by: User, stars: int, comment: str = "", at: datetime | None = None, **conduct: bool
) -> VisitRating:
    """评价, of a visit that is done. What the firm said stays with it and those who oversee the town."""
    visit, at = core.locked_visit(visit), at or clock.now()
    if visit.enterprise_id not in firms_of(by, at):
        raise Refused(_("这一步不由您办理。"))
    if visit.status != visits.DONE:
        raise Refused(_("检查结束以后才能评价。"))
    if VisitRating.objects.filter(visit=visit).exists():
        raise Refused(_("已经评价过了。"))
    if not 1 <= stars <= 5:
        raise Refused(_("请选一到五星。"), "stars")
    if missing := [name for name in VisitRating.CONDUCT if not isinstance(conduct.get(name), bool)]:
        raise Refused(_("请选是或否。"), missing[0])
    comment = one_line(comment)[:500]
    if stars <= LOW and not comment:
        raise Refused(_("请写哪里不满意。"), "comment")
    made = VisitRating.objects.create(visit=visit, stars=stars, comment=comment, by=by, at=at, **conduct)
    outbox.tell("joint_visit.rated", visit, by, at, None, firm_sees=True)
    return made
