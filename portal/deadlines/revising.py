"""The administrator's verbs on SLA tables and ladders (§3, DL-4): new versions, never changed rows; each an event.

Running clocks keep the rule they started with; `apply_rules` gives them the present one, on purpose. Ladders hold for
running clocks as well, which follow after the commit (`following.carry_on`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from portal.deadlines import following
from portal.deadlines.following import Cause
from portal.deadlines.held import REVISED
from portal.deadlines.models import Following, LadderRung, RuleKind, SlaChoice, SlaRule, SlaTable, TablesVersion
from portal.deadlines.obligations import ObligorKind
from portal.people.models import User
from portal.people.refusal import Refused
from portal.people.rights import Grant, rights_of
from portal.people.roles import Role
from portal.trail import Audience, record
from portal.worktime import clock
from portal.worktime.held import end_request
from portal.worktime.limits import SHANGHAI

__all__ = [
    "Refused",
    "Step",
    "add_rule",
    "administrator",
    "apply_rules",
    "choose_table",
    "kinds_of",
    "new_choice",
    "new_version",
    "revise_ladder",
    "revise_rule",
    "withdraw_choice",
    "withdraw_rule",
]

FURTHEST = timedelta(days=366)  # a version that comes into force later than in a year is a slip of the pen
NO_AMOUNT = (RuleKind.BY_DATE, RuleKind.MONTHLY)
# How a limit may be told, by obligation: only handling may be left to a date or to the law, a part hangs on its lead.
COUNTED = (RuleKind.WORKING_DAYS, RuleKind.WORKING_MINUTES, RuleKind.CALENDAR_DAYS)
KINDS: dict[str, tuple[RuleKind, ...]] = {
    "handle": (*COUNTED, RuleKind.STATUTORY, RuleKind.BY_DATE),
    "co_handle": (RuleKind.BEFORE_LEAD,),
    "progress": (),
    "extension": (RuleKind.TIMES,),
    "look_again": (RuleKind.CALENDAR_DAYS,),
}
MOST = {RuleKind.WORKING_MINUTES: 10_000}
MOST_DAYS = 500
MOST_STEPS = 12
LATEST_STEP = 60  # working days after the due time
# Who can be told of whose clocks (DL-4): the centre's never come to the board, a firm is only reminded.
TELLS = {
    ObligorKind.DEPARTMENT: (
        "handler",
        "department_head",
        "supervisor",
        "leader_in_charge",
        "leader",
        "board",
        "agenda",
    ),
    ObligorKind.CENTRE: ("clerk", "supervisor", "leader"),
    ObligorKind.ENTERPRISE: ("enterprise",),
    ObligorKind.VISITOR: ("visitor", "supervisor", "leader"),
    ObligorKind.INSPECTED: ("enterprise", "inspector", "department_head", "supervisor", "leader_in_charge", "leader"),
}


def administrator(by: User, at: datetime | None) -> Grant:
    """The right under which he acts; raises Refused for everybody else (SEC-1)."""
    grant = rights_of(by, at).grant(Role.ADMINISTRATOR)
    if grant is None:
        raise Refused(_("只有系统管理员能做这件事。"))
    return grant


def _begin(by: User, at: datetime | None) -> tuple[Grant, datetime]:
    """His right and the instant; whoever else changes the tables waits until this transaction ends."""
    grant = administrator(by, at)
    TablesVersion.objects.select_for_update(of=("self",), no_key=True).get()
    transaction.on_commit(end_request, robust=True)
    end_request()
    return grant, at or clock.now()


def _note(
    event: str, subject: models.Model | type[models.Model], by: User, at: datetime, grant: Grant, /, **data: Any
) -> None:
    record(event, subject, by=by, at=at, data=data, audience=Audience.CLOSED, grant=grant)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def _check_beginning(valid_from: date, at: datetime) -> None:
    if valid_from < _day(at):
        raise Refused(_("生效日期不能早于今天：已经开始的时限不受影响。"), "valid_from")
    if valid_from > _day(at) + FURTHEST:
        raise Refused(_("生效日期最晚在一年以内。"), "valid_from")


# Rules ---------------------------------------------------------------------------------------------------------------


@transaction.atomic
def revise_rule(
    rule: SlaRule,
    *,
    by: User,
    limit_kind: str,
    amount: int | None,
    valid_from: date,
    source: str = "",
    at: datetime | None = None,
) -> SlaRule:
    """A new version of a rule, for clocks that start from that day on."""
    grant, at = _begin(by, at)
    version = new_version(rule, limit_kind=limit_kind, amount=amount, valid_from=valid_from, source=source, at=at)
    _insert(version)
    was = {"limit_kind": rule.limit_kind, "amount": rule.amount}
    now = {"limit_kind": version.limit_kind, "amount": version.amount, "valid_from": valid_from}
    _note("rule.revised", version, by, at, grant, rule=rule.pk, former=was, now=now, **_of(rule))
    return version


def _of(rule: SlaRule) -> dict[str, str]:
    """Which limit it is, as the list of changes names it."""
    case = {"obligation": rule.obligation, "kind": rule.kind, "complexity": rule.complexity}
    return case | {"table": rule.table.name}


def _insert(version: SlaRule) -> None:
    """Another administrator may have been quicker by a moment."""
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError:
        raise _taken() from None


def _taken() -> Refused:
    return Refused(_("这一天已经有一个新版本：还没有生效的请先撤销，已经生效的请换一个日期。"), "valid_from")


def new_version(
    rule: SlaRule, *, limit_kind: str, amount: int | None, valid_from: date, at: datetime, source: str = ""
) -> SlaRule:
    """The row that would follow a rule; not saved. Raises Refused where its day is past, too far off or another
    version's, where amount and kind do not go together, and where nothing would change."""
    _check_beginning(valid_from, at)
    _check_amount(rule.obligation, limit_kind, amount)
    amount = None if limit_kind in NO_AMOUNT else amount
    if (limit_kind, amount) == (rule.limit_kind, rule.amount):
        raise Refused(_("和现行的一样，没有要改的。"), "amount")
    case = {"table": rule.table, "obligation": rule.obligation, "kind": rule.kind, "complexity": rule.complexity}
    if SlaRule.objects.filter(**case, valid_from=valid_from).exists():
        raise _taken()
    return SlaRule(
        **case,
        reference=rule.reference,
        limit_kind=limit_kind,
        amount=amount,
        valid_from=valid_from,
        source=source or rule.source,
    )


