"""The verbs on subjects and their checklists, on the town's rules, and on the days on which a firm is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, firms_of
from portal import trail
from portal.people.models import User
from portal.people.refusal import Refused, one_line, required
from portal.people.rights import Grant
from portal.worktime import clock

from ..models import Agency, ChecklistItem, Closure, Rules, Subject
from .capacity import demand_head, heads, keeper, works_for
from .people import demand_span

FIELDS = (
    "name",
    "item",
    "basis",
    "object",
    "method",
    "frequency",
    "per_year",
    "share",
    "parts",
    "skill",
    "concerns",
    "settled_by",
    "unannounced",
    "active",
)
RULES = ("yearly_cap", "gap", "term_months", "code_hours", "points_start")
MOST_POINTS = 30
Kept = Mapping[str, Any]


# Subjects ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def add_subject(agency: Agency, fields: Kept, *, by: User, code: str, at: datetime | None = None) -> Subject:
    """A further subject of the agency; `fields` has the names of `FIELDS`."""
    grant, at = demand_head(agency, by, at), at or clock.now()
    if Subject.objects.filter(code=code).exists():
        raise Refused(_("这个编号已有人用。"), "code")
    made = Subject.objects.create(agency=agency, code=code, **_sound(fields))
    trail.record("inspection_subject.added", made, by=by, at=at, grant=grant)
    return made


@transaction.atomic
def edit_subject(subject: Subject, fields: Kept, *, by: User, at: datetime | None = None) -> Subject:
    """What it says from now on; needs that were entered keep what they say. The event names what was changed."""
    grant, at = demand_head(subject.agency, by, at), at or clock.now()
    subject = Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=subject.pk)
    wanted = _sound(fields)
    changed = [name for name in wanted if getattr(subject, name) != wanted[name]]
    if not changed:
        return subject
    for name in changed:
        setattr(subject, name, wanted[name])
    subject.save(update_fields=changed)
    trail.record("inspection_subject.edited", subject, by=by, at=at, data={"changed": changed}, grant=grant)
    return subject


def _sound(fields: Kept) -> dict[str, Any]:
    wanted = {name: fields[name] for name in FIELDS if name in fields}
    if "basis" in wanted:
        wanted["basis"] = required(wanted["basis"], _("请写检查的依据。"), "basis", 2000)
    return wanted


@transaction.atomic
def write_checklist(subject: Subject, points: Sequence[Kept], *, by: User, at: datetime | None = None) -> int:
    """The checklist as it is from now on, in this order: `text`, `basis`, `minor`, `points`.

    A point that was changed is ended and followed by a new row, so that records keep what they answered. Returns how
    many points are new.
    """
    grant, at = demand_head(subject.agency, by, at), at or clock.now()
    subject = Subject.objects.select_for_update(of=("self",), no_key=True).get(pk=subject.pk)
    if len(points) > MOST_POINTS:
        raise Refused(_("一个事项最多 %(n)s 条检查内容。") % {"n": MOST_POINTS})
    wanted = [_point(number, point) for number, point in enumerate(points, 1)]
    now = {_key(one): one for one in subject.checklist.filter(ended_at=None)}
    keys = [tuple(one.values()) for one in wanted]
    ended = [one.pk for key, one in now.items() if key not in keys]
    new = [one for one, key in zip(wanted, keys, strict=True) if key not in now]
    if not ended and not new:
        return 0
    ChecklistItem.objects.filter(pk__in=ended).update(ended_at=at)
    ChecklistItem.objects.bulk_create(ChecklistItem(subject=subject, **one) for one in new)
    data = {"ended": ended, "points": len(wanted)}
    trail.record("inspection_subject.checklist_written", subject, by=by, at=at, data=data, grant=grant)
    return len(new)


def _point(number: int, point: Kept) -> dict[str, Any]:
    text = one_line(point["text"])[:300]
    minor, points = bool(point.get("minor")), int(point.get("points") or 0)
    return {
        "number": number,
        "text": text,
        "basis": one_line(point.get("basis"))[:200],
        "minor": minor,
        "points": points,
    }


def _key(one: ChecklistItem) -> tuple[Any, ...]:
    return (one.number, one.text, one.basis, one.minor, one.points)


# Rules of the town -------------------------------------------------------------------------------------------------


@transaction.atomic
def change_rules(fields: Kept, *, by: User, at: datetime | None = None) -> Rules:
    """⚙ by the head of the agency that keeps plans; what stands already stays."""
    at, where = at or clock.now(), keeper()
    grant = heads(where, by, at) if where else None
    if grant is None:
        raise Refused(_("检查规则由统筹部门负责人设定。"))
    Rules.objects.get_or_create(pk=1)
    rules = Rules.objects.select_for_update().get(pk=1)
    changed = {name: [getattr(rules, name), fields[name]] for name in RULES if fields[name] != getattr(rules, name)}
    if not changed:
        return rules
    for name in changed:
        setattr(rules, name, fields[name])
    rules.save(update_fields=list(changed))
    trail.record("inspection_rules.changed", rules, by=by, at=at, data=changed, grant=grant)
    return rules


# Days on which a firm is closed ------------------------------------------------------------------------------------


def may_close(firm: Enterprise, by: Any, at: datetime | None = None) -> tuple[bool, Grant | None]:
    """Whether he enters such days for the firm: its own people, and the agency that keeps plans."""
    if firm.pk in firms_of(by, at):
        return True, None
    where = keeper()
    grant = works_for(where, by, at) if where else None
    return grant is not None, grant


@transaction.atomic
def enter_closure(
    firm: Enterprise, *, by: User, first: date, last: date, reason: str = "", at: datetime | None = None
) -> Closure:
    """停产、放假: nobody is sent there on these days."""
    at = at or clock.now()
    may, grant = may_close(firm, by, at)
    if not may:
        raise Refused(_("由企业自己或统筹部门填写。"))
    firm = Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=firm.pk)
    demand_span(first, last, at)
    if firm.closures.filter(first__lte=last, last__gte=first).exists():
        raise Refused(_("这几天里已有记下的停产放假。"), "first")
    made = Closure.objects.create(enterprise=firm, first=first, last=last, reason=one_line(reason)[:100], by=by, at=at)
    _record("firm.closure_entered", made, by, at, grant)
    return made


@transaction.atomic
def remove_closure(closure: Closure, *, by: User, at: datetime | None = None) -> None:
    """It works after all; the event keeps the days."""
    at = at or clock.now()
    may, grant = may_close(closure.enterprise, by, at)
    if not may:
        raise Refused(_("由企业自己或统筹部门填写。"))
    if Closure.objects.filter(pk=closure.pk).delete()[0]:
        _record("firm.closure_removed", closure, by, at, grant)


def _record(kind: str, closure: Closure, by: User, at: datetime, grant: Grant | None) -> None:
    data = {"first": closure.first, "last": closure.last}
    audience = trail.Audience.FIRM
    trail.record(kind, closure.enterprise, by=by, at=at, data=data, audience=audience, grant=grant)
