"""The columns a reader may choose for the list of firms; its export has the same (SEC-6: exactly what is shown)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal.people.masks import mask_name

from .models import Enterprise

MOST = 7  # beside the name there is room for no more


@dataclass(frozen=True)
class Column:
    """`cell` is what the table shows, `value` what the file holds; `css` is the cell's class in the table."""

    key: str
    name: str
    value: Callable[[Enterprise], Any]
    cell: Callable[[Enterprise], Any]
    css: str = "m"

    @property
    def title(self) -> str:
        return _(self.name)


def _column(
    key: str,
    name: str,
    value: Callable[[Enterprise], Any],
    cell: Callable[[Enterprise], Any] | None = None,
    css: str = "m",
) -> Column:
    return Column(key, name, value, cell or value, css)


def _industry(firm: Enterprise) -> str:
    return f"{firm.industry.full_code} {firm.industry.name}" if firm.industry else ""


def _stewards(firm: Any) -> str:
    return _("、").join(tie.user.name for tie in firm.stewards_now)


def _established(firm: Enterprise) -> str:
    return firm.established_on.isoformat() if firm.established_on else ""


COLUMNS = {
    column.key: column
    for column in (
        _column("uscc", gettext_noop("统一社会信用代码"), lambda firm: firm.uscc),
        _column("place", gettext_noop("网格"), lambda firm: firm.place.name, css="ls-place"),
        _column("industry", gettext_noop("行业"), _industry, lambda firm: _industry(firm)[:14]),
        _column("established", gettext_noop("成立日期"), lambda firm: firm.established_on, _established),
        _column(
            "capital",
            gettext_noop("注册资本(万元)"),
            lambda firm: firm.registered_capital,
            lambda firm: firm.capital_shown,
            css="m n",
        ),
        _column("status", gettext_noop("登记状态"), lambda firm: firm.get_status_display()),
        _column("steward", gettext_noop("服务管家"), _stewards, css="e"),
        _column("representative", gettext_noop("法定代表人"), lambda firm: mask_name(firm.legal_representative)),
        _column("address", gettext_noop("住所"), lambda firm: firm.address, lambda firm: firm.address[:16]),
    )
}
DEFAULT = ("uscc", "place", "industry", "established", "capital", "steward")


def shown(chosen: Sequence[str]) -> tuple[Column, ...]:
    """The columns a person chose, in the list's order; else the list's own."""
    known = tuple(column for key, column in COLUMNS.items() if key in chosen)[:MOST]
    return known or tuple(COLUMNS[key] for key in DEFAULT)
