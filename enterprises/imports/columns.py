"""What a list of firms may say: one entry per column, how people head it, how its cells are read.

A cell that is empty says nothing: the firm keeps what it has.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.files.tables import Unreadable, as_day, as_number, as_text
from portal.files.tables.headings import plain
from portal.files.tables.values import Value

from ..models import Enterprise, Industry, Place
from ..uscc import normal, validate_uscc


class Problem(Exception):
    """A cell that cannot be taken: a code of `words.PROBLEMS`; `said` is what stood there."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(code)
        self.code, self.said = code, said[:60]


@dataclass
class Known:
    """Places and industries by what a list may call them; None where a name means several."""

    today: date
    places: dict[str, int | None] = field(default_factory=dict)
    industries: dict[str, int | None] = field(default_factory=dict)

    @classmethod
    def load(cls, today: date) -> "Known":
        known = cls(today)
        for place in Place.objects.all():
            _learn(known.places, place.pk, place.name)
            known.places[key(place.code)] = place.pk
        # GB/T 4754 often gives a group and its only class one name: the deepest is meant.
        for industry in Industry.objects.order_by("level"):
            known.industries[key(industry.name)] = industry.pk
        for industry in Industry.objects.all():
            for code in (industry.code, industry.full_code, f"{industry.full_code}{industry.name}"):
                known.industries[key(code)] = industry.pk
        return known


def _learn(names: dict[str, int | None], pk: int, name: str) -> None:
    names[key(name)] = None if key(name) in names else pk


