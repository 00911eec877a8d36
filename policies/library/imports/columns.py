"""What a table of policies may say: the elements of `library.content`, headed as the desk's export heads them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enterprises.criteria.from_words import condition_of
from enterprises.criteria.reading import unparse
from enterprises.imports.columns import Problem, key
from enterprises.models import Industry
from policies.amounts import language
from policies.amounts.from_words import formula_of
from portal.files.tables import Unreadable, as_day, as_lines, as_text
from portal.files.tables.headings import plain
from portal.files.tables.values import Value
from portal.people.models import Department

from ...models import ClauseVersion, PolicyVersion
from ..content import Element, fields

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
    "clause.tree": "自动判断条件 认定条件 匹配条件",
    "clause.formula": "金额 固定金额 固定金额(元) 条款：固定金额(元) 奖补金额 补助金额(元)",
}

IF_ANY = "（有则提供）"  # as `content.material_words` says that a material is not required
LABELS = {"clause.tree": gettext_lazy("自动判断的条件")}  # 条件 alone is too near to 条件原文


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
    element: Element
    headings: Sequence[str]

    @property
    def of_clause(self) -> bool:
        return self.name.startswith(CLAUSE)

    @property
    def own(self) -> str:
        return self.name.removeprefix(CLAUSE)

    def read(self, value: Value, known: Known) -> Any:
        """The cell as it is kept in the row's JSON, None for nothing. Raises Problem, or Unread for a sentence."""
        kind = self.element.kind
        text = as_lines(value) if kind in ("text", "materials", "tree", "formula") else as_text(value)
        if not text:
            return None
        if kind == "day":
            return _day(value, text)
        if kind in READS:
            return READS[kind](text, self.element, known)
        if self.element.longest and len(text) > self.element.longest:
            raise Problem("too_long", text[:40])
        return text


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
    """As the desk's export writes them: `名册：加盖公章`, `获奖证书（有则提供）`."""
    lines = [re.sub(r"^\s*\d+[.、．)）]\s*", "", one).strip() for one in re.split(r"[;；\n]+", text)]
    return [_material(one) for one in lines if one]


def _material(line: str) -> dict[str, Any]:
    name, _colon, note = line.partition("：")
    optional = name.endswith(IF_ANY)
    name = name.removesuffix(IF_ANY).strip()
    if len(name) > 80:
        raise Problem("too_long", line[:40])
    return {"name": name, "attribute": "", "required": not optional, "note": note.strip()}


def _number(text: str, element: Element, known: Known) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise Problem("no_number", text)
    return int(text)


def _tree(text: str, element: Element, known: Known) -> Any:
    return unparse(condition_of(text))


def _formula(text: str, element: Element, known: Known) -> dict[str, Any]:
    return language.unparse(formula_of(text))


READS: dict[str, Any] = {
    "tree": _tree,
    "formula": _formula,
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
        name = (CLAUSE if one.of_clause else "") + one.name
        with translation.override("zh-hans"):
            heads = [*ALSO.get(name, "").split(), f"条款：{one.label}" if one.of_clause else str(one.label)]
        found[name] = Column(name, LABELS.get(name, one.label), one, heads)
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
