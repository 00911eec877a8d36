"""书面答复: its number with the signature, its sealed scan delivered to the firm; 专报 (APP-4, APP-11, APP-22)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from portal.files.models import StoredFile
from portal.people.models import User
from portal.people.refusal import required
from portal.people.roles import Role
from portal.worktime.words import local_day
from requests import overseen
from requests.capacity import own_case
from requests.flow.core import Refused, begin, note
from requests.models import Attachment, ReplyScan, Result, SerialNumber, SpecialReport, Ticket, WrittenReply
from requests.models.conversation import Audience
from requests.models.ticket import Complexity

SCANS = ("application/pdf", "image/jpeg", "image/png", "image/webp")


def give_number(ticket: Ticket, result: Result, at: datetime) -> WrittenReply | None:
    """With the signature: the next number of the department's year; None where the result has no written reply."""
    if not result.written_reply:
        return None
    year = local_day(at).year
    serial = None if ticket.confidential else SerialNumber.take(f"reply:{result.department_id}:{year}")
    return WrittenReply.objects.create(result=result, department=result.department, year=year, serial=serial, at=at)


@transaction.atomic
def deliver_scan(ticket: Ticket, *, by: User, files: Iterable[StoredFile], at: datetime | None = None) -> ReplyScan:
    """送达盖章答复: the sealed reply as one PDF or picture; the firm is told and downloads it.

    A second one takes the first one's place: the firm reads the new one alone, the office both, nothing is deleted.
    """
    ticket, at = begin(ticket, "deliver_scan", by, at)
    reply = overseen.reply_to_deliver(ticket)
    if reply is None:
        raise Refused(_("这件没有要送达的书面答复。"))
    file = _one_scan(list(files))
    former = reply.scans.select_for_update(no_key=True).filter(replaced_at=None).first()
    if former is not None:
        former.replaced_at = at
        former.save(update_fields=["replaced_at"])
        Attachment.objects.filter(pk=former.attachment_id).update(audience=Audience.OFFICE)
    kept = Attachment.objects.create(ticket=ticket, result=reply.result, file=file, audience=Audience.FIRM)
    scan = ReplyScan.objects.create(reply=reply, attachment=kept, delivered_by=by, delivered_at=at)
    note("ticket.reply_delivered", ticket, by=by, at=at, scan=scan.pk, again=former is not None)
    return scan


def _one_scan(files: Sequence[StoredFile]) -> StoredFile:
    if not files:
        raise Refused(_("请选盖章答复的扫描件，PDF 或图片。"), "files")
    if len(files) > 1:
        raise Refused(_("扫描件只传一个文件，几页请合成一个 PDF。"), "files")
    if files[0].content_type not in SCANS:
        raise Refused(_("“%(name)s”不是扫描件：请传 PDF 或图片。") % {"name": files[0].name}, "files")
    return files[0]


def leaders(ticket: Ticket, at: datetime | None = None) -> list[User]:
    """The town leaders to whom a special report may go: none in his own case (§1)."""
    serving = User.objects.serving(Role.LEADER, at=at).order_by("name", "pk")
    return [leader for leader in serving if not own_case(ticket, leader, at)]


@transaction.atomic
def report_up(
    ticket: Ticket, *, by: User, leader: User, problem: str, proposal: str, at: datetime | None = None
) -> SpecialReport:
    """报送专报: a major matter, its problem and what is proposed, with the next number of the year (APP-4).

    The leader is told and finds the paper with the ticket. A further report follows with a number of its own.
    """
    ticket, at = begin(ticket, "report_up", by, at)
    if ticket.complexity != Complexity.MAJOR:
        raise Refused(_("只有重大诉求写专报。"))
    if leader not in leaders(ticket, at):
        raise Refused(_("专报只能报送镇领导。"), "leader")
    problem = required(problem, _("请写存在问题。"), "problem")
    proposal = required(proposal, _("请写工作建议。"), "proposal")
    year = local_day(at).year
    report = SpecialReport.objects.create(
        ticket=ticket,
        year=year,
        serial=SerialNumber.take(f"report:{year}"),
        problem=problem,
        proposal=proposal,
        status=ticket.status,
        leader=leader,
        by=by,
        at=at,
    )
    note("ticket.reported_up", ticket, by=by, at=at, firm_sees=False, report=report.pk)
    return report