def kinds_of(obligation: str) -> tuple[RuleKind, ...]:
    """How a limit of this obligation may be told; none where it cannot be changed."""
    return KINDS.get(obligation, COUNTED)


def _check_amount(obligation: str, limit_kind: str, amount: int | None) -> None:
    if limit_kind not in kinds_of(obligation):
        raise Refused(_("这个事项不能这样定时限。"), "limit_kind")
    if limit_kind in NO_AMOUNT:
        return
    most = MOST.get(RuleKind(limit_kind), MOST_DAYS)
    if amount is None or not 1 <= amount <= most:
        raise Refused(_("数值填 1 到 %(n)s。") % {"n": most}, "amount")


@transaction.atomic
def add_rule(
    table: SlaTable,
    *,
    by: User,
    obligation: str,
    kind: str,
    complexity: str,
    limit_kind: str,
    amount: int | None,
    valid_from: date,
    source: str = "",
    at: datetime | None = None,
) -> SlaRule:
    """A rule for a case of which the table said nothing of its own, for clocks that start from that day on."""
    grant, at = _begin(by, at)
    case = {"obligation": obligation, "kind": kind, "complexity": complexity}
    rule = new_rule(table, **case, limit_kind=limit_kind, amount=amount, valid_from=valid_from, source=source, at=at)
    _insert(rule)
    said = {"limit_kind": rule.limit_kind, "amount": rule.amount, "valid_from": valid_from}
    _note("rule.added", rule, by, at, grant, **_of(rule), **said)
    return rule


