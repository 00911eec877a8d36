"""退回、裁定、改派、兜底: a department thinks that the matter is not its own (APP-9), and nobody accepts it (NET-6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.people.models import Department, User
from portal.people.refusal import required
from portal.people.rights import standing_in
from requests import limits
from requests.asked import CHIEFS_TURN, lead_part, may_be_referred, open_referral, open_return, refusals, rules_on
from requests.capacity import standing
from requests.flow.core import Refused, begin, note
from requests.flow.parts import raise_to
from requests.flow.passing import demand_able, drop_open, pass_on, settle_open
from requests.models import ChiefView, Referral, ReturnRequest, Ticket
from requests.models.dispatch import chiefs
from requests.models.ticket import Complexity, Round

HARD = (Complexity.DIFFICULT, Complexity.MAJOR)


@transaction.atomic
def ask_return(
    ticket: Ticket, *, by: User, reason: str, proposed: Department | None = None, at: datetime | None = None
) -> ReturnRequest:
    """申请退回: the centre rules within SLA-6, the department's own clock runs on. The second makes it 疑难 (APP-9)."""
    ticket, at = begin(ticket, "ask_return", by, at)
    part = lead_part(ticket)
    if part is None or ticket.round != Round.FIRST:
        raise Refused(_("已经答复过的事项不能再退回，有异议请报督查员。"))
    if part.by_chiefs:
        raise Refused(_("这件由总召集人定给您部门，不能再退回。"))
    if open_return(ticket) or open_referral(ticket):
        raise Refused(_("已经申请退回，正在等裁定。"))
    if proposed is not None:
        demand_able(proposed, field="proposed")
        if proposed.pk == part.department_id:
            raise Refused(_("建议的部门就是您部门，请另选一个，或者不选。"), "proposed")
    request = ReturnRequest.objects.create(
        ticket=ticket,
        assignment=part,
        number=refusals(ticket) + 1,
        reason=required(reason, _("请写为什么不是您部门的事。"), "reason"),
        proposed=proposed,
        asked_by=by,
        asked_at=at,
    )
    limits.return_asked(ticket, at)
    note("ticket.return_asked", ticket, by=by, at=at, firm_sees=False, request=request.pk, number=request.number)
    if request.number > 1 and ticket.complexity not in HARD:
        raise_to(ticket, Complexity.DIFFICULT, "", by, at)
    return request


@transaction.atomic
def rule_return(
    ticket: Ticket,
    *,
    by: User,
    granted: bool,
    reason: str,
    lead: Department | None = None,
    co: Iterable[Department] = (),
    instruction: str = "",
    at: datetime | None = None,
) -> Ticket:
    """裁定退回: sent back, the department keeps its clock; granted, the next lead is named in the same act (APP-9).

    The triager rules on the first one, a supervisor on the second; a further one goes to the chiefs (NET-6).
    """
    ticket, at = begin(ticket, "rule_return", by, at)
    request = _to_rule_on(ticket, by, at)
    ruling = required(reason, _("请写裁定的理由。"), "reason")
    outcome = ReturnRequest.Outcome.GRANTED if granted else ReturnRequest.Outcome.REFUSED
    settle_open(ticket, outcome, by=by, at=at, ruling=ruling)
    limits.return_ruled(ticket, at)
    if not granted:
        note("ticket.return_refused", ticket, by=by, at=at, firm_sees=False, request=request.pk)
        return ticket
    if lead is None:
        raise Refused(_("请选改由哪个部门主办。"), "lead")
    co = list(co)
    _check_new(ticket, lead, co)
    former = pass_on(ticket, lead, by=by, at=at, reason=ruling, co=co, instruction=instruction)
    given: dict[str, Any] = {
        "lead": lead.pk,
        "former": former.department_id,
        "co": [department.pk for department in co],
    }
    note("ticket.returned", ticket, by=by, at=at, request=request.pk, **given)
    return ticket


def _to_rule_on(ticket: Ticket, by: User, at: datetime) -> ReturnRequest:
    """The request that waits, if it is his to rule on."""
    request = open_return(ticket)
    if request is None or open_referral(ticket):
        raise Refused(_("没有等裁定的退回申请：已经裁定，或者已经报总召集人。"))
    if not rules_on(request, standing(ticket, by, at)):
        late = request.number >= CHIEFS_TURN
        raise Refused(_("两轮都没有部门接，要报总召集人定。") if late else _("这一步不由您办理。"))
    return request


def _check_new(ticket: Ticket, lead: Department, co: list[Department]) -> None:
    demand_able(*co, field="co")
    if lead in co:
        raise Refused(_("%(name)s主办，就不用再选它协办。") % {"name": lead.short_name}, "co")
    gone = ticket.returns.filter(outcome=ReturnRequest.Outcome.GRANTED, assignment__department=lead)
    if gone.exists():
        raise Refused(_("%(name)s退回过这件，中心同意了，请另选一个部门。") % {"name": lead.short_name}, "lead")
    if co and ticket.complexity == Complexity.ORDINARY:
        ticket.complexity = Complexity.CROSS


