"""The verbs on a correction (ENT-3): somebody saw at the firm that a value is wrong, the owning line confirms or not.

Until then the value stands as it was, marked wherever it is shown.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.outbox import queue
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail.entries import record
from portal.trail.models import Audience
from portal.worktime import clock

from ..measures import Kind, Plain, kept
from ..models import UNKNOWN, Correction, Delivery, Enterprise, Fact, ResourceColumn, firms_of
from ..powers import OWN_FIRM
from . import writing
from .delivering import deliver_kept
from .periods import fits
from .ruling import grant_over
from .sight import Sight
from .staging import LONGEST_ITEM, Words, width_of

OVERSEES = (Role.LEADER, Role.SUPERVISOR)  # who visits firms that are not his own


@transaction.atomic
def propose(
    enterprise: Enterprise,
    column: ResourceColumn,
    value: Plain | None,
    *,
    period: date | None = None,
    item: str = "",
    reason: str,
    by: User,
    at: datetime | None = None,
) -> Correction:
    """Say that a value is wrong; None: it should say nothing. The line's data officers are told.

    Raises Refused for who neither serves nor belongs to the firm or may not see the value (SEC-11), and for a value
    that does not fit its column. A second proposal for one value waits until the first is decided.
    """
    at, from_firm = at or clock.now(), enterprise.pk in firms_of(by)
    grant = None if from_firm else _demand_right(enterprise, by, at)
    resource = column.resource
    _demand(from_firm or Sight(by, enterprise, at).sees(resource), _("您看不到这一项，不能提出更正"))
    _demand(resource.retired_at is None and fits(period, resource.per, timezone.localdate(at)), _("所属期不对"))
    item = item.strip()
    named = bool(item) == bool(resource.item) and len(item) <= LONGEST_ITEM and item.isprintable()
    _demand(named, _("区分项不对"))
    _demand(bool(reason.strip()), _("请写明依据"), "reason")
    Enterprise.objects.select_for_update(of=("self",), no_key=True).get(pk=enterprise.pk)
    key = {"enterprise": enterprise, "column": column, "period": period, "item": item}
    _demand(not Correction.objects.proposed().filter(**key).exists(), _("已有人对这一项提出更正，等条线确认"))
    was, number = standing(enterprise, column, period, item), kept_number(column, value)
    _demand(was != number, _("和现有的值一样"), "value")
    correction = Correction.objects.create(
        **key, was=was, value=number, reason=reason.strip()[:200], from_firm=from_firm, by=by, at=at
    )
    _record("proposed", correction, by, at, grant)
    queue("correction.proposed", correction, key=f"correction.proposed:{correction.pk}", at=at)
    return correction


@transaction.atomic
def confirm(correction: Correction, *, by: User, answer: str = "", at: datetime | None = None) -> Correction:
    """The line takes it over: the value changes, as the line's own word."""
    at = at or clock.now()
    correction, grant = _locked(correction, by, at)
    resource, firm = correction.column.resource, correction.enterprise
    values: list[int | None] = [None] * width_of(resource.columns.all())
    values[correction.column.place - 1] = UNKNOWN if correction.value is None else correction.value
    row = (firm.pk, correction.period, correction.item, values)
    way = Delivery.Way.VISIT
    correction.delivery = deliver_kept(resource, [row], line=resource.line, way=way, by=by, grant=grant, at=at).delivery
    return _rule(correction, Correction.State.CONFIRMED, answer, by, at, grant)


@transaction.atomic
def reject(correction: Correction, *, by: User, answer: str, at: datetime | None = None) -> Correction:
    """The value stays; `answer` says why to whoever proposed it."""
    at = at or clock.now()
    correction, grant = _locked(correction, by, at)
    _demand(bool(answer.strip()), _("请写明为什么不予更正"), "answer")
    return _rule(correction, Correction.State.REJECTED, answer, by, at, grant)


def kept_number(column: ResourceColumn, value: Plain | None) -> int | None:
    """The number under which the value is kept. Raises Refused where it does not fit; of a text it is made."""
    if value is None:
        return None
    words = Words()
    if isinstance(value, str) and column.kind in (Kind.TEXT, Kind.CHOICE):
        words.learn({value})
    return kept(column.measure, value, words)


def _locked(correction: Correction, by: User, at: datetime) -> tuple[Correction, Grant]:
    """The resource first, as by every delivery."""
    writing.lock(correction.column.resource)
    found = Correction.objects.select_for_update(of=("self",), no_key=True)
    found = found.select_related("column__resource__line", "enterprise", "by")
    correction = found.get(pk=correction.pk)
    grant = grant_over(correction.column.resource.line, by, at)
    _demand(correction.state == Correction.State.PROPOSED, _("这条更正已经处理过了"))
    return correction, grant


def _rule(correction: Correction, state: str, answer: str, by: User, at: datetime, grant: Grant) -> Correction:
    correction.state, correction.ruling = state, answer.strip()[:200]
    correction.ruled_by, correction.ruled_at = by, at
    correction.save(update_fields=["state", "ruling", "ruled_by", "ruled_at", "delivery"])
    _record(state, correction, by, at, grant)
    queue("correction.ruled", correction, key=f"correction.ruled:{correction.pk}", at=at)
    return correction


def _record(verb: str, correction: Correction, by: User, at: datetime, grant: Grant | None) -> None:
    data = {"firm": correction.enterprise_id, "column": correction.column_id}
    record(f"correction.{verb}", correction, by=by, at=at, data=data, grant=grant, audience=Audience.FIRM)


def standing(firm: Enterprise, column: ResourceColumn, period: date | None, item: str) -> int | None:
    """What the firm's row says now, as it is kept."""
    fact = Fact.objects.filter(resource=column.resource, enterprise=firm, period=period, item=item).first()
    return fact.values[column.place - 1] if fact and len(fact.values) >= column.place else None


def may_propose(firm: Enterprise, by: User, at: datetime | None = None) -> Grant | None:
    """The right of an official to say that a value of this firm is wrong: who serves it, or oversees the town."""
    rights, firms = rights_of(by, at), Enterprise.objects.filter(pk=firm.pk)
    serves = rights.has(*OWN_FIRM) and (firms.stewarded_by(by, at) | firms.placed_under(by, at)).exists()
    return next(filter(None, map(rights.grant, (*OVERSEES, *(OWN_FIRM if serves else ())))), None)


def _demand_right(firm: Enterprise, by: User, at: datetime) -> Grant:
    grant = may_propose(firm, by, at)
    if grant is None:
        raise Refused(_("只有服务这家企业的人可以提出更正"))
    return grant


def _demand(holds: bool, sentence: str, field: str | None = None) -> None:
    if not holds:
        raise Refused(sentence, field)
