"""The verbs on a check that an agency needs (INS-3): the only code that moves one. The gate is asked first (INS-2).

Locking order: the need (several by their keys), then its firm. `enter` and `edit` lock the firm in the gate.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from enterprises.models import Enterprise
from portal import outbox
from portal.people.actors import CLOCK, Actor, person
from portal.people.refusal import Refused, one_line, required_line
from portal.people.rights import Grant
from portal.trail.entries import record_each
from portal.worktime import clock
from portal.worktime.words import local_day

from ..models import Agency, JointVisit, Need, Skill, Subject
from ..numbers import number
from ..visits import stages as visits
from . import gate, stages
from .capacity import demand_agency, granted
from .counting import keeping

WAYS = ("page", "import", "api", "generated", "draw", "recheck", "booking", "visit")
LONGEST_DAYS = 366  # of a window: who wants more wants nothing certain
EDITABLE = ("kind", "basis", "ordered_by", "first", "last", "parts", "skill", "unannounced")
Kept = Mapping[str, Any]


@dataclass(frozen=True)
class Wish:
    """What an agency wants to check, where and why; `parts`, `skill`, `unannounced` None: as the subject says."""

    agency: Agency
    firm: Enterprise
    subject: Subject
    kind: str
    first: date
    last: date
    basis: str = ""  # empty: the subject's
    ordered_by: str = ""
    parts: int | None = None
    skill: Skill | None = None
    unannounced: bool | None = None

    def fields(self) -> dict[str, Any]:
        """The row's own. Raises Refused for what no row would take."""
        basis = self.basis or ("" if self.kind in stages.OWN_BASIS else self.subject.basis[:500])
        return {
            "kind": self.kind,
            "basis": required_line(basis, _("请写检查的依据。"), "basis", 500),
            "ordered_by": self.ordered_by.strip(),
            "first": self.first,
            "last": self.last,
            "parts": self.parts or self.subject.parts,
            "skill": self.skill or self.subject.skill,
            "unannounced": self.subject.unannounced if self.unannounced is None else self.unannounced,
        }