@transaction.atomic
def reassign(ticket: Ticket, *, by: User, lead: Department, reason: str, at: datetime | None = None) -> Ticket:
    """改派: a supervisor gives it to another department at any time while it is with one (SEC-1); co-handlers stay."""
    ticket, at = begin(ticket, "reassign", by, at)
    if open_referral(ticket):
        raise Refused(_("已经报总召集人，等他们定。"))
    reason = required(reason, _("请写为什么改派。"), "reason")
    drop_open(ticket, by=by, at=at)
    former = pass_on(ticket, lead, by=by, at=at, reason=reason)
    note("ticket.reassigned", ticket, by=by, at=at, lead=lead.pk, former=former.department_id, part=former.pk)
    return ticket


@transaction.atomic
def refer_to_chiefs(ticket: Ticket, *, by: User, reason: str, at: datetime | None = None) -> Referral:
    """报总召集人: nobody accepted it in two rounds, so the chiefs decide together (NET-6); SLA-6 runs for them anew."""
    ticket, at = begin(ticket, "refer_to_chiefs", by, at)
    if open_referral(ticket):
        raise Refused(_("已经报总召集人，等他们定。"))
    if not may_be_referred(ticket):
        raise Refused(_("两轮退回以后，才报总召集人。"))
    if not any(chief.is_head for chief in chiefs(at).values()):
        raise Refused(_("还没有设总召集人，请管理员在“工作组”里设。"))
    reason = required(reason, _("请写各部门为什么都没有接。"), "reason")
    referral = Referral.objects.create(ticket=ticket, reason=reason, referred_by=by, referred_at=at)
    limits.return_ruled(ticket, at)
    limits.return_asked(ticket, at)
    note("ticket.referred", ticket, by=by, at=at, firm_sees=False, referral=referral.pk)
    return referral


@transaction.atomic
def give_view(ticket: Ticket, *, by: User, taker: Department, text: str = "", at: datetime | None = None) -> ChiefView:
    """总召集人意见: each chief says who should take it; a later view of the same chief replaces the former one."""
    ticket, at = begin(ticket, "give_view", by, at)
    referral = _lying(ticket)
    demand_able(taker, field="taker")
    known = chiefs(at)
    chief = next(person for person in standing_in(by, at) if person.pk in known)
    view = ChiefView.objects.create(
        referral=referral, chief=chief, by=by, taker=taker, text=(text or "").strip(), at=at
    )
    note("ticket.chief_viewed", ticket, by=by, at=at, firm_sees=False, view=view.pk)
    return view


@transaction.atomic
def decide_raised(
    ticket: Ticket, *, by: User, lead: Department, text: str, without: str = "", at: datetime | None = None
) -> Ticket:
    """总召集人定: the convener names who takes it, after the others' views; that department cannot return it (NET-6).

    `without` says why a view that is still missing was not waited for. The department that has it keeps its clock.
    """
    ticket, at = begin(ticket, "decide_raised", by, at)
    referral = _lying(ticket)
    text = required(text, _("请写决定的理由，部门会看到。"), "text")
    missing = missing_views(referral, at)
    if missing and not (without or "").strip():
        names = _("、").join(user.name for user in missing)
        raise Refused(_("%(names)s还没有给意见，不等的请写明原因。") % {"names": names}, "without")
    stays = lead.pk == ticket.lead_department_id
    settle_open(ticket, ReturnRequest.Outcome.REFERRED, by=by, at=at, ruling=text)
    limits.return_ruled(ticket, at)
    if stays:
        ticket.assignments.filter(part="lead", ended_at=None).update(by_chiefs=True)
    else:
        pass_on(ticket, lead, by=by, at=at, reason=text, instruction=text, by_chiefs=True)
    referral.refresh_from_db()
    referral.taker, referral.decision, referral.decided_without = lead, text, (without or "").strip() if missing else ""
    referral.save()
    note("ticket.raised_decided", ticket, by=by, at=at, referral=referral.pk, lead=lead.pk, stays=stays)
    return ticket


def _lying(ticket: Ticket) -> Referral:
    referral = open_referral(ticket)
    if referral is None:
        raise Refused(_("没有等总召集人定的事：已经定了，或者部门接了。"))
    return referral


def missing_views(referral: Referral, at: datetime | None = None) -> list[User]:
    """The chiefs, but for the convener who decides, who have not said yet who should take it."""
    given = set(referral.views.values_list("chief", flat=True))
    return [chief.user for chief in chiefs(at).values() if not chief.is_head and chief.user_id not in given]
