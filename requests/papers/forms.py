"""The papers that are forms: receipt, hand-over form, supervision order (APP-22); who may have which: `papers`."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from portal.people.masks import grouped, mask_phone
from portal.trail.models import Event
from requests import stages
from requests.forms.base import amount, limit_of
from requests.models import Assignment, SupervisionOrder, Ticket, TicketDeadline
from requests.papers import issued
from requests.papers.issued import exact
from requests.papers.paper import CENTRE, NOT_SAID, Block, Facts, Paper, Prose, full_day

# A clerk accepts what he registers in the same act; a rejection that falls and a second look begin accepted.
CAME_IN = gettext_noop("收件回执")
ACCEPTED = ("ticket.accepted", "ticket.registered", "ticket.review_overturned", "ticket.reopened")
UNSURE = (stages.INCOMPLETE, stages.REJECTED, stages.WITHDRAWN, stages.MERGED)  # accepted before, or not
NEXT = (("first_response", "接诉员联系"), ("dispatch", "定下主办部门"))


def receipt(ticket: Ticket) -> Paper:
    """收件回执, after the acceptance 受理回执: for whoever brought it in; numbers of persons masked (SEC-3)."""
    accepted = accepted_at(ticket)
    rows = [
        ("企业", ticket.firm_name),
        ("联系人", f"{ticket.contact_name} {mask_phone(ticket.contact_phone)}".strip()),
        ("诉求", ticket.title),
        ("类别", str(ticket.category or "")),
        ("收到时间", received(ticket)),
        ("热线编号", ticket.hotline_number),
        ("受理时间", exact(accepted) if accepted else ""),
        *_expected(ticket),
    ]
    if ticket.first_responder:
        rows.append(("首问负责", f"{ticket.first_responder.name} {ticket.first_responder.phone}".strip()))
    said = Prose(ticket.description, "提交的内容")
    note = "凭编号和联系电话后四位，可以在门户“查进度”里看办到哪一步。"
    blocks = (Facts(_filled(rows)), said)
    name = receipt_name(ticket)
    return Paper(name, ticket.number, blocks, day=accepted or ticket.filed_at, foot=(note,), form=True)


def received(ticket: Ticket) -> str:
    """When and by which way it came in; the old files name days only."""
    when = full_day(ticket.filed_at) if ticket.from_old_file else exact(ticket.filed_at)
    return f"{when}，{ticket.channel_name}"


def receipt_name(ticket: Ticket) -> str:
    """What the firm gets for the filing says that it came in; with the acceptance it is a 受理回执 (APP-2, APP-6)."""
    if ticket.status in UNSURE:
        return "受理回执" if accepted_at(ticket) else CAME_IN
    return CAME_IN if ticket.status == stages.RECEIVED else "受理回执"


def accepted_at(ticket: Ticket) -> datetime | None:
    """When the centre accepted it; None before, and where it was rejected or withdrawn without."""
    if ticket.status == stages.RECEIVED:
        return None
    kinds = (
        ACCEPTED[:1] if ticket.confidential else ACCEPTED
    )  # one that is taken down goes to its keeper first (APP-18)
    first = Event.objects.about(ticket).filter(kind__in=kinds).order_by("at", "pk").first()
    return first.at if first else None


def _expected(ticket: Ticket) -> list[tuple[str, str]]:
    """What happens next, by when, as it was said on the day."""
    clocks = ticket.deadlines.filter(obligation__in=dict(NEXT)).order_by("-id").prefetch_related("pauses")
    due = {clock.obligation: clock for clock in clocks}  # the first of each
    return [(label, issued.limit_lines(due[code])) for code, label in NEXT if code in due]


def _filled(rows: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((label, value) for label, value in rows if value)


def firm_rows(ticket: Ticket) -> list[tuple[str, str]]:
    """Who brought it: in full where the paper serves whoever must call; nobody where the matter is confidential."""
    if ticket.confidential:
        return [("反映人", NOT_SAID)]
    phone = f"{ticket.contact_name} {grouped(ticket.contact_phone)}".strip()
    return [("企业", ticket.firm_name), ("联系人", phone), ("代反映", ticket.proxy_for)]


def hand_over(ticket: Ticket, part: Assignment) -> Paper:
    """交办单: what one department is given to do, by when; its people sign for it (also of a later dispatch)."""
    lead = part.part == Assignment.Part.LEAD
    given = part.assigned_at
    level = issued.level_at(ticket, given)
    rows = [
        ("交办单位", CENTRE),
        ("承办单位", f"{part.department.name}（{part.get_part_display()}）"),
        *([] if lead else [("主办单位", issued.lead_at(ticket, given))]),
        *firm_rows(ticket),
        ("诉求", ticket.title),
        ("类型", f"{ticket.get_kind_display()}，{level}，{ticket.get_urgency_display()}"),
        ("类别", str(ticket.category or "")),
        ("交办时间", f"{exact(given)}，{part.assigned_by.name}"),
        *_limits(ticket, part),
        ("协办单位", issued.others(ticket, part) if lead else ""),
        ("现状", f"已于{exact(part.ended_at)}结束" if part.ended_at else ""),
    ]
    signed = f"{part.taken_by.name} {exact(part.taken_at)}" if part.taken_by and part.taken_at else ""
    blocks: tuple[Block, ...] = (
        Facts(_filled(rows)),
        Prose(ticket.description, "诉求内容"),
        *([Prose(part.instruction, "交办说明")] if part.instruction else []),
        Facts((("签收人", signed), ("签收时间", "")) if not signed else (("签收", signed),)),
    )
    return Paper("交办单" if lead else "协办交办单", ticket.number, blocks, day=given, form=True)


def _limits(ticket: Ticket, part: Assignment) -> list[tuple[str, str]]:
    """The department's own limits as they were set, and what has moved them; the work's begins after the part."""
    accept, main = ("accept", "handle") if part.part == Assignment.Part.LEAD else ("co_accept", "co_handle")
    clocks = issued.clocks_of(ticket, part)
    rows = [("签收时限", issued.limit_lines(clocks[accept]) if accept in clocks else "")]
    clock = clocks.get(main)
    if clock is not None and clock.started_at <= part.assigned_at:
        return [*rows, ("办理时限", issued.limit_lines(clock))]
    limit = clock.limit if clock else limit_of(ticket, "handle", part.assigned_at) if main == "handle" else None
    said = [f"自签收起 {amount(limit)}" if amount(limit) else ""]
    said += [f"{full_day(clock.started_at)}起算，{issued.limit_lines(clock)}"] if clock else []
    return [*rows, ("办理时限", "\n".join(filter(None, said)))]


def second(ticket: Ticket, deadline: TicketDeadline) -> Paper:
    """二次交办单: the firm was dissatisfied once; the head answers in writing (APP-13, SLA-8)."""
    department = deadline.department
    rows = [
        ("承办单位", department.name if department else ""),
        *firm_rows(ticket),
        ("诉求", ticket.title),
        ("交办时间", exact(deadline.started_at)),
        ("办理时限", issued.limit_lines(deadline)),
        ("要求", "由主要负责人牵头重新办理，办结后书面答复企业并盖章送达。"),
    ]
    blocks = (
        Facts(_filled(rows)),
        Prose(ticket.description, "诉求内容"),
        Prose(unhappy_with(ticket, deadline.started_at) or "企业没有说明。", "企业为什么不满意"),
        Facts((("签收人", ""), ("签收时间", ""))),
    )
    return Paper("二次交办单", ticket.number, blocks, day=deadline.started_at, form=True)


def unhappy_with(ticket: Ticket, at: datetime) -> str:
    """What the firm had against the results that did not satisfy, in its own words, as known at that instant."""
    said = []
    for result in ticket.results.filter(dissatisfied=True, signed_at__lte=at).order_by("id"):
        rated = getattr(result, "rating", None)
        calls = result.revisits.filter(reached=True, at__lte=at)
        said += [result.answer_text, rated.text if rated else "", *(call.text for call in calls)]
    return "\n".join(filter(None, said))


def order(ticket: Ticket, order: SupervisionOrder) -> Paper:
    """督办单: reason, demand, limit; the department's answer and the judgement, or room for them by hand (SLA-13)."""
    fallen = order.deadline.cancelled_at if order.state == "fallen" else None
    rows = [
        ("督办单位", CENTRE),
        ("承办单位", order.department.name),
        ("诉求编号", ticket.number),
        ("诉求", ticket.title),
        *firm_rows(ticket),
        ("督办原因", order.get_cause_display()),
        ("下达", f"{exact(order.issued_at)}，{order.issued_by.name if order.issued_by else '系统按规则下达'}"),
        ("答复时限", issued.limit_lines(order.deadline)),
        ("现状", f"已于{exact(fallen)}撤销，不再需要答复" if fallen else ""),
    ]
    unhappy = unhappy_with(ticket, order.issued_at) if order.cause == order.Cause.DISSATISFIED else ""
    blocks: tuple[Block, ...] = (
        Facts(_filled(rows)),
        *_demands(ticket, order),
        *([Prose(unhappy, "企业的意见")] if unhappy else []),
        Facts(_answered(order)),
    )
    return Paper("督办单", order.number or ticket.number, blocks, day=order.issued_at, form=True)


def _demands(ticket: Ticket, order: SupervisionOrder) -> list[Prose]:
    """What was demanded on the day of the order, then each later wording with its day."""
    amended = Event.objects.about(ticket).filter(kind="ticket.order_amended", data__order=order.pk).order_by("at", "pk")
    wordings, days = [], ["要求"]
    for event in amended:
        wordings.append(str(event.data["former"]))
        days.append(f"{full_day(event.at)}改为")
    return [Prose(text, heading) for text, heading in zip([*wordings, order.demand], days, strict=True)]


def _answered(order: SupervisionOrder) -> tuple[tuple[str, str], ...]:
    by, at, judged = order.answered_by, order.answered_at, order.judged_at
    judgement = f"{order.get_judgement_display()}（{exact(judged)}）。{order.judgement_text}" if judged else ""
    return (
        ("整改情况", order.answer),
        ("部门负责人", f"{by.name} {exact(at)}" if by and at else ""),
        ("评定", judgement),
    )