@keeping
@transaction.atomic
def enter(
    wish: Wish,
    *,
    by: Actor,
    way: str = "page",
    key: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Need:
    """提出: for an agency, by its people, its own system, or another verb as the clock.

    `key` makes it happen once: sent again it gives the need that the first sending made. The same wish that waits
    already (firm, subject, kind and window) is refused with its number. Raises Blocked where the gate refuses.
    """
    at, key = at or clock.now(), key or uuid.uuid4()
    grant = demand_agency(wish.agency, wish.firm, by, at)
    gate.locked([wish.firm])
    if made := Need.objects.filter(key=key, agency=wish.agency, enterprise=wish.firm).first():
        return made
    fields = wish.fields()
    demand_sound(wish.agency, wish.subject, fields, at)
    _ask(wish.firm, wish.agency, wish.subject, fields, way=way, by=by, at=at, key=key)
    demand_new(wish.firm, wish.subject, fields)
    made = Need.objects.create(
        number=number("JX", at),
        key=key,
        agency=wish.agency,
        enterprise=wish.firm,
        subject=wish.subject,
        status=stages.OPEN,
        came_by=way,
        created_by=person(by),
        created_at=at,
        **fields,
    )
    outbox.tell("need.entered", made, by, at, grant, told=False, way=way)
    return made


def _ask(firm: Enterprise, agency: Agency, subject: Subject, fields: Kept, **how: Any) -> None:
    window = (fields["kind"], fields["first"], fields["last"])
    gate.passes(firm, agency, *window, ordered_by=fields["ordered_by"], subject=subject, **how)


def demand_sound(agency: Agency, subject: Subject, fields: Kept, at: datetime) -> None:
    """Raises Refused for a wish that could never be carried out."""
    if subject.agency_id != agency.pk or not subject.active:
        raise Refused(_("这个检查事项不属于这个执法部门，或已停用。"), "subject")
    if fields["kind"] not in stages.KINDS:
        raise Refused(_("没有这种检查类别。"), "kind")
    if fields["kind"] in stages.OWN_BASIS and fields["basis"] == one_line(subject.basis[:500]):
        raise Refused(_("请写专项部署文件或投诉举报的编号，不能只写法律条款。"), "basis")
    if fields["parts"] not in (1, 2, 4):
        raise Refused(_("用时是四分之一天、半天或一天。"), "parts")
    if fields["last"] < fields["first"]:
        raise Refused(_("最晚日期不能早于最早日期。"), "last")
    if (fields["last"] - fields["first"]).days >= LONGEST_DAYS:
        raise Refused(_("日期范围最多一年。"), "last")
    if fields["last"] < local_day(at):
        raise Refused(_("最晚日期已经过了。"), "last")
    if len(fields["ordered_by"]) > 200:
        raise Refused(_("最多 %(n)s 字。") % {"n": 200}, "ordered_by")


def demand_new(firm: Enterprise, subject: Subject, fields: Kept, but: int = 0) -> None:
    """Raises Refused where the same wish waits already."""
    window = {name: fields[name] for name in ("kind", "first", "last")}
    same = Need.objects.filter(enterprise=firm, subject=subject, status__in=stages.WAITING, **window)
    if waits := same.exclude(pk=but).first():
        raise Refused(_("同样的检查需求已经有了：%(number)s。") % {"number": waits.number})


@keeping
@transaction.atomic
def edit(need: Need, fields: Kept, *, by: Actor, key: uuid.UUID | None = None, at: datetime | None = None) -> Need:
    """修改: what of `EDITABLE` has changed, while it waits for a plan; the gate is asked anew."""
    need, at, grant = _begin(need, "edit", by, at)
    wanted = {name: fields.get(name, getattr(need, name)) for name in EDITABLE}
    wanted["basis"] = required_line(wanted["basis"], _("请写检查的依据。"), "basis", 500)
    wanted["ordered_by"] = wanted["ordered_by"].strip()
    changed = [name for name in EDITABLE if wanted[name] != getattr(need, name)]
    if not changed:
        return need
    _demand_unplanned(need)
    demand_sound(need.agency, need.subject, wanted, at)
    _ask(need.enterprise, need.agency, need.subject, wanted, way="edit", by=by, at=at, key=key)
    demand_new(need.enterprise, need.subject, wanted, but=need.pk)
    for name in changed:
        setattr(need, name, wanted[name])
    need.save(update_fields=changed)
    outbox.tell("need.edited", need, by, at, grant, told=False, changed=changed)
    return need


@transaction.atomic
def withdraw(need: Need, *, by: Actor, reason: str, at: datetime | None = None) -> Need:
    """撤回: the agency does not need it any more."""
    need, at, grant = _begin(need, "withdraw", by, at)
    _demand_unplanned(need)
    end(need, stages.DROPPED, required_line(reason, _("请写撤回的原因。")), at)
    outbox.tell("need.withdrawn", need, by, at, grant, told=False)
    return need


def _demand_unplanned(need: Need) -> None:
    """While a plan is being made of it, it stands still: else the plan would rest on what is no more."""
    if need.visit_id is not None:
        raise Refused(_("这项需求已排进正在编制的计划，请先请统筹部门移出。"))


@transaction.atomic
def settle(need: Need, *, by: Actor, reasons: str, at: datetime | None = None) -> Need:
    """非现场办结: comparison of data settled it, nobody goes there (INS-5); the firm is told in one sentence."""
    need, at, grant = _begin(need, "settle", by, at)
    end(need, stages.SETTLED, required_line(reasons, _("请写比对的结果。"), "reasons", 500), at)
    event = outbox.tell("need.settled", need, by, at, grant, told=False)
    key = f"need.settled_firm:{event.pk}"
    outbox.queue("need.settled_firm", need.enterprise, key=key, at=at, need=need.pk)
    return need


@transaction.atomic
def plan_(need: Need, *, visit: JointVisit, by: Actor, at: datetime | None = None) -> Need:
    """With the approval of its plan: its visit stands from now on."""
    need, at, grant = _begin(need, "plan", by, at)
    need.status, need.visit, need.plan = stages.PLANNED, visit, visit.plan
    need.unplaced = {}
    need.save(update_fields=["status", "visit", "plan", "unplaced"])
    outbox.tell("need.planned", need, by, at, grant, told=False, visit=visit.pk)
    return need


@transaction.atomic
def put_back(need: Need, *, by: Actor, at: datetime | None = None) -> Need:
    """Its visit was cancelled or came to nothing: it waits again."""
    need, at, grant = _begin(need, "put_back", by, at)
    need.status, need.visit, need.plan = stages.OPEN, None, None
    need.save(update_fields=["status", "visit", "plan"])
    outbox.tell("need.put_back", need, by, at, grant, told=False)
    return need


@transaction.atomic
def carry_out(need: Need, *, by: Actor, at: datetime | None = None) -> Need:
    """With its record."""
    need, at, grant = _begin(need, "carry_out", by, at)
    end(need, stages.DONE, "", at)
    outbox.tell("need.carried_out", need, by, at, grant, told=False)
    return need


@transaction.atomic
def lapse(need: Need, *, by: Actor = CLOCK, at: datetime | None = None) -> Need:
    """过期未查: its window is over and nobody went; its agency is told."""
    need, at, grant = _begin(need, "lapse", by, at)
    if need.last >= local_day(at):
        raise Refused(_("这项检查需求还没有过期。"))
    end(need, stages.LAPSED, "", at)
    outbox.tell("need.lapsed", need, by, at, grant)
    return need


@transaction.atomic
def bar(firm: Enterprise, first: date, last: date, *, by: Actor, at: datetime | None = None) -> list[Need]:
    """With its firm's coming onto the whitelist for that term: what the gate would now refuse is dropped.

    What inspectors are at this moment carrying out goes on. The visits that lose their last need so are given back in
    the needs' `visit`, for the caller to cancel. Their agencies are told.
    """
    at = at or clock.now()
    rows = Need.objects.select_for_update(of=("self",), no_key=True).select_related("agency", "visit", "enterprise")
    barred = list(rows.filter(blocked(first, last), enterprise=firm).order_by("pk"))
    for need in barred:
        grant = granted("bar", need, by, at)
        end(need, stages.DROPPED, _("企业列入白名单"), at)
        outbox.tell("need.barred", need, by, at, grant)
    return barred


def blocked(first: date, last: date) -> Q:
    """Waiting needs that a whitelisted firm is spared in that term; as the trigger `inspections_entry_gate` has it."""
    unordered = Q(kind=stages.SELF_CHOSEN) | Q(kind=stages.RANDOM, ordered_by="")
    under_way = Q(visit__status=visits.UNDER_WAY)
    waiting = Q(status__in=stages.WAITING, first__lte=last, last__gte=first)
    return waiting & unordered & ~Q(pk__in=Need.objects.filter(under_way).order_by().values("pk"))


def overdue(at: datetime) -> QuerySet[Need]:
    """Open needs whose window is over, the oldest first."""
    return Need.objects.filter(status=stages.OPEN, last__lt=local_day(at)).order_by("last", "pk")


def end(need: Need, status: str, reason: str, at: datetime) -> None:
    """Ended, out of the plan that is being made; the visit that carried it out stays."""
    need.status, need.ended_for, need.ended_at = status, reason, at
    if status != stages.DONE:
        need.plan = None if need.visit is None or need.visit.status == visits.PROPOSED else need.plan
        need.visit = None if need.visit is None or need.visit.status == visits.PROPOSED else need.visit
    need.save(update_fields=["status", "ended_for", "ended_at", "plan", "visit"])


def record_many(kind: str, needs: Iterable[Need], *, by: Actor, at: datetime, grant: Grant | None, **data: Any) -> None:
    """The event of a verb done to many at once."""
    record_each(kind, Need, {need.pk: data for need in needs}, by=by, at=at, grant=grant)


def _begin(need: Need, verb: str, by: Actor, at: datetime | None) -> tuple[Need, datetime, Grant | None]:
    """The need, locked, the verb's instant and the right it is done by; refuses what the table does not allow."""
    rows = Need.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("agency__department", "enterprise", "subject", "skill", "visit").get(pk=need.pk)
    at = at or clock.now()
    return found, at, granted(verb, found, by, at)