def new_rule(
    table: SlaTable,
    *,
    obligation: str,
    kind: str,
    complexity: str,
    limit_kind: str,
    amount: int | None,
    valid_from: date,
    at: datetime,
    source: str = "",
) -> SlaRule:
    """The first row of a case; not saved. Raises Refused where the table has one, and where `new_version` would."""
    case = {"table": table, "obligation": obligation, "kind": kind, "complexity": complexity}
    if SlaRule.objects.filter(**case).exists():
        raise Refused(_("这张表里已经有这一条，请改它的数值。"))
    pattern = SlaRule(**case, reference=table.name[:20], source=table.source)
    return new_version(pattern, limit_kind=limit_kind, amount=amount, valid_from=valid_from, source=source, at=at)


@transaction.atomic
def withdraw_rule(rule: SlaRule, *, by: User, at: datetime | None = None) -> None:
    """Take back a version that has not come into force yet: no clock has ever run by it."""
    grant, at = _begin(by, at)
    if rule.valid_from <= _day(at):
        raise Refused(_("已经生效的版本不能撤销，请另定一个新版本。"))
    kept = {"rule": rule.pk, "limit_kind": rule.limit_kind, "amount": rule.amount, "valid_from": rule.valid_from}
    if not SlaRule.objects.filter(pk=rule.pk).delete()[0]:
        raise Refused(_("这个版本已经撤销了。"))
    _note("rule.withdrawn", rule.table, by, at, grant, **_of(rule), **kept)


@transaction.atomic
def apply_rules(obligation: str, *, by: User, at: datetime | None = None) -> Following:
    """Give the running clocks of an obligation the rule that holds for them now; they follow after the commit."""
    grant, at = _begin(by, at)
    _check_nothing_waits()
    asked = following.ask(Cause.RULE, by=by, at=at, obligation=obligation)
    _note("rule.applied", asked, by, at, grant, obligation=obligation)
    return asked


def _check_nothing_waits() -> None:
    if following.is_waiting():
        raise Refused(_("上一次调整还在重算，做完再改。"))


# Which table holds ---------------------------------------------------------------------------------------------------


@transaction.atomic
def choose_table(
    table: SlaTable, *, by: User, category: str, complexity: str, valid_from: date, at: datetime | None = None
) -> SlaChoice:
    """From that day on `table` holds for a category or complexity; blank fits any, so both blank is the usual table."""
    grant, at = _begin(by, at)
    choice = new_choice(table, category=category, complexity=complexity, valid_from=valid_from, at=at)
    try:
        with transaction.atomic():
            choice.save(force_insert=True)
    except IntegrityError:
        raise Refused(_("这一天已经定过用哪张表，请先撤销，或换一个日期。"), "valid_from") from None
    _note("table.chosen", table, by, at, grant, **_said(choice))
    return choice


def new_choice(table: SlaTable, *, category: str, complexity: str, valid_from: date, at: datetime) -> SlaChoice:
    """The row that would be; not saved. Raises Refused where it would begin too early or too late, or is there."""
    _check_beginning(valid_from, at)
    choice = SlaChoice(table=table, category=category, complexity=complexity, valid_from=valid_from)
    if SlaChoice.objects.filter(category=category, complexity=complexity, valid_from=valid_from).exists():
        raise Refused(_("这一天已经定过用哪张表，请先撤销，或换一个日期。"), "valid_from")
    return choice


