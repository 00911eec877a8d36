"""另案处理 (INS-10): what came of a finding that was given to a case of its own; a penalty goes into the facts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import outbox
from portal.people.models import User
from portal.people.refusal import Refused, one_line, required_line
from portal.people.rights import Grant
from portal.worktime import clock
from portal.worktime.words import local_day

from ...models import CaseCorrection, CaseOutcome, Finding
from ...recording import stages as findings
from .. import results
from ..capacity import demand_agency, demand_head

VALUES = ("punished", "decision", "decided_on", "fine", "remarks")


@transaction.atomic
def conclude(
    finding: Finding,
    *,
    by: User,
    punished: bool,
    decided_on: date,
    decision: str = "",
    fine: Decimal | None = None,
    remarks: str = "",
    at: datetime | None = None,
) -> CaseOutcome:
    """登记处理结果: a penalty with the number of its decision, or none with the reason; once."""
    finding, at = _locked(finding), at or clock.now()
    grant = demand_agency(finding.agency, finding.enterprise, by, at)
    if finding.status != findings.CASE:
        raise Refused(_("这个问题没有另案处理，或已登记结果。"))
    told = _sound(finding, at, punished, decided_on, decision, fine, remarks)
    made = CaseOutcome.objects.create(finding=finding, by=by, at=at, **told)
    Finding.objects.filter(pk=finding.pk).update(status=findings.CLOSED)
    _told("case_concluded", finding, by, at, grant)
    return made


@transaction.atomic
def correct(
    finding: Finding,
    *,
    by: User,
    reason: str,
    punished: bool,
    decided_on: date,
    decision: str = "",
    fine: Decimal | None = None,
    remarks: str = "",
    at: datetime | None = None,
) -> CaseOutcome:
    """更正处理结果, by a head of the agency, with the reason: what stood is kept beside, the facts follow (INS-10)."""
    finding, at = _locked(finding), at or clock.now()
    grant = demand_head(finding.agency, finding.enterprise, by, at)
    outcome = CaseOutcome.objects.filter(finding=finding).first()
    if outcome is None:
        raise Refused(_("这个问题还没有登记处理结果。"))
    reason = required_line(reason, _("请写更正的原因。"), "reason", 300)
    told = _sound(finding, at, punished, decided_on, decision, fine, remarks)
    former = {name: getattr(outcome, name) for name in VALUES}
    if told == former:
        raise Refused(_("和已登记的一样，没有要更正的。"))
    CaseCorrection.objects.create(outcome=outcome, reason=reason, by=by, at=at, **former)
    for name, value in told.items():
        setattr(outcome, name, value)
    outcome.save(update_fields=VALUES)
    _told("case_corrected", finding, by, at, grant)
    return outcome


def _locked(finding: Finding) -> Finding:
    rows = Finding.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("agency__department", "enterprise", "record__part__visit").get(pk=finding.pk)


def _told(kind: str, finding: Finding, by: User, at: datetime, grant: Grant | None) -> None:
    visit = finding.record.part.visit
    results.owed(visit, by, at)
    outbox.tell(f"joint_visit.{kind}", visit, by, at, grant, firm_sees=True, told=False, finding=finding.pk)


def _sound(
    finding: Finding, at: datetime, punished: bool, decided_on: date, decision: str, fine: Decimal | None, remarks: str
) -> dict[str, Any]:
    """The values as they are kept. Raises Refused."""
    if not local_day(finding.at) <= decided_on <= local_day(at):
        raise Refused(_("决定日期在检查以后、今天以前。"), "decided_on")
    if punished:
        decision = _own_number(decision, finding)
    else:
        decision, fine = "", None
        remarks = required_line(remarks, _("请写不予处罚的理由。"), "remarks", 300)
    remarks = one_line(remarks)[:300]
    values = (punished, decision, decided_on, fine, remarks)
    return dict(zip(VALUES, values, strict=True))


def _own_number(decision: str, finding: Finding) -> str:
    """The number of the paper, which is its own in the register of penalties."""
    decision = required_line(decision, _("请写处罚决定书文号。"), "decision", 60)
    if CaseOutcome.objects.filter(decision=decision).exclude(finding=finding).exists():
        raise Refused(_("这个文号已经登记过。"), "decision")
    return decision
