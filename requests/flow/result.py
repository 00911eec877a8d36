"""办理: the department's result, signed by rank and brought to the firm (APP-11)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.refusal import required
from requests import limits, links, stages
from requests.capacity import standing
from requests.confiding import demand_finding
from requests.flow import orders, papers
from requests.flow.core import Refused, begin, move, note
from requests.flow.intake import attach
from requests.flow.merging import tell_of_answer
from requests.flow.passing import drop_open, move_instructions, open_parts
from requests.models import Assignment, Result, Ticket
from requests.models.conversation import Audience


@transaction.atomic
def report(
    ticket: Ticket,
    *,
    by: User,
    kind: str,
    text: str,
    written_reply: str = "",
    files: Iterable[StoredFile] = (),
    at: datetime | None = None,
) -> Result:
    """填写办理结果: the handler reports what came of it; the head of the right rank signs (handbook §1)."""
    ticket, at = begin(ticket, "report", by, at)
    if kind not in Result.Kind.values:
        raise Refused(_("请选办理结果。"), "kind")
    _all_parts_in(ticket)
    demand_finding(ticket)
    if ticket.deadlines.open().filter(obligation="contact").exists():
        raise Refused(_("还没有登记联系企业，先登记，再报结果。"))
    result = Result(
        ticket=ticket,
        round=ticket.round,
        department=ticket.lead_department,
        kind=kind,
        text=required(text, _("请写办理结果，企业会看到这段话。"), "text"),
        written_reply=(written_reply or "").strip(),
        reported_by=by,
        reported_at=at,
    )
    if result.needs_written_reply and not result.written_reply:
        raise Refused(_("不能办理、二次交办和督办件要有书面答复，请写书面答复。"), "written_reply")
    result.save()
    attach(ticket, files, Audience.OFFICE, result=result)  # the firm's once it is signed
    drop_open(ticket, by=by, at=at)
    move(ticket, stages.SIGNOFF, at)
    ticket.save()
    note("ticket.reported", ticket, by=by, at=at, firm_sees=False, result=result.pk)
    return result


def _all_parts_in(ticket: Ticket) -> None:
    """Co-handlers' opinions come before the lead's result (APP-4)."""
    missing = ticket.assignments.filter(part=Assignment.Part.CO, ended_at=None, opinion_at=None)
    names = list(missing.values_list("department__short_name", flat=True))
    if names:
        raise Refused(_("还缺%(names)s的协办意见，意见到了就能报结果。") % {"names": _("、").join(names)})


def pending(ticket: Ticket) -> Result:
    """The result that waits for its signature."""
    return ticket.results.select_for_update(no_key=True).get(signed_at=None, sent_back_at=None)


@transaction.atomic
def sign_off(ticket: Ticket, *, by: User, at: datetime | None = None) -> Ticket:
    """签批: 能办的由分管领导回复，不能办的由一把手回复 (handbook §1)."""
    ticket, at = begin(ticket, "sign_off", by, at)
    result = pending(ticket)
    if result.signed_by_head_only:
        ticket.acting = standing(ticket, by, at).get("lead.department_head")
        if ticket.acting is None:
            raise Refused(_("不能办理、二次交办和督办件要由部门主要负责人签批。"))
    result.signed_by, result.signed_at = by, at
    result.save()
    result.attachments.update(audience=Audience.FIRM)
    for part in open_parts(ticket):  # their sight ends here, so what a leader asked of them is the lead's now
        move_instructions(ticket, part.department, by=by, at=at)
    ticket.assignments.filter(part=Assignment.Part.CO, ended_at=None).update(ended_at=at)
    move(ticket, stages.CONFIRMING, at)
    ticket.save()
    limits.delivered(ticket, at)
    papers.give_number(ticket, result, at)
    note("ticket.answered", ticket, by=by, at=at, result=result.pk, outcome=result.kind)
    tell_of_answer(ticket, result, by=by, at=at)
    orders.answered_by_result(ticket, result, by, at)
    links.offer(ticket, result, by=by, at=at)
    return ticket


@transaction.atomic
def send_back(ticket: Ticket, *, by: User, reason: str, at: datetime | None = None) -> Ticket:
    """退回修改: the head does not sign and says why; the clock runs on."""
    ticket, at = begin(ticket, "send_back", by, at)
    result = pending(ticket)
    result.sent_back_at = at
    result.sent_back_reason = required(reason, _("请写退回的理由。"), "reason")
    result.save()
    move(ticket, stages.HANDLING, at)
    ticket.save()
    note("ticket.sent_back", ticket, by=by, at=at, firm_sees=False, result=result.pk)
    return ticket