@transaction.atomic
def withdraw_choice(choice: SlaChoice, *, by: User, at: datetime | None = None) -> None:
    """Take back a choice that has not come into force yet."""
    grant, at = _begin(by, at)
    if choice.valid_from <= _day(at):
        raise Refused(_("已经生效的不能撤销，请另选一张表。"))
    if not SlaChoice.objects.filter(pk=choice.pk).delete()[0]:
        raise Refused(_("这一条已经撤销了。"))
    _note("choice.withdrawn", choice.table, by, at, grant, **_said(choice))


def _said(choice: SlaChoice) -> dict[str, Any]:
    of = {"category": choice.category, "complexity": choice.complexity}
    return {**of, "table": choice.table.name, "valid_from": choice.valid_from}


# Ladders -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One rung as an administrator writes it; `key` is that of the rung it was, None for a new one."""

    anchor: str
    working_days: int
    tells: tuple[str, ...]
    key: int | None = None


@transaction.atomic
def revise_ladder(
    obligor_kind: str, steps: Sequence[Step], *, by: User, at: datetime | None = None
) -> Following | None:
    """Put these steps in the place of a ladder's; open clocks follow. None where nothing differs.

    Steps are put in the order of their times. One that keeps its key has fired where it has fired.
    """
    grant, at = _begin(by, at)
    _check_nothing_waits()
    Anchor = LadderRung.Anchor
    order: dict[str, Callable[[Step], int]] = {Anchor.NEAR: lambda s: -2, Anchor.DUE: lambda s: -1}
    steps = sorted(steps, key=lambda step: order.get(step.anchor, lambda s: s.working_days)(step))
    _check_steps(obligor_kind, steps)
    former = list(LadderRung.objects.filter(obligor_kind=obligor_kind).order_by("number"))
    before = [Step(rung.anchor, rung.working_days, tuple(rung.tells), rung.pk) for rung in former]
    if before == steps:
        return None
    if {step.key for step in steps if step.key} - {rung.pk for rung in former}:
        raise Refused(_("阶梯刚被别人改过，请刷新后再改。"))
    _write(obligor_kind, former, steps)
    said = {"former": [asdict(step) for step in before], "now": [asdict(step) for step in steps]}
    _note(REVISED, LadderRung, by, at, grant, obligor_kind=obligor_kind, **said)
    return following.ask(Cause.LADDER, by=by, at=at, obligor_kind=obligor_kind, former=[rung.pk for rung in former])


def _check_steps(obligor_kind: str, steps: Sequence[Step]) -> None:
    if not steps:
        raise Refused(_("至少留一级。"))
    if len(steps) > MOST_STEPS:
        raise Refused(_("最多 %(n)s 级。") % {"n": MOST_STEPS})
    if len({(step.anchor, step.working_days) for step in steps}) < len(steps):
        raise Refused(_("同一个时点只能有一级，请把提醒对象合在一起。"))
    for step in steps:
        after = step.anchor == LadderRung.Anchor.AFTER
        if after != (1 <= step.working_days <= LATEST_STEP) or (not after and step.working_days):
            raise Refused(_("超期后的工作日填 1 到 %(n)s。") % {"n": LATEST_STEP})
        if not step.tells or not set(step.tells) <= set(TELLS[ObligorKind(obligor_kind)]):
            raise Refused(_("每一级至少选一个提醒对象。"))


def _write(obligor_kind: str, former: Sequence[LadderRung], steps: Sequence[Step]) -> None:
    """Out of the way first: numbers are unique, and a statement at a time would meet another's."""
    LadderRung.objects.filter(obligor_kind=obligor_kind).update(number=models.F("number") + 1000)
    kept = {step.key for step in steps}
    LadderRung.objects.filter(pk__in=[rung.pk for rung in former if rung.pk not in kept]).delete()
    for number, step in enumerate(steps, 1):
        rung = next((one for one in former if one.pk == step.key), LadderRung(obligor_kind=obligor_kind))
        rung.number, rung.anchor, rung.working_days = number, step.anchor, step.working_days
        rung.tells = list(step.tells)
        rung.save()
