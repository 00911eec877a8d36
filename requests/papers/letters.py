"""The papers that are letters: the written reply under seal, the special report to the leaders (APP-4, APP-11)."""

from __future__ import annotations

from datetime import datetime

from portal.people.masks import grouped
from requests import stages
from requests.models import Result, SpecialReport, Ticket, TicketDeadline, WrittenReply
from requests.papers import issued
from requests.papers.forms import firm_rows, received, unhappy_with
from requests.papers.paper import Facts, Grid, Paper, Prose, full_day
from requests.story import Story


def reply(ticket: Ticket, reply: WrittenReply) -> Paper:
    """书面答复: the department's own letter, with its number, the day of the signature and room for the seal."""
    result, unit = reply.result, reply.department
    person = result.reported_by
    phone = grouped(person.phone or unit.phone)
    foot = (f"诉求编号：{ticket.number}", f"联系人：{person.name} {phone}".strip())
    return Paper(
        f"关于“{ticket.title}”的书面答复",
        reply.number or ticket.number,
        (Prose(result.written_reply),),
        unit=unit.name,
        addressee=ticket.firm_name,
        day=result.signed_at,
        foot=foot,
    )


def special_report(ticket: Ticket, report: SpecialReport) -> Paper:
    """专报 on a major matter: facts and course as they stood when it went up, problem and proposal as they were put."""
    units = "、".join(part.department.name for part in issued.standing(ticket, report.at).order_by("-part", "id"))
    level = issued.level_at(ticket, report.at)
    facts = [
        ("诉求编号", ticket.number),
        *firm_rows(ticket),
        ("诉求", ticket.title),
        ("类型", f"{ticket.get_kind_display()}，{level}，{ticket.get_urgency_display()}"),
        ("收到时间", received(ticket)),
        ("承办单位", units),
        ("报送时状态", stages.STATUSES[report.status][1]),
    ]
    blocks = (
        Prose("", "一、基本情况"),
        Facts(tuple((label, value) for label, value in facts if value)),
        Prose(ticket.description, "二、企业诉求"),
        Grid(("日期", "经过", "谁"), _course(ticket, report.at), "三、办理经过"),
        Prose(report.problem, "四、存在问题"),
        Prose(report.proposal, "五、工作建议"),
    )
    addressee = f"{report.leader.name}同志"
    return Paper(f"关于“{ticket.title}”的专报", report.number, blocks, addressee=addressee, day=report.at)


def _course(ticket: Ticket, until: datetime) -> tuple[tuple[str, str, str], ...]:
    """What had brought the matter from station to station, the oldest first; of a confidential one no firm is named."""
    lines = [line for line in reversed(Story(ticket, firm_side=False).lines) if line.stage and line.at <= until]
    return tuple((full_day(line.at), line.what, line.unit) for line in lines) or (("", "", ""),)


def problem_known(ticket: Ticket, now: datetime) -> str:
    """What the portal itself knows to be the problem: a beginning for whoever writes the report."""
    late = [d for d in ticket.open_deadlines if d.obligor_kind != "enterprise" and d.is_overdue(now)]
    said = [f"{_who(d)}应在{full_day(d.due_at)}完成{d.label}，已超期。" for d in late]
    said += [f"企业没有认可办理结果 {ticket.disputes} 次。"] if ticket.disputes else []
    said += [f"企业不满意 {ticket.dissatisfied} 次：", unhappy_with(ticket, now)] if ticket.dissatisfied else []
    last: Result | None = ticket.results.filter(signed_at__isnull=False).order_by("-id").first()
    if last is not None and last.signed_at is not None and last.kind != Result.Kind.SOLVED:
        said.append(f"{full_day(last.signed_at)}答复结果为“{last.get_kind_display()}”。")
    return "\n".join(filter(None, said))


def _who(deadline: TicketDeadline) -> str:
    return deadline.department.short_name if deadline.department else "中心"