def key(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()


Read = Callable[[Value, Known], Any]


@dataclass(frozen=True)
class Column:
    """`read` gives the value as it is stored in the row's JSON, or None for nothing; raises Problem."""

    name: str
    label: str | Promise
    headings: Sequence[str]
    read: Read
    sql: str  # type of the database's column

    @property
    def attribute(self) -> str:
        return f"{self.name}_id" if self.name in ("place", "industry") else self.name


def _read_uscc(value: Value, known: Known) -> str | None:
    text = as_text(value)
    if not text:
        return None
    if isinstance(value, (int, float)) or re.fullmatch(r"\d(\.\d+)?E\+?\d+", text, re.IGNORECASE):
        raise Problem("uscc_number", text)
    code = normal(unicodedata.normalize("NFKC", text))
    try:
        validate_uscc(code)
    except ValidationError as error:
        raise Problem(f"uscc_{error.code}", code) from error
    return code


def _text(name: str) -> Read:
    longest = Enterprise._meta.get_field(name).max_length

    def read(value: Value, known: Known) -> str | None:
        text = as_text(value)
        if longest and len(text) > longest:
            raise Problem("too_long", text)
        return text or None

    return read


def _read_capital(value: Value, known: Known) -> str | None:
    number: Value = value
    if isinstance(value, str):
        number = re.sub(r"(万元?)?(人民币)?(万元?)?$", "", unicodedata.normalize("NFKC", value).strip()).strip()
    try:
        amount = as_number(number)
    except Unreadable as error:
        raise Problem("no_capital", as_text(value)) from error
    if amount is None:
        return None
    if not 0 <= amount < 10**10:
        raise Problem("no_capital", as_text(value))
    return stored_number(amount)


def stored_number(number: Decimal) -> str:
    """Without idle zeros, so that 100 and 100.000000 are one value."""
    return f"{number.quantize(Decimal('0.000001'), ROUND_HALF_UP).normalize():f}"


def _read_established(value: Value, known: Known) -> str | None:
    try:
        day = as_day(value)
    except Unreadable as error:
        raise Problem("no_day", as_text(value)) from error
    if day is None:
        return None
    if not date(1900, 1, 1) <= day <= known.today:
        raise Problem("day_out_of_range", day.isoformat())
    return day.isoformat()


def _read_place(value: Value, known: Known) -> int | None:
    return _looked_up(as_text(value), known.places, "place")


def _read_industry(value: Value, known: Known) -> int | None:
    return _looked_up(as_text(value), known.industries, "industry")


def _looked_up(text: str, names: dict[str, int | None], what: str) -> int | None:
    if not text:
        return None
    found = key(text)
    if found not in names:
        raise Problem(f"unknown_{what}", text)
    if names[found] is None:
        raise Problem(f"ambiguous_{what}", text)
    return names[found]


STATUSES = {
    Enterprise.Status.ACTIVE: "存续 在业 在营 开业 正常 在册 存续在业 存续(在营、开业、在册)",
    Enterprise.Status.REVOKED: "吊销 吊销未注销 吊销,未注销",
    Enterprise.Status.CANCELLED: "注销 已注销 吊销,已注销 吊销已注销",
    Enterprise.Status.MOVED: "迁出 已迁出 迁移异地",
}
STATUS_WORDS = {key(word): status.value for status, words in STATUSES.items() for word in words.split()}


def _read_status(value: Value, known: Known) -> str | None:
    text = as_text(value)
    if text and key(text) not in STATUS_WORDS:
        raise Problem("unknown_status", text)
    return STATUS_WORDS[key(text)] if text else None


# The register writes kinds at length, e.g. 有限责任公司(自然人投资或控股): the first word found decides.
KIND_WORDS = (
    (("分公司", "分支机构", "分厂", "分店"), Enterprise.Kind.BRANCH),
    (("个体",), Enterprise.Kind.INDIVIDUAL),
    (("合作社",), Enterprise.Kind.COOPERATIVE),
    (("合伙",), Enterprise.Kind.PARTNERSHIP),
    (("个人独资",), Enterprise.Kind.SOLE),
    (("外商", "外国", "港澳台", "台港澳", "中外", "外资"), Enterprise.Kind.FOREIGN),
    (("国有", "全民所有"), Enterprise.Kind.STATE),
    (("集体",), Enterprise.Kind.COLLECTIVE),
    (("股份有限",), Enterprise.Kind.JOINT_STOCK),
    (("有限责任", "有限公司"), Enterprise.Kind.LIMITED),
    (("其他",), Enterprise.Kind.OTHER),
)


def _read_kind(value: Value, known: Known) -> str | None:
    text = key(as_text(value))
    if not text:
        return None
    for words, kind in KIND_WORDS:
        if any(word in text for word in words):
            return kind.value
    raise Problem("unknown_kind", text)


LEGAL = "法定代表人 法人 法人代表 法定代表人姓名 负责人 经营者 法定代表人负责人"
# Name, label, how people head it (in words divided by blanks), how it is read, the database's type.
COLUMNS = tuple(
    Column(name, label, headings.split(), read, sql)
    for name, label, headings, read, sql in (
        (
            "uscc",
            _("统一社会信用代码"),
            "统一社会信用代码 社会信用代码 信用代码 统一信用代码 代码 uscc",
            _read_uscc,
            "text",
        ),
        ("name", _("名称"), "名称 企业名称 单位名称 公司名称 市场主体名称 企业 name", _text("name"), "text"),
        ("short_name", _("简称"), "简称 企业简称", _text("short_name"), "text"),
        ("legal_representative", _("法定代表人"), LEGAL, _text("legal_representative"), "text"),
        ("kind", _("类型"), "类型 企业类型 市场主体类型 主体类型", _read_kind, "text"),
        ("registered_capital", _("注册资本(万元)"), "注册资本 注册资金", _read_capital, "numeric"),
        ("established_on", _("成立日期"), "成立日期 成立时间 注册日期 成立 设立日期", _read_established, "date"),
        ("address", _("住所"), "住所 地址 注册地址 企业地址 经营场所 住址", _text("address"), "text"),
        (
            "place",
            _("网格"),
            "网格 所属网格 所在网格 村社区 所属村社区 村 社区 所属村 载体 园区",
            _read_place,
            "bigint",
        ),
        ("industry", _("行业"), "行业 行业代码 国民经济行业 行业类别 所属行业 行业名称", _read_industry, "bigint"),
        ("status", _("登记状态"), "登记状态 状态 经营状态 企业状态", _read_status, "text"),
        ("phone", _("电话"), "电话 联系电话 企业电话 固定电话 联系方式", _text("phone"), "text"),
    )
)
BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = ("uscc", "name")
BY_HEADING = {plain(heading): column.name for column in COLUMNS for heading in column.headings}


def guess(headings: Sequence[str]) -> dict[str, str]:
    """What each column probably is, by its number; the first column of a name has it."""
    found: dict[str, str] = {}
    for number, heading in enumerate(headings):
        name = BY_HEADING.get(plain(heading))
        if name and name not in found.values():
            found[str(number)] = name
    return found
