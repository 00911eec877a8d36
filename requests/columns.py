"""The columns a reader may choose for the list of tickets; its export has the same (SEC-6: exactly what is shown)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.deadlines.obligations import ASIDE
from portal.people.masks import mask_name, mask_phone
from portal.worktime import words
from requests.models import Ticket
from requests.rows import Row, holder_of
from requests.total import total

MOST = 8  # beside the title there is room for no more


@dataclass(frozen=True)
class Column:
    """`cell` is what a row shows, `value` what the file holds."""

    key: str
    name: str
    cell: Callable[[Row], Any]
    value: Callable[[Ticket], Any]
    wide: bool = False  # falls away where the list is narrow
    needs: tuple[str, ...] = ()  # fields it reads, beside those that every row has

    @property
    def title(self) -> str:
        return _(self.name)

    @property
    def css(self) -> str:
        return f"sx-row__c sx-row__c--{self.key}{' is-wide' if self.wide else ''}"


def _of(row: Any, name: str) -> str:
    return getattr(row, name) if row else ""


def _date(key: str, name: str, field: str) -> Column:
    def cell(row: Row) -> str:
        when = getattr(row.ticket, field)
        return words.day(when, weekday=False) if when else ""

    return Column(key, name, cell, lambda ticket: getattr(ticket, field), wide=True, needs=(field,))


def _text(key: str, name: str, value: Callable[[Ticket], Any], *needs: str) -> Column:
    return Column(key, name, lambda row: value(row.ticket), value, wide=True, needs=needs)


ASKED = ("supplement__asked_at", "supplement__answered_at", "supplement__lapsed_at")  # when the total stood still

COLUMNS = {
    column.key: column
    for column in (
        Column("way", gettext_noop("渠道"), lambda row: row.way, lambda t: t.channel_name),
        Column("who", gettext_noop("企业"), lambda row: row.ticket.firm_short_name, lambda t: t.firm_name),
        Column("holder", gettext_noop("谁在办"), lambda row: row.holder, lambda t: holder_of(t), wide=True),
        Column("line", gettext_noop("进程"), lambda row: row.line, lambda t: t.status_name),
        Column("due", gettext_noop("时限"), lambda row: row.due, lambda t: t.deadline.due_at if t.deadline else None),
        _text("category", gettext_noop("类别"), lambda t: str(t.category or ""), "category__name", "category__name_en"),
        _text("kind", gettext_noop("类型"), lambda t: t.get_kind_display(), "kind"),
        _text("complexity", gettext_noop("复杂程度"), lambda t: t.get_complexity_display()),
        _text("urgency", gettext_noop("紧急程度"), lambda t: t.get_urgency_display()),
        _text(
            "contact", gettext_noop("联系人"), lambda t: mask_name(t.contact_name), "contact_name"
        ),  # masked, as in every list (SEC-3)
        _text("phone", gettext_noop("电话"), lambda t: mask_phone(t.contact_phone), "contact_phone"),
        _text("place", gettext_noop("网格"), lambda t: _of(t.place, "name"), "place__name"),
        _text(
            "department", gettext_noop("主办部门"), lambda t: t.lead_department.short_name if t.lead_department else ""
        ),
        _text("handler", gettext_noop("承办人"), lambda t: _of(t.handler, "name")),
        _text(
            "responder",
            gettext_noop("首问负责"),
            lambda t: t.first_responder.name if t.first_responder else "",
            "first_responder__name",
        ),
        _text("total", gettext_noop("全程"), lambda t: total(t, timezone.now()).said, *ASKED),
        _date("filed", gettext_noop("提交时间"), "filed_at"),
        _date("closed", gettext_noop("办结时间"), "closed_at"),
        _date("outer_due", gettext_noop("热线要求办结时间"), "outer_due_at"),
        _text("proxy", gettext_noop("代反映"), lambda t: t.proxy_for, "proxy_for"),
        _text("urges", gettext_noop("催办次数"), lambda t: t.urges),
        _text("number", gettext_noop("编号"), lambda t: t.number),
    )
}
DEFAULT = ("way", "who", "holder", "line", "due")


def shown(chosen: Sequence[str]) -> tuple[Column, ...]:
    """The columns a person chose, in the list's order, those that are no more left out; else the list's own."""
    known = tuple(COLUMNS[key] for key in COLUMNS if key in chosen)[:MOST]
    return known or tuple(COLUMNS[key] for key in DEFAULT)


def headings(columns: Sequence[Column]) -> list[str]:
    """The first row of the file: number and title, then the columns; a due time says beside it whether it is past."""
    in_file = {"line": _("状态"), "due": _("最近时限")}  # what a row draws is said here in words
    names = [_("编号"), _("标题")]
    for column in columns:
        if column.key != "number":
            names.append(in_file.get(column.key, column.title))
        if column.key == "due":
            names.append(_("是否超期"))
    return names


def cells(tickets: Iterator[Ticket], columns: Sequence[Column], at: datetime) -> Iterator[list[Any]]:
    """One row of the file for each ticket, in the order of `headings`."""
    for ticket in tickets:
        row: list[Any] = [ticket.number, ticket.heading]
        for column in columns:
            if column.key != "number":
                row.append(column.value(ticket))
            if column.key == "due":
                row.append(_("超期") if _late(ticket, at) else "")
        yield row


def _late(ticket: Ticket, at: datetime) -> bool:
    ours = (d for d in ticket.open_deadlines if d.obligor_kind != "enterprise" and d.obligation not in ASIDE)
    return any(d.due_at < at and not d.is_paused for d in ours)
