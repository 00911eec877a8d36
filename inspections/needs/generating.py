"""按事项生成: a need for each firm that a subject concerns and that is due (INS-3).

Whom the gate would refuse is left out beforehand and counted in the preview, not among the refused attempts: nobody
asked for a check there. Made twice, nothing happens twice: each need's key is that of subject, firm and window.
"""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Outcome, firms_of
from portal.people.actors import person
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant
from portal.trail.entries import record_each
from portal.worktime import clock
from portal.worktime.words import local_day

from ..draws.offsite import comparing
from ..models import Need, Subject
from ..numbers import numbers
from . import flow, gate, stages
from .capacity import towards

SPACE = uuid.UUID("0c7b6bd4-5f0a-4a39-8c0b-6d1d3fd10c55")  # of the keys of generated needs
MOST = 10_000  # some six seconds of a request; a town has fewer firms


@dataclass
class Due:
    """The firms that get a need, and how many do not, for what: `unknown`, `done`, `settled`, or the gate's why."""

    firms: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def due(subject: Subject, kind: str, first: date, last: date, *, by: User, at: datetime | None = None) -> Due:
    """Who is due for it in that window, but for his own firms; the same number of queries however many they are.

    Raises Refused.
    """
    if subject.concerns is None:
        raise Refused(_("这个检查事项没有写明涉及哪些企业。"), "subject")
    found, day, own = Due(), local_day(at or clock.now()), firms_of(by, at)
    outcomes = Outcome.objects.filter(criterion=subject.concerns, enterprise__status=Enterprise.Status.ACTIVE)
    said = dict(outcomes.order_by().values_list("enterprise", "outcome"))
    found.left_out["unknown"] = sum(outcome == Outcome.Is.UNKNOWN for outcome in said.values())
    concerned = sorted(firm for firm, outcome in said.items() if outcome == Outcome.Is.YES and firm not in own)
    had = _had(subject, first)
    settled = comparing.answers(subject, concerned, day) if subject.settled_by_id else {}
    stands = gate.Gate(concerned, first, last)
    for firm in concerned:
        if had[firm] >= (subject.per_year or 1):
            found.left_out["done"] += 1
        elif settled.get(firm):
            found.left_out["settled"] += 1
        elif not (verdict := stands.judge(firm, subject.agency_id, kind, first, last)).passes:
            found.left_out[verdict.why] += 1
        else:
            found.firms.append(firm)
    return found


def _had(subject: Subject, first: date) -> Counter[int]:
    """How often each firm had, or is to have, this check in the window's year; what came to nothing does not count."""
    counting = (*stages.WAITING, stages.DONE, stages.SETTLED)
    needs = Need.objects.filter(subject=subject, status__in=counting, last__year=first.year)
    return Counter(needs.order_by().values_list("enterprise", flat=True))


@transaction.atomic
def generate(
    subject: Subject, kind: str, first: date, last: date, *, by: User, basis: str = "", at: datetime | None = None
) -> list[Need]:
    """Enters a need for each firm that is due; those that have been entered meanwhile are left out."""
    at = at or clock.now()
    held = towards(subject.agency, by, at)
    if "agency" not in held:
        raise Refused(_("检查需求由执法部门自己提出。"))
    firms = due(subject, kind, first, last, by=by, at=at).firms
    if len(firms) > MOST:
        raise Refused(_("一次最多生成 %(n)s 项，请缩小检查事项涉及的范围。") % {"n": MOST})
    locked = gate.locked(Enterprise.objects.filter(pk__in=firms).only("pk"))
    still = set(due(subject, kind, first, last, by=by, at=at).firms)
    wanted = [firm for firm in locked if firm.pk in still]
    made = _made(wanted, subject, kind, (first, last), basis, by, at)
    _record(made, by, at, held["agency"])
    return made


def _made(
    firms: list[Enterprise],
    subject: Subject,
    kind: str,
    window: tuple[date, date],
    basis: str,
    by: User,
    at: datetime,
) -> list[Need]:
    if not firms:
        return []
    wish = flow.Wish(subject.agency, firms[0], subject, kind, *window, basis=basis)
    fields = wish.fields()
    flow.demand_sound(subject.agency, subject, fields, at)
    keys = {uuid.uuid5(SPACE, f"{subject.pk}:{firm.pk}:{kind}:{window}"): firm for firm in firms}
    known = set(Need.objects.filter(key__in=keys).values_list("key", flat=True))
    fresh = [key for key in keys if key not in known]
    return Need.objects.bulk_create(
        Need(
            number=serial,
            key=key,
            agency=subject.agency,
            enterprise=keys[key],
            subject=subject,
            status=stages.OPEN,
            came_by="generated",
            created_by=person(by),
            created_at=at,
            **fields,
        )
        for key, serial in zip(fresh, numbers("JX", at, len(fresh)), strict=True)
    )


def _record(made: list[Need], by: User, at: datetime, grant: Grant | None) -> None:
    if made:
        record_each("need.entered", Need, {need.pk: {"way": "generated"} for need in made}, by=by, at=at, grant=grant)
