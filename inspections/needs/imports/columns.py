"""What a table of needs may say: firm, subject, window and what the subject does not say already."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from enterprises.imports.columns import Problem, key
from enterprises.models import Enterprise
from enterprises.uscc import normal
from portal.files.tables import Unreadable, as_day, as_text
from portal.files.tables.headings import plain
from portal.files.tables.values import Value

from ...models import Agency, Parts, Skill, Subject
from .. import stages


@dataclass
class Known:
    """What names mean: firms that the file names, the agency's subjects, skills; None where a name means several."""

    firms: dict[str, int | None] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    subjects: dict[str, int | None] = field(default_factory=dict)
    skills: dict[str, int | None] = field(default_factory=dict)

    @classmethod
    def load(cls, agency: Agency, firms: Sequence[str]) -> Known:
        known = cls()
        codes = {normal(text) for text in firms}
        for pk, code, name in Enterprise.objects.filter(uscc__in=codes).values_list("pk", "uscc", "name"):
            known._firm(pk, name, code)
        for pk, name in Enterprise.objects.filter(name__in=set(firms)).values_list("pk", "name"):
            known._firm(pk, name, name)
        for one in Subject.objects.filter(agency=agency, active=True):
            for name in {one.code, one.name, one.item} - {""}:
                same = known.subjects.get(key(name), one.pk) == one.pk
                known.subjects[key(name)] = one.pk if same else None
        for skill in Skill.objects.all():
            known.skills |= {key(skill.code): skill.pk, key(skill.name): skill.pk}
        return known

    def _firm(self, pk: int, name: str, called: str) -> None:
        self.names[pk] = name
        self.firms[key(called)] = pk if self.firms.get(key(called), pk) == pk else None


def _firm(value: Value, text: str, known: Known) -> int:
    found = known.firms.get(key(text)) or known.firms.get(key(normal(text)))
    if found is None:
        raise Problem("no_firm", text)
    return found


def _subject(value: Value, text: str, known: Known) -> int:
    found = known.subjects.get(key(text))
    if found is None:
        raise Problem("no_subject", text)
    return found


def _skill(value: Value, text: str, known: Known) -> int:
    found = known.skills.get(key(text))
    if found is None:
        raise Problem("no_skill", text)
    return found


def _called(label: Any) -> list[str]:
    """How tables say it, in each of the portal's languages: a Chinese table is read for an English reader too."""
    said = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            said.append(translation.gettext(str(label)))
    return said


def _kind(value: Value, text: str, known: Known) -> str:
    for kind, name in stages.KINDS.items():
        if key(text) in map(key, [kind, *_called(name)]):
            return kind
    raise Problem("no_choice", text)


def _parts(value: Value, text: str, known: Known) -> int:
    for part in Parts:
        if key(text) in map(key, [str(part.value), *_called(part.label)]):
            return int(part)
    raise Problem("no_choice", text)


def _flag(value: Value, text: str, known: Known) -> bool:
    if key(text) in ("是", "1", "true", "y", "yes"):
        return True
    if key(text) in ("否", "0", "false", "n", "no"):
        return False
    raise Problem("no_choice", text)


def _day(value: Value, text: str, known: Known) -> str:
    try:
        day = as_day(value)
    except Unreadable as error:
        raise Problem("no_day", text) from error
    if day is None or not date(2020, 1, 1) <= day <= date(2049, 12, 31):
        raise Problem("no_day", text)
    return day.isoformat()


def _line(longest: int) -> Callable[[Value, str, Known], str]:
    def read(value: Value, text: str, known: Known) -> str:
        if len(text) > longest:
            raise Problem("too_long", text[:40])
        return text

    return read


@dataclass(frozen=True)
class Column:
    name: str
    label: Any
    also: str  # further headings that people use, divided by blanks
    read_text: Callable[[Value, str, Known], Any]

    def read(self, value: Value, known: Known) -> Any:
        """The cell as it is kept in the row's JSON, None for nothing. Raises Problem."""
        text = as_text(value).strip()
        return self.read_text(value, text, known) if text else None


COLUMNS = [
    Column("firm", _("企业"), "企业名称 单位名称 统一社会信用代码 信用代码 检查对象 被检查单位", _firm),
    Column("subject", _("检查事项"), "事项 抽查事项 检查子项 事项编号 事项名称", _subject),
    Column("kind", _("检查类别"), "类别 检查类型", _kind),
    Column("basis", _("依据"), "检查依据 法律依据", _line(500)),
    Column("ordered_by", _("上级部署文件"), "部署文件 文号", _line(200)),
    Column("first", _("最早日期"), "开始日期 起始日期 计划开始日期", _day),
    Column("last", _("最晚日期"), "结束日期 截止日期 计划结束日期", _day),
    Column("parts", _("用时"), "预计用时 时长", _parts),
    Column("skill", _("需要的资质"), "资质", _skill),
    Column("unannounced", _("不事先告知"), "是否不事先告知", _flag),
]
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}
REQUIRED = ("firm", "subject", "first", "last")


def by_heading() -> dict[str, str]:
    found: dict[str, str] = {}
    for column in COLUMNS:
        for heading in (*_called(column.label), *column.also.split()):
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
