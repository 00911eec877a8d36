"""What a list of old cases may say: one entry per column, how people head it, how its cells are read."""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from enterprises.imports.columns import Problem, key
from enterprises.uscc import normal, validate_uscc
from portal.files.tables import Unreadable, as_day, as_text
from portal.files.tables.headings import plain
from portal.files.tables.values import Value
from portal.people.models import Department
from requests.models import Category, Result, Ticket

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2050, 12, 31)


@dataclass
class Known:
    """Categories and departments by what a list may call them; None where a name means several."""

    today: date
    categories: dict[str, int | None] = field(default_factory=dict)
    departments: dict[str, int | None] = field(default_factory=dict)

    @classmethod
    def load(cls, today: date) -> "Known":
        known = cls(today)
        for category in Category.objects.all():
            for name in (category.code, category.name):
                _learn(known.categories, category.pk, name)
        for department in Department.objects.all():
            for name in {department.name, department.short_name} - {""}:
                _learn(known.departments, department.pk, name)
        return known


def _learn(names: dict[str, int | None], pk: int, name: str) -> None:
    names[key(name)] = pk if names.get(key(name), pk) == pk else None


Read = Callable[[Value, Known], Any]


@dataclass(frozen=True)
class Column:
    """`read` gives the value as it is stored in the row's JSON, or None for nothing; raises Problem."""

    name: str
    label: str | Promise
    headings: Sequence[str]
    read: Read


def _text(longest: int) -> Read:
    def read(value: Value, known: Known) -> str | None:
        text = as_text(value)
        if len(text) > longest:
            raise Problem("too_long", text)
        return text or None

    return read


def _read_uscc(value: Value, known: Known) -> str | None:
    code = normal(unicodedata.normalize("NFKC", as_text(value)))
    if not code:
        return None
    try:
        validate_uscc(code)
    except ValidationError as error:
        raise Problem(f"uscc_{error.code}", code) from error
    return code


def _day_until(ahead: bool) -> Read:
    def read(value: Value, known: Known) -> str | None:
        try:
            day = as_day(value)
        except Unreadable as error:
            raise Problem("no_day", as_text(value)) from error
        if day is None:
            return None
        if not FIRST_DAY <= day <= (LAST_DAY if ahead else known.today):
            raise Problem("day_out_of_range", day.isoformat())
        return day.isoformat()

    return read


def _one_of(names: str) -> Read:
    def read(value: Value, known: Known) -> int | None:
        text = as_text(value)
        if not text:
            return None
        found = getattr(known, names)
        if key(text) not in found:
            raise Problem(f"unknown_{names}", text)
        if found[key(text)] is None:
            raise Problem("ambiguous_name", text)
        return int(found[key(text)])

    return read


def _words(given: dict[Any, str]) -> dict[str, Any]:
    return {key(word): value for value, words in given.items() for word in words.split()}


OUTCOMES = _words(
    {
        Result.Kind.SOLVED.value: "solved 已解决 解决 办成 已办成 办结解决 满足",
        Result.Kind.PARTLY.value: "partly 部分解决 基本解决 部分办成",
        Result.Kind.EXPLAINED.value: "explained 解释说明 解释 已解释 已答复 答复",
        Result.Kind.CANNOT.value: "cannot 不能办理 无法解决 未解决 不能解决 不予解决",
    }
)
SCORES = _words({5: "5 很满意 非常满意", 4: "4 满意", 3: "3 一般 基本满意", 2: "2 不满意", 1: "1 很不满意 非常不满意"})


def _from(words: dict[str, Any], unknown: str) -> Read:
    def read(value: Value, known: Known) -> Any:
        text = as_text(value)
        if text and key(text) not in words:
            raise Problem(unknown, text)
        return words[key(text)] if text else None

    return read


def _length(name: str) -> int:
    return int(getattr(Ticket._meta.get_field(name), "max_length", 0))


# Name, label, how people head it (in words divided by blanks), how it is read.
COLUMNS = tuple(
    Column(name, label, headings.split(), read)
    for name, label, headings, read in (
        (
            "old_number",
            _("旧系统编号"),
            "旧系统编号 编号 工单编号 诉求编号 工单号 原编号",
            _text(_length("old_number")),
        ),
        ("title", _("标题"), "标题 诉求标题 事项 问题 诉求 title", _text(_length("title"))),
        ("description", _("内容"), "内容 诉求内容 具体内容 问题描述 描述", _text(_length("description"))),
        ("uscc", _("统一社会信用代码"), "统一社会信用代码 信用代码 社会信用代码", _read_uscc),
        ("firm", _("企业名称"), "企业名称 企业 单位名称 单位 公司名称", _text(_length("business_name"))),
        ("contact_name", _("联系人"), "联系人 联系人姓名", _text(_length("contact_name"))),
        ("contact_phone", _("电话"), "电话 联系电话 手机", _text(_length("contact_phone"))),
        ("category", _("类别"), "类别 诉求类别 分类 诉求类型", _one_of("categories")),
        ("department", _("主办部门"), "主办部门 承办部门 承办单位 责任部门 责任单位 部门", _one_of("departments")),
        (
            "filed",
            _("提交日期"),
            "提交日期 受理日期 登记日期 收到日期 收件日期 来电日期 "
            "提交时间 受理时间 登记时间 收到时间 收件时间 来电时间",
            _day_until(ahead=False),
        ),
        ("due", _("要求办结日期"), "要求办结日期 办结期限 截止日期 期限", _day_until(ahead=True)),
        (
            "closed",
            pgettext_lazy("实际办结的那一天", "办结日期"),
            "办结日期 办结时间 完成日期 结案日期",
            _day_until(ahead=False),
        ),
        ("outcome", _("办理结果"), "办理结果 结果 处理结果 办理情况分类", _from(OUTCOMES, "unknown_outcome")),
        ("reply", _("答复"), "答复 答复内容 办理情况 处理情况", _text(_length("description"))),
        ("score", _("满意度"), "满意度 评价 满意情况 满意度评价", _from(SCORES, "unknown_score")),
    )
)
BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = ("old_number", "filed")
BY_HEADING = {plain(heading): column.name for column in COLUMNS for heading in column.headings}


def guess(headings: Sequence[str]) -> dict[str, str]:
    """What each column probably is, by its number; the first column of a name has it."""
    found: dict[str, str] = {}
    for number, heading in enumerate(headings):
        name = BY_HEADING.get(plain(heading))
        if name and name not in found.values():
            found[str(number)] = name
    return found
