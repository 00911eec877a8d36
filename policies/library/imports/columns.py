"""What a table of policies may say: the elements of `library.content`, headed as the desk's export heads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.imports.columns import Problem, key
from enterprises.models import Industry
from portal.files.tables import Unreadable, as_day, as_text
from portal.files.tables.headings import plain
from portal.files.tables.values import Value
from portal.people.models import Department

from ...models import ClauseVersion, PolicyVersion
from ..content import Element, fields
from .sums import formula_of

LEFT_OUT = ("tree",)  # a condition is composed in its form
AMOUNT = "amount"  # as `sums` reads it; other amounts are composed in their form
CLAUSE = "clause."
ALSO = {  # further headings that people use, divided by blanks
    "title": "政策名称 文件名称 政策标题 名称",
    "document_number": "文号 文件号",
    "issuer": "发文机关 发文单位 发布单位",
    "valid_from": "有效期自 生效日期 开始日期",
    "valid_to": "有效期至 失效日期 截止日期",
    "summary": "一句话说明 简介 摘要",
    "clause.title": "条款名称 条款 项目名称 事项",
    "clause.conditions": "条件原文 申报条件 享受条件 条件",
    "clause.benefit": "支持内容 支持标准 扶持标准 奖补标准",
    "clause.materials": "申报材料 所需材料 材料",
    "clause.way": "兑现方式 申报方式",
    "clause.amount": "金额 固定金额 固定金额(元) 条款：固定金额(元) 奖补金额 补助金额(元)",
}


@dataclass
class Known:
    """What names mean: departments and industries; None where a name means several."""

    departments: dict[str, int | None] = field(default_factory=dict)
    industries: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls) -> Known:
        known = cls()
        for one in Department.objects.active():
            for name in {one.name, one.short_name} - {""}:
                known.departments[key(name)] = one.pk if known.departments.get(key(name), one.pk) == one.pk else None
        for code, name in Industry.objects.filter(level__lte=2).values_list("code", "name"):
            known.industries |= {key(code): code, key(name): code}
        return known


@dataclass(frozen=True)
class Column:
    """`name` is the element's, with `clause.` before it for those of a clause."""

    name: str
    label: Any
    element: Element | None
    headings: Sequence[str]

    @property
    def of_clause(self) -> bool:
        return self.name.startswith(CLAUSE)

    @property
    def own(self) -> str:
        return self.name.removeprefix(CLAUSE)

    def read(self, value: Value, known: Known) -> Any:
        """The cell as it is kept in the row's JSON, None for nothing. Raises Problem."""
        text = as_text(value).strip()
        if not text:
            return None
        if self.element is None:
            return _sum(text)
        kind = self.element.kind
        if kind == "day":
            return _day(value, text)
        if kind in READS:
            return READS[kind](text, self.element, known)
        if self.element.longest and len(text) > self.element.longest:
            raise Problem("too_long", text[:40])
        return text


def _sum(text: str) -> dict[str, Any]:
    if (formula := formula_of(text)) is None:
        raise Problem("no_amount", text[:40])
    return formula


def _day(value: Value, text: str) -> str:
    try:
        day = as_day(value)
    except Unreadable as error:
        raise Problem("no_day", text) from error
    if day is None or not date(1990, 1, 1) <= day <= date(2100, 12, 31):
        raise Problem("no_day", text)
    return day.isoformat()


def _choice(text: str, element: Element, known: Known) -> str:
    model: Any = ClauseVersion if element.of_clause else PolicyVersion
    for value, label in model._meta.get_field(element.name).flatchoices:
        if key(text) in (key(str(label)), key(value)):
            return str(value)
    raise Problem("no_choice", text)


def _flag(text: str, element: Element, known: Known) -> bool:
    if key(text) in map(key, ("普惠", "是", "1")):
        return True
    if key(text) in map(key, ("择优", "否", "0", "竞争性", "遴选")):
        return False
    raise Problem("no_choice", text)


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,，、;；]+", text) if word]


def _listed(text: str, element: Element, known: Known) -> list[str]:
    if element.name == "keywords":
        return _words(text)[:10]
    names = [one.strip() for one in re.split(r"[,，;；\n]+|(?<=业)、", text) if one.strip()]
    missing = [one for one in names if key(one) not in known.industries]
    if missing:
        raise Problem("no_industry", missing[0])
    return [known.industries[key(one)] for one in names]


def _unit(text: str, element: Element, known: Known) -> int:
    found = known.departments.get(key(text))
    if found is None:
        raise Problem("no_unit", text)
    return found


def _units(text: str, element: Element, known: Known) -> list[int]:
    return [_unit(one, element, known) for one in _words(text)]


def _materials(text: str, element: Element, known: Known) -> list[dict[str, Any]]:
    names = [re.sub(r"^\s*\d+[.、．)）]\s*", "", one).strip() for one in re.split(r"[;；\n]+", text)]
    if any(len(one) > 80 for one in names):
        raise Problem("too_long", text[:40])
    return [{"name": one, "attribute": "", "required": True, "note": ""} for one in names if one]


def _number(text: str, element: Element, known: Known) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise Problem("no_number", text)
    return int(text)


READS: dict[str, Any] = {
    "choice": _choice,
    "flag": _flag,
    "words": _listed,
    "unit": _unit,
    "units": _units,
    "materials": _materials,
    "number": _number,
}


@cache
def columns() -> dict[str, Column]:
    found: dict[str, Column] = {}
    for one in fields():
        if one.name in LEFT_OUT:
            continue
        name = (CLAUSE if one.of_clause else "") + (AMOUNT if one.name == "formula" else one.name)
        element = None if one.name == "formula" else one
        label = gettext_lazy("金额(元)") if element is None else one.label
        heads = [*ALSO.get(name, "").split(), f"条款：{label}" if one.of_clause else str(label)]
        found[name] = Column(name, label, element, heads)
    return found


def labelled(column: Column) -> str:
    """How the template workbook heads it."""
    return _("条款：%(name)s") % {"name": column.label} if column.of_clause else str(column.label)


def by_heading() -> dict[str, str]:
    found: dict[str, str] = {}
    for column in columns().values():
        for heading in (*column.headings, labelled(column)):
            found.setdefault(plain(heading), column.name)
    return found


def guess(headings: Sequence[str]) -> dict[str, str]:
    """What each column probably is, by its number; the first column of a name has it."""
    known = by_heading()
    found: dict[str, str] = {}
    for number, heading in enumerate(headings):
        name = known.get(plain(heading))
        if name and name not in found.values():
            found[str(number)] = name
    return found


REQUIRED = ("title", "clause.title")
